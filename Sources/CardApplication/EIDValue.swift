public import ISO7816

/// What a data group holds (TR-03110-4 §2.2.3.1). Texts are kept in NFC; dates as ``CardDate`` has them.
public enum EIDValue: Hashable, Sendable {
  /// Two capital letters or blanks.
  case documentType(String)
  /// Who issued the document.
  case issuingEntity(EIDIssuingEntity)
  /// Last day of validity.
  case dateOfExpiry(CardDate)
  /// Given names; in Vietnam chữ đệm và tên.
  case givenNames(String)
  /// Family names; in Vietnam họ.
  case familyNames(String)
  /// Religious or artistic name.
  case nomDePlume(String)
  /// Academic title.
  case academicTitle(String)
  /// Date of birth; day, or day and month, may be 00 where they are not known.
  case dateOfBirth(CardDate)
  /// Place of birth.
  case placeOfBirth(EIDGeneralPlace)
  /// ICAO country code of one or three capital letters, `VNM`.
  case nationality(String)
  /// Sex.
  case sex(EIDSex)
  /// Data under object identifiers; a set, read back in the order of the encodings.
  case optionalData([EIDOptionalData])
  /// Birth name.
  case birthName(String)
  /// JPEG 2000 image of the written signature.
  case writtenSignature([UInt8])
  /// Day of issuance.
  case dateOfIssuance(CardDate)
  /// Normal place of residence, or several.
  case placeOfResidence(EIDResidence)
  /// Code of the municipality of residence.
  case municipalityID(EIDMunicipalityID)
  /// Residence permit, part I.
  case residencePermitI(EIDText)
  /// Residence permit, part II.
  case residencePermitII(EIDText)
  /// Telephone URI of a global number, `tel:+84…`.
  case phoneNumber(String)
  /// E-mail address in visible ASCII characters.
  case emailAddress(String)

  /// The group that holds such a value.
  public var dataGroup: EIDDataGroup {
    switch self {
    case .documentType: .documentType
    case .issuingEntity: .issuingEntity
    case .dateOfExpiry: .dateOfExpiry
    case .givenNames: .givenNames
    case .familyNames: .familyNames
    case .nomDePlume: .nomDePlume
    case .academicTitle: .academicTitle
    case .dateOfBirth: .dateOfBirth
    case .placeOfBirth: .placeOfBirth
    case .nationality: .nationality
    case .sex: .sex
    case .optionalData: .optionalData
    case .birthName: .birthName
    case .writtenSignature: .writtenSignature
    case .dateOfIssuance: .dateOfIssuance
    case .placeOfResidence: .placeOfResidence
    case .municipalityID: .municipalityID
    case .residencePermitI: .residencePermitI
    case .residencePermitII: .residencePermitII
    case .phoneNumber: .phoneNumber
    case .emailAddress: .emailAddress
    }
  }

  /// The file's content: the group's application tag around the DER of the value.
  ///
  /// - Throws: ``LayoutError/value(_:)`` with the tag of a string, date or identifier that may not be so,
  ///   ``LayoutError/length(_:_:)`` with the group's tag for more than 1,024 octets.
  public func encode() throws(LayoutError) -> [UInt8] {
    let file = BERTLV(dataGroup.tag, [try content()]).bytes
    guard file.count <= EIDDataGroup.maximumFileLength else { throw .length(dataGroup.tag, file.count) }
    return file
  }

