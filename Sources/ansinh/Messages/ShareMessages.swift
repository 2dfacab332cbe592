import CardCrypto
import VietnamReference

/// Shares of a backup key: `CardCrypto`. Which one is to blame is told, and nothing of what is in any.
extension KeyShareError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .parameters:
      UserMessage(
        ShareCode.parameters, .usage, vi: "Số mảnh và số mảnh cần để khôi phục không hợp lệ.",
        en: "The number of shares, or how many restore, is not allowed.",
        remedy: BilingualText(
          vi: "Cần từ 2 mảnh để khôi phục, tối đa 32 mảnh.", en: "At least 2 to restore, at most 32 in all."))
    case .malformed(let path):
      UserMessage(
        ShareCode.malformed, .usage, vi: "Tệp \(shown(path)) không phải là mảnh khóa.",
        en: "The file \(shown(path)) is not a share.",
        remedy: BilingualText(vi: "Kiểm tra đường dẫn.", en: "Check the path."))
    case .damaged(let path):
      UserMessage(
        ShareCode.damaged, .failure, vi: "Mảnh khóa \(shown(path)) đã bị hỏng hoặc bị sửa.",
        en: "The share \(shown(path)) was damaged or changed.", remedy: Self.another)
    case .wrongPassphrase(let path):
      UserMessage(
        ShareCode.wrongPassphrase, .refused, vi: "Sai mật khẩu của mảnh khóa \(shown(path)).",
        en: "The passphrase of the share \(shown(path)) is wrong.",
        remedy: BilingualText(
          vi: "Người giữ mảnh kiểm tra bàn phím, dấu và chữ hoa rồi nhập lại.",
          en: "Its holder checks keyboard, accents and capitals and enters it again."))
    case .line(let line, let path):
      UserMessage(
        ShareCode.line, .usage, vi: "Bản in của mảnh khóa \(shown(path)) sai ở dòng \(line).",
        en: "The printed share \(shown(path)) has an error in line \(line).",
        remedy: BilingualText(
          vi: "So lại dòng đó với bản giấy và sửa.", en: "Compare that line with the paper and correct it."))
    case .otherSet(let share):
      UserMessage(
        ShareCode.otherSet, .refused, vi: "Mảnh khóa số \(share) thuộc một lần lập khóa khác.",
        en: "Share \(share) is of another ceremony.", remedy: Self.another)
    case .notGenuine(let share):
      UserMessage(
        ShareCode.notGenuine, .refused, vi: "Mảnh khóa số \(share) không phải là mảnh đã trao khi lập khóa.",
        en: "Share \(share) is not the one that was handed out.", remedy: Self.another)
    case .duplicate(let share):
      UserMessage(
        ShareCode.duplicate, .usage, vi: "Mảnh khóa số \(share) được đưa hai lần.",
        en: "Share \(share) was given twice.", remedy: Self.another)
    case .tooFew(let given, let needed):
      UserMessage(
        ShareCode.tooFew, .usage, vi: "Cần \(needed) mảnh khóa, mới có \(given).",
        en: "\(needed) shares are needed, \(given) were given.", remedy: Self.another)
    case .backup(let path):
      UserMessage(
        ShareCode.backup, .failure, vi: "Bản sao lưu khóa \(shown(path)) không đọc được hoặc đã hỏng.",
        en: "The backup \(shown(path)) can't be read, or was damaged.",
        remedy: BilingualText(vi: "Dùng một bản khác của tệp này.", en: "Use another copy of this file."))
    }
  }

  private static let another = BilingualText(
    vi: "Gọi người giữ một mảnh khác.", en: "Call the holder of another share.")

  private func shown(_ path: String) -> String { Mask.printable(path, limit: 200) }
}

extension SecretSharingError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .crypto(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .parameters, .duplicate, .value, .inconsistent:
      UserMessage(
        ShareCode.inconsistent, .failure, vi: "Các mảnh khóa không khớp với nhau nên không khôi phục được khóa.",
        en: "The shares do not belong together, so that nothing was restored.", remedy: Remedy.administrator)
    }
  }
}

extension SealError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .crypto(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .notSealed, .damaged, .wrongPassphrase, .cost:
      CryptoError.verificationFailed.userMessage(moneyWasPaid: moneyWasPaid)
    }
  }
}
