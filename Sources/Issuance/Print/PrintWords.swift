import VietnamReference

/// The fixed words of cards, slips and lists.
enum PrintWords {
  static let state = BilingualText(
    vi: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", en: "SOCIALIST REPUBLIC OF VIET NAM")
  static let motto = BilingualText(vi: "Độc lập - Tự do - Hạnh phúc", en: "Independence - Freedom - Happiness")
  static let title = BilingualText(vi: "THẺ AN SINH", en: "SOCIAL SECURITY CARD")

  static let name = BilingualText(vi: "Họ, chữ đệm và tên", en: "Full name")
  static let cardNumber = BilingualText(vi: "Số thẻ", en: "Card number")
  static let validFrom = BilingualText(vi: "Ngày cấp", en: "Issued on")
  static let validUntil = BilingualText(vi: "Có giá trị đến", en: "Valid until")
  static let province = BilingualText(vi: "Nơi cấp", en: "Issued by")
  static let can = BilingualText(vi: "Số mở thẻ (CAN)", en: "Card access number")
  static let photo = BilingualText(vi: "Ảnh", en: "Photo")

  static let notices = [
    BilingualText(
      vi: "Đặt thẻ lên đầu đọc khi nhận tiền. Chỉ chủ thẻ được nhập mã PIN.",
      en: "Place the card on the reader to collect money. Only the holder enters the PIN."),
    BilingualText(
      vi: "Không ghi mã PIN lên thẻ. Không nói mã PIN cho ai, kể cả cán bộ.",
      en: "Never write the PIN on the card or tell it to anyone, officers included."),
    BilingualText(
      vi: "Mất thẻ, báo ngay cơ quan cấp thẻ. Không cho mượn, cầm cố thẻ.",
      en: "Card lost: tell the issuing office at once. Never lend or pledge the card."),
  ]
  static let found = BilingualText(vi: "Nhặt được thẻ, xin gửi về", en: "If found, please return to")
}
