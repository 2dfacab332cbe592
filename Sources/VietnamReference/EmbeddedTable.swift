/// A small table compiled into the library: one record a line, one separator, no quoting.
///
/// A malformed table is a mistake in this package, found by the first test, so reading one may trap.
struct EmbeddedTable {
  /// Records after the header, each with as many fields as the header.
  let rows: [[String]]

  init(_ bytes: [UInt8], separator: Character, header: [String]) {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
    let table = lines.map { line in
      line.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
    precondition(table.first == header, "embedded table has another header")
    precondition(table.allSatisfy { $0.count == header.count }, "embedded table has a ragged row")
    rows = Array(table.dropFirst())
  }
}
