import CardApplication
import VietnamReference

/// What the keys and values of card profiles are called.
enum ProfileTexts {
  /// What a key of ``CardProfile/entries`` is called; the key itself where there is no word for it.
  static func label(_ key: String) -> BilingualText {
    if let label = labels[key] { return label }
    let parts = key.split(separator: ".").map(String.init)
    if parts.count >= 3, let field = fields[parts[2]] {
      let number = parts.count > 3 ? " \(parts[3])" : ""
      return BilingualText(vi: field.vi + number, en: field.en + number)
    }
    if key.hasPrefix("print.boxes."), let number = parts.last {
      return BilingualText(vi: "ô màu \(number)", en: "box \(number)")
    }
    return BilingualText(vi: key, en: key)
  }

  /// A value of a key in words.
  static func value(_ key: String, _ value: String) -> BilingualText {
    if let words = words[key]?[value] { return words }
    if amounts.contains(key), let amount = Int64(value) { return plain(VND.text(amount)) }
    if key == "offline-ceilings" {
      return plain(
        value.split(separator: ",").compactMap { Int64($0.dropFirst($0.hasPrefix(" ") ? 1 : 0)) }
          .map { VND.grouped($0) }.joined(separator: " · "))
    }
    if let unit = units[key] { return BilingualText(vi: "\(value) \(unit.vi)", en: "\(value) \(unit.en)") }
    return value.isEmpty ? BilingualText(vi: "không có", en: "none") : plain(value)
  }

  /// Who may, by a condition.
  static func condition(_ condition: AccessCondition) -> BilingualText {
    switch condition {
    case .never: BilingualText(vi: "không ai", en: "nobody")
    case .anyPassword: BilingualText(vi: "ai có số CAN hoặc mã PIN", en: "whoever has the CAN or the PIN")
    case .pin: BilingualText(vi: "chủ thẻ, bằng mã PIN", en: "the holder, by the PIN")
    case .pinOrTerminal:
      BilingualText(
        vi: "chủ thẻ bằng mã PIN, hoặc thiết bị đã xác thực", en: "the holder by the PIN, or an authenticated terminal")
    case .terminal: BilingualText(vi: "thiết bị đã xác thực", en: "an authenticated terminal")
    case .pinAndTerminal:
      BilingualText(
        vi: "chủ thẻ bằng mã PIN, tại thiết bị đã xác thực", en: "the holder by the PIN, at an authenticated terminal")
    case .pinAndTerminalOrOverride:
      BilingualText(
        vi: "chủ thẻ bằng mã PIN, tại thiết bị đã xác thực; hoặc người giám sát chi không PIN",
        en: "the holder by the PIN, at an authenticated terminal; or a supervisor who overrides the PIN")
    }
  }

  private static func plain(_ text: String) -> BilingualText { BilingualText(vi: text, en: text) }

  private static let amounts: Set<String> = ["override.ceiling", "offline.payout", "offline.available"]

  private static let units: [String: BilingualText] = {
    let days = BilingualText(vi: "ngày", en: "days")
    let digits = BilingualText(vi: "chữ số", en: "digits")
    let times = BilingualText(vi: "lần", en: "times")
    let bytes = BilingualText(vi: "byte", en: "bytes")
    return [
      "life.years": BilingualText(vi: "năm", en: "years"), "life.days": days, "life.renewal-days": days,
      "life.until-age": BilingualText(vi: "tuổi", en: "years of age"), "offline.days": days,
      "offline.terminal-days": days, "holder.authority-months": BilingualText(vi: "tháng", en: "months"),
      "can.length": digits, "pin.length": digits, "pin.transport-length": digits, "puk.length": digits,
      "pin.tries": times, "puk.uses": times, "override.uses": times,
      "files.log-slots": BilingualText(vi: "ngăn", en: "slots"), "files.log-slot-bytes": bytes,
      "files.photo-bytes": bytes, "scp03.key-length": bytes,
    ]
  }()

