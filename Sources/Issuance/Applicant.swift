public import CardApplication
public import VietnamReference

/// Which card a person is to have.
public enum ApplicantProfile: String, CaseIterable, Sendable, Codable {
  /// A grown-up's own card.
  case adult
  /// A child's card, which a guardian looks after.
  case child
  /// The card of somebody who collects for others.
  case collector
}

/// A person the office is to make a card for.
public struct Applicant: Hashable, Sendable {
  /// Twelve digits.
  public var personalID: String
  /// Full name, NFC.
  public var name: String
  /// Name without diacritics, for the chip; given empty, it is made of the name when the person is taken in.
  public var asciiName: String
  /// Birth date in ISO form with its precision: `1952-05-17`, `1952-05`, `1952`.
  public var birthDate: String
  /// Two-digit code of the issuing province.
  public var province: String
  /// As recorded; `nil` when the list did not say.
  public var sex: Sex?
  /// Five-digit code of the commune of residence; empty when the list did not say.
  public var commune = ""
  /// Which card.
  public var profile = ApplicantProfile.adult
  /// Personal ID of a child's guardian; empty for others.
  public var guardianID = ""
  /// Ten digits, or empty.
  public var phone = ""
  /// Where the person lives; may be empty.
  public var address = ""
  /// Where the photo is kept: a file name or a number of the office's own; may be empty.
  public var photo = ""

  /// From what a payment list has, or more.
  public init(
    personalID: String, name: String, asciiName: String, birthDate: String, province: String, sex: Sex? = nil,
    commune: String = "", profile: ApplicantProfile = .adult, guardianID: String = ""
  ) {
    self.personalID = personalID
    self.name = name
    self.asciiName = asciiName
    self.birthDate = birthDate
    self.province = province
    self.sex = sex
    self.commune = commune
    self.profile = profile
    self.guardianID = guardianID
  }

  /// The holder file's content; `nil` when the name is empty or has over 128 octets, or the birth date is none.
  public var holder: Holder? {
    let parts = birthDate.split(separator: "-", omittingEmptySubsequences: false)
    let bounds: [ClosedRange<UInt32>] = [1...9_999, 1...12, 1...31]
    guard (1...128).contains(name.utf8.count), (1...bounds.count).contains(parts.count) else { return nil }
    var date: UInt32 = 0
    for (index, range) in bounds.enumerated() {
      date *= 100
      guard index < parts.count else { continue }
      guard parts[index].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt32(parts[index]),
        range.contains(value)
      else { return nil }
      date += value
    }
    return CardDate(yyyymmdd: date).map { Holder(name: name, asciiName: asciiName, birthDate: $0) }
  }
}
