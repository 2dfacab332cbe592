internal import ServiceAPI
internal import VietnamReference

/// The fixed words of a voucher, with the terms of the project's vocabulary.
enum VoucherLabel {
  static let state = BilingualText(
    vi: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", en: "SOCIALIST REPUBLIC OF VIET NAM")
  static let motto = BilingualText(vi: "Độc lập - Tự do - Hạnh phúc", en: "Independence - Freedom - Happiness")
  static let title = BilingualText(vi: "GIẤY NHẬN TIỀN / PHIẾU CHI", en: "RECEIPT / CASH PAYMENT VOUCHER")
  static let reprintNote = BilingualText(
    vi: "Bản in lại, không phải là lần chi trả mới.", en: "Printed again; this is not a new payout.")

  static func reprinted(at time: String) -> BilingualText {
    BilingualText(
      vi: "Bản in lại lúc \(time), không phải là lần chi trả mới.",
      en: "Printed again at \(time); this is not a new payout.")
  }

  static let agency = BilingualText(vi: "Cơ quan chi trả", en: "Paying agency")
  static let point = BilingualText(vi: "Điểm chi trả", en: "Payout point")
  static let hostProvince = BilingualText(vi: "Nơi chi trả", en: "Place of payout")
  static let terminal = BilingualText(vi: "Thiết bị đầu cuối", en: "Terminal")
  static let document = BilingualText(vi: "Số chứng từ", en: "Document number")
  static let time = BilingualText(vi: "Thời gian", en: "Date and time")
  static let connection = BilingualText(vi: "Giao dịch", en: "Transaction")
  static let online = BilingualText(vi: "trực tuyến", en: "online")
  static let offline = BilingualText(vi: "ngoại tuyến, chờ đồng bộ", en: "offline, waiting to sync")

  static let beneficiary = BilingualText(vi: "Người hưởng", en: "Beneficiary")
  static let personalID = BilingualText(vi: "Số định danh cá nhân", en: "Personal ID")
  static let card = BilingualText(vi: "Số thẻ an sinh", en: "Card number")
  static let list = BilingualText(vi: "Danh sách ký nhận", en: "Signed list")
  static let collector = BilingualText(vi: "Người lĩnh thay", en: "Collected by")
  static let authority = BilingualText(vi: "Giấy ủy quyền số", en: "Authority number")
  static let authorityExpiry = BilingualText(vi: "Ủy quyền đến hết ngày", en: "Valid until")

  static let guardian = BilingualText(vi: "Người giám hộ nhận", en: "Received by the guardian")
  static let householdHead = BilingualText(vi: "Chủ hộ nhận", en: "Received by the head of household")
  static let paper = BilingualText(vi: "Giấy tờ số", en: "Paper number")
  static let paperExpiry = BilingualText(vi: "Có hiệu lực đến hết ngày", en: "Valid until")

  static let items = BilingualText(vi: "Các khoản đã chi trả", en: "Benefits paid")
  static let period = BilingualText(vi: "Tháng hưởng", en: "Benefit month")
  static let funder = BilingualText(vi: "Nguồn kinh phí", en: "Funded by")
  static let homeUnit = BilingualText(vi: "Cơ quan quản lý", en: "Managing office")
  static let onBehalf = BilingualText(vi: "Chi hộ cho", en: "Paid on behalf of")

  static let figures = BilingualText(vi: "Tổng số tiền (bằng số)", en: "Total in figures")
  static let words = BilingualText(vi: "Bằng chữ", en: "In words")
  static let channel = BilingualText(vi: "Hình thức chi trả", en: "Paid by")
  static let balance = BilingualText(vi: "Số tiền còn được lĩnh", en: "Still collectable")
  static let verification = BilingualText(vi: "Mã kiểm tra chứng từ", en: "Verification code")

  static let recipient = BilingualText(vi: "NGƯỜI NHẬN TIỀN", en: "RECIPIENT")
  static let recipientSigns = BilingualText(vi: "(ký tên hoặc điểm chỉ)", en: "(signature or fingerprint)")
  static let payer = BilingualText(vi: "NGƯỜI CHI TIỀN", en: "PAYER")
  static let payerSigns = BilingualText(vi: "(ký tên)", en: "(signature)")
  static let fullName = BilingualText(vi: "(ghi rõ họ và tên)", en: "(full name in print)")

  static let countMoney = BilingualText(
    vi: "Vui lòng đếm tiền trước khi rời điểm chi trả.", en: "Please count the money before you leave.")
  static let offlineNote = BilingualText(
    vi: "Giao dịch ngoại tuyến: số tiền còn được lĩnh được cập nhật sau khi đồng bộ.",
    en: "Offline transaction: the amount still collectable is brought up to date after syncing.")
  static let legalText = BilingualText(
    vi: "Bản tiếng Việt có giá trị pháp lý.", en: "The Vietnamese text is the legal one.")

  static let shortTitle = BilingualText(vi: "GIẤY NHẬN TIỀN", en: "RECEIPT FOR MONEY")
  static let kind = BilingualText(vi: "(kiêm phiếu chi)", en: "(and cash payment voucher)")
  static let number = BilingualText(vi: "STT", en: "No.")
  static let programme = BilingualText(vi: "Khoản chi trả", en: "Benefit")
  static let month = BilingualText(vi: "Tháng hưởng", en: "Month")
  static let office = BilingualText(vi: "Cơ quan quản lý", en: "Managing office")
  static let amount = BilingualText(vi: "Số tiền", en: "Amount")
  static let total = BilingualText(vi: "Tổng số tiền", en: "Total")
  static let fingerprint = BilingualText(vi: "Điểm chỉ", en: "Fingerprint")
  static let page = BilingualText(vi: "Trang", en: "Page")

  /// What a voucher calls who collected, their paper and its last day.
  static func collector(
    _ kind: RepresentativeName?
  ) -> (who: BilingualText, paper: BilingualText, until: BilingualText) {
    switch kind {
    case .guardian: (guardian, paper, paperExpiry)
    case .householdHead: (householdHead, paper, paperExpiry)
    case .collector, nil: (collector, authority, authorityExpiry)
    }
  }

  static func destination(_ copy: VoucherCopy) -> BilingualText? {
    switch copy {
    case .copy1: BilingualText(vi: "Lưu tại điểm chi trả", en: "Kept by the payout point")
    case .copy2: BilingualText(vi: "Giao người nhận tiền", en: "For the recipient")
    case .reprint: nil
    }
  }

  /// - Parameter number: of a reprint, from 1.
  static func copy(_ copy: VoucherCopy, number: Int? = nil) -> BilingualText {
    switch copy {
    case .copy1: BilingualText(vi: "LIÊN 1", en: "COPY 1")
    case .copy2: BilingualText(vi: "LIÊN 2", en: "COPY 2")
    case .reprint:
      BilingualText(
        vi: "BẢN IN LẠI" + (number.map { " LẦN \($0)" } ?? ""), en: "REPRINT" + (number.map { " \($0)" } ?? ""))
    }
  }

  static func channel(_ channel: VoucherChannel) -> BilingualText {
    switch channel {
    case .cash: BilingualText(vi: "chi tiền mặt", en: "cash payout")
    case .byHand:
      BilingualText(vi: "chi tiền mặt theo danh sách ký nhận", en: "cash payout by a signed list")
    }
  }
}
