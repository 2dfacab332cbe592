import CentreTestSupport
import Testing
import VietnamReference

@testable import Issuance

@Suite("Requests of data subjects")
struct PrivacyRequestTests {
  @Test(
    "Due dates, counted by hand",
    arguments: [
      // Kind, came in, with a processor, answer by, carry out by.
      (.access, "2026-03-02", false, "2026-03-04", "2026-03-12"),
      (.correction, "2026-03-25", false, "2026-03-27", "2026-04-06"),
      (.deletion, "2026-11-05", false, "2026-11-09", "2026-11-25"),
      (.objection, "2026-11-05", false, "2026-11-09", "2026-11-20"),
      (.restriction, "2026-11-05", true, "2026-11-09", "2026-11-25"),
      (.withdrawal, "2026-01-31", false, "2026-02-03", "2026-02-23"),
      (.withdrawal, "2026-01-27", true, "2026-01-29", "2026-02-23"),
      (.deletion, "2026-12-31", false, "2027-01-05", "2027-01-20"),
      (.access, "2026-02-13", false, "2026-02-24", "2026-02-23"),
      (.access, "2025-04-26", false, "2025-04-29", "2025-05-06"),
    ] as [(PrivacyRequest.Kind, String, Bool, String, String)])
  func dueDates(
    _ kind: PrivacyRequest.Kind, _ day: String, _ withProcessor: Bool, _ answer: String, _ due: String
  ) throws {
    let request = try PrivacyScene().open(kind, on: day, withProcessor: withProcessor)
    #expect(request.answerDue.iso == answer && request.due.iso == due)
    // Over Tết the ten days end before the second working day: the earlier one presses.
    #expect(request.nextDue?.iso == min(answer, due))
  }

  @Test("One extension, before the end, no longer than the law allows")
  func extensions() throws {
    let scene = try PrivacyScene()
    let request = try scene.open(.access, on: "2026-03-02")
    let term = try PrivacyScene.term(.access)
    func extend(_ days: Int, on day: String, reason: String = "hồ sơ lưu ở kho giấy") throws -> PrivacyRequest {
      try scene.store.extendRequest(
        request.number, days: days, reason: reason, term: term, by: try PrivacyScene.doer(day))
    }
    for days in [0, -1, 11] {
      #expect(throws: PrivacyRequestError.extensionLength(10)) { try extend(days, on: "2026-03-10") }
    }
    #expect(throws: PrivacyRequestError.termEnded(1)) { try extend(5, on: "2026-03-13") }
    #expect(throws: PrivacyRequestError.text("--reason")) { try extend(5, on: "2026-03-12", reason: "  ") }
    // 12 March and 10 days is Sunday 22 March.
    let extended = try extend(10, on: "2026-03-12")
    #expect(extended.due.iso == "2026-03-23" && extended.isExtended && extended.answerDue == request.answerDue)
    #expect(throws: PrivacyRequestError.extendedBefore(1)) { try extend(1, on: "2026-03-12") }
    #expect(try scene.store.request(1) == extended)
  }

  @Test("The list is in the order of due dates, and says what is late")
  func order() throws {
    let scene = try PrivacyScene()
    for (kind, day) in [
      (PrivacyRequest.Kind.deletion, "2026-03-02"), (.access, "2026-03-06"), (.access, "2026-03-02"),
      (.objection, "2026-03-03"),
    ] {
      _ = try scene.open(kind, on: day)
    }
    let today = try PrivacyScene.date("2026-03-06")
    var requests = try scene.store.requests()
    // Answers by 4, 4, 5 and 10 March.
    #expect(requests.map(\.number) == [1, 3, 4, 2])
    #expect(requests.map { $0.isLate(on: today) } == [true, true, true, false])
    let doer = try PrivacyScene.doer("2026-03-06")
    _ = try scene.store.answerRequest(1, .refused, basis: "hồ sơ hưởng phải giữ", by: doer)
    _ = try scene.store.answerRequest(3, .granted, basis: "Luật 91/2025/QH15", by: doer)
    _ = try scene.store.closeRequest(3, by: doer)
    requests = try scene.store.requests()
    #expect(requests.map(\.number) == [4, 2, 1])
    #expect(requests.map { $0.isLate(on: today) } == [true, false, false])
    #expect(try scene.store.requests(includingClosed: true).map(\.number) == [4, 2, 1, 3])
    // The due day itself is not late.
    #expect(!requests[1].isLate(on: requests[1].answerDue))
  }

