import ISO7816

/// A place by its parts (TR-03110-4 §2.2.3.1, `Place`).
///
/// Layout: `30 { [AA street] AB city [AC state] AD country [AE zip code] }`, each part a string in its own tag.
public struct EIDPlace: Hashable, Sendable {
  /// ICAO's code of Viet Nam, three letters; the guideline knows no codes of two.
  public static let vietnam = "VNM"

  /// House number and street, or village.
  public var street: String?
  /// Municipality; in Vietnam xã, phường, đặc khu.
  public var city: String
  /// State or region; in Vietnam tỉnh, thành phố.
  public var state: String?
  /// ICAO country code of one or three capital letters, `VNM`.
  public var country: String
  /// Postal code, of the characters of a PrintableString.
  public var zipCode: String?

  /// From its parts.
  public init(
    street: String? = nil, city: String, state: String? = nil, country: String = Self.vietnam,
    zipCode: String? = nil
  ) {
    self.street = street
    self.city = city
    self.state = state
    self.country = country
    self.zipCode = zipCode
  }

  /// The DER of the place.
  func encode() throws(LayoutError) -> BERTLV {
    var parts: [BERTLV] = []
    if let street { parts.append(BERTLV(0xAA, [try EIDString.text.encode(street)])) }
    parts.append(BERTLV(0xAB, [try EIDString.text.encode(city)]))
    if let state { parts.append(BERTLV(0xAC, [try EIDString.text.encode(state)])) }
    parts.append(BERTLV(0xAD, [try EIDString.country.encode(country)]))
    if let zipCode { parts.append(BERTLV(0xAE, [try EIDString.printable.encode(zipCode)])) }
    return BERTLV(0x30, parts)
  }

  /// Reads the value of the sequence.
  init(value: [UInt8]) throws(LayoutError) {
    let lengths = 0...EIDDataGroup.maximumFileLength
    var reader = LayoutReader(value)
    if let street = try reader.nextIfPresent(0xAA, lengths) { self.street = try EIDString.text.read(all: street) }
    city = try EIDString.text.read(all: try reader.next(0xAB, lengths))
    if let state = try reader.nextIfPresent(0xAC, lengths) { self.state = try EIDString.text.read(all: state) }
    country = try EIDString.country.read(all: try reader.next(0xAD, lengths))
    if let code = try reader.nextIfPresent(0xAE, lengths) { zipCode = try EIDString.printable.read(all: code) }
    try reader.finish()
  }
}

/// A place in one of three forms (TR-03110-4 §2.2.3.1, `GeneralPlace`).
///
/// Layout: `30 …` or `A1 { 0C text }` or `A2 { 0C text }`.
public enum EIDGeneralPlace: Hashable, Sendable {
  /// By its parts.
  case structured(EIDPlace)
  /// As it is written in the register.
  case freetext(String)
  /// There is no such place, and why.
  case noPlaceInfo(String)

  /// The DER of the place.
  func encode() throws(LayoutError) -> BERTLV {
    switch self {
    case .structured(let place): try place.encode()
    case .freetext(let text): BERTLV(0xA1, [try EIDString.text.encode(text)])
    case .noPlaceInfo(let text): BERTLV(0xA2, [try EIDString.text.encode(text)])
    }
  }

  /// Reads the choice that `object` is.
  init(_ object: BERTLV) throws(LayoutError) {
    switch object.tag {
    case 0x30: self = .structured(try EIDPlace(value: object.value))
    case 0xA1: self = .freetext(try EIDString.text.read(all: object.value))
    case 0xA2: self = .noPlaceInfo(try EIDString.text.read(all: object.value))
    default: throw .expected(0x30)
    }
  }
}

/// Content of DG17: one place of residence, or a set of them (TR-03110-4 §2.2.3.1, `PlaceOfResidence`).
public enum EIDResidence: Hashable, Sendable {
  /// The one place.
  case single(EIDGeneralPlace)
  /// Several: `31 { places }`. A set has no order of its own; it is read back in the order of the encodings.
  case multiple([EIDGeneralPlace])

