import ArgumentParser
import Foundation
import ISO7816
import PCSC
import SoftCard

/// Which card: a PC/SC reader, or the in-process software card in a folder.
struct ReaderOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Đầu đọc PC/SC (tên, hoặc phần tên chỉ một đầu đọc có), hoặc virtual:THƯ_MỤC. / PC/SC reader (its name or a part \
      of it that no other has), or virtual:FOLDER (default: the one with a card).
      """)
  var reader: String?

  @Option(name: .long, help: "Đợi thẻ tối đa N giây. / Wait for a card at most N seconds.")
  var wait = 60

  /// Longest wait for another program that has the card.
  private static let busyPatience = Duration.seconds(5)
  /// How often a card that is lost before anything was asked of it is waited for again.
  private static let maximumTries = 3

  /// Lends the card: in the reader named, in the only one with a card, or the software card.
  ///
  /// A card in a reader is had for oneself (a PC/SC transaction) and reset afterwards, so that nothing verified is left
  /// for the next program. Ctrl-C ends the wait at once, and the use of the card after the command that it is at.
  ///
  /// - Parameter keyboard: when given, the channel is a ``CardTerminal/ReaderPACE`` if codes are to be typed on the
  ///   reader's pad; without it they never are.
  func withCard<Value: Sendable>(
    _ output: Output, keyboard: KeyboardOptions? = nil,
    _ body: @escaping @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value {
    if let reader, reader.hasPrefix("virtual:") {
      let folder = String(reader.dropFirst("virtual:".count))
      guard FileManager.default.fileExists(atPath: folder) else { throw CardChoiceError.noSuchReader(reader) }
      guard keyboard?.keyboard != .reader else { throw NoReaderPadError() }
      return try await body(SoftCardChannel(try SoftCard(storage: try FileCardStorage(folder: folder))))
    }
    let wait = makeWait(output)
    let pad = PadUse(keyboard, output)
    return try await Interruption.cancelling {
      for _ in 1..<Self.maximumTries {
        if let value = try await Self.use(try await wait.connect(), isLastTry: false, pad, body) { return value }
      }
      guard let value = try await Self.use(try await wait.connect(), isLastTry: true, pad, body) else {
        throw CardChannelError.cardLost(.removed)
      }
      return value
    }
  }

  /// A connection to the card in a reader, waited for.
  func connection(_ output: Output) async throws -> CardConnection { try await makeWait(output).connect() }

  private func makeWait(_ output: Output) -> CardWait {
    let reader = reader
    return CardWait(
      timeout: .seconds(max(0, wait)), busyPatience: Self.busyPatience, report: { Self.tell($0, output) },
      choose: { states, isFirstLook in try ReaderChoice.choose(reader, states, isFirstLook: isFirstLook) })
  }

  /// `nil` when the card was lost before `body` had begun: it may still come.
  private static func use<Value: Sendable>(
    _ connection: CardConnection, isLastTry: Bool, _ pad: PadUse,
    _ body: @escaping @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value? {
    let hasBegun = OnceFlag()
    do {
      return try await connection.withTransaction(endingWith: .reset, patience: busyPatience) { transaction in
        // Inside the transaction: while another program has one, these calls would wait for it without an end.
        let limits = ExchangeLimits(
          card: CardCapabilities(historicalBytes: try await connection.atr().historicalBytes),
          readerMaximumData: await connection.readerProperties().maximumAPDUData)
        hasBegun.raise()
        return try await pad.lend(FittedChannel(transaction, limits: limits), connection, body)
      }
    } catch CardChannelError.cardLost where !hasBegun.isRaised && !isLastTry {
      return nil
    }
  }

  private static func tell(_ event: CardWait.Event, _ output: Output) {
    switch event {
    case .noCard: output.note("Đặt thẻ lên đầu đọc…", "Place the card on the reader…")
    case .busy:
      output.note(
        "Một chương trình khác đang giữ thẻ; đang đợi chương trình đó…",
        "Another program holds the card; waiting for it…")
    case .serviceGone:
      output.note(
        "Dịch vụ đầu đọc thẻ (pcscd) đã dừng; đang đợi dịch vụ chạy lại…",
        "The card reader service (pcscd) has stopped; waiting for it to come back…")
    case .serviceBack:
      output.note("Dịch vụ đầu đọc thẻ đã chạy lại.", "The card reader service is back.")
    }
  }
}

/// Which of the readers is meant.
enum ReaderChoice {
  /// The reader whose card is to be used; `nil` while it has none.
  ///
  /// - Parameters:
  ///   - wanted: a reader's name, or a part of it, in either case of letters, that no other reader has; `nil` for the
  ///     only reader with a card.
  ///   - isFirstLook: a reader that is not there is a mistake at first, later it may come back.
  /// - Throws: ``CardChoiceError``.
  static func choose(_ wanted: String?, _ states: [ReaderState], isFirstLook: Bool) throws(CardChoiceError) -> String? {
    guard let wanted else {
      guard !states.isEmpty || !isFirstLook else { throw .noReader }
      let present = states.filter(\.isCardPresent).map(\.reader)
      guard present.count <= 1 else { throw .severalCards(present) }
      return present.first
    }
    let exact = states.filter { $0.reader == wanted }
    let meant = exact.isEmpty ? states.filter { isPart(wanted, of: $0.reader) } : exact
    guard meant.count <= 1 else { throw .severalReaders(part: wanted, meant.map(\.reader)) }
    guard let reader = meant.first else {
      guard isFirstLook else { return nil }
      throw .noSuchReader(wanted)
    }
    return reader.isCardPresent ? reader.reader : nil
  }

  private static func isPart(_ part: String, of name: String) -> Bool {
    !part.isEmpty && name.lowercased().contains(part.lowercased())
  }
}

/// Why no card was chosen.
enum CardChoiceError: Error, Hashable {
  /// No reader is attached.
  case noReader
  /// There is no reader of this name.
  case noSuchReader(String)
  /// More than one reader has a card.
  case severalCards([String])
  /// More than one reader has this in its name.
  case severalReaders(part: String, [String])
}
