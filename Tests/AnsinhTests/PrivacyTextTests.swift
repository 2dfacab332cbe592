import Foundation
import Testing
import VietnamReference

@testable import Issuance
@testable import ansinh

@Suite("What people read of personal data")
struct PrivacyTextTests {
  private static func golden(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Golden/\(name)"
  }

  /// The table is long; it is kept as files, written anew with `ANSINH_WRITE_GOLDEN=1`.
  @Test("The declaration as a table", arguments: Language.allCases)
  func fields(_ language: Language) throws {
    let text = PrivacyTexts.fields(.embedded, language) + "\n"
    let path = Self.golden("privacy-fields.\(language.rawValue).txt")
    if ProcessInfo.processInfo.environment["ANSINH_WRITE_GOLDEN"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let kept = try String(contentsOfFile: path, encoding: .utf8)
    for line in text.split(separator: "\n").difference(from: kept.split(separator: "\n")) {
      Issue.record("\(path.suffix(24)) differs: \(line)")
    }
    for field in PersonalData.embedded.fields {
      #expect(kept.contains(field.name(language).split(separator: " ")[0]), "\(field.id)")
    }
  }

  private func request() throws -> PrivacyRequest {
    func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text: text)) }
    return PrivacyRequest(
      number: 7, kind: .deletion, subject: "00112233445566778899aabbccddeeff", receivedOn: try day("2026-11-05"),
      withProcessor: false, answerDue: try day("2026-11-09"), due: try day("2026-11-25"), isExtended: false,
      state: .open, decision: nil, basis: "", isExecuted: false)
  }

  @Test("A list says what is late, and nobody's name") func list() throws {
    let late = try #require(CalendarDate(text: "2026-11-10"))
    #expect(
      PrivacyTexts.requests([try request()], today: late, .vietnamese) == """
        Số  Yêu cầu  Nhận        Trả lời trước hết ngày  Thực hiện trước hết ngày  Tình trạng    Hạn
        ──  ───────  ──────────  ──────────────────────  ────────────────────────  ────────────  ───────
         7  xóa      05/11/2026  09/11/2026              25/11/2026                chưa trả lời  QUÁ HẠN
        """)
    #expect(
      PrivacyTexts.requests([try request()], today: try request().answerDue, .english) == """
        No.  Request   Came in     Answer by   Carry out by  State         Due
        ───  ────────  ──────────  ──────────  ────────────  ────────────  ───────
          7  deletion  2026-11-05  2026-11-09  2026-11-25    not answered  in time
        """)
    #expect(PrivacyTexts.requests([], today: late, .english) == "There are no requests.")
  }

  @Test("One request, answered and carried out") func one() throws {
    var request = try request()
    (request.state, request.decision, request.basis) = (.answered, .granted, "Luật 91/2025/QH15")
    (request.isExecuted, request.isExtended) = (true, true)
    let today = request.receivedOn
    #expect(
      PrivacyTexts.request(request, today: today, .vietnamese) == """
        Yêu cầu số 7 · xóa · đã trả lời
        Nhận ngày 05/11/2026; trả lời trước hết ngày 09/11/2026; thực hiện trước hết ngày 25/11/2026 (đã gia hạn)
        Trả lời: đồng ý — Luật 91/2025/QH15 (đã thực hiện)
        """)
    #expect(
      PrivacyTexts.request(request, today: today, .english) == """
        Request 7 · deletion · answered
        Came in on 2026-11-05; answer by 2026-11-09; carry out by 2026-11-25 (extended)
        Answer: granted — Luật 91/2025/QH15 (carried out)
        """)
  }
}
