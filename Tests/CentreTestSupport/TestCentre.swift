import AsyncHTTPClient
package import Benefits
import CardApplication
package import CardCrypto
package import CardTestSupport
import Foundation
import Ledger
package import LedgerStore
import NIOCore
import NIOHTTP1
package import PayoutPoint
package import ServiceAPI
import Synchronization
package import TransactionService

/// An answer as it came over the socket.
package struct HTTPAnswer: Sendable {
  package let status: Int
  package let body: [UInt8]
  package let mediaType: String
  package let isReplay: Bool
  /// Header `Ansinh-Dry-Run`.
  package let isDryRun: Bool
  /// Header `Ansinh-Head`.
  package let head: String?

  package init(
    status: Int, body: [UInt8], mediaType: String = "", isReplay: Bool = false, isDryRun: Bool = false,
    head: String? = nil
  ) {
    self.status = status
    self.isDryRun = isDryRun
    self.body = body
    self.mediaType = mediaType
    self.isReplay = isReplay
    self.head = head
  }

  /// The problem in the body.
  package func problem() throws -> Problem { try WireJSON.decode(Problem.self, from: body) }

  package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try WireJSON.decode(type, from: body)
  }
}

/// A whole centre in this process: the real store in a folder of its own, the real routes on a loopback port.
package final class TestCentre: Sendable {
  package static let agent = "VNPOST"
  package let folder: String
  package let clock: TestClock
  package let store: SQLiteLedgerStore
  package let keys: CentreKeys
  package let custodian: SoftwareKeyCustodian
  package let issuer: Certificate
  /// The terminals' PKI, which the office's cards trust.
  package let pki: TestPKI
  package let client: ServiceClient
  package let base: String
  private let http: HTTPClient
  private let count = Mutex(0)

  private init(
    folder: String, clock: TestClock, store: SQLiteLedgerStore, keys: CentreKeys, custodian: SoftwareKeyCustodian,
    issuer: Certificate, pki: TestPKI, port: Int
  ) {
    self.issuer = issuer
    self.pki = pki
    self.folder = folder
    self.clock = clock
    self.store = store
    self.keys = keys
    self.custodian = custodian
    base = "http://127.0.0.1:\(port)"
    // Two processors with many tests: how long an answer may take is for other tests.
    client = ServiceClient(base: base, timeoutSeconds: 60)
    http = HTTPClient(eventLoopGroupProvider: .singleton)
  }

  /// Runs a centre for as long as `body` takes; afterwards its audit has to be clean, unless `audits` is false.
  package static func run(
    in scratch: ScratchFolder? = nil, clock: TestClock = TestClock(), allowsSampleData: Bool = true,
    audits: Bool = true, catalogue: ProgrammeCatalogue = .embedded, isForensic: Bool = false,
    _ body: @escaping @Sendable (TestCentre) async throws -> Void
  ) async throws {
    let scratch = try scratch ?? ScratchFolder()
    let office = scratch.path + "/office"
    try FileManager.default.createDirectory(atPath: office, withIntermediateDirectories: true)
    let custodian = try SoftwareKeyCustodian(
      path: office + "/custodian.keys", issuerName: "Test issuer", budget: MemorySessionBudget(card: 10_000))
    let issuer = try issuer(custodian, folder: office)
    let pki = try TestPKI(from: 20_260_101)
    let store = try SQLiteLedgerStore(folder: scratch.path + "/centre", clock: { clock.milliseconds })
    let keys = try CentreKeys(path: scratch.path + "/centre/centre.keys")
    let records = try RecordsKey(folder: scratch.path + "/centre")
    let centre = Centre(
      store: store, keys: keys, trust: IssuerTrust(folders: [office]), allowsSampleData: allowsSampleData,
      catalogue: catalogue,
      backups: BackupMaker(files: StateFiles(home: scratch.path), key: records), records: records,
      anchors: isForensic
        ? AnchorLog(lookingAt: scratch.path + "/centre", key: records, clock: { clock.milliseconds })
        : try AnchorLog(folder: scratch.path + "/centre", key: records, clock: { clock.milliseconds }),
      clock: { clock.milliseconds })
    let failure = Mutex<(any Error)?>(nil)
    let server = CentreServer(centre: centre, port: 0, isForensic: isForensic)
    do {
      try await server.run(stopsOnSignals: false) { port, stop in
        let running = TestCentre(
          folder: scratch.path, clock: clock, store: store, keys: keys, custodian: custodian, issuer: issuer,
          pki: pki, port: port)
        do {
          try await body(running)
          if audits { try await running.requireCleanAudit() }
        } catch {
          failure.withLock { $0 = error }
        }
        await running.client.shutdown()
        try? await running.http.shutdown()
        await stop()
      }
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private static func issuer(_ custodian: SoftwareKeyCustodian, folder: String) throws -> Certificate {
    let certificate = try custodian.certify(
      CertificateRequest(
        subject: custodian.issuerName, serial: [1], publicKey: custodian.certificateKey,
        notBefore: TestClock.start - 86_400, notAfter: TestClock.start + 20 * 366 * 86_400, isAuthority: true))
    try Data(certificate.der).write(to: URL(fileURLWithPath: folder + "/issuer.der"))
    return certificate
  }

  package func requireCleanAudit() async throws {
    let audit = try await client.get("/v1/audit", AuditAnswer.self)
    guard audit.problemCount == 0 else {
      throw TestSupportError.auditFound(audit.problems.map { "\($0.check): \($0.place)" })
    }
  }

  /// A key nobody has used yet.
  package func freshKey() -> String {
    count.withLock { count in
      count += 1
      return "key-\(count)"
    }
  }

  /// POST of a JSON value under `key`, or a fresh one.
  package func post(_ path: String, _ body: some Encodable, key: String? = nil) async throws -> HTTPAnswer {
    try await send(path, octets: WireJSON.encode(body), key: key ?? freshKey())
  }

  /// POST of octets as they are; without `Idempotency-Key` when `key` is nil.
  package func send(_ path: String, octets: [UInt8], key: String?) async throws -> HTTPAnswer {
    var request = HTTPClientRequest(url: base + path)
    request.method = .POST
    if let key { request.headers.add(name: "Idempotency-Key", value: key) }
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: octets))
    guard let rehearsal = Rehearsal.current else { return try await execute(request, path, octets) }
    return try await rehearsal.run(self, path) { query in
      var asked = request
      asked.url += query
      return try await execute(asked, path + query, octets)
    }
  }

  package func get(_ path: String) async throws -> HTTPAnswer {
    try await execute(HTTPClientRequest(url: base + path), path, [])
  }

  /// Every answer of every test has to be as the OpenAPI document says.
  private func execute(_ request: HTTPClientRequest, _ path: String, _ sent: [UInt8]) async throws -> HTTPAnswer {
    let response = try await http.execute(request, timeout: .seconds(60))
    let buffer = try await response.body.collect(upTo: 1 << 24)
    let answer = HTTPAnswer(
      status: Int(response.status.code), body: Array(buffer.readableBytesView),
      mediaType: response.headers.first(name: "Content-Type") ?? "",
      isReplay: response.headers.first(name: "Ansinh-Replayed") == "true",
      isDryRun: response.headers.first(name: "Ansinh-Dry-Run") == "true",
      head: response.headers.first(name: "Ansinh-Head"))
    try ServiceContract.shared.get().require(request.method.rawValue, path, sent: sent, got: answer)
    return answer
  }
}

