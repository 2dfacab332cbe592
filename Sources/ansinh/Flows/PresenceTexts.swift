import PayoutPoint
import ServiceAPI
import VietnamReference

/// What a clerk is told of a holder's proof of life and of who collects.
enum PresenceTexts {
  /// What the centre says before the card signs: whose identity card is to be looked at, and whether the holder is to
  /// be seen again.
  static func tell(_ answer: ChallengeAnswer, at point: String, _ output: Output) {
    if let paper = answer.collector {
      let right = right(paper.kind)
      output.note(
        "\(right.vi): so căn cước với \(paper.name), \(paper.maskedPersonalID), trước khi đưa tiền. "
          + "Giấy \(paper.paper), hết ngày \(day(paper.until)).",
        "\(right.en): compare the identity card with \(paper.name), \(paper.maskedPersonalID), before "
          + "handing over. Paper \(paper.paper), until \(day(paper.until)).")
    }
    if let presence = answer.presence { warn(presence, at: point, isCollected: answer.collector != nil, output) }
  }

  /// In what right somebody else collects.
  private static func right(_ kind: RepresentativeName) -> BilingualText {
    switch kind {
    case .collector: BilingualText(vi: "Lĩnh thay", en: "Collected for the holder")
    case .guardian: BilingualText(vi: "Người giám hộ nhận", en: "Collected by the guardian")
    case .householdHead: BilingualText(vi: "Chủ hộ nhận", en: "Collected by the head of the household")
    }
  }

  /// Warns when the holder is to be seen again, with what there is to do.
  static func warn(_ presence: PresenceAnswer, at point: String, isCollected: Bool = false, _ output: Output) {
    guard presence.isDue else { return }
    let since = dates(presence)
    let command = "ansinh person presence record … --place \(point) --attested"
    let act =
      isCollected
      ? BilingualText(
        vi: "Người lĩnh thay đến không tính: hẹn người hưởng đến, hoặc đến nhà.",
        en: "The collector's coming does not count: ask the holder to come, or visit them.")
      : BilingualText(
        vi: "Nhìn người hưởng, so với ảnh, rồi ghi nhận: \(command)",
        en: "Look at the holder, compare the photo, then record it: \(command)")
    output.note(
      "Cần xác nhận người hưởng còn sống. \(since.vi) \(act.vi)", "Proof of life is due. \(since.en) \(act.en)")
  }

  private static func dates(_ presence: PresenceAnswer) -> BilingualText {
    guard let seen = presence.lastSeenOn, let until = presence.goodUntil else {
      return BilingualText(vi: "Chưa có lần nào được ghi nhận.", en: "None was ever recorded.")
    }
    return presence.isOver
      ? BilingualText(
        vi: "Lần cuối \(day(seen)), đã hết hạn ngày \(day(until)).",
        en: "The last one, of \(day(seen)), was good until \(day(until)).")
      : BilingualText(
        vi: "Lần cuối \(day(seen)), còn giá trị đến hết ngày \(day(until)).",
        en: "The last one, of \(day(seen)), is good until \(day(until)).")
  }

  /// Who may collect what until when.
  static func collector(_ paper: CollectorPaper, _ output: Output) -> String {
    let (name, until) = (paper.programmeName(output.language), day(paper.until))
    let who =
      switch paper.kind {
      case .collector: BilingualText(vi: "Người lĩnh thay", en: "May collect")
      case .guardian: BilingualText(vi: "Người giám hộ", en: "Guardian")
      case .householdHead: BilingualText(vi: "Chủ hộ", en: "Head of household")
      }
    return output.pick(
      "\(who.vi): \(paper.name), \(paper.maskedPersonalID) · \(name) · giấy \(paper.paper), hết ngày \(until)",
      "\(who.en): \(paper.name), \(paper.maskedPersonalID) · \(name) · paper \(paper.paper), until \(until)")
  }

  /// 20261105 as `05/11/2026`.
  private static func day(_ yyyymmdd: UInt32) -> String {
    let number = Int(yyyymmdd)
    return CalendarDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)?.slashed
      ?? String(yyyymmdd)
  }
}
