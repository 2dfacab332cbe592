import Foundation
import Issuance
import PayoutPoint
import TransactionService
import VietnamReference

/// A system call failed.
struct SystemCallError: Error, UserFacing {
  let operation: String
  let code: Int32

  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let cause = SystemCause(code: code)
    return UserMessage(
      CommandCode.system, .failure, vi: "Hệ điều hành từ chối một thao tác với tệp (\(operation)): \(cause.reason.vi).",
      en: "The operating system refused a file operation (\(operation)): \(cause.reason.en).", remedy: cause.remedy
    ).mentioningMoney(moneyWasPaid)
  }
}

/// The audit found differences, which were printed.
struct AuditProblemsError: Error, UserFacing {
  let count: Int64

  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    UserMessage(
      StoreCode.auditProblems, .refused,
      vi: "Kiểm toán phát hiện \(VND.grouped(count)) sai lệch trong sổ của trung tâm.",
      en: "The audit found \(count) problems in the centre's ledger.",
      remedy: BilingualText(
        vi: "Ngừng chi trả, giữ nguyên các tệp của trung tâm và báo kiểm soát viên.",
        en: "Stop paying, leave the centre's files as they are and tell the checker."))
  }
}

extension ChainEvidence.Fault: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .head:
      UserMessage(
        StoreCode.headNotSigned, .refused, vi: "Mốc sổ không có chữ ký đúng của trung tâm này.",
        en: "The head of the ledger is not signed by this centre.",
        remedy: BilingualText(
          vi: "Kiểm tra lại tệp records.pub; nếu đúng thì giữ nguyên tệp và báo kiểm soát viên.",
          en: "Check the file records.pub; when it is right, keep the file and tell the checker."))
    case .leaves:
      UserMessage(
        StoreCode.notProven, .refused, vi: "Tệp này không chứng minh được lần chi nào.",
        en: "This file does not prove any payout.",
        remedy: BilingualText(
          vi: "Lấy lại bằng `ansinh point proof`; nếu vẫn vậy thì giữ nguyên tệp và báo kiểm soát viên.",
          en: "Fetch it again with `ansinh point proof`; when it stays so, keep the file and tell the checker."))
    }
  }
}

/// The voucher was printed as text, its files were not written; why not was told.
struct VoucherFilesError: Error, UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    UserMessage(
      PrintCode.notWritten, .failure, vi: "Có bản in chưa ghi được ra tệp.", en: "A print was not written to its file.",
      remedy: BilingualText(
        vi: "Khắc phục theo thông báo ở trên rồi in lại.", en: "Mend what is told above, then print again."))
  }
}

extension BenchError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .system(let code):
      let cause = SystemCause(code: code)
      return UserMessage(
        CommandCode.benchSystem, .failure, vi: "Không đo được vì \(cause.reason.vi).",
        en: "The measurement failed: \(cause.reason.en).", remedy: cause.remedy)
    case .impossible:
      return UserMessage(
        CommandCode.benchImpossible, .failure, vi: "Phép đo cho kết quả sai nên đã dừng.",
        en: "The measurement gave a wrong result, so it was stopped.", remedy: Remedy.administrator)
    case .refused(let answer):
      let shown = Mask.printable(answer, limit: 600)
      return UserMessage(
        CommandCode.benchRefused, .failure, vi: "Dịch vụ từ chối một yêu cầu của phép đo (\(shown)).",
        en: "The service refused a request of the measurement (\(shown)).", remedy: Remedy.administrator)
    }
  }
}

extension ListImportError: UserFacing {
  private static func some(_ lists: [String]) -> String {
    lists.prefix(3).joined(separator: ", ") + (lists.count > 3 ? ", …" : "")
  }

  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .givenUpTooOften:
      UserMessage(
        ListCode.givenUpTooOften, .refused, vi: "Danh sách này đã bị hủy quá nhiều lần.",
        en: "This list was given up too often.", remedy: Remedy.administrator)
    case .nothingUsable(let path):
      UserMessage(
        ListCode.nothingUsable, .refused,
        vi: "Danh sách không còn dòng nào nhận được; các dòng lỗi ở tệp “\(Mask.printable(path, limit: 200))”.",
        en: "No row of the list can be taken; the bad ones are in “\(Mask.printable(path, limit: 200))”.",
        remedy: BilingualText(
          vi: "Sửa các dòng trong tệp đó rồi nhập tệp đó.", en: "Correct the rows in that file and import that file."))
    case .stale:
      UserMessage(
        ListCode.stale, .refused,
        vi: "Lần nhập dở trước của danh sách này không còn khớp và đã được hủy; không dòng nào được nhận.",
        en: "An earlier, unfinished import of this list no longer agrees and was given up; no row was taken.",
        remedy: BilingualText(vi: "Chạy lại lệnh để nhập từ đầu.", en: "Run the command again to import it afresh."))
    case .unfinished(let lists):
      UserMessage(
        ListCode.unfinished, .refused,
        vi:
          "Một số dòng đang nằm trong danh sách nhập dở \(Self.some(lists)), chưa chi cho ai; chưa dòng nào được nhận.",
        en:
          "Rows are in \(Self.some(lists)), which was begun and never finished and pays nobody; no row was taken.",
        remedy: BilingualText(
          vi:
            "Nhập nốt tệp cũ nếu nó đúng; nếu không, hủy phần dở bằng “ansinh benefit abandon \(lists.first ?? "")” "
            + "rồi nhập lại. Không xóa các dòng này khỏi tệp.",
          en: "Finish importing the old file if it is right; else give it up by “ansinh benefit abandon "
            + "\(lists.first ?? "")” and import again. Do not take these rows out of the file."))
    case .monthFirst(let rows):
      UserMessage(
        ListCode.monthFirst, .refused,
        vi:
          "Có \(rows) dòng ghi ngày sinh theo kiểu tháng trước ngày (MM/dd/yyyy), nên cả cột ngày sinh không chắc "
          + "đúng; không dòng nào được nhận.",
        en:
          "\(rows) rows have the birth date month first (MM/dd/yyyy), so none of the column is certain; no row was "
          + "taken.",
        remedy: BilingualText(
          vi: "Đổi cả cột ngày sinh sang dd/MM/yyyy, kể cả những ngày đọc được cả hai cách, rồi nhập lại.",
          en: "Turn the whole column into dd/MM/yyyy, the dates that can be read both ways too, and import again."))
    }
  }
}
