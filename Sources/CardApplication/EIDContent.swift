/// The eID application's data of one person, from which personalisation writes the files (TR-03110-4 §2.2.3).
///
/// The card's number is not in it: the guideline has no group for one, and EF.CardInfo of the payout application does.
public struct EIDContent: Hashable, Sendable {
  /// Two capital letters: thẻ an sinh is `AS`.
  public var documentType = "AS"
  /// Who issues the card.
  public var issuingEntity = EIDIssuingEntity.state(EIDPlace.vietnam)
  /// First day of validity.
  public var dateOfIssuance: CardDate
  /// Last day of validity.
  public var dateOfExpiry: CardDate
  /// Họ; empty for a person of one name.
  public var familyNames: String
  /// Chữ đệm và tên; the only name of a person of one.
  public var givenNames: String
  /// Date of birth; day, or day and month, may be 00 where they are not known.
  public var dateOfBirth: CardDate
  /// Place of birth.
  public var placeOfBirth: EIDGeneralPlace?
  /// ICAO country code.
  public var nationality = EIDPlace.vietnam
  /// Sex.
  public var sex: EIDSex
  /// Birth name, where it is another.
  public var birthName: String?
  /// Where the person lives.
  public var residence: EIDResidence?
  /// Code of the municipality of residence.
  public var municipalityID: EIDMunicipalityID?
  /// Telephone URI, see ``telephoneURI(national:)``.
  public var phoneNumber: String?
  /// E-mail address.
  public var emailAddress: String?
  /// Data under object identifiers; none, and there is no DG12.
  public var optionalData: [EIDOptionalData] = []

  /// From what every person has; the other fields are set afterwards.
  public init(
    familyNames: String, givenNames: String, sex: EIDSex, dateOfBirth: CardDate, dateOfIssuance: CardDate,
    dateOfExpiry: CardDate
  ) {
    self.familyNames = familyNames
    self.givenNames = givenNames
    self.sex = sex
    self.dateOfBirth = dateOfBirth
    self.dateOfIssuance = dateOfIssuance
    self.dateOfExpiry = dateOfExpiry
  }

  /// The values by group; a field that is `nil` has no group.
  public var values: [EIDValue] {
    var values: [EIDValue] = [
      .documentType(documentType), .issuingEntity(issuingEntity), .dateOfExpiry(dateOfExpiry),
      .givenNames(givenNames), .familyNames(familyNames), .dateOfBirth(dateOfBirth),
    ]
    if let placeOfBirth { values.append(.placeOfBirth(placeOfBirth)) }
    values += [.nationality(nationality), .sex(sex)]
    if !optionalData.isEmpty { values.append(.optionalData(optionalData)) }
    if let birthName { values.append(.birthName(birthName)) }
    values.append(.dateOfIssuance(dateOfIssuance))
    if let residence { values.append(.placeOfResidence(residence)) }
    if let municipalityID { values.append(.municipalityID(municipalityID)) }
    if let phoneNumber { values.append(.phoneNumber(phoneNumber)) }
    if let emailAddress { values.append(.emailAddress(emailAddress)) }
    return values
  }

  /// The files' contents by group, each at most 1,024 octets.
  ///
  /// - Throws: what ``EIDValue/encode()`` throws; ``LayoutError/value(_:)`` with the group's tag when both names are
  ///   empty (65) or the card ends before its first day (63).
  public var dataGroups: [EIDDataGroup: [UInt8]] {
    get throws(LayoutError) {
      guard !(familyNames.isEmpty && givenNames.isEmpty) else { throw .value(EIDDataGroup.familyNames.tag) }
      guard dateOfIssuance <= dateOfExpiry else { throw .value(EIDDataGroup.dateOfExpiry.tag) }
      var files: [EIDDataGroup: [UInt8]] = [:]
      for value in values { files[value.dataGroup] = try value.encode() }
      return files
    }
  }

  /// `tel:+84…` for a number as it is dialled in Viet Nam: 0 and nine or ten digits; `nil` for anything else.
  public static func telephoneURI(national digits: String) -> String? {
    guard (10...11).contains(digits.utf8.count), digits.utf8.first == 0x30,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return "tel:+84" + digits.dropFirst()
  }
}
