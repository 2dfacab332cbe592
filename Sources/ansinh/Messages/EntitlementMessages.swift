import VietnamReference

/// What is wrong with how a command names a line, or with what it is asked to move.
enum EntitlementError: Error, Equatable {
  /// The centre knows nobody of that personal ID or card.
  case unknownPerson
  /// The person has no such line.
  case noLine
  /// Several lines could be meant; their numbers.
  case severalLines([UInt32])
  /// Nothing of the unit is to be lapsed or returned.
  case nothingToMove
}

/// Lines as commands name them.
enum EntitlementCode: String, MessageCode {
  case unknownPerson = "entitlement.unknown-person"
  case noLine = "entitlement.no-line"
  case severalLines = "entitlement.several-lines"
  case nothingToMove = "entitlement.nothing-to-move"
}

extension EntitlementError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unknownPerson:
      UserMessage(
        EntitlementCode.unknownPerson, .refused, vi: "Trung tâm không có người nào mang số định danh hay số thẻ này.",
        en: "The centre knows nobody of this personal ID or card.",
        remedy: BilingualText(
          vi: "Kiểm tra lại số sau --person hoặc --card.", en: "Check the number after --person or --card."))
    case .noLine:
      UserMessage(
        EntitlementCode.noLine, .refused, vi: "Người này không có khoản hưởng như vậy.",
        en: "This person has no such entitlement.",
        remedy: BilingualText(
          vi: "Xem các khoản hưởng bằng “ansinh benefit line show”.", en: "See “ansinh benefit line show”."))
    case .severalLines(let lines):
      UserMessage(
        EntitlementCode.severalLines, .usage, vi: "Người này có nhiều khoản hưởng: số \(Self.text(lines)).",
        en: "This person has several entitlements: numbers \(Self.text(lines)).",
        remedy: BilingualText(
          vi: "Chọn một khoản bằng --line hoặc --programme.", en: "Choose one by --line or --programme."))
    case .nothingToMove:
      UserMessage(
        EntitlementCode.nothingToMove, .refused, vi: "Đơn vị này không có khoản nào cần xử lý như vậy.",
        en: "Nothing of this unit is to be moved so.",
        remedy: BilingualText(
          vi: "Xem các khoản chưa nhận bằng “ansinh benefit uncollected list”.",
          en: "See “ansinh benefit uncollected list”."))
    }
  }

  private static func text(_ lines: [UInt32]) -> String { lines.map { String($0) }.joined(separator: ", ") }
}
