import CardTestSupport
import ISO7816
import Testing

@testable import CardApplication

/// A file as others have published it.
struct EIDVector: Sendable, CustomTestStringConvertible {
  let value: EIDValue
  let digits: String

  init(_ value: EIDValue, _ digits: String) {
    self.value = value
    self.digits = digits
  }

  var testDescription: String { digits }

  static func date(_ number: UInt32) -> CardDate {
    guard let date = CardDate(yyyymmdd: number) else { preconditionFailure("\(number)") }
    return date
  }

  /// The test card of the German federal government's AusweisApp, from its test_SimulatorFileSystem (2025).
  static let ausweisApp: [EIDVector] = [
    EIDVector(.documentType("ID"), "610413024944"),
    EIDVector(.issuingEntity(.state("D")), "6203130144"),
    EIDVector(.dateOfExpiry(date(2034_06_30)), "630A12083230333430363330"),
    EIDVector(.givenNames("ERIKA"), "64070C054552494B41"),
    EIDVector(.familyNames("MUSTERMANN"), "650C0C0A4D55535445524D414E4E"),
    EIDVector(.nomDePlume(""), "66020C00"),
    EIDVector(.academicTitle(""), "67020C00"),
    EIDVector(.dateOfBirth(date(1984_08_12)), "680A12083139383430383132"),
    EIDVector(.placeOfBirth(.freetext("BERLIN")), "690AA1080C064245524C494E"),
    EIDVector(.nationality("D"), "6A03130144"),
    EIDVector(.sex(.female), "6B03130146"),
    EIDVector(
      .optionalData([
        EIDOptionalData(
          type: octets("2A8648CE3D0101"),
          data: octets("022100A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377"))
      ]),
      """
      6C30312E302C06072A8648CE3D0101022100A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
      """),
    EIDVector(.birthName("GABLER"), "6D080C064741424C4552"),
    EIDVector(.dateOfIssuance(date(2019_11_01)), "6F0A12083230313931313031"),
    EIDVector(
      .placeOfResidence(
        .single(.structured(EIDPlace(street: "HEIDESTRAẞE 17", city: "KÖLN", country: "D", zipCode: "51147")))),
      "712D302BAA120C10484549444553545241E1BA9E45203137AB070C054BC3964C4EAD03130144AE0713053531313437"),
    EIDVector(.municipalityID(EIDMunicipalityID(octets: octets("02760503150000"))), "7209040702760503150000"),
    EIDVector(.residencePermitI(.plain("RESIDENCE PERMIT 1")), "7316A1140C125245534944454E4345205045524D49542031"),
    EIDVector(.residencePermitII(.plain("RESIDENCE PERMIT 2")), "7416A1140C125245534944454E4345205045524D49542032"),
    EIDVector(.phoneNumber("tel:+49-030-1234567"), "7515131374656C3A2B34392D3033302D31323334353637"),
    EIDVector(.emailAddress("erika@mustermann.de"), "761516136572696B61406D75737465726D616E6E2E6465"),
  ]

  /// PersoSim, its AbstractProfileTest and Asn1DataStructuresTest.
  static let persoSim: [EIDVector] = [
    EIDVector(.dateOfExpiry(date(2020_10_31)), "630A12083230323031303331"),
    EIDVector(
      .placeOfResidence(.single(.noPlaceInfo("keine Hauptwohnung in Deutschland"))),
      "7125A2230C216B65696E65204861757074776F686E756E6720696E20446575747363686C616E64"),
    EIDVector(
      .placeOfResidence(
        .single(.structured(EIDPlace(street: "HEIDESTRASSE 17", city: "KÖLN", country: "D", zipCode: "51147")))),
      "712C302AAA110C0F484549444553545241535345203137AB070C054BC3964C4EAD03130144AE0713053531313437"),
  ]

  static let all = ausweisApp + persoSim

  /// What `file` holds, written again; `nil` when it is refused.
  static func recode(_ file: [UInt8]) -> [UInt8]? {
    guard let first = file.first, let group = EIDDataGroup.allCases.first(where: { $0.tag.bytes == [first] }) else {
      return nil
    }
    return Codec.again(file, { try group.decode($0).encode() }, { $0 })
  }
}

@Suite("The eID application's data groups: published files")
struct EIDVectorTests {
  @Test("Read as what they mean, and written octet for octet", arguments: EIDVector.all)
  func published(vector: EIDVector) throws {
    let file = octets(vector.digits)
    let value = try vector.value.dataGroup.decode(file)
    #expect(value == vector.value)
    #expect(try value.encode() == file)
    // Swift takes two normal forms of a text for equal; octets are not.
    #expect(try vector.value.encode() == file)
    for group in EIDDataGroup.allCases where group != value.dataGroup {
      #expect(throws: LayoutError.expected(group.tag)) { try group.decode(file) }
    }
  }

  @Test("Every group but the reserved one is among them, or the signature, whose file is longer than ours")
  func complete() {
    let missing = Set(EIDDataGroup.allCases).subtracting(EIDVector.ausweisApp.map(\.value.dataGroup))
    #expect(missing == [.reserved, .writtenSignature])
  }

  @Test("Cut off at every octet: refused; every bit flipped: refused or the one encoding", arguments: EIDVector.all)
  func damaged(vector: EIDVector) {
    let file = octets(vector.digits)
    for length in 0..<file.count { #expect(EIDVector.recode(Array(file.prefix(length))) == nil, "\(length)") }
    for bit in 0..<file.count * 8 {
      var flipped = file
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      if let again = EIDVector.recode(flipped) { #expect(again.hex == flipped.hex, "bit \(bit)") }
    }
  }

  @Test("Identifiers: 0101/01/61 to 0116/16/76")
  func identifiers() {
    #expect(EIDDataGroup.allCases.map(\.rawValue) == Array(1...22))
    #expect(EIDDataGroup.allCases.map(\.fileIdentifier) == Array(0x0101...0x0116))
    #expect(EIDDataGroup.allCases.map(\.shortIdentifier) == Array(0x01...0x16))
    #expect(EIDDataGroup.allCases.map(\.tag.rawValue) == Array(0x61...0x76))
    #expect((EIDDataGroup.documentType.name, EIDDataGroup.emailAddress.name) == ("DG1", "DG22"))
  }

  @Test("Rights: table 4 of TR-03110-4, and the CHAT of AusweisApp's test CVCA, which names the German card's groups")
  func rights() {
    #expect(EIDDataGroup.documentType.readRight == 1 << 8)
    #expect(EIDDataGroup.emailAddress.readRight == 1 << 29)
    #expect(EIDDataGroup.placeOfResidence.writeRight == 1 << 37)
    #expect(EIDDataGroup.emailAddress.writeRight == 1 << 32)
    let chat: UInt64 = 0xFC_0F13_FFFF
    let readable = EIDDataGroup.allCases.filter { $0.readRight & chat != 0 }.map(\.rawValue)
    #expect(readable == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 17, 18, 19, 20])
    let writable = EIDDataGroup.allCases.filter { ($0.writeRight ?? 0) & chat != 0 }.map(\.rawValue)
    #expect(writable == [17, 18, 19, 20])
    #expect(EIDDataGroup.allCases.filter { $0.writeRight != nil }.map(\.rawValue) == Array(17...22))
    let all = EIDDataGroup.allCases.reduce(UInt64(0)) { $0 | $1.readRight | ($1.writeRight ?? 0) }
    #expect(all == 0x3F_3FFF_FF00)
  }
}
