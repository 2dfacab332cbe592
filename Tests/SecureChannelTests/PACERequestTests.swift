import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// PACE with what a terminal will prove, and the anchors that the card names (TR-03110-3 B.11.1).
@Suite struct PACERequestTests {
  /// 80, 83, 7F4C, 65, 84: the first command of a run.
  private func template(_ request: RequestedAuthorization?) async throws -> [UInt8] {
    let scene = try EACScene()
    let trace = TraceChannel(try scene.card())
    _ = try await scene.session(trace, request)
    return try #require(await trace.exchanges.first).command
  }

  @Test func theTemplateOctetByOctet() async throws {
    let rights = HolderAuthorization(.terminal, [.readAll, .pinManagement])
    let plain = try await template(nil)
    #expect(plain == octets("0022C1A412 800A04007F00070202040202 830102 84010C"))
    let chat = "7F4C12 0609 04007F000703010202 5305 003FFFFF20"
    let asked = try await template(RequestedAuthorization(rights))
    #expect(asked == octets("0022C1A427 800A04007F00070202040202 830102 \(chat) 84010C"))
    let extended = try await template(
      RequestedAuthorization(
        rights, extensions: [AuthorizationExtension(identifier: TestPKI.identifier, bitmap: [1, 2, 3])]))
    let extras = "650D 730B 0604 69010203 5303 010203"
    #expect(extended == octets("0022C1A436 800A04007F00070202040202 830102 \(chat) \(extras) 84010C"))
  }

  /// What the card confines the terminal to is what came over the air.
  @Test func theRequestConfines() async throws {
    let scene = try EACScene()
    let card = try scene.card()
    let session = try await scene.session(
      card, RequestedAuthorization(HolderAuthorization(.terminal, [.read(dataGroup: 4), .pinManagement])))
    _ = try await scene.authenticate(session, over: card, through: session.channel)
    let terminal = try #require(await card.terminal)
    #expect(terminal.rights == .read(dataGroup: 4) && terminal.extensions.isEmpty)
  }

  @Test func authoritiesNewestFirst() async throws {
    let (new, old) = (holder("CVCA", "00002").octets, holder("CVCA", "00001").octets)
    let cases: [([BERTLV], [String])] = [
      ([], []), ([BERTLV(0x87, new)], ["VNCVCA00002"]), ([BERTLV(0x88, old)], ["VNCVCA00001"]),
      ([BERTLV(0x87, new), BERTLV(0x88, old)], ["VNCVCA00002", "VNCVCA00001"]),
      ([BERTLV(0x88, old), BERTLV(0x87, new)], ["VNCVCA00002", "VNCVCA00001"]),
      ([BERTLV(0x87, [1]), BERTLV(0x88, old)], ["VNCVCA00001"]), ([BERTLV(0x89, new)], []),
    ]
    for (objects, expected) in cases {
      let scene = try EACScene()
      // The fifth answer carries the token and then the names; the card's own are taken out.
      let above = OneMessageChanged(
        try scene.card(), at: 4,
        response: { response in
          guard let token = try? BERTLV(parsing: response.data).first(0x86) else { return response }
          return ResponseAPDU(data: BERTLV(0x7C, [token] + objects).bytes, status: response.status)
        })
      let session = try await scene.session(above)
      #expect(session.authorities.map(\.description) == expected)
    }
  }
}
