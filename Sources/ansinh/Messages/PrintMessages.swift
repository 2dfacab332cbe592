import Issuance
import PayoutPoint
import Printing
import VietnamReference

extension PrintFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .exists(let path):
      UserMessage(
        PrintCode.exists, .usage, vi: "Tệp “\(path)” đã có sẵn.", en: "The file “\(path)” exists already.",
        remedy: BilingualText(
          vi: "Chọn tên khác, hoặc thêm --ghi-de để thay tệp đó.",
          en: "Choose another name, or add --ghi-de to replace it."))
    case .unusable(let path):
      UserMessage(
        PrintCode.unusableName, .usage, vi: "“\(path)” không dùng làm tên tệp in được.",
        en: "“\(path)” can't be the name of a printed file.",
        remedy: BilingualText(
          vi: "Cho mỗi bản in một tên tệp riêng, không phải thư mục.",
          en: "Give each print a file name of its own, not a folder's."))
    case .system(let operation, let path, let code):
      system(operation, path, SystemCause(code: code))
    }
  }

  private func system(_ operation: String, _ path: String, _ cause: SystemCause) -> UserMessage {
    UserMessage(
      PrintCode.system, .failure, vi: "Không ghi được tệp “\(path)” (\(operation)): \(cause.reason.vi).",
      en: "The file “\(path)” can't be written (\(operation)): \(cause.reason.en).", remedy: cause.remedy)
  }
}

extension PrintingError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .missingFont(let family, let package):
      UserMessage(
        PrintCode.missingFont, .failure, vi: "Máy này chưa có phông chữ in “\(family)” đủ chữ tiếng Việt.",
        en: "The print font “\(family)” with the Vietnamese letters is not on this machine.",
        remedy: BilingualText(
          vi: "Cài gói Debian \(package) (Tools/setup --run), rồi làm lại.",
          en: "Install the Debian package \(package) (Tools/setup --run), then try again."))
    case .notAPicture:
      UserMessage(
        PrintCode.badPicture, .failure, vi: "Ảnh không đọc được: không phải tệp JPEG hay PNG nguyên vẹn, hoặc quá lớn.",
        en: "The picture can't be read: it is no whole JPEG or PNG file, or it is too large.",
        remedy: BilingualText(
          vi: "Chụp lại hoặc lưu lại ảnh ở dạng JPEG, tối đa 16 MB, rồi làm lại.",
          en: "Take or save the picture again as JPEG of at most 16 MB, then try again."))
    case .unknownCharacters, .notDigits:
      UserMessage(
        PrintCode.unprintable, .failure, vi: "Nội dung có ký tự không in được, nên không in ra bản sai.",
        en: "The content has characters that can't be printed; nothing wrong is printed.",
        remedy: BilingualText(
          vi: "Sửa họ tên theo giấy tờ, bảng mã Unicode, rồi làm lại.",
          en: "Correct the name as on the ID card, in Unicode, then try again."))
    case .outsideOfSheet, .higherThanPage, .notForQRCode, .doesNotFit:
      UserMessage(
        PrintCode.tooLong, .failure, vi: "Nội dung quá dài so với khổ giấy, nên không in ra bản thiếu.",
        en: "The content is too long for the paper; nothing is printed in part.",
        remedy: BilingualText(
          vi: "In khổ 80 mm (--receipt) hoặc dạng chữ; báo quản trị hệ thống.",
          en: "Print on 80 mm paper (--receipt) or as text; tell the system administrator."))
    case .drawing(let operation, let status):
      UserMessage(
        PrintCode.drawing, .failure, vi: "Không dựng được bản in (\(operation), mã \(status)).",
        en: "The print could not be made (\(operation), code \(status)).", remedy: Remedy.againThenAdministrator)
    case .outOfMemory(let operation):
      UserMessage(
        PrintCode.outOfMemory, .failure, vi: "Không đủ bộ nhớ để dựng bản in (\(operation)).",
        en: "There is not enough memory to make the print (\(operation)).", remedy: Remedy.againThenAdministrator)
    }
  }
}

