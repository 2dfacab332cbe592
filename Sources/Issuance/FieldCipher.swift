import CardCrypto
import Foundation
import ISO7816
import VietnamReference

/// A field of a person that is encrypted in the office's database, each with a key of its own. The raw value is the
/// label of its key and is sealed with it.
enum PersonField: String, CaseIterable {
  case personalID = "personal-id"
  case name = "name"
  case asciiName = "ascii-name"
  case birthDate = "birth-date"
  case sex = "sex"
  case guardian = "guardian"
  case phone = "phone"
  case address = "address"
  case photo = "photo"

  /// The column of `person`.
  var column: String {
    switch self {
    case .personalID: "personal_id"
    case .name: "name"
    case .asciiName: "ascii_name"
    case .birthDate: "birth_date"
    case .sex: "sex"
    case .guardian: "guardian"
    case .phone: "phone"
    case .address: "address"
    case .photo: "photo"
    }
  }

  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A person as the database has him: nothing that could be read without the office's key.
struct SealedPerson: Sendable {
  /// Keyed hash of the personal ID, 16 octets.
  let personKey: [UInt8]
  /// Keyed hash of folded name and birth date, 16 octets.
  let twinKey: [UInt8]
  /// Of all fields, which have keys of their own; 12 octets, never twice.
  let nonce: [UInt8]
  /// By ``PersonField/index``; `nil` for a field with nothing in it.
  let fields: [Data?]
}

/// Encrypts the personal fields of the office's database and makes the keyed hashes by which people are found in it.
///
/// Every field has a key of its own, derived from the office's data key in `fields.keys`. What is sealed is bound to
/// its field and its person: moved to another column or row it does not open.
final class FieldCipher: Sendable {
  private let keys: [AESGCMKey]
  private let notes: AESGCMKey
  private let registrations: AESGCMKey
  private let people: CMACKey
  private let twins: CMACKey
  private let versions: CMACKey
  private let random: any RandomSource
  /// Tells, in the database, whether this is the key its fields were sealed with.
  let check: [UInt8]

  /// - Parameter dataKey: 32 octets.
  init(_ dataKey: borrowing SecretBytes, random: any RandomSource) throws(CryptoError) {
    var keys: [AESGCMKey] = []
    for field in PersonField.allCases {
      keys.append(try AESGCMKey(try CounterKDF.derive(dataKey, label: "ansinh.office.field." + field.rawValue)))
    }
    self.keys = keys
    notes = try AESGCMKey(try CounterKDF.derive(dataKey, label: "ansinh.office.work-item"))
    registrations = try AESGCMKey(try CounterKDF.derive(dataKey, label: "ansinh.office.registration"))
    people = try CMACKey(try CounterKDF.derive(dataKey, label: "ansinh.office.person-key"))
    twins = try CMACKey(try CounterKDF.derive(dataKey, label: "ansinh.office.twin-key"))
    versions = try CMACKey(try CounterKDF.derive(dataKey, label: "ansinh.office.version"))
    check = try CMACKey(try CounterKDF.derive(dataKey, label: "ansinh.office.check")).tag([])
    self.random = random
  }

  var hexCheck: String { check.hex }

  /// Opens `fields.keys` in `folder`, or makes it.
  ///
  /// - Parameter creates: whether a missing file is made; of a database that has people in it the key must be there.
  static func open(folder: String, creates: Bool, random: any RandomSource = SystemRandom()) throws -> FieldCipher {
    let path = folder + "/fields.keys"
    let file: KeyFile
    do {
      file =
        creates
        ? try KeyFile(path: path) { (content) throws(CryptoError) in
          content.add("data", try random.secret(AESGCM.keyLength))
        } : try KeyFile(opening: path)
    } catch KeyFileError.system(_, operation: "link", code: EEXIST) {
      // Another process has made it in the same moment.
      file = try KeyFile(opening: path)
    }
    return try FieldCipher(try file.secret("data"), random: random)
  }

  /// The keyed hash by which a person is found.
  func personKey(_ personalID: String) throws -> [UInt8] { try people.tag(Array(personalID.utf8)) }

