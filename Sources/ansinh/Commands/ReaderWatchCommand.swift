import ArgumentParser
import Foundation
import ISO7816
import PCSC
import VietnamReference

extension ReaderCommand {
  /// `ansinh reader watch`
  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "watch",
      abstract: "Theo dõi đầu đọc và thẻ đến khi nhấn Ctrl-C. / Watch readers and cards until Ctrl-C.",
      discussion: "Với --json mỗi dòng là một đối tượng JSON. / With --json each line is one JSON object.")

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: "Dừng sau N dòng. / End after N lines.") var count: Int?
    @Option(name: .customLong("for"), help: "Dừng sau N giây. / End after N seconds.") var seconds: Int?

    func validate() throws {
      guard count ?? 1 > 0, seconds ?? 1 > 0 else {
        throw ValidationError("--count và --for cần số lớn hơn 0. / --count and --for take a number above 0.")
      }
    }

    func run() async throws {
      let output = global.output
      let (count, seconds) = (count, seconds)
      let watching = Task { try await Self.watch(output, count: count) }
      let signal = InterruptSignal { watching.cancel() }
      let timer = seconds.map { seconds in
        Task {
          try await Task.sleep(for: .seconds(seconds))
          watching.cancel()
        }
      }
      defer {
        signal.cancel()
        timer?.cancel()
      }
      try await watching.value
    }

    /// Until cancelled, or `count` lines are printed.
    private static func watch(_ output: Output, count: Int?) async throws {
      var left = count ?? .max
      func show(_ happening: ReaderHappening) throws {
        guard left > 0 else { return }
        left -= 1
        try output.line(happening) { happening.text(output.language) }
        // A line is there when it happened, also in a pipe.
        fflush(nil)
      }
      var (isOut, hasSeen) = (false, false)
      while left > 0, !Task.isCancelled {
        do {
          if isOut {
            _ = try await Context()
            isOut = false
            try show(ReaderHappening(.serviceBack))
          }
          for try await event in ReaderMonitor() {
            hasSeen = true
            try show(ReaderHappening(event))
            if left == 0 { return }
          }
        } catch let error as PCSCError {
          guard error.cardLoss == .serviceGone || hasSeen && error.isOutage else { throw error }
          if !isOut { try show(ReaderHappening(.serviceGone)) }
          isOut = true
          try? await Task.sleep(for: .milliseconds(250))
        }
      }
    }
  }
}

/// One line of `reader watch`.
struct ReaderHappening: Encodable, Hashable, Sendable {
  /// What happened.
  enum Kind: String, Encodable, Sendable {
    case readerAdded, readerRemoved, cardInserted, cardRemoved, serviceGone, serviceBack
  }

  /// When, UTC, ISO 8601 with milliseconds.
  let time: String
  let event: Kind
  let reader: String?
  let atr: String?

  private let milliseconds: Int64

  private enum CodingKeys: CodingKey { case time, event, reader, atr }

  init(_ event: Kind, reader: String? = nil, atr: String? = nil, milliseconds: Int64 = Clock.milliseconds) {
    self.event = event
    self.reader = reader
    self.atr = atr
    self.milliseconds = milliseconds
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    time = formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
  }

  init(_ event: ReaderEvent, milliseconds: Int64 = Clock.milliseconds) {
    switch event {
    case .readerAdded(let name): self.init(.readerAdded, reader: name, milliseconds: milliseconds)
    case .readerRemoved(let name): self.init(.readerRemoved, reader: name, milliseconds: milliseconds)
    case .cardInserted(let state):
      self.init(.cardInserted, reader: state.reader, atr: state.atr?.spaced, milliseconds: milliseconds)
    case .cardRemoved(let state): self.init(.cardRemoved, reader: state.reader, milliseconds: milliseconds)
    }
  }

  /// Time of day in Vietnam, what happened, where.
  func text(_ language: Language) -> String {
    let second = milliseconds / 1_000 + 7 * 3_600
    let clock = [second / 3_600 % 24, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    let name = reader.map { TextLayout.oneLine($0) } ?? ""
    let what =
      switch event {
      case .readerAdded: BilingualText(vi: "Có đầu đọc “\(name)”", en: "Reader “\(name)” is there")
      case .readerRemoved: BilingualText(vi: "Đầu đọc “\(name)” đã bị rút", en: "Reader “\(name)” was unplugged")
      case .cardInserted:
        atr.map {
          BilingualText(vi: "Có thẻ trong “\(name)”, ATR \($0)", en: "Card put into “\(name)”, ATR \($0)")
        } ?? BilingualText(vi: "Thẻ trong “\(name)” không trả lời", en: "Card put into “\(name)” does not answer")
      case .cardRemoved: BilingualText(vi: "Thẻ đã rút khỏi “\(name)”", en: "Card taken out of “\(name)”")
      case .serviceGone:
        BilingualText(
          vi: "Dịch vụ đầu đọc thẻ (pcscd) không chạy; đang đợi",
          en: "The card reader service (pcscd) is not running; waiting")
      case .serviceBack:
        BilingualText(vi: "Dịch vụ đầu đọc thẻ đã chạy lại", en: "The card reader service is back")
      }
    return clock.joined(separator: ":") + "  " + what(language)
  }
}
