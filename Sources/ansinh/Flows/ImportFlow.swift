import Benefits
import CardCrypto
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Why a payment list was not taken: its rows, ready to read in both languages.
struct ListRefusedError: Error {
  let rows: [BilingualText]
}

/// What importing and crediting a list came to.
struct ImportResult: Codable, Sendable {
  var list: String
  var items: Int
  var amount: Int64
  var credited: Int
  var totals: [ListTotal]
}

/// Payment lists: reading, importing at the centre, funding, crediting, advances to the agent.
enum ImportFlow {
  /// Reads and checks a list here, with every bad row named.
  static func read(_ path: String, sampleData: Bool) throws -> (octets: [UInt8], list: PaymentList) {
    let octets = try octets(path)
    return (octets, try parse(octets, sampleData: sampleData))
  }

  /// The file's content.
  static func octets(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UsageError(BilingualText(vi: "Không đọc được tệp “\(path)”.", en: "The file “\(path)” can't be read."))
    }
    return [UInt8](data)
  }

  /// Rows that the centre takes in one list.
  private static let maximumRows = 1_000

  static func parse(_ octets: [UInt8], sampleData: Bool) throws -> PaymentList {
    guard let today = Clock.today else { throw CentreAccessError.noLoopback }
    switch PaymentList.parse(octets, options: .init(today: today, allowsSampleData: sampleData)) {
    case .success(let list):
      guard list.rows.count <= maximumRows else {
        throw UsageError(
          BilingualText(
            vi: "Danh sách có \(list.rows.count) dòng. Chia thành nhiều tệp, mỗi tệp không quá 1.000 dòng.",
            en: "The list has \(list.rows.count) rows. Split it into files of at most 1,000 rows."))
      }
      return list
    case .failure(let refusal):
      throw ListRefusedError(
        rows: refusal.problems.map {
          BilingualText(vi: $0.rendered(in: .vietnamese), en: $0.rendered(in: .english))
        })
    }
  }

  /// Imports a list, books its funding, credits it, and gives the agent the advances it needs.
  ///
  /// Keys are made of the file's hash: the same file twice is the same list, taken once.
  static func run(
    _ octets: [UInt8], client: ServiceClient, agent: String, sampleData: Bool
  ) async throws -> ImportResult {
    let list = "DS-" + Digest.sha256.hash(octets).prefix(8).hex
    let query = sampleData ? "?sample-data=true" : ""
    let answer: ListAnswer
    do {
      answer = try await client.post("/v1/payment-lists" + query, key: list, octets: octets, ListAnswer.self)
    } catch {
      if case .refused(let problem) = error, !problem.rows.isEmpty { throw ListRefusedError(rows: problem.rows) }
      throw error
    }
    try await registerAgent(agent, client)
    for total in answer.totals {
      let funding = FundingRequest(
        unit: total.unit, funder: total.funder, amount: total.amount, reference: list)
      let key = "\(list)-\(total.unit)-\(total.funder)"
      _ = try await client.post("/v1/fundings", key: key, funding, BookedAnswer.self)
      let advance = AdvanceRequest(agent: agent, unit: total.unit, funder: total.funder, amount: total.amount)
      // One advance for one list, whoever pays it: the same file with another agent is refused, not booked twice.
      _ = try await client.post("/v1/advances", key: key, advance, BookedAnswer.self)
    }
    let credit = try await client.post(
      "/v1/payment-lists/\(list)/credits", key: list, [String](), CreditAnswer.self)
    return ImportResult(
      list: list, items: answer.items, amount: answer.amount, credited: credit.items, totals: answer.totals)
  }

  /// How far an agent's advance may go below zero by paying for other provinces before it is settled: 5 tỷ đồng.
  static let onlineLimit: Int64 = 5_000_000_000

  static func registerAgent(_ agent: String, _ client: ServiceClient) async throws {
    do {
      _ = try await client.post(
        "/v1/agents", key: "agent-\(agent)", AgentRequest(agent: agent, onlineLimit: onlineLimit),
        RegisteredAnswer.self)
    } catch {
      guard error.isRefusal(.alreadyRegistered) else { throw error }
    }
  }
}
