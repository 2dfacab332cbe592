import ArgumentParser
import PayoutPoint
import ServiceAPI
import VietnamReference

/// What nobody collected: `ansinh benefit uncollected …`.
struct BenefitUncollectedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uncollected", abstract: "Tiền chưa nhận quá hạn. / Money that nobody collected.",
    subcommands: [List.self, Lapse.self, Reclaim.self, Return.self])

  /// Everything of a unit, page by page.
  static func all(_ unit: String, _ client: ServiceClient) async throws -> [UncollectedLine] {
    var items: [UncollectedLine] = []
    var after: UInt32? = 0
    while let from = after {
      let answer = try await client.get("/v1/uncollected?unit=\(unit)&after=\(from)", UncollectedAnswer.self)
      items += answer.items
      after = answer.next
    }
    return items
  }

  /// Has items moved, 1,000 at a time.
  static func move(
    _ act: UncollectedActName, _ items: [ItemReference], _ decision: (key: String, hands: HandsRequest),
    _ client: ServiceClient
  ) async throws -> ActAnswer {
    guard !items.isEmpty else { throw EntitlementError.nothingToMove }
    var total = ActAnswer(sequence: 0, amount: 0)
    for start in stride(from: 0, to: items.count, by: 1_000) {
      let request = UncollectedActRequest(
        act: act, items: Array(items[start..<min(items.count, start + 1_000)]), hands: decision.hands)
      let answer = try await client.post(
        "/v1/uncollected/acts", key: decision.key + "-\(start)", request, ActAnswer.self)
      total = ActAnswer(sequence: answer.sequence, amount: total.amount + answer.amount)
    }
    return total
  }

  /// `ansinh benefit uncollected list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Các khoản chưa nhận của một đơn vị. / What a unit's people have not collected.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Đơn vị, ví dụ BHXH-19. / Accounting unit.") var unit: String
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let (output, unit) = (global.output, unit)
      let items = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await BenefitUncollectedCommand.all(unit, client)
      }
      try output.result(items) { EntitlementTexts.uncollected(items, unit: unit, output) }
    }
  }

  /// `ansinh benefit uncollected lapse`
  struct Lapse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lapse",
      abstract: "Chuyển các khoản đã hết hạn nhận của đơn vị. / Lapse what a unit's people can't collect any more.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Đơn vị, ví dụ BHXH-19. / Accounting unit.") var unit: String
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, unit) = (global.output, unit)
      let decided = (key: decision.requestKey(), hands: decision.request)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        let late = try await BenefitUncollectedCommand.all(unit, client).filter { $0.isOver && $0.open > 0 }
        return try await BenefitUncollectedCommand.move(.lapse, late.map(\.item), decided, client)
      }
      try output.result(answer) {
        output.pick("Đã chuyển \(VND.text(answer.amount)) hết hạn nhận.", "\(VND.text(answer.amount)) lapsed.")
      }
    }
  }

  /// `ansinh benefit uncollected reclaim`
  struct Reclaim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reclaim",
      abstract: """
        Truy lĩnh khoản đã hết hạn nhận (mẫu 17-CBH); cần hai người. / Owe a lapsed item again (form 17-CBH); two \
        persons.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var item: BenefitItemOptions
    @OptionGroup var decision: DecisionOptions

    func run() async throws {
      let (output, item) = (global.output, item)
      let decided = (key: decision.requestKey(), hands: decision.request)
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        try await BenefitUncollectedCommand.move(.reclaim, [try await item.find(client)], decided, client)
      }
      try output.result(answer) {
        output.pick(
          "\(VND.text(answer.amount)) được nhận lại.", "\(VND.text(answer.amount)) can be collected again.")
      }
    }
  }

  /// `ansinh benefit uncollected return`
  struct Return: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "return",
      abstract: "Hoàn trả nguồn kinh phí; cần hai người. / Return lapsed money to its funder; two persons.",
      discussion: """
        Tiền đã hết hạn nhận của đơn vị về quỹ; có --reference thì chuyển trả nguồn luôn. Với --funder và --amount chỉ \
        chuyển trả số tiền ấy từ quỹ. / What lapsed goes back to its fund, and with --reference on to the funder. With \
        --funder and --amount only that much of the fund is returned.
        """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Đơn vị, ví dụ BHXH-19. / Accounting unit.") var unit: String
    @Option(
      name: .long,
      help: """
        Số chứng từ chuyển trả; bỏ trống thì tiền ở lại quỹ. / Payment reference; without it the money stays in the \
        fund.
        """)
    var reference: String?
    @Option(name: .long, help: "Nguồn kinh phí, ví dụ QHTTT@VN. / Funder.") var funder: String?
    @Option(name: .long, help: "Số tiền chuyển trả từ quỹ, đồng. / Đồng to return from the fund.") var amount: Int64?
    @OptionGroup var decision: DecisionOptions

    func validate() throws {
      guard (funder == nil) == (amount == nil), funder == nil || reference != nil else {
        throw ValidationError("--funder, --amount, --reference: cần đủ cả ba / give all three")
      }
    }

    func run() async throws {
      let (output, unit, reference) = (global.output, unit, reference)
      let decided = (key: decision.requestKey(), hands: decision.request)
      var fund: FundingReturnRequest?
      if let funder, let amount, let reference {
        fund = FundingReturnRequest(
          unit: unit, funder: funder, amount: amount, reference: reference, hands: decided.hands)
      }
      let given = fund
      let answer = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        if let given { return try await client.post("/v1/funding-returns", key: decided.key, given, ActAnswer.self) }
        let lapsed = try await BenefitUncollectedCommand.all(unit, client).filter { $0.uncollected > 0 }
        let total = try await BenefitUncollectedCommand.move(.returnToFund, lapsed.map(\.item), decided, client)
        guard let reference else { return total }
        for (funder, items) in Dictionary(grouping: lapsed, by: \.funder).sorted(by: { $0.key < $1.key }) {
          let request = FundingReturnRequest(
            unit: unit, funder: funder, amount: items.reduce(0) { $0 + $1.uncollected }, reference: reference,
            hands: decided.hands)
          _ = try await client.post("/v1/funding-returns", key: decided.key + "-\(funder)", request, ActAnswer.self)
        }
        return total
      }
      try output.result(answer) {
        reference == nil
          ? output.pick("\(VND.text(answer.amount)) đã về quỹ.", "\(VND.text(answer.amount)) is back in its fund.")
          : output.pick(
            "\(VND.text(answer.amount)) đã hoàn trả nguồn.", "\(VND.text(answer.amount)) went back to its funder.")
      }
    }
  }
}
