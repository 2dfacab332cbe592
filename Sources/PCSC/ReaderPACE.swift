public import ISO7816

/// Why an answer of `FEATURE_EXECUTE_PACE` can't be read.
public enum ReaderPACEError: Error, Hashable, Sendable {
  /// Fewer octets than a length in it says, or than the fields that are always there.
  case truncated
  /// Octets after the last field.
  case trailing(Int)
  /// The reader did not do it; why, and of `EstablishPACEChannel` the card's answer to MSE:Set AT when the reader tells
  /// that as well.
  case refused(ReaderPACEResult, setUp: StatusWord? = nil)
}

/// What a reader's pad can do of PACE (PC/SC part 10 amendment 1, `GetReadersPACECapabilities`; TR-03119 D.1.1).
public struct ReaderPACECapabilities: OptionSet, Hashable, Sendable {
  /// The bits as the reader gave them; those without a name are kept.
  public let rawValue: UInt8

  /// Wraps any bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// b5: the qualified signature of the German identity card.
  public static let signature = ReaderPACECapabilities(rawValue: 0x10)
  /// b6: the eID function of the German identity card.
  public static let eID = ReaderPACECapabilities(rawValue: 0x20)
  /// b7: PACE with any card.
  public static let generic = ReaderPACECapabilities(rawValue: 0x40)
  /// b8: `DestroyPACEChannel`.
  public static let destroyChannel = ReaderPACECapabilities(rawValue: 0x80)

  /// From the output of `GetReadersPACECapabilities`: the octet of bits, alone or after its length 01, as readers
  /// differ.
  public init(parsing output: [UInt8]) throws(ReaderPACEError) {
    let bits = output.count > 1 && output[0] == 1 ? output.dropFirst() : output[...]
    guard let first = bits.first else { throw .truncated }
    guard bits.count == 1 else { throw .trailing(bits.count - 1) }
    self.init(rawValue: first)
  }
}

/// What became of a call of `FEATURE_EXECUTE_PACE` (amendment 1, table of result values; TR-03119 D.1.2), an open set.
public struct ReaderPACEResult: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The 32 bits.
  public let rawValue: UInt32

  /// Wraps any value.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Done.
  public static let success = ReaderPACEResult(rawValue: 0x0000_0000)
  /// Lengths in the input do not agree.
  public static let inputLengths = ReaderPACEResult(rawValue: 0xD000_0001)
  /// Data in the input that is not expected.
  public static let inputData = ReaderPACEResult(rawValue: 0xD000_0002)
  /// Data in the input that does not go together.
  public static let inputCombination = ReaderPACEResult(rawValue: 0xD000_0003)
  /// The card's answer is not well-formed TLV.
  public static let responseSyntax = ReaderPACEResult(rawValue: 0xE000_0001)
  /// An object in the card's answer is missing or not expected.
  public static let responseObject = ReaderPACEResult(rawValue: 0xE000_0002)
  /// The reader does not know the kind of password.
  public static let unknownPassword = ReaderPACEResult(rawValue: 0xE000_0003)
  /// The card's token is wrong: another password on the card, or no genuine card.
  public static let wrongToken = ReaderPACEResult(rawValue: 0xE000_0006)
  /// Communication with the card broke.
  public static let communicationAborted = ReaderPACEResult(rawValue: 0xF010_0001)
  /// No card.
  public static let noCard = ReaderPACEResult(rawValue: 0xF010_0002)
  /// The person pressed the pad's cancel key.
  public static let cancelled = ReaderPACEResult(rawValue: 0xF020_0001)
  /// Nobody typed in time.
  public static let timeout = ReaderPACEResult(rawValue: 0xF020_0002)

  /// A command of the reader that the card refused.
  public enum Step: UInt16, Hashable, Sendable, CaseIterable {
    /// SELECT EF.CardAccess.
    case selectCardAccess = 0xF000
    /// READ BINARY of it.
    case readCardAccess = 0xF001
    /// MSE:Set AT.
    case setUp = 0xF002
    /// GENERAL AUTHENTICATE, the nonce; some readers tell all four steps by this one.
    case nonce = 0xF003
    /// GENERAL AUTHENTICATE, the mapping.
    case map = 0xF004
    /// GENERAL AUTHENTICATE, the agreement.
    case agree = 0xF005
    /// GENERAL AUTHENTICATE, the tokens: the password was wrong.
    case tokens = 0xF006
  }

  /// The command that the card refused and its status word, F000XXXX…F006XXXX; `nil` for any other result.
  public var refusal: (step: Step, status: StatusWord)? {
    guard let step = Step(rawValue: UInt16(rawValue >> 16)) else { return nil }
    return (step, StatusWord(rawValue: UInt16(truncatingIfNeeded: rawValue)))
  }

  /// Eight hexadecimal digits.
  public var description: String { [UInt8](bigEndian: rawValue, width: 4).hex }
}

