import ArgumentParser
import Foundation
import PayoutPoint
import Printing
import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

@Suite("Vouchers of a point")
struct PointVoucherTests {
  private static let lines = [
    PayableLine(
      line: 1, period: 202_611, amount: 4_183_567, programme: "BHXH-HUU",
      programmeName: BilingualText(vi: "Lương hưu hằng tháng", en: "Monthly pension"), funder: "FUND:HTTT",
      unit: "BHXH:19", homeProvince: "19")
  ]

  private static func voucher() throws -> VoucherData {
    VoucherData(
      agencyName: "Bưu điện Việt Nam", pointCode: "BD-79-003", pointName: "Bưu cục 003, Hồ Chí Minh",
      terminalID: "9f31c02a", documentNumber: "a3f09b12cd77", time: 1_793_845_815, copy: .copy1,
      holderName: "Nguyễn Thị Hòa", maskedPersonalID: "********0123", cardLastFour: "4417",
      lines: lines.map {
        VoucherLine(
          programmeName: $0.programmeName, period: "tháng 11/2026", amount: $0.amount,
          funderName: Names.funder($0.funder), homeUnitName: "Bảo hiểm xã hội Thái Nguyên",
          homeProvinceName: "tỉnh Thái Nguyên")
      }, totalAmount: 4_183_567, remainingBalance: 0, hostProvinceName: "thành phố Hồ Chí Minh",
      verificationCode: "7c2e-91ab-04ff", isOnline: true)
  }

  @Test("With --json a voucher keeps its fields and tells the transaction and the files")
  func json() throws {
    let voucher = try Self.voucher()
    let file = PrintedFile(
      form: "sheet", path: "a.pdf", isWritten: false, problem: BilingualText(vi: "đầy", en: "full"))
    let octets = try JSONEncoder().encode(PrintedVoucher(voucher: voucher, transaction: "00ff", files: [file]))
    #expect(try JSONDecoder().decode(VoucherData.self, from: octets) == voucher)
    let object = try #require(try JSONSerialization.jsonObject(with: octets) as? [String: Any])
    #expect(object["transaction"] as? String == "00ff")
    let files = try #require(object["files"] as? [[String: Any]])
    #expect(files.count == 1 && files[0]["path"] as? String == "a.pdf" && files[0]["isWritten"] as? Bool == false)
    #expect((files[0]["problem"] as? [String: String])?["vi"] == "đầy")
  }

  @Test("Both files are written; a second time they are refused before anything else, unless they are to be replaced")
  func options() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ansinh-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let arguments = ["--voucher", folder + "/a.pdf", "--receipt", folder + "/b.pdf"]
    let options = try PrintOptions.parse(arguments)
    try options.check()
    let voucher = try Self.voucher()
    let files = options.write(voucher, copies: [.copy1, .copy2], .vietnamese)
    #expect(files.map(\.isWritten) == [true, true] && files.map(\.form) == ["sheet", "receipt"])
    let first = FileManager.default.contents(atPath: folder + "/a.pdf")
    #expect(first?.prefix(5) == Data("%PDF-".utf8))
    #expect(throws: PrintFileError.exists(path: folder + "/a.pdf")) { try options.check() }
    let again = options.write(voucher, copies: [.reprint], .vietnamese)
    #expect(again.map(\.isWritten) == [false, false])
    #expect(again[0].problem?.vi.contains("--ghi-de") == true)
    #expect(FileManager.default.contents(atPath: folder + "/a.pdf") == first)
    let replacing = try PrintOptions.parse(arguments + ["--ghi-de"])
    try replacing.check()
    #expect(replacing.write(voucher, copies: [.reprint], .vietnamese).map(\.isWritten) == [true, true])
    #expect(FileManager.default.contents(atPath: folder + "/a.pdf") != first)
    let same = try PrintOptions.parse(["--voucher", folder + "/c.pdf", "--receipt", folder + "/c.pdf"])
    #expect(throws: PrintFileError.unusable(path: folder + "/c.pdf")) { try same.check() }
    let none = try PrintOptions.parse([])
    try none.check()
    #expect(none.write(voucher, copies: [.copy1], .vietnamese).isEmpty)
  }

  @Test("Each way of not printing tells what to do, the missing font its package")
  func messages() {
    let errors: [any UserFacing] = [
      PrintFileError.exists(path: "a.pdf"), PrintFileError.unusable(path: ""),
      PrintFileError.system(operation: "open", path: "a.pdf", code: ENOSPC), ReprintError.notFound,
      ReprintError.void, ReprintError.unfinished, ReprintError.factsMissing,
    ]
    for error in errors {
      let message = error.userMessage(moneyWasPaid: nil)
      #expect(!message.problem.vi.isEmpty && !message.remedy.vi.isEmpty && message.problem.vi != message.problem.en)
    }
    #expect(PrintFileError.exists(path: "a.pdf").userMessage(moneyWasPaid: nil).exitCode == 2)
    #expect(ReprintError.void.userMessage(moneyWasPaid: nil).exitCode == 4)
    let font = PrintingError.missingFont(family: "Liberation Serif", package: "fonts-liberation2")
      .userMessage(moneyWasPaid: nil)
    #expect(font.exitCode == 1)
    #expect(font.remedy.vi.contains("fonts-liberation2") && font.problem.en.contains("Liberation Serif"))
  }
}
