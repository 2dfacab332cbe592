import CardApplication
import FuzzSupport
import ISO7816

/// Data groups of the eID application: what is read is written as the same octets, and shown without a trap.
///
/// Input: the group(1), the file's octets.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    let group = EIDDataGroup.allCases[Int(reader.octet()) % EIDDataGroup.allCases.count]
    guard let value = try? group.decode(reader.rest) else { return }
    require(value.dataGroup == group, "\(group.name) read as \(value.dataGroup.name)")
    require((try? value.encode()) == reader.rest, "\(group.name) written otherwise")
    let record = EIDRecord([value])
    require(record.groups == [group] && record[group] == value, "another group in the record")
    _ = (value.text, record.fullName)
  }
}

/// Changes object by object.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Objects.mutate(start, count, most, seed)
}

/// Each group of a person with everything, and the other forms of places, residences and permits.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    guard let birth = CardDate(yyyymmdd: 19_520_500) else { return [:] }
    let day = CardDate(unixTime: FuzzCard.time)
    let place = EIDPlace(street: "12 Lê Lợi", city: "Phường Bến Thành", state: "TP. Hồ Chí Minh", zipCode: "700000")
    var values: [EIDValue] = [
      .documentType("AS"), .issuingEntity(.state(EIDPlace.vietnam)), .issuingEntity(.place(place)),
      .dateOfExpiry(day), .dateOfIssuance(day), .dateOfBirth(birth), .givenNames("Thị Hòa"), .familyNames("Nguyễn"),
      .nomDePlume("Thích Nữ"), .academicTitle("Tiến sĩ"), .birthName("Trần"), .nationality(EIDPlace.vietnam),
      .writtenSignature([1, 2, 3]), .phoneNumber("tel:+84912345678"), .emailAddress("hoa@example.vn"),
      .residencePermitI(.plain("A")), .residencePermitII(.compressed([1, 2, 3])),
      .optionalData([EIDOptionalData(type: [0x2A, 0x03], data: [0x0C, 1, 0x78])]),
    ]
    values += EIDSex.allCases.map { .sex($0) }
    let places = [EIDGeneralPlace.structured(place), .freetext("Huế"), .noPlaceInfo("Không rõ")]
    values += places.flatMap { [.placeOfBirth($0), .placeOfResidence(.single($0))] }
    values.append(.placeOfResidence(.multiple(places)))
    if let code = EIDMunicipalityID(province: 79, commune: 26_734) { values.append(.municipalityID(code)) }
    var seeds: [String: [UInt8]] = [:]
    for (index, value) in values.enumerated() {
      seeds["\(value.dataGroup.name)-\(index)"] = [value.dataGroup.rawValue - 1] + (try value.encode())
    }
    return seeds
  }
}
