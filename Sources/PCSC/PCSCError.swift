public import ISO7816

/// A PC/SC call that did not succeed: which one, and what it answered.
public struct PCSCError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A result code of PC/SC (`LONG`), an open set: a value without a name is kept as it came.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The 32 bits of the code, 0x80100001 and up for errors.
    public let rawValue: UInt32

    /// Wraps any value.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `SCARD_E_NO_SERVICE (the PC/SC service (pcscd) is not running)`.
    public var description: String { "\(name) (\(meaning))" }

    /// Lets `catch PCSCError.Code.timeout` match the error by its code.
    public static func ~= (code: Code, error: any Error) -> Bool { (error as? PCSCError)?.code == code }

    /// Lets `case .timeout` match the error by its code.
    public static func ~= (code: Code, error: PCSCError) -> Bool { error.code == code }
  }

  /// What the call answered.
  public let code: Code
  /// The C function, such as `SCardConnect`.
  public let function: String

  /// From a code and the function that gave it.
  public init(_ code: Code, in function: String) {
    self.code = code
    self.function = function
  }

  /// `SCardConnect: SCARD_E_NO_SERVICE (the PC/SC service (pcscd) is not running)`.
  public var description: String { "\(function): \(code)" }

  /// Whether a service that was reached before and now goes down or comes up may answer so. Cut off between a question
  /// of the library and its answer it looks like one that turns this program away; about a card it may mean just that.
  public var isOutage: Bool {
    cardLoss == .serviceGone
      || ["SCardEstablishContext", "SCardListReaders", "SCardGetStatusChange"].contains(function)
        && [.securityViolation, .noAccess].contains(code)
  }

  /// What became of the card when the code says that it is lost; `nil` for any other code.
  public var cardLoss: CardLoss? {
    switch code {
    case .resetCard: .reset
    case .removedCard, .noSmartCard: .removed
    case .unpoweredCard: .unpowered
    case .readerUnavailable, .unknownReader, .noReadersAvailable: .readerGone
    case .noService, .serviceStopped, .communicationDataLost, .communicationError, .shutdown: .serviceGone
    default: nil
    }
  }

  /// The same for the layers above: ``CardChannelError/cardLost(_:)`` where the card is lost, else the whole error in
  /// ``CardChannelError/transport(_:)``.
  public var channelError: CardChannelError { cardLoss.map { .cardLost($0) } ?? .transport(self) }
}

extension PCSCError.Code {
  /// Whether a driver that does not carry extended length may answer so to a command that has it. A failed exchange is
  /// not among them: it is also what a driver says of a card that has just gone, and that must never be tried again.
  var refusesLength: Bool {
    [.insufficientBuffer, .invalidParameter, .invalidValue, .unsupportedFeature, .pciTooSmall]
      .contains(self)
  }
}

/// Throws unless a PC/SC call answered `SCARD_S_SUCCESS`.
func check(_ result: Int, _ function: String) throws(PCSCError) {
  guard result == 0 else {
    throw PCSCError(PCSCError.Code(rawValue: UInt32(truncatingIfNeeded: result)), in: function)
  }
}
