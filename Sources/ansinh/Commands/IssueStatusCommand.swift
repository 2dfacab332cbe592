import ArgumentParser
import CardApplication
import Foundation
import Issuance
import VietnamReference

/// `ansinh issue status`
struct IssueStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Đã nhận, đã làm, đã đăng ký, còn chờ. / Taken in, made, registered, waiting.")

  @OptionGroup var global: GlobalOptions
  @Option(name: .long, help: "Chỉ người có số định danh này. / Only the person with this ID.") var person: String?

  private struct Person: Codable {
    let name: String
    let personalID: String
    let province: String
    let cardNumber: String?
    let isRegistered: Bool
  }

  private struct Status: Codable {
    let applicants: Int
    let made: Int
    let registered: Int
    let unregistered: Int
    let waiting: Int
    let scrapped: Int
    /// People by what the population register said of them.
    let register: [String: Int]
    /// Open work items by their kind.
    let work: [String: Int]
    /// The first of those who wait, or the one asked for.
    let people: [Person]
  }

  /// People shown at most.
  private static let shown = 20

  func run() throws {
    let output = global.output
    let office = global.home.office
    guard FileManager.default.fileExists(atPath: office) else {
      throw UsageError.noOffice(home: global.home.path)
    }
    let store = try OfficeStore(folder: office)
    let counts = try store.counts()
    let people: [Person]
    if let person {
      guard let applicant = try store.applicant(person) else {
        throw UsageError.unknownPerson
      }
      people = [try row(applicant, store)]
    } else {
      people = try store.waiting(limit: Self.shown).map { try row($0, store) }
    }
    let status = Status(
      applicants: counts.applicants, made: counts.made, registered: counts.registered,
      unregistered: counts.made - counts.registered, waiting: counts.applicants - counts.made,
      scrapped: counts.scrapped,
      register: Dictionary(uniqueKeysWithValues: try store.registerCounts().map { ($0.key.rawValue, $0.value) }),
      work: Dictionary(uniqueKeysWithValues: try store.workCounts().map { ($0.key.rawValue, $0.value) }),
      people: people)
    try output.result(status) { text(status, output) }
  }

  private func row(_ applicant: Applicant, _ store: OfficeStore) throws -> Person {
    let card = try store.liveCard(of: applicant.personalID)
    return Person(
      name: applicant.name, personalID: Mask.tail(applicant.personalID),
      province: Names.province(applicant.province, on: Clock.today), cardNumber: card?.number.masked,
      isRegistered: card?.isRegistered ?? false)
  }

  private func text(_ status: Status, _ output: Output) -> String {
    var table = TextTable(columns: [.init(output.pick("Cấp thẻ", "Issuing")), .init("", .trailing)])
    let rows = [
      (output.pick("Đã nhận (người)", "Taken in (people)"), status.applicants),
      (output.pick("Đã làm thẻ", "Cards made"), status.made),
      (output.pick("— đã đăng ký tại trung tâm", "— registered at the centre"), status.registered),
      (output.pick("— chưa đăng ký", "— not registered yet"), status.unregistered),
      (output.pick("Còn chờ", "Waiting"), status.waiting),
      (output.pick("Số thẻ bỏ (làm dở)", "Numbers scrapped (never finished)"), status.scrapped),
    ]
    for (name, count) in rows { table.addRow([name, VND.grouped(Int64(count))]) }
    for state in RegisterState.allCases {
      guard let count = status.register[state.rawValue] else { continue }
      let name = PeopleTexts.state(state)(output.language)
      table.addRow([output.pick("Dân cư: \(name)", "Register: \(name)"), VND.grouped(Int64(count))])
    }
    let work = status.work.values.reduce(0, +)
    if work > 0 { table.addRow([output.pick("Việc cần xử lý", "Work items"), VND.grouped(Int64(work))]) }
    var text = table.rendered()
    if !status.people.isEmpty {
      var people = TextTable(columns: [
        .init(output.pick("Họ và tên", "Name"), maximumWidth: 40), .init(output.pick("Số định danh", "Personal ID")),
        .init(output.pick("Tỉnh, thành phố", "Province")), .init(output.pick("Thẻ", "Card")),
      ])
      for person in status.people {
        let card = person.cardNumber.map {
          $0 + (person.isRegistered ? "" : output.pick(" (chưa đăng ký)", " (not registered)"))
        }
        people.addRow([person.name, person.personalID, person.province, card ?? output.pick("chờ cấp", "waiting")])
      }
      text += "\n\n" + people.rendered()
      let more = status.waiting - status.people.count
      if person == nil, more > 0 {
        text += "\n" + output.pick("… và \(more) người nữa.", "… and \(more) more.")
      }
    }
    if status.unregistered > 0 {
      text +=
        "\n"
        + output.pick(
          "Chạy “ansinh issue personalise” để đăng ký tiếp các thẻ chưa đăng ký.",
          "Run “ansinh issue personalise” to register the cards that are not.")
    }
    return text
  }
}
