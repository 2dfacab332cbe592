import CardCrypto
import Issuance
import SecureChannel
import VietnamReference

/// Making cards: `Issuance`, and SCP03 of `SecureChannel`.
extension PersonalisationError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .channel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .secureChannel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .custodian(let error), .notBegun(let error): UserMessage(error, moneyWasPaid: moneyWasPaid)
    case .refused(let step, let status):
      UserMessage(
        IssuanceCode.refused, .card, vi: "Thẻ từ chối bước cá thể hóa \(step) (mã \(status)).",
        en: "The card refused the personalisation step \(step) (status \(status)).", remedy: Self.setAside
      ).mentioningMoney(moneyWasPaid)
    case .malformedAnswer(let step):
      UserMessage(
        IssuanceCode.malformedAnswer, .card, vi: "Thẻ trả lời không đúng ở bước cá thể hóa \(step).",
        en: "The card gave a wrong answer at the personalisation step \(step).", remedy: Self.setAside
      ).mentioningMoney(moneyWasPaid)
    case .identity(let error):
      UserMessage(
        IssuanceCode.identity, .refused,
        vi:
          "Thông tin của người này không ghi được vào ứng dụng định danh của thẻ: "
          + error.userMessage(moneyWasPaid: nil).problem.vi,
        en:
          "This person's data can't be put into the card's eID application: "
          + error.userMessage(moneyWasPaid: nil).problem.en,
        remedy: BilingualText(
          vi: "Sửa hồ sơ của người này (họ tên, ngày sinh) rồi làm lại thẻ.",
          en: "Correct the person's record (name, birth date) and make the card again.")
      ).mentioningMoney(moneyWasPaid)
    case .outgrown:
      UserMessage(
        IssuanceCode.outgrown, .refused, vi: "Người này đã quá tuổi của loại thẻ này; thẻ chưa bị động đến.",
        en: "This person is past the last age of this kind of card; the card was not touched.",
        remedy: BilingualText(
          vi: "Kiểm tra ngày sinh, hoặc cấp thẻ người lớn.", en: "Check the birth date, or issue an adult's card.")
      ).mentioningMoney(moneyWasPaid)
    case .notFresh:
      UserMessage(
        IssuanceCode.notFresh, .refused,
        vi: "Đây không phải là thẻ trắng của chương trình; thẻ có thể đã được cá thể hóa.",
        en: "This is not a fresh card of this scheme; it may have been personalised already.",
        remedy: BilingualText(
          vi: "Lấy một thẻ trắng khác. Không cá thể hóa lại thẻ đã trao.",
          en: "Take another fresh card. Do not personalise a card again that was handed over.")
      ).mentioningMoney(moneyWasPaid)
    }
  }

  static let setAside = BilingualText(
    vi: "Thẻ này chưa dùng được. Làm lại một lần; nếu vẫn lỗi, để riêng thẻ để hủy và lấy thẻ khác.",
    en: "This card is not usable. Try once more; if it fails again, set it aside for destruction and take another.")
}

extension ReadBackError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .session(let error):
      UserMessage(error, moneyWasPaid: moneyWasPaid)
    case .differs(let file):
      UserMessage(
        IssuanceCode.readBackDiffers, .card, vi: "Thẻ vừa làm đọc lại không đúng (tệp \(file)).",
        en: "The card just made reads back wrong (file \(file)).", remedy: PersonalisationError.setAside)
    case .used:
      UserMessage(
        IssuanceCode.readBackUsed, .card, vi: "Thẻ vừa làm đã có chữ ký chi trả, không phải thẻ trắng.",
        en: "The card just made has signed a payout already; it was not fresh.",
        remedy: PersonalisationError.setAside)
    }
  }
}

extension SCP03Error: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .channel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .crypto(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .refused(let step, let status):
      UserMessage(
        SCP03Code.refused, .card, vi: "Thẻ từ chối kênh an toàn của cơ quan cấp thẻ ở bước \(step) (mã \(status)).",
        en: "The card refused the issuer's secure channel at step \(step) (status \(status)).",
        remedy: Self.stopTrying
      ).mentioningMoney(moneyWasPaid)
    case .malformedAnswer:
      UserMessage(
        SCP03Code.malformedAnswer, .card, vi: "Thẻ không hỗ trợ kênh an toàn SCP03, hoặc trả lời không đúng.",
        en: "The card does not support the SCP03 secure channel, or gave a wrong answer.",
        remedy: BilingualText(
          vi: "Kiểm tra lô thẻ có đúng loại không, rồi thử một thẻ khác.",
          en: "Check that the batch is of the right kind, then try another card.")
      ).mentioningMoney(moneyWasPaid)
    case .otherMode(let wanted, let offered):
      UserMessage(
        SCP03Code.otherMode, .refused,
        vi: "Thẻ trả lời kênh an toàn SCP03 ở chế độ \(offered.name), trong khi hồ sơ thẻ quy định \(wanted.name).",
        en: "The card answers SCP03 in mode \(offered.name) where the card profile has \(wanted.name).",
        remedy: BilingualText(
          vi: "Dừng lại và kiểm tra lô thẻ có đúng loại không; không hạ chế độ để tiếp tục.",
          en: "Stop and check that the batch is of the right kind; do not lower the mode to go on.")
      ).mentioningMoney(moneyWasPaid)
    case .wrongKeys: Self.wrongKeysMessage.mentioningMoney(moneyWasPaid)
    }
  }

  static let wrongKeysMessage = UserMessage(
    SCP03Code.wrongKeys, .refused, vi: "Khóa của cơ quan cấp thẻ không khớp với thẻ này.",
    en: "The issuer's keys do not match this card.", remedy: stopTrying)

  private static let stopTrying = BilingualText(
    vi: "Dừng lại, không thử thêm với thẻ này vì mỗi lần sai có thể làm thẻ bị khóa. Kiểm tra tệp khóa và lô thẻ.",
    en: "Stop; do not try this card again, for each failure may lock it. Check the key file and the batch.")
}

extension UpdateOfficeError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unknownCard:
      UserMessage(
        IssuanceCode.noSuchCard, .refused, vi: "Nơi cấp này chưa làm thẻ nào có số đó.",
        en: "This office has made no card with that number.",
        remedy: BilingualText(
          vi: "Kiểm tra số thẻ, 16 số in trên mặt thẻ.", en: "Check the card number, 16 digits on the card's face."))
    case .nothing:
      UserMessage(
        IssuanceCode.nothingToUpdate, .refused,
        vi: "Không có gì để cập nhật, hoặc thông tin mới không ghi được lên thẻ.",
        en: "There is nothing to update, or the new data can't be put on a card.",
        remedy: BilingualText(
          vi: "Nêu họ tên, ngày sinh, ảnh (tối đa 4.000 byte) hoặc trạng thái mới của thẻ.",
          en: "Give a name, a birth date, a photo (at most 4,000 octets) or the card's new state."))
    case .counterExhausted:
      UserMessage(
        IssuanceCode.updatesOver, .refused, vi: "Thẻ này không nhận cập nhật được nữa.",
        en: "This card can take no more updates.",
        remedy: BilingualText(vi: "Cấp đổi thẻ cho chủ thẻ.", en: "Replace the holder's card."))
    }
  }
}
