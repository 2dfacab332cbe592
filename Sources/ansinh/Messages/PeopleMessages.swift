import Issuance
import VietnamReference

/// People whom the office is to make cards for.
extension OfficeError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .applicant, .superseded, .notMatched, .undecided, .notWaiting, .numberBlock: cardMessage
    default: personMessage
    }
  }

  /// Why no card is made.
  private var cardMessage: UserMessage {
    switch self {
    case .applicant(let lastDigits):
      UserMessage(
        IssuanceCode.applicant, .refused,
        vi: "Thông tin của người có số định danh cá nhân tận cùng \(lastDigits) không ghi được lên thẻ.",
        en: "The data of the person whose personal ID ends in \(lastDigits) can't be put on a card.",
        remedy: BilingualText(
          vi: "Kiểm tra họ và tên, ngày sinh trong danh sách, sửa rồi nhập lại bằng “ansinh issue import”.",
          en: "Check name and date of birth in the list, correct them and run “ansinh issue import” again."))
    case .superseded:
      UserMessage(
        IssuanceCode.superseded, .refused, vi: "Một bàn khác đã bắt đầu làm thẻ cho người này; thẻ vừa làm bị bỏ.",
        en: "Another desk has begun a card for this person; the one just made is scrapped.",
        remedy: BilingualText(
          vi: "Để riêng thẻ này để hủy, rồi xem “ansinh issue status”.",
          en: "Set this card aside for destruction, then see “ansinh issue status”."))
    case .notWaiting:
      UserMessage(
        IssuanceCode.notWaiting, .refused,
        vi: "Người này đã có thẻ, hoặc thẻ đã chấm dứt mà chưa có đề nghị cấp thẻ khác.",
        en: "This person has a card, or had one that has ended and no other was asked for.",
        remedy: BilingualText(
          vi: "Xem “ansinh issue show”; cần thẻ khác thì dùng “ansinh issue replace”.",
          en: "See “ansinh issue show”; for another card use “ansinh issue replace”."))
    case .numberBlock(let block):
      UserMessage(
        IssuanceCode.numberBlock, .usage, vi: "Không có dải số thẻ \(block).",
        en: "There is no block \(block) of card numbers.",
        remedy: BilingualText(vi: "Chọn dải từ 0 đến 999.", en: "Choose one from 0 to 999."))
    case .notMatched(let state):
      UserMessage(
        PeopleCode.notMatched, .refused,
        vi:
          "Chưa làm thẻ cho người này được vì chưa khớp với cơ sở dữ liệu quốc gia về dân cư "
          + "(\(PeopleTexts.state(state).vi)).",
        en:
          "No card can be made for this person yet: the national population register has not matched the data "
          + "(\(PeopleTexts.state(state).en)).",
        remedy: BilingualText(
          vi: "Đối chiếu bằng “ansinh issue verify”, rồi xử lý các việc trong “ansinh issue worklist”.",
          en: "Check with “ansinh issue verify”, then work through “ansinh issue worklist”."))
    default:
      UserMessage(
        PeopleCode.undecided, .refused, vi: "Người này có thể trùng với một người khác đã có trong danh sách.",
        en: "This person may be the same as somebody else on the list.",
        remedy: BilingualText(
          vi: "Xem “ansinh issue worklist”, rồi quyết định bằng “ansinh issue decide”.",
          en: "See “ansinh issue worklist”, then decide with “ansinh issue decide”."))
    }
  }

  private var personMessage: UserMessage {
    switch self {
    case .outsideScope(let province):
      UserMessage(
        PeopleCode.outsideScope, .refused,
        vi: "Người này thuộc tỉnh, thành phố có mã “\(Mask.printable(province))”, ngoài địa bàn của cơ quan này.",
        en: "This person is of the province “\(Mask.printable(province))”, which is not this office's.",
        remedy: BilingualText(
          vi: "Chuyển hồ sơ cho cơ quan cấp thẻ của tỉnh đó; xem địa bàn bằng “ansinh issue scope”.",
          en: "Hand the record to the issuing office of that province; see this one's with “ansinh issue scope”."))
    case .fieldKeys:
      UserMessage(
        PeopleCode.fieldKeys, .failure,
        vi: "Khóa của dữ liệu cá nhân (office/fields.keys) bị thiếu hoặc không phải khóa của cơ sở dữ liệu này.",
        en: "The key of the personal data (office/fields.keys) is missing or is not this database's.",
        remedy: BilingualText(
          vi: "Đặt lại tệp khóa từ bản sao lưu; không tạo khóa mới, vì dữ liệu đã mã hóa sẽ không đọc được.",
          en: "Put the key file back from its backup; do not make a new one, which could not open the data."))
    case .personalIDTaken:
      UserMessage(
        PeopleCode.personalIDTaken, .refused, vi: "Số định danh cá nhân này là của một người khác trong danh sách.",
        en: "Another person on the list has this personal ID.",
        remedy: BilingualText(
          vi: "Kiểm tra lại số; nếu là cùng một người, hai hồ sơ phải được gộp trước.",
          en: "Check the number; if they are one person, the two records have to be merged first."))
    case .unknownItem:
      UserMessage(
        PeopleCode.unknownItem, .refused, vi: "Không có việc này, hoặc việc đã được quyết định.",
        en: "There is no such work item, or it has been decided.",
        remedy: BilingualText(
          vi: "Xem lại danh sách việc: “ansinh issue worklist”.", en: "See “ansinh issue worklist” again."))
    case .impossibleDecision(let kind):
      UserMessage(
        PeopleCode.impossibleDecision, .refused,
        vi: "Việc “\(PeopleTexts.kind(kind).vi)” không thể quyết định như vậy.",
        en: "An item “\(PeopleTexts.kind(kind).en)” can't be decided so.",
        remedy: BilingualText(
          vi: "Chọn một trong: \(WorkDecision.possible(kind).map(\.rawValue).joined(separator: ", ")).",
          en: "Choose one of \(WorkDecision.possible(kind).map(\.rawValue).joined(separator: ", ")).")
      )
    case .hasCard:
      UserMessage(
        PeopleCode.hasCard, .refused, vi: "Hồ sơ này đã có thẻ đang dùng nên không bỏ được.",
        en: "This record has a live card and can't be given up.",
        remedy: BilingualText(
          vi: "Thu hồi thẻ đó trước, rồi quyết định lại.", en: "Take the card back first, then decide again."))
    default:
      UserMessage(
        PeopleCode.unknown, .refused, vi: "Không có người này trong hồ sơ của cơ quan cấp thẻ.",
        en: "The issuing office does not know this person.",
        remedy: BilingualText(
          vi: "Kiểm tra số định danh cá nhân hoặc mã người sau --person.",
          en: "Check the personal ID or the person's key after --person."))
    }
  }
}

