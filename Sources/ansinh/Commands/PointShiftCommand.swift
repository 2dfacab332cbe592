import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import VietnamReference

extension PointCommand {
  /// `ansinh point shift …`: a clerk's drawer or a carrier's bag.
  struct Shift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "shift",
      abstract: "Ca quỹ: nhận quỹ, tiếp quỹ, kiểm quỹ và đóng ca. / A clerk's cash: float, top-ups, count and close.",
      subcommands: [Open.self, Add.self, Close.self, Show.self])
  }
}

/// A clerk, and who hands over or takes back.
struct ClerkOptions: ParsableArguments {
  @Option(name: .long, help: "Giao dịch viên, mặc định là tài khoản máy. / The clerk; the account by default.")
  var clerk: String?
  @Option(name: .long, help: "Người giao hoặc nhận quỹ. / Who hands over or takes back.") var checker: String?

  func validate() throws { try HandsOptions.require(checker) }

  func request(_ place: PointPlace, _ reason: String) -> HandsRequest {
    HandsRequest(
      maker: clerk ?? OfficeAccess.actor, checker: checker, office: place.point, reason: reason)
  }
}

/// The open shifts of a point, and one of them.
enum ShiftFlow {
  static func open(_ client: ServiceClient, _ place: PointPlace) async throws -> [ShiftAnswer] {
    try await client.get("/v1/shifts?agent=\(place.agent)&point=\(place.point)", [ShiftAnswer].self)
  }

  /// The shift that is meant: the one named, or the only one.
  static func one(_ client: ServiceClient, _ place: PointPlace, _ named: String?) async throws -> ShiftAnswer {
    let all = try await open(client, place)
    let meant = all.filter { named == nil || $0.shift.octets.hex.lowercased() == named?.lowercased() }
    guard meant.count == 1 else { throw ServiceClientError.refused(Problem(code: .unknownShift, traceID: "")) }
    return meant[0]
  }

  static func table(_ shifts: [ShiftAnswer], _ output: Output) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Ca", "Shift")), .init(output.pick("Quỹ", "Cash")),
      .init(output.pick("Giao dịch viên", "Clerk")), .init(output.pick("Đầu ca", "Float"), .trailing),
      .init(output.pick("Tiếp", "Added"), .trailing), .init(output.pick("Đã chi", "Paid"), .trailing),
      .init(output.pick("Thu lại", "Returned"), .trailing), .init(output.pick("Phải còn", "Expected"), .trailing),
    ])
    for shift in shifts {
      table.addRow([
        shift.shift.octets.hex,
        shift.kind == .bag ? output.pick("túi lưu động", "bag") : output.pick("quầy", "counter"), shift.clerk,
        VND.text(shift.float), VND.text(shift.added), VND.text(shift.paid), VND.text(shift.returned),
        VND.text(shift.expected),
      ])
    }
    return table.rendered()
  }
}

