import CentreTestSupport
import Foundation
import Testing

@testable import PayoutPoint

@Suite("Journal")
struct JournalTests {
  private func entry(_ step: JournalEntry.Step, _ transaction: String, _ data: [UInt8] = [1, 2, 3]) -> JournalEntry {
    JournalEntry(step: step, transaction: transaction, time: 1_793_847_600, data: Data(data))
  }

  private func file(_ folder: ScratchFolder) -> String { folder.path + "/journal.jsonl" }

  private func write(_ octets: [UInt8], _ folder: ScratchFolder) throws {
    try Data(octets).write(to: URL(fileURLWithPath: file(folder)))
  }

  private func read(_ folder: ScratchFolder) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(folder))))
  }

  @Test("What is appended is there again, in order, when the journal is opened again")
  func reopen() throws {
    let folder = try ScratchFolder()
    let entries = [
      entry(.started, "a"), entry(.authorised, "a", [UInt8](0...255)), entry(.started, "b", []), entry(.posted, "a"),
      entry(.paid, "a"), entry(.void, "b"), entry(.reported, "a"),
    ]
    do {
      let journal = try Journal(folder: folder.path)
      for entry in entries { try journal.append(entry) }
    }
    let again = try Journal(folder: folder.path)
    for transaction in ["a", "b", "c"] {
      #expect(again.entries(of: transaction) == entries.filter { $0.transaction == transaction })
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: file(folder))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  /// Each state a transaction can be in, and where it stands.
  @Test("Unfinished and unreported")
  func states() throws {
    let folder = try ScratchFolder()
    let journal = try Journal(folder: folder.path)
    let stories: [(String, [JournalEntry.Step])] = [
      ("1", [.started]), ("2", [.started, .authorised]), ("3", [.started, .authorised, .posted]),
      ("4", [.started, .authorised, .posted, .paid]), ("5", [.started, .void]), ("6", [.started, .authorised, .void]),
      ("7", [.started, .authorised, .posted, .paid, .reported]), ("8", [.started, .void, .reported]),
    ]
    for round in 0..<5 {
      for (transaction, steps) in stories where round < steps.count {
        try journal.append(entry(steps[round], transaction))
      }
    }
    #expect(journal.unfinished == ["1", "2", "3"])
    #expect(journal.unreported == ["4", "5", "6"])
  }

  @Test("A last line that was cut off, at every octet, is taken away; what was before it stays")
  func torn() throws {
    let folder = try ScratchFolder()
    do {
      let journal = try Journal(folder: folder.path)
      try journal.append(entry(.started, "a"))
      try journal.append(entry(.authorised, "a", [9]))
    }
    let whole = try read(folder)
    let first = try #require(whole.firstIndex(of: 0x0A)) + 1
    for length in first..<whole.count {
      try write(Array(whole.prefix(length)), folder)
      do {
        let journal = try Journal(folder: folder.path)
        #expect(journal.entries(of: "a").map(\.step) == [.started])
        #expect(try read(folder) == Array(whole.prefix(first)))
        try journal.append(entry(.void, "a"))
      }
      let again = try Journal(folder: folder.path)
      #expect(again.entries(of: "a").map(\.step) == [.started, .void], "cut at \(length)")
    }
    // Cut inside the very first line: nothing was there yet.
    try write(Array(whole.prefix(first - 1)), folder)
    #expect(try Journal(folder: folder.path).unfinished.isEmpty)
  }

  @Test("A damaged line that has its end is refused, with its number, and the file is left as it is")
  func damaged() throws {
    let folder = try ScratchFolder()
    do {
      let journal = try Journal(folder: folder.path)
      for step in [JournalEntry.Step.started, .authorised, .posted, .paid] { try journal.append(entry(step, "a")) }
    }
    let lines: [[UInt8]] = try read(folder).split(separator: 0x0A).map { Array($0) }
    let damages: [(Int, [UInt8])] = [
      (1, []), (2, Array("{".utf8)), (3, Array(lines[2].dropLast())), (4, Array("null".utf8)), (2, [0xFF, 0xFE]),
      (3, Array(String(decoding: lines[2], as: UTF8.self).replacing("posted", with: "handed").utf8)),
    ]
    for (number, replacement) in damages {
      var changed = lines
      changed[number - 1] = replacement
      let octets = changed.flatMap { $0 + [UInt8(0x0A)] }
      try write(octets, folder)
      do {
        _ = try Journal(folder: folder.path)
        Issue.record("a damaged line \(number) was taken")
      } catch JournalError.damaged(let line) {
        #expect(line == number)
      }
      #expect(try read(folder) == octets)
    }
  }

  @Test("One process at a time; the lock goes with the journal")
  func lock() throws {
    let folder = try ScratchFolder()
    do {
      let journal = try Journal(folder: folder.path)
      try journal.append(entry(.started, "a"))
      do {
        _ = try Journal(folder: folder.path)
        Issue.record("two journals of one point")
      } catch JournalError.locked {}
      try journal.append(entry(.void, "a"))
    }
    #expect(try Journal(folder: folder.path).entries(of: "a").count == 2)
  }

  @Test("A write that failed half-way is taken back: nothing of it is left, and the next one stands alone")
  func diskFull() throws {
    let folder = try ScratchFolder()
    do {
      let journal = try Journal(folder: folder.path) { descriptor, line in
        let room = line.contains(0x62) ? line.count / 2 : line.count
        return Foundation.write(descriptor, line, room)
      }
      try journal.append(entry(.started, "a"))
      #expect(throws: JournalError.self) { try journal.append(entry(.started, "b")) }
      // There is room again, and the half line is gone.
      try journal.append(entry(.authorised, "a"))
      #expect(journal.unfinished == ["a"])
    }
    let again = try Journal(folder: folder.path)
    #expect(again.entries(of: "a").map(\.step) == [.started, .authorised])
    #expect(again.entries(of: "b").isEmpty)
    try again.append(entry(.void, "a"))
  }
}