  @Test("Each step is an act; the person is named by the office's key alone")
  func acts() throws {
    let scene = try PrivacyScene()
    let (id, doer) = (PrivacyScene.ids[0], try PrivacyScene.doer("2026-03-02"))
    let request = try scene.open(.withdrawal, on: "2026-03-02")
    _ = try scene.store.extendRequest(
      1, days: 5, reason: "chờ bên xử lý", term: try PrivacyScene.term(.withdrawal), by: doer)
    _ = try scene.store.answerRequest(1, .granted, basis: "NĐ 356/2025/NĐ-CP", by: doer)
    _ = try scene.store.closeRequest(1, by: doer)
    let acts = try scene.store.acts(of: request.subject)
    #expect(
      acts.map(\.what) == [
        "privacy-request-opened", "privacy-request-extended", "privacy-request-answered", "privacy-request-closed",
      ])
    #expect(acts.allSatisfy { $0.actor == "lan" && $0.reason.hasPrefix("request 1,") })
    #expect(try scene.store.checkActs().broken == nil)
    #expect(request.subject.count == 32 && !request.subject.contains(id))
    for other in PrivacyScene.ids.dropFirst() {
      #expect(try scene.open(.access, on: "2026-03-02", person: other).subject != request.subject)
    }
    // The same key when the office is opened again; another in another office.
    #expect(try OfficeStore(folder: scene.folder.path).personKey(id) == request.subject)
    #expect(try PrivacyScene().store.personKey(id) != request.subject)
  }

  @Test(
    "No personal data gets into the acts",
    arguments: [
      "", "   ", "xem 003152000017", "số 003 152 000 017", "thẻ 9900-0000-0000-0001", "CMND 012345678", "a\u{1B}[2J",
      "a\nb", String(repeating: "a", count: 201),
    ]) func texts(_ text: String) throws
  {
    let scene = try PrivacyScene()
    _ = try scene.open(.access, on: "2026-03-02")
    let doer = try PrivacyScene.doer("2026-03-02")
    #expect(throws: PrivacyRequestError.text("--basis")) {
      try scene.store.answerRequest(1, .granted, basis: text, by: doer)
    }
    #expect(throws: PrivacyRequestError.text("--reason")) {
      try scene.store.extendRequest(1, days: 1, reason: text, term: try PrivacyScene.term(.access), by: doer)
    }
    #expect(try scene.store.acts().count == 1 && scene.store.request(1).state == .open)
  }

  @Test("What is out of its order is refused, and nothing is recorded")
  func order2() throws {
    let scene = try PrivacyScene()
    let doer = try PrivacyScene.doer("2026-03-02")
    _ = try scene.open(.correction, on: "2026-03-02")
    #expect(throws: PrivacyRequestError.unknown(7)) { try scene.store.request(7) }
    #expect(throws: PrivacyRequestError.notAnswered(1)) { try scene.store.closeRequest(1, by: doer) }
    _ = try scene.store.answerRequest(1, .granted, basis: "đúng", by: doer)
    #expect(throws: PrivacyRequestError.notExecuted(1)) { try scene.store.closeRequest(1, by: doer) }
    _ = try scene.store.answerRequest(1, .refused, basis: "giấy tờ không chứng minh", by: doer)
    _ = try scene.store.closeRequest(1, by: doer)
    #expect(throws: PrivacyRequestError.closed(1)) { try scene.store.closeRequest(1, by: doer) }
    #expect(throws: PrivacyRequestError.closed(1)) {
      try scene.store.answerRequest(1, .granted, basis: "đúng", by: doer)
    }
    #expect(throws: PrivacyRequestError.receivedLater) {
      try scene.open(.access, on: "2026-03-03", today: "2026-03-02")
    }
    #expect(throws: WorkingCalendarError.noTable(year: 2028)) {
      try scene.open(.deletion, on: "2027-12-20", today: "2027-12-20")
    }
    #expect(try scene.store.acts().count == 4)
  }
}