/// An answer of `FEATURE_EXECUTE_PACE`: result (4) ‖ length (2) ‖ output, numbers with their least significant octet
/// first.
public struct ReaderPACEAnswer: Hashable, Sendable {
  /// What became of the call.
  public let result: ReaderPACEResult
  /// What the function gives; often nothing when it failed.
  public let output: [UInt8]

  /// Reads an answer; some readers leave the length out when they failed.
  public init(parsing octets: [UInt8]) throws(ReaderPACEError) {
    var reader = PACEOutputReader(octets)
    result = ReaderPACEResult(rawValue: UInt32(truncatingIfNeeded: try reader.number(4)))
    output = reader.isAtEnd && result != .success ? [] : try reader.field(2)
    try reader.finish()
  }

  /// The output of a call that succeeded.
  public func get() throws(ReaderPACEError) -> [UInt8] {
    guard result == .success else {
      // Of a failed call only `EstablishPACEChannel` has an output, and it begins as that of a good one.
      throw .refused(result, setUp: output.count >= 2 ? StatusWord(sw1: output[0], sw2: output[1]) : nil)
    }
    return output
  }
}

/// A PACE channel that the reader has opened to the card, from the output of `EstablishPACEChannel`.
///
/// From then on the reader wraps what is sent to the card. The octets of the card are kept as they came.
public struct ReaderPACEChannel: Hashable, Sendable {
  /// The card's answer to MSE:Set AT: a warning with the tries that are left, or 9000.
  public let setUpStatus: StatusWord
  /// EF.CardAccess.
  public let cardAccess: [UInt8]
  /// The certification authority reference that the card prefers, for terminal authentication; empty when not told.
  public let currentAuthority: [UInt8]
  /// The one before; empty when the card has one only.
  public let previousAuthority: [UInt8]
  /// ID_icc, the compressed ephemeral key of the card, for terminal authentication; empty when not told.
  public let cardIdentifier: [UInt8]

  /// Reads status (2, SW1 first) ‖ length (2) ‖ EF.CardAccess, and when terminal authentication can follow
  /// length (1) ‖ CAR ‖ length (1) ‖ previous CAR ‖ length (2) ‖ ID_icc (amendment 1, `EstablishPACEChannel`).
  public init(parsing output: [UInt8]) throws(ReaderPACEError) {
    var reader = PACEOutputReader(output)
    let status = try reader.octets(2)
    setUpStatus = StatusWord(rawValue: UInt16(status[0]) << 8 | UInt16(status[1]))
    cardAccess = try reader.field(2)
    if reader.isAtEnd {
      (currentAuthority, previousAuthority, cardIdentifier) = ([], [], [])
    } else {
      currentAuthority = try reader.field(1)
      previousAuthority = try reader.field(1)
      cardIdentifier = try reader.field(2)
    }
    try reader.finish()
  }
}

/// Reads fields with a length before them, least significant octet first.
private struct PACEOutputReader {
  private var rest: ArraySlice<UInt8>

  init(_ octets: [UInt8]) { rest = octets[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func octets(_ count: Int) throws(ReaderPACEError) -> [UInt8] {
    guard rest.count >= count else { throw .truncated }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// A number of up to 4 octets.
  mutating func number(_ width: Int) throws(ReaderPACEError) -> Int {
    try octets(width).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func field(_ width: Int) throws(ReaderPACEError) -> [UInt8] { try octets(try number(width)) }

  func finish() throws(ReaderPACEError) {
    guard rest.isEmpty else { throw .trailing(rest.count) }
  }
}