  private func content() throws(LayoutError) -> BERTLV {
    switch self {
    case .documentType(let text): return try EIDString.documentType.encode(text)
    case .givenNames(let text), .familyNames(let text), .nomDePlume(let text), .academicTitle(let text),
      .birthName(let text):
      return try EIDString.text.encode(text)
    case .nationality(let country): return try EIDString.country.encode(country)
    case .phoneNumber(let uri): return try EIDString.telephone.encode(uri)
    case .emailAddress(let address): return try EIDString.mail.encode(address)
    case .sex(let sex): return BERTLV(EIDSex.tag, [sex.rawValue])
    case .dateOfExpiry(let date), .dateOfIssuance(let date): return try EIDDate.encode(date, isPartial: false)
    case .dateOfBirth(let date): return try EIDDate.encode(date, isPartial: true)
    case .issuingEntity(let entity): return try entity.encode()
    case .placeOfBirth(let place): return try place.encode()
    case .placeOfResidence(let residence): return try residence.encode()
    case .writtenSignature(let octets): return BERTLV(EIDText.octetString, octets)
    case .municipalityID(let code): return BERTLV(EIDText.octetString, code.octets)
    case .residencePermitI(let text), .residencePermitII(let text): return try text.encode()
    case .optionalData(let items):
      var objects: [BERTLV] = []
      for item in items { objects.append(try item.encode()) }
      return EIDSet.encode(objects)
    }
  }
}

extension EIDDataGroup {
  /// Tag of the file's one object, constructed class APPLICATION: 61 for DG1 … 76 for DG22 (hexadecimal).
  public var tag: BERTag { BERTag(rawValue: 0x60 | UInt32(rawValue)) }

  /// Reads the group's file, which must be in the one form that ``EIDValue/encode()`` writes.
  ///
  /// - Throws: ``LayoutError``, also for the reserved group, whose content nobody knows.
  public func decode(_ octets: [UInt8]) throws(LayoutError) -> EIDValue {
    guard octets.count <= Self.maximumFileLength else { throw .length(tag, octets.count) }
    var reader = LayoutReader(octets)
    let content = try reader.next(tag, 0...Self.maximumFileLength)
    try reader.finish()
    let object: BERTLV
    do { object = try BERTLV(parsing: content, shortestLengths: true) } catch { throw .encoding(error) }
    return switch self {
    case .documentType: .documentType(try EIDString.documentType.read(all: content))
    case .issuingEntity: .issuingEntity(try EIDIssuingEntity(object))
    case .dateOfExpiry: .dateOfExpiry(try EIDDate.read(all: content, isPartial: false))
    case .givenNames: .givenNames(try EIDString.text.read(all: content))
    case .familyNames: .familyNames(try EIDString.text.read(all: content))
    case .nomDePlume: .nomDePlume(try EIDString.text.read(all: content))
    case .academicTitle: .academicTitle(try EIDString.text.read(all: content))
    case .dateOfBirth: .dateOfBirth(try EIDDate.read(all: content, isPartial: true))
    case .placeOfBirth: .placeOfBirth(try EIDGeneralPlace(object))
    case .nationality: .nationality(try EIDString.country.read(all: content))
    case .sex: .sex(try EIDSex(object))
    case .optionalData: .optionalData(try EIDOptionalData.members(of: object))
    case .birthName: .birthName(try EIDString.text.read(all: content))
    case .writtenSignature: .writtenSignature(try EIDText.octets(of: object))
    case .dateOfIssuance: .dateOfIssuance(try EIDDate.read(all: content, isPartial: false))
    case .reserved: throw .value(tag)
    case .placeOfResidence: .placeOfResidence(try EIDResidence(object))
    case .municipalityID: .municipalityID(EIDMunicipalityID(octets: try EIDText.octets(of: object)))
    case .residencePermitI: .residencePermitI(try EIDText(object))
    case .residencePermitII: .residencePermitII(try EIDText(object))
    case .phoneNumber: .phoneNumber(try EIDString.telephone.read(all: content))
    case .emailAddress: .emailAddress(try EIDString.mail.read(all: content))
    }
  }
}

/// Content of DG11: one letter (TR-03110-4 §2.2.3.1, `ICAOSex`).
public enum EIDSex: UInt8, Sendable, CaseIterable {
  /// M: nam.
  case male = 0x4D
  /// F: nữ.
  case female = 0x46
  /// A blank: neither is stated.
  case unspecified = 0x20

  static let tag: BERTag = 0x13

