import Benefits
import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import SoftCard
import Synchronization
import VietnamReference

/// One payout of the demonstration's story.
struct DemoPayout: Sendable {
  let title: BilingualText
  let pillar: String
  let point: PointPlace
}

/// What the demonstration came to, for `--json`.
struct DemoSummary: Codable, Sendable {
  struct Tap: Codable, Sendable {
    let transaction: String
    let amount: Int64
    let homeProvince: String
    let hostProvince: String
    let apdus: Int
    let milliseconds: Double
  }

  var people = 0
  var cards = 0
  var cardsPerSecond = 0.0
  var credited: Int64 = 0
  var taps: [Tap] = []
  var settlement: [SettlementLine] = []
  var auditBatches: Int64 = 0
  var auditPayouts: Int64 = 0
  var auditProblems: Int64 = 0
}

/// Counts from any thread.
private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}

/// The story of one card for every citizen, run on the real parts: office, centre, points, cards.
struct Demo: Sendable {
  let home: StateHome
  let output: Output
  /// Path of the payment list.
  let list: String
  let cards: any DemoCards
  /// Only the first so many people; `nil` for all.
  let limit: Int?
  /// The programmes of the list.
  var catalogue = ProgrammeCatalogue.embedded

  /// A card of the story, with what its holder got on paper.
  struct Held: Sendable {
    let row: PaymentRow
    let card: PersonalisedCard
    let folder: String
  }

