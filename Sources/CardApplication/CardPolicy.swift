public import CardCrypto
import ISO7816

/// What a card knows about a session when it decides on an access.
public struct AccessContext: Sendable {
  /// Which password the PACE session was opened with.
  public enum Password: Sendable {
    /// The printed number.
    case can
    /// The holder's operational PIN.
    case pin
    /// The unblocking key or a transport PIN: PIN management only.
    case management
  }

  /// `nil` outside secure messaging.
  public var password: Password?
  /// Payout rights of the terminal that has proven itself; none before.
  public var payoutRights: PayoutRights
  /// Whether that terminal may do with the CAN what else needs the PIN (TR-03110-4 §2.2.3.2, *CAN allowed*).
  public var isCANAllowed: Bool

  /// From its fields.
  public init(password: Password?, payoutRights: PayoutRights = [], isCANAllowed: Bool = false) {
    self.password = password
    self.payoutRights = payoutRights
    self.isCANAllowed = isCANAllowed
  }

  /// *Terminal right* of `card-application` §2: the effective online or offline bit; under the CAN only with *CAN
  /// allowed*.
  public var hasTerminalRight: Bool {
    !payoutRights.isDisjoint(with: [.online, .offline])
      && (password == .pin || (password == .can && isCANAllowed))
  }

  /// Whether a payout without the PIN may be asked for (`card-application` §9).
  public var mayOverride: Bool {
    password == .can && isCANAllowed && payoutRights.isSuperset(of: [.online, .override])
  }
}

/// One access condition of a card profile (`card-application` §3, §4). Data, never code.
public enum AccessCondition: UInt8, Sendable, CaseIterable, Codable {
  /// Nobody, at no time.
  case never = 0
  /// CAN or operational PIN.
  case anyPassword = 1
  /// Operational PIN.
  case pin = 2
  /// Operational PIN, or an authenticated terminal.
  case pinOrTerminal = 3
  /// An authenticated terminal.
  case terminal = 4
  /// Operational PIN *and* an authenticated terminal.
  case pinAndTerminal = 5
  /// The same, or an override (`card-application` §9): the CAN and an authenticated terminal that may override.
  case pinAndTerminalOrOverride = 6

  /// The condition's name in a profile file.
  public var name: String {
    switch self {
    case .never: "never"
    case .anyPassword: "any-password"
    case .pin: "pin"
    case .pinOrTerminal: "pin-or-terminal"
    case .terminal: "terminal"
    case .pinAndTerminal: "pin-and-terminal"
    case .pinAndTerminalOrOverride: "pin-and-terminal-or-override"
    }
  }

  /// Whether `context` meets the condition.
  public func allows(_ context: AccessContext) -> Bool {
    let hasPIN = context.password == .pin
    let hasPassword = hasPIN || context.password == .can
    let hasBoth = hasPIN && context.hasTerminalRight
    return switch self {
    case .never: false
    case .anyPassword: hasPassword
    case .pin: hasPIN
    case .pinOrTerminal: hasPIN || context.hasTerminalRight
    case .terminal: context.hasTerminalRight
    case .pinAndTerminal: hasBoth
    case .pinAndTerminalOrOverride: hasBoth || context.mayOverride
    }
  }
}

/// A profile's rules as the card keeps them.
///
/// Layout: `80 profile id, version, layout, application version(4) 81 PACE parameter id(1) [PACE key length, SCP03 key
/// length, SCP03 MAC length(1 each)] 82 PIN length, PIN tries, PUK length, PUK uses, transport PIN length(5) 83 log
/// slots(1) 84 per file {SFI, read}(2 each) 85 per command {INS, condition}(2 each) 86 Chip Authentication: parameter
/// id, key length(2) 87 override: uses(1), ceiling đồng(8) 88 offline ceilings: 16 × đồng(8), rising`; SFIs and INS
/// rise, and lengths of 16, 16 and 8 octets are left out, so that a policy has one encoding.
public struct CardPolicy: Hashable, Sendable {
  /// Profile id.
  public var profileID: UInt8
  /// Profile version.
  public var profileVersion: UInt8
  /// Version of the certificate layout.
  public var layout: UInt8
  /// Version of the payout application.
  public var applicationVersion: UInt8
  /// Standardised domain parameters of PACE.
  public var paceParameterID: UInt8
  /// Key length of PACE.
  public var paceKeyLength: AESKeyLength
  /// Key length of the card's SCP03 keys.
  public var scp03KeyLength: AESKeyLength
  /// Mode of SCP03.
  public var scp03Mode: SCP03Mode
  /// Digits of the operational PIN.
  public var pinLength: UInt8
  /// Tries before the PIN is blocked.
  public var pinTries: UInt8
  /// Digits of the PUK.
  public var pukLength: UInt8
  /// Uses of the PUK.
  public var pukUses: UInt8
  /// Digits of the transport PIN; never those of the operational PIN.
  public var transportPINLength: UInt8
  /// Slots of EF.PayoutLog, 1…30.
  public var logSlots: UInt8
  /// Standardised domain parameters of Chip Authentication.
  public var chipParameterID: UInt8
  /// Key length of Chip Authentication.
  public var chipKeyLength: AESKeyLength
  /// Overrides between two payouts with the PIN.
  public var overrideUses: UInt8
  /// Most đồng of one override.
  public var overrideCeiling: Int64
  /// Most đồng of one offline payout for each step of a terminal's ceiling, sixteen, rising.
  public var offlineCeilings: [Int64]
  /// Who may read a file.
  public var read: [PayoutFile: AccessCondition]
  /// Who may give a command.
  public var commands: [PayoutCommand: AccessCondition]

