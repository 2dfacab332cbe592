import Foundation
import ServiceAPI
import VietnamReference

/// The service's OpenAPI 3.1 document, made of what the service is made of: the table of rights, the wire types as they
/// read themselves, the bounds, the problem codes in the order of checks.
public enum OpenAPIDocument {
  /// The document as JSON with sorted members, two spaces deep, ending in a line feed.
  ///
  /// - Throws: when the shape of a wire type can't be learned.
  public static func octets() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(try whole())) + [0x0A]
  }

  /// Made once: it can't change while the service runs.
  static let served: [UInt8]? = try? octets()

  static func whole() throws -> DocumentValue {
    let probe = SchemaProbe()
    // Types of requests first: those that are in answers too keep their bounds.
    var bodies: [String: DocumentValue] = [:]
    for operation in ServiceOperation.table {
      if case .json(let type) = operation.body { bodies[operation.route] = try probe.request(type) }
    }
    _ = try probe.answer(Problem.self)
    var paths: [String: [String: DocumentValue]] = [:]
    for operation in ServiceOperation.table {
      guard let access = RouteAccess.table[operation.route] else { continue }
      var answer: DocumentValue?
      if case .json(let type) = operation.answer { answer = try probe.answer(type) }
      paths[operation.path, default: [:]][operation.method.lowercased()] = self.operation(
        operation, access, body: bodies[operation.route], answer: answer)
    }
    var schemas = probe.components
    schemas["ProblemCode"] = ["type": "string", "enum": .list(ProblemCode.allCases.map { .text($0.rawValue) })]
    if let problem = schemas["Problem"] {
      let fields = problem.members["properties"]?.members ?? [:]
      schemas["Problem"] = problem.with([
        "properties": DocumentValue.object(fields).with(["code": SchemaProbe.reference("ProblemCode")])
      ])
    }
    return [
      "openapi": "3.1.0", "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base", "info": information,
      "servers": [["url": "/"]], "paths": .object(paths.mapValues { .object($0) }),
      "components": [
        "schemas": .object(schemas), "securitySchemes": securitySchemes, "headers": headers, "parameters": parameters,
        "responses": shared,
      ], "x-ansinh-problems": problems,
    ]
  }

  private static let information: DocumentValue = [
    "title": "Thẻ an sinh: dịch vụ trung tâm / The centre's service", "version": "1",
    "description": """
    Amounts are whole đồng. Octets are base64 in bodies, hexadecimal in paths. Members that nothing is said of here \
    are not read. A body has at most \(Routes.maximumBody) octets.

    Problems (RFC 9457) have stable codes. When several hold, the first in the order of `ProblemCode` is answered. The \
    codes of a path are all that it can answer with, not all that one request can meet. `x-ansinh-problems` has their \
    texts. A path that there isn't, or that has no such method, is `not-found`.

    An act is done once for its `Idempotency-Key`: the same key with the same body gets the identical answer with \
    `Ansinh-Replayed: true`, with another body `idempotency-key-reused`; while the first is still being decided, any \
    other with its key gets `request-in-flight`, and is to be sent again a little later. Without TLS the service \
    listens on loopback alone, and whoever reaches it may do everything.
    """,
  ]

  private static let securitySchemes: DocumentValue = [
    "official": [
      "type": "http", "scheme": "bearer", "description": "An official's token; `x-ansinh-roles`: one of these roles.",
    ],
    "checker": [
      "type": "apiKey", "in": "header", "name": "Ansinh-Checker",
      "description": "`Bearer` and the token of a second official, who stands by.",
    ],
    "terminal": ["type": "mutualTLS", "description": "A certificate with the terminal's registered key."],
  ]

  /// ``SignedHead`` as text.
  static let signedHead = "^[^/]{1,64}/[0-9]+/[0-9]+/[0-9a-f]{64}/[0-9]+/[A-Za-z0-9_-]{86}$"

  private static let headers: DocumentValue = [
    "Ansinh-Head": [
      "description": """
      The newest head of the chain, which includes the answer: writer/epoch/sequence/hash/time/signature; time in \
      milliseconds since 1970, the signature base64url. ECDSA P-256, SHA-256, r and s, over `ANSINH-HEAD-1`, a zero \
      octet, the writer after its length (4), epoch (8), sequence (8), hash (32), time (8), integers big-endian. The \
      key: `GET /v1/ledger/head`.
      """,
      "schema": [
        "type": "string", "maxLength": .integer(Int64(SignedHead.largestText)), "pattern": .text(signedHead),
      ],
    ],
    "Ansinh-Dry-Run": [
      "description": "Nothing was written: the request was a dry run.",
      "schema": ["type": "string", "enum": ["true"]],
    ],
    "Ansinh-Replayed": [
      "description": "The answer was given before.", "schema": ["type": "string", "enum": ["true"]],
    ],
  ]

  private static let parameters: DocumentValue = [
    "Idempotency-Key": [
      "name": "Idempotency-Key", "in": "header", "required": true,
      "description": "Made by the client and kept before it is sent, 1…120 octets.",
      "schema": ["type": "string", "pattern": "^[!-~]{1,120}$"],
    ]
  ]

  /// Every code with its status and texts, in the order of checks.
  private static let problems = DocumentValue.list(
    ProblemCode.allCases.map { code in
      [
        "code": .text(code.rawValue), "status": .integer(Int64(code.status)), "retryable": .flag(code.isRetryable),
        "detail": ["vi": .text(code.text.detail.vi), "en": .text(code.text.detail.en)],
        "remedy": ["vi": .text(code.text.remedy.vi), "en": .text(code.text.remedy.en)],
      ]
    })
}

