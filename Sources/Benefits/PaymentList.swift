public import Ledger
public import VietnamReference

/// A column of a payment list, in the order of the header.
public enum PaymentColumn: String, CaseIterable, Sendable {
  /// Số định danh cá nhân.
  case personalID = "so_dinh_danh"
  /// Họ và tên.
  case name = "ho_ten"
  /// Ngày sinh.
  case birthDate = "ngay_sinh"
  /// Mã chương trình.
  case programme = "chuong_trinh"
  /// Tháng hưởng.
  case period = "ky"
  /// Số tiền, đồng.
  case amount = "so_tien"
  /// Mã nguồn kinh phí.
  case funder = "nguon"
  /// Đơn vị.
  case unit = "don_vi"
  /// Mã tỉnh.
  case province = "tinh"
  /// Mã điểm chi trả.
  case point = "diem_chi"
  /// Tháng được truy lĩnh; a file may lack the column.
  case arrears = "truy_linh"
  /// Số định danh của người chết, of funeral grants; a file may lack the column.
  case deceased = "nguoi_chet"

  /// Whether every list has it; the others follow those, in their order.
  var isRequired: Bool { self != .arrears && self != .deceased }

  /// Those that every list has.
  static let required = allCases.filter(\.isRequired)
}

/// One accepted line of a payment list: what one person is owed for one month of one programme.
public struct PaymentRow: Hashable, Sendable {
  /// The line in the file, from 1 (the header's).
  public let rowNumber: Int
  /// Who is paid.
  public let personalID: PersonalID
  /// The name in the list.
  public let name: PersonName
  /// Birth date, as precise as the list has it; 1900 or later, not in the future.
  public let birthDate: PartialDate
  /// Code of a programme of ``ProgrammeCatalogue``, in force in ``period``.
  public let programmeCode: String
  /// The month it is owed for.
  public let period: Period
  /// The list's month: ``period`` but for arrears.
  public let listed: Period
  /// Of arrears (truy lĩnh): the how-manieth payment of arrears for ``period``, from 1. `nil` for what is no arrears.
  public let arrearsRound: Int?
  /// Of a funeral grant: whose funeral it is. `nil` for what is no funeral grant.
  public let deceased: PersonalID?
  /// Đồng, 1…``PaymentList/maximumAmount``.
  public let amount: Int64
  /// Whose money: one of the programme's kinds, as seen from the province.
  public let funder: Funder
  /// Whose book; of the same province.
  public let unit: AccountingUnit
  /// Two digits, a province on the day of import.
  public let provinceCode: String
  /// Payout point, `BD-19-001`; of the same province.
  public let pointCode: String
}

/// Why a list was refused: every problem found, by line, then by column.
public struct PaymentListRefusal: Error, Sendable {
  /// At least one.
  public let problems: [RowProblem]
  /// What should be checked besides.
  public let warnings: [RowProblem]
}

/// A payment list (danh sách chi trả), accepted whole or not at all.
///
/// CSV (RFC 4180), UTF-8, header exactly
/// `so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi`, or that with `,truy_linh` or
/// `,nguoi_chet` or both after it, every record ended by a line end. A row with a month in `truy_linh` is owed for that
/// month, which is not after `ky`: `2026-08`, and `2026-08/2` when arrears were paid for the month before. A funeral
/// grant has the personal ID of the dead person in `nguoi_chet`. The file has no trailer, so a list cut exactly between
/// two records is a shorter list: compare ``rows`` and ``total`` with the covering decision.
public struct PaymentList: Sendable {
  /// The greatest amount of one row, in đồng.
  public static let maximumAmount: Int64 = 1_000_000_000_000
  /// The most rows of one list; with ``maximumAmount`` the total stays below 2^63.
  public static let maximumRows = 5_000_000

  /// What the reader may take.
  public struct Options: Sendable {
    /// The day of import: provinces are resolved on it and births lie before it.
    public var today: CalendarDate
    /// Takes personal IDs with unassigned province codes, which no citizen has.
    public var allowsSampleData: Bool
    /// Takes personal IDs with country codes (births registered abroad), with a warning.
    public var allowsCountryCodes: Bool

    /// The programmes that rows may name.
    public var catalogue: ProgrammeCatalogue

    /// Takes some rows of a benefit that several funders share without the others, to look at a row by itself.
    public var takesParts = false

    /// Options for a day; sample data is refused and country codes are taken unless told otherwise.
    public init(
      today: CalendarDate, allowsSampleData: Bool = false, allowsCountryCodes: Bool = true,
      catalogue: ProgrammeCatalogue = .embedded
    ) {
      self.today = today
      self.allowsSampleData = allowsSampleData
      self.allowsCountryCodes = allowsCountryCodes
      self.catalogue = catalogue
    }
  }

  /// The rows in file order, at least one.
  public let rows: [PaymentRow]
  /// What should be checked, for example a birth year that differs from the personal ID's; refuses nothing.
  public let warnings: [RowProblem]
  /// The sum of all amounts, in đồng.
  public let total: Int64

  /// Reads a list held in memory.
  public static func parse(_ bytes: [UInt8], options: Options) -> Result<PaymentList, PaymentListRefusal> {
    parse(chunks: CollectionOfOne(bytes), options: options)
  }

  /// Reads a list that arrives in chunks of any size.
  ///
  /// Fails with every problem of every line; a bad header stops the reading, for then no column can be trusted.
  public static func parse(
    chunks: some Sequence<[UInt8]>, options: Options
  ) -> Result<PaymentList, PaymentListRefusal> {
    var reader = CSVReader(requiresFinalLineEnd: true)
    var collector = PaymentListCollector(options: options)
    for chunk in chunks {
      reader.read(chunk[...]) { collector.accept($0) }
    }
    reader.finish { collector.accept($0) }
    return collector.result()
  }
}
