import ArgumentParser
import Foundation
import PayoutPoint
import VietnamReference

extension PointCommand {
  /// `ansinh point voucher`
  struct Voucher: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "voucher",
      abstract: "In lại giấy nhận tiền của một lần chi trước. / Print an earlier payout's voucher again.",
      discussion: """
        Cả lần chi theo danh sách ký nhận. Trên giấy ghi “BẢN IN LẠI” và lần thứ mấy; nhật ký của điểm ghi ai in, lúc \
        nào. / Payouts by hand too. The paper says that it is printed again, and the how manieth time; the point's \
        journal keeps who did it, and when.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var printing: PrintOptions
    @Argument(
      help:
        "Số chứng từ hoặc mã giao dịch; mặc định là lần chi cuối. / Document or transaction, default the last payout."
    )
    var transaction: String?
    @Option(name: .long, help: "Người in, mặc định là tài khoản máy. / Who prints it; the account by default.")
    var maker: String?
    @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"

    func run() async throws {
      let output = global.output
      let home = global.home
      try printing.check()
      // A point that never was, is a point without this payout; nothing is made for it.
      guard let place = PointPlace.known(point, home) else { throw ReprintError.notFound }
      let payout = try PaidPayout.find(transaction, in: Journal.entries(inFolder: home.point(point)))
      let time = Clock.seconds
      // In the journal first: no paper without its record.
      let number = try Journal(folder: home.point(point)).reprint(
        payout, maker: maker ?? OfficeAccess.actor, time: time)
      let voucher = place.voucher(payout, .reprint, reprintTime: time, reprintNumber: number)
      let files = printing.write(voucher, copies: [.reprint], output.language)
      try output.result(PrintedVoucher(voucher: voucher, transaction: payout.transaction, files: files)) {
        voucher.text(output.language)
      }
      PrintOptions.tell(files, output)
      if files.contains(where: { !$0.isWritten }) { throw VoucherFilesError() }
    }
  }
}
