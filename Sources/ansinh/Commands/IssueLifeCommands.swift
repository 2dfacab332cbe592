public import ArgumentParser
import CardApplication
import Issuance
import ServiceAPI
import VietnamReference

extension ReplacementKind: ExpressibleByArgument {}

/// What was done with a card, as told.
struct CardLifeOutcome: Codable {
  /// What was done.
  let outcome: String
  /// Sixteen digits.
  let cardNumber: String
}

extension IssueCommand {
  /// `ansinh issue deliver`
  struct Deliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "deliver",
      abstract: "Trao thẻ: xem giấy tờ tùy thân, ghi người nhận. / Hand a card over.",
      discussion: """
        Chỉ trao thẻ đã đăng ký tại trung tâm, một lần. Sổ chỉ giữ loại giấy tờ và bốn ký tự cuối của số. / Only a \
        card that the centre has is handed over, once. The book keeps the kind of document and the last four \
        characters of its number.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @Option(name: .long, help: "Người nhận: holder (chủ thẻ), collector (người nhận thay). / Who takes it.")
    var to: CardDelivery.Recipient
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var hands: HandsOptions

    func run() async throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      let number = try card.find(store).number
      let hands = hands.hands
      try hands.require(two: false)
      try store.deliver(
        number,
        CardDelivery(recipient: to, identity: try identity.check(), actor: hands.maker, time: Clock.seconds))
      try output.result(CardLifeOutcome(outcome: "delivered", cardNumber: number)) {
        output.pick(
          "Đã trao thẻ \(CardLifeTexts.grouped(number)).", "Card \(CardLifeTexts.grouped(number)) was handed over.")
      }
    }
  }

  /// `ansinh issue block`
  struct Block: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "block", abstract: "Tạm khóa thẻ, hoặc báo mất thẻ. / Block a card, or report it lost.",
      discussion: """
        Thẻ bị khóa không chi trả được ở bất cứ đâu. Thẻ tạm khóa mở lại được khi có hai người; thẻ báo mất thì không, \
        chỉ cấp lại. / A blocked card is paid with nowhere. Two persons may unblock it; a lost card is never \
        unblocked, only replaced.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @Flag(name: .long, help: "Báo mất: khóa hẳn. / Lost: for good.") var lost = false
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let flow = try CardLifeFlow(global.home, service: centre.service)
      let number = try card.find(flow.store).number
      try hands.hands.require(two: false)
      let act: CardActName = lost ? .lost : .block
      let output = global.output
      let (what, why, hands) = (lost ? "card-lost" : "card-blocked", reason.reason, hands.hands)
      _ = try await flow.desk(output) { try await $0.perform(act, number, as: what, reason: why, hands) }
      let shown = CardLifeTexts.grouped(number)
      try output.result(CardLifeOutcome(outcome: lost ? "lost" : "blocked", cardNumber: number)) {
        lost
          ? output.pick(
            "Đã báo mất thẻ \(shown); thẻ bị khóa hẳn. Tiếp theo: ansinh issue replace --kind lost.",
            "Card \(shown) is reported lost and blocked for good. Next: ansinh issue replace --kind lost.")
          : output.pick("Đã tạm khóa thẻ \(shown).", "Card \(shown) is blocked.")
      }
    }
  }

  /// `ansinh issue unblock-card`
  struct UnblockCard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unblock-card",
      abstract: "Mở khóa thẻ đã tạm khóa; cần hai người. / Unblock a blocked card; takes two persons.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let flow = try CardLifeFlow(global.home, service: centre.service)
      let number = try card.find(flow.store).number
      try hands.hands.require(two: true)
      let output = global.output
      let (why, hands) = (reason.reason, hands.hands)
      _ = try await flow.desk(output) {
        try await $0.perform(.unblock, number, as: "card-unblocked", reason: why, hands)
      }
      try output.result(CardLifeOutcome(outcome: "unblocked", cardNumber: number)) {
        output.pick(
          "Đã mở khóa thẻ \(CardLifeTexts.grouped(number)).",
          "Card \(CardLifeTexts.grouped(number)) is not blocked any more.")
      }
    }
  }

  /// `ansinh issue return`
  struct Return: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "return", abstract: "Thu hồi thẻ chủ thẻ trả lại. / Take a card back from its holder.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let flow = try CardLifeFlow(global.home, service: centre.service)
      let found = try card.find(flow.store)
      try hands.hands.require(two: false)
      let output = global.output
      let (why, hands) = (reason.reason, hands.hands)
      try await flow.desk(output) { try await $0.end(found.number, as: .returned, reason: why, hands) }
      try output.result(CardLifeOutcome(outcome: "returned", cardNumber: found.number)) {
        output.pick(
          "Đã thu hồi thẻ \(CardLifeTexts.grouped(found.number)).",
          "Card \(CardLifeTexts.grouped(found.number)) was taken back.")
      }
    }
  }

  /// `ansinh issue terminate`
  struct Terminate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "terminate", abstract: "Hủy thẻ không được trả lại. / End a card that does not come back.",
      discussion: """
        Dùng khi chủ thẻ qua đời hoặc không còn được cấp thẻ. Muốn có thẻ mới thì dùng replace. / When the holder has \
        died or has no right to a card any more. For a new card use replace.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var card: OfficeCardOptions
    @OptionGroup var reason: ReasonOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let flow = try CardLifeFlow(global.home, service: centre.service)
      let found = try card.find(flow.store)
      try hands.hands.require(two: false)
      let output = global.output
      let (why, hands) = (reason.reason, hands.hands)
      try await flow.desk(output) { try await $0.end(found.number, as: .terminated, reason: why, hands) }
      try output.result(CardLifeOutcome(outcome: "terminated", cardNumber: found.number)) {
        output.pick(
          "Đã hủy thẻ \(CardLifeTexts.grouped(found.number)).", "Card \(CardLifeTexts.grouped(found.number)) has ended."
        )
      }
    }
  }
}
