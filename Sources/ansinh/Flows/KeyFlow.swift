import CardCrypto
import Foundation
import ISO7816
import Issuance
import VietnamReference

/// What the commands about the office's keys show.
enum KeyFlow {
  /// One key, by what may be known of it.
  struct Key: Codable {
    let name: String
    let kind: String
    let bits: Int
    let generation: Int
    let checkValue: String

    init(_ value: KeyCheckValue) {
      name = value.name.text
      generation = Int(value.name.generation)
      checkValue = value.octets.hex
      switch value.name {
      case .master(let length, _): (kind, bits) = ("master", length.rawValue * 8)
      case .certificate: (kind, bits) = ("certificate", 256)
      }
    }

    func kindText(_ output: Output) -> String {
      kind == "master"
        ? output.pick("Khóa chủ AES-\(bits)", "Master, AES-\(bits)")
        : output.pick("Khóa chứng thư P-256", "Certificate key, P-256")
    }
  }

  /// The keys of an office.
  struct Keys: Codable {
    let place: String
    let token: String?
    let keys: [Key]
    /// How many shares of the backup key there are, and how many restore; `nil` without a backup.
    let shares: Int?
    let threshold: Int?
    let backups: Int
    let ceremonies: Int
    let ceremonyFingerprint: String?
    var files: [String] = []

    init(_ office: OfficeKeys, _ values: [KeyCheckValue], _ last: VerifiedCeremony?) throws {
      let place = try office.place()
      self.place = place.word
      if case .token(let held) = place { token = held.label } else { token = nil }
      keys = values.map(Key.init)
      let backups = try office.backups()
      (shares, threshold) = (backups.last?.set.count, backups.last?.set.threshold)
      self.backups = backups.count
      ceremonies = last?.record.number ?? 0
      ceremonyFingerprint = last?.fingerprint
    }

    private func placeText(_ output: Output) -> String {
      switch place {
      case "token": output.pick("trong mô-đun an toàn “\(token ?? "")”", "in the secure module “\(token ?? "")”")
      case "sealed-file": output.pick("trong tệp có mật khẩu", "in a file under a passphrase")
      default: output.pick("trong tệp KHÔNG mật khẩu (chỉ để thử)", "in a file WITHOUT a passphrase (for tests only)")
      }
    }

    func text(_ output: Output) -> String {
      var table = TextTable(columns: [
        .init(output.pick("Khóa", "Key")), .init(output.pick("Thế hệ", "Generation"), .trailing),
        .init(output.pick("Giá trị kiểm tra", "Check value")),
      ])
      for key in keys { table.addRow([key.kindText(output), String(key.generation), key.checkValue]) }
      var lines = [output.pick("Khóa nằm ", "The keys are ") + placeText(output) + ".", table.rendered()]
      if let shares, let threshold {
        lines.append(
          output.pick(
            "Có \(backups) bản sao lưu, khôi phục được bằng \(threshold) trong \(shares) mảnh.",
            "\(backups) backups, restored by \(threshold) of \(shares) shares."))
      } else {
        lines.append(
          output.pick("Chưa có bản sao lưu: mất khóa là mất hẳn.", "There is no backup: lost keys are lost for good."))
      }
      if let ceremonyFingerprint {
        lines.append(
          output.pick(
            "Biên bản số \(ceremonies), mã băm SHA-256: \(ceremonyFingerprint)",
            "Record \(ceremonies), SHA-256: \(ceremonyFingerprint)"))
      }
      if !files.isEmpty { lines.append((output.pick("Đã ghi: ", "Written: ")) + files.joined(separator: ", ")) }
      return lines.joined(separator: "\n")
    }
  }

  /// Tells what a ceremony has made, and keeps it in the office's chain of acts.
  static func tell(_ outcome: CeremonyOutcome, _ home: StateHome, _ output: Output) throws {
    let record = outcome.ceremony.record
    let purpose = record.steps.first?.details["purpose"] ?? ""
    try OfficeStore(folder: home.office).record(
      OfficeAct(
        "keys-" + purpose, "ceremony-\(record.number)", actor: record.steps.first?.person ?? "",
        checker: record.steps.filter { $0.act == CeremonyAct.witnessed.rawValue }.map(\.person)
          .joined(separator: ", "), reason: outcome.ceremony.fingerprint, time: Clock.seconds))
    var view = try Keys(IssueFlow.keys(home), outcome.checkValues, outcome.ceremony)
    view.files = outcome.files
    let shown = view
    try output.result(shown) { shown.text(output) }
    try notePlain(home, output)
  }

  /// Says so where anybody who reads the key file has the keys.
  static func notePlain(_ home: StateHome, _ output: Output) throws {
    guard try IssueFlow.keys(home).place() == .plain else { return }
    output.note(
      "Tệp khóa của cơ quan cấp thẻ KHÔNG có mật khẩu: chỉ để thử. Đặt mật khẩu bằng “ansinh key passphrase”.",
      "The office's key file is NOT under a passphrase: for tests only. Give it one with “ansinh key passphrase”.")
  }
}
