internal import Yams

/// Reads a profile's YAML and keeps what is wrong with its place, so that all of it can be told at once.
///
/// Scalars are taken by their form alone: plain `true` and `false` are flags, plain decimal digits are numbers, `~`,
/// `null` and nothing are empty, everything else is text, as is whatever is in quotes. A value with a tag is refused.
final class ProfileReader {
  /// Where a key's value stands.
  struct Place: Hashable {
    let line: Int
    let column: Int

    static let top = Place(line: 1, column: 1)
  }

  private(set) var faults: [ProfileFault] = []
  private var places: [String: Place] = [:]

  /// Notes what is wrong with the value of `key`, or with the section above it where it was left out.
  func refuse(_ key: String, _ reason: ProfileFault.Reason) {
    var known = key
    while places[known] == nil, !known.isEmpty {
      known = String(known.prefix(upTo: known.lastIndex { $0 == "." || $0 == "[" } ?? known.startIndex))
    }
    refuse(key, places[known] ?? .top, reason)
  }

  func refuse(_ key: String, _ place: Place, _ reason: ProfileFault.Reason) {
    faults.append(ProfileFault(line: place.line, column: place.column, key: key, reason: reason))
  }

  /// What was found so far, as an error.
  func finish() throws(CardProfileError) {
    if !faults.isEmpty { throw CardProfileError(faults) }
  }

  /// The file's own section.
  func root(_ yaml: String, _ keys: [String]) throws(CardProfileError) -> ProfileSection {
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml, .basic)
    } catch {
      throw CardProfileError([Self.fault(error, yaml)])
    }
    guard let node, let section = section(node, "", keys) else {
      if faults.isEmpty { refuse("", .top, .kind(.section)) }
      throw CardProfileError(faults)
    }
    return section
  }

  func section(_ node: Node, _ path: String, _ keys: [String]) -> ProfileSection? {
    places[path] = Self.place(node)
    guard let mapping = node.mapping, mapping.tag == .implicit else {
      refuse(path, Self.isNull(node) ? .empty : .kind(.section))
      return nil
    }
    var values: [String: Node] = [:]
    var meant: Set<String> = []
    for (key, value) in mapping {
      let name = key.scalar?.string ?? "?"
      guard keys.contains(name) else {
        let nearest = Self.nearest(name, keys)
        refuse(Self.join(path, name), Self.place(key), .unknownKey(nearest: nearest))
        nearest.map { _ = meant.insert($0) }
        continue
      }
      values[name] = value
    }
    return ProfileSection(reader: self, node: node, path: path, values: values, meant: meant)
  }

  /// Whether the file has a value for `key`.
  func has(_ key: String) -> Bool { places[key] != nil }

  func note(_ path: String, _ node: Node) { places[path] = Self.place(node) }

  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }

  static func place(_ node: Node) -> Place {
    Place(line: max(1, node.mark?.line ?? 1), column: max(1, node.mark?.column ?? 1))
  }

  /// A scalar in quotes is text whatever it looks like.
  static func isNull(_ node: Node) -> Bool {
    guard let scalar = node.scalar, scalar.style == .plain, isUntagged(scalar) else { return false }
    return ["", "~", "null"].contains(scalar.string)
  }

  /// The parser gives what stands in quotes the tag of text.
  static func isUntagged(_ scalar: Node.Scalar) -> Bool {
    scalar.tag == .implicit || (scalar.style != .plain && scalar.tag == Tag(.str))
  }

  /// A key that differs in two letters at most.
  private static func nearest(_ name: String, _ keys: [String]) -> String? {
    guard name.count <= 40 else { return nil }
    let distances = keys.map { ($0, distance(Array(name), Array($0))) }
    return distances.min { $0.1 < $1.1 }.flatMap { $0.1 <= 2 ? $0.0 : nil }
  }

  /// Letters put in, taken out or changed to make one of the other.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }

  private static func fault(_ error: any Error, _ yaml: String) -> ProfileFault {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return ProfileFault(line: max(1, mark.line), column: max(1, mark.column), key: "", reason: .syntax(problem))
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? "?"
      let first = Place(line: max(1, context.mark.line), column: max(1, context.mark.column))
      let second = repetition(of: key, after: first, yaml)
      return ProfileFault(
        line: second.line, column: second.column, key: key, reason: .duplicateKey(firstLine: first.line))
    case YamlError.reader(let problem, let offset, _, _):
      let before = yaml.prefix(offset ?? 0).split(separator: "\n", omittingEmptySubsequences: false)
      return ProfileFault(
        line: max(1, before.count), column: (before.last?.unicodeScalars.count ?? 0) + 1, key: "",
        reason: .syntax(problem))
    default:
      return ProfileFault(line: 1, column: 1, key: "", reason: .syntax("unreadable"))
    }
  }

  /// Where a key comes again, which the parser does not tell: in a later line at the same column, else later in the
  /// same line, else the first place.
  private static func repetition(of key: String, after first: Place, _ yaml: String) -> Place {
    let lines = yaml.split(omittingEmptySubsequences: false) { $0.isNewline }.map { Array($0.unicodeScalars) }
    let wanted = Array(key.unicodeScalars)
    for line in lines.indices.dropFirst(first.line - 1) {
      let columns = line == first.line - 1 ? Array(lines[line].indices.dropFirst(first.column)) : [first.column - 1]
      for column in columns where lines[line].dropFirst(column).starts(with: wanted) {
        let before = column == 0 ? " " : lines[line][column - 1]
        let after = lines[line].dropFirst(column + wanted.count).first
        guard after == ":" || after == " ", [" ", ",", "{"].contains(before) else { continue }
        return Place(line: line + 1, column: column + 1)
      }
    }
    return first
  }
}
