import Benefits
import CardCrypto
import ISO7816
import PayoutPoint
import ServiceAPI

/// A payment list on its way to the centre: chunks that count only when the list is sealed.
struct ListUpload: Sendable {
  /// Rows of one chunk.
  static let chunkRows = 1_000

  let client: ServiceClient
  /// The list's reference: the same for the same content, so that a list that was cut off goes on where it stopped.
  let list: String
  let sampleData: Bool

  private var path: String { "/v1/payment-lists/\(list)" }

  /// What the centre has of the list; `nil` when it has nothing.
  func state() async throws -> ListStateAnswer? {
    do {
      return try await client.get(path, ListStateAnswer.self)
    } catch {
      guard error.isRefusal(.unknownList) else { throw error }
      return nil
    }
  }

  /// What the centre has of the list.
  func known() async throws -> ListStateAnswer { try await client.get(path, ListStateAnswer.self) }

  /// Sends CSV records, of which the first has the place `first` in the list, counted from 1.
  func send(_ records: [UInt8], first: Int) async throws -> ListRowsAnswer {
    let query = "?first=\(first)" + (sampleData ? "&sample-data=true" : "")
    return try await client.post(
      path + "/rows" + query, key: "rows-\(first)", octets: PaymentRow.csvHeader + records, ListRowsAnswer.self)
  }

  /// Which of these records, counted from 0, can't be owed beside what another list has, and what that is.
  ///
  /// - Throws: ``ListImportError/unfinished(lists:)`` when it is one that counts for nothing yet.
  func duplicates(_ records: [UInt8]) async throws -> [(place: Int, claim: EarlierClaim?)] {
    let query = sampleData ? "?sample-data=true" : ""
    let answer = try await client.post(
      path + "/duplicates" + query, key: "question", octets: PaymentRow.csvHeader + records, ListDuplicatesAnswer.self)
    guard answer.unfinished.isEmpty else { throw ListImportError.unfinished(lists: answer.unfinished) }
    return answer.places.enumerated().map { index, place in
      guard answer.claims.indices.contains(index) else { return (place, nil) }
      let claim = answer.claims[index]
      return (
        place,
        EarlierClaim(list: claim.list, programme: claim.programme, unit: claim.unit, province: claim.province)
      )
    }
  }

  /// Says that all rows are there.
  func seal(items: Int, amount: Int64, maker: String) async throws {
    do {
      _ = try await client.post(
        path + "/seal", key: "seal", ListSealRequest(items: Int64(items), amount: amount, maker: maker),
        ListStateAnswer.self)
    } catch {
      guard error.isRefusal(.listSealed) else { throw error }
    }
  }

  /// A name in a key: short, and of plain characters.
  private static func short(_ name: String) -> String { Digest.sha256.hash(Array(name.utf8)).prefix(8).hex }

  /// Says that somebody other than its maker has looked it through.
  func check(_ actor: String) async throws {
    _ = try await client.post(
      path + "/check", key: "check-\(Self.short(actor))", ListHandRequest(actor: actor), RegisteredAnswer.self)
  }

  /// Approves the list: its money is set aside.
  func approve(_ actor: String) async throws -> ListApprovedAnswer {
    try await client.post(
      path + "/approval", key: "approve-\(Self.short(actor))", ListHandRequest(actor: actor), ListApprovedAnswer.self)
  }

  /// Gives the list up, so that its rows can come in another one; goes on where an earlier giving-up was cut off.
  func abandon() async throws {
    var remaining: Int64 = 1
    var round = 0
    while remaining > 0 {
      round += 1
      remaining = try await client.post(
        path + "/abandonment", key: "abandon-\(round)", [String](), ListAbandonAnswer.self
      ).remaining
    }
  }

  /// What the centre has recorded of the list, by unit and funder.
  func totals() async throws -> [ListTotal] {
    try await client.get(path + "/totals", [ListTotal].self, timeoutSeconds: 120)
  }

  /// Credits the list chunk by chunk; `progress` is told how many of its rows are credited.
  ///
  /// - Parameter items: rows of the list.
  func credit(items: Int, progress: (Int) -> Void = { _ in }) async throws {
    var remaining = items
    while remaining > 0 {
      // The key names the place: a chunk whose answer was lost is asked for again, and is credited once.
      let done = items - remaining
      let answer = try await client.post(
        path + "/credits", key: "cycle-credit-\(done)", [String](), CreditAnswer.self)
      guard answer.items + (answer.returned ?? 0) > 0 else { return }
      remaining = answer.remaining
      progress(items - remaining)
    }
  }
}
