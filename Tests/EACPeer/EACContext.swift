import CEAC

/// The owner of one `EAC_CTX`: one run of PACE and what follows in the session it opens.
///
/// Every function of libeac is called in one place, here or in the extensions.
final class EACContext {
  /// Whose keys protect the exchanges.
  enum Keys: Int32 {
    case pace = 0
    case chipAuthentication = 1
  }

  // Registers libeac's object identifiers with OpenSSL, once in the process.
  private static let isReady: Bool = {
    EAC_init()
    return true
  }()

  let pointer: UnsafeMutablePointer<EAC_CTX>

  /// A context with the parameters that `cardAccess` offers.
  init(cardAccess: [UInt8]) throws(LibraryError) {
    guard Self.isReady, let context = EAC_CTX_new() else { throw LibraryError(function: "EAC_CTX_new") }
    guard EAC_CTX_init_ef_cardaccess(cardAccess, cardAccess.count, context) == 1, context.pointee.pace_ctx != nil else {
      EAC_CTX_clear_free(context)
      ERR_clear_error()
      throw LibraryError(function: "EAC_CTX_init_ef_cardaccess")
    }
    pointer = context
  }

  deinit { EAC_CTX_clear_free(pointer) }

  /// Octets of the object identifier with libeac's number `identifier`.
  static func objectIdentifier(_ identifier: Int32) throws(LibraryError) -> [UInt8] {
    guard let object = EAC_OBJ_nid2obj(identifier), let data = OBJ_get0_data(object) else {
      throw LibraryError(function: "EAC_OBJ_nid2obj")
    }
    return Array(UnsafeBufferPointer(start: data, count: OBJ_length(object)))
  }

  func check(_ result: Int32, _ function: String) throws(LibraryError) {
    guard result == 1 else {
      ERR_clear_error()
      throw LibraryError(function: function)
    }
  }

  /// A verification: 1 is good, 0 is not, anything else is a fault.
  func verdict(_ result: Int32, _ function: String) throws(LibraryError) -> Bool {
    ERR_clear_error()
    guard result == 0 || result == 1 else { throw LibraryError(function: function) }
    return result == 1
  }
}

// MARK: PACE (TR-03110-2 §3.2)

extension EACContext {
  /// The variant: the octets of its object identifier.
  var paceProtocol: [UInt8] {
    get throws(LibraryError) { try Self.objectIdentifier(pointer.pointee.pace_ctx.pointee.protocol) }
  }

  /// The standardised domain parameters (TR-03110-3 A.2.1.1).
  var paceParameterID: UInt8 { UInt8(truncatingIfNeeded: pointer.pointee.pace_ctx.pointee.id) }

  private func withSecret<Value>(
    _ password: [UInt8], _ body: (UnsafeMutablePointer<PACE_SEC>) throws(LibraryError) -> Value
  ) throws(LibraryError) -> Value {
    let characters = password.map { CChar(bitPattern: $0) }
    // Digits are taken as they are for CAN, PIN and PUK alike; only an MRZ is hashed.
    guard let secret = PACE_SEC_new(characters, characters.count, PACE_PIN) else {
      throw LibraryError(function: "PACE_SEC_new")
    }
    defer { PACE_SEC_clear_free(secret) }
    return try body(secret)
  }

  /// Step 1: a fresh nonce, encrypted.
  func encryptedNonce(password: [UInt8]) throws(LibraryError) -> [UInt8] {
    try withSecret(password) { (secret) throws(LibraryError) in
      try EACBuffer(taking: PACE_STEP1_enc_nonce(pointer, secret), "PACE_STEP1_enc_nonce").octets
    }
  }

  /// Step 2: opens the other party's nonce.
  func decryptNonce(_ cryptogram: [UInt8], password: [UInt8]) throws(LibraryError) {
    let cryptogram = try EACBuffer(cryptogram)
    try withSecret(password) { (secret) throws(LibraryError) in
      try check(PACE_STEP2_dec_nonce(pointer, secret, cryptogram.pointer), "PACE_STEP2_dec_nonce")
    }
  }

