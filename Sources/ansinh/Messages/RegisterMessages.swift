import Issuance
import ServiceAPI
import VietnamReference

/// Answers of the national population register.
extension RegisterDocumentError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let (code, problem) = told
    return UserMessage(code, .refused, problem: problem, remedy: Self.remedy)
  }

  private static let remedy = BilingualText(
    vi: "Không sửa tệp. Đề nghị bên dân cư gửi lại bản trả lời đầy đủ, rồi nhận lại; chưa có gì thay đổi.",
    en: "Do not mend the file. Ask the register to send the whole answer again and take that; nothing was changed.")

  private var told: (RegisterCode, BilingualText) {
    switch self {
    case .notOne:
      (
        .notOne,
        BilingualText(
          vi: "Tệp không phải bản trả lời của cơ sở dữ liệu dân cư.", en: "The file is no answer of the register.")
      )
    case .version(let version):
      (
        .version,
        BilingualText(
          vi: "Bản trả lời theo phiên bản \(version), chương trình đọc phiên bản \(RegisterDocument.version).",
          en: "The answer is of version \(version); this program reads version \(RegisterDocument.version).")
      )
    case .tooLong:
      (.tooLong, BilingualText(vi: "Bản trả lời quá dài.", en: "The answer is too long."))
    case .malformed(let line):
      (
        .malformed,
        BilingualText(vi: "Dòng \(line) của bản trả lời sai dạng.", en: "Line \(line) of the answer has not its form.")
      )
    case .truncated(let expected, let found):
      (
        .truncated,
        BilingualText(
          vi: "Bản trả lời bị cắt cụt: có \(found) dòng, phải có \(expected).",
          en: "The answer is cut off: it has \(found) of \(expected) lines.")
      )
    case .surplus(let expected):
      (
        .surplus,
        BilingualText(
          vi: "Bản trả lời có nhiều hơn \(expected) dòng.", en: "The answer has more than its \(expected) lines.")
      )
    case .repeated(let line):
      (
        .repeated,
        BilingualText(vi: "Dòng \(line) của bản trả lời bị lặp.", en: "Line \(line) of the answer is repeated.")
      )
    case .outOfOrder(let line, let expected):
      (
        .outOfOrder,
        BilingualText(
          vi: "Bản trả lời sai thứ tự: dòng \(line) đứng ở chỗ của dòng \(expected).",
          en: "The answer is out of order: line \(line) stands where line \(expected) belongs.")
      )
    case .digest:
      (
        .digest,
        BilingualText(
          vi: "Nội dung bản trả lời không đúng với mã kiểm tra của nó.", en: "The answer does not agree with its hash.")
      )
    }
  }
}

extension RegisterExchangeError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .document(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .unknownBatch, .withdrawn, .answered, .changed: batchMessage
    default: answerMessage
    }
  }

  private var batchMessage: UserMessage {
    switch self {
    case .withdrawn(let batch):
      UserMessage(
        RegisterCode.withdrawn, .refused, vi: "Đợt \(Mask.printable(batch)) đã bị rút lại.",
        en: "Batch \(Mask.printable(batch)) was withdrawn.",
        remedy: BilingualText(
          vi: "Bỏ bản trả lời này; gửi đợt mới bằng “ansinh issue verify send”.",
          en: "Leave this answer; send a new batch with “ansinh issue verify send”."))
    case .answered(let batch):
      UserMessage(
        RegisterCode.answered, .refused, vi: "Đợt \(Mask.printable(batch)) đã có trả lời nên không rút lại được.",
        en: "Batch \(Mask.printable(batch)) was answered and can't be withdrawn.",
        remedy: BilingualText(
          vi: "Xem “ansinh issue worklist” để hỏi lại từng người.",
          en: "See “ansinh issue worklist” to ask again about a person."))
    case .changed(let batch):
      UserMessage(
        RegisterCode.changed, .refused,
        vi: "Hồ sơ của người trong đợt \(Mask.printable(batch)) đã đổi, nên không lập lại được đúng yêu cầu cũ.",
        en: "Somebody's data in batch \(Mask.printable(batch)) changed; the same request can't be made again.",
        remedy: BilingualText(
          vi: "Rút đợt này bằng “ansinh issue verify withdraw”, rồi gửi đợt mới.",
          en: "Withdraw it with “ansinh issue verify withdraw” and send a new batch."))
    case .unknownBatch(let batch):
      UserMessage(
        RegisterCode.unknownBatch, .refused, vi: "Cơ quan này không gửi đợt nào tên “\(Mask.printable(batch))”.",
        en: "This office has sent no batch “\(Mask.printable(batch))”.",
        remedy: BilingualText(
          vi: "Xem các đợt đã gửi bằng “ansinh issue verify list”.",
          en: "See what was sent with “ansinh issue verify list”."))
    default: answerMessage
    }
  }

  private var answerMessage: UserMessage {
    switch self {
    case .otherRequest(let batch):
      UserMessage(
        RegisterCode.otherRequest, .refused,
        vi: "Bản trả lời mang tên đợt \(Mask.printable(batch)) nhưng trả lời cho một yêu cầu khác.",
        en: "The answer names batch \(Mask.printable(batch)), and is to another request.", remedy: Self.tell)
    case .unknownPerson(let batch, let line):
      UserMessage(
        RegisterCode.unknownPerson, .refused,
        vi: "Dòng \(line) của bản trả lời đợt \(Mask.printable(batch)) nói về người không được hỏi ở dòng đó.",
        en: "Line \(line) of the answer to \(Mask.printable(batch)) is about somebody who was not asked about there.",
        remedy: Self.tell)
    default:
      UserMessage(
        RegisterCode.otherAnswer, .refused,
        vi: "Đợt này đã nhận một bản trả lời khác; bản này không được nhận.",
        en: "Another answer to this batch was taken before; this one is not.", remedy: Self.tell)
    }
  }

  private static let tell = BilingualText(
    vi: "Giữ nguyên tệp và báo cho bên dân cư; chưa có gì thay đổi trong hồ sơ.",
    en: "Keep the file as it is and tell the register; nothing was changed.")
}
