/// A data group of the eID application: one transparent file each (TR-03110-4 §2.2.3, table 3).
///
/// The raw value is the group's number. DG16 is reserved by the guideline and has no content.
public enum EIDDataGroup: UInt8, Sendable, CaseIterable, Codable {
  /// DG1: what kind of document this is.
  case documentType = 1
  /// DG2: issuing state, region and municipality.
  case issuingEntity
  /// DG3: last day of validity.
  case dateOfExpiry
  /// DG4: given names; in Vietnam chữ đệm và tên.
  case givenNames
  /// DG5: family names; in Vietnam họ.
  case familyNames
  /// DG6: religious or artistic name.
  case nomDePlume
  /// DG7: academic title.
  case academicTitle
  /// DG8: date of birth, as far as it is known.
  case dateOfBirth
  /// DG9: place of birth.
  case placeOfBirth
  /// DG10: nationality.
  case nationality
  /// DG11: sex.
  case sex
  /// DG12: data under object identifiers.
  case optionalData
  /// DG13: birth name.
  case birthName
  /// DG14: image of the written signature.
  case writtenSignature
  /// DG15: day of issuance.
  case dateOfIssuance
  /// DG16: reserved for future use.
  case reserved
  /// DG17: normal place of residence, or several.
  case placeOfResidence
  /// DG18: code of the municipality of residence.
  case municipalityID
  /// DG19: residence permit, part I.
  case residencePermitI
  /// DG20: residence permit, part II.
  case residencePermitII
  /// DG21: telephone number.
  case phoneNumber
  /// DG22: e-mail address.
  case emailAddress

  /// Most octets of a data group's file on this card.
  public static let maximumFileLength = 1_024

  /// `DG1`…`DG22`.
  public var name: String { "DG\(rawValue)" }

  /// Short EF identifier, 01…16 hexadecimal.
  public var shortIdentifier: UInt8 { rawValue }

  /// File identifier, 0101…0116 hexadecimal.
  public var fileIdentifier: UInt16 { 0x0100 | UInt16(rawValue) }

  /// The bit that lets an authentication terminal read the group, in the five octets of its CHAT as one big-endian
  /// number: bit 8 for DG1 … bit 29 for DG22 (TR-03110-4 §2.2.3.2, table 4).
  public var readRight: UInt64 { 1 << (UInt64(rawValue) + 7) }

  /// The bit that lets an authentication terminal write the group: bit 37 for DG17 … bit 32 for DG22, the other way
  /// round than reading; `nil` for the groups that personalisation alone writes (TR-03110-4 §2.2.3.2, table 4).
  public var writeRight: UInt64? { rawValue >= Self.placeOfResidence.rawValue ? 1 << (54 - UInt64(rawValue)) : nil }
}
