import CEAC

// MARK: Terminal Authentication, version 2 (TR-03110-2 §3.3)

extension EACContext {
  /// Prepares Terminal Authentication.
  ///
  /// - Parameters:
  ///   - certificate: the card's trust anchor; for a terminal its own certificate, which names its algorithm.
  ///   - privateKey: the terminal's, PKCS #8; empty for a card.
  func prepareTerminalAuthentication(certificate: [UInt8], privateKey: [UInt8] = []) throws(LibraryError) {
    if !privateKey.isEmpty {
      try check(ansinh_eac_set_private_key(pointer, privateKey, privateKey.count), "EVP_PKEY_set1_EC_KEY")
    }
    try check(EAC_CTX_init_ta(pointer, nil, 0, certificate, certificate.count), "EAC_CTX_init_ta")
    // The dates of published certificates are past; the card's own date is not libeac's matter.
    TA_disable_checks(pointer)
  }

  /// Verifies the next certificate of a chain. `certificate` is the whole object 7F21.
  func imports(certificate: [UInt8]) throws(LibraryError) -> Bool {
    try verdict(
      TA_STEP2_import_certificate(pointer, certificate, certificate.count), "TA_STEP2_import_certificate")
  }

  /// The algorithm of the last certificate: the octets of its object identifier.
  var terminalAuthenticationProtocol: [UInt8] {
    get throws(LibraryError) { try Self.objectIdentifier(pointer.pointee.ta_ctx.pointee.protocol) }
  }

  /// A fresh key for Chip Authentication, compressed.
  func terminalEphemeral() throws(LibraryError) -> [UInt8] {
    let short = try EACBuffer(
      taking: TA_STEP3_generate_ephemeral_key(pointer), "TA_STEP3_generate_ephemeral_key"
    ).octets
    return Self.fullWidth(short, of: try chipAuthenticationEphemeral())
  }

  /// libeac leaves out leading zeros of the x-coordinate that Comp() is; its width is fixed (TR-03110-3 A.2.2.3).
  private static func fullWidth(_ short: [UInt8], of point: [UInt8]) -> [UInt8] {
    [UInt8](repeating: 0, count: max(0, point.count / 2 - short.count)) + short
  }

  /// The card's challenge, 8 octets.
  func challenge() throws(LibraryError) -> [UInt8] {
    try EACBuffer(taking: TA_STEP4_get_nonce(pointer), "TA_STEP4_get_nonce").octets
  }

  /// What the card has sent as challenge.
  func take(challenge: [UInt8]) throws(LibraryError) {
    let challenge = try EACBuffer(challenge)
    try check(TA_STEP4_set_nonce(pointer, challenge.pointer), "TA_STEP4_set_nonce")
  }

  /// Comp() of the card's key of PACE: its identifier in this session.
  func cardIdentifier(_ ephemeral: [UInt8]) throws(LibraryError) -> [UInt8] {
    let point = try EACBuffer(ephemeral)
    let short = try EACBuffer(taking: EAC_Comp(pointer, EAC_ID_PACE, point.pointer), "EAC_Comp").octets
    return Self.fullWidth(short, of: ephemeral)
  }

  /// The terminal's signature.
  ///
  /// - Parameter auxiliaryData: the whole object 67, or empty.
  func sign(ephemeral: [UInt8], cardIdentifier: [UInt8], auxiliaryData: [UInt8]) throws(LibraryError) -> [UInt8] {
    let ephemeral = try EACBuffer(ephemeral)
    let cardIdentifier = try EACBuffer(cardIdentifier)
    let auxiliaryData = try auxiliaryData.isEmpty ? nil : EACBuffer(auxiliaryData)
    let signature = try EACBuffer(
      taking: TA_STEP5_sign(pointer, ephemeral.pointer, cardIdentifier.pointer, auxiliaryData?.pointer),
      "TA_STEP5_sign"
    ).octets
    // libeac writes r and s as wide as the longer of them, not as the curve (TR-03111 §5.2.1).
    let width = (Int(EVP_PKEY_get_bits(pointer.pointee.ta_ctx.pointee.priv_key)) + 7) / 8
    let zeros = [UInt8](repeating: 0, count: max(0, width - signature.count / 2))
    return zeros + signature.prefix(signature.count / 2) + zeros + signature.suffix(signature.count / 2)
  }

