import VietnamReference

/// `personal_data.yaml` as it stands in the file. Unknown keys are refused: see ``Strict``.
struct DeclarationFile: Decodable {
  let roles, purposes, bases, protections, retentions, leaves: [TermEntry]
  let terms: [RequestTermEntry]
  let fields: [FieldEntry]
  let none: [PartsEntry]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case declaration, roles, purposes, bases, protections, retentions, leaves, terms, fields, none
  }

  init(from decoder: any Decoder) throws {
    try Strict.check(decoder, CodingKeys.self)
    let file = try decoder.container(keyedBy: CodingKeys.self)
    guard try file.decode(Int.self, forKey: .declaration) == 1 else {
      throw DecodingError.dataCorruptedError(forKey: .declaration, in: file, debugDescription: "another version")
    }
    roles = try file.decode([TermEntry].self, forKey: .roles)
    purposes = try file.decode([TermEntry].self, forKey: .purposes)
    bases = try file.decode([TermEntry].self, forKey: .bases)
    protections = try file.decode([TermEntry].self, forKey: .protections)
    retentions = try file.decode([TermEntry].self, forKey: .retentions)
    leaves = try file.decode([TermEntry].self, forKey: .leaves)
    terms = try file.decode([RequestTermEntry].self, forKey: .terms)
    fields = try file.decode([FieldEntry].self, forKey: .fields)
    none = try file.decode([PartsEntry].self, forKey: .none)
  }
}

/// Refuses keys that a part of the file does not have: a slip of the pen would else leave something undeclared.
enum Strict {
  private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  static func check<Keys: CodingKey & CaseIterable>(_ decoder: any Decoder, _ keys: Keys.Type) throws {
    let known = Set(Keys.allCases.map(\.stringValue))
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "key \(key.stringValue)"))
    }
  }
}

struct TermEntry: Decodable {
  let value: PersonalData.Term

  private enum CodingKeys: String, CodingKey, CaseIterable { case id, vi, en, evidence }

  init(from decoder: any Decoder) throws {
    try Strict.check(decoder, CodingKeys.self)
    let entry = try decoder.container(keyedBy: CodingKeys.self)
    value = PersonalData.Term(
      id: try entry.decode(String.self, forKey: .id),
      name: BilingualText(
        vi: try entry.decode(String.self, forKey: .vi), en: try entry.decode(String.self, forKey: .en)),
      evidence: try entry.decodeIfPresent(String.self, forKey: .evidence) ?? "")
  }
}

struct RequestTermEntry: Decodable {
  let value: RequestTerm

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case request, answer, days, withProcessor = "with-processor", `extension`, evidence
  }

  init(from decoder: any Decoder) throws {
    try Strict.check(decoder, CodingKeys.self)
    let entry = try decoder.container(keyedBy: CodingKeys.self)
    value = RequestTerm(
      kind: try entry.decode(PrivacyRequest.Kind.self, forKey: .request),
      answerWorkingDays: try entry.decode(Int.self, forKey: .answer), days: try entry.decode(Int.self, forKey: .days),
      daysWithProcessor: try entry.decode(Int.self, forKey: .withProcessor),
      extensionDays: try entry.decode(Int.self, forKey: .extension),
      evidence: try entry.decode(String.self, forKey: .evidence))
  }
}

struct PartsEntry: Decodable {
  let value: PersonalData.Parts

  private enum CodingKeys: String, CodingKey, CaseIterable { case `in`, of, parts }

  init(from decoder: any Decoder) throws {
    try Strict.check(decoder, CodingKeys.self)
    let entry = try decoder.container(keyedBy: CodingKeys.self)
    value = PersonalData.Parts(
      system: try entry.decode(String.self, forKey: .in), container: try entry.decode(String.self, forKey: .of),
      parts: try entry.decode([String].self, forKey: .parts))
  }
}

struct PlaceEntry: Decodable {
  let parts: PersonalData.Parts
  let protection, kept: String
  let roles, leaves: [String]

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case `in`, of, parts, protection, kept, roles, leaves
  }

  init(from decoder: any Decoder) throws {
    try Strict.check(decoder, CodingKeys.self)
    let entry = try decoder.container(keyedBy: CodingKeys.self)
    parts = PersonalData.Parts(
      system: try entry.decode(String.self, forKey: .in), container: try entry.decode(String.self, forKey: .of),
      parts: try entry.decode([String].self, forKey: .parts))
    protection = try entry.decode(String.self, forKey: .protection)
    kept = try entry.decode(String.self, forKey: .kept)
    roles = try entry.decode([String].self, forKey: .roles)
    leaves = try entry.decode([String].self, forKey: .leaves)
  }
}

struct FieldEntry: Decodable {
  let id: String
  let name: BilingualText
  let `class`: PersonalData.Class
  let purpose: String
  let bases: [String]
  let places: [PlaceEntry]

  private enum CodingKeys: String, CodingKey, CaseIterable { case id, vi, en, `class`, purpose, bases, places }

  init(from decoder: any Decoder) throws {
    try Strict.check(decoder, CodingKeys.self)
    let entry = try decoder.container(keyedBy: CodingKeys.self)
    id = try entry.decode(String.self, forKey: .id)
    name = BilingualText(
      vi: try entry.decode(String.self, forKey: .vi), en: try entry.decode(String.self, forKey: .en))
    `class` = try entry.decode(PersonalData.Class.self, forKey: .class)
    purpose = try entry.decode(String.self, forKey: .purpose)
    bases = try entry.decode([String].self, forKey: .bases)
    places = try entry.decode([PlaceEntry].self, forKey: .places)
  }
}

/// The declaration's lists, by which its words are found.
struct Words {
  let roles, purposes, bases, protections, retentions, leaves: [PersonalData.Term]

  init(_ file: DeclarationFile) {
    roles = file.roles.map(\.value)
    purposes = file.purposes.map(\.value)
    bases = file.bases.map(\.value)
    protections = file.protections.map(\.value)
    retentions = file.retentions.map(\.value)
    leaves = file.leaves.map(\.value)
  }

  func field(_ entry: FieldEntry) throws(PersonalDataError) -> PersonalData.Field {
    var places: [PersonalData.Place] = []
    for place in entry.places {
      let name = "\(entry.id): \(place.parts.system) \(place.parts.container)"
      places.append(
        PersonalData.Place(
          parts: place.parts, protection: try find(place.protection, protections, name),
          kept: try find(place.kept, retentions, name), roles: try find(place.roles, roles, name),
          leaves: try find(place.leaves, leaves, name)))
    }
    return PersonalData.Field(
      id: entry.id, name: entry.name, class: entry.class, purpose: try find(entry.purpose, purposes, entry.id),
      bases: try find(entry.bases, bases, entry.id), places: places)
  }

  private func find(
    _ words: [String], _ list: [PersonalData.Term], _ place: String
  ) throws(PersonalDataError) -> [PersonalData.Term] {
    var found: [PersonalData.Term] = []
    for word in words { found.append(try find(word, list, place)) }
    return found
  }

  private func find(
    _ word: String, _ list: [PersonalData.Term], _ place: String
  ) throws(PersonalDataError) -> PersonalData.Term {
    guard let term = list.first(where: { $0.id == word }) else { throw .unknown(word: word, place: place) }
    return term
  }
}
