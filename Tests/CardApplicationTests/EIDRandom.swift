import CardTestSupport
import ISO7816

@testable import CardApplication

extension Random {
  private static let texts = [
    "", "A", "Nguyễn Thị Ánh Tuyết", "Đặng Hữu Phước", "H'Hen Niê", "Số 12, ngõ 3, thôn Đoài", "HEIDESTRAẞE 17",
    String(repeating: "Nguyễn Thượng ", count: 12),
  ]

  private static func text(_ random: inout SplitMix64) -> String { texts.randomElement(using: &random) ?? "" }

  private static func maybe<Value>(_ value: Value, _ random: inout SplitMix64) -> Value? {
    Bool.random(using: &random) ? value : nil
  }

  private static func country(_ random: inout SplitMix64) -> String {
    ["VNM", "D", "UTO"].randomElement(using: &random) ?? "VNM"
  }

  static func birthDate(_ random: inout SplitMix64) -> CardDate {
    let full = date(&random).yyyymmdd
    let known = [full, full / 100 * 100, full / 10_000 * 10_000].randomElement(using: &random) ?? full
    return CardDate(yyyymmdd: known) ?? date(&random)
  }

  static func place(_ random: inout SplitMix64) -> EIDPlace {
    EIDPlace(
      street: maybe(text(&random), &random), city: text(&random), state: maybe(text(&random), &random),
      country: country(&random), zipCode: maybe("11000", &random))
  }

  static func generalPlace(_ random: inout SplitMix64) -> EIDGeneralPlace {
    switch Int.random(in: 0...2, using: &random) {
    case 0: .structured(place(&random))
    case 1: .freetext(text(&random))
    default: .noPlaceInfo(text(&random))
    }
  }

  /// Places of different streets in the order in which they are written.
  private static func residence(_ random: inout SplitMix64) -> EIDResidence {
    guard Bool.random(using: &random) else { return .single(generalPlace(&random)) }
    let count = Int.random(in: 0...3, using: &random)
    return .multiple((0..<count).map { .freetext("\($0)") } + (count == 3 ? [.noPlaceInfo("x")] : []))
  }

  private static func optionalData(_ random: inout SplitMix64) -> [EIDOptionalData] {
    let data = BERTLV(0x04, random.octets(Int.random(in: 0...200, using: &random))).bytes
    let item = EIDOptionalData(type: [0x2A, 0x81, 0x03], data: maybe(data, &random))
    return Bool.random(using: &random) ? [item] : []
  }

  private static func permit(_ random: inout SplitMix64) -> EIDText {
    Bool.random(using: &random) ? .plain(text(&random)) : .compressed(random.octets(40))
  }

  @Sendable static func eidValue(_ random: inout SplitMix64) -> EIDValue {
    let groups = EIDDataGroup.allCases.filter { $0 != .reserved }
    return switch groups.randomElement(using: &random) ?? .sex {
    case .documentType: .documentType(["AS", "ID", "P "].randomElement(using: &random) ?? "AS")
    case .issuingEntity:
      .issuingEntity(Bool.random(using: &random) ? .state(country(&random)) : .place(place(&random)))
    case .dateOfExpiry: .dateOfExpiry(date(&random))
    case .givenNames: .givenNames(text(&random))
    case .familyNames: .familyNames(text(&random))
    case .nomDePlume: .nomDePlume(text(&random))
    case .academicTitle: .academicTitle(text(&random))
    case .dateOfBirth: .dateOfBirth(birthDate(&random))
    case .placeOfBirth: .placeOfBirth(generalPlace(&random))
    case .nationality: .nationality(country(&random))
    case .optionalData: .optionalData(optionalData(&random))
    case .birthName: .birthName(text(&random))
    case .writtenSignature: .writtenSignature(random.octets(Int.random(in: 0...900, using: &random)))
    case .dateOfIssuance: .dateOfIssuance(date(&random))
    case .placeOfResidence: .placeOfResidence(residence(&random))
    case .municipalityID: .municipalityID(EIDMunicipalityID(octets: random.octets(6)))
    case .residencePermitI: .residencePermitI(permit(&random))
    case .residencePermitII: .residencePermitII(permit(&random))
    case .phoneNumber: .phoneNumber("tel:+84" + String(UInt32.random(in: 0...999_999_999, using: &random)))
    case .emailAddress: .emailAddress("an.nguyen@example.vn")
    case .sex, .reserved: .sex(EIDSex.allCases.randomElement(using: &random) ?? .unspecified)
    }
  }
}
