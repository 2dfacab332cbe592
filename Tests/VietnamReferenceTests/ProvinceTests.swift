import Testing
import VietnamReference

@Suite("Provinces by code and date")
struct ProvinceTests {
  let register = ProvinceRegister.embedded

  @Test func thereAre63ThenThere34() throws {
    #expect(register.current(on: try day("2025-06-30")).count == 63)
    #expect(register.current(on: try day("2025-07-01")).count == 34)
    #expect(register.current(on: try day("2026-11-01")).count == 34)
    #expect(register.current(on: try day("2008-07-31")).count == 64)
    #expect(register.personalIDCodes.count == 63)
    #expect(register.current(on: try day("2025-07-01")).filter { $0.kind == .city }.count == 6)
  }

  @Test(arguments: [
    ("15", "Yên Bái", "Lào Cai"), ("24", "Bắc Giang", "Bắc Ninh"), ("44", "Quảng Bình", "Quảng Trị"),
    ("52", "Bình Định", "Gia Lai"), ("80", "Long An", "Tây Ninh"), ("82", "Tiền Giang", "Đồng Tháp"),
    ("91", "Kiên Giang", "An Giang"),
  ])
  func aCodeIsReusedForAnotherName(_ code: String, _ before: String, _ after: String) throws {
    #expect(register.province(code: code, on: try day("2025-06-30"))?.name == before)
    #expect(register.province(code: code, on: try day("2025-07-01"))?.name == after)
    #expect(register.mergers.contains { $0.newCode == code && $0.codeReusedFrom == before })
  }

  @Test(arguments: ["10", "27", "45", "64", "72", "87", "89"])
  func aClosedCodeLeadsToTheProvinceOfItsName(_ code: String) throws {
    let (old, new) = (try day("2025-06-30"), try day("2026-11-01"))
    #expect(register.province(code: code, on: new) == nil)
    let successor = try #require(register.successor(ofCode: code, recordedOn: old, on: new))
    #expect(successor.name == register.province(code: code, on: old)?.name)
    #expect(successor.code != code)
    #expect(register.formerProvinces(code: code, before: new).first?.mergedInto == successor.code)
  }

  @Test func hueChangedItsNameHalfAYearEarlier() throws {
    #expect(register.province(code: "46", on: try day("2024-12-31"))?.name == "Thừa Thiên Huế")
    #expect(register.province(code: "46", on: try day("2025-01-01"))?.fullName.vi == "thành phố Huế")
    #expect(
      register.successor(ofCode: "46", recordedOn: try day("2020-01-01"), on: try day("2026-01-01"))?.name == "Huế")
  }

  @Test func successorsFollowTwoMergersAndNeverGoBack() throws {
    // Hà Tây went into Hà Nội in 2008; Hà Giang into Tuyên Quang in 2025.
    #expect(
      register.successor(ofCode: "28", recordedOn: try day("2007-01-01"), on: try day("2026-01-01"))?.name == "Hà Nội")
    #expect(
      register.successor(ofCode: "02", recordedOn: try day("2020-01-01"), on: try day("2020-06-01"))?.name
        == "Hà Giang")
    #expect(register.successor(ofCode: "15", recordedOn: try day("2026-01-01"), on: try day("2025-01-01")) == nil)
    #expect(register.successor(ofCode: "02", recordedOn: try day("2026-01-01"), on: try day("2026-01-01")) == nil)
    #expect(register.successor(ofCode: "99", recordedOn: try day("2020-01-01"), on: try day("2026-01-01")) == nil)
  }

  @Test func mergersAgreeWithTheIntervals() throws {
    let (old, new) = (try day("2025-06-30"), try day("2025-07-01"))
    #expect(register.mergers.count == 63)
    #expect(Set(register.mergers.map(\.newCode)).count == 34)
    for merger in register.mergers {
      #expect(register.province(code: merger.oldCode, on: old)?.name == merger.oldName)
      let successor = register.successor(ofCode: merger.oldCode, recordedOn: old, on: new)
      #expect(successor?.code == merger.newCode && successor?.name == merger.newName)
    }
    #expect(register.predecessors(ofCode: "92", on: new).map(\.name) == ["Cần Thơ", "Hậu Giang", "Sóc Trăng"])
    #expect(register.predecessors(ofCode: "44", on: new).map(\.code) == ["44", "45"])
    #expect(register.predecessors(ofCode: "01", on: new).isEmpty)
  }
}
