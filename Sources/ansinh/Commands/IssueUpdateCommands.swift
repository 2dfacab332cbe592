import ArgumentParser
import CardApplication
import Foundation
import ISO7816
import Issuance
import VietnamReference

/// An update as it is told.
private struct ToldUpdate: Codable {
  let cardNumber: String
  let what: String
  let state: String
  /// Four hexadecimal digits that a terminal has told; they prove nothing.
  let status: String?
  /// Why it could not be looked after.
  var problem: BilingualText?
}

/// `ansinh issue update`
struct IssueUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Cập nhật thẻ đã trao, ghi ở lần đưa thẻ sau. / Update a delivered card, written at its next tap.",
    discussion: """
      Bản cập nhật được mã hóa cho riêng thẻ đó và chuyển qua trung tâm; điểm chi trả bất kỳ ghi lên thẻ. Mở khóa cần \
      hai người; thẻ đã thay, thu hồi hoặc hủy chỉ nhận lệnh hủy. Xem kết quả bằng “ansinh issue updates”. / The \
      update is encrypted for that card alone and goes through the centre; any payout point writes it. Two persons \
      unlock a card; one that was replaced, taken back or ended takes nothing but its end. See what came of it with \
      “ansinh issue updates”.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var keys: OfficeKeyOptions
  @Option(name: .long, help: "Số thẻ, 16 số. / Card number, 16 digits.") var card: String
  @Flag(
    name: .long,
    help: """
      Ghi họ tên, ngày sinh như hồ sơ đã khớp với dữ liệu dân cư (sửa bằng “issue correct”). / Write name and birth \
      date as the office knows them now, matched by the register.
      """)
  var holder = false
  @Option(name: .long, help: "Tệp ảnh, tối đa 4.000 byte. / Photo file, at most 4,000 octets.", completion: .file())
  var photo: String?
  @Flag(
    exclusivity: .exclusive,
    help: ArgumentHelp("Khóa, mở khóa, hoặc hủy hẳn thẻ đã thu hồi. / Lock, unlock, or end a returned card."))
  var change: Change?
  @OptionGroup var hands: HandsOptions
  @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

  enum Change: String, EnumerableFlag {
    case lock, unlock, terminate

    var status: CardStatusChange {
      switch self {
      case .lock: .lock
      case .unlock: .unlock
      case .terminate: .terminate
      }
    }
  }

  func validate() throws {
    guard holder || photo != nil || change != nil else {
      throw ValidationError(
        "Nêu ít nhất một thay đổi. / Give at least one change: --holder, --photo, --lock, --unlock, "
          + "--terminate.")
    }
  }

  private func wanted() throws -> (CardNumber, WantedUpdate) {
    guard let number = CardNumber(card.filter { $0 != " " }) else { throw UpdateOfficeError.unknownCard }
    var wanted = WantedUpdate()
    wanted.hasHolder = holder
    if let photo { wanted.photo = [UInt8](try Data(contentsOf: URL(fileURLWithPath: photo))) }
    wanted.status = change?.status
    return (number, wanted)
  }

  func run() async throws {
    let output = global.output
    let home = global.home
    let (number, wanted) = try wanted()
    let hands = hands.hands
    try hands.require(two: change == .unlock)
    let told = try await CentreAccess.with(home, url: service) { client in
      let flow = try UpdateFlow(home, client, keys)
      let update = try flow.office.make(wanted, card: number, hands: hands)
      try await flow.office.post(update, by: flow)
      return ToldUpdate(cardNumber: number.masked, what: update.kind, state: "waiting", status: nil)
    }
    try output.result(told) {
      output.pick(
        "Thẻ \(told.cardNumber): bản cập nhật đã gửi trung tâm, sẽ ghi ở lần đưa thẻ sau.",
        "Card \(told.cardNumber): the update is at the centre and is written at the card's next tap.")
    }
  }
}

/// `ansinh issue updates`
struct IssueUpdatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "updates",
    abstract: "Thẻ nào đã nhận cập nhật; gửi lại khi cần. / Which cards have their updates; sends again where needed.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var keys: OfficeKeyOptions
  @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

  func run() async throws {
    let output = global.output
    let home = global.home
    let settled = try await CentreAccess.with(home, url: service) { client in
      let flow = try UpdateFlow(home, client, keys)
      return try await flow.office.settle(by: flow, actor: NSUserName())
    }
    let told = settled.map(Self.told)
    try output.result(told) {
      guard !told.isEmpty else {
        return output.pick("Không có bản cập nhật nào đang chờ.", "No update is on its way.")
      }
      var table = TextTable(columns: [
        .init(output.pick("Thẻ", "Card")), .init(output.pick("Cập nhật", "Update")),
        .init(output.pick("Tình trạng", "State"), maximumWidth: 40),
      ])
      for row in told { table.addRow([row.cardNumber, Self.kind(row.what, output), Self.state(row, output)]) }
      return table.rendered()
    }
    // All were looked after as far as they could be; that some could not has to be seen by scripts, too.
    guard told.allSatisfy({ $0.problem == nil }) else { throw ExitCode(ExitStatus.failure.rawValue) }
  }

  private static func told(_ settled: SettledUpdate) -> ToldUpdate {
    let number = CardNumber(settled.update.card)?.masked ?? ""
    var told: ToldUpdate
    switch settled.result {
    case .success(let outcome):
      let (state, status): (String, StatusWord?) =
        switch outcome {
        case .done: ("done", nil)
        case .remade: ("sent-again", nil)
        case .resent(_, let status): ("sent-again", status)
        case .stuck(let status): ("stuck", status)
        case .waiting: ("waiting", nil)
        }
      told = ToldUpdate(
        cardNumber: number, what: settled.update.kind, state: state, status: status?.description)
    case .failure(let error):
      told = ToldUpdate(cardNumber: number, what: settled.update.kind, state: "failed", status: nil)
      told.problem = UserMessage(error).problem
    }
    return told
  }

  private static func kind(_ word: String, _ output: Output) -> String {
    switch word {
    case "lock": output.pick("khóa thẻ", "lock")
    case "unlock": output.pick("mở khóa thẻ", "unlock")
    case "terminate": output.pick("hủy thẻ", "end of the card")
    case "photo": output.pick("ảnh", "photo")
    default: output.pick("thông tin chủ thẻ", "holder's data")
    }
  }

  private static func state(_ row: ToldUpdate, _ output: Output) -> String {
    let status = row.status.map { output.pick(" (máy báo mã \($0))", " (the terminal tells \($0))") } ?? ""
    return switch row.state {
    case "done": output.pick("thẻ đã nhận", "on the card")
    case "sent-again": output.pick("chưa chắc thẻ đã nhận, đã gửi lại", "not proven, sent again") + status
    case "stuck":
      output.pick(
        "gửi nhiều lần thẻ vẫn chưa nhận; kiểm tra rồi ra lệnh lại",
        "not on the card after many tries; look into it and ask again") + status
    case "failed":
      output.pick("chưa xử lý được: ", "not looked after: ") + (row.problem.map { output.pick($0.vi, $0.en) } ?? "")
    default: output.pick("chờ thẻ", "waiting for the card")
    }
  }
}
