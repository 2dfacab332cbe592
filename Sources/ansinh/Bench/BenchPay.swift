import Benefits
import CardApplication
import CardCrypto
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Payouts of many cards through a centre over HTTP: the question, the verified and fsynced posting, the PAID record.
/// The cards' signatures are made here, by keys of their own, at the moment of the question's answer.
struct BenchPay: Sendable {
  let count: Int
  let connections: Int
  private static let amount: Int64 = 6_283_417

  private struct Card: Sendable {
    let number: CardNumber
    let key: ECPrivateKey
  }

  func run(folder: String) async throws -> BenchReport {
    let home = StateHome(path: folder)
    let limits = try MachineLimits.cryptography() + [MachineLimits.disk(folder)]
    let figures = try await CentreAccess.with(home, sampleData: true) { client in
      let people = (1...count).map(Self.personalID)
      let cards = try await register(people, client, home)
      try await credit(people, client)
      let point = try await PayFlow(
        home: home, client: client,
        place: PointPlace(agent: "VNPOST", point: "BD-19-001", province: "19", commune: "05443"))
      return try await measure(cards, client, point.terminal)
    }
    return BenchReport(
      subject: BilingualText(
        vi:
          "Chi trả qua HTTP, \(connections) kết nối, mỗi thẻ một khóa: hỏi, kiểm chữ ký, ghi sổ và fsync, báo ĐÃ CHI.",
        en: "Payouts over HTTP, \(connections) connections, a key a card: question, verification, fsynced posting, "
          + "PAID record."), figures: figures, limits: limits)
  }

