import ArgumentParser
import CardApplication
import CardCrypto
import Issuance
import ServiceAPI
import VietnamReference

extension IssueCommand {
  /// `ansinh issue replace`
  struct Replace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replace",
      abstract: "Đề nghị cấp lại (mất) hoặc cấp đổi (hỏng, đổi thông tin). / Ask for a card in another one's place.",
      discussion: """
        Cần hai người. Thẻ mất bị khóa ngay. Sau lệnh này người đó lại chờ cấp thẻ: chạy personalise; khi thẻ mới được \
        đăng ký thì thẻ cũ hết hiệu lực cùng lúc, các khoản hưởng chuyển sang thẻ mới. / Takes two persons. A lost \
        card is blocked at once. The person then waits for a card again: run personalise; when the new card is \
        registered the old one ends in the same step, and what the holder is owed is paid on the new one.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @Option(name: .long, help: "lost (mất), damaged (hỏng), changed (đổi thông tin). / Why.")
    var kind: ReplacementKind
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func validate() throws {
      guard kind != .renewal else { throw ValidationError("gia hạn: ansinh issue renew / renewal: ansinh issue renew") }
    }

    func run() async throws {
      let flow = try CardLifeFlow(global.home, service: centre.service)
      let found = try card.find(flow.store)
      let output = global.output
      try await flow.replace(found, kind, reason: reason.reason, hands.hands, output)
      try output.result(CardLifeOutcome(outcome: "replacement-asked", cardNumber: found.number)) {
        Self.text(
          found.number, kind == .lost ? output.pick("cấp lại", "replaced") : output.pick("cấp đổi", "exchanged"), output
        )
      }
    }

    static func text(_ number: String, _ what: String, _ output: Output) -> String {
      output.pick(
        "Thẻ \(CardLifeTexts.grouped(number)) chờ \(what). Tiếp theo: ansinh issue personalise.",
        "Card \(CardLifeTexts.grouped(number)) is to be \(what). Next: ansinh issue personalise.")
    }
  }

  /// `ansinh issue renew`
  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "renew", abstract: "Gia hạn thẻ sắp hết hạn. / Renew cards whose validity ends soon.",
      discussion: """
        Không nêu thẻ: in các thẻ sắp hết hạn. Nêu --card hoặc --person: đề nghị thẻ mới, cần hai người; thẻ cũ còn \
        dùng được cho đến khi thẻ mới được đăng ký. / Without a card: the cards whose validity ends soon. With --card \
        or --person: asks for a new one, which takes two persons; the old one is good until the new one is registered.
        """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số thẻ, 16 chữ số. / Card number, 16 digits.") var card: String?
    @Option(name: .long, help: "Số định danh của chủ thẻ. / The holder's personal ID.") var person: String?
    @Option(name: .long, help: "Còn hạn không quá N ngày. / At most N days of validity left.") var withinDays = 90
    @OptionGroup var hands: HandsOptions

    private struct Due: Codable {
      let cardNumber: String
      let name: String
      let validUntil: String
    }

    func validate() throws {
      guard card == nil || person == nil, (0...3_660).contains(withinDays) else {
        throw ValidationError("--card, --person, --within-days 0…3660")
      }
    }

    func run() async throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      guard card != nil || person != nil else { return try list(store, output) }
      let found = try OfficeCardOptions.find(store, card: card, person: person)
      let hands = hands.hands
      try hands.require(two: true)
      guard try isDue(found, store) else { throw CardLifeError.notDue }
      try store.askReplacement(
        ReplacedCard(
          card: found.number, kind: .renewal, maker: hands.maker, checker: hands.checker, reason: "gia hạn",
          office: IssueFlow.issuerName), time: Clock.seconds)
      try output.result(CardLifeOutcome(outcome: "replacement-asked", cardNumber: found.number)) {
        Replace.text(found.number, output.pick("gia hạn", "renewed"), output)
      }
    }

    private func isDue(_ card: IssuedCardLife, _ store: OfficeStore) throws -> Bool {
      guard let until = try CardLifeTexts.validUntil(card, store), let today = Clock.today else { return false }
      return until.dayNumber - today.dayNumber <= withinDays
    }

    private func list(_ store: OfficeStore, _ output: Output) throws {
      let due = try store.liveCards().compactMap { card -> Due? in
        guard try isDue(card, store), let until = try CardLifeTexts.validUntil(card, store) else { return nil }
        let name = try store.applicant(card.personalID)?.name ?? ""
        return Due(cardNumber: card.number, name: name, validUntil: until.iso)
      }
      try output.result(due) {
        guard !due.isEmpty else {
          return output.pick(
            "Không có thẻ nào hết hạn trong \(withinDays) ngày tới.", "No card ends within \(withinDays) days.")
        }
        var table = TextTable(columns: [
          .init(output.pick("Số thẻ", "Card")), .init(output.pick("Họ và tên", "Name"), maximumWidth: 40),
          .init(output.pick("Có giá trị đến", "Valid until")),
        ])
        for card in due {
          table.addRow([
            CardLifeTexts.grouped(card.cardNumber), card.name,
            CalendarDate(text: card.validUntil).map { output.pick($0.slashed, $0.iso) } ?? card.validUntil,
          ])
        }
        return table.rendered()
      }
    }
  }

  /// `ansinh issue release-reserve`
  struct ReleaseReserve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "release-reserve",
      abstract: "Trả hạn mức ngoại tuyến của thẻ đã hủy về các khoản hưởng. / Release a dead card's offline reserve.",
      discussion: """
        Từ ngày không điểm nào còn dùng được thẻ cũ thì một người làm; sớm hơn cần hai người, chương trình chịu rủi \
        ro. / One person may, from the day that no point can use the old card any more; earlier it takes two, at the \
        programme's risk.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    private struct Released: Codable {
      let outcome: String
      let cardNumber: String
      let released: Int64
    }

    func run() async throws {
      let flow = try CardLifeFlow(global.home, service: centre.service)
      let number = try card.find(flow.store).number
      try hands.hands.require(two: false)
      let output = global.output
      let (why, hands) = (reason.reason, hands.hands)
      let amount = try await flow.desk(output) {
        try await $0.perform(.releaseReserve, number, as: "reserve-released", reason: why, hands).released
      }
      try output.result(Released(outcome: "released", cardNumber: number, released: amount)) {
        output.pick(
          "Đã trả về các khoản hưởng: \(VND.text(amount)).", "Back with the holder's lines: \(VND.text(amount)).")
      }
    }
  }
}