  private static let words: [String: [String: BilingualText]] = [
    "use": [
      "live": BilingualText(vi: "thẻ thật", en: "cards in use"), "test": BilingualText(vi: "thẻ thử", en: "test cards"),
    ],
    "holder.kind": [
      "adult": BilingualText(vi: "người lớn", en: "an adult"),
      "child": BilingualText(vi: "trẻ em có người giám hộ", en: "a child with a guardian"),
      "collector": BilingualText(vi: "người lĩnh thay", en: "an authorised collector"),
    ],
    "holder.guardian": [
      "none": BilingualText(vi: "không cần", en: "none"), "required": BilingualText(vi: "phải có", en: "required"),
    ],
    "holder.pin-chosen-by": [
      "holder": BilingualText(vi: "chủ thẻ", en: "the holder"),
      "guardian": BilingualText(vi: "người giám hộ", en: "the guardian"),
    ],
  ]

  private static let fields: [String: BilingualText] = [
    "state": BilingualText(vi: "quốc hiệu, tiêu ngữ", en: "state and motto"),
    "title": BilingualText(vi: "tên thẻ", en: "title"), "header": BilingualText(vi: "dòng chữ", en: "header"),
    "photo": BilingualText(vi: "ảnh", en: "photo"), "name": BilingualText(vi: "họ và tên", en: "full name"),
    "card-number": BilingualText(vi: "số thẻ", en: "card number"),
    "valid-from": BilingualText(vi: "ngày cấp", en: "issued on"),
    "valid-until": BilingualText(vi: "có giá trị đến", en: "valid until"),
    "province": BilingualText(vi: "tỉnh cấp", en: "issuing province"), "can": BilingualText(vi: "số CAN", en: "CAN"),
    "can-barcode": BilingualText(vi: "mã vạch CAN", en: "CAN barcode"),
    "notice": BilingualText(vi: "điều chủ thẻ cần biết", en: "what holders are told"),
    "contact": BilingualText(vi: "nơi nhận thẻ nhặt được", en: "where found cards go"),
  ]

