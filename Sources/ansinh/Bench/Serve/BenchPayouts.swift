import CardApplication
import CardCrypto
import Foundation
import ISO7816
import Ledger
import ServiceAPI
import TransactionService
import VietnamReference

/// Payouts of distinct cards, chosen with equal chances, signed before they are sent: whole HTTP requests, by
/// connection.
struct BenchPayouts: Sendable {
  let nation: BenchNation
  /// Line of a card's holder: people were recorded in the order of their cards.
  let firstLine: UInt32
  let month: UInt32
  let keys: CentreKeys
  /// Payouts that earlier runs on this country sent.
  let used: Int
  private static let amount: Int64 = 1_000

  /// `count` requests by connection, signed by two workers: each has half of the cards, because a card's next
  /// certificate names its last.
  func prepare(_ count: Int) async throws -> [RequestQueue] {
    async let first = prepare(count, of: 0..<nation.cards / 2)
    async let second = prepare(count, of: nation.cards / 2..<nation.cards)
    let halves = try await (first, second)
    return zip(halves.0, halves.1).map { $0.merged(with: $1) }
  }

  private func prepare(_ count: Int, of cards: Range<Int>) async throws -> [RequestQueue] {
    let terminals = try (0..<BenchNation.terminals).map { try Sender($0) }
    let order = CardOrder(cards: nation.cards)
    var queues = terminals.map { _ in RequestQueue() }
    var last: [Int: [UInt8]] = [:]
    // As a terminal makes them (`card-application` §5): of the time, so that they lie together in an index.
    var ids = UUIDv7Generator { .random(in: .min ... .max) }
    for place in used..<used + count {
      let (card, round) = order.choice(place)
      guard cards.contains(card) else { continue }
      let terminal = terminal(of: card, place)
      let previous = last[card] ?? [UInt8](repeating: 0, count: 32)
      let (signed, id) = try certificate(
        card, counter: UInt32(round + 1), previous: previous, terminals[terminal], &ids)
      if count > nation.cards { last[card] = signed.identity }
      queues[terminal].append(try request(signed, id: id, terminals[terminal]), place: place)
    }
    return queues
  }

  /// Nine in ten are paid in their own province, one anywhere.
  private func terminal(of card: Int, _ place: Int) -> Int {
    place % 10 == 9 ? (place / 10) % BenchNation.terminals : nation.home(card: card) * 2 + place % 2
  }

  /// A terminal as the requests name it.
  private struct Sender {
    let keyHash: [UInt8]
    let province: UInt8

    init(_ number: Int) throws {
      keyHash = Digest.sha256.hash(try BenchNation.key(terminal: number).publicKey.point)
      guard let province = UInt8(BenchNation.provinces[number / 2]) else { throw BenchError.impossible }
      self.province = province
    }
  }

  private func certificate(
    _ card: Int, counter: UInt32, previous: [UInt8], _ terminal: Sender, _ ids: inout UUIDv7Generator
  ) throws -> (signed: SignedLayout, id: [UInt8]) {
    let random = SystemRandom()
    let id = ids.next(at: Clock.milliseconds).octets
    let number = try BenchNation.number(card)
    let key = try BenchNation.key(card: card)
    let now = Clock.seconds
    let challenge = try keys.makeChallenge(
      transactionID: id, card: number, terminal: terminal.keyHash, expiresAt: now + CentreKeys.challengeLifetime)
    guard let entry = PayoutEntry(line: firstLine + UInt32(card), period: month, amount: Self.amount),
      let order = PayoutOrder(
        transactionID: id, entries: [entry], terminalTime: now, hostProvince: terminal.province, commune: 5_443,
        mode: .online, challenge: challenge)
    else { throw BenchError.impossible }
    let certificate = PayoutCertificate(
      cardNumber: number, keyID: keyIdentifier(ofPoint: key.publicKey.point), versions: [1, 1, 1, 1],
      responseSerial: 0, counter: counter, order: order,
      terminal: CertifiedTerminal(
        authority: Array("VNDV1900001".utf8), holder: Array("VN19T0000100001".utf8), keyHash: terminal.keyHash,
        effectiveRights: [UInt8](repeating: 0, count: 7) + [1]), cardDate: CardDate(unixTime: now), method: .pin,
      pinGeneration: 1, acknowledgedGeneration: 0, pinOrigin: .issuer, pinSetter: [], spent: [],
      unacknowledgedOffline: 0, overrides: 0, sessionHash: try random.bytes(32), previousHash: previous)
    return (try SignedLayout(signing: certificate.body, with: key), id)
  }

  private func request(_ signed: SignedLayout, id: [UInt8], _ terminal: Sender) throws -> [UInt8] {
    let body = try WireJSON.encode(
      PayoutRequest(certificate: WireBytes(signed.bytes), terminalKeyHash: WireBytes(terminal.keyHash)))
    let head =
      "POST /v1/payouts HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
      + "idempotency-key: \(id.hex)\r\ncontent-length: \(body.count)\r\n\r\n"
    return Array(head.utf8) + body
  }
}

/// The order in which cards pay: each round goes once over all of them, mixed by a multiplication modulo a prime.
struct CardOrder: Sendable {
  let cards: Int
  private let prime: UInt64

  init(cards: Int) {
    self.cards = cards
    var candidate = UInt64(max(cards, 100_003))
    while !Self.isPrime(candidate) { candidate += 1 }
    prime = candidate
  }

  /// The card of the `place`-th payout of all, and how many the card has made before.
  func choice(_ place: Int) -> (card: Int, round: Int) {
    let round = place / cards
    var value = UInt64(place % cards)
    // One to one modulo the prime; what falls beyond the cards goes round again, which keeps it so.
    repeat {
      value = (value * (48_271 + UInt64(round % 1_000)) + 12_345) % prime
    } while value >= UInt64(cards)
    return (Int(value), round)
  }

  private static func isPrime(_ number: UInt64) -> Bool {
    var divisor: UInt64 = 2
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }
}

/// Requests of one connection, one after the other, as they go onto the wire.
struct RequestQueue: Sendable {
  private var octets: [UInt8] = []
  private var ends: [Int] = []
  private var places: [Int] = []

  var count: Int { ends.count }

  mutating func append(_ request: some Collection<UInt8>, place: Int) {
    octets += request
    ends.append(octets.count)
    places.append(place)
  }

  /// Both, in the order of their places.
  func merged(with other: RequestQueue) -> RequestQueue {
    var all = RequestQueue()
    all.octets.reserveCapacity(octets.count + other.octets.count)
    var (mine, theirs) = (0, 0)
    while mine < count || theirs < other.count {
      if theirs == other.count || (mine < count && places[mine] < other.places[theirs]) {
        all.append(self[mine], place: places[mine])
        mine += 1
      } else {
        all.append(other[theirs], place: other.places[theirs])
        theirs += 1
      }
    }
    return all
  }

  /// The octets of the `index`-th request.
  subscript(index: Int) -> ArraySlice<UInt8> { octets[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
