internal import StrictYAML
internal import VietnamReference

/// One section of a programme file. A value that is not as it has to be is noted with the file, and `nil` is given.
struct RuleSection {
  let file: CatalogueFile
  let place: YAMLPlace
  let path: String
  let values: [String: YAMLNode]
  /// The keys as they stand.
  let order: [String]
  /// Keys that another is a slip of the pen for, which is told of already.
  let meant: Set<String>

  /// Longest text, in Unicode scalars.
  static let longestText = 300
  /// Bounds of amounts in files.
  static let amounts: ClosedRange<Int64> = 1...1_000_000_000_000

  func key(_ name: String) -> String { CatalogueFile.join(path, name) }

  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of a key; told of when it has to be there and is not, or has no value.
  func node(_ name: String, isOptional: Bool = false) -> YAMLNode? {
    guard let node = values[name] else {
      if !isOptional, !meant.contains(name) { file.refuse(key(name), place, .missingKey) }
      return nil
    }
    file.note(key(name), node.place)
    guard !node.isEmpty else {
      file.refuse(key(name), .empty)
      return nil
    }
    return node
  }

  private func refused<Value>(_ path: String, _ reason: CatalogueFault.Reason) -> Value? {
    file.refuse(path, reason)
    return nil
  }

  // MARK: Sections and lists

  func section(_ name: String, _ keys: [String]?, isOptional: Bool = false) -> RuleSection? {
    node(name, isOptional: isOptional).flatMap { file.section($0, key(name), keys) }
  }

  /// Entries of a list, with their paths.
  func list(_ name: String, _ count: ClosedRange<Int>, isOptional: Bool = false) -> [(path: String, node: YAMLNode)]? {
    guard let node = node(name, isOptional: isOptional) else { return nil }
    guard case .list(let entries) = node.content else { return refused(key(name), .kind(.list)) }
    guard count.contains(entries.count) else {
      return refused(key(name), .count(lowest: count.lowerBound, highest: count.upperBound))
    }
    return entries.enumerated().map { index, entry in
      let path = "\(key(name))[\(index + 1)]"
      file.note(path, entry.place)
      return (path, entry)
    }
  }

  func sections(
    _ name: String, _ count: ClosedRange<Int>, _ keys: [String], isOptional: Bool = false
  ) -> [RuleSection]? {
    list(name, count, isOptional: isOptional)?.compactMap { file.section($0.node, $0.path, keys) }
  }

  /// The sections of a section whose keys are names, in the order they stand.
  func named(_ name: String, _ keys: [String]) -> [(name: String, section: RuleSection)] {
    guard let outer = section(name, nil, isOptional: true) else { return [] }
    return outer.order.compactMap { one in outer.section(one, keys).map { (one, $0) } }
  }

  // MARK: Scalars

  func text(_ name: String) -> String? { node(name).flatMap { Self.text($0) ?? refused(key(name), .kind(.text)) } }

  func textIfThere(_ name: String) -> String? {
    node(name, isOptional: true).flatMap { Self.text($0) ?? refused(key(name), .kind(.text)) }
  }

  /// `{ vi: …, en: … }`.
  func bilingual(_ name: String) -> BilingualText? {
    guard let section = section(name, ["vi", "en"]) else { return nil }
    guard let vi = section.text("vi"), let en = section.text("en") else { return nil }
    return BilingualText(vi: vi, en: en)
  }

  func evidence(_ name: String = "evidence") -> String? {
    node(name).flatMap { node in
      guard let text = Self.text(node), Self.isEvidence(text) else { return refused(key(name), .kind(.evidence)) }
      return text
    }
  }

  func name(_ name: String) -> String? {
    node(name).flatMap { node in
      guard let text = Self.scalar(node), CatalogueFile.isName(text) else { return refused(key(name), .kind(.name)) }
      return text
    }
  }

  func code(_ name: String) -> String? { node(name).flatMap { code($0, key(name)) } }

  func code(_ node: YAMLNode, _ path: String) -> String? {
    guard let text = Self.scalar(node), Self.isCode(text) else { return refused(path, .kind(.code)) }
    return text
  }