extension OpenAPIDocument {
  private static func operation(
    _ operation: ServiceOperation, _ access: RouteAccess, body: DocumentValue?, answer: DocumentValue?
  ) -> DocumentValue {
    var members: [String: DocumentValue] = [
      "operationId": .text(operation.id), "summary": "\(operation.summary.vi) / \(operation.summary.en)",
      "security": security(access), "responses": responses(operation, access, answer: answer),
    ]
    if let note = operation.note { members["description"] = .text(note) }
    if let roles = access.roles { members["x-ansinh-roles"] = .list(roles.map { .text($0) }) }
    var parameters: [DocumentValue] = operation.parameters.map { place, parameter in
      [
        "name": .text(parameter.name), "in": .text(place), "required": .flag(parameter.isRequired),
        "description": .text(parameter.note), "schema": parameter.schema,
      ]
    }
    if operation.isKeyed { parameters.append(["$ref": "#/components/parameters/Idempotency-Key"]) }
    if !parameters.isEmpty { members["parameters"] = .list(parameters) }
    switch operation.body {
    case .none: break
    case .unread: members["requestBody"] = ["required": false, "content": ["application/json": ["schema": [:]]]]
    case .json: members["requestBody"] = ["required": true, "content": ["application/json": ["schema": body ?? [:]]]]
    case .list: members["requestBody"] = list
    }
    return .object(members)
  }

  private static let list: DocumentValue = [
    "required": true, "description": "A payment list, at most \(Centre.maximumListRows) rows.",
    "content": ["text/csv": ["schema": ["type": "string"]]],
  ]

  private static func security(_ access: RouteAccess) -> DocumentValue {
    let terminal: DocumentValue = ["terminal": []]
    let officials: [DocumentValue] = [["official": []], ["official": [], "checker": []]]
    return switch access {
    case .everybody: []
    case .terminals: [terminal]
    case .officials: .list(officials)
    case .terminalsAnd: .list([terminal] + officials)
    }
  }

  private static func responses(
    _ operation: ServiceOperation, _ access: RouteAccess, answer: DocumentValue?
  ) -> DocumentValue {
    let (type, schema): (String, DocumentValue) =
      switch operation.answer {
      case .json: ("application/json", answer ?? [:])
      case .text(let type): (type, ["type": "string"])
      case .document: ("application/json", ["type": "object"])
      }
    var success: [String: DocumentValue] = [
      "description": "Đã nhận / Done", "content": .object([type: ["schema": schema]]),
    ]
    if operation.isKeyed {
      success["headers"] = .object(
        ["Ansinh-Head", "Ansinh-Replayed"].reduce(into: [:]) { $0[$1] = ["$ref": .text("#/components/headers/" + $1)] })
    }
    var responses: [String: DocumentValue] = [String(operation.status): .object(success)]
    if operation.takesDryRun {
      success["description"] = "Sẽ được nhận, chưa ghi gì / It would be done; nothing is written"
      success["headers"] = .object(
        ["Ansinh-Head", "Ansinh-Dry-Run"].reduce(into: [:]) { $0[$1] = ["$ref": .text("#/components/headers/" + $1)] })
      responses["200"] = .object(success)
    }
    for (status, codes) in Dictionary(grouping: operation.codes(access), by: \.status) {
      let isShared = codes.count == 1
      responses[String(status)] =
        isShared ? ["$ref": .text("#/components/responses/" + codes[0].rawValue)] : response(codes)
    }
    return .object(responses)
  }

  /// The answer with one of these problems, which have one status.
  private static func response(_ codes: [ProblemCode]) -> DocumentValue {
    [
      "description": .text(codes.map(\.rawValue).joined(separator: ", ")),
      "content": .object([
        Problem.mediaType: [
          "schema": [
            "$ref": "#/components/schemas/Problem",
            "properties": ["code": ["enum": .list(codes.map { .text($0.rawValue) })]],
          ]
        ]
      ]),
    ]
  }

  /// Answers with one problem alone, by its code.
  private static var shared: DocumentValue {
    .object(Dictionary(uniqueKeysWithValues: ProblemCode.allCases.map { ($0.rawValue, response([$0])) }))
  }
}

extension RouteAccess {
  /// The roles that let an official in, as the wire names them; `nil` where none is asked for.
  fileprivate var roles: [String]? {
    switch self {
    case .everybody, .terminals: nil
    case .officials(let roles), .terminalsAnd(let roles): roles.sorted().map { RoleName($0).rawValue }
    }
  }
}