  static let payouts = [
    DemoPayout(
      title: BilingualText(vi: "Lương hưu", en: "A pension"), pillar: "BHXH-HUU",
      point: PointPlace(agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734")),
    DemoPayout(
      title: BilingualText(vi: "Trợ cấp thất nghiệp", en: "An unemployment benefit"), pillar: "BHTN-",
      point: PointPlace(agent: "VNPOST", point: "BD-48-001", province: "48", commune: "20194")),
    DemoPayout(
      title: BilingualText(vi: "Trợ cấp xã hội", en: "A social allowance"), pillar: "BTXH-",
      point: PointPlace(agent: "VNPOST", point: "BD-01-002", province: "01", commune: "00070")),
    DemoPayout(
      title: BilingualText(vi: "Trợ cấp ưu đãi người có công", en: "A merit allowance"), pillar: "NCC-",
      point: PointPlace(agent: "VNPOST", point: "BD-46-001", province: "46", commune: "19804")),
  ]

  func run(_ client: ServiceClient) async throws -> DemoSummary {
    var summary = DemoSummary()
    let authority = try DemoAuthority(home)
    let rows = try await chosenRows()
    summary.people = rows.count
    heading("1. Cơ quan cấp thẻ làm thẻ cho từng người", "1. The issuing office makes a card for each person")
    let started = ContinuousClock.now
    let held = try await issue(rows, client)
    let seconds = (ContinuousClock.now - started).milliseconds / 1_000
    summary.cards = held.count
    summary.cardsPerSecond = (Double(held.count) / max(seconds, 0.001) * 10).rounded() / 10
    output.say(
      "\(held.count) thẻ, \(summary.cardsPerSecond) thẻ/giây; khóa chi trả sinh trong thẻ, đã đăng ký tại trung tâm.",
      "\(held.count) cards, \(summary.cardsPerSecond) a second; payout keys made on the card, registered at the centre."
    )

    heading("2. Đơn vị nhập danh sách và ghi có kỳ chi trả", "2. The units import the list and credit the period")
    let imported = try await ImportFlow(
      client: client,
      options: ImportOptions(maker: "lập", checker: "kiểm soát", approver: "phê duyệt", sampleData: true)
    ).run(
      try listOf(rows))
    summary.credited = imported.amount
    let pairs = imported.totals.count
    output.say(
      "Đã ghi có \(imported.credited) khoản, \(VND.text(imported.amount)), \(pairs) cặp đơn vị và nguồn.",
      "\(imported.credited) items credited, \(VND.text(imported.amount)), \(pairs) pairs of unit and funder.")

    heading("3. Chi trả ở tỉnh khác", "3. Paid in another province")
    for (index, payout) in Self.payouts.enumerated() {
      guard let person = held.first(where: { $0.row.programmeCode.hasPrefix(payout.pillar) }) else { continue }
      summary.taps.append(try await pay(payout, person, client, authority, showsVoucher: index == 0))
    }
    heading("4. Người dân xem thẻ của mình", "4. A citizen looks at the card")
    if let person = held.first(where: { row in !Self.payouts.contains { row.row.programmeCode.hasPrefix($0.pillar) } })
    {
      try await showBalance(person, client)
    }
    try await settle(client, &summary)
    output.say("", "")
    taps(summary)
    return summary
  }

  private func heading(_ vi: String, _ en: String) {
    output.say("\n━━ \(vi)", "\n━━ \(en)")
  }

  func chosenRows() async throws -> [PaymentRow] {
    let file = try ListFile(list, sampleData: true, catalogue: catalogue)
    try file.requireAllGood()
    var rows: [PaymentRow] = []
    try await file.read {
      if rows.count < limit ?? .max { rows.append($0) }
    } onReject: { _ in
    }
    return rows
  }

  /// A list of just these rows.
  private func listOf(_ rows: [PaymentRow]) throws -> ListFile {
    var octets = PaymentRow.csvHeader
    for row in rows { row.appendCSV(to: &octets) }
    let path = home.path + "/danh-sach.csv"
    try Data(octets).write(to: URL(fileURLWithPath: path))
    return try ListFile(path, sampleData: true)
  }

  func issue(_ rows: [PaymentRow], _ client: ServiceClient) async throws -> [Held] {
    let flow = IssueFlow(home: home, client: client)
    let office = try await flow.office()
    var seen = Set<String>()
    let people = rows.filter { seen.insert($0.personalID.digits).inserted }
    let applicants = people.map {
      Applicant(
        personalID: $0.personalID.digits, name: $0.name.text, asciiName: $0.name.ascii,
        birthDate: $0.birthDate.iso, province: $0.provinceCode)
    }
    try office.store.take(applicants, time: Clock.seconds)
    let checked = try await RegisterFlow(store: office.store, actor: "demo").run(
      records: try RegisterFlow.sampleRegister(applicants))
    output.say(
      "Đối chiếu với dịch vụ dân cư (mẫu): \(checked.outcomes["matched"] ?? 0)/\(checked.asked) người khớp.",
      "Checked against a (sample) population register: \(checked.outcomes["matched"] ?? 0) of \(checked.asked) match.")
    var bar = ProgressBar(
      BilingualText(vi: "Cấp thẻ", en: "Issuing"), total: people.count, language: output.language,
      output: output.progress)
    var held: [Held] = []
    for row in people {
      guard let applicant = try office.store.waiting(personalID: row.personalID.digits).first else { continue }
      let folder = home.card("demo-\(held.count + 1)")
      let card = try await cards.with(folder, durability: .deferred) { channel in
        try await office.issue(applicant, on: channel)
      }.card
      held.append(Held(row: row, card: card, folder: folder))
      bar.advance()
    }
    bar.finish()
    return held
  }

  func pay(
    _ payout: DemoPayout, _ person: Held, _ client: ServiceClient, _ authority: DemoAuthority, showsVoucher: Bool
  ) async throws -> DemoSummary.Tap {
    let flow = try await PayFlow(home: home, client: client, place: payout.point)
    let access = try authority.access(flow.terminal)
    let count = Counter()
    try await activate(person)
    let (result, duration) = try await cards.with(person.folder, durability: .synchronous) { channel in
      let counted = HeaderLogChannel(channel) { _ in count.add() }
      let start = ContinuousClock.now
      let session = try await CardSession.open(counted, .pin, password: Self.pin, terminal: access)
      let result = try await flow.desk.pay(session)
      return (result, ContinuousClock.now - start)
    }
    let voucher = payout.point.voucher(result.payout)
    let today = Clock.today
    let home = Names.province(person.row.provinceCode, on: today)
    let host = Names.province(payout.point.province, on: today)
    output.say(
      "\(payout.title.vi): \(VND.text(result.amount)) của \(home), chi tại \(host), \(voucher.pointName).",
      "\(payout.title.en): \(VND.text(result.amount)) of \(home), paid in \(host), \(voucher.pointName).")
    if showsVoucher { output.say("\n" + voucher.text(.vietnamese) + "\n", "\n" + voucher.text(.english) + "\n") }
    return DemoSummary.Tap(
      transaction: result.transaction, amount: result.amount, homeProvince: home, hostProvince: host,
      apdus: count.value, milliseconds: duration.milliseconds)
  }

  /// What every holder of the story chooses.
  private static var pin: SecretBytes { SecretBytes(Array("246810".utf8)) }

  /// The holder chooses a PIN in the transport PIN's place, which activates the card.
  private func activate(_ person: Held) async throws {
    try await cards.with(person.folder, durability: .synchronous) { channel in
      try await OpenedCard.open(channel, .pin, password: person.card.secrets.pin).setPIN(Self.pin)
    }
  }

  /// A person who was not paid yet: the point brings the card up to date, then the card itself is asked.
  private func showBalance(_ person: Held, _ client: ServiceClient) async throws {
    let place = PointPlace(
      agent: "VNPOST", point: "BD-\(person.row.provinceCode)-001", province: person.row.provinceCode, commune: "00001")
    let flow = try await PayFlow(home: home, client: client, place: place)
    try await activate(person)
    let balance = try await cards.with(person.folder, durability: .synchronous) { channel in
      let session = try await CardSession.open(channel, .pin, password: Self.pin)
      _ = await flow.desk.refresh(session)
      return try await CardTexts.balance(session)
    }
    output.say(CardTexts.text(balance, output), CardTexts.text(balance, output))
  }

  private func settle(_ client: ServiceClient, _ summary: inout DemoSummary) async throws {
    heading("5. Đối soát giữa các tỉnh", "5. Settlement between provinces")
    let today = Clock.today
    let window = today.map { String($0.year * 100 + $0.month) } ?? ""
    let settlement = try await client.get("/v1/settlement/\(window)", SettlementAnswer.self)
    summary.settlement = settlement.lines
    let text = Reports.settlement(settlement, output, on: today)
    output.say(text, text)
    heading("6. Thanh tra", "6. Inspection")
    let audit = try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 600)
    summary.auditBatches = audit.batches
    summary.auditPayouts = audit.payouts
    summary.auditProblems = audit.problemCount
    let report = Reports.audit(audit, output)
    output.say(report, report)
  }

  private func taps(_ summary: DemoSummary) {
    for tap in summary.taps {
      let time = (tap.milliseconds * 10).rounded() / 10
      let way = "\(tap.homeProvince) → \(tap.hostProvince)"
      output.say(
        "Lần chạm thẻ \(way): \(tap.apdus) APDU, \(time) ms (cả thẻ, mạng và ghi đĩa).",
        "Tap \(way): \(tap.apdus) APDUs, \(time) ms (card, network and disk included).")
    }
  }
}
