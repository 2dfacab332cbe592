import CardApplication
import Foundation
import Issuance
import Synchronization
import VietnamReference

/// Runs a personalisation job and tells of it: a bar with rate and remaining time, a line for each card.
struct PersonaliseFlow: Sendable {
  let home: StateHome
  let output: Output

  /// What is told of one card, with `--json`: one object on one line.
  private struct Failed: Encodable {
    let outcome: String
    let cardNumber: String?
    let reason: String
    let detail: String
    let desk: String
  }

  /// Counts of the whole job, as the last line.
  struct Summary: Encodable {
    let job: Int64
    let counts: JobCounts
    let reconcile: Bool
  }

  /// Works on the job until it is done or stops.
  ///
  /// - Parameter printsToScreen: the secrets go to the screen, where a bar would be in their way.
  func run(
    _ job: IssuingJob, _ desks: [any PersonalisationDesk], _ office: Office, printsToScreen: Bool
  ) async throws -> JobCounts {
    if job.interrupted > 0 {
      output.note(
        "Lần chạy trước bị ngắt: đã bỏ \(job.interrupted) thẻ đang làm dở; xem “ansinh issue job show \(job.id)”.",
        "The run before was cut off: \(job.interrupted) cards in work are given up; "
          + "see “ansinh issue job show \(job.id)”."
      )
    }
    let before = try office.store.counts(ofJob: job.id)
    let bar = Mutex(
      ProgressBar(
        BilingualText(vi: "Cá thể hóa", en: "Personalising"), total: before.open, language: output.language,
        output: printsToScreen ? ConsoleOutput(isTerminal: false) { _ in } : output.progress))
    let waiting = Mutex(0)
    let counts: JobCounts
    do {
      counts = try await Interruption.cancelling {
        try await job.run(desks) { event in
          try tell(event, waiting)
          if case .good = event { bar.withLock { $0.advance() } }
        }
      }
    } catch {
      bar.withLock { $0.finish() }
      try summarise(job.id, try office.store.counts(ofJob: job.id))
      throw error
    }
    bar.withLock { $0.finish() }
    try summarise(job.id, counts)
    let unregistered = waiting.withLock { $0 }
    if unregistered > 0 {
      output.note(
        "\(unregistered) thẻ đã làm xong nhưng chưa đăng ký được. Chạy lại lệnh này để đăng ký.",
        "\(unregistered) cards are made but not registered yet. Run this command again to register them.")
    }
    return counts
  }

  private func summarise(_ job: Int64, _ counts: JobCounts) throws {
    try output.event(
      Summary(job: job, counts: counts, reconcile: counts.reconcile),
      "Đợt \(job): nhận \(counts.taken) người; xong \(counts.good), còn \(counts.left), hồ sơ lỗi \(counts.defects);"
        + " thẻ bắt đầu \(counts.begun), bỏ \(counts.scrapped).",
      "Job \(job): \(counts.taken) people taken; \(counts.good) good, \(counts.left) left, \(counts.defects) defects;"
        + " \(counts.begun) cards begun, \(counts.scrapped) scrapped.")
    if counts.outside > 0 {
      output.note(
        "\(counts.outside) người còn lại thuộc tỉnh khác: cơ quan này không làm thẻ cho họ.",
        "\(counts.outside) of those who are left are of another province: this office does not make their cards.")
    }
  }

  private func tell(_ event: JobEvent, _ waiting: borrowing Mutex<Int>) throws {
    switch event {
    case .good(_, let failure):
      guard let failure else { return }
      if waiting.withLock({ count in
        count += 1
        return count
      }) == 1 {
        let reason = UserMessage(failure).problem(output.language)
        output.note(
          "Thẻ đã làm xong nhưng chưa đăng ký được (\(reason)).", "The card is made but not registered yet (\(reason))."
        )
      }
    case .scrapped(let number, let reason, let detail, let desk):
      try output.event(
        Failed(outcome: "scrapped", cardNumber: number.digits, reason: reason.rawValue, detail: detail, desk: desk),
        "\(desk): bỏ thẻ \(number.masked) — \(reason.text.vi) \(detail)",
        "\(desk): card \(number.masked) given up — \(reason.text.en) \(detail)")
    case .notBegun(let detail, let desk):
      try output.event(
        Failed(outcome: "not-begun", cardNumber: nil, reason: "not-begun", detail: detail, desk: desk),
        "\(desk): không phải thẻ trắng của chương trình, hoặc thẻ không trả lời (\(detail))",
        "\(desk): no fresh card of this scheme, or it does not answer (\(detail))")
    case .defect(let item, let reason):
      let person = Mask.tail(item.applicant.personalID)
      try output.event(
        Failed(outcome: "defect", cardNumber: nil, reason: reason, detail: "\(item.position)", desk: ""),
        "Hồ sơ số \(item.position) trong đợt không ghi được lên thẻ: \(person) (\(reason))",
        "Record \(item.position) of the job can't be put on a card: \(person) (\(reason))")
    case .deskStopped(let desk, let error):
      let reason = error.map { UserMessage($0).problem }
      output.note(
        "\(desk): dừng bàn này. \(reason?.vi ?? "Nhiều thẻ liền nhau không làm được.")",
        "\(desk): this desk stops. \(reason?.en ?? "Several cards in a row failed.")")
    }
  }
}

/// Prints the PIN mailer's text on stdout, for want of paper: for trying things out, and for programs that print.
struct ScreenPrinter: CardPrinter {
  let output: Output

  func print(
    _ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder, _ profile: CardProfile
  ) async throws {
    let text =
      output.json
      ? try Output.oneLine(PINMailerText(card, name: holder.name))
      : output.pick("Họ và tên: ", "Name: ") + holder.name + "\n" + PINMailerText.text(card, output)
    // Unbuffered: the card counts as made only when whoever reads this has it.
    try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
  }
}

extension ScrapReason {
  /// What it says to people.
  var text: BilingualText {
    switch self {
    case .interrupted: BilingualText(vi: "chương trình bị ngắt khi đang làm", en: "the program was cut off")
    case .cardLost: BilingualText(vi: "thẻ bị rút ra hoặc đầu đọc lỗi", en: "card pulled, or reader fault")
    case .refused: BilingualText(vi: "thẻ từ chối", en: "refused by the card")
    case .wrongKeys: BilingualText(vi: "khóa không khớp với thẻ", en: "the keys are not the card's")
    case .readBack: BilingualText(vi: "đọc lại không đúng", en: "read back wrong")
    case .notPrinted: BilingualText(vi: "không in được", en: "not printed")
    case .keys: BilingualText(vi: "không dùng được khóa của cơ quan", en: "the office's keys can't be used")
    case .superseded: BilingualText(vi: "bàn khác đã làm thẻ cho người này", en: "another desk made a card")
    default: BilingualText(vi: rawValue, en: rawValue)
    }
  }
}
