internal import CPKCS11
internal import Synchronization

/// A token (hardware security module, smart card, SoftHSM) with a session in which the user is logged in.
///
/// One session, used by one thread at a time; it is closed with the last one that holds this object or a key of it. A
/// session that is lost stays lost: open the token anew, for which the PIN is needed again, since it isn't kept.
public final class PKCS11Token: Sendable {
  let session: Mutex<PKCS11Session>
  /// The token's label.
  public let label: String

  /// Loads the module, finds the token by its label and logs in.
  ///
  /// A process logs in to a token once: while another object for the same token lives, its login counts and `pin` is
  /// not looked at.
  ///
  /// - Parameters:
  ///   - modulePath: the module's shared library.
  ///   - label: the token's label without the blanks that fill it up, at most 32 octets of UTF-8.
  ///   - pin: the user PIN; is not kept.
  /// - Throws: ``PKCS11Error/moduleNotLoaded(path:reason:)``, ``PKCS11Error/notPKCS11(path:)``,
  ///   ``PKCS11Error/noSuchToken(label:present:)``, ``PKCS11Error/severalTokens(label:)``, ``PKCS11Error/wrongPIN``,
  ///   ``PKCS11Error/pinLocked``, or what else the module answers.
  public init(modulePath: String, label: String, pin: borrowing SecretBytes) throws(PKCS11Error) {
    let module = try PKCS11Module(path: modulePath)
    let tokens = try module.tokens()
    let slots = tokens.filter { $0.label == label }.map(\.slot)
    guard let slot = slots.first else { throw .noSuchToken(label: label, present: tokens.map(\.label)) }
    guard slots.count == 1 else { throw .severalTokens(label: label) }
    self.label = label
    session = Mutex(try PKCS11Session(module, slot: slot, pin: pin))
  }

  deinit { session.withLock { $0.close() } }

  /// The labels of the EC private keys, sorted.
  public func keyLabels() throws(PKCS11Error) -> [String] {
    try session.withLock { (session) throws(PKCS11Error) in try Self.keyLabels(session) }
  }

  /// The EC private key of this label, with its public half as the token has it.
  ///
  /// - Throws: ``PKCS11Error/noSuchKey(label:present:)``, ``PKCS11Error/severalKeys(label:)``,
  ///   ``PKCS11Error/unusableKey(label:)``, or what else the module answers.
  public func key(label: String) throws(PKCS11Error) -> PKCS11Key {
    let (handle, publicKey) = try session.withLock { (session) throws(PKCS11Error) in
      let keys = try session.objects(Self.privateKeys.with(CKA_LABEL, text: label))
      guard let handle = keys.first else {
        throw PKCS11Error.noSuchKey(label: label, present: try Self.keyLabels(session))
      }
      guard keys.count == 1 else { throw PKCS11Error.severalKeys(label: label) }
      return (handle, try Self.publicKey(of: handle, label: label, session))
    }
    return PKCS11Key(token: self, label: label, handle: handle, publicKey: publicKey)
  }

  /// Makes an EC key pair in the token that never leaves it: sensitive, not extractable, for signatures only.
  ///
  /// - Throws: ``PKCS11Error/keyExists(label:)`` when there is one of this label, ``PKCS11Error/unusableKey(label:)``
  ///   for another curve than P-256 and brainpoolP256r1, or what else the module answers.
  public func generateKey(label: String, curve: Curve) throws(PKCS11Error) -> PKCS11Key {
    guard let parameters = PKCS11Encoding.parameters(of: curve) else { throw .unusableKey(label: label) }
    try session.withLock { (session) throws(PKCS11Error) in
      guard try session.objects(Self.privateKeys.with(CKA_LABEL, text: label)).isEmpty else {
        throw PKCS11Error.keyExists(label: label)
      }
      let both = PKCS11Template().with(CKA_TOKEN, true).with(CKA_LABEL, text: label)
        .with(CKA_ID, try session.random(16))
      _ = try session.generate(
        publicKey: both.with(CKA_EC_PARAMS, parameters).with(CKA_PRIVATE, false).with(CKA_VERIFY, true)
          .with(CKA_ENCRYPT, false).with(CKA_WRAP, false),
        privateKey: both.with(CKA_PRIVATE, true).with(CKA_SENSITIVE, true).with(CKA_EXTRACTABLE, false)
          .with(CKA_SIGN, true).with(CKA_DECRYPT, false).with(CKA_UNWRAP, false).with(CKA_DERIVE, false))
    }
    return try key(label: label)
  }

  /// The value of an attribute of a key, for those who check how it is kept.
  func attribute(_ type: CK_ATTRIBUTE_TYPE, of handle: CK_OBJECT_HANDLE) throws(PKCS11Error) -> [UInt8] {
    try session.withLock { (session) throws(PKCS11Error) in try session.attribute(type, of: handle) }
  }

