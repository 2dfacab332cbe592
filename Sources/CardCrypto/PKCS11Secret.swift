internal import CPKCS11
internal import Synchronization

/// AES keys of a token, which are for CMACs alone.
extension PKCS11Token {
  /// The labels of the AES keys, sorted.
  public func secretLabels() throws(PKCS11Error) -> [String] {
    try session.withLock { (session) throws(PKCS11Error) in
      var labels: [String] = []
      for handle in try session.objects(Self.secrets) { labels.append(try session.label(of: handle)) }
      return labels.sorted()
    }
  }

  /// The AES key of this label.
  ///
  /// - Throws: ``PKCS11Error/noSuchKey(label:present:)``, ``PKCS11Error/severalKeys(label:)``,
  ///   ``PKCS11Error/unusableKey(label:)`` for one that the token would give out, or what else the module answers.
  public func secret(label: String) throws(PKCS11Error) -> PKCS11Secret {
    let present = try secretLabels()
    let handle = try session.withLock { (session) throws(PKCS11Error) in
      let keys = try session.objects(Self.secrets.with(CKA_LABEL, text: label))
      guard let handle = keys.first else { throw PKCS11Error.noSuchKey(label: label, present: present) }
      guard keys.count == 1 else { throw PKCS11Error.severalKeys(label: label) }
      // A master that can be read out is none that never leaves the token.
      for (attribute, value) in [(CKA_SENSITIVE, UInt8(1)), (CKA_EXTRACTABLE, 0)] {
        guard try session.attribute(CK_ATTRIBUTE_TYPE(attribute), of: handle) == [value] else {
          throw PKCS11Error.unusableKey(label: label)
        }
      }
      return handle
    }
    return PKCS11Secret(token: self, label: label, handle: handle)
  }

  /// Makes an AES key in the token that never leaves it: sensitive, not extractable, for CMACs only.
  ///
  /// - Throws: ``PKCS11Error/keyExists(label:)`` when there is one of this label, or what else the module answers.
  public func generateSecret(label: String, length: AESKeyLength) throws(PKCS11Error) -> PKCS11Secret {
    try session.withLock { (session) throws(PKCS11Error) in
      _ = try session.generateSecret(
        try Self.template(label, session).with(CKA_VALUE_LEN, number: UInt(length.rawValue)))
    }
    return try secret(label: label)
  }

  /// Puts an AES key into the token, where it is kept as ``generateSecret(label:length:)`` would keep it. Whoever had
  /// it before still has it, so that this is for a key ceremony.
  public func importSecret(label: String, _ key: borrowing SecretBytes) throws(PKCS11Error) -> PKCS11Secret {
    let value = key.copy()
    try session.withLock { (session) throws(PKCS11Error) in
      let template = try Self.template(label, session)
      // The attribute is gone before the array that it shares is overwritten.
      _ = try value.withOctets { (octets) throws(PKCS11Error) in try session.create(template.with(CKA_VALUE, octets)) }
    }
    return try secret(label: label)
  }

  /// Puts an EC key pair into the token, where it is kept as ``generateKey(label:curve:)`` would keep it.
  public func importKey(label: String, _ key: ECPrivateKey) throws(PKCS11Error) -> PKCS11Key {
    let curve = key.publicKey.curve
    guard let parameters = PKCS11Encoding.parameters(of: curve) else { throw .unusableKey(label: label) }
    let scalar = key.exportScalar()
    try session.withLock { (session) throws(PKCS11Error) in
      guard try session.objects(Self.privateKeys.with(CKA_LABEL, text: label)).isEmpty else {
        throw PKCS11Error.keyExists(label: label)
      }
      let both = PKCS11Template().with(CKA_KEY_TYPE, number: CKK_EC).with(CKA_TOKEN, true).with(CKA_LABEL, text: label)
        .with(CKA_ID, try session.random(16)).with(CKA_EC_PARAMS, parameters)
      let publicHalf = try session.create(
        both.with(CKA_CLASS, number: CKO_PUBLIC_KEY).with(CKA_PRIVATE, false).with(CKA_VERIFY, true)
          .with(CKA_ENCRYPT, false).with(CKA_WRAP, false)
          .with(CKA_EC_POINT, [0x04, UInt8(curve.pointLength)] + key.publicKey.point))
      let privateHalf = both.with(CKA_CLASS, number: CKO_PRIVATE_KEY).with(CKA_PRIVATE, true).with(CKA_SENSITIVE, true)
        .with(CKA_EXTRACTABLE, false).with(CKA_SIGN, true).with(CKA_DECRYPT, false).with(CKA_UNWRAP, false)
        .with(CKA_DERIVE, false)
      do throws(PKCS11Error) {
        _ = try scalar.withOctets { (octets) throws(PKCS11Error) in
          try session.create(privateHalf.with(CKA_VALUE, octets))
        }
      } catch {
        // A public half alone would stand in the way of the next try. The first failure is the one to tell.
        try? session.destroy(publicHalf)
        throw error
      }
    }
    return try self.key(label: label)
  }

  /// Takes away the keys of this label, both halves of a pair.
  public func removeKeys(label: String) throws(PKCS11Error) {
    try session.withLock { (session) throws(PKCS11Error) in
      for kind in [CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY] {
        let search = PKCS11Template().with(CKA_CLASS, number: UInt(kind)).with(CKA_LABEL, text: label)
        for object in try session.objects(search) { try session.destroy(object) }
      }
    }
  }

  fileprivate func authenticate(
    _ message: [UInt8], with key: CK_OBJECT_HANDLE
  ) throws(PKCS11Error) -> SecretBytes {
    var tag: [UInt8] = []
    try session.withLock { (session) throws(PKCS11Error) in
      let secret = try session.authenticate(message, with: key)
      secret.withUnsafeBytes { tag += $0 }
    }
    return SecretBytes(taking: &tag)
  }

  private static func template(_ label: String, _ session: PKCS11Session) throws(PKCS11Error) -> PKCS11Template {
    guard try session.objects(secrets.with(CKA_LABEL, text: label)).isEmpty else {
      throw PKCS11Error.keyExists(label: label)
    }
    return secrets.with(CKA_TOKEN, true).with(CKA_PRIVATE, true).with(CKA_LABEL, text: label)
      .with(CKA_ID, try session.random(16)).with(CKA_SENSITIVE, true).with(CKA_EXTRACTABLE, false)
      .with(CKA_SIGN, true).with(CKA_VERIFY, false).with(CKA_ENCRYPT, false).with(CKA_DECRYPT, false)
      .with(CKA_WRAP, false).with(CKA_UNWRAP, false).with(CKA_DERIVE, false)
  }

  private static let secrets = PKCS11Template().with(CKA_CLASS, number: CKO_SECRET_KEY)
    .with(CKA_KEY_TYPE, number: CKK_AES)
}

/// An AES key that stays in its token.
public final class PKCS11Secret: Sendable {
  private let token: PKCS11Token
  /// The key's label.
  public let label: String
  let handle: CK_OBJECT_HANDLE

  fileprivate init(token: PKCS11Token, label: String, handle: CK_OBJECT_HANDLE) {
    self.token = token
    self.label = label
    self.handle = handle
  }

  /// The AES-CMAC of `message` (SP 800-38B), computed in the token: 16 octets.
  public func cmac(_ message: [UInt8]) throws(PKCS11Error) -> SecretBytes {
    try token.authenticate(message, with: handle)
  }
}
