import PayoutPoint
import VietnamReference

/// Vouchers to print: the ordinary one, and those that strain a form.
enum PrintedVoucher: String, CaseIterable, Sendable {
  case one, four, long, singleName, offline, reprint, byHand

  static let months = ["tháng 11/2026", "tháng 10/2026", "tháng 11/2026", "tháng 09/2026"]

  static let lines = [
    VoucherLine(
      programmeName: BilingualText(vi: "Lương hưu hằng tháng", en: "Monthly pension"), period: months[0],
      amount: 4_183_567, funderName: BilingualText(vi: "Quỹ hưu trí và tử tuất", en: "Pension and survivors' fund"),
      homeUnitName: "Bảo hiểm xã hội Thái Nguyên", homeProvinceName: "tỉnh Thái Nguyên"),
    VoucherLine(
      programmeName: BilingualText(
        vi: "Trợ cấp tai nạn lao động, bệnh nghề nghiệp hằng tháng và phụ cấp khu vực",
        en: "Monthly work injury and occupational disease benefit with regional allowance"), period: months[1],
      amount: 12_345_678,
      funderName: BilingualText(vi: "Quỹ tai nạn lao động, bệnh nghề nghiệp", en: "Work injury fund"),
      homeUnitName: "Bảo hiểm xã hội Thái Nguyên", homeProvinceName: "tỉnh Thái Nguyên"),
    VoucherLine(
      programmeName: BilingualText(
        vi: "Trợ cấp xã hội hằng tháng cho người khuyết tật đặc biệt nặng",
        en: "Monthly social allowance, very severe disability"), period: months[2], amount: 1_000_000,
      funderName: BilingualText(vi: "Ngân sách địa phương (79)", en: "Local budget (79)"),
      homeUnitName: "UBND xã 26734, Hồ Chí Minh", homeProvinceName: "thành phố Hồ Chí Minh"),
    VoucherLine(
      programmeName: BilingualText(
        vi: "Trợ cấp ưu đãi thương binh, suy giảm khả năng lao động 61%", en: "Merit allowance, war invalid 61%"),
      period: months[3], amount: 5_335_000,
      funderName: BilingualText(vi: "Ngân sách trung ương", en: "Central budget"),
      homeUnitName: "Sở Nội vụ Quảng Trị", homeProvinceName: "tỉnh Quảng Trị"),
  ]

  /// Its facts.
  var data: VoucherData {
    var data = Self.data(self == .four || self == .long ? 4 : 1)
    switch self {
    case .one, .four: break
    case .singleName: data.holderName = "H'Hen"
    case .offline:
      data.isOnline = false
      data.remainingBalance = 1_250_000
    case .reprint:
      data.copy = .reprint
      data.reprintTime = 1_793_932_215
      data.reprintNumber = 2
    case .byHand:
      data.channel = .byHand
      (data.cardLastFour, data.terminalID, data.list) = ("", "", "C72a-79-2026-11")
    case .long: Self.lengthen(&data)
    }
    return data
  }

  /// Which sheets are printed.
  var copies: [VoucherCopy] { self == .reprint ? [.reprint] : [.copy1, .copy2] }

  static func data(_ count: Int) -> VoucherData {
    let chosen = Array(lines.prefix(count))
    return VoucherData(
      agencyName: "Bưu điện Việt Nam", pointCode: "BD-79-003", pointName: "Bưu cục 003, Hồ Chí Minh",
      terminalID: "9f31c02a", documentNumber: "a3f09b12cd77", time: 1_793_845_815, copy: .copy1,
      holderName: "Nguyễn Thị Hồng Phương", maskedPersonalID: "********0123", cardLastFour: "4417", lines: chosen,
      totalAmount: chosen.reduce(0) { $0 + $1.amount }, remainingBalance: 0,
      hostProvinceName: "thành phố Hồ Chí Minh", verificationCode: "7c2e-91ab-04ff", isOnline: true)
  }

  /// Names of more than 60 letters, the largest amounts, a collector.
  private static func lengthen(_ data: inout VoucherData) {
    data.holderName = "Công Tằng Tôn Nữ Thị Huyền Hoàng Ngọc Khánh Quỳnh Phương Nghiêng"
    data.agencyName = "Ngân hàng Nông nghiệp và Phát triển nông thôn Việt Nam, chi nhánh Thành phố Hồ Chí Minh"
    data.pointName = "Điểm giao dịch ngân hàng 003 phường Bến Thành, Hồ Chí Minh"
    if let day = CalendarDate(year: 2026, month: 12, day: 31) {
      data.collector = VoucherCollector(
        name: "Trương Nguyễn Hoàng Bảo Khánh Thùy Dương Nguyệt Nghi",
        authorityNumber: "15/CT-UBND phường Bến Thành, quyển số 03", validUntil: day)
    }
    data.isOnline = false
    data.remainingBalance = 999_999_999_999
    for index in data.lines.indices {
      data.lines[index].amount = 999_999_999_999
      data.lines[index].homeUnitName = "Ủy ban nhân dân xã Nghĩa Trung Đông Thượng"
      data.lines[index].homeProvinceName = "tỉnh Đồng Tháp"
    }
    data.totalAmount = 3_999_999_999_996
  }

  /// What a reader must find on each copy, word for word.
  func facts(_ language: Language) -> [String] {
    let data = data
    var facts = [
      "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY NHẬN TIỀN", "kiêm phiếu chi",
      data.agencyName.uppercased(), data.pointName, data.pointCode, "Thành phố Hồ Chí Minh",
      data.documentNumber, "05/11/2026 09:30:15", data.holderName, "********0123",
      VND.text(data.totalAmount), AmountInWords.receiptLine(data.totalAmount), "chi tiền mặt",
      VND.text(data.remainingBalance), "Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2026", "NGƯỜI NHẬN TIỀN",
      "ký tên hoặc điểm chỉ", "NGƯỜI CHI TIỀN", "ghi rõ họ và tên", "Điểm chỉ", data.verificationCode,
      "Vui lòng đếm tiền trước khi rời điểm chi trả.",
    ]
    if !data.terminalID.isEmpty { facts.append(data.terminalID) }
    facts += self == .byHand ? ["Danh sách ký nhận", "C72a-79-2026-11", "theo danh sách ký nhận"] : ["****4417"]
    for line in data.lines {
      facts += [
        line.programmeName.vi, line.funderName.vi, line.homeUnitName, VND.text(line.amount),
        String(line.period.dropFirst("tháng ".count)),
      ]
      if language == .english { facts += [line.programmeName.en, line.funderName.en] }
    }
    if let collector = data.collector {
      facts += ["Người lĩnh thay", collector.name, collector.authorityNumber, "31/12/2026"]
    }
    facts.append(data.isOnline ? "trực tuyến" : "ngoại tuyến, chờ đồng bộ")
    if !data.isOnline { facts.append("số tiền còn được lĩnh được cập nhật sau khi đồng bộ") }
    if self == .reprint {
      facts += ["BẢN IN LẠI LẦN 2", "Bản in lại lúc 06/11/2026 09:30:15, không phải là lần chi trả mới."]
    }
    if language == .english {
      facts += [
        "SOCIALIST REPUBLIC OF VIET NAM", "Independence - Freedom - Happiness", "RECEIPT FOR MONEY", "Beneficiary",
        "RECIPIENT", "PAYER", "Please count the money", "The Vietnamese text is the legal one.",
      ]
    }
    return facts
  }
}
