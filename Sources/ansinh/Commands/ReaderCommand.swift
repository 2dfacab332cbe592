import ArgumentParser
import PCSC

/// `ansinh reader …`
struct ReaderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reader", abstract: "Đầu đọc thẻ. / Card readers.", subcommands: [List.self])

  /// `ansinh reader list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Liệt kê đầu đọc và thẻ đang có. / List readers and the cards in them.")

    @OptionGroup var global: GlobalOptions

    private struct Entry: Codable {
      let reader: String
      let cardPresent: Bool
      let atr: String?
    }

    func run() async throws {
      let output = global.output
      let context = try await Context()
      let entries = try await context.readerStates().map { state in
        Entry(
          reader: state.reader, cardPresent: state.isCardPresent,
          atr: state.isCardPresent
            ? state.atr?.bytes.map { byte in
              let text = String(byte, radix: 16, uppercase: true)
              return text.count == 1 ? "0" + text : text
            }.joined(separator: " ") : nil)
      }
      try output.result(entries) {
        guard !entries.isEmpty else {
          return output.pick("Chưa có đầu đọc nào. Cắm đầu đọc rồi thử lại.", "No reader. Plug one in and try again.")
        }
        var table = TextTable(columns: [
          .init(output.pick("Đầu đọc", "Reader")), .init(output.pick("Thẻ", "Card")), .init("ATR"),
        ])
        for entry in entries {
          table.addRow([
            entry.reader, entry.cardPresent ? output.pick("có", "yes") : output.pick("không", "no"), entry.atr ?? "",
          ])
        }
        return table.rendered()
      }
    }
  }
}