  /// Step 3a: an own point to send, before the other party's is mapped.
  func mappingData() throws(LibraryError) -> [UInt8] {
    try EACBuffer(taking: PACE_STEP3A_generate_mapping_data(pointer), "PACE_STEP3A_generate_mapping_data").octets
  }

  /// Step 3a: to the generator of this run.
  func mapGenerator(peer: [UInt8]) throws(LibraryError) {
    let peer = try EACBuffer(peer)
    try check(PACE_STEP3A_map_generator(pointer, peer.pointer), "PACE_STEP3A_map_generator")
  }

  /// Step 3b: a fresh key on the new generator, uncompressed.
  func paceEphemeral() throws(LibraryError) -> [UInt8] {
    try EACBuffer(taking: PACE_STEP3B_generate_ephemeral_key(pointer), "PACE_STEP3B_generate_ephemeral_key").octets
  }

  /// Steps 3b and 3c: the shared secret, and from it both session keys.
  func derivePACEKeys(peer: [UInt8]) throws(LibraryError) {
    let peer = try EACBuffer(peer)
    try check(PACE_STEP3B_compute_shared_secret(pointer, peer.pointer), "PACE_STEP3B_compute_shared_secret")
    try check(PACE_STEP3C_derive_keys(pointer), "PACE_STEP3C_derive_keys")
  }

  /// Step 3d: the token over the other party's key.
  func token(peer: [UInt8]) throws(LibraryError) -> [UInt8] {
    let peer = try EACBuffer(peer)
    return try EACBuffer(
      taking: PACE_STEP3D_compute_authentication_token(pointer, peer.pointer),
      "PACE_STEP3D_compute_authentication_token"
    ).octets
  }

  /// Step 3d: whether the other party's token, over the own key, is right.
  func verify(token: [UInt8]) throws(LibraryError) -> Bool {
    let token = try EACBuffer(token)
    return try verdict(
      PACE_STEP3D_verify_authentication_token(pointer, token.pointer), "PACE_STEP3D_verify_authentication_token")
  }
}

// MARK: Secure messaging (TR-03110-3 Annex F)

extension EACContext {
  /// Protects from now on with `keys`, from a counter of zero.
  func startMessaging(_ keys: Keys) throws(LibraryError) {
    try check(EAC_CTX_set_encryption_ctx(pointer, keys.rawValue), "EAC_CTX_set_encryption_ctx")
  }

  /// One more for every command and every response.
  func count() throws(LibraryError) { try check(EAC_increment_ssc(pointer), "EAC_increment_ssc") }

  func padded(_ octets: [UInt8]) throws(LibraryError) -> [UInt8] {
    let buffer = try EACBuffer(octets)
    return try EACBuffer(taking: EAC_add_iso_pad(pointer, buffer.pointer), "EAC_add_iso_pad").octets
  }

  func encrypted(_ plain: [UInt8]) throws(LibraryError) -> [UInt8] {
    let buffer = try EACBuffer(padded(plain))
    return try EACBuffer(taking: EAC_encrypt(pointer, buffer.pointer), "EAC_encrypt").octets
  }

  func decrypted(_ cryptogram: [UInt8]) throws(LibraryError) -> [UInt8] {
    let buffer = try EACBuffer(cryptogram)
    let plain = try EACBuffer(taking: EAC_decrypt(pointer, buffer.pointer), "EAC_decrypt")
    return try EACBuffer(taking: EAC_remove_iso_pad(plain.pointer), "EAC_remove_iso_pad").octets
  }

  /// The MAC over the counter and `padded` octets.
  func mac(_ padded: [UInt8]) throws(LibraryError) -> [UInt8] {
    let buffer = try EACBuffer(padded)
    return try EACBuffer(taking: EAC_authenticate(pointer, buffer.pointer), "EAC_authenticate").octets
  }

  func verify(mac: [UInt8], over padded: [UInt8]) throws(LibraryError) -> Bool {
    let buffer = try EACBuffer(padded)
    let mac = try EACBuffer(mac)
    return try verdict(
      EAC_verify_authentication(pointer, buffer.pointer, mac.pointer), "EAC_verify_authentication")
  }
}
