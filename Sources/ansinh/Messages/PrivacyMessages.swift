import CardCrypto
import Issuance
import VietnamReference

/// Personal data: `Issuance`'s requests and exports, and recipients of `CardCrypto`.
extension RecipientError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .notCertificate:
      UserMessage(
        RecipientCode.notCertificate, .usage, vi: "Tệp của người nhận không phải là một chứng thư X.509.",
        en: "The recipient's file is not one X.509 certificate.",
        remedy: BilingualText(
          vi: "Xin người nhận gửi đúng một chứng thư, dạng PEM hoặc DER, không kèm khóa bí mật.",
          en: "Ask the recipient for just one certificate, PEM or DER, without a private key."))
    case .notYetValid(let time):
      UserMessage(
        RecipientCode.notYetValid, .refused, vi: "Chứng thư của người nhận chưa có hiệu lực, đến \(Self.day(time).vi).",
        en: "The recipient's certificate is not valid before \(Self.day(time).en).", remedy: Self.another)
    case .expired(let time):
      UserMessage(
        RecipientCode.expired, .refused, vi: "Chứng thư của người nhận đã hết hạn ngày \(Self.day(time).vi).",
        en: "The recipient's certificate expired on \(Self.day(time).en).", remedy: Self.another)
    case .keyUsage:
      UserMessage(
        RecipientCode.keyUsage, .refused, vi: "Chứng thư của người nhận không dùng để mã hóa.",
        en: "The recipient's certificate is not for encryption.",
        remedy: BilingualText(
          vi: "Xin chứng thư có keyEncipherment (RSA) hoặc keyAgreement (EC).",
          en: "Ask for a certificate with keyEncipherment (RSA) or keyAgreement (EC)."))
    case .weakKey(let key):
      UserMessage(
        RecipientCode.weakKey, .refused, vi: "Khóa của người nhận quá yếu (\(key)).",
        en: "The recipient's key is too weak (\(key)).",
        remedy: BilingualText(
          vi: "Cần RSA từ 2048 bit hoặc đường cong từ 256 bit.",
          en: "It takes RSA of 2048 bits or a curve of 256 at least."))
    case .unsupportedKey:
      UserMessage(
        RecipientCode.unsupportedKey, .refused, vi: "Không mã hóa được cho loại khóa này của người nhận.",
        en: "Nothing can be encrypted to this kind of key.",
        remedy: BilingualText(
          vi: "Cần chứng thư có khóa RSA, hoặc khóa EC trên một đường cong có tên.",
          en: "It takes a certificate with an RSA key, or an EC key on a named curve."))
    }
  }

  private static let another = BilingualText(
    vi: "Xin người nhận chứng thư còn hiệu lực.", en: "Ask the recipient for a certificate that is valid now.")

  private static func day(_ time: Int64) -> BilingualText {
    let day = CalendarDate(unixSeconds: time, zone: .vietnam)
    return BilingualText(vi: day?.slashed ?? "?", en: day?.iso ?? "?")
  }
}

extension ExportError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .field(let word):
      UserMessage(
        ExportCode.field, .usage, vi: "Không có trường nào tên “\(word)” được phép xuất.",
        en: "There is no field “\(word)” that may be exported.",
        remedy: BilingualText(
          vi: "Chọn một trong các trường: \(Self.words). Xem “ansinh privacy fields”.",
          en: "Choose one of the fields: \(Self.words). See “ansinh privacy fields”."))
    case .nothing:
      UserMessage(
        ExportCode.nothing, .usage, vi: "Không có người nào hoặc trường nào để xuất.",
        en: "Nobody, or nothing of them, is to be exported.",
        remedy: BilingualText(
          vi: "Kiểm tra tệp sau --list và các trường sau --fields.",
          en: "Check the file after --list and the words after --fields."))
    case .unknownPerson(let place):
      UserMessage(
        ExportCode.unknownPerson, .refused, vi: "Cơ quan không có hồ sơ của người thứ \(place + 1); không xuất gì cả.",
        en: "The office has no file of person \(place + 1); nothing was exported.",
        remedy: BilingualText(
          vi: "Kiểm tra số định danh, hoặc bỏ người đó khỏi danh sách.",
          en: "Check the personal ID, or take that person off the list."))
    }
  }

  private static var words: String { PersonalData.embedded.exportable.map(\.id).joined(separator: ", ") }
}

