public import CardApplication
public import Printing
public import VietnamReference

/// A person on a hand-over list.
public struct HandoverRow: Sendable {
  /// The holder's name.
  public var name: PersonName
  /// As far as it is known.
  public var birthDate: PartialDate
  /// The personal ID as ``VietnamReference/Mask/tail(_:visible:)`` hides it: `********0123`; empty when there is none.
  public var maskedPersonalID: String
  /// The card's number; only its last four digits are printed.
  public var cardNumber: CardNumber
  /// Who collects the card for the holder; `nil` when the holder comes.
  public var collector: PersonName?

  /// From its fields.
  public init(
    name: PersonName, birthDate: PartialDate, maskedPersonalID: String, cardNumber: CardNumber,
    collector: PersonName? = nil
  ) {
    self.name = name
    self.birthDate = birthDate
    self.maskedPersonalID = maskedPersonalID
    self.cardNumber = cardNumber
    self.collector = collector
  }
}

/// The people of one commune.
public struct HandoverCommune: Sendable {
  /// Commune, ward or special zone with its kind: `Xã Đồng Hỷ`.
  public var name: String
  /// Its province with its kind: `tỉnh Thái Nguyên`.
  public var province: BilingualText
  /// In any order; printed in the order of Vietnamese lists.
  public var rows: [HandoverRow]

  /// From its fields.
  public init(name: String, province: BilingualText, rows: [HandoverRow]) {
    self.name = name
    self.province = province
    self.rows = rows
  }
}

/// The list by which cards are handed over (danh sách trao thẻ), laid out as Decree 30/2020/NĐ-CP has the state's
/// documents look: A4, each commune on pages of its own.
public struct HandoverList: Sendable {
  /// The office above the issuing one; `nil` for none.
  public var parentOffice: String?
  /// The issuing office.
  public var office: String
  /// Name of the lot of cards: `Đợt 03/2026`.
  public var lot: String
  /// Day of the list.
  public var date: CalendarDate
  /// The communes, in the order in which they are printed.
  public var communes: [HandoverCommune]

  /// From its fields.
  public init(
    parentOffice: String? = nil, office: String, lot: String, date: CalendarDate, communes: [HandoverCommune]
  ) {
    self.parentOffice = parentOffice
    self.office = office
    self.lot = lot
    self.date = date
    self.communes = communes
  }

  /// The list as a PDF; in English the English words stand below the Vietnamese ones.
  ///
  /// - Throws: ``PrintingError/unknownCharacters(count:)`` for a name that can't be printed whole;
  ///   ``PrintingError/higherThanPage(height:room:)``.
  public func pdf(
    _ typesetter: Typesetter, _ language: Language, label: String
  ) throws(PrintingError) -> PrintDocument {
    let sheets = try sheets(typesetter, language)
    let information = DocumentInformation(
      title: HandoverWords.title.vi, author: TextLayout.oneLine(office), subject: TextLayout.oneLine(lot),
      time: date.noon)
    return PrintDocument(.handover, .pdf, label: label, octets: try typesetter.pdfOctets(sheets, information))
  }

  /// The pages.
  public func sheets(_ typesetter: Typesetter, _ language: Language) throws(PrintingError) -> [Sheet] {
    var sheets: [Sheet] = []
    for commune in communes {
      sheets += try HandoverPages(list: self, commune: commune, language: language, typesetter: typesetter).sheets()
    }
    return sheets
  }
}

/// The words of a hand-over list.
enum HandoverWords {
  static let title = BilingualText(vi: "DANH SÁCH TRAO THẺ AN SINH", en: "List of social security cards to hand over")
  static let number = BilingualText(vi: "STT", en: "No.")
  static let name = BilingualText(vi: "Họ và tên", en: "Full name")
  static let birth = BilingualText(vi: "Ngày, tháng, năm sinh", en: "Date of birth")
  static let personalID = BilingualText(vi: "Số định danh cá nhân", en: "Personal ID")
  static let card = BilingualText(vi: "4 số cuối của thẻ", en: "Card’s last 4 digits")
  static let collector = BilingualText(vi: "Người nhận thay", en: "Collected by")
  static let signature = BilingualText(vi: "Ký nhận hoặc điểm chỉ", en: "Signature or fingerprint")
  static let total = BilingualText(vi: "Tổng số thẻ trong danh sách", en: "Cards on this list")
  static let handed = BilingualText(vi: "Số thẻ đã trao", en: "Handed over")
  static let left = BilingualText(vi: "Số thẻ chưa trao", en: "Not handed over")
  static let reason = BilingualText(vi: "Lý do", en: "Reason")
  static let lot = BilingualText(vi: "Đợt cấp thẻ", en: "Lot")
  static let check = BilingualText(
    vi: "Kiểm tra tên trên thẻ và mép dán của phiếu mã PIN trước khi ký. Người nhận thay ký tên mình.",
    en: "Check the name on the card and the seal of the PIN slip before signing. Who collects signs with the own name.")
  static let signers = [
    BilingualText(vi: "NGƯỜI LẬP DANH SÁCH", en: "Drawn up by"),
    BilingualText(vi: "NGƯỜI TRAO THẺ", en: "Handed over by"),
    BilingualText(vi: "ĐẠI DIỆN UBND CẤP XÃ", en: "For the commune People’s Committee"),
  ]
  static let signing = BilingualText(vi: "(Ký, ghi rõ họ và tên)", en: "(Signature and full name)")
}
