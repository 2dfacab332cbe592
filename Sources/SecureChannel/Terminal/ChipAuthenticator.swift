import CardCrypto
public import ISO7816

/// The terminal's side of Chip Authentication version 2 (TR-03110-2 §3.4, TR-03110-3 A.4, B.11.2): 2 APDUs.
public struct ChipAuthenticator: Sendable {
  private let channel: any CardChannel
  private let base: any CardChannel

  /// A run over `channel`, which PACE has opened over `base`.
  public init(_ channel: any CardChannel, over base: any CardChannel) {
    self.channel = channel
    self.base = base
  }

  /// Agrees on new session keys with the card's static key.
  ///
  /// - Parameters:
  ///   - parameters: the variant that EF.CardAccess and EF.CardSecurity offer.
  ///   - key: the card's static key, from a checked EF.CardSecurity.
  ///   - proof: what Terminal Authentication left; its ephemeral key is used here and gone afterwards.
  /// - Returns: the channel of the new session over `base`; the old one is over.
  public func run(
    _ parameters: ChipAuthenticationParameters, key: ChipAuthenticationPublicKey, proof: consuming TerminalProof
  ) async throws(EACError) -> SecureMessagingChannel {
    guard parameters.curve == key.curve, parameters.keyID == key.keyID, proof.curve == key.curve else {
      throw .cardSecurity
    }
    _ = try await send(
      "MSE:Set AT",
      CommandAPDU(
        ins: 0x22, p1: 0x41, p2: 0xA4,
        data: BERTLV(0x80, parameters.oid).bytes + BERTLV(0x84, [parameters.keyID]).bytes))
    let step = "GENERAL AUTHENTICATE"
    let answer = try await send(
      step,
      CommandAPDU(ins: 0x86, data: BERTLV(0x7C, [BERTLV(0x80, proof.point)]).bytes, expectedLength: 256))
    guard let template = try? BERTLV(parsing: answer), template.tag == 0x7C, let objects = try? template.children(),
      objects.map(\.tag) == [0x81, 0x82], objects[0].value.count == ChipAuthenticationCard.nonceLength
    else { throw .malformedAnswer(step: step) }
    let keys = try self.keys(parameters, key, proof, nonce: objects[0].value)
    let expected = try crypto { () throws(CryptoError) in
      Array(try CMAC.tag(parameters.tokenInput(proof.point), key: keys.mac).prefix(8))
    }
    guard ConstantTime.areEqual(objects[1].value, expected) else { throw .cardNotAuthentic }
    return SecureMessagingChannel(base, keys: keys)
  }

  private func keys(
    _ parameters: ChipAuthenticationParameters, _ key: ChipAuthenticationPublicKey, _ proof: borrowing TerminalProof,
    nonce: [UInt8]
  ) throws(EACError) -> SessionKeys {
    do throws(CryptoError) {
      let shared = SecretBytes(
        try parameters.curve.multiply(key.point, by: proof.scalar)[1...parameters.curve.width])
      return try SessionKeys(sharedSecret: shared, nonce: nonce, keyLength: parameters.cipher.rawValue)
    } catch {
      throw .crypto(error)
    }
  }

  private func send(_ step: String, _ command: CommandAPDU) async throws(EACError) -> [UInt8] {
    let response: ResponseAPDU
    do {
      response = try await channel.transmit(command)
    } catch {
      throw .channel(error)
    }
    guard response.status.isSuccess else { throw .refused(step: step, status: response.status) }
    return response.data
  }
}
