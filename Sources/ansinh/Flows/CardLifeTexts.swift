import CardApplication
import CardCrypto
import Issuance
import ServiceAPI
import VietnamReference

/// Cards and their life, as people read them.
enum CardLifeTexts {
  /// Digits in groups of four.
  static func grouped(_ number: String) -> String { CardNumber(number)?.grouped ?? number }

  /// The last day of a card, by its holder's profile and the day it was made.
  static func validUntil(_ card: IssuedCardLife, _ store: OfficeStore) throws -> CalendarDate? {
    guard let octets = card.certificate, let certificate = try? Certificate(der: octets),
      let person = try store.applicant(card.personalID), let holder = person.holder,
      let profile = try CardProfile.named(person.profile.rawValue)
    else { return nil }
    let last = Personaliser.validUntil(of: certificate, profile, birthDate: holder.birthDate)?.yyyymmdd
    return last.flatMap { CalendarDate(year: Int($0 / 10_000), month: Int($0 / 100 % 100), day: Int($0 % 100)) }
  }

  static func state(_ state: IssuedCardLife.State, _ output: Output) -> String {
    switch state {
    case .started: output.pick("đang làm", "being made")
    case .made: output.pick("đã làm, chưa đăng ký", "made, not registered")
    case .registered: output.pick("chờ trao, kích hoạt", "to be handed over")
    case .delivered: output.pick("đã trao", "handed over")
    case .replacing: output.pick("chờ thẻ mới thay", "to be replaced")
    case .replaced: output.pick("đã thay bằng thẻ mới", "replaced")
    case .returned: output.pick("đã thu hồi", "taken back")
    case .terminated: output.pick("đã hủy", "ended")
    case .scrapped: output.pick("bỏ (làm dở)", "scrapped")
    }
  }

  static func state(_ state: CardAnswer.State, _ output: Output) -> String {
    switch state {
    case .active: output.pick("đang hoạt động", "active")
    case .blocked: output.pick("bị khóa", "blocked")
    case .terminated: output.pick("đã hủy", "ended")
    }
  }

  private static let acts: [String: (vi: String, en: String)] = [
    "card-delivered": ("Trao thẻ", "Handed over"), "pin-set": ("Chọn mã PIN tại quầy", "PIN chosen at the counter"),
    "pin-unblocked": ("Mở khóa mã PIN tại quầy", "PIN unblocked at the counter"),
    "card-blocked": ("Tạm khóa thẻ", "Blocked"), "card-unblocked": ("Mở khóa thẻ", "Unblocked"),
    "card-lost": ("Báo mất thẻ", "Reported lost"), "card-returned": ("Thu hồi thẻ", "Taken back"),
    "card-terminated": ("Hủy thẻ", "Ended"),
    "reserve-released": ("Trả hạn mức ngoại tuyến", "Offline reserve released"),
    "replacement-asked-lost": ("Đề nghị cấp lại (mất)", "Replacement asked for (lost)"),
    "replacement-asked-damaged": ("Đề nghị cấp đổi (hỏng)", "Replacement asked for (damaged)"),
    "replacement-asked-changed": ("Đề nghị cấp đổi (đổi thông tin)", "Replacement asked for (changed data)"),
    "replacement-asked-renewal": ("Đề nghị gia hạn", "Renewal asked for"),
    "replacement-changed-lost": ("Thẻ chờ thay bị mất: chuyển cấp lại", "Lost while it was to be replaced"),
    "card-replaced-lost": ("Thẻ mới cấp lại đã thay", "Replaced (lost)"),
    "card-replaced-damaged": ("Thẻ mới cấp đổi đã thay", "Replaced (damaged)"),
    "card-replaced-changed": ("Thẻ mới cấp đổi đã thay", "Replaced (changed data)"),
    "card-replaced-renewal": ("Thẻ gia hạn đã thay", "Renewed"),
    "card-made": ("Làm thẻ", "Made"), "card-scrapped": ("Bỏ thẻ làm dở", "Given up in the making"),
    "card-registered": ("Đăng ký tại trung tâm", "Registered at the centre"),
    "card-update-made": ("Soạn bản cập nhật", "Update made"),
    "card-update-remade": ("Soạn lại bản cập nhật", "Update made again"),
    "card-update-sent-again": ("Gửi lại bản cập nhật", "Update sent again"),
    "card-update-done": ("Thẻ đã nhận bản cập nhật", "Update on the card"),
  ]

  /// An act of the office's book; a word that is not known here is shown as it is.
  static func act(_ what: String, _ output: Output) -> String {
    acts[what].map { output.pick($0.vi, $0.en) } ?? what
  }

  static func act(_ act: CardActName, _ output: Output) -> String {
    switch act {
    case .block: output.pick("Tạm khóa", "Blocked")
    case .unblock: output.pick("Mở khóa", "Unblocked")
    case .lost: output.pick("Báo mất", "Reported lost")
    case .returned: output.pick("Thu hồi", "Taken back")
    case .terminated: output.pick("Hủy", "Ended")
    case .releaseReserve: output.pick("Trả hạn mức ngoại tuyến", "Offline reserve released")
    case .fork: output.pick("Khóa vì giao dịch mâu thuẫn", "Blocked: it contradicts itself")
    case .replacedLost: output.pick("Cấp lại", "Replaced (lost)")
    case .replacedDamaged: output.pick("Cấp đổi (hỏng)", "Replaced (damaged)")
    case .replacedChanged: output.pick("Cấp đổi (đổi thông tin)", "Replaced (changed data)")
    case .renewed: output.pick("Gia hạn", "Renewed")
    }
  }
}
