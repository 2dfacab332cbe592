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
      abstract: """
        Liệt kê đầu đọc, thẻ đang có, ai đang dùng và bàn phím PIN. / List readers, the cards in them, their use and \
        PIN pads.
        """)

    @OptionGroup var global: GlobalOptions

    func run() async throws {
      let output = global.output
      let context = try await Context()
      var entries: [ReaderEntry] = []
      for state in try await context.readerStates() {
        entries.append(ReaderEntry(state, features: await Self.features(of: state)))
      }
      try output.result(entries) {
        guard !entries.isEmpty else {
          return output.pick("Chưa có đầu đọc nào. Cắm đầu đọc rồi thử lại.", "No reader. Plug one in and try again.")
        }
        var table = TextTable(columns: [
          .init(output.pick("Đầu đọc", "Reader")), .init(output.pick("Thẻ", "Card")),
          .init(output.pick("Đang dùng", "In use")), .init(output.pick("Bàn phím PIN", "PIN pad")), .init("ATR"),
        ])
        for entry in entries {
          table.addRow([
            entry.reader, entry.state.text(output.language), entry.use.text(output.language),
            ReaderEntry.Pad.text(entry.pinPad, output.language), entry.atr ?? "",
          ])
        }
        return ([table.rendered()] + entries.compactMap { Self.remark($0, output) }).joined(separator: "\n\n")
      }
    }

    /// What the reader's driver can do, asked without touching its card; `nil` when another program keeps the reader
    /// busy. Each reader has a context of its own, which a program that holds on to the reader can keep.
    private static func features(of state: ReaderState) async -> ReaderFeatures? {
      let isHeld = state.flags.contains(.exclusive)
      guard !isHeld, !state.flags.contains(.unavailable), let context = try? await Context(),
        let connection = try? await context.connect(to: state.reader, share: .direct, patience: .seconds(1))
      else { return nil }
      let features = await connection.features()
      await connection.disconnect(.leave)
      return features
    }

    /// What to know of a pad that can't be used.
    static func remark(_ entry: ReaderEntry, _ output: Output) -> String? {
      guard let pad = entry.pinPad, pad.verify, !pad.pace else { return nil }
      return output.pick(
        "Bàn phím của “\(entry.reader)” chỉ gửi mã PIN bằng VERIFY, thẻ an sinh không nhận: mã PIN được nhập ở máy "
          + "tính.",
        "The pad of “\(entry.reader)” sends PINs by VERIFY only, which the card does not take: the PIN is typed at the "
          + "computer.")
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

  /// The reader's own pad for PINs.
  struct Pad: Codable, Hashable, Sendable {
    /// It does PACE itself.
    let pace: Bool
    /// It sends a PIN by VERIFY.
    let verify: Bool
    /// Everything that the driver can do, by the names of PC/SC part 10.
    let features: [String]

    init(_ features: ReaderFeatures) {
      let pad = PINPad(features)
      pace = pad?.doesPACE ?? false
      verify = pad?.doesVerify ?? false
      self.features = features.tags.map(\.description)
    }

    /// In a word or two; of `nil`, that it is not known.
    static func text(_ pad: Pad?, _ language: Language) -> String {
      guard let pad else { return BilingualText(vi: "không rõ", en: "unknown")(language) }
      let kinds = (pad.pace ? ["PACE"] : []) + (pad.verify ? ["VERIFY"] : [])
      return kinds.isEmpty ? BilingualText(vi: "không", en: "no")(language) : kinds.joined(separator: ", ")
    }
  }

  let reader: String
  let cardPresent: Bool
  let state: State
  let use: Use
  let atr: String?
  /// `nil` when it could not be asked.
  let pinPad: Pad?

  /// From the reader's state and what its driver can do, as far as that is known.
  init(_ state: ReaderState, features: ReaderFeatures? = nil) {
    pinPad = features.map(Pad.init)
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
