import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

/// Terminal and Chip Authentication (TR-03110-3 B.11.2, B.11.4–7; `card-application` §2).
enum AuthenticationChecks {
  static let all = rights + proofs + chip

  // MARK: Rights that have to be off

  private static func noRight(
    _ id: String, vi: String, en: String,
    _ make: @escaping @Sendable (ConformanceAuthority) throws -> TerminalAccess
  ) -> ConformanceCheck {
    ConformanceCheck(
      id, .authentication, "TR-03110-3 §2.7; card-application §2", vi: "Không có quyền chi trả: \(vi)",
      en: "No right to ask for payouts: \(en)"
    ) { test in
      let application = try await test.payout(.pin, try make(test.authority))
      let order = try test.payoutOrder()
      try expect("AUTHORISE PAYOUT", try await application.authorise(order.bytes), .securityStatusNotSatisfied)
    }
  }

  private static func access(
    _ credential: TerminalCredential, _ extensions: [AuthorizationExtension] = EACSteps.request.extensions
  ) -> TerminalAccess {
    TerminalAccess(
      credential: credential,
      request: RequestedAuthorization(HolderAuthorization(.terminal, []), extensions: extensions),
      chipTrust: nil)
  }

  private static func payout(_ rights: PayoutRights) -> AuthorizationExtension {
    AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: rights.octets)
  }

  private static func changed(_ extensions: [AuthorizationExtension]) -> ConformanceAuthority.Change {
    var change = ConformanceAuthority.Change()
    change.extensions = extensions
    return change
  }

  private static let rights = [
    noRight("rights.doubled", vi: "phần mở rộng lặp lại", en: "the extension twice") { authority in
      access(try authority.terminal([], .online, changed([payout(.online), payout(.online)])))
    },
    noRight("rights.short", vi: "phần mở rộng sai độ dài", en: "the extension in another length") { authority in
      let short = AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: [0x00, 0x01])
      return access(try authority.terminal([], .online, changed([short])))
    },
    noRight("rights.other-identifier", vi: "OID khác", en: "another object identifier") { authority in
      var identifier = PayoutRights.identifier
      identifier[3] ^= 1
      let other = AuthorizationExtension(identifier: identifier, bitmap: PayoutRights.online.octets)
      return access(try authority.terminal([], .online, changed([other])))
    },
    noRight("rights.verifier-without", vi: "cơ quan kiểm tra không có quyền", en: "a verifier without the right") {
      authority in
      let key = try ECPrivateKey(generate: authority.curve)
      let verifierKey = try ECPrivateKey(generate: authority.curve)
      let verifier = try authority.verifier(2, key: verifierKey, changed([payout(.offline)]))
      let terminal = try authority.certificate([], .online, key: key, verifier: verifier, signer: verifierKey)
      guard let credential = TerminalCredential(verifier: verifier, terminal: terminal, signer: key) else {
        throw CryptoError.malformed("terminal")
      }
      return access(credential)
    },
    noRight("rights.confined", vi: "DO 65 không xin quyền này", en: "DO 65 asks for another right") { authority in
      access(try authority.terminal([], [.online, .offline, .ceiling(16)]), [payout([.offline, .ceiling(16)])])
    },
    noRight("rights.not-asked", vi: "không xin quyền nào", en: "without DO 65") { authority in
      access(try authority.terminal([], .online), [])
    },
  ]

  // MARK: The terminal's proof

  private static func proof(
    _ id: String, vi: String, en: String,
    _ body: @escaping @Sendable (CardUnderTest, PACESession, TerminalCredential, [UInt8]) async throws -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(id, .authentication, "TR-03110-2 §3.3; TR-03110-3 B.11.6–7", vi: vi, en: en) { test in
      let session = try await EACSteps.session(test)
      let credential = try test.authority.terminal()
      try await EACSteps.present(session.channel, [credential.verifier, credential.terminal])
      let curve = test.authority.curve
      let point = try curve.multiply(try curve.generator, by: try curve.randomScalar(test.random))
      try await body(test, session, credential, TerminalAuthentication.compressed(point))
    }
  }

  private static let proofs = [
    proof("ta.signature", vi: "Chữ ký sai của đầu cuối bị từ chối", en: "A wrong signature of the terminal is refused")
    {
      _, session, credential, key in
      try expect("MSE:Set AT", try await EACSteps.template(session.channel, credential, key), .success)
      let challenge = try await EACSteps.challenge(session.channel)
      var signature = try EACSteps.sign(credential, session.cardEphemeral, challenge, key)
      signature[40] ^= 1
      try expect("EXTERNAL AUTHENTICATE", try await EACSteps.prove(session.channel, signature), .authenticationFailed)
    },
    proof("ta.challenge-once", vi: "Thách thức chỉ dùng được một lần", en: "A challenge is good for one signature") {
      _, session, credential, key in
      _ = try await EACSteps.template(session.channel, credential, key)
      let challenge = try await EACSteps.challenge(session.channel)
      let good = try EACSteps.sign(credential, session.cardEphemeral, challenge, key)
      var bad = good
      bad[0] ^= 1
      try expectRefused("EXTERNAL AUTHENTICATE", try await EACSteps.prove(session.channel, bad))
      _ = try await EACSteps.template(session.channel, credential, key)
      try expectRefused("EXTERNAL AUTHENTICATE, 2", try await EACSteps.prove(session.channel, good))
    },
    proof("ta.challenge-fresh", vi: "Thách thức mỗi lần một khác", en: "Challenges differ") {
      _, session, credential, key in
      _ = try await EACSteps.template(session.channel, credential, key)
      let one = try await EACSteps.challenge(session.channel)
      let two = try await EACSteps.challenge(session.channel)
      try require(one != two && one.count == 8, "Thách thức lặp lại", "The challenge is repeated")
      let old = try EACSteps.sign(credential, session.cardEphemeral, one, key)
      try expectRefused("EXTERNAL AUTHENTICATE", try await EACSteps.prove(session.channel, old))
    },
    proof(
      "ta.bound-to-session", vi: "Chữ ký gắn với khóa tạm của phiên PACE",
      en: "The signature is bound to the PACE session"
    ) {
      _, session, credential, key in
      _ = try await EACSteps.template(session.channel, credential, key)
      let challenge = try await EACSteps.challenge(session.channel)
      let other = try EACSteps.sign(credential, session.terminalEphemeral, challenge, key)
      try expectRefused("EXTERNAL AUTHENTICATE", try await EACSteps.prove(session.channel, other))
    },
    proof(
      "ta.once", vi: "Sau khi xác thực, không đổi được sang đầu cuối khác",
      en: "After the proof no other terminal takes its place"
    ) {
      test, session, credential, key in
      _ = try await EACSteps.template(session.channel, credential, key)
      let challenge = try await EACSteps.challenge(session.channel)
      let good = try EACSteps.sign(credential, session.cardEphemeral, challenge, key)
      try expect("EXTERNAL AUTHENTICATE", try await EACSteps.prove(session.channel, good), .success)
      let chosen = try await EACSteps.select(session.channel, test.authority.anchor.content.holder)
      try expect("MSE:Set DST", chosen, .conditionsNotSatisfied)
    },
    ConformanceCheck(
      "ta.not-asked", .authentication, "TR-03110-3 B.11.1", vi: "Không xin trong PACE thì không xác thực được đầu cuối",
      en: "Without a request in PACE there is no Terminal Authentication"
    ) { test in
      let opened = try await test.open(.can)
      let chosen = try await EACSteps.select(opened.channel, test.authority.anchor.content.holder)
      try expectRefused("MSE:Set DST", chosen)
      let asked = try await opened.channel.transmit(CommandAPDU(ins: 0x84, expectedLength: 8))
      try expectRefused("GET CHALLENGE", asked)
    },
  ]

  // MARK: The chip's proof

  private static func chipTemplate(_ test: CardUnderTest) -> CommandAPDU {
    let variant = ChipAuthenticationParameters(curve: test.authority.curve, cipher: test.policy.chipKeyLength)
    return CommandAPDU(
      ins: 0x22, p1: 0x41, p2: 0xA4,
      data: BERTLV(0x80, variant.oid).bytes + BERTLV(0x84, [variant.keyID]).bytes)
  }

  private static let chip = [
    ConformanceCheck(
      "ca.genuine", .authentication, "TR-03110-2 §3.4", vi: "Chip chứng minh được khóa đã ký trong EF.CardSecurity",
      en: "The chip proves the key that is signed in EF.CardSecurity"
    ) { test in
      _ = try await test.open(
        .can, .identity(try test.authority.terminal([.readAll, .canAllowed]), test.chipTrust))
    },
    ConformanceCheck(
      "ca.needs-terminal", .authentication, "TR-03110-2 §3.4", vi: "Xác thực chip chỉ sau khi xác thực đầu cuối",
      en: "No Chip Authentication before Terminal Authentication"
    ) { test in
      let answer = try await EACSteps.session(test).channel.transmit(chipTemplate(test))
      try expectRefused("MSE:Set AT", answer)
    },
    ConformanceCheck(
      "ca.other-key", .authentication, "TR-03110-2 §3.4", vi: "Khóa tạm khác với khóa đã ký bị từ chối",
      en: "Another ephemeral key than the one signed is refused"
    ) { test in
      let curve = test.authority.curve
      let other = try curve.multiply(try curve.generator, by: try curve.randomScalar(test.random))
      var off = other
      off[off.count - 1] ^= 1
      for point in [other, off] {
        let opened = try await test.open(.can, try test.terminal(.online, .canAllowed))
        try expect("MSE:Set AT", try await opened.channel.transmit(chipTemplate(test)), .success)
        let answer = try await opened.channel.transmit(
          CommandAPDU(ins: 0x86, data: BERTLV(0x7C, [BERTLV(0x80, point)]).bytes, expectedLength: 256))
        try expectRefused("GENERAL AUTHENTICATE", answer)
      }
    },
  ]
}
