import ISO7816
import PCSC
import ServiceAPI
import VietnamReference

@testable import Benefits
@testable import ansinh

/// One line of a table of messages.
struct CatalogueEntry {
  let code: String
  /// What else the table shows after the code.
  var facts: [String] = []
  let problem: BilingualText
  let remedy: BilingualText
}

/// Everything that people and programs can be told, read from the code itself.
enum MessageCatalogue {
  /// The program's own codes, by what they are about.
  static let parts: [(title: BilingualText, codes: any Exemplified.Type)] = [
    (BilingualText(vi: "Lệnh", en: "The command"), CommandCode.self),
    (BilingualText(vi: "Cách dùng", en: "Usage"), UsageCode.self),
    (BilingualText(vi: "Số liệu thẻ", en: "Card times"), ModelCode.self),
    (BilingualText(vi: "Danh sách chi trả", en: "Payout lists"), ListCode.self),
    (BilingualText(vi: "Khoản hưởng", en: "Entitlements"), EntitlementCode.self),
    (BilingualText(vi: "Chương trình", en: "Programmes"), ProgrammeCode.self),
    (BilingualText(vi: "Tệp chương trình", en: "Programme files"), CatalogueFaultCode.self),
    (BilingualText(vi: "Đường tới thẻ", en: "The way to the card"), ChannelCode.self),
    (BilingualText(vi: "Đầu đọc thẻ", en: "Card readers"), ReaderCode.self),
    (BilingualText(vi: "Bàn phím của đầu đọc", en: "The reader's pad"), PadCode.self),
    (BilingualText(vi: "PC/SC", en: "PC/SC"), PCSCMessageCode.self),
    (BilingualText(vi: "Mã PIN, số CAN", en: "PIN and CAN"), PACECode.self),
    (BilingualText(vi: "Xác thực thiết bị và chip", en: "Terminal and chip authentication"), EACCode.self),
    (BilingualText(vi: "Phiên làm việc với thẻ", en: "The session with a card"), SessionCode.self),
    (BilingualText(vi: "Lệnh bị thẻ từ chối", en: "Commands that the card refused"), CardCommandCode.self),
    (BilingualText(vi: "Dữ liệu của thẻ", en: "The card's data"), LayoutCode.self),
    (BilingualText(vi: "Hồ sơ thẻ", en: "Card profiles"), ProfileCode.self),
    (BilingualText(vi: "Kênh an toàn của cơ quan cấp thẻ", en: "The issuer's secure channel"), SCP03Code.self),
    (BilingualText(vi: "Cá thể hóa thẻ", en: "Personalisation"), IssuanceCode.self),
    (BilingualText(vi: "Đợt cá thể hóa", en: "Personalisation jobs"), JobCode.self),
    (BilingualText(vi: "Người được cấp thẻ", en: "People whom cards are for"), PeopleCode.self),
    (
      BilingualText(vi: "Đối chiếu với dữ liệu dân cư", en: "Checks against the population register"), RegisterCode.self
    ),
    (BilingualText(vi: "Đời một thẻ", en: "A card's life"), CardLifeCode.self),
    (BilingualText(vi: "Nghiệm thu thẻ", en: "Acceptance tests of cards"), ConformanceCode.self),
    (BilingualText(vi: "Cơ quan chứng thực", en: "The certificate authority"), AuthorityCode.self),
    (BilingualText(vi: "Tệp chứng thư", en: "Certificate files"), CertificateCode.self),
    (BilingualText(vi: "Dữ liệu cá nhân và yêu cầu", en: "Personal data and requests"), PrivacyCode.self),
    (BilingualText(vi: "Xuất dữ liệu", en: "Exports"), ExportCode.self),
    (BilingualText(vi: "Người nhận dữ liệu", en: "Recipients of data"), RecipientCode.self),
    (BilingualText(vi: "Mật mã", en: "Cryptography"), CryptoCode.self),
    (BilingualText(vi: "Mô-đun an toàn", en: "Secure modules"), TokenCode.self),
    (BilingualText(vi: "Tệp khóa", en: "Key files"), KeyFileCode.self),
    (BilingualText(vi: "Khóa của cơ quan cấp thẻ", en: "The office's keys"), KeyCode.self),
    (BilingualText(vi: "Mảnh khóa", en: "Shares"), ShareCode.self),
    (BilingualText(vi: "Thẻ phần mềm", en: "The software card"), SoftCardCode.self),
    (BilingualText(vi: "Điểm chi trả và nhật ký", en: "The payout point and its journal"), PointCode.self),
    (BilingualText(vi: "Lịch sử sổ của trung tâm", en: "The history of the centre's ledger"), HistoryCode.self),
    (BilingualText(vi: "In lại giấy nhận tiền", en: "Vouchers printed again"), ReprintCode.self),
    (BilingualText(vi: "Tệp in", en: "Files for print"), PrintCode.self),
    (BilingualText(vi: "Kết nối với trung tâm", en: "The way to the centre"), ServiceCode.self),
    (BilingualText(vi: "Trung tâm", en: "The centre"), StoreCode.self),
    (BilingualText(vi: "Thiết lập dịch vụ", en: "Setting up the service"), ServeCode.self),
    (BilingualText(vi: "Sao lưu và khôi phục", en: "Backup and restore"), BackupCode.self),
  ]

  static func entries(_ codes: any Exemplified.Type) -> [CatalogueEntry] { ofType(codes) }

  private static func ofType<Code: Exemplified>(_ codes: Code.Type) -> [CatalogueEntry] {
    Code.allCases.map { code in
      let message = UserMessage(code.example)
      return CatalogueEntry(
        code: code.rawValue, facts: [String(message.exitCode)], problem: message.problem, remedy: message.remedy)
    }
  }

  /// The service's refusals.
  static var problems: [CatalogueEntry] {
    ProblemCode.allCases.map { code in
      CatalogueEntry(
        code: code.rawValue, facts: [String(code.status), code.isRetryable ? "✓" : ""], problem: code.text.detail,
        remedy: code.text.remedy)
    }
  }

  /// Rows of lists.
  static func rows() throws -> [CatalogueEntry] {
    try RowCode.allCases.map { code in
      let problem = try code.example()
      return CatalogueEntry(code: problem.code, problem: problem.reason, remedy: problem.remedy)
    }
  }

  /// What PC/SC answers, and the code of its message.
  static var readerCodes: [[String]] {
    SCARDCode.allCases.map { code in
      let name = PCSCError.Code(rawValue: UInt32(code.rawValue)).name
      return [
        "`0x" + String(code.rawValue, radix: 16, uppercase: true) + "`", "`\(name)`",
        "`\(UserMessage(scardCode: code.rawValue).code)`",
      ]
    }
  }

  /// Commands with messages of their own; the last stands for every other.
  private static let commands = [
    "AUTHORISE PAYOUT", "COMPLETE PAYOUT", "GET LAST CERTIFICATE", "SELECT", "RESET RETRY COUNTER", "…",
  ]

  /// Status words with a message of their own, by command.
  static var statusWords: [[String]] {
    var rows: [[String]] = []
    for command in commands {
      for raw: UInt16 in 0x6200...0x6FFF {
        let code = UserMessage(command: command, status: StatusWord(rawValue: raw)).code
        let general = UserMessage(command: "…", status: StatusWord(rawValue: raw)).code
        guard code != CardCommandCode.refused.rawValue, command == "…" || code != general else { continue }
        rows.append([command, "`" + String(raw, radix: 16, uppercase: true) + "`", "`\(code)`"])
      }
    }
    return rows
  }
}
