public import CardCrypto
internal import Yams

/// What is wrong with a profile file.
public enum CardProfileError: Error, Hashable, Sendable {
  /// Not YAML, or a key is missing or has the wrong type; the parser's own words, which name the place.
  case syntax(String)
  /// A value outside what the card can do; `key` names it, `reason` says why.
  case value(key: String, reason: String)
}

/// A card profile: what is put on a card and who may do what with it (`CardProfiles/*.yaml`).
///
/// `pace-cipher` (aes-128, aes-192, aes-256) and `scp03: { key-length: 16 | 24 | 32, mode: s8 | s16 }` may be left out;
/// then they are aes-128, 16 and s8. A key that a profile does not have is refused, for with a slip of the pen in its
/// name it would fall back to these.
public struct CardProfile: Sendable {
  /// The profile's rules as the card keeps them.
  public let policy: CardPolicy
  /// Vietnamese name.
  public let nameVi: String
  /// English name.
  public let nameEn: String
  /// Years from issue to the last day of validity.
  public let validityYears: Int
  /// Digits of the CAN.
  public let canLength: Int

  /// The curve of PACE.
  public var curve: Curve { Curve(rawValue: policy.paceParameterID) ?? .p256 }

  /// The profile of an adult's card, shipped with the product.
  public static func adult() throws(CardProfileError) -> CardProfile {
    try CardProfile(yaml: String(decoding: PackageResources.adult_yaml, as: UTF8.self))
  }

  /// Reads a profile file.
  public init(yaml: String) throws(CardProfileError) {
    let file: ProfileFile
    do {
      file = try YAMLDecoder().decode(ProfileFile.self, from: yaml)
    } catch {
      throw .syntax(String(describing: error))
    }
    let curve = try Self.curve(file.pace, "pace")
    let cipher = try Self.cipher(file.paceCipher ?? "aes-128", "pace-cipher")
    let chipCurve = try Self.curve(file.chipAuthentication.curve, "chip-authentication.curve")
    let chipCipher = try Self.cipher(file.chipAuthentication.cipher, "chip-authentication.cipher")
    guard let keyLength = AESKeyLength(rawValue: file.scp03?.keyLength ?? 16) else {
      throw .value(key: "scp03.key-length", reason: "is none of 16, 24, 32")
    }
    guard let mode = ["s8": SCP03Mode.s8, "s16": .s16][file.scp03?.mode ?? "s8"] else {
      throw .value(key: "scp03.mode", reason: "is neither s8 nor s16")
    }
    try Self.requireKnownKeys(yaml)
    try Self.require(file.can.length == 6, "can.length", "is not 6")
    try Self.require((4...12).contains(file.pin.length), "pin.length", "is not 4…12")
    try Self.require((1...10).contains(file.pin.tries), "pin.tries", "is not 1…10")
    try Self.require((4...12).contains(file.pin.transportLength), "pin.transport-length", "is not 4…12")
    try Self.require(
      file.pin.transportLength != file.pin.length, "pin.transport-length",
      "is the length of the PIN: the card could not tell them apart")
    try Self.require((8...12).contains(file.puk.length), "puk.length", "is not 8…12")
    try Self.require((1...15).contains(file.puk.uses), "puk.uses", "is not 1…15")
    try Self.require((1...30).contains(file.logSlots), "log-slots", "is not 1…30")
    try Self.require((1...20).contains(file.validityYears), "validity-years", "is not 1…20")
    try Self.require(
      file.commands.authorise.isGuarded, "commands.authorise-payout", "does not require the PIN and a terminal")
    try Self.require((0...9).contains(file.override.uses), "override.uses", "is not 0…9")
    try Self.require(
      CardPolicy.amounts.contains(file.override.ceiling), "override.ceiling", "is not an amount of đồng")
    try Self.require(
      CardPolicy.areCeilings(file.offlineCeilings), "offline-ceilings", "is not sixteen rising amounts of đồng")
    policy = CardPolicy(
      profileID: file.profile, profileVersion: file.version, layout: file.layout,
      applicationVersion: file.application, paceParameterID: curve.rawValue, paceKeyLength: cipher,
      scp03KeyLength: keyLength, scp03Mode: mode, pinLength: UInt8(file.pin.length),
      pinTries: UInt8(file.pin.tries), pukLength: UInt8(file.puk.length), pukUses: UInt8(file.puk.uses),
      transportPINLength: UInt8(file.pin.transportLength), logSlots: UInt8(file.logSlots),
      chipParameterID: chipCurve.rawValue, chipKeyLength: chipCipher, overrideUses: UInt8(file.override.uses),
      overrideCeiling: file.override.ceiling, offlineCeilings: file.offlineCeilings, read: file.read.table,
      commands: file.commands.table)
    nameVi = file.name.vi
    nameEn = file.name.en
    validityYears = file.validityYears
    canLength = file.can.length
  }

  private static let ciphers: [String: AESKeyLength] = ["aes-128": .aes128, "aes-192": .aes192, "aes-256": .aes256]

  private static func curve(_ name: String, _ key: String) throws(CardProfileError) -> Curve {
    guard let curve = ["P-256": Curve.p256, "brainpoolP256r1": .brainpoolP256r1][name] else {
      throw .value(key: key, reason: "is neither P-256 nor brainpoolP256r1")
    }
    return curve
  }

