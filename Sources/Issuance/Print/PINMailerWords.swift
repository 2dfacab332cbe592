import VietnamReference

/// The words of a PIN mailer: short, for people who read slowly.
enum PINMailerWords {
  static let slip = BilingualText(vi: "PHIẾU MÃ PIN THẺ AN SINH", en: "PIN slip of a social security card")
  static let dear = BilingualText(vi: "Kính gửi ông/bà", en: "To")
  static let card = BilingualText(vi: "Thẻ an sinh số", en: "Card number")
  static let commune = BilingualText(vi: "Nơi nhận", en: "Handed over at")
  static let date = BilingualText(vi: "Ngày lập phiếu", en: "Date of this slip")
  static let about = BilingualText(
    vi: "Phiếu này có mã PIN tạm thời và mã PUK của thẻ. Xin đọc kỹ việc cần làm ở dưới.",
    en: "This slip has the temporary PIN and the PUK of the card. Please read what to do below.")
  static let folding = BilingualText(
    vi: "In hai mặt, lật theo cạnh dài. Gấp phần dưới lên trước, rồi gấp phần trên xuống, dán kín ba mép.",
    en: "Print on both sides, turned over the long edge. Fold the lowest part up first, then the top one down; seal.")
  static let fold = BilingualText(vi: "gấp", en: "fold")
  static let telephone = BilingualText(vi: "Điện thoại", en: "Telephone")
  static let help = BilingualText(vi: "Cần giúp đỡ, gọi", en: "For help, call")

  static let onlyNamed = BilingualText(
    vi: "CHỈ NGƯỜI CÓ TÊN Ở MẶT TRƯỚC ĐƯỢC MỞ PHIẾU NÀY",
    en: "Only the person named on the front may open this slip")
  static let brokenSeal = BilingualText(
    vi: "Nếu mép dán đã rách hoặc phiếu đã bị mở: không nhận, và báo ngay cho cơ quan cấp thẻ.",
    en: "If the seal is torn or the slip has been opened, do not accept it and tell the issuing office at once.")

  static let whatToDo = BilingualText(vi: "VIỆC CẦN LÀM", en: "What to do")
  static let steps = [
    BilingualText(
      vi: "Mang thẻ an sinh, phiếu này và thẻ căn cước đến Ủy ban nhân dân xã hoặc điểm chi trả để kích hoạt thẻ.",
      en: "Bring the card, this slip and your ID card to the commune office or a payout point to activate the card."),
    BilingualText(
      vi: "Nhập mã PIN tạm thời ở dưới, rồi tự chọn mã PIN mới gồm 6\u{A0}chữ\u{A0}số.",
      en: "Enter the temporary PIN below, then choose a new PIN of 6 digits yourself."),
    BilingualText(
      vi: "Nhớ mã PIN mới. Không nói mã PIN cho ai, kể cả cán bộ. Không ghi lên thẻ.",
      en: "Remember the new PIN. Tell it to nobody, officers included. Do not write it on the card."),
    BilingualText(
      vi: "Cất phần có mã PUK ở nhà, không để cùng thẻ. Mã PUK mở khóa khi nhập sai mã PIN 3 lần.",
      en: "Keep the part with the PUK at home, away from the card. The PUK unblocks the PIN after 3 wrong tries."),
  ]

  static let keepSecret = BilingualText(vi: "GIỮ BÍ MẬT – KHÔNG ĐƯA CHO AI XEM", en: "Keep secret, show to nobody")
  static let pin = BilingualText(vi: "MÃ PIN TẠM THỜI", en: "Temporary PIN")
  static let pinUse = BilingualText(
    vi: "Chỉ dùng một lần để chọn mã PIN mới", en: "Used once, to choose the new PIN")
  static let puk = BilingualText(vi: "MÃ PUK", en: "PUK")
  static let pukUse = BilingualText(vi: "Dùng khi mã PIN bị khóa", en: "Used when the PIN is blocked")
}