extension PrintStreamError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .exists(let fileName):
      UserMessage(
        PrintCode.streamExists, .failure, vi: "Thư mục in đã có tệp “\(fileName)”; tệp đó được giữ nguyên.",
        en: "The print folder has a file “\(fileName)” already; it stays as it is.",
        remedy: BilingualText(
          vi: "Kiểm tra bản in đó đã giao chưa; dùng thư mục trống cho lần in này.",
          en: "Find out whether that print was handed over; use an empty folder for this one."))
    case .badLabel, .holdsOneDocument, .broken:
      UserMessage(
        PrintCode.streamRefused, .failure, vi: "Luồng in không nhận thêm bản in này.",
        en: "The print stream does not take this document.",
        remedy: BilingualText(
          vi: "Mở luồng in mới, mỗi luồng không đầu dòng chỉ nhận một bản in.",
          en: "Open a new print stream; a bare one takes one document only."))
    case .system(let operation, let code):
      failed("\(operation): \(SystemCause(code: code).reason.vi)", "\(operation): \(SystemCause(code: code).reason.en)")
    case .commandFailed(let status, let isSignal):
      failed(
        isSignal ? "lệnh in bị dừng, tín hiệu \(status)" : "lệnh in kết thúc với mã \(status)",
        isSignal ? "the print command was ended by signal \(status)" : "the print command ended with status \(status)")
    case .notTaken: failed("lệnh in không đọc hết bản in", "the print command did not read the whole document")
    case .timedOut(let seconds):
      failed("không ai nhận bản in trong \(seconds) giây", "nobody took the document in \(seconds) seconds")
    }
  }

  private func failed(_ vi: String, _ en: String) -> UserMessage {
    UserMessage(
      PrintCode.streamFailed, .failure, vi: "Không giao được bản in có mã bí mật (\(vi)).",
      en: "A print with secrets could not be handed on (\(en)).",
      remedy: BilingualText(
        vi: "Kiểm tra máy in, hủy giấy in dở nếu có, rồi in lại.",
        en: "Check the printer, destroy any half-printed paper, then print again."))
  }
}

extension ReprintError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .notFound:
      UserMessage(
        ReprintCode.notFound, .failure, vi: "Nhật ký của điểm chi trả không có lần chi trả này.",
        en: "The point's journal does not have this payout.",
        remedy: BilingualText(
          vi: "Kiểm tra lại số chứng từ (12 ký tự trên giấy nhận tiền) và mã điểm chi trả (--point).",
          en: "Check the document number (12 characters on the voucher) and the point's code (--point)."))
    case .void:
      UserMessage(
        ReprintCode.void, .refused, vi: "Giao dịch này đã hủy, không có tiền được chi.",
        en: "This transaction is void: no money was paid.",
        remedy: BilingualText(vi: "Không có giấy nhận tiền để in.", en: "There is no voucher to print."))
    case .unfinished:
      UserMessage(
        ReprintCode.unfinished, .refused, vi: "Giao dịch này chưa chi tiền.", en: "This transaction has not been paid.",
        remedy: BilingualText(
          vi: "Lần chạy “ansinh point pay” tiếp theo sẽ kết thúc giao dịch.",
          en: "The next “ansinh point pay” brings it to its end."))
    case .factsMissing:
      UserMessage(
        ReprintCode.factsMissing, .failure, vi: "Nhật ký không giữ đủ nội dung giấy nhận tiền của lần chi này.",
        en: "The journal does not keep what the voucher of this payout says.",
        remedy: BilingualText(
          vi: "Dùng liên 1 lưu tại điểm chi trả, hoặc tra cứu tại trung tâm.",
          en: "Use copy 1 kept at the point, or ask the centre."))
    }
  }
}
