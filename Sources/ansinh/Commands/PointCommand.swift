import ArgumentParser
import CardApplication
import CardTerminal
import Foundation
import PayoutPoint
import SecureChannel
import VietnamReference

/// `ansinh point …`: the payout point.
struct PointCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "point", abstract: "Điểm chi trả. / Payout point.",
    subcommands: [
      Pay.self, PointBalanceCommand.self, PointUpdateCommand.self, Voucher.self, Request.self, Install.self,
      Reverse.self, Proof.self, ByHand.self, Limits.self, NotesCommand.self,
      Shift.self, Register.self, Sync.self,
    ])

  /// `ansinh point pay`
  struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pay",
      abstract: "Chi trả cho người có thẻ và in giấy nhận tiền. / Pay a cardholder, print the voucher.",
      discussion: """
        Mã PIN không nhập ở bàn phím của đầu đọc được: đầu đọc giữ riêng khóa của phiên, nên chữ ký của thẻ không gắn \
        được với lần chi trả này. Lĩnh thay, giám hộ, chủ hộ: dùng thẻ và mã PIN của người hưởng, --collector là số \
        giấy tờ đã đăng ký; chỉ chi chương trình mà giấy cho phép, không tính là người hưởng có mặt. / The PIN can't \
        be typed on the reader's own pad: the reader keeps the session's keys to itself, so that the card's signature \
        could not be tied to this payout. Somebody who collects for the holder brings the holder's card and PIN; \
        --collector is the number of the registered paper: a collector's, a guardian's, a household head's. Only what \
        the paper covers is paid, and it is no proof of life.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var pin: PINOptions
    @OptionGroup var printing: PrintOptions
    @OptionGroup var place: PointOptions
    @Option(name: .long, help: "Chỉ chi chương trình này. / This programme only.", completion: Completions.programmes)
    var programme: String?
    @Option(name: .long, help: "Số tiền, mặc định chi hết. / Amount in đồng, default everything.") var amount: Int64?
    @Option(name: .long, help: "Số giấy tờ của người lĩnh thay, giám hộ, chủ hộ. / Number of the collector's paper.")
    var collector: String?
    @OptionGroup var rounding: RoundingOptions
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func run() async throws {
      let output = global.output
      let home = global.home
      try printing.check()
      let place = try place.resolve(home)
      let (programme, amount, readers, pin) = (programme, amount, readers, pin)
      let (printing, note, collector) = (printing, rounding.note, collector)
      try await CentreAccess.with(home, url: service, point: place.point) { client in
        let flow = try await PayFlow(home: home, client: client, place: place)
        let recovered = try await flow.desk.recover()
        Self.tell(recovered, output)
        _ = try flow.payoutAccess()
        let result = try await readers.withCard(output) { channel in
          // Once more when the card is there: somebody may have waited for it past the certificate's end.
          let access = try flow.payoutAccess()
          let session = try await pin.open(channel, output, terminal: access)
          output.note("Đang xử lý, vui lòng không rút thẻ…", "Processing, please do not remove the card…")
          return try await flow.desk.pay(
            session, programme: programme, amount: amount, roundedTo: note, collector: collector,
            handOver: { total in output.note("Chi \(VND.text(total)).", "Hand over \(VND.text(total)).") },
            offered: { PresenceTexts.tell($0, at: place.point, output) })
        }
        let voucher = place.voucher(result.payout)
        let files = printing.write(voucher, copies: [.copy1, .copy2], output.language)
        try output.result(PrintedVoucher(voucher: voucher, transaction: result.transaction, files: files)) {
          voucher.text(output.language)
        }
        PrintOptions.tell(files, output)
        for file in files where !file.isWritten { Self.tellReprint(file, voucher, output) }
        if !result.cardCompleted {
          output.note(
            "Số dư mới chưa ghi được lên thẻ; sẽ ghi ở lần đưa thẻ sau.",
            "The new balance is not on the card yet; it is written at the next tap.")
        }
        if !result.reported {
          output.note(
            "Trung tâm chưa nhận được báo cáo đã chi; sẽ gửi lại ở lần sau.",
            "The centre does not have the PAID record yet; it is sent again next time.")
        }
        if let update = result.update {
          if case .played = update.end {
            output.note("Đã ghi bản cập nhật của nơi cấp lên thẻ.", "The issuing office's update is on the card.")
          } else {
            output.note(
              "Bản cập nhật của nơi cấp chưa ghi được lên thẻ; không ảnh hưởng đến lần chi trả này.",
              "The issuing office's update is not on the card; this payout is not affected.")
          }
        }
        output.note("Vui lòng rút thẻ.", "Please remove the card.")
      }
    }

    /// A voucher that could not be written takes nothing back: the payout stands, and the journal can print it again.
    private static func tellReprint(_ file: PrintedFile, _ voucher: VoucherData, _ output: Output) {
      let option = file.form == VoucherForm.sheet.rawValue ? "--voucher" : "--receipt"
      let command =
        "ansinh point voucher \(voucher.documentNumber) --point \(voucher.pointCode) \(option) '\(file.path)'"
      output.note(
        "Tiền đã được chi và đã ghi sổ; không chi lần nữa. In lại bằng: \(command)",
        "The money is paid and recorded; do not pay again. Print it again with: \(command)")
    }

    /// What an earlier run left: voided, recorded as paid without being seen through, not yet at the centre.
    static func tell(_ recovered: Recovery, _ output: Output) {
      if let sync = recovered.sync { SyncTexts.tell(sync, output) }
      if recovered.voided > 0 {
        output.note(
          "\(recovered.voided) giao dịch dở dang trước đó đã được hủy; tiền chưa chi.",
          "\(recovered.voided) unfinished transactions were voided; no money had been paid.")
      }
      for paid in recovered.paidUnreported {
        let which = "\(paid.transaction.suffix(12)), \(VND.text(paid.amount)),"
        output.note(
          "Giao dịch \(which) đã ghi là ĐÃ CHI nhưng chương trình dừng giữa chừng. Kiểm quỹ: chỉ đưa tiền nếu quỹ còn "
            + "thừa đúng số đó; không chi lần nữa.",
          "Transaction \(which) is recorded as PAID but the program was cut off. Count the drawer: hand the money over "
            + "only if it holds that much too much; never pay twice.")
      }
      if recovered.waiting > 0 {
        output.note(
          "\(recovered.waiting) báo cáo chưa gửi được về trung tâm.",
          "\(recovered.waiting) records have not reached the centre yet.")
      }
    }
  }
}
