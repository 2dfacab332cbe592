/// The profiles shipped with the product.
public enum EmbeddedProfile: String, CaseIterable, Sendable {
  /// An adult's card.
  case adult
  /// The card of a child with a guardian.
  case child
  /// The card of a person who may collect for others.
  case collector
  /// A card for tries.
  case test

  /// The file's text.
  public var yaml: String {
    let octets =
      switch self {
      case .adult: PackageResources.adult_yaml
      case .child: PackageResources.child_yaml
      case .collector: PackageResources.collector_yaml
      case .test: PackageResources.test_yaml
      }
    return String(decoding: octets, as: UTF8.self)
  }

  /// Reads it.
  public func profile() throws(CardProfileError) -> CardProfile { try CardProfile(yaml: yaml) }
}

extension CardProfile {
  /// The profile of an adult's card.
  public static func adult() throws(CardProfileError) -> CardProfile { try EmbeddedProfile.adult.profile() }

  /// The profile shipped under a name of ``EmbeddedProfile``; `nil` for a name that is none of them.
  public static func named(_ name: String) throws(CardProfileError) -> CardProfile? {
    try EmbeddedProfile(rawValue: name)?.profile()
  }

  /// Every profile shipped with the product, by name.
  ///
  /// - Throws: also when two of them share an id, by which a card and its certificates name their profile.
  public static func embedded() throws(CardProfileError) -> [(name: String, profile: CardProfile)] {
    var found: [(name: String, profile: CardProfile)] = []
    for one in EmbeddedProfile.allCases { found.append((one.rawValue, try one.profile())) }
    try requireOwnIDs(found)
    return found
  }

  /// The profile shipped under an id, as a card's EF.CardInfo names it; `nil` for an id that none has.
  public static func embedded(id: UInt8) throws(CardProfileError) -> CardProfile? {
    try embedded().first { $0.profile.policy.profileID == id }?.profile
  }

  /// Refuses profiles of which two share an id.
  static func requireOwnIDs(_ profiles: [(name: String, profile: CardProfile)]) throws(CardProfileError) {
    var names: [UInt8: String] = [:]
    for (name, profile) in profiles {
      guard let other = names.updateValue(name, forKey: profile.policy.profileID) else { continue }
      throw CardProfileError([ProfileFault(line: 1, column: 1, key: "profile", reason: .sharedID(other))])
    }
  }

  /// Refuses a profile that has another's id and version but puts something else on a card: cards of both would be
  /// taken for one another.
  ///
  /// - Parameters:
  ///   - yaml: the text that `self` was read from, for the place of its version.
  ///   - other: the profile that is there already, and what it is called.
  public func requireOwnVersion(
    in yaml: String, beside other: (name: String, profile: CardProfile)
  ) throws(CardProfileError) {
    guard policy.profileID == other.profile.policy.profileID,
      policy.profileVersion == other.profile.policy.profileVersion,
      ProfileDifference(from: other.profile, to: self).needsNewVersion
    else { return }
    let file = try ProfileFile(yaml: yaml)
    file.reader.refuse("version", .sharedVersion(other.name))
    try file.reader.finish()
  }
}
