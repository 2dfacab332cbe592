import VietnamReference

/// A wrong use that ArgumentParser can't see; exit code 2.
enum UsageError: Error {
  case listUnreadable(path: String)
  case rejectsUnwritable(path: String)
  /// A scan is empty, or begins like no PDF, PNG or JPEG.
  case scanKind(path: String)
  /// The point has been registered with another commune or organisation.
  case pointElsewhere(point: String, commune: String, agent: String)
  case pointCode
  case communeCode
  /// There is no issuing office in this state folder.
  case noOffice(home: String)
  case unknownPerson
  /// The demonstration would mix its data with others'.
  case stateNotEmpty(home: String)
  case window
}

extension UsageError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .listUnreadable, .rejectsUnwritable, .scanKind, .noOffice, .stateNotEmpty: fileMessage
    case .pointElsewhere, .pointCode, .communeCode, .unknownPerson, .window: optionMessage
    }
  }

  private var fileMessage: UserMessage {
    switch self {
    case .listUnreadable(let path):
      UserMessage(
        UsageCode.listUnreadable, .usage, vi: "Không đọc được tệp “\(path)”.", en: "The file “\(path)” can't be read.",
        remedy: BilingualText(
          vi: "Kiểm tra tên tệp và quyền đọc.", en: "Check the file's name and that it may be read."))
    case .rejectsUnwritable(let path):
      UserMessage(
        UsageCode.rejectsUnwritable, .usage, vi: "Không ghi được tệp “\(path)”.",
        en: "The file “\(path)” can't be written.",
        remedy: BilingualText(
          vi: "Chọn tệp khác bằng --rejects.", en: "Choose another file with --rejects."))
    case .scanKind(let path):
      UserMessage(
        UsageCode.scanKind, .usage, vi: "Tệp “\(path)” không phải bản quét PDF, PNG hay JPEG.",
        en: "The file “\(path)” is no scan: it is not a PDF, PNG or JPEG.",
        remedy: BilingualText(
          vi: "Quét danh sách đã ký rồi ghi lại tệp sau --scan.",
          en: "Scan the signed list and give that file after --scan."))
    case .noOffice(let home):
      UserMessage(
        UsageCode.noOffice, .usage, vi: "Chưa có cơ quan cấp thẻ trong “\(home)”.",
        en: "There is no issuing office in “\(home)”.",
        remedy: BilingualText(
          vi: "Chạy “ansinh issue import” trước, hoặc chọn thư mục khác bằng --state.",
          en: "Run “ansinh issue import” first, or choose another folder with --state."))
    case .stateNotEmpty(let home):
      UserMessage(
        UsageCode.stateNotEmpty, .usage,
        vi: "Thư mục “\(home)” đã có dữ liệu; cuộc trình diễn cần một thư mục trống.",
        en: "“\(home)” has a state in it; the demonstration needs an empty folder.",
        remedy: BilingualText(
          vi: "Chọn thư mục trống bằng --state, hoặc bỏ --state.",
          en: "Choose an empty folder with --state, or leave --state out."))
    default: optionMessage
    }
  }

  private var optionMessage: UserMessage {
    switch self {
    case .pointElsewhere(let point, let commune, let agent):
      UserMessage(
        UsageCode.pointElsewhere, .usage, vi: "Điểm chi trả \(point) đã đăng ký: xã \(commune), tổ chức \(agent).",
        en: "Point \(point) is registered: commune \(commune), organisation \(agent).",
        remedy: BilingualText(
          vi: "Bỏ --commune và --agent, hoặc dùng một mã điểm chi trả khác.",
          en: "Leave --commune and --agent out, or use another point code."))
    case .pointCode:
      UserMessage(
        UsageCode.pointCode, .usage, vi: "Mã điểm chi trả có dạng BD-79-003, số ở giữa là mã tỉnh hiện hành.",
        en: "A point code looks like BD-79-003, with the code of a present province in the middle.",
        remedy: BilingualText(vi: "Ghi lại mã sau --point.", en: "Correct the code after --point."))
    case .communeCode:
      UserMessage(
        UsageCode.communeCode, .usage, vi: "Điểm chi trả mới cần mã xã 5 chữ số: --commune.",
        en: "A new point needs a commune code of 5 digits: --commune.",
        remedy: BilingualText(
          vi: "Thêm mã xã nơi đặt điểm chi trả, ví dụ --commune 26734.",
          en: "Add the commune where the point stands, for example --commune 26734."))
    case .unknownPerson:
      UserMessage(
        UsageCode.unknownPerson, .usage, vi: "Không có người này trong danh sách cấp thẻ.",
        en: "This person is not on the office's list.",
        remedy: BilingualText(
          vi: "Kiểm tra số định danh cá nhân sau --person.", en: "Check the personal ID after --person."))
    default:
      UserMessage(
        UsageCode.window, .usage, vi: "Kỳ phải có dạng YYYYMM.", en: "The window must be YYYYMM.",
        remedy: BilingualText(
          vi: "Ghi năm và tháng, ví dụ --window 202611.", en: "Give year and month, for example --window 202611."))
    }
  }
}
