import Issuance
import VietnamReference

/// Personal data and requests, as people read them.
enum PrivacyTexts {
  /// The declaration: one row a place, then what its short marks stand for.
  static func fields(_ declaration: PersonalData, _ language: Language) -> String {
    let marks = Dictionary(
      uniqueKeysWithValues: declaration.bases.enumerated().map {
        ($1.id, (language == .vietnamese ? "CC" : "B") + "\($0 + 1)")
      })
    var table = TextTable(columns: [
      .init(pick("Dữ liệu", "Data", language), maximumWidth: 24), .init(pick("Loại", "Class", language)),
      .init(pick("Mục đích", "Purpose", language), maximumWidth: 20),
      .init(pick("Căn cứ", "Basis", language), maximumWidth: 8),
      .init(pick("Nơi lưu", "Where", language), maximumWidth: 44),
      .init(pick("Bảo vệ", "Protection", language), maximumWidth: 26),
      .init(pick("Giữ", "Kept", language), maximumWidth: 26),
      .init(pick("Ai xem", "Who sees it", language), maximumWidth: 18),
      .init(pick("Ra ngoài", "Leaves as", language), maximumWidth: 20),
    ])
    for field in declaration.fields {
      for (index, place) in field.places.enumerated() {
        let head =
          index > 0
          ? ["", "", "", ""]
          : [
            field.name(language), Self.class(field.class)(language), field.purpose.name(language),
            field.bases.compactMap { marks[$0.id] }.joined(separator: ", "),
          ]
        table.addRow(
          head + [
            system(place.parts.system)(language) + ": \(place.parts.container) "
              + place.parts.parts.joined(separator: ", "),
            place.protection.name(language), place.kept.name(language), words(place.roles, language),
            words(place.leaves, language),
          ])
      }
    }
    let title = pick(
      "DỮ LIỆU CÁ NHÂN ĐƯỢC LƯU GIỮ · \(declaration.fields.count) loại",
      "PERSONAL DATA THAT IS KEPT · \(declaration.fields.count) kinds", language)
    return [title, table.rendered(), legend(declaration, marks, language), times(declaration, language)]
      .joined(separator: "\n\n")
  }

  private static func legend(
    _ declaration: PersonalData, _ marks: [String: String], _ language: Language
  ) -> String {
    var lines = [pick("CĂN CỨ PHÁP LÝ", "LEGAL BASES", language)]
    for basis in declaration.bases {
      lines.append("\(marks[basis.id] ?? "")  \(basis.name(language)) — \(basis.evidence)")
    }
    lines += ["", pick("THỜI HẠN GIỮ", "HOW LONG IT IS KEPT", language)]
    for retention in declaration.retentions { lines.append("\(retention.name(language)) — \(retention.evidence)") }
    lines += [
      "",
      pick(
        "[S..] có nguồn; [K] chưa kiểm chứng; [D] quyết định của thiết kế. Nhật ký hệ thống không ghi dữ liệu cá nhân.",
        "[S..] has a source; [K] not checked; [D] decided by the design. Nothing personal is written to logs.", language
      ),
    ]
    return lines.joined(separator: "\n")
  }

  private static func times(_ declaration: PersonalData, _ language: Language) -> String {
    var table = TextTable(columns: [
      .init(pick("Yêu cầu", "Request", language)),
      .init(pick("Trả lời (ngày làm việc)", "Answer (working days)", language), .trailing),
      .init(pick("Thực hiện (ngày)", "Carry out (days)", language), .trailing),
      .init(pick("Có bên thứ ba", "With a third party", language), .trailing),
      .init(pick("Gia hạn một lần", "Extended once", language), .trailing),
      .init(pick("Nguồn", "Evidence", language)),
    ])
    for term in declaration.terms {
      table.addRow([
        kind(term.kind)(language), String(term.answerWorkingDays), String(term.days), String(term.daysWithProcessor),
        String(term.extensionDays), term.evidence,
      ])
    }
    return pick("THỜI HẠN TRẢ LỜI CHỦ THỂ DỮ LIỆU", "TIME TO ANSWER DATA SUBJECTS", language) + "\n" + table.rendered()
  }

  /// Requests by due date.
  static func requests(_ requests: [PrivacyRequest], today: CalendarDate, _ language: Language) -> String {
    guard !requests.isEmpty else { return pick("Không có yêu cầu nào.", "There are no requests.", language) }
    var table = TextTable(columns: [
      .init(pick("Số", "No.", language), .trailing), .init(pick("Yêu cầu", "Request", language)),
      .init(pick("Nhận", "Came in", language)), .init(pick("Trả lời trước hết ngày", "Answer by", language)),
      .init(pick("Thực hiện trước hết ngày", "Carry out by", language)), .init(pick("Tình trạng", "State", language)),
      .init(pick("Hạn", "Due", language)),
    ])
    for request in requests {
      table.addRow([
        String(request.number), kind(request.kind)(language), day(request.receivedOn, language),
        day(request.answerDue, language), day(request.due, language), state(request)(language),
        request.isLate(on: today) ? pick("QUÁ HẠN", "LATE", language) : pick("còn", "in time", language),
      ])
    }
    return table.rendered()
  }

