import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Officials and their roles.
@Suite("Officials")
struct StaffTests {
  static func act(
    _ kind: EntitlementActKind, _ official: String, _ role: Role, maker: String, checker: String
  ) -> LedgerCommand {
    .actOnStaff(
      StaffAct(
        official: official, role: role, kind: kind,
        hands: ActHands(maker: maker, checker: checker, office: "CQ-19", reason: "quyết định")))
  }

  static func appoint(
    _ official: String, _ role: Role, maker: String = "Chủ", checker: String = "Phó"
  ) -> LedgerCommand {
    act(.staffAppointed, official, role, maker: maker, checker: checker)
  }

  @Test("With nobody appointed everybody may do everything; from the first administrator on, only who may")
  func roles() async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.appoint("Lê B", .commune)) == .administratorFirst)
    #expect(try await twin.refusal(Self.appoint("Quản Trị", .administrator, checker: " chủ")) == .fourEyesNeeded)
    #expect(try await twin.run(Self.appoint("Quản Trị", .administrator)).refusal == nil)
    #expect(try await twin.refusal(DeathTests.death()) == .notAppointed)
    #expect(try await twin.refusal(LineActTests.act(.lineSuspended)) == .notAppointed)
    let list = ItemImport(wholeList: "T12", rows: [World.row(1, 70, period: 202_612)], maker: "Nguyễn A")
    #expect(try await twin.refusal(.importItems(list)) == .notAppointed)
    #expect(try await twin.refusal(Self.appoint("Lê B", .commune)) == .notAppointed)
    // One administrator alone: anybody else looks over the next appointment, then only who may.
    #expect(
      try await twin.run(Self.appoint("Thanh Tra", .inspector, maker: "quản trị", checker: "Phó")).refusal == nil)
    func appoint(_ official: String, _ role: Role, checker: String = "Thanh Tra") async throws -> RefusalCode? {
      try await twin.refusal(Self.appoint(official, role, maker: "QUẢN  TRỊ", checker: checker))
    }
    #expect(try await appoint("Lê B", .commune, checker: "Phó") == .notAppointed)
    #expect(try await appoint("Nguyễn A", .commune) == nil)
    #expect(try await appoint("nguyễn a", .commune) == .alreadyAppointed)
    #expect(try await twin.refusal(DeathTests.death()) == .notAppointed)
    #expect(try await appoint("Lê B", .point) == nil)
    #expect(try await twin.refusal(DeathTests.death()) == .notAppointed)
    #expect(try await appoint("Lê B", .commune) == nil)
    #expect(try await twin.run(.importItems(list)).refusal == nil)
    try await twin.approve("T12")
    #expect(try await twin.run(DeathTests.death()).refusal == nil)
    #expect(try await twin.store.officials().count == 5)
    try await twin.compare()
  }

  @Test("The last administrator stays; who has no role loses none")
  func dismissal() async throws {
    let twin = try await Twin()
    try await twin.run(Self.appoint("Quản Trị", .administrator))
    func dismiss(_ official: String, _ role: Role) async throws -> RefusalCode? {
      try await twin.refusal(
        Self.act(.staffDismissed, official, role, maker: "Quản Trị", checker: "Phó"))
    }
    #expect(try await twin.run(Self.appoint("Phó", .inspector, maker: "Quản Trị", checker: "Ai đó")).refusal == nil)
    #expect(try await dismiss("Quản Trị", .administrator) == .lastAdministrator)
    #expect(try await dismiss("Lê B", .commune) == .roleNotHeld)
    #expect(
      try await twin.run(Self.appoint("Thứ Hai", .administrator, maker: "Quản Trị", checker: "Phó")).refusal == nil)
    #expect(
      try await twin.run(
        Self.act(.staffDismissed, "quản trị", .administrator, maker: "Quản Trị", checker: "Thứ Hai")
      ).refusal == nil)
    #expect(try await twin.refusal(Self.appoint("A", .point, maker: "Quản Trị", checker: "Thứ Hai")) == .notAppointed)
    #expect(try await twin.store.officials().map(\.name).sorted() == ["Phó", "Thứ Hai"])
    try await twin.compare()
  }
}
