import ServiceAPI

/// Cash of a visit rounded down to what notes can make (`ledger` §3).
enum VisitRounding {
  /// `lines` with their total rounded down to `note`; what is left over stays owed.
  ///
  /// It is taken off the last line, then off those before it. A closing line is paid exactly, since nothing follows in
  /// which its rest could be paid; when the others are less than what is over, everything is paid exactly.
  static func rounded(_ lines: [PayableLine], to note: Int64) -> [PayableLine] {
    guard note > 1 else { return lines }
    var over = lines.reduce(0) { $0 + $1.amount } % note
    let open = lines.reduce(0) { $0 + ($1.closing == true ? 0 : $1.amount) }
    guard over > 0, open >= over else { return lines }
    var rounded = lines
    for index in rounded.indices.reversed() where rounded[index].closing != true && over > 0 {
      let part = min(over, rounded[index].amount)
      rounded[index].amount -= part
      over -= part
    }
    return rounded.filter { $0.amount > 0 }
  }
}
