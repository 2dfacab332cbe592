import CardApplication
import CardCrypto
import Foundation
import Issuance
import SecureChannel
import Testing

@Suite("The certificate authority")
struct AuthorityTests {
  @Test("CVCA, document verifier and terminal say what the scheme says", arguments: Curve.scheme)
  func contents(_ curve: Curve) throws {
    let scene = try AuthorityScene()
    let authority = try scene.open()
    let root = try authority.initialise(curve: curve)
    #expect(root.content.holder.description == "VNANSINH00001" && root.content.authority == root.content.holder)
    #expect(root.content.authorization.role == .authority && root.content.hasDomainParameters)
    #expect(TerminalRights(root.content) == .all)
    #expect(root.content.effective.description == "2026-11-05" && root.content.expiration.description == "2036-11-05")
    #expect(root.content.publicKey.verifies(root.signature, of: root.body))
    let verifier = try authority.certifyVerifier(province: "79")
    #expect(verifier.content.holder.description == "VNDV7900001")
    #expect(verifier.content.authorization.role == .verifierNonOfficial && !verifier.content.hasDomainParameters)
    #expect(TerminalRights(verifier.content) == .verifier)
    #expect(verifier.content.expiration.description == "2027-05-03")
    let chain = try authority.certifyTerminal(
      try AuthorityScene.request(nil, curve), province: "79", name: "BD-79-003")
    #expect(chain.terminal.content.holder.description == "VN79T0000100001")
    #expect(TerminalRights(chain.terminal.content).words == [.online])
    #expect(PayoutRights(octets: chain.rights(of: PayoutRights.identifier)) == .online)
    #expect(chain.terminal.content.expiration.description == "2026-11-25")
    #expect(chain.links.isEmpty)
    try chain.verify(from: try authority.anchor(), on: try AuthorityScene.day("2026-11-05"))
    #expect(try authority.check().isWhole)
  }

  @Test("Where there is a CVCA there is no second; where there is none nothing is signed")
  func once() throws {
    let scene = try AuthorityScene()
    #expect(throws: AuthorityError.none) {
      try CertificateAuthority(folder: scene.path, actor: "a") { 0 }
    }
    let authority = try scene.open()
    #expect(throws: AuthorityError.none) { try authority.certifyVerifier(province: "79") }
    #expect(throws: AuthorityError.none) { try authority.renew() }
    let root = try authority.initialise()
    #expect(throws: AuthorityError.exists(root.content.holder)) { try authority.initialise() }
    #expect(throws: AuthorityError.noVerifier(province: "79")) { try authority.terminal() }
    #expect(try authority.certificates().count == 1)
  }

  @Test("The next key of the CVCA is linked by the old one, and chains lead there from both")
  func links() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    let first = try authority.anchor()
    let before = try authority.terminal()
    let (link, root) = try authority.renew()
    #expect(link.content.authority == first.holder && link.content.holder.description == "VNANSINH00002")
    #expect(link.content.hasDomainParameters && root.content.publicKey == link.content.publicKey)
    #expect(root.content.publicKey.point != first.certificate.content.publicKey.point)
    // Under the verifier of the old key nothing has changed.
    #expect(try authority.terminal().links.isEmpty && before.links.isEmpty)
    _ = try authority.certifyVerifier(province: "79")
    let after = try authority.terminal()
    #expect(after.links == [link] && after.anchor == first.holder)
    let third = try authority.renew(curve: .p256)
    _ = try authority.certifyVerifier(province: "01")
    let far = try authority.terminal(province: "01")
    #expect(far.links == [link, third.link])
    let day = try AuthorityScene.day("2026-11-05")
    for anchor in [first, try #require(TrustAnchor(link)), try authority.anchor()] {
      try far.verify(from: anchor, on: day)
    }
    #expect(try authority.check().isWhole)
  }

  @Test("A verifier renewed has a new key and the next number; a terminal keeps its key and its name")
  func renewals() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    let key = try ECPrivateKey(generate: .p256)
    let first = try authority.terminal(key)
    let second = try authority.terminal(key)
    let other = try authority.terminal()
    let verifier = try authority.certifyVerifier(province: "79")
    let third = try authority.terminal(key)
    #expect(first.verifier.content.publicKey.point != verifier.content.publicKey.point)
    #expect(verifier.content.holder.description == "VNDV7900002")
    #expect(
      [first, second, other, third].map(\.terminal.content.holder.description) == [
        "VN79T0000100001", "VN79T0000100002", "VN79T0000200001", "VN79T0000100003",
      ])
    #expect(third.verifier == verifier)
    _ = try authority.certifyVerifier(province: "01")
    #expect(throws: AuthorityError.otherProvince(third.terminal.content.holder)) {
      try authority.terminal(key, province: "01")
    }
    #expect(try authority.terminal(province: "01").terminal.content.holder.description == "VN01T0000100001")
  }

  @Test("A terminal gets no right that its province's verifier does not have")
  func rights() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun()
    _ = try authority.certifyVerifier(province: "79", rights: TerminalRights([.online, .offline], ceiling: 4))
    #expect(throws: AuthorityError.beyondVerifier(["override", "can-allowed"])) {
      try authority.terminal(words: [.canAllowed, .override, .online])
    }
    #expect(throws: AuthorityError.beyondVerifier(["ceiling"])) {
      try authority.terminal(words: [.offline], ceiling: 5)
    }
    for (words, ceiling) in [([.online], 1), ([.offline], 17), ([.offline], -1)] as [(Set<TerminalRights.Word>, Int)] {
      #expect(throws: AuthorityError.ceiling) { try authority.terminal(words: words, ceiling: ceiling) }
    }
    let most = try authority.terminal(words: [.online, .offline])
    #expect(PayoutRights(octets: most.rights(of: PayoutRights.identifier))?.steps == 4)
    _ = try authority.certifyVerifier(province: "01")
    let both = try authority.terminal(province: "01", words: Set(TerminalRights.Word.allCases), ceiling: 3)
    #expect(TerminalRights(both.terminal.content).words == TerminalRights.Word.allCases)
    #expect(both.rights == [.canAllowed, .pinManagement, .readAll])
  }

  @Test("Another curve than the authority's, unknown provinces and numbers of days are refused")
  func refused() throws {
    let scene = try AuthorityScene()
    let authority = try scene.begun("79")
    #expect(throws: AuthorityError.otherCurve) {
      try authority.certifyTerminal(
        try AuthorityScene.request(nil, .brainpoolP256r1), province: "79", name: "BD-79-003")
    }
    for code in ["02", "7", "079", "", "xx"] {
      #expect(throws: AuthorityError.unknownProvince(code)) { try authority.certifyVerifier(province: code) }
      #expect(throws: AuthorityError.unknownProvince(code)) { try authority.terminal(province: code) }
    }
    for days in [0, -1, 367] {
      #expect(throws: AuthorityError.days(1...366)) { try authority.certifyVerifier(province: "79", days: days) }
    }
    for days in [0, 181] { #expect(throws: AuthorityError.days(1...180)) { try authority.terminal(days: days) } }
    for days in [0, 22] {
      #expect(throws: AuthorityError.days(1...21)) { try authority.terminal(days: days, words: [.offline]) }
    }
    for days in [1, 180] { _ = try authority.terminal(days: days) }
    #expect(throws: AuthorityError.text) { try scene.open(actor: "") }
    #expect(throws: AuthorityError.text) { try scene.open(actor: "a\nb") }
    #expect(throws: AuthorityError.text) {
      try authority.revoke("VNDV7900001", reason: String(repeating: "x", count: 201))
    }
  }
}
