internal import StrictYAML

/// Reads a profile's YAML and keeps what is wrong with its place, so that all of it can be told at once.
///
/// Plain `true` and `false` are flags, plain decimal digits are numbers, `~`, `null` and nothing are empty, everything
/// else is text, as is whatever is in quotes. A value with a tag is refused.
final class ProfileReader {
  private(set) var faults: [ProfileFault] = []
  private var places = YAMLPlaces()

  /// Notes what is wrong with the value of `key`, or with the section above it where it was left out.
  func refuse(_ key: String, _ reason: ProfileFault.Reason) { refuse(key, places.place(of: key), reason) }

  func refuse(_ key: String, _ place: YAMLPlace, _ reason: ProfileFault.Reason) {
    faults.append(ProfileFault(line: place.line, column: place.column, key: key, reason: reason))
  }

  /// What was found so far, as an error.
  func finish() throws(CardProfileError) {
    if !faults.isEmpty { throw CardProfileError(faults) }
  }

  /// The file's own section.
  func root(_ yaml: String, _ keys: [String]) throws(CardProfileError) -> ProfileSection {
    let node: YAMLNode
    do {
      node = try YAMLDocument.read(yaml)
    } catch {
      switch error.reason {
      case .syntax(let words): refuse(error.key, error.place, .syntax(words))
      case .duplicateKey(let first): refuse(error.key, error.place, .duplicateKey(firstLine: first))
      case .nothing: refuse(error.key, error.place, .kind(.section))
      }
      throw CardProfileError(faults)
    }
    guard let section = section(node, "", keys) else { throw CardProfileError(faults) }
    return section
  }

  func section(_ node: YAMLNode, _ path: String, _ keys: [String]) -> ProfileSection? {
    places.note(path, node.place)
    guard case .map(let entries) = node.content else {
      refuse(path, node.isEmpty ? .empty : .kind(.section))
      return nil
    }
    var values: [String: YAMLNode] = [:]
    var keyPlaces: [String: YAMLPlace] = [:]
    var meant: Set<String> = []
    for (key, value) in entries {
      let name = key.scalar ?? "?"
      guard keys.contains(name) else {
        let nearest = Spelling.nearest(name, keys)
        refuse(YAMLPlaces.join(path, name), key.place, .unknownKey(nearest: nearest))
        nearest.map { _ = meant.insert($0) }
        continue
      }
      values[name] = value
      keyPlaces[name] = key.place
    }
    return ProfileSection(
      reader: self, place: node.place, path: path, values: values, keyPlaces: keyPlaces, meant: meant)
  }

  /// Whether the file has a value for `key`.
  func has(_ key: String) -> Bool { places.has(key) }

  func note(_ path: String, _ node: YAMLNode) { places.note(path, node.place) }
}