  /// Whether the terminal's signature is right.
  func verify(
    signature: [UInt8], ephemeral: [UInt8], cardIdentifier: [UInt8], auxiliaryData: [UInt8]
  ) throws(LibraryError) -> Bool {
    let signature = try EACBuffer(signature)
    let ephemeral = try EACBuffer(ephemeral)
    let cardIdentifier = try EACBuffer(cardIdentifier)
    let auxiliaryData = try auxiliaryData.isEmpty ? nil : EACBuffer(auxiliaryData)
    let result = TA_STEP6_verify(
      pointer, ephemeral.pointer, cardIdentifier.pointer, auxiliaryData?.pointer, signature.pointer)
    ERR_clear_error()
    // A signature that is not even one gives -1, and says no more than a wrong one.
    return result == 1
  }
}

// MARK: Chip Authentication, version 2 (TR-03110-2 §3.4)

extension EACContext {
  /// The variant, as EF.CardAccess offers it; `nil` when it offers none.
  var chipAuthenticationProtocol: [UInt8]? {
    get throws(LibraryError) {
      guard let context = pointer.pointee.ca_ctx else { return nil }
      return try Self.objectIdentifier(context.pointee.protocol)
    }
  }

  /// The card's static key, PKCS #8.
  func setChipKey(_ privateKey: [UInt8]) throws(LibraryError) {
    try check(CA_set_key(pointer, privateKey, privateKey.count, nil, 0), "CA_set_key")
  }

  /// The card's static key out of EF.CardSecurity; the signature over the file is not looked at.
  func chipPublicKey(cardSecurity: [UInt8]) throws(LibraryError) -> [UInt8] {
    CA_disable_passive_authentication(pointer)
    return try EACBuffer(taking: CA_get_pubkey(pointer, cardSecurity, cardSecurity.count), "CA_get_pubkey").octets
  }

  /// The terminal's key of ``terminalEphemeral()``, uncompressed.
  func chipAuthenticationEphemeral() throws(LibraryError) -> [UInt8] {
    try EACBuffer(taking: CA_STEP2_get_eph_pubkey(pointer), "CA_STEP2_get_eph_pubkey").octets
  }

  /// Whether `point` is the key whose compressed form Terminal Authentication has proven.
  func isKey(_ point: [UInt8], compressedTo compressed: [UInt8]) throws(LibraryError) -> Bool {
    guard compressed.count == point.count / 2 else { return false }
    // libeac compares with its own short form.
    let compressed = try EACBuffer(Array(compressed.drop { $0 == 0 }))
    let point = try EACBuffer(point)
    return try verdict(
      CA_STEP3_check_pcd_pubkey(pointer, compressed.pointer, point.pointer), "CA_STEP3_check_pcd_pubkey")
  }

  /// The shared secret with the other party's key.
  func agree(peer: [UInt8]) throws(LibraryError) {
    let peer = try EACBuffer(peer)
    try check(CA_STEP4_compute_shared_secret(pointer, peer.pointer), "CA_STEP4_compute_shared_secret")
  }

  /// The card's nonce of 8 octets and its token; both keys are derived.
  func deriveChipKeys(peer: [UInt8]) throws(LibraryError) -> (nonce: [UInt8], token: [UInt8]) {
    let peer = try EACBuffer(peer)
    var nonce: UnsafeMutablePointer<BUF_MEM>?
    var token: UnsafeMutablePointer<BUF_MEM>?
    try check(CA_STEP5_derive_keys(pointer, peer.pointer, &nonce, &token), "CA_STEP5_derive_keys")
    return (
      try EACBuffer(taking: nonce, "CA_STEP5_derive_keys").octets,
      try EACBuffer(taking: token, "CA_STEP5_derive_keys").octets
    )
  }

  /// Derives both keys at the terminal and tells whether the card's token is right.
  func deriveChipKeys(nonce: [UInt8], token: [UInt8]) throws(LibraryError) -> Bool {
    let nonce = try EACBuffer(nonce)
    let token = try EACBuffer(token)
    return try verdict(CA_STEP6_derive_keys(pointer, nonce.pointer, token.pointer), "CA_STEP6_derive_keys")
  }
}