  /// Reads the string that `object` is.
  init(_ object: BERTLV) throws(LayoutError) {
    guard object.tag == Self.tag else { throw .expected(Self.tag) }
    guard object.value.count == 1 else { throw .length(Self.tag, object.value.count) }
    guard let sex = Self(rawValue: object.value[0]) else { throw .value(Self.tag) }
    self = sex
  }
}

/// Content of DG19 and DG20 (TR-03110-4 §2.2.3.1, `Text`).
///
/// Layout: `A1 { 0C text }` or `A2 { 04 octets }`.
public enum EIDText: Hashable, Sendable {
  /// As it is.
  case plain(String)
  /// A text that DEFLATE has made shorter; kept as it is.
  case compressed([UInt8])

  static let octetString: BERTag = 0x04

  /// The DER of the choice.
  func encode() throws(LayoutError) -> BERTLV {
    switch self {
    case .plain(let text): BERTLV(0xA1, [try EIDString.text.encode(text)])
    case .compressed(let octets): BERTLV(0xA2, [BERTLV(Self.octetString, octets)])
    }
  }

  /// Reads the choice that `object` is.
  init(_ object: BERTLV) throws(LayoutError) {
    switch object.tag {
    case 0xA1: self = .plain(try EIDString.text.read(all: object.value))
    case 0xA2:
      var reader = LayoutReader(object.value)
      self = .compressed(try reader.next(Self.octetString, 0...EIDDataGroup.maximumFileLength))
      try reader.finish()
    default: throw .expected(0xA1)
    }
  }

  /// The octets of the OCTET STRING that `object` is.
  static func octets(of object: BERTLV) throws(LayoutError) -> [UInt8] {
    guard object.tag == octetString else { throw .expected(octetString) }
    return object.value
  }
}

/// One member of DG12 (TR-03110-4 §2.2.3.1, `OptionalData`).
///
/// Layout: `30 { 06 type [any data object] }`.
public struct EIDOptionalData: Hashable, Sendable {
  private static let identifier: BERTag = 0x06

  /// What the data is: the value octets of an object identifier.
  public var type: [UInt8]
  /// The data: one DER data object with its tag and length; `nil` when the type alone says it.
  public var data: [UInt8]?

  /// From its fields.
  public init(type: [UInt8], data: [UInt8]?) {
    self.type = type
    self.data = data
  }

  /// The DER of the sequence.
  func encode() throws(LayoutError) -> BERTLV {
    guard Self.isIdentifier(type) else { throw .value(Self.identifier) }
    let octets = BERTLV(Self.identifier, type).bytes + (data ?? [])
    try Self.check(data)
    return BERTLV(0x30, octets)
  }

  /// Reads the set that `object` is.
  static func members(of object: BERTLV) throws(LayoutError) -> [EIDOptionalData] {
    guard object.tag == EIDSet.tag else { throw .expected(EIDSet.tag) }
    var items: [EIDOptionalData] = []
    for member in try EIDSet.members(of: object) {
      guard member.tag == 0x30 else { throw .expected(0x30) }
      var reader = LayoutReader(member.value)
      let type = try reader.next(identifier, 0...EIDDataGroup.maximumFileLength)
      let rest = Array(member.value.dropFirst(BERTLV(identifier, type).bytes.count))
      let item = EIDOptionalData(type: type, data: rest.isEmpty ? nil : rest)
      _ = try item.encode()
      items.append(item)
    }
    return items
  }

  /// Nothing, or one data object; what is in it is its type's business.
  private static func check(_ data: [UInt8]?) throws(LayoutError) {
    guard let data else { return }
    do { _ = try BERTLV(parsing: data, shortestLengths: true) } catch { throw .encoding(error) }
  }

  /// Whether the octets are subidentifiers in shortest form to the end (ISO/IEC 8825-1 §8.19.2).
  private static func isIdentifier(_ octets: [UInt8]) -> Bool {
    var isStart = true
    for octet in octets {
      guard !(isStart && octet == 0x80) else { return false }
      isStart = octet < 0x80
    }
    return !octets.isEmpty && isStart
  }
}
