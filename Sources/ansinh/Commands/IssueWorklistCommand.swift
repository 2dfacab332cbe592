public import ArgumentParser
import Foundation
public import Issuance
import VietnamReference

extension WorkKind: ExpressibleByArgument {}
extension WorkDecision: ExpressibleByArgument {}
extension ApplicantProfile: ExpressibleByArgument {}

/// `ansinh issue worklist …`: what an officer has to look at.
struct IssueWorklistCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worklist", abstract: "Các việc cần xử lý về người được cấp thẻ. / What is to be looked at.",
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// A person as the officer who works on the item sees him.
  struct Person: Codable {
    let key: String
    let personalID: String
    let name: String
    let birthDate: String
    let sex: String?
    let province: String
    let commune: String
    let profile: String
    let guardianID: String
    let phone: String
    let address: String

    init(_ person: Applicant, key: String, masked: Bool) {
      self.key = key
      personalID = masked ? Mask.tail(person.personalID) : person.personalID
      name = person.name
      birthDate = person.birthDate
      sex = person.sex?.rawValue
      province = person.province
      commune = person.commune
      profile = person.profile.rawValue
      guardianID = masked ? Mask.tail(person.guardianID) : person.guardianID
      phone = masked ? Mask.tail(person.phone) : person.phone
      address = masked ? "" : person.address
    }
  }

  /// What is told of a person in another province.
  struct Elsewhere: Codable {
    let province: String
    let maskedPersonalID: String

    init?(_ twin: WorkTwin?) {
      guard let twin, twin.entry == nil else { return nil }
      (province, maskedPersonalID) = (twin.province, twin.maskedPersonalID)
    }
  }

  /// An item as `--json` gives it.
  struct Item: Codable {
    let item: Int64
    let kind: String
    let person: Person
    let register: String
    let detail: [String]
    let other: Person?
    /// A possible twin in a province that this office does not see.
    let otherElsewhere: Elsewhere?
    let proposed: Person?
    let newPersonalID: String?
    let decisions: [String]
    let openedAt: Int64

    init(_ item: WorkItem, masked: Bool) {
      self.item = item.number
      kind = item.kind.rawValue
      person = Person(item.person, key: item.personKey, masked: masked)
      register = item.register.rawValue
      detail = item.detail
      other = item.other?.entry.map { Person($0.person, key: $0.key, masked: masked) }
      otherElsewhere = Elsewhere(item.other)
      proposed = item.proposed.map { Person($0, key: item.personKey, masked: masked) }
      newPersonalID = item.newPersonalID.map { masked ? Mask.tail($0) : $0 }
      decisions = WorkDecision.possible(item.kind).map(\.rawValue)
      openedAt = item.openedAt
    }
  }

  /// `ansinh issue worklist list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Liệt kê, cũ nhất trước; số định danh được che. / List them, IDs masked.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Chỉ một loại việc. / Only one kind.") var kind: WorkKind?
    @Option(name: .long, help: "Chỉ một người, theo mã. / Only the person with this key.") var person: String?
    @Option(name: .long, help: "Chỉ các việc sau số này. / Only items after this number.") var after: Int64 = 0
    @Option(name: .long, help: "Số việc nhiều nhất. / Items at most.") var limit = 50

    private struct Work: Codable {
      let counts: [String: Int]
      let items: [Item]
    }

    func validate() throws {
      guard (1...10_000).contains(limit) else { throw ValidationError("--limit: 1…10000") }
    }

    func run() throws {
      let output = global.output
      let store = try global.home.openOffice()
      let counts = try store.workCounts()
      let items = try store.workList(kind: kind, after: after, person: person, limit: limit)
      let work = Work(
        counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }),
        items: items.map { Item($0, masked: true) })
      try output.result(work) { text(counts, items, output) }
    }

    private func text(_ counts: [WorkKind: Int], _ items: [WorkItem], _ output: Output) -> String {
      var summary = TextTable(columns: [.init(output.pick("Việc", "Work")), .init("", .trailing)])
      for kind in WorkKind.allCases where counts[kind] != nil {
        summary.addRow([PeopleTexts.kind(kind)(output.language), VND.grouped(Int64(counts[kind] ?? 0))])
      }
      guard !items.isEmpty else { return output.pick("Không còn việc nào.", "Nothing is left to do.") }
      var table = TextTable(columns: [
        .init(output.pick("Số", "No."), .trailing), .init(output.pick("Việc", "Work")),
        .init(output.pick("Họ và tên", "Name"), maximumWidth: 32), .init(output.pick("Số định danh", "Personal ID")),
        .init(output.pick("Ngày sinh", "Born")), .init(output.pick("Chi tiết", "Detail"), maximumWidth: 40),
      ])
      for item in items {
        let detail = item.detail.map { PeopleTexts.field($0)(output.language) }.joined(separator: ", ")
        let other = item.other?.maskedPersonalID ?? ""
        table.addRow([
          String(item.number), PeopleTexts.kind(item.kind)(output.language), item.person.name,
          Mask.tail(item.person.personalID), item.person.birthDate, detail + other,
        ])
      }
      return summary.rendered() + "\n\n" + table.rendered()
    }
  }

  /// `ansinh issue worklist show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Một việc với đủ dữ liệu của cả hai bên. / One item with all data of both sides.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số của việc. / The item's number.") var item: Int64

    func run() throws {
      let output = global.output
      guard item > 0, let found = try global.home.openOffice().workList(after: item - 1, limit: 1).first,
        found.number == item
      else { throw OfficeError.unknownItem }
      try output.result(Item(found, masked: false)) { text(found, output) }
    }

    private func text(_ item: WorkItem, _ output: Output) -> String {
      let second = item.proposed ?? item.other?.entry?.person
      var table = TextTable(columns: [
        .init(PeopleTexts.kind(item.kind)(output.language)), .init(output.pick("Hồ sơ", "On record"), maximumWidth: 40),
        .init(second == nil ? "" : output.pick("Bên kia", "Other side"), maximumWidth: 40),
      ])
      func row(_ vi: String, _ en: String, _ value: (Applicant) -> String) {
        table.addRow([output.pick(vi, en), value(item.person), second.map(value) ?? ""])
      }
      row("Họ và tên", "Name") { $0.name }
      row("Số định danh", "Personal ID") { $0.personalID }
      row("Ngày sinh", "Born") { $0.birthDate }
      row("Giới tính", "Sex") { $0.sex?.name(output.language) ?? "" }
      row("Tỉnh", "Province") { $0.province }
      row("Xã", "Commune") { $0.commune }
      row("Điện thoại", "Phone") { $0.phone }
      row("Địa chỉ", "Address") { $0.address }
      let state = PeopleTexts.state(item.register)(output.language)
      var text = table.rendered() + "\n" + output.pick("Dữ liệu dân cư: ", "Register: ") + state
      if let twin = Elsewhere(item.other) {
        let province = Names.province(twin.province, on: Clock.today)
        text +=
          output.pick(
            "\nBên kia ở \(province), cơ quan này không xem được hồ sơ: ",
            "\nThe other side is of \(province), whose records this office does not see: ") + twin.maskedPersonalID
      }
      if let number = item.newPersonalID { text += "\n" + output.pick("Số định danh mới: ", "New number: ") + number }
      let detail = item.detail.map { PeopleTexts.field($0)(output.language) }.joined(separator: ", ")
      if !detail.isEmpty { text += "\n" + output.pick("Chi tiết: ", "Detail: ") + detail }
      return text + "\n" + output.pick("Mã người: ", "Person's key: ") + item.personKey + "\n"
        + output.pick("Quyết định có thể: ", "Possible decisions: ")
        + WorkDecision.possible(item.kind).map(\.rawValue).joined(separator: ", ")
    }
  }
}

