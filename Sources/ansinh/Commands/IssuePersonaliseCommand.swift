import ArgumentParser
import CardApplication
import Foundation
import Issuance
import VietnamReference

extension IssueCommand {
  /// `ansinh issue personalise`
  struct Personalise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "personalise",
      abstract: "Cá thể hóa thẻ và đăng ký tại trung tâm. / Personalise cards and register them.",
      discussion: """
        Làm tiếp đợt đang mở, hoặc mở đợt mới cho mọi người đang chờ. Bị ngắt ở đâu cũng chạy lại được: thẻ đang làm \
        dở bị bỏ, số thẻ đó không bao giờ dùng. Mã PIN chỉ được in ra một lần, nơi --print-command, --print-folder \
        hoặc --print-screen chỉ định; với --json mỗi thẻ một dòng. / Goes on with the open job, or opens one for \
        everybody who waits. Can be run again wherever it was cut off: cards in work are given up, their numbers never \
        used. The PIN is printed once only, where --print-command, --print-folder or --print-screen says; with --json \
        one line a card.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var paper: CardPrintOptions
    @OptionGroup var keys: OfficeKeyOptions
    @Option(name: .long, help: "Số đợt (mặc định: đợt đang mở). / Number of the job (default: the open one).")
    var job: Int64?
    @Option(name: .long, help: "Số định danh của một người. / One person's ID.") var person: String?
    @Option(name: .long, help: "Nhiều nhất N thẻ. / At most N cards.") var limit: Int?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Thêm một đầu đọc; dùng nhiều lần được. / One more reader, repeatable.", valueName: "reader"))
    var desk: [String] = []
    @Flag(name: .long, help: "Thẻ phần mềm trong tiến trình này. / Software cards in this process.") var virtual = false
    @Option(name: .long, help: "Số bàn làm thẻ phần mềm. / Desks that make software cards.") var desks = 2
    @Flag(name: .long, help: "Chỉ in kịch bản APDU, không làm gì. / Print the APDU script only.") var dryRun = false
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
    var sampleData = false
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Chứng thư gốc CVCA mà thẻ sẽ tin; mặc định lấy trong thư mục ca. / The CVCA's certificate for the cards.",
        valueName: "file"), completion: Completions.certificate)
    var anchor: String?
    @Option(
      name: .long,
      help: """
        Quầy có quyền online và can-allowed, để đọc lại cả hồ sơ và chứng thư trên thẻ vừa làm. / Counter that reads \
        the holder's files back too.
        """)
    var counter: String?

    func validate() throws {
      if !dryRun { try paper.requireOne() }
    }

    func run() async throws {
      let output = global.output
      let home = global.home
      if dryRun { return try await printScript(output) }
      let (printer, isScreen) = try paper.printer(output)
      try await CentreAccess.with(home, url: service, sampleData: sampleData) { client in
        let flow = IssueFlow(home: home, client: client, passphrase: { try keys.passphrase() })
        let office = try await flow.office(anchor: anchor, counter: counter)
        try KeyFlow.notePlain(home, output)
        try Self.tell(try await office.registerWaiting().refused, output)
        guard let id = try chosenJob(office.store) else {
          return try Self.nobody(person, office.store, output)
        }
        let work = try IssuingJob(
          id, office: office, folder: home.office, person: person, limit: limit ?? .max, printer: printer
        ) { Clock.seconds }
        if virtual { try work.sweep { VirtualDesk.sweep(home, job: id, scrapped: $0) } }
        let count = person == nil ? try office.store.counts(ofJob: id).open : 1
        let counts = try await PersonaliseFlow(home: home, output: output).run(
          work, makeDesks(id, home, output, isSeries: min(count, limit ?? .max) > 1), office, printsToScreen: isScreen)
        // Nothing is left to do in it.
        if counts.left == 0, counts.defects == 0 {
          try IssueJobCommand.close(id, office.store, home)
        }
      }
    }

    /// Names the finished cards that the centre does not take; each waits for an officer, and holds up no other.
    private static func tell(_ refused: [(card: CardNumber, reason: any Error)], _ output: Output) throws {
      for (card, reason) in refused {
        let message = UserMessage(reason)
        output.note(
          "Trung tâm không nhận thẻ \(card.grouped): \(message.problem.vi) Đừng trao thẻ này; xem “ansinh issue show”, "
            + "hủy bằng “ansinh issue terminate” rồi cấp thẻ khác.",
          "The centre does not take card \(card.grouped): \(message.problem.en) Don't hand it over; see “ansinh issue "
            + "show”, end it by “ansinh issue terminate” and have another made.")
      }
    }

    /// Says why there is nobody to make a card for.
    private static func nobody(_ person: String?, _ store: OfficeStore, _ output: Output) throws {
      if let person {
        guard let state = try store.registerState(of: person) else { throw OfficeError.unknownPerson }
        guard state == .matched else { throw OfficeError.notMatched(state) }
        guard try store.liveCard(of: person) != nil else { throw OfficeError.undecided }
      }
      let counts = try store.counts()
      guard counts.applicants > counts.made, person == nil else {
        return output.say("Không còn ai chờ cấp thẻ.", "Nobody is waiting for a card.")
      }
      output.say(
        "Còn \(counts.applicants - counts.made) người chưa khớp với dữ liệu dân cư: “ansinh issue verify”.",
        "\(counts.applicants - counts.made) people are not matched by the register yet: “ansinh issue verify”.")
    }

    /// The job asked for, the open one of the person, the newest open one in which somebody is left, or a new one;
    /// `nil` when nobody waits.
    private func chosenJob(_ store: OfficeStore) throws -> Int64? {
      if let job { return try store.job(job).id }
      if let person, let job = try store.openJob(of: person) { return job }
      let open = person == nil ? try store.jobs().filter { $0.closedAt == nil } : []
      if let begun = try open.first(where: { try store.counts(ofJob: $0.id).open > 0 }) { return begun.id }
      do {
        return try store.openJob(
          "", people: person.map { [$0] }, actor: OfficeAccess.actor, time: Clock.seconds
        ).id
      } catch JobError.nobodyWaits {
        return open.first?.id
      }
    }

    private func makeDesks(
      _ job: Int64, _ home: StateHome, _ output: Output, isSeries: Bool
    ) -> [any PersonalisationDesk] {
      if virtual {
        return (1...max(1, min(desks, 64))).map { VirtualDesk(name: "virtual \($0)", job: job, home: home) }
      }
      let first = desk.isEmpty || readers.reader != nil ? [readers.reader] : []
      return (first + desk.map { $0 }).map { ReaderDesk($0, readers, isSeries: isSeries, output) }
    }

    private func printScript(_ output: Output) async throws {
      let stored = try? OfficeAccess.store(global.home).waiting(personalID: person, limit: 1).first
      // Without an office, a person that nobody is: the script shows lengths and order all the same.
      let applicant =
        stored
        ?? Applicant(
          personalID: "003152000119", name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: "1952-05-17",
          province: "19")
      let lines = try await DryRun().script(applicant)
      try output.result(lines) {
        var table = TextTable(columns: [
          .init("#", .trailing), .init(output.pick("Bước", "Step")), .init("CLA INS P1 P2"),
          .init(output.pick("Dữ liệu", "Data"), .trailing), .init("SCP03"), .init(output.pick("Trả lời", "Answer")),
        ])
        for line in lines {
          table.addRow([
            String(line.number), line.name, line.header, String(line.length), line.isProtected ? "C-ENC R-MAC" : "—",
            "\(line.status) (\(line.answerLength))",
          ])
        }
        return table.rendered()
          + output.pick(
            "\n\(lines.count) APDU. Khóa chỉ có trong lần chạy này; không ghi gì, không cấp số thẻ nào.",
            "\n\(lines.count) APDUs. Keys of this run only; nothing was written and no number given out.")
      }
    }
  }
}