  /// From all its fields.
  public init(
    profileID: UInt8, profileVersion: UInt8, layout: UInt8, applicationVersion: UInt8, paceParameterID: UInt8,
    paceKeyLength: AESKeyLength = .aes128, scp03KeyLength: AESKeyLength = .aes128, scp03Mode: SCP03Mode = .s8,
    pinLength: UInt8, pinTries: UInt8, pukLength: UInt8, pukUses: UInt8, transportPINLength: UInt8, logSlots: UInt8,
    chipParameterID: UInt8, chipKeyLength: AESKeyLength, overrideUses: UInt8, overrideCeiling: Int64,
    offlineCeilings: [Int64], read: [PayoutFile: AccessCondition], commands: [PayoutCommand: AccessCondition]
  ) {
    self.profileID = profileID
    self.profileVersion = profileVersion
    self.layout = layout
    self.applicationVersion = applicationVersion
    self.paceParameterID = paceParameterID
    self.paceKeyLength = paceKeyLength
    self.scp03KeyLength = scp03KeyLength
    self.scp03Mode = scp03Mode
    self.pinLength = pinLength
    self.pinTries = pinTries
    self.pukLength = pukLength
    self.pukUses = pukUses
    self.transportPINLength = transportPINLength
    self.logSlots = logSlots
    self.chipParameterID = chipParameterID
    self.chipKeyLength = chipKeyLength
    self.overrideUses = overrideUses
    self.overrideCeiling = overrideCeiling
    self.offlineCeilings = offlineCeilings
    self.read = read
    self.commands = commands
  }

  /// The condition for reading `file`; never, when the profile does not name it.
  public func readCondition(_ file: PayoutFile) -> AccessCondition { read[file] ?? .never }

  /// The condition for `command`; never, when the profile does not name it.
  public func condition(_ command: PayoutCommand) -> AccessCondition { commands[command] ?? .never }

  /// Most đồng that a terminal with `rights` may ask for in one offline payout; 0 without a step.
  public func offlineCeiling(_ rights: PayoutRights) -> Int64 {
    rights.steps == 0 ? 0 : offlineCeilings[rights.steps - 1]
  }

  /// 84 of a certificate: layout ‖ application ‖ profile id ‖ profile version.
  public var versions: [UInt8] { [layout, applicationVersion, profileID, profileVersion] }

  /// The data of the policy's data grouping.
  public var bytes: [UInt8] {
    let files = PayoutFile.allCases.flatMap { file in read[file].map { [file.rawValue, $0.rawValue] } ?? [] }
    let rules = PayoutCommand.allCases.flatMap { command in
      commands[command].map { [command.rawValue, $0.rawValue] } ?? []
    }
    return [
      BERTLV(0x80, [profileID, profileVersion, layout, applicationVersion]), BERTLV(0x81, channels),
      BERTLV(0x82, [pinLength, pinTries, pukLength, pukUses, transportPINLength]), BERTLV(0x83, [logSlots]),
      BERTLV(0x84, files), BERTLV(0x85, rules), BERTLV(0x86, [chipParameterID, UInt8(chipKeyLength.rawValue)]),
      BERTLV(0x87, [overrideUses] + [UInt8](bigEndian: overrideCeiling, width: 8)),
      BERTLV(0x88, offlineCeilings.flatMap { [UInt8](bigEndian: $0, width: 8) }),
    ].flatMap(\.bytes)
  }

