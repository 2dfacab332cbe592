import ArgumentParser
import CardApplication
import Foundation
import Issuance
import PayoutPoint
import VietnamReference

/// `ansinh issue …`: the issuing office.
struct IssueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Cấp thẻ. / Issue cards.",
    subcommands: [
      Import.self, Personalise.self, IssueStatusCommand.self, Activate.self, UnblockAtCounter.self,
    ])

  /// `ansinh issue import LIST`
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Nhận người cần cấp thẻ từ danh sách. / Take the people of a list in.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV. / CSV file.", completion: Completions.list) var list: String
    @OptionGroup var reading: ListOptions

    private struct Taken: Codable {
      let new: Int
      let applicants: Int
      let withCard: Int
    }

    func run() async throws {
      let output = global.output
      let file = try reading.file(list, output)
      try file.requireAllGood()
      let people = try await IssueFlow.applicants(file)
      try global.home.make(global.home.office)
      let store = try OfficeStore(folder: global.home.office)
      let new = try store.take(people)
      let counts = try store.counts()
      let taken = Taken(new: new, applicants: counts.applicants, withCard: counts.made)
      try output.result(taken) {
        output.pick(
          "Đã nhận \(new) người mới; tất cả \(counts.applicants) người, \(counts.made) người đã có thẻ.",
          "\(new) new people taken in; \(counts.applicants) in all, \(counts.made) of them have a card.")
      }
    }
  }

  /// `ansinh issue personalise`
  struct Personalise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "personalise",
      abstract: "Cá thể hóa thẻ và đăng ký tại trung tâm. / Personalise cards and register them.",
      discussion: """
        Mỗi lần một thẻ mới trong đầu đọc, hoặc --virtual để làm thẻ phần mềm trong THƯ_MỤC/card. Mã PIN chỉ được in ra
        một lần này; với --json mỗi thẻ một dòng. / One fresh card in the reader at a time, or --virtual for software
        cards under STATE/card. The PIN is printed this once only; with --json one line a card.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @Option(name: .long, help: "Số định danh của một người. / One person's ID.") var person: String?
    @Flag(name: .long, help: "Thẻ phần mềm trong tiến trình này. / Software cards in this process.") var virtual = false
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

    func run() async throws {
      let output = global.output
      let home = global.home
      try await CentreAccess.with(home, url: service, sampleData: sampleData) { client in
        let flow = IssueFlow(home: home, client: client)
        let office = try await flow.office(anchor: anchor, counter: counter)
        _ = try await office.registerWaiting()
        let waiting = try office.store.waiting(personalID: person)
        guard let first = waiting.first else {
          output.say("Không còn ai chờ cấp thẻ.", "Nobody is waiting for a card.")
          return
        }
        let people = virtual ? waiting : [first]
        for applicant in people {
          let issued =
            virtual
            ? try await flow.issueVirtual(applicant, office)
            : try await readers.withCard(output) { try await office.issue(applicant, on: $0) }
          try output.line(PINMailer(issued.card, name: applicant.name)) {
            output.pick("Họ và tên: ", "Name: ") + applicant.name + "\n" + PINMailer.text(issued.card, output)
          }
          if let failure = issued.registrationFailure {
            let reason = UserMessage(failure).problem(output.language)
            output.note(
              "Thẻ đã làm xong nhưng chưa đăng ký được (\(reason)). Chạy lại lệnh này để đăng ký.",
              "The card is made but not registered yet (\(reason)). Run this command again to register it.")
          }
        }
        let counts = try office.store.counts()
        output.note(
          "Đã làm \(people.count) thẻ; còn \(counts.applicants - counts.made) người chờ.",
          "\(people.count) cards made; \(counts.applicants - counts.made) people are waiting.")
      }
    }
  }
}