  private static func cipher(_ name: String, _ key: String) throws(CardProfileError) -> AESKeyLength {
    guard let cipher = ciphers[name] else {
      throw .value(key: key, reason: "is none of \(ciphers.keys.sorted().joined(separator: ", "))")
    }
    return cipher
  }

  private static func requireKnownKeys(_ yaml: String) throws(CardProfileError) {
    let keys: ProfileKeys
    do {
      keys = try YAMLDecoder().decode(ProfileKeys.self, from: yaml)
    } catch {
      throw .syntax(String(describing: error))
    }
    if let unknown = keys.unknown { throw .value(key: unknown, reason: "is not a key of a profile") }
    if let empty = keys.empty { throw .value(key: empty, reason: "has no value") }
  }

  private static func require(_ holds: Bool, _ key: String, _ reason: String) throws(CardProfileError) {
    guard holds else { throw .value(key: key, reason: reason) }
  }
}

/// The shape of the YAML file.
private struct ProfileFile: Decodable {
  struct Name: Decodable { let vi, en: String }
  struct Length: Decodable { let length: Int }
  struct PIN: Decodable {
    let length, tries, transportLength: Int

    enum CodingKeys: String, CodingKey {
      case length, tries
      case transportLength = "transport-length"
    }
  }
  struct Chip: Decodable { let curve, cipher: String }
  struct Override: Decodable {
    let uses: Int
    let ceiling: Int64
  }
  struct PUK: Decodable { let length, uses: Int }
  struct SCP03: Decodable {
    let keyLength: Int?
    let mode: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case keyLength = "key-length"
      case mode
    }
  }

  let profile, version, layout, application: UInt8
  let name: Name
  let validityYears: Int
  let pace: String
  let paceCipher: String?
  let scp03: SCP03?
  let can: Length
  let pin: PIN
  let puk: PUK
  let logSlots: Int
  let chipAuthentication: Chip
  let override: Override
  let offlineCeilings: [Int64]
  let read: ReadRules
  let commands: CommandRules

  enum CodingKeys: String, CodingKey, CaseIterable {
    case profile, version, layout, application, name, pace, scp03, can, pin, puk, override, read, commands
    case paceCipher = "pace-cipher"
    case validityYears = "validity-years"
    case logSlots = "log-slots"
    case chipAuthentication = "chip-authentication"
    case offlineCeilings = "offline-ceilings"
  }
}

/// The keys of a profile file where some may be left out.
private struct ProfileKeys: Decodable {
  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The first that a profile does not have.
  private(set) var unknown: String?
  /// The first that has no value, which would else count as left out.
  private(set) var empty: String?

  init(from decoder: any Decoder) throws {
    let file = try decoder.container(keyedBy: Key.self)
    try check(file, known: ProfileFile.CodingKeys.allCases.map(\.stringValue), prefix: "")
    let scp03 = Key(stringValue: ProfileFile.CodingKeys.scp03.stringValue)
    guard file.contains(scp03), try !file.decodeNil(forKey: scp03) else { return }
    let inner = try file.nestedContainer(keyedBy: Key.self, forKey: scp03)
    try check(inner, known: ProfileFile.SCP03.CodingKeys.allCases.map(\.stringValue), prefix: "scp03.")
  }

  private mutating func check(_ keys: KeyedDecodingContainer<Key>, known: [String], prefix: String) throws {
    for key in keys.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      if !known.contains(key.stringValue) { unknown = unknown ?? prefix + key.stringValue }
      if try keys.decodeNil(forKey: key) { empty = empty ?? prefix + key.stringValue }
    }
  }
}

private struct ReadRules: Decodable {
  let cardInfo, holder, lines, snapshot, payoutKeyCertificate, payoutLog, offlineAuthority, photo: NamedCondition

  enum CodingKeys: String, CodingKey {
    case cardInfo = "card-info"
    case holder, lines, snapshot, photo
    case payoutKeyCertificate = "payout-key-certificate"
    case payoutLog = "payout-log"
    case offlineAuthority = "offline-authority"
  }

  var table: [PayoutFile: AccessCondition] {
    [
      .cardInfo: cardInfo.condition, .holder: holder.condition, .lines: lines.condition,
      .snapshot: snapshot.condition, .payoutKeyCertificate: payoutKeyCertificate.condition,
      .payoutLog: payoutLog.condition, .offlineAuthority: offlineAuthority.condition, .photo: photo.condition,
    ]
  }
}

private struct CommandRules: Decodable {
  let authorise, complete, status, lastCertificate: NamedCondition

  enum CodingKeys: String, CodingKey {
    case authorise = "authorise-payout"
    case complete = "complete-payout"
    case status = "get-payout-status"
    case lastCertificate = "get-last-certificate"
  }

  var table: [PayoutCommand: AccessCondition] {
    [
      .authorise: authorise.condition, .complete: complete.condition, .status: status.condition,
      .lastCertificate: lastCertificate.condition,
    ]
  }
}

private struct NamedCondition: Decodable {
  let condition: AccessCondition

  /// Whether a payout needs what §4 of `card-application` asks for.
  var isGuarded: Bool { condition == .pinAndTerminal || condition == .pinAndTerminalOrOverride }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let condition = AccessCondition.allCases.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no access condition '\(name)'")
    }
    self.condition = condition
  }
}
