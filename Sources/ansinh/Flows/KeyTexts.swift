import Issuance
import VietnamReference

/// Words of key ceremonies.
enum KeyTexts {
  static func act(_ act: CeremonyAct) -> BilingualText {
    switch act {
    case .begun: BilingualText(vi: "chủ trì, bắt đầu", en: "leads, begins")
    case .witnessed: BilingualText(vi: "làm chứng", en: "watches")
    case .shareGiven: BilingualText(vi: "nhận mảnh khóa", en: "takes a share")
    case .shareUsed: BilingualText(vi: "nhận lại mảnh khóa", en: "takes a share back")
    case .keysMade: BilingualText(vi: "lập khóa", en: "makes keys")
    case .keysRestored: BilingualText(vi: "khôi phục khóa", en: "restores keys")
    case .backedUp: BilingualText(vi: "sao lưu khóa", en: "backs keys up")
    case .certified: BilingualText(vi: "ký chứng thư", en: "signs a certificate")
    case .ended: BilingualText(vi: "kết thúc", en: "ends")
    }
  }

  /// The details of a step; words that this program does not know stand as they are.
  static func details(_ details: [String: String], _ output: Output) -> String {
    let rank = ["purpose", "place", "token", "share", "of", "shares", "threshold", "issuer", "fingerprint"]
    func place(_ word: String) -> Int { rank.firstIndex(of: word) ?? rank.count }
    return details.sorted { (place($0.key), $0.key) < (place($1.key), $1.key) }.map { word, text in
      let name = words[word]?(output.language) ?? Mask.printable(word)
      return "\(name) \(values[text]?(output.language) ?? short(text))"
    }.joined(separator: "; ")
  }

  private static let words: [String: BilingualText] = [
    "purpose": BilingualText(vi: "việc:", en: "purpose:"), "place": BilingualText(vi: "nơi giữ:", en: "place:"),
    "token": BilingualText(vi: "mô-đun:", en: "module:"), "share": BilingualText(vi: "mảnh số", en: "share"),
    "of": BilingualText(vi: "trong", en: "of"), "shares": BilingualText(vi: "số mảnh", en: "shares"),
    "threshold": BilingualText(vi: "cần", en: "restored by"), "issuer": BilingualText(vi: "tên:", en: "name:"),
    "fingerprint": BilingualText(vi: "mã băm", en: "SHA-256"),
  ]

  private static let values: [String: BilingualText] = [
    "init": BilingualText(vi: "lập khóa đầu tiên", en: "first keys"),
    "rotate": BilingualText(vi: "thế hệ kế tiếp", en: "next generation"),
    "restore": BilingualText(vi: "khôi phục", en: "restoration"),
    "plain-file": BilingualText(vi: "tệp không mật khẩu", en: "file without a passphrase"),
    "sealed-file": BilingualText(vi: "tệp có mật khẩu", en: "file under a passphrase"),
    "token": BilingualText(vi: "mô-đun an toàn", en: "secure module"),
  ]

  /// A hash by its beginning: the whole is in the record.
  private static func short(_ text: String) -> String {
    text.count == 64 ? text.prefix(16) + "…" : Mask.printable(text, limit: 80)
  }

  /// The day and the time in Vietnam.
  static func time(_ unixSeconds: Int64, _ language: Language) -> String {
    guard let day = CalendarDate(unixSeconds: unixSeconds, zone: .vietnam) else { return String(unixSeconds) }
    let second = Int(((unixSeconds + 7 * 3_600) % 86_400 + 86_400) % 86_400)
    let clock = [second / 3_600, second / 60 % 60, second % 60].map { ($0 < 10 ? "0" : "") + String($0) }
    return (language == .vietnamese ? day.slashed : day.iso) + " " + clock.joined(separator: ":")
  }
}
