public import ServiceAPI
public import VietnamReference

/// Which sheet of a voucher is printed.
public enum VoucherCopy: String, CaseIterable, Sendable, Codable {
  /// Liên 1.
  case copy1
  /// Liên 2.
  case copy2
  /// In lại: printed again later, no new payout.
  case reprint
}

/// How the money reached the recipient.
public enum VoucherChannel: String, CaseIterable, Sendable, Codable {
  /// Chi tiền mặt.
  case cash
  /// Chi tiền mặt theo danh sách ký nhận, không dùng thẻ.
  case byHand
}

/// Who collected for the beneficiary (người lĩnh thay, người giám hộ, chủ hộ), and by what authority.
public struct VoucherCollector: Hashable, Sendable, Codable {
  /// In what right; `nil` is a collector's.
  public var kind: RepresentativeName?
  /// Full name.
  public var name: String
  /// Number of the written authority (giấy ủy quyền).
  public var authorityNumber: String
  /// Last day of the authority.
  public var validUntil: CalendarDate

  /// From its fields.
  public init(
    kind: RepresentativeName? = nil, name: String, authorityNumber: String, validUntil: CalendarDate
  ) {
    self.kind = kind
    self.name = name
    self.authorityNumber = authorityNumber
    self.validUntil = validUntil
  }

  /// As the centre names them; `nil` for a last day that is none.
  public init?(_ paper: CollectorPaper) {
    let day = Int(paper.until)
    guard let until = CalendarDate(year: day / 10_000, month: day / 100 % 100, day: day % 100) else { return nil }
    self.init(
      kind: paper.kind == .collector ? nil : paper.kind, name: paper.name, authorityNumber: paper.paper,
      validUntil: until)
  }
}

/// One benefit paid: programme, month, amount and who bears it.
public struct VoucherLine: Hashable, Sendable, Codable {
  /// Name of the programme.
  public var programmeName: BilingualText
  /// Benefit month as it is printed, `tháng 11/2026`.
  public var period: String
  /// Paid on this line, in đồng.
  public var amount: Int64
  /// Fund or budget that bears it.
  public var funderName: BilingualText
  /// The office that owns the entitlement.
  public var homeUnitName: String
  /// That office's province, as ``VoucherData/hostProvinceName`` writes provinces.
  public var homeProvinceName: String

  /// From its fields.
  public init(
    programmeName: BilingualText, period: String, amount: Int64, funderName: BilingualText, homeUnitName: String,
    homeProvinceName: String
  ) {
    self.programmeName = programmeName
    self.period = period
    self.amount = amount
    self.funderName = funderName
    self.homeUnitName = homeUnitName
    self.homeProvinceName = homeProvinceName
  }
}

/// What stands on a payout's voucher (giấy nhận tiền / phiếu chi; `formatting`, receipt content).
///
/// Holds masked numbers only: a voucher never shows a full personal ID or card number.
public struct VoucherData: Hashable, Sendable, Codable {
  /// The paying agency.
  public var agencyName: String
  /// Code of the payout point.
  public var pointCode: String
  /// Name of the payout point.
  public var pointName: String
  /// Short name of the terminal; empty for a payout by hand.
  public var terminalID: String
  /// Number of this document.
  public var documentNumber: String
  /// When the payout was made, Unix seconds; printed in Vietnam's time.
  public var time: Int64
  /// Which sheet this is.
  public var copy: VoucherCopy
  /// The cardholder's full name.
  public var holderName: String
  /// The holder's personal ID as `Mask.tail` hides it: `********0123`.
  public var maskedPersonalID: String
  /// The last four digits of the card number; of a longer text only the last four characters are printed. Empty for a
  /// payout by hand.
  public var cardLastFour: String
  /// What was paid.
  public var lines: [VoucherLine]
  /// Sum of the lines, in đồng: printed in figures and in words.
  public var totalAmount: Int64
  /// How it was paid.
  public var channel: VoucherChannel
  /// Who collected on behalf of the holder; `nil` when the holder came.
  public var collector: VoucherCollector?
  /// What the holder can still collect after this payout, in đồng.
  public var remainingBalance: Int64
  /// Province of the payout point, with its kind: `thành phố Hồ Chí Minh`.
  public var hostProvinceName: String
  /// Code with which the voucher can be checked at the centre.
  public var verificationCode: String
  /// Whether the centre had confirmed the payout when the voucher was made.
  public var isOnline: Bool
  /// When this sheet was printed again, Unix seconds; `nil` for the first print.
  public var reprintTime: Int64?
  /// The how manieth time that was, from 1; `nil` for the first print.
  public var reprintNumber: Int?
  /// The signed list that a payout by hand stands on; `nil` for a card's.
  public var list: String?

  /// From its fields.
  public init(
    agencyName: String, pointCode: String, pointName: String, terminalID: String, documentNumber: String, time: Int64,
    copy: VoucherCopy, holderName: String, maskedPersonalID: String, cardLastFour: String, lines: [VoucherLine],
    totalAmount: Int64, channel: VoucherChannel = .cash, collector: VoucherCollector? = nil, remainingBalance: Int64,
    hostProvinceName: String, verificationCode: String, isOnline: Bool, reprintTime: Int64? = nil,
    reprintNumber: Int? = nil, list: String? = nil
  ) {
    self.reprintNumber = reprintNumber
    self.list = list
    self.agencyName = agencyName
    self.pointCode = pointCode
    self.pointName = pointName
    self.terminalID = terminalID
    self.documentNumber = documentNumber
    self.time = time
    self.copy = copy
    self.holderName = holderName
    self.maskedPersonalID = maskedPersonalID
    self.cardLastFour = cardLastFour
    self.lines = lines
    self.totalAmount = totalAmount
    self.channel = channel
    self.collector = collector
    self.remainingBalance = remainingBalance
    self.hostProvinceName = hostProvinceName
    self.verificationCode = verificationCode
    self.isOnline = isOnline
    self.reprintTime = reprintTime
  }

  /// What the voucher's QR code says, so that a program can look the payout up and compare: `ANSINH:GNT:1`, document
  /// number, verification code, total in đồng, Vietnam's time as `yyyyMMddHHmmss`, parted by colons.
  ///
  /// Nothing of the person is in it. Only letters that QR codes hold densely (ISO/IEC 18004 §7.4.4): capitals for
  /// small letters, everything else as `%` and two hexadecimal digits an octet.
  public var verificationText: String {
    let digits = VoucherWording.sortableTime(time)
    return ["ANSINH", "GNT", "1", documentNumber, verificationCode, String(totalAmount), digits].map { part in
      part.uppercased().utf8.map { octet in
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
          UInt8(ascii: "."):
          String(UnicodeScalar(octet))
        default: "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
        }
      }.joined()
    }.joined(separator: ":")
  }
}
