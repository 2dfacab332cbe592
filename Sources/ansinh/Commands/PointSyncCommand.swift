import ArgumentParser
import Foundation
import PayoutPoint
import VietnamReference

extension PointCommand {
  /// `ansinh point sync`
  struct Sync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sync",
      abstract: "Đối chiếu nhật ký với sổ trung tâm, gửi lại phần còn thiếu. / Compare the journal with the centre.",
      discussion: """
        Mỗi lần chi đều làm việc này trước. Sau khi trung tâm được khôi phục, chạy ở từng điểm chi: những lần chi mà \
        sổ đã mất được gửi lại từ nhật ký; trước đó điểm không chi được. / Each payout begins with it. After the \
        centre was restored, run it at every point: payouts that the ledger has lost are sent again from the journal; \
        until then the point can't pay.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: PointOptions
    @OptionGroup var centre: CentreOptions

    private struct Synced: Encodable {
      let head: String?
      let lost: Int
      let resent: Int
      let refused: [String]
      let byHand: [String]
      let isAwaited: Bool
      let voided: Int
      let waiting: Int
    }

    func run() async throws {
      let output = global.output
      let home = global.home
      let place = try place.resolve(home)
      try await CentreAccess.with(home, url: centre.service, point: place.point) { client in
        let recovered = try await PayFlow(home: home, client: client, place: place).desk.recover()
        guard let sync = recovered.sync else { throw SyncError.unreachable }
        Pay.tell(recovered, output)
        let synced = Synced(
          head: sync.head, lost: sync.lost, resent: sync.resent, refused: sync.refused.map(\.transaction),
          byHand: sync.unproven, isAwaited: sync.isAwaited, voided: recovered.voided, waiting: recovered.waiting)
        try output.result(synced) {
          output.pick(
            "Nhật ký khớp với sổ trung tâm: đã đối chiếu \(sync.shown) mốc, gửi lại \(sync.resent) lần chi.",
            "The journal agrees with the centre: \(sync.shown) heads compared, \(sync.resent) payouts sent again.")
        }
      }
    }
  }
}

/// Why a journal was not compared.
enum SyncError: Error {
  /// The centre did not answer.
  case unreachable
}

extension SyncError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    UserMessage(
      ServiceCode.unreachable, .failure, vi: "Không kết nối được với dịch vụ trung tâm.",
      en: "The centre's service can't be reached.",
      remedy: BilingualText(
        vi: "Kiểm tra mạng và dịch vụ (ansinh serve), rồi làm lại.",
        en: "Check the network and the service (ansinh serve), then try again."))
  }
}

/// What a look at the centre's chain came to, in words.
enum SyncTexts {
  static func tell(_ sync: LedgerSync, _ output: Output) {
    if sync.lost > 0, sync.resent + sync.refused.count + sync.unproven.count > 0 || sync.isAwaited {
      output.note(
        "Trung tâm đã được khôi phục từ bản sao lưu: sổ thiếu \(sync.lost) mốc mà điểm này giữ; đã gửi lại "
          + "\(sync.resent) lần chi.",
        "The centre was restored from a backup: its ledger lacks \(sync.lost) heads that this point holds; "
          + "\(sync.resent) payouts were sent again.")
    }
    for refused in sync.refused {
      let which = "\(refused.transaction.suffix(12)), \(VND.text(refused.amount)) (\(refused.code))"
      if refused.isFinal {
        output.note(
          "Lần chi \(which) đã giao tiền nhưng sổ khôi phục không nhận: đã thành vụ việc ở trung tâm. Giữ giấy "
            + "nhận tiền.",
          "Payout \(which) was handed out, but the restored ledger refuses it: a case is open at the centre. Keep the "
            + "voucher.")
      } else {
        output.note(
          "Lần chi \(which) chưa ghi lại được: trung tâm phải ghi có lại danh sách, đăng ký lại thẻ; rồi chạy lại.",
          "Payout \(which) can't be posted yet: the centre has to credit the list, register the card again; then run "
            + "again."
        )
      }
    }
    for transaction in sync.unproven {
      output.note(
        "Lần chi \(transaction.suffix(12)) không có mốc ký: ghi lại bằng tay theo giấy nhận tiền.",
        "Payout \(transaction.suffix(12)) has no signed head: record it by hand from the voucher.")
    }
    if sync.isAwaited {
      output.note(
        "Trung tâm còn chờ nhật ký của điểm này: chưa chi được.",
        "The centre still waits for this point's journal: nothing can be paid yet.")
    }
  }
}
