/// A failure of a token or of the module that leads to it. Carries names and codes, never a PIN, key or message.
public enum PKCS11Error: Error, Hashable, Sendable {
  /// The module file can't be loaded; `reason` is the loader's own text.
  case moduleNotLoaded(path: String, reason: String)
  /// The file is a library without the functions of PKCS #11 v2.
  case notPKCS11(path: String)
  /// No token has this label; `present` are the labels that there are.
  case noSuchToken(label: String, present: [String])
  /// Several tokens have this label.
  case severalTokens(label: String)
  /// The PIN is not the token's.
  case wrongPIN
  /// The token takes no PIN any more.
  case pinLocked
  /// No EC private key has this label; `present` are the labels that there are.
  case noSuchKey(label: String, present: [String])
  /// Several EC private keys have this label.
  case severalKeys(label: String)
  /// There is a key of this label already, so that none was made.
  case keyExists(label: String)
  /// The key is not on P-256 or brainpoolP256r1, or its public half is not in the token or not a point.
  case unusableKey(label: String)
  /// The session is lost: the token was taken away, reset or logged out. Open it again with ``PKCS11Token``.
  case lost(function: String, code: Code)
  /// Another answer than success; `function` is the C function.
  case refused(function: String, code: Code)
  /// Success with something that can't be: a signature of the wrong length or by another key, a length without bounds.
  case malformedAnswer(function: String)

  /// A result code of PKCS #11 (`CK_RV`), an open set: a value without a name is kept as it came.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The value; 0x80000000 and up are the vendor's own.
    public let rawValue: UInt

    /// Wraps any value.
    public init(rawValue: UInt) { self.rawValue = rawValue }

    /// The C name, `CKR_PIN_INCORRECT`; for a code without one, `CKR 0x80000001`.
    public var description: String { Self.names[rawValue] ?? "CKR 0x" + String(rawValue, radix: 16) }
  }

  /// The error for an answer other than success.
  init(_ function: String, _ code: Code) {
    switch code {
    case .pinIncorrect, .pinInvalid, .pinLengthRange: self = .wrongPIN
    case .pinLocked: self = .pinLocked
    case _ where Code.lossOfSession.contains(code): self = .lost(function: function, code: code)
    default: self = .refused(function: function, code: code)
    }
  }
}

extension PKCS11Error: CustomStringConvertible {
  /// `C_Sign: CKR_DEVICE_REMOVED`, or the case with its labels.
  public var description: String {
    switch self {
    case .moduleNotLoaded(let path, let reason): "module \(path) not loaded: \(reason)"
    case .notPKCS11(let path): "\(path) is not a PKCS #11 module"
    case .noSuchToken(let label, let present): "no token “\(label)” among \(present)"
    case .severalTokens(let label): "several tokens “\(label)”"
    case .wrongPIN: "wrong PIN"
    case .pinLocked: "PIN locked"
    case .noSuchKey(let label, let present): "no key “\(label)” among \(present)"
    case .severalKeys(let label): "several keys “\(label)”"
    case .keyExists(let label): "key “\(label)” exists"
    case .unusableKey(let label): "key “\(label)” can't be used"
    case .lost(let function, let code): "\(function): session lost, \(code)"
    case .refused(let function, let code): "\(function): \(code)"
    case .malformedAnswer(let function): "\(function): malformed answer"
    }
  }
}
