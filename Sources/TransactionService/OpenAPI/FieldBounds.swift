import Ledger
import ServiceAPI

/// What a field may hold besides its type. Lengths of texts are in Unicode scalars, as JSON Schema counts them.
enum FieldBounds: Sendable {
  /// Text without control characters.
  case text(ClosedRange<Int>)
  /// 1…32 printable ASCII characters without space and slash.
  case code
  /// Printable ASCII characters without space.
  case ascii(ClosedRange<Int>)
  /// So many digits.
  case digits(Int)
  /// Hexadecimal digits, so many octets.
  case hex(Int)
  /// Octets in base64.
  case octets(ClosedRange<Int>)
  /// A number.
  case number(ClosedRange<Int64>, String)
  /// So many elements.
  case count(ClosedRange<Int>)
  /// A regular expression, and what it says.
  case pattern(String, String)
  /// Whatever its type allows: it is only looked up.
  case anything

  /// Đồng that can be paid or owed.
  static let amount: FieldBounds = .number(1...Money.highestAmount, "Đồng.")
  /// Đồng, or nothing.
  static let amountOrNone: FieldBounds = .number(0...Money.highestAmount, "Đồng.")
  /// A month.
  static let period: FieldBounds = .number(190_001...999_912, "A month, year * 100 + month.")
  /// A day.
  static let day: FieldBounds = .number(19_000_101...99_991_231, "A day, year * 10000 + month * 100 + day.")
  /// Number of a line.
  static let line: FieldBounds = .number(1...Int64(UInt32.max), "Number of an entitlement line.")
  /// A number that the centre gave.
  static let ordinal: FieldBounds = .number(1...Int64.max, "A number that the centre gave.")
  /// An accounting unit.
  static let unit: FieldBounds = .pattern(
    "^(?:(?:\(kinds(of: AccountingUnit.Kind.allCases.filter { $0 != .commune }.map(\.rawValue))))-[0-9]{2}|"
      + "\(AccountingUnit.Kind.commune.rawValue)-[0-9]{2}-[0-9]{5})$", "Accounting unit.")
  /// A funder.
  static let funder: FieldBounds = .pattern(
    "^(?:\(kinds(of: FunderKind.allCases.map(\.code))))@[^@]+$", "Funder: kind and owner.")

  private static func kinds(of words: [String]) -> String { words.joined(separator: "|") }

  /// Members of the schema of a field with these bounds.
  var members: [String: DocumentValue] {
    switch self {
    case .text(let length):
      [
        "minLength": .integer(Int64(length.lowerBound)), "maxLength": .integer(Int64(length.upperBound)),
        "pattern": "^[^\\u0000-\\u001f]*$",
      ]
    case .code: ["pattern": "^[!-.0-~]{1,32}$", "maxLength": 32]
    case .ascii(let length): ["pattern": .text("^[!-~]{\(length.lowerBound),\(length.upperBound)}$")]
    case .digits(let count): ["pattern": .text("^[0-9]{\(count)}$")]
    case .hex(let count): ["pattern": .text("^[0-9a-fA-F]{\(2 * count)}$")]
    case .octets(let count): Self.base64(count)
    case .number(let range, let note):
      [
        "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound), "description": .text(note),
      ]
    case .count(let count):
      ["minItems": .integer(Int64(count.lowerBound)), "maxItems": .integer(Int64(count.upperBound))]
    case .anything: [:]
    case .pattern(let pattern, let note): ["pattern": .text(pattern), "description": .text(note)]
    }
  }

  /// Three octets are four characters; the last group is filled up with `=`.
  private static func base64(_ count: ClosedRange<Int>) -> [String: DocumentValue] {
    guard count.lowerBound == count.upperBound else {
      return [
        "minLength": .integer(Int64(4 * ((count.lowerBound + 2) / 3))),
        "maxLength": .integer(Int64(4 * ((count.upperBound + 2) / 3))),
        "description": "\(count.lowerBound)…\(count.upperBound) octets.",
      ]
    }
    let rest = [0: "", 1: "[A-Za-z0-9+/]{2}==", 2: "[A-Za-z0-9+/]{3}="][count.lowerBound % 3] ?? ""
    return [
      "pattern": "^[A-Za-z0-9+/]{\(4 * (count.lowerBound / 3))}\(rest)$", "description": "\(count.lowerBound) octets.",
    ]
  }
}

