import ArgumentParser
import PayoutPoint

/// Whether cash is rounded, and to what.
struct RoundingOptions: ParsableArguments {
  @Flag(
    name: .customLong("round"),
    help: """
      Làm tròn xuống theo tờ tiền nhỏ nhất; phần lẻ vẫn còn nợ, khoản đã thôi hưởng thì chi đúng. / Round the total \
      down to the smallest note; the rest stays owed, and a line that has ended is paid exactly.
      """)
  var isRounded = false
  @Option(
    name: .customLong("smallest-note"), help: "Tờ tiền nhỏ nhất, đồng. / The smallest note, đồng.")
  var smallest = NoteCount.smallestNote

  func validate() throws {
    guard NoteCount.denominations.contains(smallest) else {
      throw ValidationError("--smallest-note: không có tờ tiền này / no such note")
    }
  }

  /// The note that totals are rounded to; `nil` when they are paid exactly.
  var note: Int64? { isRounded ? smallest : nil }
}
