public import VietnamReference
internal import Yams

/// What is wrong with a declaration of personal data.
public enum PersonalDataError: Error, Hashable, Sendable {
  /// Not YAML, or a key is missing, unknown or of the wrong type; the parser's own words.
  case syntax(String)
  /// A word that the declaration's lists don't have, in the field or place `place`.
  case unknown(word: String, place: String)
  /// The same part of a place is declared as a field's and as holding none, or twice in one field.
  case contradictory(part: String)
}

/// Every personal-data field that the system keeps, with its legal basis, declared in one place: `personal_data.yaml`.
public struct PersonalData: Sendable {
  /// A word of one of the declaration's lists.
  public struct Term: Hashable, Sendable {
    /// A stable word.
    public let id: String
    /// What it is called.
    public let name: BilingualText
    /// Where it is from: `[S..]` a source of the project, `[K]` not checked, `[D]` decided here; empty where none is
    /// asked for.
    public let evidence: String
  }

  /// How much the law guards a field (Luật 91/2025/QH15).
  public enum Class: String, Sendable, Codable {
    /// Basic personal data.
    case basic
    /// Sensitive personal data.
    case sensitive
  }

  /// Parts of one table, message, file or print.
  public struct Parts: Hashable, Sendable {
    /// `office`, `centre`, `authority` (databases), `journal`, `card`, `api`, `list`, `print`.
    public let system: String
    /// The table, type or file.
    public let container: String
    /// Columns, keys, data groups.
    public let parts: [String]

    /// `system container.part` of each.
    public var names: [String] { parts.map { "\(system) \(container).\($0)" } }
  }

  /// Where a field is kept or passes through.
  public struct Place: Hashable, Sendable {
    /// What of it holds the field.
    public let parts: Parts
    /// How it is protected there.
    public let protection: Term
    /// How long it stays.
    public let kept: Term
    /// Who may see it.
    public let roles: [Term]
    /// By which ways it leaves.
    public let leaves: [Term]
  }

  /// One field.
  public struct Field: Hashable, Sendable {
    /// A stable word.
    public let id: String
    /// What it is.
    public let name: BilingualText
    /// Basic or sensitive.
    public let `class`: Class
    /// What for.
    public let purpose: Term
    /// By what right.
    public let bases: [Term]
    /// Where.
    public let places: [Place]
  }

  /// The declaration shipped with the product.
  public static let embedded: PersonalData = {
    do {
      return try PersonalData(yaml: String(decoding: PackageResources.personal_data_yaml, as: UTF8.self))
    } catch {
      // The file is part of the program, and a test reads it.
      preconditionFailure("embedded declaration of personal data: \(error)")
    }
  }()

  /// Every field.
  public let fields: [Field]
  /// What holds no personal data.
  public let none: [Parts]
  /// Legal bases.
  public let bases: [Term]
  /// How long things are kept.
  public let retentions: [Term]
  /// What the law gives an office to answer requests in.
  public let terms: [RequestTerm]

  /// Reads a declaration.
  public init(yaml: String) throws(PersonalDataError) {
    let file: DeclarationFile
    do {
      file = try YAMLDecoder().decode(DeclarationFile.self, from: yaml)
    } catch {
      throw .syntax(String(describing: error))
    }
    let words = Words(file)
    var fields: [Field] = []
    for field in file.fields { fields.append(try words.field(field)) }
    self.fields = fields
    none = file.none.map(\.value)
    bases = words.bases
    retentions = words.retentions
    terms = file.terms.map(\.value)
    try requireNoContradiction()
  }

  /// The field of that word.
  public func field(_ id: String) -> Field? { fields.first { $0.id == id } }

  /// Fields of which something in the office's database leaves in encrypted exports, in the declaration's order.
  public var exportable: [Field] {
    fields.filter { field in
      field.places.contains { $0.parts.system == "office" && $0.leaves.contains { $0.id == "export" } }
    }
  }

  /// The term for requests of a kind; the declaration has one for each.
  public func term(_ kind: PrivacyRequest.Kind) -> RequestTerm? { terms.first { $0.kind == kind } }

  private func requireNoContradiction() throws(PersonalDataError) {
    let empty = Set(none.flatMap(\.names))
    guard empty.count == none.flatMap(\.names).count else { throw .contradictory(part: "none") }
    for field in fields {
      var seen: Set<String> = []
      for name in field.places.flatMap(\.parts.names) where empty.contains(name) || !seen.insert(name).inserted {
        throw .contradictory(part: name)
      }
    }
  }
}

/// How long an office may take over requests of one kind (`legal_security`, personal data).
public struct RequestTerm: Hashable, Sendable {
  /// The kind.
  public let kind: PrivacyRequest.Kind
  /// Working days to the first answer.
  public let answerWorkingDays: Int
  /// Days to carrying it out.
  public let days: Int
  /// The same where a processor or a third party has to act too.
  public let daysWithProcessor: Int
  /// Most days that it can be extended by, once.
  public let extensionDays: Int
  /// Where that is from.
  public let evidence: String
}
