import ArgumentParser
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

/// `ansinh person …`: people's lives as an office hears of them.
struct PersonCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person",
    abstract: "Người hưởng: tra cứu, chết, thừa kế, đại diện, có mặt. / People: pages, deaths, heirs, representatives.",
    subcommands: [
      Show.self, Death.self, DeathWithdraw.self, Heir.self, Funeral.self, FuneralWithdraw.self, Identity.self,
      PersonRepresentativeCommand.self,
      PersonPresenceCommand.self, PersonInsuranceCommand.self,
    ])

  /// `ansinh person show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Trang của một người: khoản hưởng, lịch sử, đại diện, lần cuối có mặt. / A person's page.",
      discussion: """
        Số định danh hiện bốn số cuối; --full thì hiện đủ. / Personal IDs show their last four digits; with --full all.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số định danh. / Personal ID.") var person: String?
    @Option(name: .long, help: "Hoặc số thẻ. / Or the card's number.") var card: String?
    @Flag(name: .long, help: "Hiện đủ số định danh. / Show personal IDs whole.") var full = false
    @OptionGroup var centre: CentreOptions

    func validate() throws {
      guard (person == nil) != (card == nil) else { throw ValidationError("ID, --card: một trong hai / one of them") }
    }

    func run() async throws {
      let path =
        card.map { "/v1/cards/\($0.filter(\.isNumber))/person" } ?? "/v1/people/\(PersonFlow.part(person ?? ""))"
      let query = full ? "?full=true" : ""
      let page = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get(path + query, PersonAnswer.self)
      }
      let output = global.output
      try output.result(page) { PersonTexts.page(page, output) }
    }
  }

  /// `ansinh person death`
  struct Death: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "death",
      abstract: "Ghi nhận chết; cần hai người. / Record a death, by two persons.",
      discussion: """
        Mọi khoản thôi hưởng từ tháng sau tháng chết; tiền của các tháng sau trở về nguồn, phần đã chi phải thu hồi; \
        thẻ hết giá trị. Ghi nhầm thì rút bằng “ansinh person death-withdraw”. / Every line ends with the month of \
        death; later months go back to their funds, what was paid of them is to be recovered; cards end. One that was \
        recorded by mistake is withdrawn with “ansinh person death-withdraw”.
        """)

    @OptionGroup var act: PersonActOptions
    @Option(name: .long, help: "Ngày chết, YYYY-MM-DD. / Day of death.") var date: DayArgument
    @Option(name: .long, help: "Số giấy tờ, không nêu tên ai. / Number of the document; it names nobody.")
    var document: String

    func run() async throws {
      let request = DeathRequest(diedOn: date.yyyymmdd, document: document, hands: act.hands)
      try await act.post("death", request)
    }
  }

  /// `ansinh person heir`
  struct Heir: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "heir",
      abstract:
        "Chuyển tiền người chết chưa lĩnh cho người thừa kế. / What a dead person had not received, to the heir.")

    @OptionGroup var act: PersonActOptions
    @OptionGroup var other: OtherPersonOptions

    func run() async throws {
      try await act.post(
        "heir", PersonNameRequest(person: other.person, hands: act.hands), sampleData: other.sampleData)
    }
  }

  /// `ansinh person identity`
  struct Identity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "identity",
      abstract: "Đổi số định danh hoặc họ tên của người chưa có thẻ. / Another ID or name for somebody without a card.")

    @OptionGroup var act: PersonActOptions
    @OptionGroup var other: OtherPersonOptions

    func run() async throws {
      try await act.post(
        "identity", PersonNameRequest(person: other.person, hands: act.hands), sampleData: other.sampleData)
    }
  }
}

/// Whose life it is, and who decides.
struct PersonActOptions: ParsableArguments {
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Số định danh. / Personal ID.") var person: String
  @OptionGroup var reason: ReasonOptions
  @OptionGroup var names: HandsOptions
  @Option(name: .long, help: "Cơ quan, ví dụ XA-19-05443. / The office.") var office: String
  @OptionGroup var centre: CentreOptions

  var hands: HandsRequest {
    let hands = names.hands
    return HandsRequest(
      maker: hands.maker, checker: hands.checker.isEmpty ? nil : hands.checker, office: office, reason: reason.reason)
  }

  /// Posts the act and tells its number, or what `text` makes of the answer.
  func post(
    _ place: String, _ request: some Encodable & Sendable, sampleData: Bool = false,
    text: (ActAnswer, Output) -> String = PersonTexts.act
  ) async throws {
    let path = "/v1/people/\(PersonFlow.part(person))/\(place)"
    let answer = try await CentreAccess.with(global.home, url: centre.service, sampleData: sampleData) { client in
      try await client.post(path, key: PersonFlow.key(), request, ActAnswer.self)
    }
    let output = global.output
    try output.result(answer) { text(answer, output) }
  }
}

/// Somebody else: an heir, a claimant, a representative, or who the person is from now on.
struct OtherPersonOptions: ParsableArguments {
  @Option(
    name: .customLong("id"), help: "Số định danh người kia, hoặc số mới. / The other's personal ID, or the new one.")
  var personalID: String
  @Option(name: .long, help: "Họ và tên. / Full name.") var name: String
  @Option(name: .customLong("born"), help: "Ngày sinh, rõ đến đâu ghi đến đó. / Birth date as far as it is known.")
  var birthDate = ""
  @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
  var sampleData = false

  var person: NamedPerson { NamedPerson(personalID: personalID, name: name, birthDate: birthDate) }
}