/// Registrations and money.
extension TestCentre {
  /// Registers the agent with a limit.
  package func registerAgent(limit: Int64 = 1_000_000_000) async throws {
    let request = AgentRequest(agent: Self.agent, onlineLimit: limit)
    _ = try await client.post("/v1/agents", key: freshKey(), request, RegisteredAnswer.self)
  }

  /// A terminal with a fresh key, registered.
  package func terminal(province: String = "79", commune: String = "26734") async throws -> Terminal {
    let terminal = Terminal(
      agent: Self.agent, point: "BD-\(province)-003", province: province, commune: commune,
      key: try ECPrivateKey(generate: .p256))
    _ = try await client.post("/v1/terminals", key: freshKey(), Self.request(terminal), RegisteredAnswer.self)
    return terminal
  }

  package static func request(_ terminal: Terminal) -> TerminalRequest {
    TerminalRequest(
      publicKey: WireBytes(terminal.key.publicKey.point), agent: terminal.agent, point: terminal.point,
      province: terminal.province, commune: terminal.commune)
  }

  /// Revokes a terminal's key, as the certificate authority does.
  package func revoke(_ terminal: Terminal) async throws { try await client.revokeTerminal(terminal.keyHash) }

  /// Who funds what the tests need.
  package static let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "BHXH-19", reason: "kinh phí")

  /// Funds, imports and credits a list: what it holds can be paid afterwards.
  package func credit(_ rows: [ListRow], list: String = "T11") async throws {
    for (purse, rows) in Dictionary(grouping: rows, by: { [$0.benefit.unit, $0.benefit.funder] }) {
      let request = FundingRequest(
        unit: purse[0], funder: purse[1], amount: rows.reduce(0) { $0 + $1.amount }, reference: "UNC 1",
        hands: TestCentre.hands)
      _ = try await client.post("/v1/fundings", key: freshKey(), request, BookedAnswer.self)
    }
    let answer = try await importList(rows, list: list)
    guard answer.status == 201 else { throw TestSupportError.invalid(String(decoding: answer.body, as: UTF8.self)) }
    try await approve(list)
    _ = try await client.post("/v1/payment-lists/\(list)/credits", key: freshKey(), [String](), CreditAnswer.self)
  }

  /// Has a sealed list checked and approved by somebody else than its maker.
  package func approve(_ list: String) async throws {
    for step in ["check", "approval"] {
      let answer = try await post("/v1/payment-lists/\(list)/\(step)", ListHandRequest(actor: "Lê B"))
      guard answer.status < 300 else { throw TestSupportError.invalid(String(decoding: answer.body, as: UTF8.self)) }
    }
  }

  /// Sends one chunk of a list; `first` is the place of its first row.
  package func importRows(_ rows: [ListRow], list: String, first: Int = 1) async throws -> HTTPAnswer {
    try await send(
      "/v1/payment-lists/\(list)/rows?sample-data=true&first=\(first)", octets: ListRow.file(rows), key: freshKey())
  }

  package func importList(_ rows: [ListRow], list: String = "T11") async throws -> HTTPAnswer {
    try await send("/v1/payment-lists?sample-data=true&maker=Nguy%E1%BB%85n%20A", octets: ListRow.file(rows), key: list)
  }
}