  /// One request.
  static func request(_ request: PrivacyRequest, today: CalendarDate, _ language: Language) -> String {
    var lines = [
      pick("Yêu cầu số \(request.number)", "Request \(request.number)", language)
        + " · \(kind(request.kind)(language)) · \(state(request)(language))"
    ]
    lines.append(
      pick("Nhận ngày ", "Came in on ", language) + day(request.receivedOn, language)
        + pick("; trả lời trước hết ngày ", "; answer by ", language) + day(request.answerDue, language)
        + pick("; thực hiện trước hết ngày ", "; carry out by ", language) + day(request.due, language)
        + (request.isExtended ? pick(" (đã gia hạn)", " (extended)", language) : ""))
    if let decision = request.decision {
      lines.append(
        pick("Trả lời: ", "Answer: ", language) + self.decision(decision)(language) + " — " + request.basis
          + (request.isExecuted ? pick(" (đã thực hiện)", " (carried out)", language) : ""))
    }
    if request.isLate(on: today) { lines.append(pick("QUÁ HẠN.", "LATE.", language)) }
    return lines.joined(separator: "\n")
  }

  static func act(_ act: OfficeAct, _ language: Language) -> String {
    let time = CalendarDate(unixSeconds: act.time, zone: .vietnam).map { day($0, language) } ?? ""
    return "  \(time)  \(act.what)  \(act.actor)  \(act.reason)"
  }

  /// What an erasure would meet.
  static func erasure(_ erasure: Erasure, _ language: Language) -> String {
    switch erasure {
    case .possible:
      pick(
        "Hồ sơ xóa được: người này chưa từng được cấp thẻ.",
        "The file can be erased: this person never had a card.", language)
    case .noRecord: pick("Cơ quan không có hồ sơ của người này.", "The office has no file of this person.", language)
    case .cardMade:
      pick(
        """
        Hồ sơ phải giữ: đã cấp thẻ. Hồ sơ hưởng giữ suốt đời người hưởng [K]; chứng từ kế toán ít nhất 10 năm \
        (Luật Kế toán Điều 41, NĐ 174/2016/NĐ-CP) [K].
        """,
        """
        The file is kept: a card was made. Entitlement files stay for the person's life [K], accounting vouchers 10 \
        years at least (Accounting law article 41, decree 174/2016/NĐ-CP) [K].
        """, language)
    case .numberGivenOut:
      pick(
        "Chưa xóa được: một số thẻ đã cấp cho hồ sơ này nhưng thẻ chưa làm xong.",
        "It can't be erased yet: a card number was given out for the file, whose card was not finished.", language)
    }
  }

  static func kind(_ kind: PrivacyRequest.Kind) -> BilingualText {
    switch kind {
    case .access: BilingualText(vi: "xem, cung cấp", en: "access")
    case .correction: BilingualText(vi: "chỉnh sửa", en: "correction")
    case .deletion: BilingualText(vi: "xóa", en: "deletion")
    case .objection: BilingualText(vi: "phản đối xử lý", en: "objection")
    case .restriction: BilingualText(vi: "hạn chế xử lý", en: "restriction")
    case .withdrawal: BilingualText(vi: "rút lại sự đồng ý", en: "withdrawal of consent")
    }
  }

  static func state(_ request: PrivacyRequest) -> BilingualText {
    switch request.state {
    case .open: BilingualText(vi: "chưa trả lời", en: "not answered")
    case .answered: BilingualText(vi: "đã trả lời", en: "answered")
    case .closed: BilingualText(vi: "đã xong", en: "closed")
    }
  }

  static func decision(_ decision: PrivacyRequest.Decision) -> BilingualText {
    switch decision {
    case .granted: BilingualText(vi: "đồng ý", en: "granted")
    case .partly: BilingualText(vi: "đồng ý một phần", en: "granted in part")
    case .refused: BilingualText(vi: "từ chối", en: "refused")
    }
  }

  private static func `class`(_ value: PersonalData.Class) -> BilingualText {
    switch value {
    case .basic: BilingualText(vi: "cơ bản", en: "basic")
    case .sensitive: BilingualText(vi: "nhạy cảm", en: "sensitive")
    }
  }

  private static func system(_ word: String) -> BilingualText {
    switch word {
    case "office": BilingualText(vi: "cơ quan cấp thẻ", en: "office")
    case "centre": BilingualText(vi: "trung tâm", en: "centre")
    case "authority": BilingualText(vi: "sổ chứng thư", en: "certificate register")
    case "journal": BilingualText(vi: "nhật ký điểm chi trả", en: "point's journal")
    case "card": BilingualText(vi: "thẻ", en: "card")
    case "api": BilingualText(vi: "giao diện dịch vụ", en: "service interface")
    case "list": BilingualText(vi: "danh sách nhận vào", en: "list taken in")
    case "print": BilingualText(vi: "bản in", en: "print")
    default: BilingualText(vi: word, en: word)
    }
  }

  private static func words(_ terms: [PersonalData.Term], _ language: Language) -> String {
    terms.isEmpty ? "—" : terms.map { $0.name(language) }.joined(separator: ", ")
  }

  private static func day(_ date: CalendarDate, _ language: Language) -> String {
    language == .vietnamese ? date.slashed : date.iso
  }

  private static func pick(_ vi: String, _ en: String, _ language: Language) -> String {
    language == .vietnamese ? vi : en
  }
}
