/// What a terminal has read of a person's data groups.
public struct EIDRecord: Hashable, Sendable {
  private var values: [EIDDataGroup: EIDValue] = [:]

  /// From the values read, in any order; of two of one group the later one stays.
  public init(_ values: some Sequence<EIDValue>) {
    for value in values { self.values[value.dataGroup] = value }
  }

  /// The value of `group`; `nil` when it was not read.
  public subscript(group: EIDDataGroup) -> EIDValue? { values[group] }

  /// The groups read, by number.
  public var groups: [EIDDataGroup] { values.keys.sorted { $0.rawValue < $1.rawValue } }

  /// Họ, chữ đệm và tên in the Vietnamese order; `nil` unless both groups were read and one has a name.
  public var fullName: String? {
    guard let family = values[.familyNames]?.text, let given = values[.givenNames]?.text else { return nil }
    let names = [family, given].filter { !$0.isEmpty }
    return names.isEmpty ? nil : names.joined(separator: " ")
  }
}

extension EIDValue {
  /// The value as one line without its label; `nil` for what is not text: sex, images, codes, data of other types.
  ///
  /// Dates are `dd/MM/yyyy` with `--` for what is not known; the parts of a place are divided by commas, places by
  /// semicolons.
  public var text: String? {
    switch self {
    case .documentType(let text), .givenNames(let text), .familyNames(let text), .nomDePlume(let text),
      .academicTitle(let text), .nationality(let text), .birthName(let text), .emailAddress(let text):
      text
    case .phoneNumber(let uri): String(uri.dropFirst("tel:".count))
    case .dateOfExpiry(let date), .dateOfBirth(let date), .dateOfIssuance(let date): date.dayMonthYear
    case .issuingEntity(.state(let country)): country
    case .issuingEntity(.place(let place)): place.text
    case .placeOfBirth(let place), .placeOfResidence(.single(let place)): place.text
    case .placeOfResidence(.multiple(let places)): places.map(\.text).joined(separator: "; ")
    case .residencePermitI(.plain(let text)), .residencePermitII(.plain(let text)): text
    case .residencePermitI(.compressed), .residencePermitII(.compressed), .sex, .optionalData, .writtenSignature,
      .municipalityID:
      nil
    }
  }
}

extension EIDGeneralPlace {
  /// The place as one line.
  public var text: String {
    switch self {
    case .structured(let place): place.text
    case .freetext(let text), .noPlaceInfo(let text): text
    }
  }
}

extension EIDPlace {
  /// The place as one line, from the smallest part to the greatest; the country only when it is not Viet Nam.
  public var text: String {
    let parts = [street, city, state, zipCode, country == Self.vietnam ? nil : country]
    return parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

extension CardDate {
  /// `dd/MM/yyyy`, `--` for a day or month of 00.
  fileprivate var dayMonthYear: String {
    func digits(_ value: UInt32, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: width - text.count) + text
    }
    let (year, month, day) = (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
    let known = [day, month].map { $0 == 0 ? "--" : digits($0, 2) }
    return (known + [digits(year, 4)]).joined(separator: "/")
  }
}
