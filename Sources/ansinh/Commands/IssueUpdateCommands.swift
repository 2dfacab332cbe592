import ArgumentParser
import CardApplication
import Foundation
import Issuance
import VietnamReference

/// An update as it is told.
private struct ToldUpdate: Codable {
  let cardNumber: String
  let what: String
  let state: String
  /// Four hexadecimal digits, when the card refused it.
  let status: String?
}

/// `ansinh issue update`
struct IssueUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Cập nhật thẻ đã trao, ghi ở lần đưa thẻ sau. / Update a delivered card, written at its next tap.",
    discussion: """
      Bản cập nhật được mã hóa cho riêng thẻ đó và chuyển qua trung tâm; điểm chi trả bất kỳ ghi lên thẻ. Xem kết quả \
      bằng “ansinh issue updates”. / The update is encrypted for that card alone and goes through the centre; any \
      payout point writes it. See what came of it with “ansinh issue updates”.
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
    let told = try await CentreAccess.with(home, url: service) { client in
      let flow = try UpdateFlow(home, client, keys)
      let update = try flow.office.make(wanted, card: number, actor: NSUserName())
      try await flow.post(update)
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
    let told = try await CentreAccess.with(home, url: service) { client in
      try await UpdateFlow(home, client, keys).settle().map { Self.told($0.update, $0.outcome) }
    }
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
  }

  private static func told(_ update: OfficeUpdate, _ outcome: UpdateOutcome) -> ToldUpdate {
    let number = CardNumber(update.card)?.masked ?? ""
    let (state, status): (String, String?) =
      switch outcome {
      case .done: ("done", nil)
      case .remade: ("sent-again", nil)
      case .refused(let status): ("refused", status)
      case .waiting: ("waiting", nil)
      }
    return ToldUpdate(cardNumber: number, what: update.kind, state: state, status: status)
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
    switch row.state {
    case "done": output.pick("thẻ đã nhận", "on the card")
    case "sent-again": output.pick("chưa chắc thẻ đã nhận, đã gửi lại", "not proven, sent again")
    case "refused": output.pick("thẻ từ chối (mã \(row.status ?? ""))", "refused by the card (\(row.status ?? ""))")
    default: output.pick("chờ thẻ", "waiting for the card")
    }
  }
}
