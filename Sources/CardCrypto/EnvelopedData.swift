internal import COpenSSL

/// Encrypts to one recipient as the data comes: CMS AuthEnvelopedData with AES-256-GCM (RFC 5083, RFC 5084 §3.2).
///
/// The content's key goes to the recipient's certificate by RSAES-OAEP with SHA-256 (RFC 3560), or by ephemeral-static
/// ECDH, the KDF of ANSI X9.63 and AES-256 key wrap (RFC 5753 §3.1): the KDF's hash is SHA-256 on curves of up to 256
/// bits, SHA-384 up to 384 and SHA-512 above. The message is BER of unbounded length (X.690 §8.1.3.6), so that nothing
/// of the content is kept. Used by one thread.
///
/// What was written is worth nothing before ``finish()``: the tag comes last.
public final class EnvelopedDataWriter {
  private let message: OpaquePointer
  private let sink: OpaquePointer
  /// What data is written to: the cipher, the coding, then ``sink``. `nil` after the end.
  private var chain: OpaquePointer?
  /// Plain octets that are not encrypted yet.
  private var waiting: [UInt8] = []

  private var isEmpty = true

  /// Plain octets that are encrypted at once; each lot is an octet string of its own.
  private static let lot = 16_384

  /// Begins a message to `recipient`, whose octets go to the open file `descriptor`, which stays the caller's.
  public init(to recipient: RecipientCertificate, descriptor: Int32) throws(CryptoError) {
    message = try Self.message(to: recipient)
    guard let sink = BIO_new_fd(descriptor, BIO_NOCLOSE) else {
      CMS_ContentInfo_free(message)
      throw lastOpenSSLError("BIO_new_fd")
    }
    self.sink = sink
    chain = BIO_new_CMS(sink, message)
    waiting.reserveCapacity(Self.lot)
    guard chain != nil else { throw lastOpenSSLError("BIO_new_CMS") }
  }

  deinit {
    cleanse(&waiting)
    freeChain()
    BIO_free(sink)
    CMS_ContentInfo_free(message)
  }

  /// Adds plain octets; the caller's copy stays the caller's to overwrite.
  ///
  /// - Throws: ``CryptoError/openSSL(operation:reason:)`` also when the file takes no more; the message is then over.
  public func write(_ octets: some Collection<UInt8>) throws(CryptoError) {
    var rest = octets[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.lot - waiting.count)
      waiting.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if waiting.count == Self.lot { try encrypt() }
    }
  }

  /// Writes the last octets and the tag. The file is whole then, and not flushed yet.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for a message of nothing, or one that has ended.
  public func finish() throws(CryptoError) {
    try encrypt()
    guard let chain, !isEmpty else { throw .malformed("message of nothing, or finished") }
    guard BIO_ctrl(chain, BIO_CTRL_FLUSH, 0, nil) == 1 else {
      let error = lastOpenSSLError("BIO_flush")
      freeChain()
      throw error
    }
    freeChain()
  }

  private func encrypt() throws(CryptoError) {
    let call = PrimitiveCall()
    defer { call.end() }
    guard let chain else { throw .malformed("finished message") }
    defer {
      cleanse(&waiting)
      waiting.removeAll(keepingCapacity: true)
    }
    guard !waiting.isEmpty else { return }
    isEmpty = false
    guard BIO_write(chain, waiting, Int32(waiting.count)) == Int32(waiting.count) else {
      let error = lastOpenSSLError("BIO_write")
      freeChain()
      throw error
    }
  }

  /// Takes the filters off ``sink`` one by one.
  private func freeChain() {
    while let filter = chain, filter != sink {
      chain = BIO_pop(filter)
      BIO_free(filter)
    }
    chain = nil
  }

  private static func message(to recipient: RecipientCertificate) throws(CryptoError) -> OpaquePointer {
    let flags = UInt32(CMS_STREAM | CMS_PARTIAL | CMS_BINARY)
    guard let message = CMS_encrypt(nil, nil, EVP_aes_256_gcm(), flags) else {
      throw lastOpenSSLError("CMS_encrypt")
    }
    do throws(CryptoError) {
      guard let entry = CMS_add1_recipient_cert(message, recipient.x509, UInt32(CMS_KEY_PARAM)) else {
        throw lastOpenSSLError("CMS_add1_recipient_cert")
      }
      try setParameters(CMS_RecipientInfo_get0_pkey_ctx(entry), recipient.transport)
    } catch {
      CMS_ContentInfo_free(message)
      throw error
    }
    return message
  }

  /// OpenSSL's own choice is PKCS #1 v1.5 for RSA and SHA-1 in the KDF.
  private static func setParameters(
    _ context: OpaquePointer?, _ transport: RecipientCertificate.Transport
  ) throws(CryptoError) {
    switch transport {
    case .rsa:
      try check(
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING), "EVP_PKEY_CTX_set_rsa_padding")
      try check(EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()), "EVP_PKEY_CTX_set_rsa_oaep_md")
      try check(EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()), "EVP_PKEY_CTX_set_rsa_mgf1_md")
    case .agreement(let bits):
      let hash = bits <= 256 ? EVP_sha256() : bits <= 384 ? EVP_sha384() : EVP_sha512()
      try check(EVP_PKEY_CTX_set_ecdh_kdf_md(context, hash), "EVP_PKEY_CTX_set_ecdh_kdf_md")
    }
  }
}
