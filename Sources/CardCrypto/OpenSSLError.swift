internal import COpenSSL

/// A failure of a cryptographic operation. Never carries key or message octets.
public enum CryptoError: Error, Hashable, Sendable {
  /// OpenSSL refused; `operation` names the C function, `reason` is OpenSSL's own text.
  case openSSL(operation: String, reason: String)
  /// A key of the wrong length; octets expected and given.
  case keyLength(expected: Int, given: Int)
  /// Data that is not a whole number of cipher blocks.
  case blockLength(Int)
  /// Octets that are not a point on the curve, or the point at infinity.
  case invalidPoint
  /// A scalar that is zero or not below the group order.
  case invalidScalar
  /// Octets that are not a certificate, key or signature of the expected form.
  case malformed(String)
  /// A MAC, padding or signature that does not verify.
  case verificationFailed
  /// The token that keeps the key did not sign.
  case token(PKCS11Error)
}

/// The last OpenSSL error as a ``CryptoError``; clears the thread's error queue.
func lastOpenSSLError(_ operation: String) -> CryptoError {
  var buffer = [CChar](repeating: 0, count: 256)
  let code = ERR_get_error()
  ERR_error_string_n(code, &buffer, buffer.count)
  ERR_clear_error()
  let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  return .openSSL(operation: operation, reason: String(decoding: text, as: UTF8.self))
}

/// Throws unless an OpenSSL call answered 1.
func check(_ result: Int32, _ operation: String) throws(CryptoError) {
  guard result == 1 else { throw lastOpenSSLError(operation) }
}