  /// The keyed hash that people of one name and birth date share: spellings of one name are one name, and the birth
  /// date counts as far as it is known.
  func twinKey(name: String, birthDate: String) throws -> [UInt8] {
    var text: [UInt8] = []
    let octets = Array(name.utf8)
    if !PersonName.appendFoldedKey(ofOrdinary: octets.span, to: &text) {
      text = Array(((try? PersonName(name))?.foldedKey ?? name).utf8)
    }
    text.append(0)
    text += birthDate.utf8
    return try twins.tag(text)
  }

  /// A person sealed under a fresh nonce.
  func seal(_ person: Applicant, personKey: [UInt8]) throws -> SealedPerson {
    let nonce = try random.bytes(AESGCM.nonceLength)
    var fields: [Data?] = []
    fields.reserveCapacity(keys.count)
    for field in PersonField.allCases {
      let text = person[field]
      guard !text.isEmpty else {
        fields.append(nil)
        continue
      }
      let sealed = try keys[fields.count].seal(
        Array(text.utf8), nonce: nonce, associated: Self.associated(field, personKey))
      fields.append(Data(sealed))
    }
    return SealedPerson(
      personKey: personKey, twinKey: try twinKey(name: person.name, birthDate: person.birthDate), nonce: nonce,
      fields: fields)
  }

  /// The text of one field.
  func open(_ field: PersonField, _ sealed: [UInt8], personKey: [UInt8], nonce: [UInt8]) throws -> String {
    let octets = try keys[field.index].open(sealed, nonce: nonce, associated: Self.associated(field, personKey))
    return String(decoding: octets, as: UTF8.self)
  }

  /// Other data of a person, for a work item: the nonce (12), then what is sealed.
  func sealNote(_ text: [UInt8], personKey: [UInt8]) throws -> Data {
    try seal(text, with: notes, associated: personKey)
  }

  /// What ``sealNote(_:personKey:)`` sealed.
  func openNote(_ sealed: [UInt8], personKey: [UInt8]) throws -> [UInt8] {
    try open(sealed, with: notes, associated: personKey)
  }

  /// What the centre is told of a card: the nonce (12), then what is sealed for this card number.
  func sealRegistration(_ text: [UInt8], card: String) throws -> Data {
    try seal(text, with: registrations, associated: Array(card.utf8))
  }

  /// What ``sealRegistration(_:card:)`` sealed.
  func openRegistration(_ sealed: [UInt8], card: String) throws -> [UInt8] {
    try open(sealed, with: registrations, associated: Array(card.utf8))
  }

  private func seal(_ text: [UInt8], with key: AESGCMKey, associated: [UInt8]) throws -> Data {
    let nonce = try random.bytes(AESGCM.nonceLength)
    return Data(nonce + (try key.seal(text, nonce: nonce, associated: associated)))
  }

  private func open(_ sealed: [UInt8], with key: AESGCMKey, associated: [UInt8]) throws -> [UInt8] {
    guard sealed.count > AESGCM.nonceLength else { throw CryptoError.verificationFailed }
    return try key.open(
      Array(sealed.dropFirst(AESGCM.nonceLength)), nonce: Array(sealed.prefix(AESGCM.nonceLength)),
      associated: associated)
  }

  /// The keyed hash of other data, by which the same data is told when it comes again.
  func versionKey(_ text: [UInt8]) throws -> [UInt8] { try versions.tag(text) }

  private static let labels = PersonField.allCases.map { Array($0.rawValue.utf8) + [0] }

  /// Name of the field, 00, person key.
  private static func associated(_ field: PersonField, _ personKey: [UInt8]) -> [UInt8] {
    labels[field.index] + personKey
  }
}

extension Applicant {
  /// A field as it is sealed; empty when there is nothing in it. The name without diacritics is kept only when it is
  /// not what the name itself gives.
  subscript(field: PersonField) -> String {
    switch field {
    case .personalID: personalID
    case .name: name
    case .asciiName: asciiName.isEmpty || asciiName == Self.ascii(name) ? "" : asciiName
    case .birthDate: birthDate
    case .sex: sex?.rawValue ?? ""
    case .guardian: guardianID
    case .phone: phone
    case .address: address
    case .photo: photo
    }
  }

  static func ascii(_ name: String) -> String { (try? PersonName(name))?.ascii ?? "" }
}
