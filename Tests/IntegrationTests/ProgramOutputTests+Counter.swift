import Foundation
import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// What is decided about payouts; the last payout of the town's point is taken back and its card paid again later.
  func counter(_ town: ByHand, _ seen: Seen) async throws {
    let two = ["--maker", "Nguyễn A", "--checker", "Lê B", "--reason", "chi nhầm"]
    let voucher = try await run(["point", "voucher"], [], input: "", town, seen)
    let transaction = try #require((voucher.first as? [String: Any])?["transaction"] as? String)
    let notes = try await run(["point", "notes"], ["1234000", "--have", "500000=2,1000=300"], input: "", town, seen)
    #expect((notes.first as? [String: Any])?["missing"] as? Int == 0)
    let reversed = try await run(["point", "reverse"], [String(transaction.suffix(12))] + two, input: "", town, seen)
    #expect((reversed.first as? [String: Any])?["transaction"] as? String == transaction)
    try await byHand(two, town, seen)
  }

  /// Somebody whose card is at home is paid by a signed list, once.
  private func byHand(_ two: [String], _ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    let (list, scan) = (files.path + "/c72a.csv", files.path + "/c72a.pdf")
    let rows = "so_dinh_danh,chuong_trinh,ky,so_tien,ly_do\n\(ByHandTests.pensioner),,,1000,quên thẻ\n"
    try Data(rows.utf8).write(to: URL(fileURLWithPath: list))
    try Data("bản quét".utf8).write(to: URL(fileURLWithPath: scan))
    let arguments = [list, "--scan", scan, "--list", "C72a-79-1"] + two
    let paid = try await run(["point", "by-hand"], arguments, input: "", town, seen)
    #expect((paid.first as? [String: Any])?["amount"] as? Int == 1_000)
  }
}
