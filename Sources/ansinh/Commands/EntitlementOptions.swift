public import ArgumentParser
import Foundation
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

extension ItemKindName: ExpressibleByArgument {}

/// Who decides about entitlements, for which office, and why.
struct DecisionOptions: ParsableArguments {
  @OptionGroup var hands: HandsOptions
  @OptionGroup var reason: ReasonOptions
  @Option(name: .long, help: "Cơ quan ra quyết định, ví dụ BHXH-19. / The office that decides.") var office: String
  @Option(
    name: .long,
    help: """
      Mã yêu cầu; chạy lại với cùng mã thì không ghi hai lần. Mặc định là mã mới. / Key of the request: run again with \
      the same key it is not booked twice; new by default.
      """)
  var key: String?
  @OptionGroup var centre: CentreOptions

  var request: HandsRequest {
    let hands = hands.hands
    return HandsRequest(
      maker: hands.maker, checker: hands.checker.isEmpty ? nil : hands.checker, office: office, reason: reason.reason)
  }

  /// The request's key; `part` tells apart what one command sends.
  func requestKey(_ part: String = "") -> String { (key ?? UUID().uuidString.lowercased()) + part }
}

/// Whose lines: a person, by personal ID or card.
struct BenefitPersonOptions: ParsableArguments {
  @Option(name: .long, help: "Số định danh. / Personal ID.") var person: String?
  @Option(name: .long, help: "Số thẻ, 16 chữ số. / Card number, 16 digits.") var card: String?

  func validate() throws {
    guard (person == nil) != (card == nil) else {
      throw ValidationError("cần một trong hai: --card, --person / give one of --card, --person")
    }
  }

  /// Tells what the centre has of the person at the path's end `part`.
  func show<Answer: Codable & Sendable>(
    _ part: String, _ type: Answer.Type, _ global: GlobalOptions, _ centre: CentreOptions,
    text: (Answer, Output) -> String
  ) async throws {
    let (output, path) = (global.output, path)
    let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
      try await Self.get(path, part, type, client)
    }
    try output.result(answer) { text(answer, output) }
  }

  /// As the centre's paths name the person.
  var path: String { Self.path(person: person, card: card) }

  /// What the centre has of the person at the path's end `part`.
  static func get<Answer: Decodable & Sendable>(
    _ path: String, _ part: String, _ type: Answer.Type, _ client: ServiceClient
  ) async throws -> Answer {
    do {
      return try await client.get(path + part, type)
    } catch {
      guard error.isRefusal(.notFound) else { throw error }
      throw EntitlementError.unknownPerson
    }
  }

  static func path(person: String?, card: String?) -> String {
    let digits = (person ?? card ?? "").filter { !$0.isWhitespace }
    return "/v1/people/" + (digits.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
  }
}

/// Which line: by its number, or the only one of a person that fits.
struct BenefitLineOptions: ParsableArguments {
  @Option(name: .long, help: "Số khoản hưởng. / Number of the line.") var line: UInt32?
  @Option(name: .long, help: "Số định danh. / Personal ID.") var person: String?
  @Option(name: .long, help: "Số thẻ, 16 chữ số. / Card number, 16 digits.") var card: String?
  @Option(
    name: .long, help: "Mã chương trình, khi có nhiều khoản. / Programme code, when there are several lines.",
    completion: Completions.programmes)
  var programme: String?

  func validate() throws {
    guard [line != nil, person != nil, card != nil].filter({ $0 }).count == 1 else {
      throw ValidationError("cần một trong ba: --line, --card, --person / give one of --line, --card, --person")
    }
  }

  /// The line's number.
  func find(_ client: ServiceClient) async throws -> UInt32 {
    if let line { return line }
    let path = BenefitPersonOptions.path(person: person, card: card)
    let lines = try await BenefitPersonOptions.get(path, "/lines", PersonLinesAnswer.self, client).lines
    let wanted = programme?.uppercased()
    let found = lines.filter { wanted == nil || $0.programme == wanted }
    guard let first = found.first else { throw EntitlementError.noLine }
    guard found.count == 1 else { throw EntitlementError.severalLines(found.map(\.line)) }
    return first.line
  }
}

/// A month as people write it: `2026-11` or `11/2026`.
struct MonthArgument: ExpressibleByArgument {
  /// Year * 100 + month.
  let yyyymm: UInt32

  init?(argument: String) {
    let texts = argument.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "-" || $0 == "/" })
    let parts = texts.compactMap { UInt32($0) }
    guard texts.count == 2, parts.count == 2 else { return nil }
    let (year, month) = parts[0] > 12 ? (parts[0], parts[1]) : (parts[1], parts[0])
    guard (1900...9999).contains(year), (1...12).contains(month) else { return nil }
    yyyymm = year * 100 + month
  }
}

/// Which item of a line.
struct BenefitItemOptions: ParsableArguments {
  @OptionGroup var line: BenefitLineOptions
  @Option(name: .long, help: "Tháng hưởng, ví dụ 2026-11 hoặc 11/2026. / Month it is owed for.")
  var month: MonthArgument
  @Option(
    name: .long,
    help:
      "Loại khoản: regular (hằng tháng), arrears (truy lĩnh), one-off (một lần), funeral (mai táng). / Kind of item.")
  var kind = ItemKindName.regular
  @Option(
    name: .long, help: "Khoản thứ mấy của tháng và loại đó, mặc định 1. / Which of that month and kind, 1 by default.")
  var number: UInt16 = 1

  func find(_ client: ServiceClient) async throws -> ItemReference {
    ItemReference(
      line: try await line.find(client), period: month.yyyymm, kind: kind, number: number > 1 ? number : nil)
  }
}
