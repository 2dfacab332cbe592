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

  /// Connects to the card: the reader named, the only one with a card, or the software card.
  func connect(_ output: Output) async throws -> any CardChannel {
    if let reader, reader.hasPrefix("virtual:") {
      let folder = String(reader.dropFirst("virtual:".count))
      return SoftCardChannel(try SoftCard(storage: try FileCardStorage(folder: folder)))
    }
    return GetResponseChannel(try await connectReader(output))
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
