import ArgumentParser
import Foundation
import ISO7816
import Issuance
import VietnamReference

/// `ansinh issue job …`: people taken together, and what became of their cards.
struct IssueJobCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Đợt cá thể hóa. / Personalisation jobs.",
    subcommands: [Open.self, List.self, Show.self, Close.self])

  /// Closes a job with all that a run which was cut off has left of it.
  ///
  /// - Returns: how many cards were in work.
  @discardableResult
  static func close(_ job: Int64, _ store: OfficeStore, _ home: StateHome) throws -> Int {
    try IssuingJob.close(job, store, folder: home.office, actor: OfficeAccess.actor, time: Clock.seconds) { scrapped in
      VirtualDesk.sweep(home, job: job, scrapped: scrapped)
    }
  }

  /// What is told of a job.
  struct Told: Encodable {
    let job: Int64
    let title: String
    let openedAt: Int64
    let closedAt: Int64?
    let counts: JobCounts
    let reconcile: Bool

    init(_ job: Job, _ store: OfficeStore) throws {
      self.job = job.id
      title = job.title
      openedAt = job.openedAt
      closedAt = job.closedAt
      counts = try store.counts(ofJob: job.id)
      reconcile = counts.reconcile
    }
  }

  /// `ansinh issue job open`
  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "open", abstract: "Mở đợt cho những người chờ cấp thẻ. / Open a job for people who wait.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Tên đợt. / What the job is called.") var title = ""
    @Option(
      name: .long, help: ArgumentHelp("Số định danh; dùng nhiều lần được. / Personal ID, repeatable.", valueName: "id"))
    var person: [String] = []
    @Option(name: .long, help: "Nhiều nhất N người. / At most N people.") var limit: Int?

    func run() throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      let job = try store.openJob(
        title, people: person.isEmpty ? nil : person, limit: max(0, limit ?? .max), actor: OfficeAccess.actor,
        time: Clock.seconds)
      let told = try Told(job, store)
      try output.result(told) {
        output.pick(
          "Đã mở đợt \(job.id): \(told.counts.taken) người. Làm thẻ bằng “ansinh issue personalise --job \(job.id)”.",
          "Job \(job.id) is open: \(told.counts.taken) people. Make their cards with "
            + "“ansinh issue personalise --job \(job.id)”.")
      }
    }
  }

  /// `ansinh issue job list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Các đợt, mới nhất trước. / Jobs, newest first.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      let jobs = try store.jobs(limit: 200).map { try Told($0, store) }
      try output.result(jobs) {
        guard !jobs.isEmpty else { return output.pick("Chưa có đợt nào.", "There is no job yet.") }
        var table = TextTable(columns: [
          .init(output.pick("Đợt", "Job"), .trailing), .init(output.pick("Tên", "Title"), maximumWidth: 30),
          .init(output.pick("Nhận", "Taken"), .trailing), .init(output.pick("Xong", "Good"), .trailing),
          .init(output.pick("Còn", "Left"), .trailing), .init(output.pick("Thẻ bỏ", "Scrapped"), .trailing),
          .init(output.pick("Tình trạng", "State")),
        ])
        for job in jobs {
          table.addRow(
            [String(job.job), job.title]
              + [job.counts.taken, job.counts.good, job.counts.left, job.counts.scrapped].map {
                VND.grouped(Int64($0))
              } + [job.closedAt == nil ? output.pick("đang mở", "open") : output.pick("đã đóng", "closed")])
        }
        return table.rendered()
      }
    }
  }

  /// `ansinh issue job show N`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Số liệu của đợt, thẻ bỏ và hồ sơ lỗi. / A job's counts, scrapped cards and defects.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số đợt. / The job's number.") var job: Int64

    private struct Scrapped: Encodable {
      let cardNumber: String
      let serial: String
      let reason: String
      let detail: String
      let desk: String
      let time: Int64
      let position: Int64
    }

    private struct Defect: Encodable {
      let position: Int64
      let personalID: String
      let reason: String
    }

    private struct Shown: Encodable {
      let job: Told
      let scrapped: [Scrapped]
      let defects: [Defect]
    }

    func run() throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      let told = try Told(try store.job(job), store)
      let cards = try store.scrapped(inJob: job)
      let defects = try store.defects(inJob: job)
      let shown = Shown(
        job: told,
        scrapped: cards.map {
          Scrapped(
            cardNumber: $0.number, serial: $0.serial.hex, reason: $0.reason.rawValue, detail: $0.detail, desk: $0.desk,
            time: $0.time, position: $0.position)
        },
        defects: defects.map {
          Defect(
            position: $0.item.position, personalID: Mask.tail($0.item.applicant.personalID), reason: $0.reason)
        })
      try output.result(shown) { text(told, cards, shown.defects, output) }
    }

    private func text(_ told: Told, _ cards: [ScrappedCard], _ defects: [Defect], _ output: Output) -> String {
      var table = TextTable(columns: [.init(output.pick("Đợt \(job)", "Job \(job)")), .init("", .trailing)])
      let counts = told.counts
      for (name, count) in [
        (output.pick("Người đã nhận", "People taken"), counts.taken),
        (output.pick("— có thẻ tốt", "— with a good card"), counts.good),
        (output.pick("— còn chờ", "— left"), counts.left),
        (output.pick("— hồ sơ lỗi", "— defects"), counts.defects),
        (output.pick("— rút khỏi đợt", "— withdrawn"), counts.withdrawn),
        (output.pick("Thẻ đã bắt đầu", "Cards begun"), counts.begun),
        (output.pick("— tốt", "— good"), counts.good), (output.pick("— bỏ", "— scrapped"), counts.scrapped),
        (output.pick("— đang làm", "— in work"), counts.inWork),
      ] { table.addRow([name, VND.grouped(Int64(count))]) }
      for (name, count) in [
        (output.pick("Còn chờ nhưng của tỉnh khác", "Left, but of another province"), counts.outside)
      ] where count > 0 { table.addRow([name, VND.grouped(Int64(count))]) }
      var text = table.rendered()
      text +=
        "\n"
        + (counts.reconcile
          ? output.pick("Số liệu khớp.", "The counts reconcile.")
          : output.pick("SỐ LIỆU KHÔNG KHỚP.", "THE COUNTS DO NOT RECONCILE."))
      if !cards.isEmpty {
        var scrapped = TextTable(columns: [
          .init(output.pick("Thẻ bỏ", "Scrapped card")), .init("Chip"), .init(output.pick("Vì sao", "Why")),
          .init(output.pick("Ở bước", "At")), .init(output.pick("Bàn", "Desk")),
        ])
        for card in cards {
          scrapped.addRow([
            Mask.tail(card.number), card.serial.hex, output.pick(card.reason.text.vi, card.reason.text.en),
            card.detail, card.desk,
          ])
        }
        text += "\n\n" + scrapped.rendered()
        text +=
          "\n"
          + output.pick(
            "Hủy phiếu mã PIN và phôi thẻ đã in mang các số này, nếu có.",
            "Destroy PIN mailers and printed cards that bear these numbers, if there are any.")
      }
      if !defects.isEmpty {
        text += "\n\n" + output.pick("Hồ sơ lỗi: ", "Defects: ")
        text += defects.map { "\($0.position) (\($0.personalID), \($0.reason))" }.joined(separator: ", ")
      }
      return text
    }
  }

  /// `ansinh issue job close N`
  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "close", abstract: "Đóng đợt; người còn lại chờ đợt khác. / Close a job; who is left waits on.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số đợt. / The job's number.") var job: Int64

    func run() throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      let interrupted = try IssueJobCommand.close(job, store, global.home)
      if interrupted > 0 {
        output.note(
          "Đã bỏ \(interrupted) thẻ đang làm dở; hủy phiếu mã PIN mang các số nêu ở “ansinh issue job show \(job)”.",
          "\(interrupted) cards in work are given up; destroy PIN slips with the numbers that "
            + "“ansinh issue job show \(job)” lists.")
      }
      let told = try Told(try store.job(job), store)
      try output.result(told) {
        output.pick(
          "Đã đóng đợt \(job): \(told.counts.good) thẻ tốt, \(told.counts.withdrawn) người rút khỏi đợt.",
          "Job \(job) is closed: \(told.counts.good) good cards, \(told.counts.withdrawn) people withdrawn.")
      }
    }
  }
}

/// The office's database for a command.
enum OfficeAccess {
  /// Who does what is done here.
  static var actor: String { ProcessInfo.processInfo.userName }

  /// The database of an office that has been begun.
  static func store(_ home: StateHome) throws -> OfficeStore {
    guard FileManager.default.fileExists(atPath: home.office + "/office.sqlite") else {
      throw UsageError.noOffice(home: home.path)
    }
    return try OfficeStore(folder: home.office)
  }
}
