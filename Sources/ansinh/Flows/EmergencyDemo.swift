import Benefits
import Foundation
import PayoutPoint
import ServiceAPI
import VietnamReference

/// One line of the minutes: what was done, for how many, with how much money, in how long.
struct EmergencyStep: Codable, Sendable {
  let step: BilingualText
  let people: Int
  let amount: Int64
  let seconds: Double
}

/// What the emergency programme came to, for `--json`.
struct EmergencySummary: Codable, Sendable {
  var steps: [EmergencyStep] = []
  var lists = 0
  /// Rows that were refused since the person is on another province's list.
  var duplicates = 0
  /// Rows that were refused since the person is on another support that excludes it.
  var overlaps = 0
  var credited = 0
  var amount: Int64 = 0
  var tap: DemoSummary.Tap?
  var auditProblems: Int64 = 0
}

/// An emergency programme, from its data file to its first payout, without a build: as Nghị quyết 68 and 116 were.
struct EmergencyDemo: Sendable {
  let home: StateHome
  let output: Output
  let people: EmergencyPeople
  let cards: any DemoCards
  let catalogue: ProgrammeCatalogue

  /// Writes the programmes' data file into the state folder, where the centre reads it when it starts.
  static func prepare(_ home: StateHome, _ output: Output) throws -> ProgrammeCatalogue {
    guard let today = Clock.today else { throw CentreAccessError.noLoopback }
    try home.make(home.programmes)
    let path = home.programmes + "/khan-cap-thu.yaml"
    try Data(EmergencyPeople.programmes(today).utf8).write(to: URL(fileURLWithPath: path))
    let catalogue = try ProgrammeFolder.catalogue(nil, of: home)
    output.say("\n━━ 1. Chương trình là một tệp dữ liệu", "\n━━ 1. The programme is a data file")
    output.say(
      "“\(path)”: KC-NLD 1.800.000 đ (Quỹ BHTN), KC-TD 1.500.000 đ (ngân sách địa phương); mỗi người chỉ hưởng một, và "
        + "không cùng trợ cấp thất nghiệp. Đã kiểm tra, các ví dụ tính đúng.",
      "“\(path)”: KC-NLD 1,800,000 đ (unemployment fund), KC-TD 1,500,000 đ (local budgets); one of them a person, and "
        + "not beside unemployment benefit. Checked, its worked examples come out right.")
    return catalogue
  }

  func run(_ client: ServiceClient) async throws -> EmergencySummary {
    var summary = EmergencySummary()
    try await standing(client, &summary)
    let imported = try await lists(client, &summary)
    let chosen = try await credit(imported, client, &summary)
    try await firstPayout(chosen, client, &summary)
    try await audit(client, &summary)
    minutes(summary)
    return summary
  }

  private func measure<Value>(
    _ step: BilingualText, _ summary: inout EmergencySummary,
    _ body: () async throws -> (value: Value, people: Int, amount: Int64)
  ) async throws -> Value {
    let start = ContinuousClock.now
    let done = try await body()
    let seconds = (ContinuousClock.now - start).milliseconds / 1_000
    summary.steps.append(EmergencyStep(step: step, people: done.people, amount: done.amount, seconds: seconds))
    return done.value
  }

  private func file(_ name: String, _ csv: [UInt8]) throws -> ListFile {
    let path = home.path + "/\(name).csv"
    try Data(csv).write(to: URL(fileURLWithPath: path))
    return try ListFile(path, sampleData: true, catalogue: catalogue)
  }

  /// Those who have unemployment benefit this month already.
  private func standing(_ client: ServiceClient, _ summary: inout EmergencySummary) async throws {
    try await measure(
      BilingualText(vi: "Danh sách trợ cấp thất nghiệp đã có", en: "The standing list of unemployment benefit"),
      &summary
    ) {
      let file = try file("tro-cap-that-nghiep", people.unemployed())
      let result = try await ImportFlow(client: client, options: ImportOptions(maker: "BHXH", sampleData: true)).run(
        file)
      return ((), result.items, result.amount)
    }
  }