extension IssueCommand {
  /// `ansinh issue decide`
  struct Decide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "decide", abstract: "Quyết định một việc. / Decide a work item.",
      discussion: """
        distinct: hai người khác nhau; same: cùng một người, bỏ hồ sơ sau; keep: giữ hồ sơ; accept: nhận dữ liệu mới; \
        recheck: hỏi lại dữ liệu dân cư. / distinct: two people; same: one person, the later record is given up; keep: \
        the record stands; accept: the new data; recheck: ask the register again.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Argument(help: "Số của việc. / The item's number.") var item: Int64
    @Argument(help: "Quyết định: distinct, same, keep, accept, recheck. / The decision, one of these.")
    var decision: WorkDecision
    @Option(name: .long, help: "Lý do, ghi vào sổ. / Why, for the record.") var reason: String

    private struct Decided: Codable {
      let item: Int64
      let decision: String
    }

    func run() throws {
      let output = global.output
      try global.home.openOffice().decide(
        item, decision, actor: maker.name, reason: reason, time: Clock.seconds)
      try output.result(Decided(item: item, decision: decision.rawValue)) {
        output.pick(
          "Đã quyết định việc \(item): \(decision.rawValue).", "Item \(item) is decided: \(decision.rawValue).")
      }
    }
  }

  /// `ansinh issue scope`
  struct Scope: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "scope",
      abstract: "Địa bàn: một tỉnh hoặc cả nước. / Whose people this office sees: a province's, or all.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Option(name: .long, help: "Chỉ tỉnh này, mã 2 chữ số. / Only this province, two digits.") var province: String?
    @Flag(name: .long, help: "Cả nước. / The whole country.") var national = false
    @Option(
      name: .long,
      help: ArgumentHelp(
        """
        Dải số thẻ riêng của cơ quan, 0…999; sau khi khôi phục từ bản sao lưu thì chọn dải mới. / This office's own \
        block of card numbers, 0…999; a fresh one after a restore.
        """, valueName: "block"))
    var numberBlock: Int?
    @Option(name: .long, help: "Lý do, ghi vào sổ. / Why, for the record.") var reason: String?

    private struct Answer: Codable {
      let scope: String
      let numberBlock: Int
    }

    func validate() throws {
      guard province == nil || !national else { throw ValidationError("--province, --national: one of them") }
      guard province == nil && !national && numberBlock == nil || reason != nil else {
        throw ValidationError("--reason: needed")
      }
      if let province, let today = Clock.today,
        ProvinceRegister.embedded.province(code: province, on: today) == nil
      {
        throw ValidationError("--province: a present province's code")
      }
    }

    func run() throws {
      let output = global.output
      try global.home.make(global.home.office)
      let store = try OfficeStore(folder: global.home.office)
      if province != nil || national {
        try store.setScope(province, actor: maker.name, reason: reason ?? "", time: Clock.seconds)
      }
      if let numberBlock {
        try store.setNumberBlock(numberBlock, actor: maker.name, reason: reason ?? "", time: Clock.seconds)
      }
      let (scope, block) = (try store.scope(), try store.numberBlock())
      try output.result(Answer(scope: scope ?? "VN", numberBlock: block)) {
        output.pick("Địa bàn: ", "Scope: ")
          + (scope.map { Names.province($0, on: Clock.today) } ?? output.pick("cả nước", "the whole country"))
          + output.pick("\nDải số thẻ: \(block)", "\nBlock of card numbers: \(block)")
      }
    }
  }
}
