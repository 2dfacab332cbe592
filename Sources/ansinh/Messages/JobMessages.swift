import ISO7816
import Issuance
import VietnamReference

/// Personalisation jobs.
enum JobCode: String, MessageCode {
  case noSuchJob = "job.none"
  case closed = "job.closed"
  case nobodyWaits = "job.nobody-waits"
  case busy = "job.busy"
  case nothingToHandOver = "job.nothing-to-hand-over"
  case attemptsUsedUp = "job.attempts-used-up"
  case wrongKeys = "job.wrong-keys"
  case keys = "job.keys"
  case storage = "job.storage"
  case printer = "job.printer"
  case noDesk = "job.no-desk"
}

extension JobError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noSuchJob(let id):
      UserMessage(
        JobCode.noSuchJob, .usage, vi: "Không có đợt cá thể hóa số \(id).",
        en: "There is no personalisation job \(id).",
        remedy: BilingualText(
          vi: "Xem các đợt bằng “ansinh issue job list”.", en: "See the jobs with “ansinh issue job list”."))
    case .closed(let id):
      UserMessage(
        JobCode.closed, .refused, vi: "Đợt cá thể hóa số \(id) đã đóng.", en: "Personalisation job \(id) is closed.",
        remedy: BilingualText(
          vi: "Người còn chờ thẻ thuộc đợt mới: “ansinh issue job open”.",
          en: "Whoever still waits belongs to a new job: “ansinh issue job open”."))
    case .nobodyWaits:
      UserMessage(
        JobCode.nobodyWaits, .refused, vi: "Không có ai chờ cấp thẻ để mở đợt.",
        en: "Nobody waits for a card, so there is nothing to open a job for.",
        remedy: BilingualText(
          vi: "Nhận danh sách bằng “ansinh issue import” và xác minh với cơ sở dữ liệu dân cư trước.",
          en: "Take a list in with “ansinh issue import”, and have the people checked with the register first."))
    case .busy(let id):
      UserMessage(
        JobCode.busy, .refused, vi: "Một chương trình khác đang làm đợt số \(id).",
        en: "Another program works on job \(id).",
        remedy: BilingualText(
          vi: "Chờ chương trình kia xong, hoặc thêm đầu đọc cho chính nó (--desks, --reader).",
          en: "Wait until it has ended, or give it more readers (--desks, --reader)."))
    case .nothingToHandOver(let id):
      UserMessage(
        JobCode.nothingToHandOver, .refused, vi: "Đợt số \(id) không có thẻ nào chờ trao.",
        en: "No card of job \(id) waits to be handed over.",
        remedy: BilingualText(
          vi: "Xem “ansinh issue job show \(id)”; thẻ đã trao không còn trong danh sách.",
          en: "See “ansinh issue job show \(id)”; cards that were handed over are not on the list."))
    case .attemptsUsedUp(let serial):
      UserMessage(
        JobCode.attemptsUsedUp, .refused,
        vi: "Chip \(serial.hex) đã dùng hết \(OfficeStore.chipAttempts) lần thử mở khóa của cơ quan.",
        en: "Chip \(serial.hex) has used up the office's \(OfficeStore.chipAttempts) tries to open it.",
        remedy: BilingualText(
          vi: "Để riêng thẻ này, không thử thêm; kiểm tra khóa và lô thẻ.",
          en: "Set this card aside and do not try again; check the keys and the batch."))
    }
  }
}

extension JobStop: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .wrongKeys:
      UserMessage(
        JobCode.wrongKeys, .refused,
        vi: "Hai chip liền nhau không nhận khóa của cơ quan; đợt dừng để không hỏng cả hộp.",
        en: "Two chips in a row did not take the office's keys; the job stops so that no box is spoilt.",
        remedy: BilingualText(
          vi: "Kiểm tra hộp thẻ có đúng lô không và khóa vận chuyển của lô, rồi chạy lại lệnh này.",
          en: "Check that the box is of the right batch, and its transport keys; then run this command again."))
    case .keys(let error):
      Self.caused(
        JobCode.keys, by: error, vi: "Không dùng được khóa của cơ quan; đợt dừng.",
        en: "The office's keys can't be used; the job stops.")
    case .storage(let error):
      Self.caused(
        JobCode.storage, by: error, vi: "Không ghi được dữ liệu của cơ quan; đợt dừng.",
        en: "The office's data can't be written; the job stops.")
    case .printer(let error):
      Self.caused(
        JobCode.printer, by: error, vi: "Không in được mặt thẻ hoặc phiếu mã PIN; đợt dừng.",
        en: "The card's face or the PIN mailer was not printed; the job stops.")
    case .noDesk:
      UserMessage(
        JobCode.noDesk, .card, vi: "Không còn bàn nào làm được thẻ; đợt dừng.",
        en: "No desk can make cards any more; the job stops.",
        remedy: BilingualText(
          vi: "Xem “ansinh issue job show”, kiểm tra đầu đọc và thẻ, rồi chạy lại lệnh này: đợt làm tiếp phần còn lại.",
          en: "See “ansinh issue job show”, check readers and cards, and run this command again: it goes on."))
    }
  }

  private static func caused(_ code: JobCode, by error: any Error, vi: String, en: String) -> UserMessage {
    let cause = UserMessage(error, moneyWasPaid: nil)
    return UserMessage(
      code, .failure, problem: BilingualText(vi: vi + " " + cause.problem.vi, en: en + " " + cause.problem.en),
      remedy: BilingualText(
        vi: cause.remedy.vi + " Sau đó chạy lại lệnh này: đợt làm tiếp phần còn lại.",
        en: cause.remedy.en + " Then run this command again: it goes on with whoever is left."))
  }
}
