public import VietnamReference

/// A column of a list of people who are to have a card.
public enum ApplicantColumn: String, CaseIterable, Sendable {
  /// Số định danh cá nhân.
  case personalID = "so_dinh_danh"
  /// Họ và tên.
  case name = "ho_ten"
  /// Ngày sinh.
  case birthDate = "ngay_sinh"
  /// Giới tính.
  case sex = "gioi_tinh"
  /// Mã tỉnh.
  case province = "tinh"
  /// Mã xã.
  case commune = "xa"
  /// Loại thẻ.
  case profile = "loai_the"
  /// Số định danh của người giám hộ.
  case guardian = "nguoi_giam_ho"
  /// Số điện thoại.
  case phone = "dien_thoai"
  /// Địa chỉ.
  case address = "dia_chi"
  /// Tên tệp hoặc mã ảnh.
  case photo = "anh"

  /// Whether every list must have it.
  public var isRequired: Bool {
    switch self {
    case .personalID, .name, .birthDate, .sex, .province, .commune: true
    case .profile, .guardian, .phone, .address, .photo: false
    }
  }

  /// Place among all columns.
  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Text of this column as it may be shown: IDs, names and ways to reach a person are masked.
  func shown(_ text: String) -> String {
    switch self {
    case .personalID, .guardian, .phone: Mask.tail(text)
    case .name: Mask.name(text)
    case .address: ""
    default: Mask.printable(text)
    }
  }
}

/// Which card a list asks for.
public enum ApplicantKind: String, CaseIterable, Sendable {
  /// A grown-up's own.
  case adult
  /// A child's, with a guardian.
  case child
  /// Of somebody who collects for others.
  case collector
}

/// One accepted line of a list of people who are to have a card.
public struct ApplicantRow: Hashable, Sendable {
  /// The line in the file, from 1.
  public let line: Int
  /// Whose card.
  public let personalID: PersonalID
  /// The name in the list.
  public let name: PersonName
  /// Birth date, as precise as the list has it; 1900 or later, not in the future.
  public let birthDate: PartialDate
  /// Sex in the list.
  public let sex: Sex
  /// Two digits, a province on the day of import.
  public let provinceCode: String
  /// Five digits.
  public let communeCode: String
  /// Which card.
  public let kind: ApplicantKind
  /// A child's guardian; may be there for others.
  public let guardianID: PersonalID?
  /// Ten digits beginning with 0, or empty.
  public let phone: String
  /// At most 256 bytes of UTF-8; may be empty.
  public let address: String
  /// File name or number of the photo, at most 128 bytes; may be empty.
  public let photo: String
  /// What should be verified about the personal ID, beside birth date and sex; refuses nothing.
  public let findings: [IdentifierFinding]

  /// The cells in the order of ``ApplicantColumn``, as a list has them.
  public var cells: [String] {
    [
      personalID.digits, name.text, birthDate.precision == .year ? birthDate.iso : birthDate.slashed,
      sex == .male ? "nam" : "nữ", provinceCode, communeCode, kind.rawValue, guardianID?.digits ?? "", phone, address,
      photo,
    ]
  }
}

extension RejectedRow {
  /// A row that is good by itself, of another province than the office that takes people in.
  ///
  /// - Parameter province: the office's.
  public init(outside province: String, _ row: ApplicantRow) {
    self.init(
      line: row.line, cells: row.cells,
      problems: [
        RowProblem(
          code: .provinceScope, line: row.line, column: ApplicantColumn.province.rawValue, value: row.provinceCode,
          reason: BilingualText(
            vi: "người của tỉnh khác; cơ quan này chỉ nhận người của tỉnh \(province)",
            en: "a person of another province; this office takes those of province \(province) only"),
          remedy: BilingualText(
            vi: "chuyển dòng này cho cơ quan cấp thẻ của tỉnh đó", en: "hand the row to that province's office"))
      ])
  }
}
