import CardApplication
import CardCrypto
import CardTestSupport
import SecureChannel
import Testing

@testable import CardTerminal

/// No tap starts within ten minutes of the end of a certificate (`card-application` §2).
@Suite("When a terminal may start a tap")
struct TerminalAccessTests {
  /// 2026-12-01, 00:00:00 UTC.
  private static let firstOfDecember: Int64 = 1_796_083_200

  private func date(_ yyyymmdd: UInt32) throws -> CVDate { try #require(CVDate(yyyymmdd: yyyymmdd)) }

  /// A terminal's certificate good for November 2026, of a verifier good for `verifier`.
  private func access(verifier: (UInt32, UInt32) = (20_260_101, 20_271_231)) throws -> TerminalAccess {
    let pki = try TestPKI(from: verifier.0, until: verifier.1)
    return .payout(try pki.terminal(from: try date(20_261_101), until: try date(20_261_130)))
  }

  @Test("To the second: the last day ends at midnight UTC, and ten minutes before that no tap starts")
  func end() throws {
    let access = try access()
    #expect(CardDate(unixTime: Self.firstOfDecember).yyyymmdd == 20_261_201)
    #expect(CardDate(unixTime: Self.firstOfDecember - 1).yyyymmdd == 20_261_130)
    #expect(access.mayStart(at: Self.firstOfDecember - 601))
    for late in [-600, -599, -1, 0, 1, 86_400] { #expect(!access.mayStart(at: Self.firstOfDecember + Int64(late))) }
  }

  @Test("The first day begins at midnight UTC, not in Vietnam")
  func begin() throws {
    let access = try access()
    let first = Self.firstOfDecember - 30 * 86_400
    #expect(!access.mayStart(at: first - 1))
    // 00:00 of 1 November in Vietnam is seven hours earlier.
    #expect(!access.mayStart(at: first - 7 * 3_600))
    #expect(access.mayStart(at: first))
  }

  @Test("Both certificates count: the verifier's can end, or begin, inside the terminal's")
  func verifier() throws {
    let tenth = Self.firstOfDecember - 20 * 86_400
    let ending = try access(verifier: (20_260_101, 20_261_110))
    #expect(ending.mayStart(at: tenth - 601))
    #expect(!ending.mayStart(at: tenth - 600))
    #expect(!ending.mayStart(at: tenth))
    let beginning = try access(verifier: (20_261_111, 20_271_231))
    #expect(!beginning.mayStart(at: tenth - 1))
    #expect(beginning.mayStart(at: tenth))
    #expect(beginning.mayStart(at: Self.firstOfDecember - 601))
    #expect(!beginning.mayStart(at: Self.firstOfDecember - 600))
  }

  @Test("What is asked for: payouts and PIN management never together, and nothing that the certificate lacks")
  func requests() throws {
    let pki = try TestPKI()
    let trust = TerminalAccess.ChipTrust(issuers: [], time: 0)
    let all = try pki.terminal(.all, payout: [.online, .offline, .ceiling(4)])
    let payout = TerminalAccess.payout(all)
    #expect(payout.request.authorization.rights == .canAllowed)
    #expect(payout.request.extensions.map(\.identifier) == [PayoutRights.identifier])
    #expect(payout.request.extensions.map(\.bitmap) == [PayoutRights([.online, .offline, .ceiling(4)]).octets])
    #expect(payout.chipTrust == nil)
    let management = TerminalAccess.pinManagement(all, trust)
    #expect(management.request.authorization.rights == [.pinManagement, .canAllowed])
    #expect(management.request.extensions.isEmpty && management.chipTrust != nil)
    let identity = TerminalAccess.identity(all, trust)
    #expect(identity.request.authorization.rights == [.readAll, .canAllowed])
    #expect(identity.request.extensions.isEmpty && identity.chipTrust != nil)
    let few = try pki.terminal([.read(dataGroup: 4)], payout: .online)
    #expect(TerminalAccess.payout(few).request.authorization.rights.isEmpty)
    #expect(TerminalAccess.identity(few, trust).request.authorization.rights == .read(dataGroup: 4))
  }
}