extension EncryptedFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .exists(let path):
      return UserMessage(
        ExportCode.exists, .usage, vi: "Đã có “\(path)”; bản xuất không ghi đè lên tệp nào.",
        en: "“\(path)” exists; an export takes no other file's place.",
        remedy: BilingualText(vi: "Chọn tên khác sau --out.", en: "Choose another name after --out."))
    case .unusable(let path):
      return UserMessage(
        ExportCode.unusableName, .usage, vi: "“\(path)” không dùng làm tên tệp xuất được.",
        en: "“\(path)” is no name for an exported file.",
        remedy: BilingualText(vi: "Ghi tên một tệp sau --out.", en: "Give a file's name after --out."))
    case .system(let operation, let path, let code):
      let cause = SystemCause(code: code)
      return UserMessage(
        ExportCode.system, .failure, vi: "Không ghi được bản xuất “\(path)” (\(operation)): \(cause.reason.vi).",
        en: "The export “\(path)” could not be written (\(operation)): \(cause.reason.en).", remedy: cause.remedy)
    }
  }
}

extension WorkingCalendarError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noTable(let year):
      UserMessage(
        PrivacyCode.noCalendar, .refused, vi: "Chưa có bảng ngày nghỉ lễ năm \(year), nên không tính được hạn.",
        en: "There is no table of public holidays for \(year), so no due date is counted.",
        remedy: BilingualText(
          vi: "Kiểm tra ngày đã nhập; nếu đúng, cài bản mới có bảng ngày nghỉ của năm đó.",
          en: "Check the date given; if it is right, install a release with that year's holidays."))
    }
  }
}

extension PrivacyUsageError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .personalID:
      UserMessage(
        PrivacyCode.personalID, .usage, vi: "Số định danh cá nhân có 12 chữ số, ba số đầu là mã nơi đăng ký khai sinh.",
        en: "A personal ID has 12 digits, the first three of the place of birth's registration.",
        remedy: BilingualText(vi: "Ghi lại số sau --person.", en: "Correct the number after --person."))
    case .date:
      UserMessage(
        PrivacyCode.date, .usage, vi: "Không có ngày này trong lịch.", en: "There is no such day.",
        remedy: BilingualText(
          vi: "Ghi ngày dạng 2026-11-05 hoặc 05/11/2026.", en: "Give the day like 2026-11-05 or 05/11/2026."))
    case .correction(let option):
      UserMessage(
        PrivacyCode.correctionOption, .usage, vi: "Giá trị sau \(option) không dùng được.",
        en: "The value after \(option) can't be used.",
        remedy: BilingualText(
          vi: "Ghi lại họ tên, ngày sinh, giới tính (nam, nữ), mã tỉnh hiện hành hoặc mã xã (5 chữ số).",
          en: "Correct the name, birth date, sex (male, female), code of a present province or of a commune (5 digits)."
        ))
    case .listUnreadable(let path):
      UserMessage(
        PrivacyCode.listUnreadable, .usage, vi: "Không đọc được danh sách người “\(path)”.",
        en: "The list of people “\(path)” can't be read.",
        remedy: BilingualText(
          vi: "Tệp UTF-8, mỗi dòng một số định danh cá nhân.", en: "It is a UTF-8 file with one personal ID a line."))
    case .listLine(let line):
      UserMessage(
        PrivacyCode.listLine, .usage, vi: "Dòng \(line) của danh sách không phải là số định danh cá nhân.",
        en: "Line \(line) of the list is no personal ID.",
        remedy: BilingualText(vi: "Sửa dòng đó rồi làm lại.", en: "Correct that line and try again."))
    case .certificateUnreadable(let path):
      UserMessage(
        RecipientCode.unreadable, .usage, vi: "Không đọc được chứng thư “\(path)”.",
        en: "The certificate “\(path)” can't be read.",
        remedy: BilingualText(vi: "Kiểm tra tên tệp sau --to.", en: "Check the file's name after --to."))
    }
  }
}
