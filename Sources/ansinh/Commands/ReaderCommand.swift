import ArgumentParser
import PCSC
import VietnamReference

/// `ansinh reader …`
struct ReaderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reader", abstract: "Đầu đọc thẻ. / Card readers.", subcommands: [List.self, Watch.self])

  /// `ansinh reader list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Liệt kê đầu đọc, thẻ đang có và ai đang dùng. / List readers, the cards in them and their use.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let output = global.output
      let context = try await Context()
      let entries = try await context.readerStates().map(ReaderEntry.init)
      try output.result(entries) {
        guard !entries.isEmpty else {
          return output.pick("Chưa có đầu đọc nào. Cắm đầu đọc rồi thử lại.", "No reader. Plug one in and try again.")
        }
        var table = TextTable(columns: [
          .init(output.pick("Đầu đọc", "Reader")), .init(output.pick("Thẻ", "Card")),
          .init(output.pick("Đang dùng", "In use")), .init("ATR"),
        ])
        for entry in entries {
          table.addRow([
            entry.reader, entry.state.text(output.language), entry.use.text(output.language), entry.atr ?? "",
          ])
        }
        return table.rendered()
      }
    }
  }
}

/// A reader as `reader list` shows it.
struct ReaderEntry: Codable, Hashable, Sendable {
  /// What is in it.
  enum State: String, Codable, Sendable {
    case empty, present, mute, unavailable

    func text(_ language: Language) -> String {
      let text =
        switch self {
        case .empty: BilingualText(vi: "không", en: "no")
        case .present: BilingualText(vi: "có", en: "yes")
        case .mute: BilingualText(vi: "không trả lời", en: "does not answer")
        case .unavailable: BilingualText(vi: "không dùng được", en: "unavailable")
        }
      return text(language)
    }
  }

  /// Who uses the card. PC/SC does not tell which program.
  enum Use: String, Codable, Sendable {
    case none, shared, exclusive

    func text(_ language: Language) -> String {
      let text =
        switch self {
        case .none: BilingualText(vi: "không", en: "no")
        case .shared: BilingualText(vi: "chương trình khác, dùng chung", en: "by another program, shared")
        case .exclusive: BilingualText(vi: "một chương trình khác giữ riêng", en: "held by another program")
        }
      return text(language)
    }
  }

  let reader: String
  let cardPresent: Bool
  let state: State
  let use: Use
  let atr: String?

  init(_ state: ReaderState) {
    reader = state.reader
    cardPresent = state.isCardPresent
    self.state =
      if state.flags.contains(.unavailable) || state.flags.contains(.unknown) {
        .unavailable
      } else if !state.isCardPresent {
        .empty
      } else {
        state.flags.contains(.mute) ? .mute : .present
      }
    use = state.flags.contains(.exclusive) ? .exclusive : state.flags.contains(.inUse) ? .shared : .none
    atr = state.isCardPresent ? state.atr?.spaced : nil
  }
}

extension ATR {
  /// Two hexadecimal digits an octet with spaces between, as `pcsc_scan` prints them.
  var spaced: String {
    bytes.map { $0 < 16 ? "0" + String($0, radix: 16, uppercase: true) : String($0, radix: 16, uppercase: true) }
      .joined(separator: " ")
  }
}
