import ArgumentParser
import PayoutPoint
import VietnamReference

extension PointCommand {
  /// `ansinh point notes AMOUNT`
  struct NotesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "notes",
      abstract: "Số tờ tiền ít nhất cho một số tiền. / The fewest banknotes for an amount.",
      discussion: """
        Với --have thì chỉ dùng các tờ có trong quỹ; nếu không đủ, cho biết còn thiếu bao nhiêu. / With --have only \
        the notes in the drawer are used; when they don't make the amount, what is missing is told.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Các tờ có trong quỹ, ví dụ 500000=10,100000=4. / Notes in the drawer.", valueName: "note=count,…"))
    var have: String?

    func validate() throws {
      guard (1...1_000_000_000_000).contains(amount) else {
        throw ValidationError("số tiền: 1…1.000.000.000.000 / amount: 1…1,000,000,000,000")
      }
      if let have { _ = try Self.drawer(have) }
    }

    func run() throws {
      let output = global.output
      let result = NoteCount.fewest(amount, drawer: try have.map(Self.drawer))
      try output.result(result) {
        var table = TextTable(columns: [
          .init(output.pick("Mệnh giá", "Note"), .trailing), .init(output.pick("Số tờ", "Count"), .trailing),
          .init(output.pick("Số tiền", "Amount"), .trailing),
        ])
        for notes in result.notes {
          table.addRow([
            VND.text(notes.denomination), String(notes.count), VND.text(notes.denomination * notes.count),
          ])
        }
        table.setTotals([
          output.pick("Cộng", "Total"), String(result.notes.reduce(0) { $0 + $1.count }), VND.text(result.amount),
        ])
        guard result.missing > 0 else { return table.rendered() }
        return table.rendered() + "\n"
          + output.pick(
            "Không đủ tờ: còn thiếu \(VND.text(result.missing)).",
            "The notes don't make it: \(VND.text(result.missing)) are missing.")
      }
    }

    /// `500000=10,100000=4`: known notes, each once, with a count of 0…1,000,000.
    static func drawer(_ text: String) throws -> [Int64: Int64] {
      var drawer: [Int64: Int64] = [:]
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let sides = part.split(separator: "=", omittingEmptySubsequences: false).map { Int64($0) }
        guard sides.count == 2, let note = sides[0], let count = sides[1], NoteCount.denominations.contains(note),
          (0...1_000_000).contains(count), drawer.updateValue(count, forKey: note) == nil
        else {
          throw ValidationError(
            "tờ tiền: MỆNH_GIÁ=SỐ_TỜ, mỗi mệnh giá một lần / notes: NOTE=COUNT, each note once: \(part)")
        }
      }
      return drawer
    }
  }
}
