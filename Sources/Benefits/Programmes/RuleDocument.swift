internal import Yams

/// Where something stands in a file; line and column from 1, columns in Unicode scalars.
struct FilePlace: Hashable, Sendable {
  let line: Int
  let column: Int

  static let top = FilePlace(line: 1, column: 1)
}

/// A YAML file as places and plain values: scalars keep their text, nothing is guessed of their type.
struct RuleNode {
  enum Content {
    /// Text, and whether it stands without quotes.
    case scalar(String, isPlain: Bool)
    case list([RuleNode])
    case map([(key: RuleNode, value: RuleNode)])
    /// With a tag of its own, or deeper or longer than a file of rules is.
    case unusable
  }

  let place: FilePlace
  let content: Content

  /// Nothing, `~` or `null` without quotes.
  var isEmpty: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null"].contains(text)
  }

  var isMap: Bool {
    guard case .map = content else { return false }
    return true
  }
}

/// Reads the text of a file into ``RuleNode``.
struct RuleDocument {
  /// Deepest nesting and most values of one file; a reference to an earlier value counts as often as it is used.
  static let (maximumDepth, maximumValues) = (24, 200_000)
  /// Most bytes of a file.
  static let maximumBytes = 1_048_576

  /// The file's value; or what is wrong with its form.
  static func read(_ yaml: String) throws(DocumentFault) -> RuleNode {
    guard yaml.utf8.count <= maximumBytes else {
      throw DocumentFault(place: .top, key: "", reason: .syntax("longer than \(maximumBytes) bytes"))
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml, .basic)
    } catch {
      throw fault(error, yaml)
    }
    guard let root else { throw DocumentFault(place: .top, key: "", reason: .kind(.section)) }
    var left = maximumValues
    return node(root, maximumDepth, &left)
  }

  private static func node(_ node: Node, _ depth: Int, _ left: inout Int) -> RuleNode {
    let place = FilePlace(line: max(1, node.mark?.line ?? 1), column: max(1, node.mark?.column ?? 1))
    left -= 1
    guard depth > 0, left > 0 else { return RuleNode(place: place, content: .unusable) }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      guard scalar.tag == .implicit || (!isPlain && scalar.tag == Tag(.str)) else { break }
      return RuleNode(place: place, content: .scalar(scalar.string, isPlain: isPlain))
    case .sequence(let sequence):
      guard sequence.tag == .implicit else { break }
      return RuleNode(place: place, content: .list(sequence.map { self.node($0, depth - 1, &left) }))
    case .mapping(let mapping):
      guard mapping.tag == .implicit else { break }
      return RuleNode(
        place: place,
        content: .map(mapping.map { (key($0.key), self.node($0.value, depth - 1, &left)) }))
    case .alias: break
    }
    return RuleNode(place: place, content: .unusable)
  }

  /// A key is text; the parser gives it a tag of its own when it looks for keys that come twice.
  private static func key(_ node: Node) -> RuleNode {
    let place = FilePlace(line: max(1, node.mark?.line ?? 1), column: max(1, node.mark?.column ?? 1))
    guard let scalar = node.scalar else { return RuleNode(place: place, content: .unusable) }
    return RuleNode(place: place, content: .scalar(scalar.string, isPlain: scalar.style == .plain))
  }

  private static func fault(_ error: any Error, _ yaml: String) -> DocumentFault {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return DocumentFault(place: place(mark), key: "", reason: .syntax(problem))
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let first = place(context.mark)
      return DocumentFault(
        place: repetition(of: keys.first ?? "?", after: first, yaml), key: keys.first ?? "?",
        reason: .duplicateKey(firstLine: first.line))
    case YamlError.reader(let problem, let offset, _, _):
      let before = yaml.prefix(offset ?? 0).split(separator: "\n", omittingEmptySubsequences: false)
      return DocumentFault(
        place: FilePlace(line: max(1, before.count), column: (before.last?.unicodeScalars.count ?? 0) + 1), key: "",
        reason: .syntax(problem))
    default:
      return DocumentFault(place: .top, key: "", reason: .syntax("unreadable"))
    }
  }

  private static func place(_ mark: Mark) -> FilePlace {
    FilePlace(line: max(1, mark.line), column: max(1, mark.column))
  }

  /// Where a key comes again, which the parser does not tell: the next line that has it at the same column.
  private static func repetition(of key: String, after first: FilePlace, _ yaml: String) -> FilePlace {
    let lines = yaml.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated().dropFirst(first.line) {
      let rest = line.unicodeScalars.dropFirst(first.column - 1)
      if String(rest).hasPrefix(key + ":") { return FilePlace(line: index + 1, column: first.column) }
    }
    return first
  }
}

/// What is wrong with the form of one file.
struct DocumentFault: Error {
  let place: FilePlace
  let key: String
  let reason: CatalogueFault.Reason
}
