import CardApplication
import VietnamReference

/// Data read from a card: `CardApplication`.
extension LayoutError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let code: LayoutCode
    let place: BilingualText
    switch self {
    case .encoding:
      code = .encoding
      place = BilingualText(vi: "không phải BER-TLV dạng ngắn nhất", en: "it is not BER-TLV in shortest form")
    case .expected(let tag):
      code = .missing
      place = BilingualText(vi: "thiếu đối tượng \(tag)", en: "object \(tag) is missing")
    case .length(let tag, let count):
      code = .length
      place = BilingualText(vi: "đối tượng \(tag) dài \(count) byte", en: "object \(tag) is \(count) bytes long")
    case .value(let tag):
      code = .value
      place = BilingualText(vi: "giá trị của đối tượng \(tag) không hợp lệ", en: "object \(tag) has an invalid value")
    case .trailing:
      code = .trailing
      place = BilingualText(vi: "thừa dữ liệu ở cuối", en: "there is more data at the end")
    }
    return UserMessage(
      code, .card, vi: "Dữ liệu của thẻ không đúng khuôn dạng: \(place.vi).",
      en: "The card's data is not well-formed: \(place.en).", remedy: Remedy.againThenIssuingOffice
    ).mentioningMoney(moneyWasPaid)
  }
}
