import CardApplication
import CardCrypto
import Foundation
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// What people read of certificates.
enum CertificateTexts {
  /// `05/11/2026`, or as ISO 8601 writes it.
  static func day(_ date: CVDate, _ language: Language) -> String {
    language == .vietnamese ? date.calendarDate?.slashed ?? date.description : date.description
  }

  static func right(_ word: TerminalRights.Word) -> BilingualText {
    switch word {
    case .online: BilingualText(vi: "chi trả trực tuyến", en: "pay online")
    case .offline: BilingualText(vi: "chi trả ngoại tuyến", en: "pay offline")
    case .override: BilingualText(vi: "chi trả không cần mã PIN, có giám sát", en: "pay without the PIN, supervised")
    case .canAllowed: BilingualText(vi: "mở thẻ bằng số CAN", en: "open the card with the CAN")
    case .pinManagement: BilingualText(vi: "đặt và mở khóa mã PIN", en: "set and unblock the PIN")
    case .readIdentity: BilingualText(vi: "đọc dữ liệu định danh", en: "read the identity data")
    }
  }

  static func kind(_ view: CertificateView) -> BilingualText {
    switch view.kind {
    case "root": BilingualText(vi: "gốc (CVCA)", en: "CVCA")
    case "link": BilingualText(vi: "liên kết", en: "link")
    case "verifier": BilingualText(vi: "đơn vị chứng thực", en: "document verifier")
    default: BilingualText(vi: "điểm chi trả", en: "terminal")
    }
  }

  static func state(_ state: CertificateView.State) -> BilingualText {
    switch state {
    case .valid: BilingualText(vi: "còn hiệu lực", en: "valid")
    case .notYetValid: BilingualText(vi: "chưa hiệu lực", en: "not valid yet")
    case .expired: BilingualText(vi: "hết hạn", en: "expired")
    case .revoked: BilingualText(vi: "đã thu hồi", en: "revoked")
    case .verifierRevoked: BilingualText(vi: "DV đã thu hồi", en: "its DV was revoked")
    }
  }

  static func act(_ what: String) -> BilingualText {
    switch AuthorityAct.What(rawValue: what) {
    case .root: BilingualText(vi: "lập khóa gốc", en: "CVCA key made")
    case .link: BilingualText(vi: "ký chứng thư liên kết", en: "link signed")
    case .verifier: BilingualText(vi: "cấp đơn vị chứng thực", en: "verifier certified")
    case .terminal: BilingualText(vi: "cấp điểm chi trả", en: "terminal certified")
    case .revocation: BilingualText(vi: "thu hồi", en: "revoked")
    case .told: BilingualText(vi: "đã báo trung tâm", en: "centre told")
    case nil: BilingualText(vi: Mask.printable(what), en: Mask.printable(what))
    }
  }
}

/// A certificate for programs; people read it through ``CertificateTexts``.
struct CertificateView: Codable, Sendable {
  enum State: String, Codable {
    case valid
    case notYetValid = "not-yet-valid"
    case expired
    case revoked
    /// Its document verifier was revoked.
    case verifierRevoked = "verifier-revoked"
  }

  let reference: String
  let authority: String
  /// `root`, `link`, `verifier`, `terminal`.
  let kind: String
  /// Two digits; `nil` when the certificate is from a file, or the CVCA's.
  var province: String?
  /// What the register calls the terminal.
  var name: String?
  let effective: String
  let expiration: String
  private(set) var state: State
  /// Words of rights that hold wholly.
  let rights: [String]
  /// Steps of the offline ceiling.
  let ceiling: Int
  let curve: String
  /// SHA-256 of the public point: how the centre knows a terminal.
  let keyHash: String
  /// The template of 7F4C and the bitmap of our extension, hexadecimal.
  let chat: String
  let payoutBitmap: String
  /// SHA-256 of the whole certificate.
  let fingerprint: String
  let octets: Int
  /// Whether its authority's signature was checked and holds; `nil` when the authority is not at hand.
  var isSignatureValid: Bool?

