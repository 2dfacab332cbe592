internal import ISO7816

// The result codes of PC/SC Lite (`pcsclite.h`; PC/SC Part 5 §3.1). 8010001F has two names there; the second, for an
// unsupported feature, is the one the service uses.

extension PCSCError.Code {
  /// `SCARD_F_INTERNAL_ERROR`: an internal consistency check failed.
  public static let internalError = PCSCError.Code(rawValue: 0x8010_0001)
  /// `SCARD_E_CANCELLED`: cancelled by SCardCancel.
  public static let cancelled = PCSCError.Code(rawValue: 0x8010_0002)
  /// `SCARD_E_INVALID_HANDLE`: the handle is not, or no longer, valid.
  public static let invalidHandle = PCSCError.Code(rawValue: 0x8010_0003)
  /// `SCARD_E_INVALID_PARAMETER`: a parameter cannot be interpreted.
  public static let invalidParameter = PCSCError.Code(rawValue: 0x8010_0004)
  /// `SCARD_E_INVALID_TARGET`: start-up information is missing or invalid.
  public static let invalidTarget = PCSCError.Code(rawValue: 0x8010_0005)
  /// `SCARD_E_NO_MEMORY`: not enough memory.
  public static let noMemory = PCSCError.Code(rawValue: 0x8010_0006)
  /// `SCARD_F_WAITED_TOO_LONG`: an internal timer ran out.
  public static let waitedTooLong = PCSCError.Code(rawValue: 0x8010_0007)
  /// `SCARD_E_INSUFFICIENT_BUFFER`: the buffer is too small for the data.
  public static let insufficientBuffer = PCSCError.Code(rawValue: 0x8010_0008)
  /// `SCARD_E_UNKNOWN_READER`: no reader has this name.
  public static let unknownReader = PCSCError.Code(rawValue: 0x8010_0009)
  /// `SCARD_E_TIMEOUT`: the time given has run out.
  public static let timeout = PCSCError.Code(rawValue: 0x8010_000A)
  /// `SCARD_E_SHARING_VIOLATION`: another program holds the card.
  public static let sharingViolation = PCSCError.Code(rawValue: 0x8010_000B)
  /// `SCARD_E_NO_SMARTCARD`: there is no card in the reader.
  public static let noSmartCard = PCSCError.Code(rawValue: 0x8010_000C)
  /// `SCARD_E_UNKNOWN_CARD`: the card's name is not known.
  public static let unknownCard = PCSCError.Code(rawValue: 0x8010_000D)
  /// `SCARD_E_CANT_DISPOSE`: the card cannot be left in the state asked for.
  public static let cannotDispose = PCSCError.Code(rawValue: 0x8010_000E)
  /// `SCARD_E_PROTO_MISMATCH`: the card does not offer the protocol asked for.
  public static let protocolMismatch = PCSCError.Code(rawValue: 0x8010_000F)
  /// `SCARD_E_NOT_READY`: the reader or card is not ready for commands.
  public static let notReady = PCSCError.Code(rawValue: 0x8010_0010)
  /// `SCARD_E_INVALID_VALUE`: the value of a parameter is not allowed.
  public static let invalidValue = PCSCError.Code(rawValue: 0x8010_0011)
  /// `SCARD_E_SYSTEM_CANCELLED`: cancelled by the system.
  public static let systemCancelled = PCSCError.Code(rawValue: 0x8010_0012)
  /// `SCARD_F_COMM_ERROR`: the connection to the PC/SC service broke.
  public static let communicationError = PCSCError.Code(rawValue: 0x8010_0013)
  /// `SCARD_F_UNKNOWN_ERROR`: an internal error of unknown source.
  public static let unknownError = PCSCError.Code(rawValue: 0x8010_0014)
  /// `SCARD_E_INVALID_ATR`: not a valid answer to reset.
  public static let invalidATR = PCSCError.Code(rawValue: 0x8010_0015)
  /// `SCARD_E_NOT_TRANSACTED`: the exchange with the card failed, or no transaction is open.
  public static let notTransacted = PCSCError.Code(rawValue: 0x8010_0016)
  /// `SCARD_E_READER_UNAVAILABLE`: the reader is not available.
  public static let readerUnavailable = PCSCError.Code(rawValue: 0x8010_0017)
  /// `SCARD_P_SHUTDOWN`: ended so that the service can exit.
  public static let shutdown = PCSCError.Code(rawValue: 0x8010_0018)
  /// `SCARD_E_PCI_TOO_SMALL`: the protocol control buffer is too small.
  public static let pciTooSmall = PCSCError.Code(rawValue: 0x8010_0019)
  /// `SCARD_E_READER_UNSUPPORTED`: the reader's driver lacks what is needed.
  public static let readerUnsupported = PCSCError.Code(rawValue: 0x8010_001A)
  /// `SCARD_E_DUPLICATE_READER`: the driver gave a reader name twice.
  public static let duplicateReader = PCSCError.Code(rawValue: 0x8010_001B)
  /// `SCARD_E_CARD_UNSUPPORTED`: the card lacks what is needed.
  public static let cardUnsupported = PCSCError.Code(rawValue: 0x8010_001C)
  /// `SCARD_E_NO_SERVICE`: the PC/SC service (pcscd) is not running.
  public static let noService = PCSCError.Code(rawValue: 0x8010_001D)
  /// `SCARD_E_SERVICE_STOPPED`: the PC/SC service (pcscd) has stopped.
  public static let serviceStopped = PCSCError.Code(rawValue: 0x8010_001E)
  /// `SCARD_E_UNSUPPORTED_FEATURE`: the reader or card does not support this.
  public static let unsupportedFeature = PCSCError.Code(rawValue: 0x8010_001F)
  /// `SCARD_E_ICC_INSTALLATION`: no provider for the card.
  public static let installation = PCSCError.Code(rawValue: 0x8010_0020)
  /// `SCARD_E_ICC_CREATEORDER`: objects cannot be created in this order.
  public static let createOrder = PCSCError.Code(rawValue: 0x8010_0021)
  /// `SCARD_E_DIR_NOT_FOUND`: the directory is not on the card.
  public static let directoryNotFound = PCSCError.Code(rawValue: 0x8010_0023)
  /// `SCARD_E_FILE_NOT_FOUND`: the file is not on the card.
  public static let fileNotFound = PCSCError.Code(rawValue: 0x8010_0024)
  /// `SCARD_E_NO_DIR`: the path is not a directory.
  public static let notADirectory = PCSCError.Code(rawValue: 0x8010_0025)
  /// `SCARD_E_NO_FILE`: the path is not a file.
  public static let notAFile = PCSCError.Code(rawValue: 0x8010_0026)
  /// `SCARD_E_NO_ACCESS`: access to the file is refused.
  public static let noAccess = PCSCError.Code(rawValue: 0x8010_0027)
  /// `SCARD_E_WRITE_TOO_MANY`: not enough memory on the card.
  public static let writeTooMany = PCSCError.Code(rawValue: 0x8010_0028)
  /// `SCARD_E_BAD_SEEK`: the file pointer cannot be set there.
  public static let badSeek = PCSCError.Code(rawValue: 0x8010_0029)
  /// `SCARD_E_INVALID_CHV`: the PIN is wrong.
  public static let invalidPIN = PCSCError.Code(rawValue: 0x8010_002A)
  /// `SCARD_E_UNKNOWN_RES_MNG`: a layer below gave an unknown code.
  public static let unknownServiceError = PCSCError.Code(rawValue: 0x8010_002B)
  /// `SCARD_E_NO_SUCH_CERTIFICATE`: the certificate does not exist.
  public static let noSuchCertificate = PCSCError.Code(rawValue: 0x8010_002C)
  /// `SCARD_E_CERTIFICATE_UNAVAILABLE`: the certificate cannot be had.
  public static let certificateUnavailable = PCSCError.Code(rawValue: 0x8010_002D)
  /// `SCARD_E_NO_READERS_AVAILABLE`: there is no reader.
  public static let noReadersAvailable = PCSCError.Code(rawValue: 0x8010_002E)
  /// `SCARD_E_COMM_DATA_LOST`: data was lost on the way.
  public static let communicationDataLost = PCSCError.Code(rawValue: 0x8010_002F)
  /// `SCARD_E_NO_KEY_CONTAINER`: the key container does not exist.
  public static let noKeyContainer = PCSCError.Code(rawValue: 0x8010_0030)
  /// `SCARD_E_SERVER_TOO_BUSY`: the PC/SC service is too busy.
  public static let serverTooBusy = PCSCError.Code(rawValue: 0x8010_0031)
  /// `SCARD_W_UNSUPPORTED_CARD`: the reader cannot talk to this card.
  public static let unsupportedCard = PCSCError.Code(rawValue: 0x8010_0065)
  /// `SCARD_W_UNRESPONSIVE_CARD`: the card does not answer a reset.
  public static let unresponsiveCard = PCSCError.Code(rawValue: 0x8010_0066)
  /// `SCARD_W_UNPOWERED_CARD`: the card is without power.
  public static let unpoweredCard = PCSCError.Code(rawValue: 0x8010_0067)
  /// `SCARD_W_RESET_CARD`: the card was reset; its state is gone.
  public static let resetCard = PCSCError.Code(rawValue: 0x8010_0068)
  /// `SCARD_W_REMOVED_CARD`: the card was taken away.
  public static let removedCard = PCSCError.Code(rawValue: 0x8010_0069)
  /// `SCARD_W_SECURITY_VIOLATION`: access is refused.
  public static let securityViolation = PCSCError.Code(rawValue: 0x8010_006A)
  /// `SCARD_W_WRONG_CHV`: the PIN given is wrong.
  public static let wrongPIN = PCSCError.Code(rawValue: 0x8010_006B)
  /// `SCARD_W_CHV_BLOCKED`: the PIN is blocked.
  public static let blockedPIN = PCSCError.Code(rawValue: 0x8010_006C)
  /// `SCARD_W_EOF`: the end of the file is reached.
  public static let endOfFile = PCSCError.Code(rawValue: 0x8010_006D)
  /// `SCARD_W_CANCELLED_BY_USER`: cancelled by the user.
  public static let cancelledByUser = PCSCError.Code(rawValue: 0x8010_006E)
  /// `SCARD_W_CARD_NOT_AUTHENTICATED`: no PIN was given.
  public static let notAuthenticated = PCSCError.Code(rawValue: 0x8010_006F)
}

