import CardCrypto
import VietnamReference

extension KeyFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let message: UserMessage
    switch self {
    case .system(let path, let operation, let code):
      let cause = SystemCause(code: code)
      message = UserMessage(
        KeyFileCode.system, .failure,
        vi: "Không đọc hoặc ghi được tệp khóa \(shown(path)) ở bước \(operation): \(cause.reason.vi).",
        en: "The key file \(shown(path)) could not be read or written at step \(operation): \(cause.reason.en).",
        remedy: cause.remedy)
    case .malformed(let path):
      message = UserMessage(
        KeyFileCode.malformed, .failure,
        vi: "Tệp \(shown(path)) không phải là tệp khóa của phiên bản này, hoặc đã hỏng.",
        en: "The file \(shown(path)) is not a key file of this version, or is damaged.",
        remedy: BilingualText(
          vi: "Kiểm tra đường dẫn; nếu đúng, hãy khôi phục tệp từ bản sao lưu.",
          en: "Check the path; if it is right, restore the file from its backup."))
    case .permissions(let path):
      message = UserMessage(
        KeyFileCode.permissions, .failure, vi: "Tệp khóa \(shown(path)) cho người khác đọc nên không được dùng.",
        en: "The key file \(shown(path)) lets others read it, so it is not used.",
        remedy: BilingualText(
          vi: "Đặt lại quyền của tệp là 0600 và tìm hiểu ai có thể đã đọc tệp.",
          en: "Set its mode to 0600 and find out who may have read it."))
    case .missing(let path, let name):
      message = UserMessage(
        KeyFileCode.missing, .failure, vi: "Tệp khóa \(shown(path)) không có mục “\(Mask.printable(name))”.",
        en: "The key file \(shown(path)) has no entry “\(Mask.printable(name))”.",
        remedy: BilingualText(
          vi: "Kiểm tra có dùng đúng tệp khóa của cơ quan cấp thẻ không.",
          en: "Check that it is the issuing office's key file."))
    case .exists(let path): message = KeyFileText.exists(shown(path))
    case .passphraseNeeded(let path): message = KeyFileText.passphraseNeeded(shown(path))
    case .wrongPassphrase(let path): message = KeyFileText.wrongPassphrase(shown(path))
    case .damaged(let path): message = KeyFileText.damaged(shown(path))
    }
    return message.mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }

  private func shown(_ path: String) -> String { Mask.printable(path, limit: 200) }
}

/// The texts about passphrases and files that are there, by case.
private enum KeyFileText {
  static func exists(_ path: String) -> UserMessage {
    UserMessage(
      KeyFileCode.exists, .refused, vi: "Đã có tệp \(path); tệp khóa không bao giờ bị ghi đè.",
      en: "There is a file \(path) already; a key file is never written over.",
      remedy: BilingualText(
        vi: "Chọn nơi khác, hoặc kiểm tra rồi cất tệp cũ đi.",
        en: "Choose another place, or look at the old file and put it away."))
  }

  static func passphraseNeeded(_ path: String) -> UserMessage {
    UserMessage(
      KeyFileCode.passphraseNeeded, .failure, vi: "Tệp khóa \(path) được bảo vệ bằng mật khẩu.",
      en: "The key file \(path) is under a passphrase.",
      remedy: BilingualText(
        vi: "Nhập mật khẩu khi được hỏi, hoặc dùng --passphrase-fd N.",
        en: "Enter the passphrase when asked, or use --passphrase-fd N."))
  }

  static func wrongPassphrase(_ path: String) -> UserMessage {
    UserMessage(
      KeyFileCode.wrongPassphrase, .refused, vi: "Sai mật khẩu của tệp khóa \(path).",
      en: "The passphrase of the key file \(path) is wrong.",
      remedy: BilingualText(
        vi: "Kiểm tra bàn phím, dấu tiếng Việt và chữ hoa rồi nhập lại; tệp không bị hỏng.",
        en: "Check the keyboard, accents and capitals and enter it again; the file is not damaged."))
  }

  static func damaged(_ path: String) -> UserMessage {
    UserMessage(
      KeyFileCode.damaged, .failure, vi: "Tệp khóa \(path) đã bị hỏng hoặc bị sửa nên không được dùng.",
      en: "The key file \(path) was damaged or changed, so it is not used.",
      remedy: BilingualText(
        vi: "Khôi phục tệp từ bản sao, hoặc khôi phục khóa từ các mảnh bằng “ansinh key restore”.",
        en: "Restore the file from a copy, or the keys from their shares with “ansinh key restore”."))
  }
}