  /// Value of 81.
  private var channels: [UInt8] {
    let lengths = [paceKeyLength.rawValue, scp03KeyLength.rawValue, scp03Mode.length].map { UInt8($0) }
    return [paceParameterID] + (lengths == Self.shortestLengths ? [] : lengths)
  }

  /// What is left out of 81.
  private static let shortestLengths: [UInt8] = [16, 16, 8]

  /// Reads the policy.
  public init(parsing octets: [UInt8]) throws(LayoutError) {
    var reader = LayoutReader(octets)
    let profile = try reader.next(0x80, 4)
    let channels = try reader.next(0x81, 1...4)
    guard channels.count == 1 || (channels.count == 4 && Array(channels[1...]) != Self.shortestLengths) else {
      throw .length(0x81, channels.count)
    }
    let lengths = channels.count == 1 ? Self.shortestLengths : Array(channels[1...])
    guard let paceKeyLength = AESKeyLength(rawValue: Int(lengths[0])),
      let scp03KeyLength = AESKeyLength(rawValue: Int(lengths[1])), let scp03Mode = SCP03Mode(rawValue: Int(lengths[2]))
    else { throw .value(0x81) }
    guard Curve.scheme.contains(where: { $0.rawValue == channels[0] }) else { throw .value(0x81) }
    let secrets = try reader.next(0x82, 5)
    let slots = try reader.next(0x83, 1)[0]
    guard (4...12).contains(secrets[0]), (1...10).contains(secrets[1]), (4...12).contains(secrets[4]),
      secrets[4] != secrets[0], (1...15).contains(secrets[3])
    else { throw .value(0x82) }
    guard (1...30).contains(slots) else { throw .value(0x83) }
    let read = try Self.conditions(&reader, 0x84, PayoutFile.init(rawValue:))
    let commands = try Self.conditions(&reader, 0x85, PayoutCommand.init(rawValue:))
    let chip = try reader.next(0x86, 2)
    guard Curve.scheme.contains(where: { $0.rawValue == chip[0] }),
      let chipLength = AESKeyLength(rawValue: Int(chip[1]))
    else { throw .value(0x86) }
    let override = try reader.next(0x87, 9)
    let overrideCeiling = Int64(clamping: override[1...].bigEndianValue ?? 0)
    let ceilings = try reader.next(0x88, 8 * PayoutRights.ceilingSteps)
    let steps = stride(from: 0, to: ceilings.count, by: 8).map {
      Int64(clamping: ceilings[$0..<$0 + 8].bigEndianValue ?? 0)
    }
    guard Self.areCeilings(steps), override[0] <= 9, Self.amounts.contains(overrideCeiling) else { throw .value(0x88) }
    try reader.finish()
    self.init(
      profileID: profile[0], profileVersion: profile[1], layout: profile[2], applicationVersion: profile[3],
      paceParameterID: channels[0], paceKeyLength: paceKeyLength, scp03KeyLength: scp03KeyLength,
      scp03Mode: scp03Mode, pinLength: secrets[0], pinTries: secrets[1], pukLength: secrets[2],
      pukUses: secrets[3], transportPINLength: secrets[4], logSlots: slots, chipParameterID: chip[0],
      chipKeyLength: chipLength, overrideUses: override[0], overrideCeiling: overrideCeiling,
      offlineCeilings: steps, read: read, commands: commands)
  }

  /// What a limit of one payout may be, đồng.
  static let amounts: ClosedRange<Int64> = 0...PayoutEntry.maximumAmount

  /// Whether these are sixteen ceilings, each above the one before.
  static func areCeilings(_ steps: [Int64]) -> Bool {
    steps.count == PayoutRights.ceilingSteps && steps.allSatisfy(amounts.contains)
      && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 } && steps.first.map { $0 > 0 } ?? false
  }

  private static func conditions<Key: Hashable & CaseIterable>(
    _ reader: inout LayoutReader, _ tag: BERTag, _ key: (UInt8) -> Key?
  ) throws(LayoutError) -> [Key: AccessCondition] {
    let records = try reader.records(tag, width: 2, most: Key.allCases.count)
    guard isRising(records) else { throw .value(tag) }
    var table: [Key: AccessCondition] = [:]
    for record in records {
      guard let key = key(record[0]), let condition = AccessCondition(rawValue: record[1]) else { throw .value(tag) }
      table[key] = condition
    }
    return table
  }

  /// Whether the records' first octets rise, which also keeps each from coming twice.
  private static func isRising(_ records: [[UInt8]]) -> Bool {
    zip(records, records.dropFirst()).allSatisfy { $0[0] < $1[0] }
  }
}
