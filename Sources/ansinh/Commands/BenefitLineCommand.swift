import ArgumentParser
import PayoutPoint
import ServiceAPI
import VietnamReference

/// A person's entitlement lines: `ansinh benefit line …`.
struct BenefitLineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "line", abstract: "Khoản hưởng: xem, tạm dừng, tiếp tục, thôi hưởng. / Entitlement lines.",
    subcommands: [Show.self, Suspend.self, Resume.self, End.self])

  /// `ansinh benefit line show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Các khoản hưởng của một người, từng tháng. / A person's lines, month by month.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: BenefitPersonOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      try await person.show("/lines", PersonLinesAnswer.self, global, centre) { EntitlementTexts.lines($0.lines, $1) }
    }
  }

  /// What the three acts have in common.
  struct ActOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @OptionGroup var line: BenefitLineOptions
    @OptionGroup var decision: DecisionOptions

    func perform(_ act: LineActName, last: UInt32? = nil, moved: Bool? = nil, _ vi: String, _ en: String) async throws {
      let (output, line) = (global.output, line)
      let (key, hands) = (decision.requestKey(), decision.request)
      let (number, answer) = try await CentreAccess.with(global.home, url: decision.centre.service) { client in
        let number = try await line.find(client)
        let request = LineActRequest(act: act, lastPeriod: last, moved: moved, hands: hands)
        return (number, try await client.post("/v1/lines/\(number)/acts", key: key, request, ActAnswer.self))
      }
      let amount = answer.amount
      try output.result(answer) {
        output.pick("Khoản hưởng số \(number): \(vi).", "Line \(number): \(en).")
          + (amount > 0
            ? output.pick(
              " \(VND.text(amount)) đã trả về nguồn kinh phí.", " \(VND.text(amount)) went back to its fund.") : "")
      }
    }
  }

  /// `ansinh benefit line suspend`
  struct Suspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "suspend", abstract: "Tạm dừng: vẫn ghi có, không chi. / Suspend: credited, and not paid.")

    @OptionGroup var act: ActOptions

    func run() async throws { try await act.perform(.suspend, "đã tạm dừng", "suspended") }
  }

  /// `ansinh benefit line resume`
  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resume",
      abstract:
        "Tiếp tục hưởng, gồm cả các tháng chưa nhận; cần hai người. / Resume, with what it missed; two persons.",
      discussion: """
        Khoản đã thôi hưởng theo quyết định cũng tiếp tục được (khiếu nại thắng, hưởng đợt hai): các tháng sau tháng \
        cuối khi đó lập lại trong danh sách được. / So does one that a decision ended, as after an appeal or for a \
        second spell: the months after its last can be listed then.
        """)

    @OptionGroup var act: ActOptions

    func run() async throws { try await act.perform(.resume, "tiếp tục hưởng", "resumed") }
  }

  /// `ansinh benefit line end`
  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "end",
      abstract: "Thôi hưởng từ sau một tháng; cần hai người. / End with a month; takes two persons.",
      discussion: """
        Khoản đang tạm dừng mà thôi hưởng, hoặc người hưởng chết, thì tiền vẫn bị giữ: muốn chi hoặc cho thừa kế thì \
        “ansinh benefit line resume” trước. Tạm dừng và thôi hưởng có hiệu lực với cả chương trình của người đó, ở mọi \
        đơn vị và nguồn. Người hưởng chuyển nơi hưởng (hoặc đổi nguồn chi) thì thêm --moved: danh sách của đơn vị mới \
        chi tiếp; quên --moved thì tiếp tục hưởng rồi thôi hưởng lại. / What a suspended line holds stays held when \
        the line ends or its person dies: it is resumed before it is paid, or goes to an heir. A suspension or an end \
        holds for the programme, at every unit and funder. For somebody who moves (or whose funder changes) add \
        --moved: the new unit's list goes on; if it was forgotten, resume the line and end it again.
        """)

    @OptionGroup var act: ActOptions
    @Option(name: .long, help: "Tháng cuối được hưởng, ví dụ 2026-11. / The last month that is owed.")
    var last: MonthArgument
    @Flag(name: .long, help: "Chuyển nơi hưởng: đơn vị khác chi tiếp. / The person moves: another unit goes on.")
    var moved = false

    func run() async throws {
      try await act.perform(
        .end, last: last.yyyymm, moved: moved ? true : nil,
        moved ? "đã thôi hưởng ở đây, chuyển nơi hưởng" : "đã thôi hưởng", moved ? "ended here, moved" : "ended")
    }
  }
}
