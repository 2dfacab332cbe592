import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

/// Certificates that a card has to refuse or to take, and what they change (TR-03110-3 §2.5, B.11.5).
enum ChainChecks {
  static let all = refusedChains + [datesMove, minimumDate, link]

  // MARK: Chains that have to be refused

  private typealias Certificates = (taken: [CVCertificate], authority: HolderReference, refused: [UInt8])

  private static func refused(
    _ id: String, vi: String, en: String,
    _ make: @escaping @Sendable (ConformanceAuthority, ECPrivateKey) throws -> Certificates
  ) -> ConformanceCheck {
    ConformanceCheck(
      id, .authentication, "TR-03110-3 §2.5, B.11.5", vi: "Chứng thư bị từ chối: \(vi)",
      en: "Certificate refused: \(en)"
    ) { test in
      let channel = try await EACSteps.session(test).channel
      let chain = try make(test.authority, try ECPrivateKey(generate: test.authority.curve))
      try await EACSteps.present(channel, chain.taken)
      let chosen = try await EACSteps.select(channel, chain.authority)
      guard chosen.status.isSuccess else {
        return try expect("MSE:Set DST", chosen, .referencedDataNotFound)
      }
      try expectRefused("VERIFY CERTIFICATE", try await EACSteps.verify(channel, chain.refused))
    }
  }

  /// A verifier's certificate under the anchor.
  private static func verifier(
    _ id: String, vi: String, en: String,
    _ change: @escaping @Sendable (inout ConformanceAuthority.Change, ConformanceAuthority) throws -> Void
  ) -> ConformanceCheck {
    refused(id, vi: vi, en: en) { authority, key in
      var changes = ConformanceAuthority.Change()
      try change(&changes, authority)
      return ([], authority.anchor.content.holder, try authority.verifier(2, key: key, changes).unwrapped)
    }
  }

  /// A terminal's certificate under the verifier.
  private static func terminal(
    _ id: String, vi: String, en: String,
    _ change: @escaping @Sendable (inout ConformanceAuthority.Change, ConformanceAuthority) throws -> Void
  ) -> ConformanceCheck {
    refused(id, vi: vi, en: en) { authority, key in
      var changes = ConformanceAuthority.Change()
      try change(&changes, authority)
      let certificate = try authority.certificate([], .online, key: key, changes)
      return ([authority.verifier], authority.verifier.content.holder, certificate.unwrapped)
    }
  }

  private static let refusedChains = [
    verifier("chain.expired-verifier", vi: "cơ quan kiểm tra đã hết hạn", en: "a verifier's that has expired") {
      ($0.effective, $0.expiration) = (try $1.day(-10), try $1.day(-1))
    },
    terminal("chain.expired-terminal", vi: "đầu cuối đã hết hạn", en: "a terminal's that has expired") {
      ($0.effective, $0.expiration) = (try $1.day(-10), try $1.day(-1))
    },
    verifier("chain.turned-dates", vi: "ngày đầu sau ngày cuối", en: "one that ends before it begins") {
      ($0.effective, $0.expiration) = (try $1.day(20), try $1.day(10))
    },
    verifier("chain.verifier-authority", vi: "sai tên người ký (CAR)", en: "of another authority than the key chosen") {
      authority, _ in authority.authority = try ConformanceAuthority.name("CFCVCA", 9)
    },
    verifier("chain.verifier-type", vi: "loại đầu cuối khác", en: "a verifier's for another kind of terminal") {
      authority, _ in
      authority.authorization = HolderAuthorization(terminalType: TerminalType.inspection, template: [0x43])
    },
    verifier("chain.terminal-of-anchor", vi: "đầu cuối do CVCA ký thẳng", en: "a terminal's by the CVCA itself") {
      change, _ in change.role = .terminal
    },
    verifier("chain.verifier-parameters", vi: "có tham số miền", en: "a verifier's with domain parameters") {
      change, _ in change.hasDomainParameters = true
    },
    terminal("chain.verifier-of-verifier", vi: "cơ quan kiểm tra ký cơ quan kiểm tra", en: "a verifier's by a verifier")
    {
      change, _ in change.role = .verifierNonOfficial
    },
    terminal("chain.authority-of-verifier", vi: "cơ quan kiểm tra ký CVCA", en: "a CVCA's by a verifier") {
      change, _ in
      change.role = .authority
      change.hasDomainParameters = true
    },
    terminal("chain.terminal-type", vi: "đầu cuối loại khác", en: "a terminal's of another kind") { change, _ in
      change.authorization = HolderAuthorization(terminalType: TerminalType.inspection, template: [0x03])
    },
    refused("chain.verifier-signer", vi: "cơ quan kiểm tra do khóa lạ ký", en: "a verifier's by another key") {
      authority, key in
      let certificate = try authority.verifier(2, key: key, signer: key)
      return ([], authority.anchor.content.holder, certificate.unwrapped)
    },
    refused("chain.terminal-signer", vi: "đầu cuối do khóa lạ ký", en: "a terminal's by another key") {
      authority, key in
      let certificate = try authority.certificate([], .online, key: key, signer: key)
      return ([authority.verifier], authority.verifier.content.holder, certificate.unwrapped)
    },
    refused("chain.changed", vi: "một bit bị sửa", en: "with one bit changed") { authority, key in
      var octets = try authority.verifier(2, key: key).unwrapped
      octets[octets.count - 75] ^= 1
      return ([], authority.anchor.content.holder, octets)
    },
    refused(
      "chain.unknown-authority", vi: "khóa kiểm tra không có trên thẻ", en: "of an authority that is not on the card"
    ) {
      authority, key in
      let name = try ConformanceAuthority.name("LA", 7)
      return ([], name, try authority.verifier(2, key: key).unwrapped)
    },
    refused("chain.fresh-session", vi: "chứng thư của phiên trước", en: "under a verifier of an earlier session") {
      authority, key in
      ([], authority.verifier.content.holder, try authority.certificate([], .online, key: key).unwrapped)
    },
  ]

