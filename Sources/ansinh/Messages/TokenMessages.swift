import CardCrypto
import VietnamReference

/// Tokens that keep keys: `CardCrypto`. Labels, paths and codes are told; a PIN never is.
extension PKCS11Error: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let message =
      switch self {
      case .moduleNotLoaded(let path, let reason):
        UserMessage(
          TokenCode.notLoaded, .failure, vi: "Không nạp được thư viện PKCS #11 \(shown(path)): \(shown(reason)).",
          en: "The PKCS #11 library \(shown(path)) could not be loaded: \(shown(reason)).",
          remedy: TokenText.checkModule
        )
      case .notPKCS11(let path):
        UserMessage(
          TokenCode.notModule, .failure, vi: "Tệp \(shown(path)) không phải là thư viện PKCS #11.",
          en: "The file \(shown(path)) is not a PKCS #11 library.", remedy: TokenText.checkModule)
      case .noSuchToken(let label, let present): TokenText.noSuchToken(shown(label), shown(present))
      case .severalTokens(let label): TokenText.severalTokens(shown(label))
      case .wrongPIN: TokenText.wrongPIN
      case .pinLocked: TokenText.pinLocked
      case .noSuchKey(let label, let present): TokenText.noSuchKey(shown(label), shown(present))
      case .severalKeys(let label): TokenText.severalKeys(shown(label))
      case .keyExists(let label): TokenText.keyExists(shown(label))
      case .unusableKey(let label): TokenText.unusableKey(shown(label))
      case .lost(let function, let code): TokenText.lost("\(function): \(code)")
      case .refused(let function, let code):
        UserMessage(
          TokenCode.refused, .failure, vi: "Mô-đun an toàn không thực hiện được một lệnh (\(function): \(code)).",
          en: "The secure module did not carry out a call (\(function): \(code)).",
          remedy: Remedy.againThenAdministrator)
      case .malformedAnswer(let function):
        UserMessage(
          TokenCode.malformedAnswer, .failure,
          vi: "Mô-đun an toàn trả lời sai nên kết quả không được dùng (\(function)).",
          en: "The secure module gave a wrong answer, which was not used (\(function)).", remedy: Remedy.administrator)
      }
    return message.mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }

  private func shown(_ text: String) -> String { Mask.printable(text, limit: 200) }

  private func shown(_ labels: [String]) -> String { labels.map { "“\(shown($0))”" }.joined(separator: ", ") }
}

/// The texts, by case.
private enum TokenText {
  static let checkModule = BilingualText(
    vi: "Kiểm tra đường dẫn tới thư viện của mô-đun an toàn.", en: "Check the path of the secure module's library.")
  static let checkLabel = BilingualText(
    vi: "Kiểm tra nhãn đã nhập, kể cả chữ hoa và dấu.", en: "Check the label, capitals and accents included.")

  static func noSuchToken(_ label: String, _ present: String) -> UserMessage {
    UserMessage(
      TokenCode.noSuchToken, .failure,
      vi: "Không có mô-đun an toàn nhãn “\(label)”. "
        + (present.isEmpty ? "Không có mô-đun nào." : "Có: \(present)."),
      en: "There is no secure module “\(label)”. "
        + (present.isEmpty ? "There is none at all." : "There are: \(present)."),
      remedy: checkLabel)
  }

  static func severalTokens(_ label: String) -> UserMessage {
    UserMessage(
      TokenCode.severalTokens, .failure, vi: "Có nhiều mô-đun an toàn cùng nhãn “\(label)”.",
      en: "Several secure modules have the label “\(label)”.",
      remedy: BilingualText(
        vi: "Chỉ để lại một mô-đun, hoặc đặt nhãn khác cho các mô-đun còn lại.",
        en: "Leave only one connected, or give the others another label."))
  }

  static let wrongPIN = UserMessage(
    TokenCode.wrongPIN, .failure, vi: "Sai mã PIN của mô-đun an toàn.", en: "The secure module's PIN is wrong.",
    remedy: BilingualText(
      vi: "Kiểm tra rồi nhập lại; sau vài lần sai, mô-đun có thể bị khóa.",
      en: "Check it and enter it again; after a few wrong ones the module may lock itself."))

  static let pinLocked = UserMessage(
    TokenCode.pinLocked, .failure, vi: "Mã PIN của mô-đun an toàn đã bị khóa.",
    en: "The secure module's PIN is locked.",
    remedy: BilingualText(
      vi: "Người quản lý mô-đun cần đặt lại mã PIN.", en: "The module's security officer has to set a new PIN."))

  static func noSuchKey(_ label: String, _ present: String) -> UserMessage {
    UserMessage(
      TokenCode.noSuchKey, .failure,
      vi: "Mô-đun an toàn không có khóa nhãn “\(label)”. "
        + (present.isEmpty ? "Chưa có khóa nào." : "Có: \(present)."),
      en: "The secure module has no key “\(label)”. "
        + (present.isEmpty ? "It has none at all." : "It has: \(present)."),
      remedy: checkLabel)
  }

  static func severalKeys(_ label: String) -> UserMessage {
    UserMessage(
      TokenCode.severalKeys, .failure, vi: "Mô-đun an toàn có nhiều khóa cùng nhãn “\(label)”.",
      en: "The secure module has several keys of the label “\(label)”.",
      remedy: BilingualText(
        vi: "Đặt nhãn khác cho các khóa còn lại bằng công cụ của mô-đun.",
        en: "Give the other keys another label with the module's own tools."))
  }

  static func keyExists(_ label: String) -> UserMessage {
    UserMessage(
      TokenCode.keyExists, .failure, vi: "Mô-đun an toàn đã có khóa nhãn “\(label)” nên không tạo khóa mới.",
      en: "The secure module has a key “\(label)” already, so no new one was made.",
      remedy: BilingualText(vi: "Dùng khóa đó, hoặc chọn nhãn khác.", en: "Use that key, or choose another label."))
  }

  static func unusableKey(_ label: String) -> UserMessage {
    UserMessage(
      TokenCode.unusableKey, .failure,
      vi: "Không dùng được khóa “\(label)”: cần đường cong P-256 hoặc brainpoolP256r1 và có cả khóa công khai.",
      en: "The key “\(label)” can't be used: it has to be on P-256 or brainpoolP256r1, with its public half.",
      remedy: BilingualText(vi: "Tạo khóa mới trong mô-đun.", en: "Make a new key in the module."))
  }

  static func lost(_ cause: String) -> UserMessage {
    UserMessage(
      TokenCode.lost, .failure, vi: "Mất kết nối với mô-đun an toàn (\(cause)).",
      en: "The connection to the secure module was lost (\(cause)).",
      remedy: BilingualText(
        vi: "Kiểm tra mô-đun còn cắm và hoạt động, rồi chạy lại lệnh.",
        en: "Check that the module is plugged in and works, then run the command again."))
  }
}
