/// Where money comes from (nguồn kinh phí). Nothing ever nets across funders (`ledger` §1).
public enum FunderKind: UInt8, CaseIterable, Sendable, Codable {
  /// Ngân sách trung ương.
  case centralBudget = 1
  /// Ngân sách địa phương; one instance per province, so that two provinces' budgets never meet.
  case localBudget = 2
  /// Quỹ hưu trí và tử tuất.
  case pensionSurvivorFund = 3
  /// Quỹ tai nạn lao động, bệnh nghề nghiệp.
  case workInjuryFund = 4
  /// Quỹ bảo hiểm thất nghiệp.
  case unemploymentFund = 5
  /// Quỹ bảo hiểm y tế.
  case healthFund = 6

  /// The code used in payment lists (column `nguon`) and reports.
  public var code: String {
    switch self {
    case .centralBudget: "NSTW"
    case .localBudget: "NSDP"
    case .pensionSurvivorFund: "QHTTT"
    case .workInjuryFund: "QTNLD"
    case .unemploymentFund: "QBHTN"
    case .healthFund: "QBHYT"
    }
  }

  /// The kind whose ``code`` is `code`; `nil` when there is none.
  public init?(code: String) {
    guard let kind = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = kind
  }
}

/// One purse of money: a kind and the owner it belongs to (`ledger` §1, "an instance {kind; owner unit}").
///
/// Text form `KIND@OWNER`: `QHTTT@VN` (a national fund or the central budget), `NSDP@19` (province 19's own budget).
public struct Funder: Hashable, Comparable, Sendable, Codable {
  /// What kind of money.
  public let kind: FunderKind
  /// `VN` for national money, else the two-digit province code.
  public let owner: String

  /// The funder instance for `kind` as seen from province `provinceCode` (two digits).
  public init(kind: FunderKind, provinceCode: String) {
    self.kind = kind
    self.owner = kind == .localBudget ? provinceCode : "VN"
  }

  /// Reads the text form; `nil` when it is not one.
  public init?(text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, let kind = FunderKind(code: String(parts[0])) else { return nil }
    self.kind = kind
    self.owner = String(parts[1])
  }

  /// `KIND@OWNER`.
  public var text: String { "\(kind.code)@\(owner)" }

  /// By text form, so that reports have one order.
  public static func < (left: Funder, right: Funder) -> Bool { left.text < right.text }
}
