import CardApplication
import CardCrypto
import CardTestSupport
import Foundation
import Issuance
import Printing
import Testing
import VietnamReference

/// People, cards and secrets of the print tests.
enum PrintFixture {
  static let can = "314159"
  static let pin = "48213"
  static let puk = "9073152864"

  static func secret(_ digits: String) -> SecretBytes { SecretBytes(Array(digits.utf8)) }

  static func number(_ sequence: UInt64 = 12_345_678) throws -> CardNumber {
    try #require(CardNumber(sequence: sequence))
  }

  static func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text: text)) }

  static func face(_ name: String = "Nguyễn Văn An", photo: [UInt8]? = nil) throws -> CardFaceContent {
    CardFaceContent(
      name: try PersonName(name), cardNumber: try number(), validFrom: try date("05/11/2026"),
      validUntil: try date("04/11/2036"),
      province: BilingualText(vi: "tỉnh Thái Nguyên", en: "Thái Nguyên province"), photo: photo,
      contact: "UBND xã Đồng Hỷ, điện thoại 1900 0000")
  }

  static func mailer(_ name: String = "Nguyễn Văn An") throws -> PINMailerContent {
    PINMailerContent(
      name: try PersonName(name), commune: "Xã Đồng Hỷ, tỉnh Thái Nguyên", cardLastFour: "6784",
      office: "Cơ quan cấp thẻ an sinh tỉnh Thái Nguyên", telephone: "1900 0000", date: try date("05/11/2026"))
  }

  static func octets(_ document: PrintDocument) -> [UInt8] {
    document.withOctets { octets in octets.withUnsafeBytes { Array($0) } }
  }

  static func reader(_ document: PrintDocument) throws -> PrintReader { try PrintReader(octets(document)) }

  /// Every letter of the alphabet in every tone, and names as people have them.
  static let names: [String] = {
    let plain = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
    let tones = ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"]
    let toned = plain.map { letter in
      "Đặng " + tones.map { "Th\(letter)\($0)n" }.joined(separator: " ").precomposedStringWithCanonicalMapping
    }
    return toned + [
      "Y", "Y Bhiu", "H'Hen Niê", "H’Hen Niê", "Ksor H-Bia", "Nguyễn Thị Ỷ",
      "Công Tằng Tôn Nữ Thị Huyền Trân Nguyễn Phước Hoàng Anh Thư Quỳnh Như",
    ]
  }()
}