  func wireCode(_ name: String) -> UInt16? {
    node(name).flatMap { node in
      guard let text = Self.scalar(node), text.utf8.count == 4,
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }),
        let code = UInt16(text, radix: 16), code > 0
      else { return refused(key(name), .kind(.wireCode)) }
      return code
    }
  }

  func whole(_ name: String, _ range: ClosedRange<Int64>, isOptional: Bool = false) -> Int64? {
    node(name, isOptional: isOptional).flatMap { whole($0, key(name), range) }
  }

  func whole(_ node: YAMLNode, _ path: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard case .scalar(let text, isPlain: true) = node.content, YAMLNumber.isWhole(text) else {
      return refused(path, .kind(.whole))
    }
    guard let number = Int64(text), range.contains(number) else {
      return refused(path, .range(lowest: String(range.lowerBound), highest: String(range.upperBound)))
    }
    return number
  }

  /// A decimal above 0, `highest` at most, which is whole.
  func decimal(_ name: String, _ highest: Int64, isOptional: Bool = false) -> ExactNumber? {
    node(name, isOptional: isOptional).flatMap { node in
      guard case .scalar(let text, isPlain: true) = node.content, YAMLNumber.isDecimal(text) else {
        return refused(key(name), .kind(.decimal))
      }
      guard let number = ExactNumber(decimal: text), number != ExactNumber(0),
        (try? ExactNumber(highest).isLess(than: number)) == false
      else { return refused(key(name), .range(lowest: "0.000001", highest: String(highest))) }
      return number
    }
  }

  func flag(_ name: String, isOptional: Bool = false) -> Bool? {
    node(name, isOptional: isOptional).flatMap { node in
      guard let word = Self.scalar(node), ["yes", "no"].contains(word) else { return refused(key(name), .kind(.flag)) }
      return word == "yes"
    }
  }

  func date(_ name: String, isOptional: Bool = false) -> CalendarDate? {
    node(name, isOptional: isOptional).flatMap { node in
      guard let text = Self.scalar(node), text.utf8.dropFirst(4).first == 0x2D, let date = CalendarDate(text: text),
        date.year >= 1900
      else { return refused(key(name), .kind(.date)) }
      return date
    }
  }

  /// One of a type's words.
  func word<Value: RawRepresentable & CaseIterable>(_ name: String, _: Value.Type) -> Value?
  where Value.RawValue == String {
    word(name, Value.allCases.map { ($0.rawValue, $0) })
  }

  func word<Value>(_ name: String, _ words: [(String, Value)]) -> Value? {
    node(name).flatMap { word($0, key(name), words) }
  }

  func word<Value>(_ node: YAMLNode, _ path: String, _ words: [(String, Value)]) -> Value? {
    guard let text = Self.scalar(node), let found = words.first(where: { $0.0 == text }) else {
      return refused(path, .word(words.map(\.0)))
    }
    return found.1
  }

  // MARK: Forms of scalars

  /// Text that is no number and no `true`; what is in quotes is text always.
  private static func text(_ node: YAMLNode) -> String? {
    guard let text = scalar(node), (1...longestText).contains(text.unicodeScalars.count),
      !text.allSatisfy(\.isWhitespace)
    else { return nil }
    return text
  }

  static func scalar(_ node: YAMLNode) -> String? {
    guard case .scalar(let text, let isPlain) = node.content else { return nil }
    return isPlain && (["true", "false"].contains(text) || YAMLNumber.isDecimal(text)) ? nil : text
  }

  /// `S…` with a source, `K`, or `partly S…`.
  private static func isEvidence(_ text: String) -> Bool {
    let mark = text.hasPrefix("partly ") ? text.dropFirst(7) : text[...]
    guard let first = mark.first, first == "S" || first == "K" else { return false }
    guard let second = mark.dropFirst().first else { return first == "K" }
    return first == "K" ? " :;".contains(second) : second == ":" || second.isASCII && second.isNumber
  }

  private static func isCode(_ text: String) -> Bool {
    guard (2...15).contains(text.utf8.count), let first = text.utf8.first, (0x41...0x5A).contains(first) else {
      return false
    }
    return text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }
}