  fileprivate func sign(_ hash: [UInt8], with key: CK_OBJECT_HANDLE, width: Int) throws(PKCS11Error) -> [UInt8] {
    try session.withLock { (session) throws(PKCS11Error) in try session.sign(hash, with: key, width: width) }
  }

  private static func keyLabels(_ session: PKCS11Session) throws(PKCS11Error) -> [String] {
    var labels: [String] = []
    for handle in try session.objects(privateKeys) { labels.append(try session.label(of: handle)) }
    return labels.sorted()
  }

  private static func publicKey(
    of handle: CK_OBJECT_HANDLE, label: String, _ session: PKCS11Session
  ) throws(PKCS11Error) -> ECPublicKey {
    let id = try session.attribute(CK_ATTRIBUTE_TYPE(CKA_ID), of: handle)
    // The halves of a pair have one CKA_ID (PKCS #11 v2.40 §4.9.2); without any they have one label.
    let search = id.isEmpty ? publicKeys.with(CKA_LABEL, text: label) : publicKeys.with(CKA_ID, id)
    let found = try session.objects(search)
    guard found.count == 1 else { throw .unusableKey(label: label) }
    let parameters = try session.attribute(CK_ATTRIBUTE_TYPE(CKA_EC_PARAMS), of: found[0])
    let point = try session.attribute(CK_ATTRIBUTE_TYPE(CKA_EC_POINT), of: found[0])
    guard let key = PKCS11Encoding.publicKey(parameters: parameters, point: point) else {
      throw .unusableKey(label: label)
    }
    return key
  }

  static let privateKeys = keys(CKO_PRIVATE_KEY)
  private static let publicKeys = keys(CKO_PUBLIC_KEY)

  private static func keys(_ kind: UInt) -> PKCS11Template {
    PKCS11Template().with(CKA_CLASS, number: kind).with(CKA_KEY_TYPE, number: CKK_EC)
  }
}

/// An EC private key that stays in its token.
public final class PKCS11Key: ECSigner {
  private let token: PKCS11Token
  /// The key's label.
  public let label: String
  /// The public half, as the token has it.
  public let publicKey: ECPublicKey
  let handle: CK_OBJECT_HANDLE

  fileprivate init(token: PKCS11Token, label: String, handle: CK_OBJECT_HANDLE, publicKey: ECPublicKey) {
    self.token = token
    self.label = label
    self.handle = handle
    self.publicKey = publicKey
  }

  /// ECDSA over `digest(message)`, hashed here and signed in the token: `r ‖ s` (TR-03111 §5.2.1).
  ///
  /// - Throws: ``CryptoError/token(_:)``; with ``PKCS11Error/malformedAnswer(function:)`` for a signature that is not
  ///   one of ``publicKey``, which so never leaves.
  public func sign(_ message: [UInt8], digest: Digest) throws(CryptoError) -> [UInt8] {
    let width = publicKey.curve.width
    // ECDSA takes the leftmost bits of a longer hash value (FIPS 186-5 §6.4.1); not every token does so itself.
    let hash = Array(digest.hash(message).prefix(width))
    let signature: [UInt8]
    do throws(PKCS11Error) {
      signature = try token.sign(hash, with: handle, width: width)
    } catch {
      throw .token(error)
    }
    guard publicKey.verify(signature, of: message, digest: digest) else {
      throw .token(.malformedAnswer(function: "C_Sign"))
    }
    return signature
  }
}

/// How tokens write curves and points (PKCS #11 v2.40 current mechanisms §2.3.3).
enum PKCS11Encoding {
  private static let curves: [Curve: [UInt8]] = [
    .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
    .brainpoolP256r1: [0x06, 0x09, 0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07],
  ]

  /// `CKA_EC_PARAMS`, the DER object identifier of a named curve (RFC 5480, RFC 5639); `nil` for other curves.
  static func parameters(of curve: Curve) -> [UInt8]? { curves[curve] }

  /// A key from `CKA_EC_PARAMS` and `CKA_EC_POINT`: a DER OCTET STRING of `04 ‖ X ‖ Y`, which some tokens leave bare.
  static func publicKey(parameters: [UInt8], point: [UInt8]) -> ECPublicKey? {
    guard let curve = curves.first(where: { $0.value == parameters })?.key else { return nil }
    let header: [UInt8] = [0x04, UInt8(curve.pointLength)]
    let isWrapped = point.count == header.count + curve.pointLength && point.starts(with: header)
    return try? ECPublicKey(curve, point: isWrapped ? Array(point.dropFirst(header.count)) : point)
  }
}
