import ArgumentParser
import Foundation
import ISO7816
import PCSC
import SoftCard

/// Which card: a PC/SC reader, or the in-process software card in a folder.
struct ReaderOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Đầu đọc PC/SC, hoặc virtual:THƯ_MỤC. / PC/SC reader, or virtual:FOLDER (default: the one with a card).")
  var reader: String?

  /// Lends the card: in the reader named, in the only one with a card, or the software card.
  ///
  /// A card in a reader is had for oneself (a PC/SC transaction) and reset afterwards, so that nothing verified is left
  /// for the next program.
  func withCard<Value: Sendable>(
    _ output: Output, _ body: @escaping @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value {
    if let reader, reader.hasPrefix("virtual:") {
      let folder = String(reader.dropFirst("virtual:".count))
      guard FileManager.default.fileExists(atPath: folder) else { throw CardChoiceError.noSuchReader(reader) }
      return try await body(SoftCardChannel(try SoftCard(storage: try FileCardStorage(folder: folder))))
    }
    let connection = try await connectReader(output)
    return try await connection.withTransaction(endingWith: .reset) { transaction in
      try await body(GetResponseChannel(transaction))
    }
  }

  private func connectReader(_ output: Output) async throws -> CardConnection {
    let context = try await Context()
    let states = try await context.readerStates()
    if let reader {
      guard states.contains(where: { $0.reader == reader }) else { throw CardChoiceError.noSuchReader(reader) }
      return try await context.connect(to: reader)
    }
    let present = states.filter(\.isCardPresent)
    switch present.count {
    case 1: return try await context.connect(to: present[0].reader)
    case 0 where states.isEmpty: throw CardChoiceError.noReader
    case 0:
      output.note("Đặt thẻ lên đầu đọc…", "Place the card on the reader…")
      let state = try await context.waitForCard(timeout: .seconds(60))
      return try await context.connect(to: state.reader)
    default: throw CardChoiceError.severalCards(present.map(\.reader))
    }
  }
}

/// Why no card was chosen.
enum CardChoiceError: Error {
  /// No reader is attached.
  case noReader
  /// There is no reader of this name.
  case noSuchReader(String)
  /// More than one reader has a card.
  case severalCards([String])
}
