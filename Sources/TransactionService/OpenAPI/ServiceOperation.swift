import ServiceAPI
import VietnamReference

/// What one path of the service takes and gives, for the OpenAPI document.
struct ServiceOperation: Sendable {
  /// What comes in the body.
  enum Body: Sendable {
    /// None.
    case none
    /// Whatever comes is not read; it only has to be the same for the same key.
    case unread
    /// A JSON value of a wire type.
    case json(any (Decodable & Sendable).Type)
    /// Rows of a payment list.
    case list
  }

  /// What comes back.
  enum Answer: Sendable {
    /// A JSON value of a wire type.
    case json(any (Decodable & Sendable).Type)
    /// Text for a program of another kind.
    case text(String)
    /// This document.
    case document
  }

  /// As `RouteAccess.table` has it.
  let route: String
  /// Name for programs.
  let id: String
  let summary: BilingualText
  var body = Body.none
  /// Whether it takes an `Idempotency-Key`.
  var isKeyed = false
  var query: [OperationParameter] = []
  let status: Int
  let answer: Answer
  /// Problems of its own, besides those of every path of its kind.
  var problems: Set<ProblemCode> = []
  /// What the types don't tell.
  var note: String?

  /// A question.
  static func get<Value: Decodable & Sendable>(
    _ path: String, _ id: String, _ vi: String, _ en: String, query: [OperationParameter] = [],
    gives type: Value.Type, _ problems: Set<ProblemCode> = [], note: String? = nil
  ) -> ServiceOperation {
    ServiceOperation(
      route: "GET " + path, id: id, summary: BilingualText(vi: vi, en: en), query: query, status: 200,
      answer: .json(type), problems: problems, note: note)
  }

  /// Something that is done once for a key.
  static func act<Value: Decodable & Sendable>(
    _ path: String, _ id: String, _ vi: String, _ en: String, takes body: Body, query: [OperationParameter] = [],
    gives type: Value.Type, _ problems: Set<ProblemCode> = [], note: String? = nil
  ) -> ServiceOperation {
    ServiceOperation(
      route: "POST " + path, id: id, summary: BilingualText(vi: vi, en: en), body: body, isKeyed: true, query: query,
      status: 201, answer: .json(type), problems: problems, note: note)
  }

  /// A question with a body: it stores nothing.
  static func ask<Value: Decodable & Sendable>(
    _ path: String, _ id: String, _ vi: String, _ en: String, takes body: Body, query: [OperationParameter] = [],
    gives type: Value.Type, _ problems: Set<ProblemCode> = [], note: String? = nil
  ) -> ServiceOperation {
    ServiceOperation(
      route: "POST " + path, id: id, summary: BilingualText(vi: vi, en: en), body: body, query: query, status: 200,
      answer: .json(type), problems: problems, note: note)
  }

  /// Whether it can be asked what it would do: an act of officials alone.
  var takesDryRun: Bool {
    guard isKeyed, case .officials? = RouteAccess.table[route] else { return false }
    return true
  }

  /// `GET` or `POST`.
  var method: String { String(route.prefix { $0 != " " }) }
  /// The path with its parts in braces.
  var path: String { String(route.drop { $0 != " " }.dropFirst()) }
  /// What the path and the query may hold.
  var parameters: [(place: String, parameter: OperationParameter)] {
    let parts = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    return parts.map { ("path", .part($0, of: path)) } + (query + (takesDryRun ? [.dryRun] : [])).map { ("query", $0) }
  }

  /// Every problem it can answer with, in the order of checks.
  func codes(_ access: RouteAccess) -> [ProblemCode] {
    var all = problems
    if case .document = answer { return [.tooManyRequests, .notAuthenticated] }
    all.formUnion([.tooManyRequests, .notAuthenticated])
    if access != .everybody { all.formUnion([.notPermitted, .unknownTerminal, .terminalRevoked, .unavailable]) }
    // A part that is no text at all is no path.
    if path.contains("{") { all.insert(.notFound) }
    switch body {
    case .none: break
    case .unread: all.insert(.bodyTooLarge)
    case .json, .list: all.formUnion([.bodyTooLarge, .malformedRequest])
    }
    if isKeyed { all.formUnion([.idempotencyKeyMissing, .requestInFlight, .idempotencyKeyReused, .malformedRequest]) }
    if all.contains(.notAppointed) { all.insert(.notTheOfficial) }
    return ProblemCode.allCases.filter(all.contains)
  }
}

/// A part of the path or of the query.
struct OperationParameter: Sendable {
  let name: String
  var isRequired = false
  let schema: DocumentValue
  let note: String

  /// A part of the query.
  static func query(_ name: String, _ schema: DocumentValue, _ note: String, isRequired: Bool = false) -> Self {
    OperationParameter(name: name, isRequired: isRequired, schema: schema, note: note)
  }

  /// A yes or no: only `true` is yes.
  static func flag(_ name: String, _ note: String) -> Self {
    query(name, ["type": "string"], note + " Only `true` is yes.")
  }

  /// Whose personal IDs are whole.
  static let full = flag("full", "Whole personal IDs; else all but their ends are hidden.")
  /// Whether sample data is taken.
  static let sampleData = flag("sample-data", "Takes sample personal IDs, where the service does.")

  /// Whether only what would happen is asked.
  static let dryRun = query(
    DryRun.parameter, ["type": "string", "enum": ["true", "false"]],
    "Decides the act, writes nothing, and answers what would be answered, with 200 and `Ansinh-Dry-Run: true`. It "
      + "needs no key.")

  /// A text with bounds.
  static func bounded(_ bounds: FieldBounds) -> DocumentValue {
    DocumentValue.object(["type": "string"]).with(bounds.members)
  }

  /// What a part of a path may be.
  static func part(_ name: String, of path: String) -> OperationParameter {
    func part(_ bounds: FieldBounds, _ note: String) -> OperationParameter {
      OperationParameter(name: name, isRequired: true, schema: bounded(bounds), note: note)
    }
    return switch name {
    case "number" where path.hasPrefix("/v1/cards/"): part(.digits(16), "Number of the card.")
    case "number", "line": part(.pattern("^[1-9][0-9]{0,8}$", "Decimal."), "Its number.")
    case "sequence": part(.pattern("^[1-9][0-9]{0,17}$", "Decimal."), "Number of the batch.")
    case "keyHash": part(.hex(32), "SHA-256 of the terminal's public point.")
    case "id", "request": part(.hex(16), "Its id, 16 octets.")
    case "list": part(.text(1...140), "The list's reference, percent-encoded.")
    case "person": part(.text(1...32), "Personal ID, or a card's number where it says so; percent-encoded.")
    case "party": part(.party, "Code of the third party.")
    case "reference": part(.transfer, "The transfer's reference.")
    case "unit": part(.unit, "Accounting unit.")
    case "month", "window": part(.pattern("^[0-9]{4}(?:0[1-9]|1[0-2])$", "yyyymm"), "A month.")
    default: part(.text(1...140), name)
    }
  }
}
