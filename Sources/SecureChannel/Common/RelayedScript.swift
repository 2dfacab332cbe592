public import ISO7816

/// A ready-made SCP03 session as it travels from who has the keys, through whoever carries it, to a terminal.
///
/// Layout: `E0 { 80 expected answer to INITIALIZE UPDATE, 81 command APDU, … }`, the commands in the order in which
/// they are played: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, then STORE DATA and SET STATUS. No other command is in
/// one: a script is played inside the holder's session, and must not be able to pay, or to set a PIN.
public struct RelayedScript: Hashable, Sendable {
  /// Most commands of one script.
  public static let maximumCommands = 16
  /// Most octets of one script.
  public static let maximumOctets = 32_768

  /// What the card answers to INITIALIZE UPDATE when the script is for this card and this session. After any other
  /// answer nothing more is sent: the next command would be a failed try.
  public let expectedAnswer: [UInt8]
  /// The commands with their inner classes: 80 of INITIALIZE UPDATE, 84 of all others.
  public let commands: [CommandAPDU]

  /// `nil` for commands that are no such session, or more octets than a script may have.
  public init?(expectedAnswer: [UInt8], commands: [CommandAPDU]) {
    self.expectedAnswer = expectedAnswer
    self.commands = commands
    guard Self.isSession(commands), bytes.count <= Self.maximumOctets else { return nil }
  }

  private static func isSession(_ commands: [CommandAPDU]) -> Bool {
    guard (3...maximumCommands).contains(commands.count) else { return false }
    let instructions = commands.map { [$0.cla, $0.ins] }
    return instructions[0] == [0x80, 0x50] && instructions[1] == [0x84, 0x82]
      && instructions.dropFirst(2).allSatisfy { $0 == [0x84, 0xE2] || $0 == [0x84, 0xF0] }
  }

  /// The script's octets.
  public var bytes: [UInt8] {
    BERTLV(0xE0, [BERTLV(0x80, expectedAnswer)] + commands.map { BERTLV(0x81, $0.bytes) }).bytes
  }

  /// Reads a script; `nil` for anything else.
  public init?(parsing octets: [UInt8]) {
    guard octets.count <= Self.maximumOctets,
      let outer = try? BERTLV(parsing: octets, shortestLengths: true), outer.tag == 0xE0,
      let objects = try? BERTLV.sequence(outer.value, shortestLengths: true), let first = objects.first,
      first.tag == 0x80, objects.dropFirst().allSatisfy({ $0.tag == 0x81 })
    else { return nil }
    let commands = objects.dropFirst().compactMap { try? CommandAPDU(parsing: $0.value) }
    guard commands.count == objects.count - 1 else { return nil }
    self.init(expectedAnswer: first.value, commands: commands)
    // One form for a script: a short length in the form of a long one would be sent otherwise than it came.
    guard bytes == octets else { return nil }
  }
}

/// What a card answered to a ``RelayedScript``, as far as it was played.
///
/// Layout: `E1 { 81 response APDU, … }`, in the order of the commands.
public struct RelayedAnswers: Hashable, Sendable {
  /// Most octets of the answers to one script.
  public static let maximumOctets = 16_384

  /// The answers: as many as commands, or fewer.
  public let responses: [ResponseAPDU]

  /// No answer at all.
  public static let none = RelayedAnswers()

  private init() { responses = [] }

  /// `nil` for more answers, or more octets, than those to one script.
  public init?(_ responses: [ResponseAPDU]) {
    self.responses = responses
    guard responses.count <= RelayedScript.maximumCommands, bytes.count <= Self.maximumOctets else { return nil }
  }

  /// The answers' octets.
  public var bytes: [UInt8] { BERTLV(0xE1, responses.map { BERTLV(0x81, $0.bytes) }).bytes }

  /// Reads answers; `nil` for anything else.
  public init?(parsing octets: [UInt8]) {
    guard octets.count <= Self.maximumOctets,
      let outer = try? BERTLV(parsing: octets, shortestLengths: true), outer.tag == 0xE1,
      let objects = try? BERTLV.sequence(outer.value, shortestLengths: true),
      objects.allSatisfy({ $0.tag == 0x81 })
    else { return nil }
    let responses = objects.compactMap { try? ResponseAPDU(parsing: $0.value) }
    guard responses.count == objects.count else { return nil }
    self.init(responses)
  }
}