  init(_ certificate: CVCertificate, isRevoked: Bool = false, today: CVDate?) {
    let content = certificate.content
    reference = content.holder.description
    authority = content.authority.description
    kind =
      switch content.authorization.role {
      case .authority: content.authority == content.holder ? "root" : "link"
      case .verifierOfficial, .verifierNonOfficial: "verifier"
      case .terminal: "terminal"
      }
    effective = content.effective.description
    expiration = content.expiration.description
    state =
      if isRevoked {
        .revoked
      } else if let today {
        today < content.effective ? .notYetValid : today > content.expiration ? .expired : .valid
      } else {
        .valid
      }
    let held = TerminalRights(content)
    rights = held.words.map(\.rawValue)
    ceiling = held.payout.steps
    curve = content.publicKey.curve.label
    keyHash = content.publicKey.hash.hex
    chat = content.authorization.template.hex
    payoutBitmap = AuthorizationExtension.effective(PayoutRights.identifier, in: [content.extensions]).hex
    fingerprint = Digest.sha256.hash(certificate.bytes).hex
    octets = certificate.bytes.count
  }

  /// - Parameter revoked: names of document verifiers that were revoked.
  init(_ registered: RegisteredCertificate, revoked: Set<String> = [], today: CVDate?) {
    self.init(registered.certificate, isRevoked: registered.isRevoked, today: today)
    if state == .valid, revoked.contains(authority) { state = .verifierRevoked }
    province = registered.province
    name = registered.terminalName
  }

  /// `05/11/2026` in Vietnamese, `2026-11-05` in English.
  static func day(_ text: String, _ language: Language) -> String {
    language == .vietnamese ? CalendarDate(text: text)?.slashed ?? text : text
  }

  /// `chi trả trực tuyến; chi trả ngoại tuyến (bậc 16)`.
  func rightsText(_ language: Language) -> String {
    let words = rights.compactMap { TerminalRights.Word(rawValue: $0) }.map { word in
      let text = CertificateTexts.right(word)(language)
      guard word == .offline else { return text }
      return text + (language == .vietnamese ? " (bậc hạn mức \(ceiling))" : " (ceiling step \(ceiling))")
    }
    return words.isEmpty ? (language == .vietnamese ? "không có quyền" : "no rights") : words.joined(separator: "; ")
  }

  func validity(_ language: Language) -> String {
    "\(Self.day(effective, language)) – \(Self.day(expiration, language))"
  }

  /// Everything that it says.
  func text(_ output: Output) -> String {
    let language = output.language
    var lines = [
      output.pick("Chứng thư ", "Certificate ") + reference + " – " + CertificateTexts.kind(self)(language),
      output.pick("  Do cấp:        ", "  Signed by:     ") + authority,
      output.pick("  Hiệu lực:      ", "  Valid:         ") + validity(language),
      output.pick("  Hôm nay:       ", "  Today:         ") + CertificateTexts.state(state)(language),
      output.pick("  Quyền:         ", "  Rights:        ") + rightsText(language),
      output.pick("  Đường cong:    ", "  Curve:         ") + curve,
      output.pick("  Mã khóa:       ", "  Key hash:      ") + keyHash,
      "  CHAT:          \(chat)",
      output.pick("  Quyền chi trả: ", "  Payout rights: ") + (payoutBitmap.isEmpty ? "–" : payoutBitmap),
      "  SHA-256:       \(fingerprint)",
    ]
    if let province { lines.insert(output.pick("  Tỉnh:          ", "  Province:      ") + province, at: 2) }
    if let name { lines.insert(output.pick("  Tên điểm:      ", "  Name:          ") + Mask.printable(name), at: 2) }
    if let isSignatureValid {
      lines.append(
        output.pick("  Chữ ký:        ", "  Signature:     ")
          + (isSignatureValid ? output.pick("đúng", "verifies") : output.pick("SAI", "WRONG")))
    }
    return lines.joined(separator: "\n")
  }
}

extension Curve {
  /// As `--curve` names it.
  var label: String {
    switch self {
    case .p192: "P-192"
    case .p256: "P-256"
    case .brainpoolP256r1: "brainpoolP256r1"
    case .brainpoolP512r1: "brainpoolP512r1"
    }
  }
}
