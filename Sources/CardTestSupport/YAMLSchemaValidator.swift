public import Foundation

/// A JSON Schema of YAML files, read by a validator that is not ours: Debian's python3-jsonschema and python3-yaml. Its
/// YAML is that of the files: scalars by their form alone, keys once.
public struct YAMLSchemaValidator: Sendable {
  /// Which of its parsers is used.
  public enum Parser: String, Sendable {
    /// The one in C that ours is made of: for many files.
    case fast = "many"
    /// The one in Python: another implementation.
    case other = "few"
  }

  /// What went wrong with the validator itself.
  public enum Failure: Error {
    /// It ended with this status and these words.
    case ended(status: Int32, words: String)
  }

  private static let program = #"""
    from json import load, loads
    from re import compile
    from sys import argv, stdin
    from jsonschema import Draft202012Validator
    from yaml import CSafeLoader, SafeLoader, YAMLError
    from yaml import load as read

    class Loader(CSafeLoader if argv[2] == "many" else SafeLoader):
        yaml_implicit_resolvers = {}

    for tag, form in [("bool", "true|false"), ("int", "-?(0|[1-9][0-9]*)"), ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+"),
                      ("null", "~|null|")]:
        Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, compile(f"^(?:{form})$"), None)

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value]
        if len(set(keys)) < len(keys):
            raise YAMLError("duplicate key")
        return {key: loader.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value)}

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    schema = load(open(argv[1]))
    Draft202012Validator.check_schema(schema)
    for line in stdin:
        try:
            errors = list(Draft202012Validator(schema).iter_errors(read(loads(line), Loader)))
            print("good" if not errors else "bad")
        except YAMLError:
            print("bad")
    """#

  private let schema: URL

  /// A validator of the schema in a file.
  public init(schema: URL) { self.schema = schema }

  /// Whether it takes each of `texts`.
  public func validates(_ texts: [String], _ parser: Parser = .other) throws -> [Bool] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("texts")
    let lines = try texts.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
    try Data(lines.joined().utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-W", "ignore", "-c", Self.program, schema.path, parser.rawValue]
    process.standardInput = try FileHandle(forReadingFrom: input)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let told = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let words = told.split(separator: "\n")
    guard process.terminationStatus == 0, words.count == texts.count, words.allSatisfy({ $0 == "good" || $0 == "bad" })
    else { throw Failure.ended(status: process.terminationStatus, words: told) }
    return words.map { $0 == "good" }
  }
}
