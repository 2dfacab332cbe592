import ArgumentParser
import Foundation
import PayoutPoint
import VietnamReference

extension PointCommand {
  /// `ansinh point voucher`
  struct Voucher: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "voucher",
      abstract: "In lại giấy nhận tiền của một lần chi trước. / Print an earlier payout's voucher again.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var printing: PrintOptions
    @Argument(
      help:
        "Số chứng từ hoặc mã giao dịch; mặc định là lần chi cuối. / Document or transaction, default the last payout."
    )
    var transaction: String?
    @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"

    func run() async throws {
      let output = global.output
      let home = global.home
      try printing.check()
      // A point that never was, is a point without this payout; nothing is made for it.
      guard let place = PointPlace.known(point, home) else { throw ReprintError.notFound }
      let entries = try Journal.entries(inFolder: home.point(point))
      let payout = try PaidPayout.find(transaction, in: entries)
      let voucher = place.voucher(payout, .reprint, reprintTime: Clock.seconds)
      let files = printing.write(voucher, copies: [.reprint], output.language)
      try output.result(PrintedVoucher(voucher: voucher, transaction: payout.transaction, files: files)) {
        voucher.text(output.language)
      }
      PrintOptions.tell(files, output)
      if files.contains(where: { !$0.isWritten }) { throw VoucherFilesError() }
    }
  }
}
