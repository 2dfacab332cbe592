import Benefits
import VietnamReference

/// What is wrong with a folder of programmes, or with what is asked of it.
enum ProgrammeError: Error {
  /// Not there, not to be read, without a file of programmes, or a file too long or not UTF-8.
  case unreadable(path: String)
  /// What is wrong in it.
  case content(path: String, CatalogueError)
  /// So many faults were printed.
  case refused(count: Int)
  /// No programme has this code.
  case notFound(code: String)
  /// Not a day.
  case day(String)
  /// Not `name=value`.
  case input(String)
  /// A day and a folder can't be compared.
  case sides
  /// No health-insurance subject has this code, or the last day lies before the first.
  case cover
  /// The rule can't be worked out.
  case rule(code: String, RuleFault)
}

extension CatalogueFaultCode: MessageCode {}

extension ProgrammeError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unreadable, .content, .refused: folderMessage
    case .rule(let code, let fault): fault.userMessage(of: code)
    default: usageMessage
    }
  }

  private var folderMessage: UserMessage {
    switch self {
    case .content(let path, let error): return error.userMessage(inFolder: path)
    case .refused(let count):
      return UserMessage(
        ProgrammeCode.refused, .refused, vi: "Bị từ chối: \(count) lỗi trong tệp chương trình.",
        en: "Programme files refused: \(count) faults.",
        remedy: BilingualText(
          vi: "Sửa các dòng đã nêu ở trên rồi kiểm tra lần nữa.", en: "Correct the lines told above and check again."))
    default:
      guard case .unreadable(let path) = self else { return usageMessage }
      let shown = Mask.printable(path, limit: 200)
      return UserMessage(
        ProgrammeCode.unreadable, .usage,
        vi: "Không đọc được chương trình ở “\(shown)”: không có, không được phép đọc, không có tệp .yaml nào (tối đa "
          + "200), hoặc một tệp quá 1 MiB hay không phải UTF-8.",
        en: "The programmes in “\(shown)” can't be read: not there, not to be read, no .yaml file (200 at most), or a "
          + "file over 1 MiB or not UTF-8.",
        remedy: BilingualText(
          vi: "Kiểm tra tên thư mục và quyền đọc.", en: "Check the folder's name and that it may be read."))
    }
  }

  private var usageMessage: UserMessage {
    switch self {
    case .notFound(let code):
      let code = Mask.printable(code, limit: 40)
      return UserMessage(
        ProgrammeCode.notFound, .usage, vi: "Không có chương trình “\(code)”.", en: "There is no programme “\(code)”.",
        remedy: BilingualText(
          vi: "Xem các mã: ansinh benefit programmes show.", en: "See the codes: ansinh benefit programmes show."))
    case .day(let text):
      let text = Mask.printable(text, limit: 40)
      return UserMessage(
        ProgrammeCode.day, .usage, vi: "“\(text)” không phải một ngày.", en: "“\(text)” is no day.",
        remedy: BilingualText(
          vi: "Ghi ngày dạng dd/MM/yyyy hoặc yyyy-MM-dd.", en: "Write dd/MM/yyyy or yyyy-MM-dd."))
    case .input(let text):
      let text = Mask.printable(text, limit: 60)
      return UserMessage(
        ProgrammeCode.inputForm, .usage, vi: "“\(text)” không phải dạng tên=giá trị.",
        en: "“\(text)” is not of the form name=value.",
        remedy: BilingualText(vi: "Ghi ví dụ --input months-paid=48.", en: "Write for example --input months-paid=48."))
    case .cover:
      return UserMessage(
        ProgrammeCode.cover, .usage, vi: "Không có mã đối tượng BHYT này, hoặc ngày cuối trước ngày đầu.",
        en: "There is no such health-insurance subject, or the last day lies before the first.",
        remedy: BilingualText(
          vi: "Kiểm tra hai chữ cái đầu của mã thẻ BHYT và các ngày.",
          en: "Check the first two letters of the health-insurance code, and the days."))
    default:
      return UserMessage(
        ProgrammeCode.sides, .usage, vi: "Không so sánh được một ngày với một thư mục.",
        en: "A day can't be compared with a folder.",
        remedy: BilingualText(
          vi: "Ghi hai ngày, hoặc hai thư mục (“co-san” là danh mục có sẵn).",
          en: "Give two days, or two folders (“co-san” is the catalogue supplied)."))
    }
  }
}

extension CatalogueError {
  /// The first fault, and how many more there are.
  fileprivate func userMessage(inFolder path: String) -> UserMessage {
    let more = faults.count - 1
    guard let first = faults.first else { return ProgrammeError.refused(count: 0).userMessage(moneyWasPaid: nil) }
    var message = first.userMessage(inFolder: path)
    if more > 0 {
      message.remedy =
        message.remedy
        + BilingualText(
          vi: " Còn \(more) lỗi nữa; xem tất cả: ansinh benefit programmes check.",
          en: " There are \(more) more; see all: ansinh benefit programmes check.")
    }
    return message
  }
}

extension CatalogueFault {
  fileprivate func userMessage(inFolder path: String) -> UserMessage {
    let name = Mask.printable(path + "/" + file, limit: 200)
    let key = Mask.printable(key, limit: 100)
    return UserMessage(
      code, .refused,
      vi: "Tệp “\(name)”, dòng \(line), cột \(column)" + (key.isEmpty ? "" : ", mục “\(key)”") + ": \(why.vi).",
      en: "File “\(name)”, line \(line), column \(column)" + (key.isEmpty ? "" : ", key “\(key)”") + ": \(why.en).",
      remedy: remedy)
  }
}

extension RuleFault {
  fileprivate func userMessage(of code: String) -> UserMessage {
    let at = place.isEmpty ? "" : " (\(place))"
    let inputs = BilingualText(
      vi: "Xem đầu vào của chương trình: ansinh benefit programmes show.",
      en: "See the programme's inputs: ansinh benefit programmes show.")
    let told: (ProgrammeCode, ExitStatus, BilingualText) =
      switch reason {
      case .unknownProgramme: (.notFound, .usage, inputs)
      case .notInForce:
        (
          .notInForce, .refused,
          BilingualText(vi: "Chọn ngày trong thời hạn hiệu lực.", en: "Choose a day on which it is in force.")
        )
      case .missingInput: (.inputMissing, .usage, inputs)
      case .unknownInput: (.inputUnknown, .usage, inputs)
      case .inputKind, .inputRange: (.inputValue, .usage, inputs)
      case .noTier: (.noTier, .refused, inputs)
      case .noParameter, .plannedParameter:
        (
          .noParameter, .refused,
          BilingualText(
            vi: "Bổ sung giá trị đang có hiệu lực vào tệp tham số.", en: "Add the value in force to the parameters.")
        )
      case .unmetCondition:
        (
          .condition, .refused,
          BilingualText(
            vi: "Đối chiếu hồ sơ của người hưởng với điều kiện.", en: "Compare the person's file with the condition.")
        )
      case .overflow:
        (.overflow, .refused, BilingualText(vi: "Kiểm tra các số đã ghi.", en: "Check the numbers given."))
      }
    return UserMessage(
      told.0, told.1, vi: "Không tính được mức hưởng \(code)\(at): \(why.vi).",
      en: "The amount of \(code) can't be worked out\(at): \(why.en).", remedy: told.2)
  }
}