  private struct Imported {
    let upload: ListUpload
    let totals: [ListTotal]
    let path: String
  }

  /// The provinces' lists: the first one with people of another list is refused whole, with its rows named; then each
  /// is taken without them.
  private func lists(_ client: ServiceClient, _ summary: inout EmergencySummary) async throws -> [Imported] {
    output.say(
      "\n━━ 2. \(people.provinces.count) tỉnh, thành phố gửi danh sách, \(people.count) người",
      "\n━━ 2. \(people.provinces.count) provinces send their lists, \(people.count) people")
    var imported: [Imported] = []
    var refused = 0
    var isShown = false
    try await measure(
      BilingualText(vi: "Nhập danh sách các tỉnh, loại người trùng", en: "The provinces' lists, duplicates taken out"),
      &summary
    ) {
      var bar = ProgressBar(
        BilingualText(vi: "Nhập", en: "Importing"), total: people.provinces.count, language: output.language,
        output: output.progress)
      var (items, amount) = (0, Int64(0))
      for index in people.provinces.indices {
        let file = try file("khan-cap-\(people.provinces[index])", people.list(index))
        if !isShown, people.hasPlanted(index) {
          isShown = true
          try await showRefusal(file, client)
        }
        let options = ImportOptions(
          maker: "tỉnh \(people.provinces[index])", sampleData: true, acceptsValid: true, language: output.language)
        let result = try await ImportFlow(client: client, options: options).run(file)
        refused += result.rejected
        items += result.items
        amount += result.amount
        imported.append(
          Imported(
            upload: ListUpload(client: client, list: result.list, sampleData: true), totals: result.totals,
            path: file.path))
        bar.advance()
      }
      bar.finish()
      return ((), items, amount)
    }
    summary.lists = imported.count
    summary.overlaps = people.plantedOverlaps
    summary.duplicates = refused - people.plantedOverlaps
    output.say(
      "Đã loại \(summary.duplicates) người trùng giữa hai tỉnh (cùng khoản, khoản tháng sau hoặc gói kia) và "
        + "\(summary.overlaps) người đang hưởng trợ cấp thất "
        + "nghiệp; mỗi dòng bị loại nằm trong tệp dòng lỗi cạnh danh sách của tỉnh.",
      "\(summary.duplicates) people on two lists (the same support, that of the next month, the other one) and "
        + "\(summary.overlaps) with unemployment benefit taken out; "
        + "each row is in the file of rejects beside its province's list.")
    guard refused == people.plantedOverlaps + people.plantedDuplicates else { throw BenchError.impossible }
    return imported
  }

  private func showRefusal(_ file: ListFile, _ client: ServiceClient) async throws {
    do {
      _ = try await ImportFlow(client: client, options: ImportOptions(maker: "tỉnh", sampleData: true)).run(file)
    } catch let refused as ListRefusedError {
      let name = URL(fileURLWithPath: file.path).lastPathComponent
      output.say(
        "“\(name)” bị từ chối cả danh sách, các dòng được nêu tên:", "“\(name)” is refused whole, its rows are named:")
      for row in refused.rows.prefix(4) { output.say("  ✘ \(row.text.vi)", "  ✘ \(row.text.en)") }
      let more = refused.rows.count + refused.more - min(refused.rows.count, 4)
      if more > 0 { output.say("  … và \(more) dòng nữa", "  … and \(more) more") }
    }
  }

