import Benefits
import Foundation
import Ledger
import ServiceAPI
import VietnamReference

/// Some rows of a list on their way to the centre, packed: their CSV in one buffer, and where each one is.
struct ListWindow: Sendable {
  private struct Entry: Sendable {
    let personalID: UInt64
    let amount: Int64
    let line: UInt32
    let offset: UInt32
    let length: UInt32
    let purse: UInt32
  }

  private let capacity: Int
  private var octets: [UInt8] = []
  private var entries: [Entry] = []

  /// A window for `capacity` rows.
  init(capacity: Int) {
    self.capacity = capacity
    octets.reserveCapacity(capacity * 120)
    entries.reserveCapacity(capacity)
  }

  /// Whether another row of this person would be one too many; the rows of one person stay together.
  func isFull(before row: PaymentRow) -> Bool {
    entries.count >= capacity && entries.last?.personalID != row.personalID.number
  }

  /// Places of at most `count` rows each; the rows of one person are in one of them, unless they are more.
  func chunks(of count: Int) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = 0
    while start < entries.count {
      var end = min(start + count, entries.count)
      if end < entries.count {
        while end > start, entries[end].personalID == entries[end - 1].personalID { end -= 1 }
        if end == start { end = start + count }
      }
      chunks.append(start..<end)
      start = end
    }
    return chunks
  }

  var count: Int { entries.count }

  /// - Parameter purse: number of its unit and funder.
  mutating func append(_ row: PaymentRow, purse: Int) {
    let offset = octets.count
    row.appendCSV(to: &octets)
    entries.append(
      Entry(
        personalID: row.personalID.number, amount: row.amount, line: UInt32(row.rowNumber), offset: UInt32(offset),
        length: UInt32(octets.count - offset), purse: UInt32(purse)))
  }

  /// By personal ID, and then by line: the same file always gives the same chunks.
  mutating func sort() { entries.sort { ($0.personalID, $0.line) < ($1.personalID, $1.line) } }

  /// CSV of the rows at `places`, without a header.
  func csv(_ places: Range<Int>) -> [UInt8] {
    var csv: [UInt8] = []
    csv.reserveCapacity(places.count * 120)
    for entry in entries[places] { csv += octets[Int(entry.offset)..<Int(entry.offset + entry.length)] }
    return csv
  }

  /// The row at `place` among the rejects, since `claim` stands in its way.
  func rejected(_ place: Int, by claim: EarlierClaim?, _ options: PaymentList.Options) -> RejectedRow? {
    let entry = entries[place]
    var options = options
    options.takesParts = true
    guard case .success(let list) = PaymentList.parse(PaymentRow.csvHeader + csv(place..<place + 1), options: options)
    else { return nil }
    return list.rows.first.map { RejectedRow(claimed: $0, line: Int(entry.line), by: claim) }
  }

  /// Leaves the rows at `places` out.
  mutating func remove(_ places: Set<Int>) {
    entries = entries.indices.filter { !places.contains($0) }.map { entries[$0] }
  }

  /// Tells the purse and the amount of every row.
  func forEach(_ body: (_ purse: Int, _ amount: Int64) -> Void) {
    for entry in entries { body(Int(entry.purse), entry.amount) }
  }
}

/// What a list asks of each unit and funder.
struct ListPurses: Sendable {
  private struct Purse: Hashable, Sendable {
    let unit: AccountingUnit
    let funder: Funder
  }

  private var numbers: [Purse: Int] = [:]
  private var sums: [(count: Int, amount: Int64)] = []

  /// The number of a row's purse; nothing is counted yet.
  mutating func number(_ row: PaymentRow) -> Int {
    let purse = Purse(unit: row.unit, funder: row.funder)
    if let number = numbers[purse] { return number }
    numbers[purse] = sums.count
    sums.append((0, 0))
    return sums.count - 1
  }

  mutating func add(_ purse: Int, _ amount: Int64) {
    sums[purse].count += 1
    sums[purse].amount += amount
  }

  var rows: Int { sums.reduce(0) { $0 + $1.count } }
  var amount: Int64 { sums.reduce(0) { $0 + $1.amount } }

  /// Purses with rows, in the order of their names.
  var totals: [ListTotal] {
    numbers.filter { sums[$0.value].count > 0 }.map { purse, number in
      ListTotal(
        unit: purse.unit.text, funder: purse.funder.text, count: sums[number].count, amount: sums[number].amount)
    }.sorted { ($0.unit, $0.funder) < ($1.unit, $1.funder) }
  }
}