  private static func personalID(_ number: Int) -> String {
    // 999,999 women born in each year from 1952 on.
    let digits = String(number % 1_000_000)
    let year = 52 + number / 1_000_000
    return "0031\(year)" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// What everybody is owed, imported, funded and credited.
  private func credit(_ people: [String], _ client: ServiceClient) async throws {
    let upload = ListUpload(client: client, list: "BENCH", sampleData: true)
    for first in stride(from: 0, to: people.count, by: ListUpload.chunkRows) {
      let chunk = people[first..<min(first + ListUpload.chunkRows, people.count)]
      let rows = chunk.map {
        "\($0),Nguyễn Thị Hòa,17/05/1952,BHXH-HUU,2026-11,\(Self.amount),QHTTT,BHXH-19,19,BD-19-001,,\r\n"
      }
      _ = try await upload.send(Array(rows.joined().utf8), first: first + 1)
    }
    let total = Self.amount * Int64(people.count)
    try await upload.seal(items: people.count, amount: total, maker: "bench")
    try await CycleFlow.registerAgent("VNPOST", client)
    let hands = HandsRequest(maker: "bench", checker: "bench 2", office: "BHXH-19", reason: "bench")
    let funding = FundingRequest(
      unit: "BHXH-19", funder: "QHTTT@VN", amount: total, reference: "BENCH", hands: hands)
    _ = try await client.post("/v1/fundings", key: "bench", funding, BookedAnswer.self)
    let advance = AdvanceRequest(agent: "VNPOST", unit: "BHXH-19", funder: "QHTTT@VN", amount: total, hands: hands)
    _ = try await client.post("/v1/advances", key: "bench", advance, BookedAnswer.self)
    try await upload.check("bench 2")
    _ = try await upload.approve("bench 2")
    try await upload.credit(items: people.count)
  }

  private func register(_ people: [String], _ client: ServiceClient, _ home: StateHome) async throws -> [Card] {
    try home.make(home.office)
    let custodian = try SoftwareKeyCustodian(path: home.office + "/custodian.keys", issuerName: IssueFlow.issuerName)
    _ = try Office.issuerCertificate(custodian, folder: home.office, now: Clock.seconds)
    return try await concurrently(people.count) { index in
      guard let number = CardNumber(sequence: UInt64(index + 1)) else { throw BenchError.impossible }
      let key = try ECPrivateKey(generate: .p256)
      let certificate = try custodian.certify(
        CertificateRequest(
          subject: number.digits, serial: [1] + number.bytes, publicKey: key.publicKey,
          notBefore: Clock.seconds - 300, notAfter: Clock.seconds + 366 * 86_400, isAuthority: false))
      let request = CardRequest(
        cardNumber: number.digits, personalID: people[index], name: "Nguyễn Thị Hòa", birthDate: "1952-05-17",
        certificate: WireBytes(certificate.der))
      _ = try await client.post("/v1/cards", key: "card-\(number.digits)", request, RegisteredAnswer.self)
      return Card(number: number, key: key)
    }
  }

  private struct Times: Sendable {
    var ask = 0.0
    var post = 0.0
    var report = 0.0
  }

  private func measure(_ cards: [Card], _ client: ServiceClient, _ terminal: Terminal) async throws -> [Figure] {
    let start = ContinuousClock.now
    let times = try await concurrently(cards.count) { index in try await pay(cards[index], client, terminal) }
    let seconds = (ContinuousClock.now - start).milliseconds / 1_000
    let posts = times.map(\.post).sorted()
    return [
      Figure("Lần chi mỗi giây", "Payouts a second", unit: "1/s", [Double(cards.count) / seconds]),
      Figure("Hỏi được chi gì, lấy challenge", "Asking what can be paid, with the challenge", times.map(\.ask)),
      Figure("Kiểm chữ ký, ghi sổ, fsync, trả lời", "Verify, post, fsync, answer", posts),
      Figure("— phân vị 99", "— 99th percentile", [posts[min(posts.count - 1, posts.count * 99 / 100)]]),
      Figure("Báo ĐÃ CHI", "PAID record", times.map(\.report)),
    ]
  }

  private func pay(_ card: Card, _ client: ServiceClient, _ terminal: Terminal) async throws -> Times {
    var times = Times()
    let id = try SystemRandom().bytes(16)
    let clock = ContinuousClock()
    var start = clock.now
    let offer = try await client.post(
      "/v1/challenges", key: nil,
      ChallengeRequest(
        transactionID: WireBytes(id), cardNumber: card.number.digits, terminalKeyHash: WireBytes(terminal.keyHash)),
      ChallengeAnswer.self)
    times.ask = (clock.now - start).milliseconds
    guard let due = offer.payable.first,
      let entry = PayoutEntry(line: due.line, period: due.period, amount: due.amount),
      let order = PayoutOrder(
        transactionID: id, entries: [entry], terminalTime: Clock.seconds, hostProvince: 19, commune: 5_443,
        mode: .online, challenge: offer.challenge.octets)
    else { throw BenchError.impossible }
    let certificate = PayoutCertificate(
      cardNumber: card.number, keyID: keyIdentifier(ofPoint: card.key.publicKey.point), versions: [1, 1, 1, 1],
      responseSerial: 0, counter: 1, order: order,
      terminal: CertifiedTerminal(
        authority: Array("VNDV1900001".utf8), holder: Array("VN19T0000100001".utf8), keyHash: terminal.keyHash,
        effectiveRights: [UInt8](repeating: 0, count: 7) + [1]), cardDate: CardDate(unixTime: Clock.seconds),
      method: .pin, pinGeneration: 1, acknowledgedGeneration: 0, pinOrigin: .issuer, pinSetter: [], spent: [],
      unacknowledgedOffline: 0, overrides: 0, sessionHash: [UInt8](repeating: 7, count: 32),
      previousHash: [UInt8](repeating: 0, count: 32))
    let signed = try SignedLayout(signing: certificate.body, with: card.key)
    start = clock.now
    _ = try await client.post(
      "/v1/payouts", key: id.hex,
      PayoutRequest(certificate: WireBytes(signed.bytes), terminalKeyHash: WireBytes(terminal.keyHash)),
      PayoutAnswer.self)
    times.post = (clock.now - start).milliseconds
    let record = TerminalRecord(
      transactionID: id, outcome: .paid, time: Clock.seconds, certificateHash: signed.identity,
      terminalKeyHash: terminal.keyHash)
    let signedRecord = try SignedLayout(signing: record.body, with: terminal.key)
    start = clock.now
    _ = try await client.post(
      "/v1/payout-records", key: id.hex, RecordRequest(record: WireBytes(signedRecord.bytes)), RecordAnswer.self)
    times.report = (clock.now - start).milliseconds
    return times
  }

  /// Does `body` for 0…`total` − 1, as many at once as there are connections; the results in order.
  private func concurrently<Value: Sendable>(
    _ total: Int, _ body: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: [(Int, Value)].self) { group in
      for worker in 0..<connections {
        group.addTask {
          var results: [(Int, Value)] = []
          for index in stride(from: worker, to: total, by: connections) {
            results.append((index, try await body(index)))
          }
          return results
        }
      }
      var all: [(Int, Value)] = []
      for try await results in group { all += results }
      return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
