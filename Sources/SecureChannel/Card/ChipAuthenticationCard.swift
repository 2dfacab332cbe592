public import CardCrypto
import ISO7816

/// What the card answers in Chip Authentication, and the session that starts after the answer.
public struct ChipAuthenticationResult: ~Copyable, Sendable {
  /// r_IC, 8 octets.
  public let nonce: [UInt8]
  /// The card's token, 8 octets.
  public let token: [UInt8]
  private let keys: SessionKeys

  init(nonce: [UInt8], token: [UInt8], keys: consuming SessionKeys) {
    self.nonce = nonce
    self.token = token
    self.keys = keys
  }

  /// Ends the result's life and hands its keys over.
  public consuming func takeKeys() -> SessionKeys { keys }
}

/// The card's side of Chip Authentication version 2 (TR-03110-2 §3.4, TR-03110-3 A.4).
public enum ChipAuthenticationCard {
  /// Octets of r_IC.
  public static let nonceLength = 8

  /// Agrees on new keys with the terminal's ephemeral key, which must be the one bound by Terminal Authentication.
  ///
  /// - Throws: ``CryptoError/verificationFailed`` for another key than the bound one, ``CryptoError/invalidPoint`` for
  ///   octets that are not on the curve.
  public static func agree(
    _ parameters: ChipAuthenticationParameters, key: ECPrivateKey, terminalKey point: [UInt8],
    boundTo compressed: [UInt8], random: any RandomSource
  ) throws(CryptoError) -> ChipAuthenticationResult {
    guard parameters.curve.isValid(point) else { throw .invalidPoint }
    guard ConstantTime.areEqual(TerminalAuthentication.compressed(point), compressed) else {
      throw .verificationFailed
    }
    let scalar = key.exportScalar()
    let shared = SecretBytes(try parameters.curve.multiply(point, by: scalar)[1...parameters.curve.width])
    let nonce = try random.bytes(nonceLength)
    let keys = try SessionKeys(sharedSecret: shared, nonce: nonce, keyLength: parameters.cipher.rawValue)
    let token = try CMAC.tag(parameters.tokenInput(point), key: keys.mac).prefix(8)
    return ChipAuthenticationResult(nonce: nonce, token: Array(token), keys: keys)
  }
}