  /// Checked, funded, approved and credited; a list whose first person is paid.
  private func credit(
    _ lists: [Imported], _ client: ServiceClient, _ summary: inout EmergencySummary
  ) async throws -> String {
    output.say(
      "\n━━ 3. Kiểm soát, cấp kinh phí, phê duyệt, ghi có", "\n━━ 3. Checked, funded, approved, credited")
    let items = lists.reduce(0) { $0 + $1.totals.reduce(0) { $0 + $1.count } }
    let amount = lists.reduce(0) { $0 + $1.totals.reduce(0) { $0 + $1.amount } }
    let steps: [(BilingualText, (Imported) async throws -> Void)] = [
      (BilingualText(vi: "Kiểm soát", en: "Checking"), { try await $0.upload.check("kiểm soát") }),
      (
        BilingualText(vi: "Cấp kinh phí và tạm ứng", en: "Funding and advances"),
        { list in
          try await CycleFlow(client: client, list: list.upload.list).fund(
            list.totals, agent: "VNPOST", maker: "tỉnh", checker: "phê duyệt")
        }
      ),
      (BilingualText(vi: "Phê duyệt", en: "Approving"), { _ = try await $0.upload.approve("phê duyệt") }),
      (
        BilingualText(vi: "Ghi có", en: "Crediting"),
        { list in try await list.upload.credit(items: list.totals.reduce(0) { $0 + $1.count }) }
      ),
    ]
    for (name, step) in steps {
      try await measure(name, &summary) {
        var bar = ProgressBar(name, total: lists.count, language: output.language, output: output.progress)
        for list in lists {
          try await step(list)
          bar.advance()
        }
        bar.finish()
        return ((), items, amount)
      }
    }
    (summary.credited, summary.amount) = (items, amount)
    output.say(
      "Đã ghi có \(items) người, \(VND.text(amount)).", "\(items) people credited, \(VND.text(amount)).")
    guard let first = lists.first else { throw BenchError.impossible }
    return first.path
  }

  private func firstPayout(
    _ path: String, _ client: ServiceClient, _ summary: inout EmergencySummary
  ) async throws {
    output.say("\n━━ 4. Khoản chi đầu tiên, bằng thẻ, ở tỉnh khác", "\n━━ 4. The first payout, by card, elsewhere")
    let demo = Demo(home: home, output: output, list: path, cards: cards, limit: 1, catalogue: catalogue)
    summary.tap = try await measure(BilingualText(vi: "Làm thẻ và chi", en: "A card made, and paid"), &summary) {
      let rows = try await demo.chosenRows()
      let authority = try DemoAuthority(home)
      guard let held = try await demo.issue(rows, client).first else { throw BenchError.impossible }
      let payout = DemoPayout(
        title: BilingualText(vi: "Hỗ trợ khẩn cấp", en: "Emergency support"), pillar: "KC-",
        point: PointPlace(agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734"))
      let tap = try await demo.pay(payout, held, client, authority, showsVoucher: true)
      return (tap, 1, tap.amount)
    }
  }

  private func audit(_ client: ServiceClient, _ summary: inout EmergencySummary) async throws {
    let (people, amount) = (summary.credited, summary.amount)
    let answer = try await measure(BilingualText(vi: "Kiểm toán toàn bộ sổ", en: "The whole ledger audited"), &summary)
    {
      (try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 3_600), people, amount)
    }
    summary.auditProblems = answer.problemCount
    output.say("\n" + Reports.audit(answer, output), "\n" + Reports.audit(answer, output))
  }

  private func minutes(_ summary: EmergencySummary) {
    var table = TextTable(columns: [
      .init(output.pick("Bước", "Step")), .init(output.pick("Số người", "People"), .trailing),
      .init(output.pick("Số tiền", "Amount"), .trailing), .init(output.pick("Giây", "Seconds"), .trailing),
    ])
    for step in summary.steps {
      let seconds = (step.seconds * 10).rounded() / 10
      table.addRow([
        output.pick(step.step.vi, step.step.en), String(step.people), VND.text(step.amount), String(seconds),
      ])
    }
    let total = (summary.steps.reduce(0) { $0 + $1.seconds } * 10).rounded() / 10
    table.setTotals([output.pick("Cộng", "Total"), "", "", String(total)])
    let text = "\n━━ " + output.pick("BIÊN BẢN", "MINUTES") + "\n" + table.rendered()
    output.say(text, text)
  }
}
