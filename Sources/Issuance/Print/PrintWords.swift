import VietnamReference

/// The fixed words of cards, slips and lists.
enum PrintWords {
  static let state = BilingualText(
    vi: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", en: "SOCIALIST REPUBLIC OF VIET NAM")
  static let motto = BilingualText(vi: "Độc lập - Tự do - Hạnh phúc", en: "Independence - Freedom - Happiness")

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
}