/// Names and meanings of the codes of `pcsclite.h`, in the order of their values.
private let table: [PCSCError.Code: (name: String, meaning: String)] = [
  .internalError: ("SCARD_F_INTERNAL_ERROR", "an internal consistency check failed"),
  .cancelled: ("SCARD_E_CANCELLED", "cancelled by SCardCancel"),
  .invalidHandle: ("SCARD_E_INVALID_HANDLE", "the handle is not, or no longer, valid"),
  .invalidParameter: ("SCARD_E_INVALID_PARAMETER", "a parameter cannot be interpreted"),
  .invalidTarget: ("SCARD_E_INVALID_TARGET", "start-up information is missing or invalid"),
  .noMemory: ("SCARD_E_NO_MEMORY", "not enough memory"),
  .waitedTooLong: ("SCARD_F_WAITED_TOO_LONG", "an internal timer ran out"),
  .insufficientBuffer: ("SCARD_E_INSUFFICIENT_BUFFER", "the buffer is too small for the data"),
  .unknownReader: ("SCARD_E_UNKNOWN_READER", "no reader has this name"),
  .timeout: ("SCARD_E_TIMEOUT", "the time given has run out"),
  .sharingViolation: ("SCARD_E_SHARING_VIOLATION", "another program holds the card"),
  .noSmartCard: ("SCARD_E_NO_SMARTCARD", "there is no card in the reader"),
  .unknownCard: ("SCARD_E_UNKNOWN_CARD", "the card's name is not known"),
  .cannotDispose: ("SCARD_E_CANT_DISPOSE", "the card cannot be left in the state asked for"),
  .protocolMismatch: ("SCARD_E_PROTO_MISMATCH", "the card does not offer the protocol asked for"),
  .notReady: ("SCARD_E_NOT_READY", "the reader or card is not ready for commands"),
  .invalidValue: ("SCARD_E_INVALID_VALUE", "the value of a parameter is not allowed"),
  .systemCancelled: ("SCARD_E_SYSTEM_CANCELLED", "cancelled by the system"),
  .communicationError: ("SCARD_F_COMM_ERROR", "the connection to the PC/SC service broke"),
  .unknownError: ("SCARD_F_UNKNOWN_ERROR", "an internal error of unknown source"),
  .invalidATR: ("SCARD_E_INVALID_ATR", "not a valid answer to reset"),
  .notTransacted: ("SCARD_E_NOT_TRANSACTED", "the exchange with the card failed, or no transaction is open"),
  .readerUnavailable: ("SCARD_E_READER_UNAVAILABLE", "the reader is not available"),
  .shutdown: ("SCARD_P_SHUTDOWN", "ended so that the service can exit"),
  .pciTooSmall: ("SCARD_E_PCI_TOO_SMALL", "the protocol control buffer is too small"),
  .readerUnsupported: ("SCARD_E_READER_UNSUPPORTED", "the reader's driver lacks what is needed"),
  .duplicateReader: ("SCARD_E_DUPLICATE_READER", "the driver gave a reader name twice"),
  .cardUnsupported: ("SCARD_E_CARD_UNSUPPORTED", "the card lacks what is needed"),
  .noService: ("SCARD_E_NO_SERVICE", "the PC/SC service (pcscd) is not running"),
  .serviceStopped: ("SCARD_E_SERVICE_STOPPED", "the PC/SC service (pcscd) has stopped"),
  .unsupportedFeature: ("SCARD_E_UNSUPPORTED_FEATURE", "the reader or card does not support this"),
  .installation: ("SCARD_E_ICC_INSTALLATION", "no provider for the card"),
  .createOrder: ("SCARD_E_ICC_CREATEORDER", "objects cannot be created in this order"),
  .directoryNotFound: ("SCARD_E_DIR_NOT_FOUND", "the directory is not on the card"),
  .fileNotFound: ("SCARD_E_FILE_NOT_FOUND", "the file is not on the card"),
  .notADirectory: ("SCARD_E_NO_DIR", "the path is not a directory"),
  .notAFile: ("SCARD_E_NO_FILE", "the path is not a file"),
  .noAccess: ("SCARD_E_NO_ACCESS", "access to the file is refused"),
  .writeTooMany: ("SCARD_E_WRITE_TOO_MANY", "not enough memory on the card"),
  .badSeek: ("SCARD_E_BAD_SEEK", "the file pointer cannot be set there"),
  .invalidPIN: ("SCARD_E_INVALID_CHV", "the PIN is wrong"),
  .unknownServiceError: ("SCARD_E_UNKNOWN_RES_MNG", "a layer below gave an unknown code"),
  .noSuchCertificate: ("SCARD_E_NO_SUCH_CERTIFICATE", "the certificate does not exist"),
  .certificateUnavailable: ("SCARD_E_CERTIFICATE_UNAVAILABLE", "the certificate cannot be had"),
  .noReadersAvailable: ("SCARD_E_NO_READERS_AVAILABLE", "there is no reader"),
  .communicationDataLost: ("SCARD_E_COMM_DATA_LOST", "data was lost on the way"),
  .noKeyContainer: ("SCARD_E_NO_KEY_CONTAINER", "the key container does not exist"),
  .serverTooBusy: ("SCARD_E_SERVER_TOO_BUSY", "the PC/SC service is too busy"),
  .unsupportedCard: ("SCARD_W_UNSUPPORTED_CARD", "the reader cannot talk to this card"),
  .unresponsiveCard: ("SCARD_W_UNRESPONSIVE_CARD", "the card does not answer a reset"),
  .unpoweredCard: ("SCARD_W_UNPOWERED_CARD", "the card is without power"),
  .resetCard: ("SCARD_W_RESET_CARD", "the card was reset; its state is gone"),
  .removedCard: ("SCARD_W_REMOVED_CARD", "the card was taken away"),
  .securityViolation: ("SCARD_W_SECURITY_VIOLATION", "access is refused"),
  .wrongPIN: ("SCARD_W_WRONG_CHV", "the PIN given is wrong"),
  .blockedPIN: ("SCARD_W_CHV_BLOCKED", "the PIN is blocked"),
  .endOfFile: ("SCARD_W_EOF", "the end of the file is reached"),
  .cancelledByUser: ("SCARD_W_CANCELLED_BY_USER", "cancelled by the user"),
  .notAuthenticated: ("SCARD_W_CARD_NOT_AUTHENTICATED", "no PIN was given"),
]

extension PCSCError.Code {
  /// Every code that has a name, in the order of their values.
  public static var allNamed: [PCSCError.Code] { table.keys.sorted { $0.rawValue < $1.rawValue } }

  /// The C name, `SCARD_E_NO_SERVICE`; for a code without one, eight hexadecimal digits.
  public var name: String { table[self]?.name ?? [UInt8](bigEndian: rawValue, width: 4).hex }

  /// What it means, in a few words; "unknown code" for a code without a name.
  public var meaning: String { table[self]?.meaning ?? "unknown code" }
}
