import ServiceAPI
import VietnamReference

/// How the program ends (`architecture`, command-line contract).
enum ExitStatus: Int32, CaseIterable {
  /// Done.
  case success = 0
  /// It failed.
  case failure = 1
  /// The command line is wrong.
  case usage = 2
  /// The card or the reader.
  case card = 3
  /// Refused by a rule.
  case refused = 4

  /// What it says, in a word or two.
  var meaning: BilingualText {
    switch self {
    case .success: BilingualText(vi: "xong", en: "done")
    case .failure: BilingualText(vi: "lỗi", en: "failed")
    case .usage: BilingualText(vi: "sai cách dùng", en: "wrong usage")
    case .card: BilingualText(vi: "thẻ hoặc đầu đọc", en: "card or reader")
    case .refused: BilingualText(vi: "bị quy tắc từ chối", en: "refused by a rule")
    }
  }
}

/// What a person is told when something did not work: what happened and why, and what to do next.
///
/// Never carries PINs, keys or full personal IDs, and of a failed check no more than that it failed.
struct UserMessage: Hashable, Sendable {
  /// A stable word for programs: a ``MessageCode``, or the code of a refusal of the service.
  let code: String
  /// What happened, and why.
  var problem: BilingualText
  /// What to do next.
  var remedy: BilingualText
  /// The program's exit code.
  var exitCode: Int32
  /// The rows of a list that are meant; their text is in ``problem`` or ``remedy`` too.
  var rows: [ListRow] = []

  init(_ code: some MessageCode, _ status: ExitStatus, problem: BilingualText, remedy: BilingualText) {
    self.code = code.rawValue
    self.problem = problem
    self.remedy = remedy
    exitCode = status.rawValue
  }

  /// The same with the problem's two texts written out.
  init(_ code: some MessageCode, _ status: ExitStatus, vi: String, en: String, remedy: BilingualText) {
    self.init(code, status, problem: BilingualText(vi: vi, en: en), remedy: remedy)
  }

  /// A refusal of the service, whose code may be newer than this program.
  init(_ refusal: Problem) {
    code = refusal.code
    problem = refusal.detail
    remedy = refusal.remedy
    exitCode = (refusal.status >= 500 ? ExitStatus.failure : .refused).rawValue
    rows = refusal.rows.map(ListRow.init)
  }

  /// What becomes of the remedy once the money was paid.
  enum AfterPayment {
    /// The remedy would repeat the payout, so it is left out once the money was paid.
    case dropRemedy
    /// The remedy repairs something and stays.
    case keepRemedy
  }

  /// The message with what is certain about the money.
  ///
  /// - Parameters:
  ///   - paid: whether the terminal's journal says that the money was paid; `nil` outside a payout or when unknown,
  ///     and then nothing is said.
  ///   - afterPayment: what becomes of the remedy when it was paid.
  func mentioningMoney(_ paid: Bool?, afterPayment: AfterPayment = .dropRemedy) -> UserMessage {
    guard let paid else { return self }
    var message = self
    guard paid else {
      message.problem = problem + BilingualText(vi: " Chưa chi tiền.", en: " No money has been paid out.")
      return message
    }
    message.problem = problem + BilingualText(vi: " Tiền đã được chi.", en: " The money has been paid out.")
    let stands = BilingualText(
      vi: "Không chi tiền lần nữa: giao dịch vẫn có hiệu lực.", en: "Do not pay again: the transaction stands.")
    switch afterPayment {
    case .dropRemedy:
      message.remedy =
        stands
        + BilingualText(
          vi: " Thẻ sẽ được cập nhật ở lần dùng sau.", en: " The card is brought up to date at its next use.")
    case .keepRemedy: message.remedy = stands + BilingualText(vi: " ", en: " ") + remedy
    }
    return message
  }
}

/// An error that can be told to a person.
protocol UserFacing {
  /// What to tell.
  ///
  /// - Parameter moneyWasPaid: see ``UserMessage/mentioningMoney(_:afterPayment:)``.
  func userMessage(moneyWasPaid: Bool?) -> UserMessage
}

extension UserMessage {
  /// The message of any error: its own when it is ``UserFacing``, else a general one that names its type only.
  init(_ error: any Error, moneyWasPaid: Bool? = nil) {
    if let error = error as? any UserFacing {
      self = error.userMessage(moneyWasPaid: moneyWasPaid)
      return
    }
    let name = String(describing: type(of: error))
    self = UserMessage(
      CommandCode.unexpected, .failure, vi: "Có lỗi ngoài dự kiến (\(name)).",
      en: "Something unexpected went wrong (\(name)).",
      remedy: Remedy.againThenAdministrator
    ).mentioningMoney(moneyWasPaid)
  }
}

extension BilingualText {
  /// Both languages, one text after the other.
  static func + (left: BilingualText, right: BilingualText) -> BilingualText {
    BilingualText(vi: left.vi + right.vi, en: left.en + right.en)
  }
}