  // MARK: Dates and anchors

  private static let datesMove = ConformanceCheck(
    "date.moves", .authentication, "card-application §2", .consuming,
    vi: "Ngày của thẻ tiến theo chứng thư cơ quan kiểm tra, không theo đầu cuối",
    en: "The card date moves with a verifier's certificate, never with a terminal's"
  ) { test in
    let authority = test.authority
    let before = try await test.pay(try await test.desk(), try test.payoutOrder()).certificate.cardDate
    var change = ConformanceAuthority.Change()
    change.effective = try authority.day(0)
    change.expiration = try authority.day(400)
    let later = try authority.terminal([], .online, change)
    let second = try await test.pay(try await test.payout(.pin, .payout(later)), try test.payoutOrder()).certificate
    try expectEqual("card date, terminal", second.cardDate, before)
    let tomorrow = try authority.day(1)
    let key = try ECPrivateKey(generate: authority.curve)
    change = ConformanceAuthority.Change()
    change.effective = tomorrow
    let channel = try await EACSteps.session(test).channel
    try await EACSteps.present(channel, [try authority.verifier(3, key: key, change)])
    var terminal = ConformanceAuthority.Change()
    terminal.effective = try authority.day(3)
    let third = try authority.certificate(
      [], .online, key: key, verifier: try authority.verifier(3, key: key, change), signer: key, terminal)
    try await EACSteps.present(channel, [third])
    try await test.card.powerOff()
    let last = try await test.pay(try await test.desk(), try test.payoutOrder()).certificate
    try expectEqual("card date, verifier", last.cardDate.yyyymmdd, tomorrow.yyyymmdd)
  }

  private static let minimumDate = ConformanceCheck(
    "chain.minimum-date", .authentication, "card-application §2, §12", .consuming,
    vi: "Cơ quan kiểm tra có chứng thư trước ngày trung tâm định bị từ chối",
    en: "A verifier's certificate from before the centre's day is refused"
  ) { test in
    let authority = test.authority
    let desk = try await test.desk()
    let order = try await test.completion(desk) { $0.minimumVerifierDate = authority.today.yyyymmdd }
    try await test.complete(desk, order)
    var change = ConformanceAuthority.Change()
    change.effective = try authority.day(-1)
    let old = try authority.verifier(2, key: try ECPrivateKey(generate: authority.curve), change)
    let channel = try await EACSteps.session(test).channel
    try expect("MSE:Set DST", try await EACSteps.select(channel, authority.anchor.content.holder), .success)
    try expectRefused("VERIFY CERTIFICATE", try await EACSteps.verify(channel, old.unwrapped))
    _ = try await test.desk()
  }

  private static let link = ConformanceCheck(
    "chain.link", .authentication, "TR-03110-3 §2.5", .consuming,
    vi: "Chứng thư liên kết mang neo mới; neo cũ vẫn dùng được", en: "A link brings a new anchor, and the old one stays"
  ) { test in
    let authority = test.authority
    let anchorKey = try ECPrivateKey(generate: authority.curve)
    let link = try authority.link(to: anchorKey)
    let key = try ECPrivateKey(generate: authority.curve)
    var change = ConformanceAuthority.Change()
    change.authority = link.content.holder
    let verifier = try authority.verifier(4, key: key, signer: anchorKey, change)
    let terminalKey = try ECPrivateKey(generate: authority.curve)
    let terminal = try authority.certificate([], .online, key: terminalKey, verifier: verifier, signer: key)
    try await EACSteps.present(try await EACSteps.session(test).channel, [link, verifier, terminal])
    try await test.card.powerOff()
    let names = try await EACSteps.session(test).authorities
    try expectEqual("DO 87, 88", names, [link.content.holder, authority.anchor.content.holder])
    guard let credential = TerminalCredential(verifier: verifier, terminal: terminal, signer: terminalKey) else {
      return
    }
    _ = try await test.payout(.pin, .payout(credential))
    _ = try await test.desk()
  }
}
