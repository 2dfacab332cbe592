/// An accounting unit (đơn vị): the body whose book an entry belongs to (`ledger` §1).
///
/// Text form: `BHXH-19` provincial social insurance, `SNV-19` Sở Nội vụ, `SYT-19` Sở Y tế, `XA-19-05443` a commune
/// (two-digit province, five-digit commune code).
public struct AccountingUnit: Hashable, Comparable, Sendable, Codable {
  /// What kind of body.
  public enum Kind: String, CaseIterable, Sendable, Codable {
    /// Bảo hiểm xã hội tỉnh.
    case socialInsurance = "BHXH"
    /// Sở Nội vụ.
    case homeAffairs = "SNV"
    /// Sở Y tế.
    case health = "SYT"
    /// Ủy ban nhân dân cấp xã.
    case commune = "XA"
  }

  /// What kind of body.
  public let kind: Kind
  /// Two-digit province code; its name is resolved at a date.
  public let provinceCode: String
  /// Five-digit commune code, only for ``Kind/commune``.
  public let communeCode: String?

  /// Reads the text form; `nil` when it is not one.
  public init?(text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, let kind = Kind(rawValue: parts[0]), Self.isDigits(parts[1], count: 2) else { return nil }
    if kind == .commune {
      guard parts.count == 3, Self.isDigits(parts[2], count: 5) else { return nil }
      communeCode = parts[2]
    } else {
      guard parts.count == 2 else { return nil }
      communeCode = nil
    }
    self.kind = kind
    provinceCode = parts[1]
  }

  /// A provincial unit (not a commune).
  public init(provincial kind: Kind, provinceCode: String) {
    precondition(kind != .commune, "a commune unit needs its commune code")
    self.kind = kind
    self.provinceCode = provinceCode
    communeCode = nil
  }

  /// `KIND-PP` or `XA-PP-CCCCC`.
  public var text: String {
    communeCode.map { "\(kind.rawValue)-\(provinceCode)-\($0)" } ?? "\(kind.rawValue)-\(provinceCode)"
  }

  /// The unit that keeps the host's side when a payout of this unit's money is made in `provinceCode`: the same body
  /// there; for a commune the provincial health department, which answers for social protection since 2025.
  public func host(inProvince provinceCode: String) -> AccountingUnit {
    AccountingUnit(provincial: kind == .commune ? .health : kind, provinceCode: provinceCode)
  }

  /// By text form, so that reports have one order.
  public static func < (left: AccountingUnit, right: AccountingUnit) -> Bool { left.text < right.text }

  private static func isDigits(_ text: String, count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
