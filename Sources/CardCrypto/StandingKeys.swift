internal import COpenSSL
import Synchronization

/// An AES-256-GCM key that seals and opens many short texts: the key schedule is made once.
///
/// The same cipher as ``AESGCM``, which makes it anew for each text. May be used from several threads, one at a time.
public final class AESGCMKey: @unchecked Sendable {
  // @unchecked: the contexts are touched only while `lock` is held.
  private let sealing: OpaquePointer
  private let opening: OpaquePointer
  private let lock = Mutex(())

  /// Takes a key of 32 octets.
  public init(_ key: borrowing SecretBytes) throws(CryptoError) {
    guard key.count == AESGCM.keyLength else { throw .keyLength(expected: AESGCM.keyLength, given: key.count) }
    sealing = try Self.context(key, encrypt: true)
    do throws(CryptoError) {
      opening = try Self.context(key, encrypt: false)
    } catch {
      EVP_CIPHER_CTX_free(sealing)
      throw error
    }
  }

  deinit {
    // Overwrites the key schedules.
    EVP_CIPHER_CTX_free(sealing)
    EVP_CIPHER_CTX_free(opening)
  }

  /// `plaintext` encrypted, then the tag (16), as ``AESGCM/seal(_:key:nonce:associated:)`` makes it.
  public func seal(_ plaintext: [UInt8], nonce: [UInt8], associated: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard nonce.count == AESGCM.nonceLength else { throw .blockLength(nonce.count) }
    var output = [UInt8](repeating: 0, count: plaintext.count + AESGCM.tagLength)
    let context = sealing
    let isDone = lock.withLock { _ in
      var length: Int32 = 0
      return EVP_CipherInit_ex(context, nil, nil, nil, nonce, 1) == 1
        && EVP_CipherUpdate(context, nil, &length, associated, Int32(associated.count)) == 1
        && EVP_CipherUpdate(context, &output, &length, plaintext, Int32(plaintext.count)) == 1
        && EVP_CipherFinal_ex(context, nil, &length) == 1
        && output.withUnsafeMutableBytes { octets in
          EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, Int32(AESGCM.tagLength),
            octets.baseAddress.map { $0 + plaintext.count }) == 1
        }
    }
    guard isDone else { throw lastOpenSSLError("EVP_CipherUpdate") }
    return output
  }

  /// The plaintext; what it returns is the caller's to overwrite.
  ///
  /// - Throws: ``CryptoError/verificationFailed`` when key, nonce, text, tag or associated data are others.
  public func open(_ sealed: [UInt8], nonce: [UInt8], associated: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard nonce.count == AESGCM.nonceLength else { throw .blockLength(nonce.count) }
    guard sealed.count >= AESGCM.tagLength else { throw .verificationFailed }
    let length = sealed.count - AESGCM.tagLength
    var output = [UInt8](repeating: 0, count: max(1, length))
    var tag = Array(sealed.suffix(AESGCM.tagLength))
    let context = opening
    let isDone = lock.withLock { _ in
      var written: Int32 = 0
      return EVP_CipherInit_ex(context, nil, nil, nil, nonce, 0) == 1
        && EVP_CipherUpdate(context, nil, &written, associated, Int32(associated.count)) == 1
        && EVP_CipherUpdate(context, &output, &written, sealed, Int32(length)) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(AESGCM.tagLength), &tag) == 1
        && EVP_CipherFinal_ex(context, nil, &written) == 1
    }
    guard isDone else {
      ERR_clear_error()
      // Not a word of what did not verify is given away.
      cleanse(&output)
      throw .verificationFailed
    }
    output.removeLast(output.count - length)
    return output
  }

  private static func context(_ key: borrowing SecretBytes, encrypt: Bool) throws(CryptoError) -> OpaquePointer {
    guard let context = EVP_CIPHER_CTX_new() else { throw lastOpenSSLError("EVP_CIPHER_CTX_new") }
    let started = key.withUnsafeBytes { octets in
      EVP_CipherInit_ex(
        context, EVP_aes_256_gcm(), nil, octets.baseAddress?.assumingMemoryBound(to: UInt8.self), nil,
        encrypt ? 1 : 0)
    }
    guard started == 1 else {
      EVP_CIPHER_CTX_free(context)
      throw lastOpenSSLError("EVP_CipherInit_ex")
    }
    return context
  }
}

/// A key for many AES-CMAC tags, the same as ``CMAC`` makes: a keyed hash by which equal texts are found without being
/// seen. May be used from several threads, one at a time.
public final class CMACKey: @unchecked Sendable {
  // @unchecked: the context is touched only while `lock` is held.
  private let context: OpaquePointer
  private let lock = Mutex(())

  /// Takes a key of 32 octets.
  public init(_ key: borrowing SecretBytes) throws(CryptoError) {
    guard key.count == 32 else { throw .keyLength(expected: 32, given: key.count) }
    let algorithm = EVP_MAC_fetch(nil, "CMAC", nil)
    defer { EVP_MAC_free(algorithm) }
    guard let context = EVP_MAC_CTX_new(algorithm) else { throw lastOpenSSLError("EVP_MAC_CTX_new") }
    let started = key.withUnsafeBytes { octets in
      ansinh_cmac_init(context, "AES-256-CBC", octets.baseAddress?.assumingMemoryBound(to: UInt8.self), octets.count)
    }
    guard started == 1 else {
      EVP_MAC_CTX_free(context)
      throw lastOpenSSLError("EVP_MAC_init")
    }
    self.context = context
  }

  deinit { EVP_MAC_CTX_free(context) }

  /// The full 16-octet tag of `message`.
  public func tag(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
    var tag = [UInt8](repeating: 0, count: 16)
    let context = context
    let isDone = lock.withLock { _ in
      var length = 0
      // Without a key the context begins a new message under the one it has.
      return EVP_MAC_init(context, nil, 0, nil) == 1 && EVP_MAC_update(context, message, message.count) == 1
        && EVP_MAC_final(context, &tag, &length, tag.count) == 1
    }
    guard isDone else { throw lastOpenSSLError("EVP_MAC_final") }
    return tag
  }
}
