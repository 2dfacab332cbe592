import ArgumentParser
import PayoutPoint
import ServiceAPI
import VietnamReference

/// `ansinh person insurance …`
struct PersonInsuranceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insurance",
    abstract: "Thẻ BHYT và lũy kế cùng chi trả của một người. / Health insurance and co-payments of a person.",
    subcommands: [Show.self, Cover.self, CoPayment.self])

  /// `ansinh person insurance show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Mức hưởng, thời hạn, cùng chi trả trong năm. / Level, validity, co-payments of the year.",
      discussion: """
        Cùng chi trả trong năm vượt 6 tháng lương cơ sở và đã đủ 5 năm liên tục thì được miễn đến hết năm. / Above six \
        base salaries in a year, and after five years without a break, the rest of the year is free of co-payments.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số định danh. / Personal ID.") var person: String
    @Option(name: .long, help: "Ngày xét, YYYY-MM-DD; mặc định hôm nay. / The day, today unless given.")
    var on: DayArgument?
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let query = on.map { "?on=\($0.yyyymmdd)" } ?? ""
      let path = "/v1/people/\(PersonFlow.part(person))/health-insurance\(query)"
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get(path, HealthInsuranceAnswer.self)
      }
      let output = global.output
      try output.result(answer) { HealthInsuranceTexts.page(answer, output) }
    }
  }

  /// `ansinh person insurance cover`
  struct Cover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cover",
      abstract: "Ghi thẻ BHYT: đối tượng, mức hưởng, thời hạn. / Record a cover: subject, level, validity.",
      discussion: """
        Thẻ của một ngày là thẻ có ngày đầu gần ngày đó nhất; ghi lại với cùng ngày đầu thì thay thẻ đã ghi. / The \
        cover of a day is the one that begins last before it; one with the same first day takes an earlier one's place.
        """)

    @OptionGroup var act: PersonActOptions
    @Option(name: .long, help: "Mã đối tượng, ví dụ GD. / Subject code, for example GD.") var subject: String
    @Option(name: .long, help: "Mức hưởng 1…5 in trên thẻ, nếu khác mức thường. / The card's own level, 1…5.")
    var level: Int?
    @Option(name: .long, help: "Từ ngày, YYYY-MM-DD. / First day.") var from: DayArgument
    @Option(name: .long, help: "Đến hết ngày; không ghi là không thời hạn. / Last day; none without it.")
    var until: DayArgument?
    @Option(name: .customLong("five-years-on"), help: "Ngày đủ 5 năm liên tục. / The day five years are reached.")
    var fiveYearsOn: DayArgument?

    func run() async throws {
      try await act.post(
        "health-covers",
        HealthCoverRequest(
          subject: subject.uppercased(), level: level, from: from.yyyymmdd, until: until?.yyyymmdd,
          fiveYearsOn: fiveYearsOn?.yyyymmdd, hands: act.hands))
    }
  }

  /// `ansinh person insurance co-payment`
  struct CoPayment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "co-payment",
      abstract: "Ghi một lần cùng chi trả; mỗi chứng từ một lần. / Record a co-payment, each voucher once.")

    @OptionGroup var act: PersonActOptions
    @Option(name: .long, help: "Ngày, YYYY-MM-DD. / The day.") var date: DayArgument
    @Option(name: .long, help: "Số tiền, đồng. / Đồng.") var amount: Int64
    @Option(name: .long, help: "Số chứng từ của cơ sở khám chữa bệnh. / The facility's voucher.") var voucher: String

    func run() async throws {
      try await act.post(
        "co-payments",
        CoPaymentRequest(paidOn: date.yyyymmdd, amount: amount, voucher: voucher, hands: act.hands))
    }
  }
}
