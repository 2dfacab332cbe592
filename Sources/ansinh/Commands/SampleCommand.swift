import ArgumentParser
import Benefits
import Foundation
import Issuance
import Ledger
import VietnamReference

/// `ansinh sample …`: people whom nobody is, for training and trials.
struct SampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Dữ liệu mẫu để tập huấn và thử: danh sách, thẻ, lượt chi. / Sample lists, cards and payouts.",
    discussion: """
      Số định danh mẫu dùng mã tỉnh 003 mà không công dân nào có; trung tâm chỉ nhận khi chạy với \
      --cho-phep-du-lieu-mau. / Sample personal IDs have the province code 003, which no citizen has; a centre takes \
      them only with --cho-phep-du-lieu-mau.
      """, subcommands: [List.self, Cards.self, Taps.self])

  /// `ansinh sample list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Danh sách chi trả một tháng, đủ các trụ cột, 34 tỉnh. / A month's list: all pillars, all provinces.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số người. / People.") var people = 1_000
    @Option(name: .long, help: "Tháng hưởng, ví dụ 2026-11 hoặc 11/2026. / Month.") var month: MonthArgument
    @Option(
      name: .long,
      help: "Số người đầu danh sách có thêm truy lĩnh tháng trước. / People at its head with arrears besides.")
    var arrears = 0
    @Option(name: .long, help: "Hạt giống; cùng số cho cùng danh sách. / Seed; the same gives the same list.")
    var seed: UInt64 = 1
    @Option(name: .long, help: "Tệp CSV sẽ ghi. / The CSV file to write.", completion: .file(extensions: ["csv"]))
    var out: String

    func validate() throws {
      guard (1...5_000_000).contains(people) else { throw ValidationError("--people: 1…5000000") }
      guard (0...people).contains(arrears) else { throw ValidationError("--arrears: 0…--people") }
    }

    private struct Made: Codable, Sendable {
      let path: String
      let people: Int
      let rows: Int
    }

    func run() async throws {
      guard let today = Clock.today, let period = Int32(exactly: month.yyyymm).flatMap({ Period(yyyymm: $0) }) else {
        return
      }
      var sample = SamplePeople(.embedded, period: period, day: today, seed: seed)
      let hasArrears = arrears > 0
      var octets = PaymentRow.csvHeader(hasArrears: hasArrears)
      var rows = 0
      for number in 0..<people {
        let person = sample.person(number)
        let all = person.rows.map { hasArrears ? $0 + "," : $0 } + (number < arrears ? person.arrears : [])
        rows += all.count
        for row in all { octets += Array((row + "\r\n").utf8) }
      }
      try Data(octets).write(to: URL(fileURLWithPath: out), options: .atomic)
      let made = Made(path: out, people: people, rows: rows)
      try global.output.result(made) {
        global.output.pick(
          "\(made.path): \(made.people) người, \(made.rows) khoản.",
          "\(made.path): \(made.people) people, \(rows) rows.")
      }
    }
  }

  /// `ansinh sample cards LIST`
  struct Cards: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cards",
      abstract: "Thẻ phần mềm cho người trong danh sách, mã PIN 246810. / Software cards for a list's people.",
      discussion: """
        Thẻ được làm, đọc lại, đăng ký và kích hoạt như thẻ thật; mọi thẻ mẫu có cùng mã PIN. / Cards are made, read \
        back, registered and activated as real ones are; all sample cards have the same PIN.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Danh sách chi trả mẫu. / Sample payment list.", completion: Completions.list) var list: String
    @Option(name: .long, help: "Số người đầu danh sách. / People from the head of the list.") var count = 100
    @Option(name: .long, help: "Tệp JSON ghi các thẻ. / JSON file for the cards made.") var out: String
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func validate() throws {
      guard (1...100_000).contains(count) else { throw ValidationError("--count: 1…100000") }
    }

    func run() async throws {
      let (output, home, out, count) = (global.output, global.home, out, count)
      let people = try await IssueFlow.applicants(try ListFile(list, sampleData: true), limit: count)
      let held = try await CentreAccess.with(home, url: service, sampleData: true) { client in
        try await SampleCards(home: home, client: client).make(people, output)
      }
      try JSONEncoder().encode(held).write(to: URL(fileURLWithPath: out), options: .atomic)
      try output.result(held) { output.pick("\(held.count) thẻ mẫu: \(out)", "\(held.count) sample cards: \(out)") }
    }
  }

  /// `ansinh sample taps CARDS`
  struct Taps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "taps",
      abstract: "Chi trả lần lượt cho các thẻ mẫu ở điểm tỉnh khác. / Pay sample cards at points of other provinces.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp của `sample cards`. / What `sample cards` wrote.") var cards: String
    @Option(
      name: .long, help: "Điểm chi trả, ví dụ BD-79-003:26734; dùng được nhiều lần. / Points, as CODE:COMMUNE.")
    var point: [String]
    @Option(name: .long, help: "Bỏ qua số thẻ đầu. / Cards to leave out.") var skip = 0
    @Option(name: .long, help: "Nhiều nhất số thẻ này. / At most so many cards.") var count = Int.max
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func validate() throws {
      guard !point.isEmpty, skip >= 0, count > 0 else { throw ValidationError("--point, --skip, --count") }
    }

    func run() async throws {
      let (output, home) = (global.output, global.home)
      let held = try JSONDecoder().decode(
        [SampleCards.Held].self, from: Data(contentsOf: URL(fileURLWithPath: cards)))
      let places = try point.map { text in
        let parts = text.split(separator: ":").map(String.init)
        return try PointPlace.resolve(parts[0], commune: parts.count > 1 ? parts[1] : nil, agent: nil, home)
      }
      let chosen = Array(held.dropFirst(skip).prefix(count))
      let taps = try await CentreAccess.with(home, url: service, sampleData: true) { client in
        try await SampleCards(home: home, client: client).tap(chosen, at: places, output)
      }
      try output.result(taps) {
        output.pick(
          "\(taps.paid) lượt chi, \(VND.text(taps.amount)); \(taps.empty) thẻ đã hết khoản; \(taps.seconds) giây.",
          "\(taps.paid) payouts, \(VND.text(taps.amount)), \(taps.empty) cards with nothing left; \(taps.seconds) s.")
      }
    }
  }
}