  /// The DER of the choice.
  func encode() throws(LayoutError) -> BERTLV {
    switch self {
    case .single(let place): return try place.encode()
    case .multiple(let places):
      var objects: [BERTLV] = []
      for place in places { objects.append(try place.encode()) }
      return EIDSet.encode(objects)
    }
  }

  /// Reads the choice that `object` is.
  init(_ object: BERTLV) throws(LayoutError) {
    guard object.tag == EIDSet.tag else {
      self = .single(try EIDGeneralPlace(object))
      return
    }
    var places: [EIDGeneralPlace] = []
    for member in try EIDSet.members(of: object) { places.append(try EIDGeneralPlace(member)) }
    self = .multiple(places)
  }
}

/// Content of DG2: a state, or a place within one (TR-03110-4 §2.2.3.1, `IssuingEntity`).
public enum EIDIssuingEntity: Hashable, Sendable {
  /// ICAO country code of one or three capital letters, `VNM`.
  case state(String)
  /// Where in a state.
  case place(EIDPlace)

  /// The DER of the choice.
  func encode() throws(LayoutError) -> BERTLV {
    switch self {
    case .state(let country): try EIDString.country.encode(country)
    case .place(let place): try place.encode()
    }
  }

  /// Reads the choice that `object` is.
  init(_ object: BERTLV) throws(LayoutError) {
    switch object.tag {
    case 0x13: self = .state(try EIDString.country.read(all: object.bytes))
    case 0x30: self = .place(try EIDPlace(value: object.value))
    default: throw .expected(0x13)
    }
  }
}

/// Content of DG18: a code that names the municipality from left to right, so that its first octets alone name what
/// the municipality lies in (TR-03110-4 §2.2.3.1, `MunicipalityID`; TR-03127 §3.2.2, DG18).
///
/// Layout of a Vietnamese one, all BCD: `0704`, the country's number in ISO 3166-1; province(1); commune(3).
public struct EIDMunicipalityID: Hashable, Sendable {
  private static let vietnam: [UInt8] = [0x07, 0x04]

  /// The code; empty where there is no residence.
  public var octets: [UInt8]

  /// From the code's octets.
  public init(octets: [UInt8]) { self.octets = octets }

  /// From the codes of the statistics office; `nil` unless 1…99 and 1…99,999.
  public init?(province: UInt8, commune: UInt32) {
    guard (1...99).contains(province), (1...99_999).contains(commune) else { return nil }
    octets = Self.vietnam + BCD.encode(province, width: 1) + BCD.encode(commune, width: 3)
  }

  /// Two-digit code of the province as a number; `nil` when this is no Vietnamese code.
  public var province: UInt8? { parts?.province }

  /// Five-digit code of the commune as a number; `nil` when this is no Vietnamese code.
  public var commune: UInt32? { parts?.commune }

  private var parts: (province: UInt8, commune: UInt32)? {
    guard octets.count == 6, octets.starts(with: Self.vietnam), let province = BCD.decode(octets[2..<3]),
      let commune = BCD.decode(octets[3...]),
      let code = Self(province: UInt8(province), commune: UInt32(commune)), code == self
    else { return nil }
    return (UInt8(province), UInt32(commune))
  }
}

/// `SET OF`: the members' encodings in ascending order (ISO/IEC 8825-1 §11.6).
enum EIDSet {
  static let tag: BERTag = 0x31

  /// The set of `members`, put in their order.
  static func encode(_ members: [BERTLV]) -> BERTLV {
    // No encoding of a data object begins another one's, so that no padding enters the comparison.
    BERTLV(tag, members.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
  }

  /// The members of `set`, which must stand in their order.
  static func members(of set: BERTLV) throws(LayoutError) -> [BERTLV] {
    let members: [BERTLV]
    do { members = try BERTLV.sequence(set.value, shortestLengths: true) } catch { throw .encoding(error) }
    guard encode(members).value == set.value else { throw .value(tag) }
    return members
  }
}
