import Ledger
import Testing

@testable import LedgerStore

/// Whoever has the personal ID has the money: a row has to mean the person whom the ledger knows by it.
@Suite("A row means the person whom the ledger knows")
struct PersonAgreementTests {
  private static func row(_ name: String, _ born: String, person: Int = 1) -> ItemRow {
    ItemRow(
      person: PersonIdentity(personalID: World.person(person).personalID, name: name, birthDate: born), programme: 2,
      period: World.period(), amount: 50, unit: World.social19, funder: World.pension,
      homeProvince: World.social19.provinceCode)
  }

  private static func list(_ name: String, _ row: ItemRow) -> LedgerCommand {
    .importItems(ItemImport(wholeList: name, rows: [World.row(7, 5, period: 202_612), row], maker: "A"))
  }

  @Test(
    "Another name or birth date is refused by its row",
    arguments: [
      ("Nguyễn Văn Khác", "1950"), ("Nguyễn Thị 1", "1951"), ("Nguyễn Thị 1", "1951-09-06"), ("Nguyễn Thi 1", "1950"),
    ])
  func other(_ name: String, _ born: String) async throws {
    let twin = try await Twin()
    #expect(
      try await twin.run(Self.list("N", Self.row(name, born))) == .refused(LedgerRefusal(.personDiffers, place: 1)))
    // Whoever is new has what the first row says, also for the rows after it.
    let rows = [Self.row("Trần A", "1940", person: 8), Self.row("Trần B", "1940", person: 8)]
    let new = ItemImport(wholeList: "P", rows: rows, maker: "A")
    #expect(try await twin.run(.importItems(new)) == .refused(LedgerRefusal(.personDiffers, place: 1)))
    try await twin.compare()
  }

  @Test(
    "The same person written otherwise is taken",
    arguments: [
      ("NGUYỄN  THỊ 1", "1950"), ("nguyễn thị 1", "1950-09-06"), ("Nguye\u{302}\u{303}n Thị 1", "1950-09"),
      ("Nguyễn Thị 1", ""),
    ])
  func same(_ name: String, _ born: String) async throws {
    let twin = try await Twin()
    #expect(try await twin.refusal(Self.list("N", Self.row(name, born))) == nil)
    try await twin.compare()
  }

  @Test("After an identity act of two persons both are taken, under either ID")
  func changed() async throws {
    let twin = try await Twin()
    try await twin.credit("T", [World.row(5, 9)])
    let new = PersonIdentity(personalID: "079300000001", name: "Nguyễn Thị Ba", birthDate: "1950-02-03")
    let row = Self.row("Nguyễn Thị Ba", "1950-02-03", person: 5)
    #expect(try await twin.refusal(Self.list("N", row)) == .personDiffers)
    #expect(try await twin.refusal(DeathTests.act(5, .identityChanged(new))) == nil)
    #expect(try await twin.refusal(Self.list("N", row)) == nil)
    let old = Self.row("Nguyễn Thị 5", "1950", person: 5)
    let third = Self.row("Nguyễn Thị Tư", "1950", person: 5)
    func alone(_ row: ItemRow) -> LedgerCommand {
      .importItems(ItemImport(wholeList: "M", rows: [row], maker: "A"))
    }
    #expect(try await twin.refusal(alone(third)) == .personDiffers)
    #expect(try await twin.refusal(alone(old)) == .duplicateItem)
    try await twin.compare()
  }

  @Test("Names are one whatever the place of the tone mark and a final i or y, and no others are")
  func names() {
    func agree(_ left: String, _ right: String) -> Bool {
      PersonIdentity(personalID: "1", name: left, birthDate: "")
        .agrees(with: PersonIdentity(personalID: "1", name: right, birthDate: ""))
    }
    #expect(agree("Nguyễn Thị Hòa", "Nguyễn Thị Hoà"))
    #expect(agree("Lý Thúy Quỳnh", "Lí Thuý Quỳnh"))
    #expect(!agree("Trần Văn Mai", "Trần Văn May"))
    #expect(!agree("Nguyễn Văn Hà", "Nguyễn Văn Hạ"))
    #expect(!agree("Đào Văn A", "Dao Văn A"))
  }
}

/// Two persons are two whatever nobody sees.
@Suite("Names of officials as they are compared")
struct FoldedNameTests {
  @Test(
    "Invisible characters make no second person",
    arguments: [
      "An\u{200B}", "A\u{200B}n", "\u{FEFF}An", "A\u{AD}n", "An\u{2060}", "An\u{E0041}", "A\u{34F}n", " an ", "An\u{7}",
    ])
  func invisible(_ checker: String) {
    #expect(!FourEyes.see(maker: "An", checker: checker))
    #expect(FourEyes.isOnePerson(maker: "An", checker: checker))
  }

  @Test("Composed and decomposed letters are one; other letters are not")
  func letters() {
    #expect(FourEyes.isOnePerson(maker: "Nguyễn A", checker: "Nguye\u{302}\u{303}n\u{A0}A"))
    #expect(FourEyes.see(maker: "An", checker: "Ân"))
    #expect(!FourEyes.see(maker: "An", checker: "\u{200B}"))
  }
}
