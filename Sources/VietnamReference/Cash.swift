/// Bank notes and how an amount is made of them (bảng kê mệnh giá).
public enum Cash {
  /// The notes in common use, in đồng, the greatest first.
  public static let notes: [Int64] = [
    500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500,
  ]

  /// Some notes of one value.
  public struct NoteCount: Hashable, Sendable, Codable {
    /// Value of the note, in đồng.
    public let note: Int64
    /// How many, at least 1.
    public let count: Int64
    /// `note × count`, in đồng.
    public var total: Int64 { note * count }
  }

  /// An amount in notes.
  public struct Breakdown: Hashable, Sendable, Codable {
    /// The notes, the greatest first.
    public let lines: [NoteCount]
    /// What no note can pay, in đồng; below the smallest note.
    public let remainder: Int64
    /// How many notes altogether.
    public var noteCount: Int64 { lines.reduce(0) { $0 + $1.count } }
  }

  /// The fewest notes for `amount` đồng; no notes for an amount that is not positive.
  public static func breakdown(_ amount: Int64) -> Breakdown {
    guard amount > 0 else { return Breakdown(lines: [], remainder: amount) }
    var rest = amount
    var lines: [NoteCount] = []
    for note in notes where rest >= note {
      lines.append(NoteCount(note: note, count: rest / note))
      rest %= note
    }
    return Breakdown(lines: lines, remainder: rest)
  }

  /// Splits a visit's total into what is paid down to `smallestNote` and what stays owed, both in đồng.
  ///
  /// Nothing is payable of an amount that is not positive. `smallestNote` must be positive.
  public static func payable(_ amount: Int64, smallestNote: Int64 = 1_000) -> (paid: Int64, owed: Int64) {
    precondition(smallestNote > 0, "a note has a value")
    guard amount > 0 else { return (0, amount) }
    return (amount - amount % smallestNote, amount % smallestNote)
  }
}