extension PointCommand.Shift {
  /// `ansinh point shift open`
  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "open", abstract: "Mở ca với quỹ đầu ca. / Open a shift with its float.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Quỹ đầu ca, đồng. / Float, đồng.") var float: Int64
    @Flag(name: .long, help: "Túi của người đi chi tại nhà. / The bag of a carrier on a home round.") var bag = false
    @Flag(name: .customLong("by-hand"), help: "Chi theo danh sách, không qua thiết bị. / For payouts by hand.")
    var byHand = false
    @OptionGroup var place: PointOptions
    @OptionGroup var clerk: ClerkOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let home = global.home
      let place = try place.resolve(home)
      let request = clerk.request(place, bag ? "chi tại nhà" : "nhận quỹ đầu ca")
      let (float, bag, byHand) = (float, bag, byHand)
      let opened = try await CentreAccess.with(home, url: centre.service, point: place.point) { client in
        let flow = try await PayFlow(home: home, client: client, place: place)
        let shift = ShiftRequest(
          shift: WireBytes(try SystemRandom().bytes(16)), kind: bag ? .bag : .counter, agent: place.agent,
          point: place.point, terminalKeyHash: byHand ? nil : WireBytes(flow.terminal.keyHash), float: float,
          hands: request)
        _ = try await client.post("/v1/shifts", key: shift.shift.octets.hex, shift, ActAnswer.self)
        return try await ShiftFlow.one(client, place, shift.shift.octets.hex)
      }
      try output.result(opened) { ShiftFlow.table([opened], output) }
    }
  }

  /// `ansinh point shift add`
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Tiếp quỹ cho ca đang mở. / Add money to an open shift.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @Option(name: .long, help: "Mã ca, khi điểm có nhiều ca đang mở. / Shift, when several are open.")
    var shift: String?
    @OptionGroup var place: PointOptions
    @OptionGroup var clerk: ClerkOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let place = try place.resolve(global.home)
      let request = ShiftAmountRequest(amount: amount, hands: clerk.request(place, "tiếp quỹ"))
      let named = shift
      let topped = try await CentreAccess.with(global.home, url: centre.service) { client in
        let shift = try await ShiftFlow.one(client, place, named).shift.octets.hex
        _ = try await client.post(
          "/v1/shifts/\(shift)/top-ups", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
        return try await ShiftFlow.one(client, place, shift)
      }
      try output.result(topped) { ShiftFlow.table([topped], output) }
    }
  }

  /// `ansinh point shift close`
  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "close",
      abstract:
        "Kiểm quỹ và đóng ca, thừa thiếu ghi đúng thực tế. / Count the cash and close; differences are recorded.",
      discussion: """
        Ca nào cũng đóng được: có chênh lệch thì trung tâm mở hồ sơ xử lý. / A shift can always be closed: a \
        difference opens a case at the centre.
        """)

    @OptionGroup var global: GlobalOptions
    @Option(
      name: .long,
      help: ArgumentHelp("Các tờ đếm được, ví dụ 500000=10,1000=4. / Notes counted.", valueName: "note=count,…"))
    var counted: String
    @Option(name: .long, help: "Mã ca, khi điểm có nhiều ca đang mở. / Shift, when several are open.")
    var shift: String?
    @OptionGroup var place: PointOptions
    @OptionGroup var clerk: ClerkOptions
    @OptionGroup var centre: CentreOptions

    private struct Closed: Codable, Sendable {
      let shift: ShiftAnswer
      let counted: Int64
      let difference: Int64
    }

    func validate() throws { _ = try PointCommand.NotesCommand.drawer(counted) }

    func run() async throws {
      let output = global.output
      let place = try place.resolve(global.home)
      let sum = try PointCommand.NotesCommand.drawer(counted).reduce(0) { $0 + $1.key * $1.value }
      let request = ShiftAmountRequest(amount: sum, hands: clerk.request(place, "kiểm quỹ cuối ca"))
      let named = shift
      let closed = try await CentreAccess.with(global.home, url: centre.service) { client in
        let shift = try await ShiftFlow.one(client, place, named)
        let answer = try await client.post(
          "/v1/shifts/\(shift.shift.octets.hex)/closing", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
        return Closed(shift: shift, counted: sum, difference: answer.amount)
      }
      try output.result(closed) {
        ShiftFlow.table([closed.shift], output) + "\n"
          + output.pick(
            "Đã đóng ca. Đếm được \(VND.text(closed.counted)); chênh lệch \(VND.text(closed.difference)).",
            "Closed. Counted \(VND.text(closed.counted)); difference \(VND.text(closed.difference)).")
      }
      if closed.difference != 0 {
        output.note(
          "Trung tâm đã mở hồ sơ về khoản chênh lệch.", "The centre has opened a case about the difference.")
      }
    }
  }

  /// `ansinh point shift show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Các ca đang mở của điểm. / The point's open shifts.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: PointOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let place = try place.resolve(global.home)
      let shifts = try await CentreAccess.with(global.home, url: centre.service, point: place.point) { client in
        try await ShiftFlow.open(client, place)
      }
      try output.result(shifts) { ShiftFlow.table(shifts, output) }
    }
  }
}
