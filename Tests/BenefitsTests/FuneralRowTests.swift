import Ledger
import Testing
import VietnamReference

@testable import Benefits

/// Rows of funeral grants, which name the dead person.
@Suite("Rows of funeral grants")
struct FuneralRowTests {
  private static let header = Samples.header + ",nguoi_chet"
  private static let grant =
    "003196000340,Lê Thị Thúy,23/11/1996,BTXH-MT,11/2026,10000000,NSDP,XA-40-16681,40,XA-40-001"

  private static func places(_ row: String) throws -> [String] {
    let text = ListFiles.text([row], header: header)
    let strict = PaymentList.parse(Array(text.utf8), options: try Samples.options()).problemPlaces
    #expect(ListFiles.places(try ListFiles.read(text).rejects) == strict)
    return strict
  }

  @Test func aGrantNamesTheDeadPerson() throws {
    let text = ListFiles.text([Self.grant + ",003152000119"], header: Self.header)
    let list = try PaymentList.parse(Array(text.utf8), options: Samples.options()).get()
    #expect(list.rows.first?.deceased?.digits == "003152000119")
    var bytes = PaymentRow.csvHeader
    list.rows[0].appendCSV(to: &bytes)
    #expect(try PaymentList.parse(bytes, options: Samples.options()).get().rows == list.rows)
    #expect(try ListFiles.read(bytes).rows == list.rows)
  }

  @Test(arguments: [
    (grant + ",", "deceased.missing"), (grant + ",003196000340", "deceased.self"),
    (grant + ",00315200011", "id.length"),
    (Samples.row + ",003196000340", "deceased.unneeded"),
  ])
  func wrongOnes(_ row: String, _ code: String) throws {
    #expect(try Self.places(row) == ["2 nguoi_chet \(code)"])
  }

  @Test func problemsShowNobody() throws {
    let text = ListFiles.text([Samples.row + ",003196000340"], header: Self.header)
    let file = try ListFiles.read(text)
    #expect(file.rejects[0].problems.first?.value == "********0340")
  }
}