/// Bounds of the fields of requests, as the service and the ledger check them.
extension FieldBounds {
  /// Bounds of a field of a request's type.
  static func of(_ type: String, _ field: String) -> FieldBounds? { special["\(type).\(field)"] ?? usual[field] }

  /// Every name that has bounds: `field` or `Type.field`.
  static var names: [String] { usual.keys.sorted() + special.keys.sorted() }

  /// What the same name means in every request.
  private static let usual: [String: FieldBounds] = [
    "agent": .code, "amount": .amount, "bankReference": .text(1...140), "batch": .text(1...140),
    "birthDate": .text(0...32), "card": .digits(16), "cardNumber": .digits(16), "cardReason": .text(0...140),
    "challenge": .octets(36...36), "checker": .text(0...64), "commune": .digits(5), "diedOn": .day,
    "document": .ascii(1...64), "entries": .count(1...20), "float": .amountOrNone, "from": .day, "funder": .funder,
    "lastPeriod": .period, "line": .line, "list": .text(1...140), "maker": .text(1...64), "name": .text(1...200),
    "office": .text(1...64), "official": .text(1...64), "onlineLimit": .amountOrNone, "paper": .ascii(1...32),
    "period": .period, "personalID": .text(1...32), "place": .code, "point": .code, "province": .digits(2),
    "reason": .text(1...140), "reference": .text(1...140), "scan": .octets(32...32), "shift": .octets(16...16),
    "statement": .text(1...140), "terminalKeyHash": .octets(32...32), "transactionID": .octets(16...16),
    "unit": .unit, "until": .day,
  ]

  private static let special: [String: FieldBounds] = [
    "AccountMarkRequest.bank": .digits(6), "AccountMarkRequest.hash": .octets(32...32),
    "AccountMarkRequest.lastFour": .digits(4), "AccountMarkRequest.salt": .octets(16...16),
    "CardRequest.certificate": .octets(1...4_096), "CardRequest.birthDate": .text(4...10),
    "CardRequest.personalID": .digits(12), "NamedPerson.personalID": .digits(12),
    "CardUpdateRequest.id": .octets(16...16), "CardUpdateRequest.kind": .code,
    "CardUpdateRequest.script": .octets(1...32_768), "CardUpdateRequest.serial": .ordinal,
    "CardUpdateResultRequest.answers": .octets(1...16_384),
    "CollectableRequest.personalIDs": .count(1...1_000), "CollectableRequest.list": .anything,
    "CorrectionRequest.amount": .amountOrNone,
    "DeductionRequest.cap": .number(1...100, "Percent."), "DeductionRequest.party": .party,
    "DeductionRequest.percent": .number(1...100, "Percent."), "DeductionRequest.receivable": .ordinal,
    "DeductionRequest.total": .amount,
    "HandPayoutRequest.visits": .count(1...1_000),
    "ItemReference.number": .number(1...Int64(UInt16.max), "The how-manieth of that line, month and kind."),
    "LedgerHeadsRequest.heads": .count(0...LedgerHeadsRequest.mostHeads),
    "ListHandRequest.actor": .text(1...64),
    "ListSealRequest.amount": .number(1...Int64.max, "Đồng, all rows added up."),
    "ListSealRequest.items": .number(1...10_000_000, "Rows of the whole list."),
    "PINActRequest.terminal": .text(1...16), "PINActRequest.time": .number(0...Int64.max, "Unix seconds."),
    "PayoutLimitsAnswer.mostPerTerminalDay": .amountOrNone, "PayoutLimitsAnswer.mostPerVisit": .amountOrNone,
    "PayoutLimitsAnswer.visitsPerCardDay": .number(0...1_000, "Visits; 0 for any number."),
    "PayoutRequest.answered": .pattern(OpenAPIDocument.signedHead, "A head as it came in `Ansinh-Head`."),
    "PayoutRequest.certificate": .octets(1...4_096),
    "ShiftAmountRequest.amount": .amountOrNone,
    "TerminalRequest.publicKey": .octets(65...65),
    "TransferOrderRequest.orders": .count(1...1_000), "TransferOrderRow.reference": .transfer,
    "TransferReportRow.reference": .transfer, "TransferStatementRequest.reports": .count(1...1_000),
    "UncollectedActRequest.items": .count(1...1_000),
  ]

  /// Code of a third party.
  static let party: FieldBounds = .pattern("^[A-Za-z][!-.0-~]{0,31}$", "Code of an organisation.")
  /// Reference of a transfer.
  static let transfer: FieldBounds = .pattern("^[0-9A-Z]{1,32}$", "Reference of a transfer.")
}
