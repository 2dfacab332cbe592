public import ArgumentParser
import PayoutPoint
public import ServiceAPI
import VietnamReference

extension RepresentativeName: ExpressibleByArgument {}

/// `ansinh person representative …`
struct PersonRepresentativeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "representative",
    abstract: "Người lĩnh thay, người giám hộ, chủ hộ. / Collectors, guardians, heads of households.",
    subcommands: [Add.self, End.self])

  /// `ansinh person representative add`
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Đăng ký giấy tờ đã chứng thực. / Register a certified paper.",
      discussion: """
        Người lĩnh thay: mỗi giấy một chương trình, không quá 12 tháng. Người giám hộ: cần hai người; không ghi \
        chương trình là mọi chế độ. Chủ hộ: chỉ chương trình là quà cho hộ. / A collector's paper is for one \
        programme and at most twelve months. A guardian's takes two persons; without a programme it is for every \
        benefit. A household head's is for a programme of gifts to households.
        """)

    @OptionGroup var act: PersonActOptions
    @Option(name: .long, help: "Số giấy tờ. / Number of the paper.") var paper: String
    @Option(name: .long, help: "collector (lĩnh thay), guardian (giám hộ), household-head (chủ hộ). / In what right.")
    var kind: RepresentativeName
    @OptionGroup var other: OtherPersonOptions
    @Option(name: .long, help: "Mã chương trình. / Programme code.") var programme: String?
    @Option(name: .long, help: "Từ ngày, YYYY-MM-DD. / First day.") var from: DayArgument
    @Option(name: .long, help: "Đến hết ngày. / Last day.") var until: DayArgument

    func run() async throws {
      let request = RepresentativeRequest(
        paper: paper, kind: kind, representative: other.person, programme: programme, from: from.yyyymmdd,
        until: until.yyyymmdd, hands: act.hands)
      try await act.post("representatives", request, sampleData: other.sampleData)
    }
  }

  /// `ansinh person representative end`
  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "end", abstract: "Kết thúc giấy tờ trước hạn. / End a paper before its last day.")

    @OptionGroup var act: PersonActOptions
    @Option(name: .long, help: "Số giấy tờ. / Number of the paper.") var paper: String

    func run() async throws {
      try await act.post("representative-ends", RepresentativeEndRequest(paper: paper, hands: act.hands))
    }
  }
}

/// `ansinh person presence …`
struct PersonPresenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presence", abstract: "Xác nhận người hưởng còn sống. / Proof of life.",
    subcommands: [Record.self, Due.self])

  /// `ansinh person presence record`
  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "record", abstract: "Ghi nhận người hưởng có mặt, đã so với ảnh. / Record who was there.")

    @OptionGroup var act: PersonActOptions
    @Option(name: .long, help: "Mã điểm chi trả hoặc cơ quan. / Code of the point or office.") var place: String
    @Option(name: .long, help: "Mã giao dịch chính người hưởng nhận, hex. / The payout made in person, hexadecimal.")
    var transaction: TransactionArgument?
    @Flag(name: .long, help: "Xác nhận: đã nhìn người hưởng và so với ảnh. / Attest it: seen, and like the photo.")
    var attested = false

    func run() async throws {
      let request = PresenceRequest(
        place: place, transactionID: transaction.map { WireBytes($0.octets) }, attested: attested, hands: act.hands)
      try await act.post("presences", request)
    }
  }

  /// `ansinh person presence due`
  struct Due: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "due",
      abstract: "Ai đã 11 tháng chưa có mặt, hoặc chưa lần nào. / Who was not seen for eleven months, or never.",
      discussion: "Mỗi lần tối đa 500 người; --after để xem tiếp. / At most 500 at once; --after for the next.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Xem tiếp sau mã này. / The page after this id.") var after = ""
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let after = after.filter(\.isHexDigit)
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get("/v1/presences/due?after=\(after)", PresencesDueAnswer.self)
      }
      let output = global.output
      try output.result(answer) { PersonTexts.due(answer, output) }
    }
  }
}
