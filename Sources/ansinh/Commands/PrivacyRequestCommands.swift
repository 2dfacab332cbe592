public import ArgumentParser
import Foundation
public import Issuance
import VietnamReference

extension PrivacyRequest.Kind: ExpressibleByArgument {}
extension PrivacyRequest.Decision: ExpressibleByArgument {}

/// `ansinh privacy request …`: what people ask about their data, with its due dates.
struct PrivacyRequestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Yêu cầu của chủ thể dữ liệu. / Requests of data subjects.",
    subcommands: [Open.self, List.self, Show.self, Answer.self, Extend.self, Close.self])

  /// `ansinh privacy request open`
  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "open", abstract: "Tiếp nhận một yêu cầu và tính hạn. / Take a request in and count its due dates.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var doer: DoerOptions
    @Option(name: .long, help: "Loại yêu cầu. / What is asked for.") var kind: PrivacyRequest.Kind
    @Option(name: .long, help: "Số định danh của người yêu cầu. / The person's ID.") var person: String
    @Option(name: .long, help: "Ngày nhận, mặc định hôm nay. / The day it came in (2026-11-05), default today.")
    var received: String?
    @Flag(
      name: .long,
      help: "Có bên xử lý hoặc bên thứ ba cùng phải thực hiện. / A processor or third party has to act too.")
    var processor = false

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      let doer = doer.doer
      let today = try PrivacyFlow.today()
      let request = try store.openRequest(
        kind, of: try PrivacyFlow.personalID(person),
        receivedOn: try received.map(PrivacyFlow.date) ?? today, withProcessor: processor,
        term: try PrivacyFlow.term(kind), by: doer)
      try PrivacyFlow.tell(request, output)
    }
  }

  /// `ansinh privacy request list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Các yêu cầu theo hạn, việc trễ trước. / Requests by due date, late ones marked.")

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Cả các yêu cầu đã xong. / Closed ones too.") var all = false

    private struct Requests: Encodable {
      let requests: [RequestView]
      let late: Int
    }

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      let today = try PrivacyFlow.today()
      let requests = try store.requests(includingClosed: all)
      let list = Requests(
        requests: requests.map { RequestView($0, today: today) }, late: requests.count { $0.isLate(on: today) })
      try output.result(list) { PrivacyTexts.requests(requests, today: today, output.language) }
    }
  }

  /// `ansinh privacy request show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Một yêu cầu, và việc có thể làm. / One request, and what can be done about it.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số của yêu cầu. / Number of the request.") var number: Int64
    @Option(name: .long, help: "Số định danh, để xem hồ sơ. / The person's ID, to look at the file.")
    var person: String?

    private struct Shown: Encodable {
      let request: RequestView
      let acts: [ActView]
      let erasure: Erasure?
    }

    private struct ActView: Encodable {
      let time: Int64
      let what: String
      let actor: String
      let reason: String
    }

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      let request = try store.request(number)
      let erasure = try person.map { person in
        let personalID = try PrivacyFlow.personalID(person)
        try store.require(personalID, of: request)
        return try store.erasure(of: personalID)
      }
      let acts = try store.acts(of: request.subject).filter { $0.reason.hasPrefix("request \(number),") }
      let today = try PrivacyFlow.today()
      let shown = Shown(
        request: RequestView(request, today: today),
        acts: acts.map { ActView(time: $0.time, what: $0.what, actor: $0.actor, reason: $0.reason) }, erasure: erasure)
      try output.result(shown) {
        ([PrivacyTexts.request(request, today: today, output.language)]
          + acts.map { PrivacyTexts.act($0, output.language) }
          + (erasure.map { [PrivacyTexts.erasure($0, output.language)] } ?? [])).joined(separator: "\n")
      }
    }
  }

  /// `ansinh privacy request answer`
  struct Answer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "answer", abstract: "Trả lời, và thực hiện nếu có --execute. / Answer, and with --execute do it.",
      discussion: """
        Xóa được hồ sơ của người chưa từng được cấp thẻ; chứng từ kế toán và hồ sơ hưởng phải giữ theo luật, khi đó \
        trả lời refused kèm căn cứ. / The file of a person who never had a card can be erased; accounting vouchers and \
        entitlement files are kept by law, which is answered as refused with its basis.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var doer: DoerOptions
    @Argument(help: "Số của yêu cầu. / Number of the request.") var number: Int64
    @Option(name: .long, help: "Trả lời. / The answer.") var decision: PrivacyRequest.Decision
    @Option(name: .long, help: "Căn cứ pháp lý của câu trả lời. / The answer's legal basis.") var basis: String
    @Flag(name: .long, help: "Xóa hoặc sửa hồ sơ ngay. / Erase or correct the file at once.") var execute = false
    @Option(name: .long, help: "Số định danh, khi thực hiện. / The person's ID, with --execute.") var person: String?
    @Option(name: .long, help: "Họ và tên đúng. / The right name.") var name: String?
    @Option(name: .long, help: "Ngày sinh đúng, ví dụ 1952-05-17 hoặc 1952. / The right birth date.")
    var birthDate: String?
    @Option(name: .long, help: "Mã tỉnh đúng của hồ sơ. / The right province code.") var province: String?
    @Option(name: .long, help: "Giới tính đúng: nam, nữ. / The right sex: male, female.") var sex: String?
    @Option(name: .long, help: "Mã xã đúng, 5 chữ số. / The right commune code.") var commune: String?
    @Option(name: .long, help: "Điện thoại đúng. / The right phone number.") var phone: String?
    @Option(name: .long, help: "Địa chỉ đúng. / The right address.") var address: String?

    private var corrections: [String?] { [name, birthDate, province, sex, commune, phone, address] }

    func validate() throws {
      guard execute == (person != nil), execute || corrections.allSatisfy({ $0 == nil }) else {
        throw ValidationError("--execute cần --person và chỉ dùng khi đó. / --execute needs --person, others need it.")
      }
    }

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      var change: PersonChange?
      if let person {
        var correction = PersonChange.Correction(phone: phone, address: address)
        try PrivacyFlow.correct(&correction, name: name, birthDate: birthDate, province: province)
        try PrivacyFlow.correct(&correction, sex: sex, commune: commune)
        let isErasure = corrections.allSatisfy { $0 == nil }
        change = PersonChange(of: try PrivacyFlow.personalID(person), correction: isErasure ? nil : correction)
      }
      let request = try store.answerRequest(number, decision, basis: basis, executing: change, by: doer.doer)
      try PrivacyFlow.tell(request, output)
    }
  }

  /// `ansinh privacy request extend`
  struct Extend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "extend", abstract: "Gia hạn, chỉ một lần. / Extend the term, once only.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var doer: DoerOptions
    @Argument(help: "Số của yêu cầu. / Number of the request.") var number: Int64
    @Option(name: .long, help: "Số ngày thêm, mặc định là mức tối đa. / Days more, default the most allowed.")
    var days: Int?
    @Option(name: .long, help: "Lý do, không ghi dữ liệu cá nhân. / Why, without personal data.") var reason: String

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      let term = try PrivacyFlow.term(try store.request(number).kind)
      let request = try store.extendRequest(
        number, days: days ?? term.extensionDays, reason: reason, term: term, by: doer.doer)
      try PrivacyFlow.tell(request, output)
    }
  }

  /// `ansinh privacy request close`
  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "close", abstract: "Kết thúc một yêu cầu đã trả lời. / Close a request that was answered.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var doer: DoerOptions
    @Argument(help: "Số của yêu cầu. / Number of the request.") var number: Int64

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      try PrivacyFlow.tell(try store.closeRequest(number, by: doer.doer), output)
    }
  }
}