  private static let labels: [String: BilingualText] = [
    "layout": BilingualText(vi: "Mẫu chứng từ", en: "Layout of certificates"),
    "application": BilingualText(vi: "Phiên bản ứng dụng", en: "Application version"),
    "use": BilingualText(vi: "Dùng cho", en: "Use"), "holder.kind": BilingualText(vi: "Chủ thẻ", en: "Holder"),
    "holder.guardian": BilingualText(vi: "Người giám hộ", en: "Guardian"),
    "holder.pin-chosen-by": BilingualText(vi: "Người chọn mã PIN", en: "PIN chosen by"),
    "holder.authority-months": BilingualText(vi: "Ủy quyền lĩnh thay có hạn tối đa", en: "An authority lasts at most"),
    "life.years": BilingualText(vi: "Thời hạn thẻ", en: "The card lasts"),
    "life.days": BilingualText(vi: "Thời hạn thẻ", en: "The card lasts"),
    "life.until-age": BilingualText(vi: "Hết hạn trước khi đủ", en: "Ends before the holder is"),
    "life.renewal-days": BilingualText(vi: "Được gia hạn trước khi hết hạn", en: "May be renewed before its end"),
    "applications.master-file": BilingualText(vi: "Tệp chung (MF)", en: "Master file"),
    "applications.eid": BilingualText(vi: "Ứng dụng định danh (eID)", en: "eID application"),
    "applications.payout": BilingualText(vi: "Ứng dụng chi trả", en: "Payout application"),
    "files.log-slots": BilingualText(vi: "Nhật ký chi trả", en: "Payout log"),
    "files.log-slot-bytes": BilingualText(vi: "Một ngăn nhật ký", en: "One slot of the log"),
    "files.photo-bytes": BilingualText(vi: "Ảnh trong chip, tối đa", en: "Photo on the chip, at most"),
    "pace": BilingualText(vi: "PACE: đường cong", en: "PACE: curve"),
    "pace-cipher": BilingualText(vi: "PACE: mã hóa", en: "PACE: cipher"),
    "chip-authentication.curve": BilingualText(vi: "Xác thực chip: đường cong", en: "Chip authentication: curve"),
    "chip-authentication.cipher": BilingualText(vi: "Xác thực chip: mã hóa", en: "Chip authentication: cipher"),
    "scp03.key-length": BilingualText(vi: "SCP03: độ dài khóa", en: "SCP03: key length"),
    "scp03.mode": BilingualText(vi: "SCP03: chế độ", en: "SCP03: mode"),
    "can.length": BilingualText(vi: "Số CAN", en: "CAN"),
    "pin.length": BilingualText(vi: "Mã PIN", en: "PIN"),
    "pin.tries": BilingualText(vi: "Nhập sai mã PIN tối đa", en: "Tries of the PIN"),
    "pin.transport-length": BilingualText(vi: "PIN tạm", en: "Transport PIN"),
    "puk.length": BilingualText(vi: "Mã PUK", en: "PUK"),
    "puk.uses": BilingualText(vi: "Dùng mã PUK tối đa", en: "Uses of the PUK"),
    "override.uses": BilingualText(
      vi: "Chi không PIN giữa hai lần có PIN", en: "Overrides between two payouts with PIN"),
    "override.ceiling": BilingualText(vi: "Mỗi lần chi không PIN, tối đa", en: "Most of one override"),
    "offline.payout": BilingualText(vi: "Ngoại tuyến: mỗi lần chi", en: "Offline: one payout"),
    "offline.available": BilingualText(vi: "Ngoại tuyến: tổng dự trữ", en: "Offline: available in all"),
    "offline.certificates": BilingualText(
      vi: "Ngoại tuyến: số lần chưa báo trung tâm", en: "Offline: certificates not yet seen"),
    "offline.days": BilingualText(vi: "Ngoại tuyến: hiệu lực", en: "Offline: good for"),
    "offline.terminal-days": BilingualText(
      vi: "Ngoại tuyến: chứng thư của điểm", en: "Offline: certificate of a terminal"),
    "offline-ceilings": BilingualText(
      vi: "Mức trần ngoại tuyến của điểm (đ)", en: "Offline ceilings of terminals (đồng)"),
    "read.card-info": BilingualText(vi: "đọc thông tin thẻ", en: "read the card's data"),
    "read.holder": BilingualText(vi: "đọc chủ thẻ", en: "read the holder"),
    "read.lines": BilingualText(vi: "đọc các khoản hưởng", en: "read the lines"),
    "read.snapshot": BilingualText(vi: "đọc số tiền các khoản", en: "read the amounts"),
    "read.payout-key-certificate": BilingualText(
      vi: "đọc chứng thư khóa chi trả", en: "read the payout key's certificate"),
    "read.payout-log": BilingualText(vi: "đọc nhật ký chi trả", en: "read the payout log"),
    "read.offline-authority": BilingualText(vi: "đọc hạn mức ngoại tuyến", en: "read the offline authority"),
    "read.photo": BilingualText(vi: "đọc ảnh", en: "read the photo"),
    "commands.authorise-payout": BilingualText(vi: "chi tiền", en: "pay"),
    "commands.complete-payout": BilingualText(vi: "hoàn tất, cập nhật thẻ", en: "complete, update the card"),
    "commands.get-payout-status": BilingualText(vi: "xem trạng thái chi trả", en: "payout status"),
    "commands.get-last-certificate": BilingualText(vi: "lấy lại chứng từ vừa ký", en: "get the last certificate again"),
    "print.face": BilingualText(vi: "khổ thẻ", en: "size"), "print.mark": BilingualText(vi: "dấu thẻ thử", en: "mark"),
  ]
}
