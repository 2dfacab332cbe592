internal import StrictYAML

/// Collects what is wrong in one file, with its places, so that all of it can be told at once.
final class CatalogueFile {
  let name: String
  private(set) var faults: [CatalogueFault] = []
  private var places = YAMLPlaces()

  init(name: String) { self.name = name }

  /// Notes what is wrong with the value of `key`, or with the section above it where it was left out.
  func refuse(_ key: String, _ reason: CatalogueFault.Reason) { refuse(key, place(of: key), reason) }

  func refuse(_ key: String, _ place: YAMLPlace, _ reason: CatalogueFault.Reason) {
    faults.append(
      CatalogueFault(file: name, line: place.line, column: place.column, key: key, reason: reason))
  }

  func note(_ key: String, _ place: YAMLPlace) { places.note(key, place) }

  /// Whether the file has a value for `key`.
  func has(_ key: String) -> Bool { places.has(key) }

  /// Where the value of `key` stands, or what is above it.
  func place(of key: String) -> YAMLPlace { places.place(of: key) }

  /// The file's own section; `nil` when it is none.
  func root(_ yaml: String, _ keys: [String]) -> RuleSection? {
    do {
      return section(try YAMLDocument.read(yaml), "", keys)
    } catch {
      switch error.reason {
      case .syntax(let words): refuse(error.key, error.place, .syntax(words))
      case .duplicateKey(let first): refuse(error.key, error.place, .duplicateKey(firstLine: first))
      case .nothing: refuse(error.key, error.place, .kind(.section))
      }
      return nil
    }
  }

  /// A section that may have these keys; with `nil` any that is a name.
  func section(_ node: YAMLNode, _ path: String, _ keys: [String]?) -> RuleSection? {
    note(path, node.place)
    guard case .map(let entries) = node.content else {
      refuse(path, node.isEmpty ? .empty : .kind(.section))
      return nil
    }
    var values: [String: YAMLNode] = [:]
    var order: [String] = []
    var meant: Set<String> = []
    for (key, value) in entries {
      guard case .scalar(let name, _) = key.content else {
        refuse(Self.join(path, "?"), key.place, .kind(.name))
        continue
      }
      if let keys, !keys.contains(name) {
        let nearest = Spelling.nearest(name, keys)
        refuse(Self.join(path, name), key.place, .unknownKey(nearest: nearest))
        nearest.map { _ = meant.insert($0) }
        continue
      }
      if keys == nil, !Self.isName(name) {
        refuse(Self.join(path, name), key.place, .kind(.name))
        continue
      }
      values[name] = value
      order.append(name)
    }
    return RuleSection(file: self, place: node.place, path: path, values: values, order: order, meant: meant)
  }

  static func join(_ path: String, _ key: String) -> String { YAMLPlaces.join(path, key) }

  /// One to forty small Latin letters, digits, `-` and `_`, a letter first.
  static func isName(_ text: String) -> Bool {
    guard (1...40).contains(text.utf8.count), let first = text.utf8.first, (0x61...0x7A).contains(first) else {
      return false
    }
    return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
  }
}