extension SampleRegisterError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .realPerson(let line):
      UserMessage(
        PeopleCode.realPerson, .refused,
        vi: "Người thứ \(line) trong danh sách không phải dữ liệu mẫu, nên không đối chiếu giả được.",
        en: "Person \(line) of the list is not sample data, and can't be checked against a made-up register.",
        remedy: BilingualText(
          vi: "Gửi yêu cầu tới cơ sở dữ liệu quốc gia: “ansinh issue verify send”.",
          en: "Ask the national register: “ansinh issue verify send”."))
    }
  }
}

/// Words for states and kinds.
enum PeopleTexts {
  static func state(_ state: RegisterState) -> BilingualText {
    switch state {
    case .unchecked: BilingualText(vi: "chưa đối chiếu", en: "unchecked")
    case .sent: BilingualText(vi: "đã gửi, chờ trả lời", en: "sent, waiting for the answer")
    case .matched: BilingualText(vi: "khớp", en: "matched")
    case .mismatched: BilingualText(vi: "lệch", en: "mismatched")
    case .noNumber: BilingualText(vi: "chưa có số định danh", en: "no number")
    case .deceased: BilingualText(vi: "đã chết", en: "deceased")
    case .renumbered: BilingualText(vi: "đã xác lập lại số định danh", en: "re-established number")
    }
  }

  static func kind(_ kind: WorkKind) -> BilingualText {
    switch kind {
    case .verify: BilingualText(vi: "cần xác minh", en: "to be verified")
    case .differs: BilingualText(vi: "dữ liệu khác lần trước", en: "other data than before")
    case .twin: BilingualText(vi: "có thể trùng người", en: "possible twin")
    case .mismatched: BilingualText(vi: "lệch với dữ liệu dân cư", en: "not as in the register")
    case .noNumber: BilingualText(vi: "chưa có số định danh", en: "no number")
    case .deceased: BilingualText(vi: "đã chết", en: "deceased")
    case .renumbered: BilingualText(vi: "đã xác lập lại số định danh", en: "re-established number")
    }
  }

  static func field(_ name: String) -> BilingualText {
    switch name {
    case "name": BilingualText(vi: "họ và tên", en: "name")
    case "birth-date", "birthDate": BilingualText(vi: "ngày sinh", en: "birth date")
    case "sex": BilingualText(vi: "giới tính", en: "sex")
    case "province": BilingualText(vi: "tỉnh", en: "province")
    case "commune": BilingualText(vi: "xã", en: "commune")
    case "profile": BilingualText(vi: "loại thẻ", en: "kind of card")
    case "guardian": BilingualText(vi: "người giám hộ", en: "guardian")
    case "phone": BilingualText(vi: "điện thoại", en: "phone")
    case "address": BilingualText(vi: "địa chỉ", en: "address")
    case "photo": BilingualText(vi: "ảnh", en: "photo")
    case "id.sex-mismatch": BilingualText(vi: "giới tính khác số định danh", en: "sex is not the ID's")
    case "id.birth-year-mismatch": BilingualText(vi: "năm sinh khác số định danh", en: "birth year is not the ID's")
    default: BilingualText(vi: name, en: name)
    }
  }
}
