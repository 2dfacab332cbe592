import PCSC
import PayoutPoint
import VietnamReference

extension PCSCError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    UserMessage(scardCode: Int64(code.rawValue), moneyWasPaid: moneyWasPaid)
  }
}

extension CardChoiceError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noReader: UserMessage(scardCode: SCARDCode.noReadersAvailable.rawValue)
    case .noSuchReader(let name):
      UserMessage(
        ReaderCode.noSuchReader, .card, vi: "Không có đầu đọc tên “\(name)”.",
        en: "There is no reader called “\(name)”.",
        remedy: BilingualText(vi: "Xem tên bằng: ansinh reader list.", en: "See the names with: ansinh reader list."))
    case .severalCards(let names):
      UserMessage(
        ReaderCode.severalCards, .card, vi: "Có \(names.count) đầu đọc đang có thẻ.",
        en: "\(names.count) readers have a card.",
        remedy: Self.chooseOne(names))
    case .severalReaders(let part, let names):
      UserMessage(
        ReaderCode.severalReaders, .card, vi: "Có \(names.count) đầu đọc mà tên có “\(part)”.",
        en: "\(names.count) readers have “\(part)” in their name.",
        remedy: Self.chooseOne(names))
    }
  }

  /// The flag to give for each of the readers.
  private static func chooseOne(_ names: [String]) -> BilingualText {
    let flags = names.map { "\n  --reader \"\($0)\"" }.joined()
    return BilingualText(
      vi: "Chạy lại lệnh với một trong các lựa chọn:", en: "Run the command again with one of these:")
      + BilingualText(vi: flags, en: flags)
  }
}

extension InterruptedError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    // A journal that could not be written weighs more than the wish to stop.
    if case PayoutError.journal = cause { return UserMessage(cause) }
    return UserMessage(
      CommandCode.interrupted, .card, vi: "Đã dừng theo yêu cầu.", en: "Stopped as asked.",
      remedy: BilingualText(vi: "Chạy lại lệnh khi đã sẵn sàng.", en: "Run the command again when you are ready.")
    ).mentioningMoney(cause is PayoutError ? false : moneyWasPaid)
  }
}
