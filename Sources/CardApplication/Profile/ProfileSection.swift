import ISO7816
internal import StrictYAML

/// One section of a profile file. A value that is not as it has to be is noted with the reader, and `nil` is given.
struct ProfileSection {
  let reader: ProfileReader
  let place: YAMLPlace
  let path: String
  let values: [String: YAMLNode]
  let keyPlaces: [String: YAMLPlace]
  /// Keys that another is a slip of the pen for, which is told of already.
  let meant: Set<String>

  /// Longest text, in Unicode scalars.
  static let longestText = 120

  func key(_ name: String) -> String { YAMLPlaces.join(path, name) }

  func has(_ name: String) -> Bool { values[name] != nil }

  /// Where a key itself stands.
  func place(ofKey name: String) -> YAMLPlace { keyPlaces[name] ?? place }

  /// The value of a key that has to be there.
  private func required(_ name: String) -> YAMLNode? {
    if values[name] == nil, !meant.contains(name) {
      reader.refuse(key(name), place, .missingKey)
    }
    return optional(name)
  }

  /// The value of a key, which may be left out but not be empty.
  private func optional(_ name: String) -> YAMLNode? {
    guard let value = values[name] else { return nil }
    reader.note(key(name), value)
    guard !value.isEmpty else {
      reader.refuse(key(name), .empty)
      return nil
    }
    return value
  }

  private func refused<Value>(_ path: String, _ reason: ProfileFault.Reason) -> Value? {
    reader.refuse(path, reason)
    return nil
  }

  func section(_ name: String, _ keys: [String], isOptional: Bool = false) -> ProfileSection? {
    (isOptional ? optional(name) : required(name)).flatMap { reader.section($0, key(name), keys) }
  }

  func text(_ name: String) -> String? {
    required(name).flatMap { node in
      guard let text = node.text, (1...Self.longestText).contains(text.unicodeScalars.count),
        !text.allSatisfy(\.isWhitespace)
      else { return refused(key(name), .kind(.text)) }
      return text
    }
  }

  func whole(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
    required(name).flatMap { whole($0, key(name), range) }
  }

  /// A whole number that may be left out.
  func wholeIfThere(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
    optional(name).flatMap { whole($0, key(name), range) }
  }

  private func whole(_ node: YAMLNode, _ path: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard let digits = node.plain, YAMLNumber.isWhole(digits) else { return refused(path, .kind(.whole)) }
    guard let number = Int64(digits), range.contains(number) else {
      return refused(path, .range(lowest: Double(range.lowerBound), highest: Double(range.upperBound)))
    }
    return number
  }

  func decimal(_ name: String, _ range: ClosedRange<Double>) -> Double? {
    required(name).flatMap { node in
      guard let digits = node.plain, YAMLNumber.isDecimal(digits), let number = Double(digits) else {
        return refused(key(name), .kind(.decimal))
      }
      guard range.contains(number) else {
        return refused(key(name), .range(lowest: range.lowerBound, highest: range.upperBound))
      }
      return number
    }
  }

  /// A flag that may be left out, and is false then.
  func flag(_ name: String) -> Bool {
    optional(name).flatMap { node -> Bool? in
      guard let word = node.plain, ["true", "false"].contains(word) else { return refused(key(name), .kind(.flag)) }
      return word == "true"
    } ?? false
  }

  /// One of `words`; `fallback` where the key may be left out.
  func word<Value>(_ name: String, _ words: [(String, Value)], or fallback: Value? = nil) -> Value? {
    if fallback != nil, !has(name) { return fallback }
    return required(name).flatMap { word($0, key(name), words) }
  }

  /// One of a few whole numbers, `fallback` when the key is left out.
  func number<Value>(_ name: String, _ numbers: [(String, Value)], or fallback: Value) -> Value? {
    guard has(name) else { return fallback }
    return optional(name).flatMap { node in
      guard let digits = node.plain, let found = numbers.first(where: { $0.0 == digits }) else {
        return refused(key(name), .word(numbers.map(\.0)))
      }
      return found.1
    }
  }

  private func word<Value>(_ node: YAMLNode, _ path: String, _ words: [(String, Value)]) -> Value? {
    guard let text = node.text, let found = words.first(where: { $0.0 == text }) else {
      return refused(path, .word(words.map(\.0)))
    }
    return found.1
  }

  /// A list of so many entries; one that is left out is empty where it may be.
  private func list(_ name: String, _ count: ClosedRange<Int>) -> [YAMLNode] {
    guard let node = count.lowerBound == 0 ? optional(name) : required(name) else { return [] }
    guard case .list(let entries) = node.content else { return refused(key(name), .kind(.list)) ?? [] }
    guard count.contains(entries.count) else {
      return refused(key(name), .count(lowest: count.lowerBound, highest: count.upperBound)) ?? []
    }
    for (index, entry) in entries.enumerated() { reader.note(entryKey(name, index), entry) }
    return entries
  }

  /// The path of an entry of a list.
  func entryKey(_ name: String, _ index: Int) -> String { "\(key(name))[\(index + 1)]" }

  func wholes(_ name: String, count: ClosedRange<Int>, _ range: ClosedRange<Int64>) -> [Int64] {
    list(name, count).enumerated().compactMap { whole($1, entryKey(name, $0), range) }
  }

  /// Words of which none comes twice.
  func words<Value: Hashable>(_ name: String, count: ClosedRange<Int>, _ words: [(String, Value)]) -> [Value] {
    var seen: Set<Value> = []
    return list(name, count).enumerated().compactMap { index, node in
      let value = word(node, entryKey(name, index), words)
      if let value, !seen.insert(value).inserted { reader.refuse(entryKey(name, index), .repeated) }
      return value
    }
  }

  func sections(_ name: String, count: ClosedRange<Int>, _ keys: [String]) -> [ProfileSection] {
    list(name, count).enumerated().compactMap { index, node in
      guard !node.isEmpty else { return refused(entryKey(name, index), .empty) }
      return reader.section(node, entryKey(name, index), keys)
    }
  }

  func colour(_ name: String) -> CardFaceLayout.Colour? {
    required(name).flatMap { node in
      guard let text = node.scalar, let colour = CardFaceLayout.Colour(hex: text)
      else { return refused(key(name), .kind(.colour)) }
      return colour
    }
  }
}

extension CardFaceLayout.Colour {
  /// From `#RRGGBB`, in capital letters or small.
  init?(hex text: String) {
    guard text.utf8.count == 7, text.utf8.first == 0x23, text.dropFirst().allSatisfy(\.isHexDigit),
      let value = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    self.init(red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
  }

  /// `#RRGGBB`.
  public var hex: String { "#" + [red, green, blue].hex.uppercased() }
}
