internal import Yams

/// What is wrong with the form of a file.
public struct YAMLDocumentError: Error, Hashable, Sendable {
  /// Why a file can't be read.
  public enum Reason: Hashable, Sendable {
    /// Not YAML, in the parser's own words.
    case syntax(String)
    /// The key stands in its section already, in the line that is named.
    case duplicateKey(firstLine: Int)
    /// There is nothing in it.
    case nothing
  }

  /// Where.
  public let place: YAMLPlace
  /// The key that comes twice; else empty.
  public let key: String
  /// Why.
  public let reason: Reason
}

/// Reads the text of a file into ``YAMLNode``.
///
/// Scalars are taken by their form alone: nothing is guessed of their type, and a value with a tag can't be used.
public enum YAMLDocument {
  /// Deepest nesting and most values of one file; a reference to an earlier value counts as often as it is used.
  static let (maximumDepth, maximumValues) = (24, 200_000)
  /// Most bytes of a file.
  static let maximumBytes = 1_048_576

  /// The file's value; or what is wrong with its form.
  public static func read(_ yaml: String) throws(YAMLDocumentError) -> YAMLNode {
    guard yaml.utf8.count <= maximumBytes else {
      throw YAMLDocumentError(place: .top, key: "", reason: .syntax("longer than \(maximumBytes) bytes"))
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml, .basic)
    } catch {
      throw fault(error, yaml)
    }
    guard let root else { throw YAMLDocumentError(place: .top, key: "", reason: .nothing) }
    var left = maximumValues
    return node(root, maximumDepth, &left)
  }

  private static func node(_ node: Node, _ depth: Int, _ left: inout Int) -> YAMLNode {
    let place = node.mark.map(place) ?? .top
    left -= 1
    guard depth > 0, left > 0 else { return YAMLNode(place: place, content: .unusable) }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      // The parser gives what stands in quotes the tag of text.
      guard scalar.tag == .implicit || (!isPlain && scalar.tag == Tag(.str)) else { break }
      return YAMLNode(place: place, content: .scalar(scalar.string, isPlain: isPlain))
    case .sequence(let sequence):
      guard sequence.tag == .implicit else { break }
      return YAMLNode(place: place, content: .list(sequence.map { self.node($0, depth - 1, &left) }))
    case .mapping(let mapping):
      guard mapping.tag == .implicit else { break }
      return YAMLNode(
        place: place, content: .map(mapping.map { (key($0.key), self.node($0.value, depth - 1, &left)) }))
    case .alias: break
    }
    return YAMLNode(place: place, content: .unusable)
  }

  /// A key is text; the parser gives it a tag of its own when it looks for keys that come twice.
  private static func key(_ node: Node) -> YAMLNode {
    let place = node.mark.map(place) ?? .top
    guard let scalar = node.scalar else { return YAMLNode(place: place, content: .unusable) }
    return YAMLNode(place: place, content: .scalar(scalar.string, isPlain: scalar.style == .plain))
  }

  private static func fault(_ error: any Error, _ yaml: String) -> YAMLDocumentError {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return YAMLDocumentError(place: place(mark), key: "", reason: .syntax(problem))
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let (key, first) = (keys.first ?? "?", place(context.mark))
      return YAMLDocumentError(
        place: repetition(of: key, after: first, yaml), key: key, reason: .duplicateKey(firstLine: first.line))
    case YamlError.reader(let problem, let offset, _, _):
      let before = yaml.prefix(offset ?? 0).split(separator: "\n", omittingEmptySubsequences: false)
      return YAMLDocumentError(
        place: YAMLPlace(line: before.count, column: (before.last?.unicodeScalars.count ?? 0) + 1), key: "",
        reason: .syntax(problem))
    default:
      return YAMLDocumentError(place: .top, key: "", reason: .syntax("unreadable"))
    }
  }

  private static func place(_ mark: Mark) -> YAMLPlace { YAMLPlace(line: mark.line, column: mark.column) }

  /// Where a key comes again, which the parser does not tell: in a later line at the same column, else later in the
  /// same line, else the first place.
  private static func repetition(of key: String, after first: YAMLPlace, _ yaml: String) -> YAMLPlace {
    let lines = yaml.split(omittingEmptySubsequences: false) { $0.isNewline }.map { Array($0.unicodeScalars) }
    let wanted = Array(key.unicodeScalars)
    for line in lines.indices.dropFirst(first.line - 1) {
      let columns = line == first.line - 1 ? Array(lines[line].indices.dropFirst(first.column)) : [first.column - 1]
      for column in columns where lines[line].dropFirst(column).starts(with: wanted) {
        let before = column == 0 ? " " : lines[line][column - 1]
        let after = lines[line].dropFirst(column + wanted.count).first
        guard after == ":" || after == " ", [" ", ",", "{"].contains(before) else { continue }
        return YAMLPlace(line: line + 1, column: column + 1)
      }
    }
    return first
  }
}
