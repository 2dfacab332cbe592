/// Where the values of a file's keys stand. A key is written with those above it, entries of lists by number:
/// `programmes[3].periods[1].amount`.
public struct YAMLPlaces: Sendable {
  private var places: [String: YAMLPlace] = [:]

  /// Nothing noted yet.
  public init() {}

  /// Notes where the value of `key` stands.
  public mutating func note(_ key: String, _ place: YAMLPlace) { places[key] = place }

  /// Whether the file has a value for `key`.
  public func has(_ key: String) -> Bool { places[key] != nil }

  /// Where the value of `key` stands, or what is above it.
  public func place(of key: String) -> YAMLPlace {
    var known = key
    while places[known] == nil, !known.isEmpty {
      known = String(known.prefix(upTo: known.lastIndex { $0 == "." || $0 == "[" } ?? known.startIndex))
    }
    return places[known] ?? .top
  }

  /// A key below another.
  public static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }
}
