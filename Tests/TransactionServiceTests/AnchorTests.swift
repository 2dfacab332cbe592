import CardCrypto
import CentreTestSupport
import Foundation
import LedgerStore
import ServiceAPI
import Testing

@testable import TransactionService

/// The file of a master chain, and what is found in one that was tampered with.
@Suite("Anchors")
struct AnchorTests {
  private let scratch: ScratchFolder
  private let key: RecordsKey

  init() throws {
    scratch = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: scratch.path + "/centre", withIntermediateDirectories: true)
    key = try TestCentre.recordsKey(scratch)
  }

  private var folder: String { scratch.path + "/centre" }
  private var path: String { folder + "/" + AnchorFile.name }

  private static func head(_ sequence: Int64, epoch: Int64 = 1, _ octet: UInt8 = 0) -> ChainHead {
    let hash = Digest.sha256.hash(withUnsafeBytes(of: sequence.bigEndian) { Array($0) } + [octet])
    return ChainHead(writer: "centre", epoch: epoch, sequence: sequence, hash: hash)
  }

  private func log() throws -> AnchorLog { try AnchorLog(folder: folder, key: key, clock: { 1_800_000_000_000 }) }

  private func lines() throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

  private func check() throws -> AnchorCheck {
    try AnchorCheck.of(try AnchorFile(path: path), key: key.publicKey) { $0 <= 400 ? Self.head($0) : nil }
  }

  @Test("What is signed, octet for octet, and JSON there and back")
  func form() throws {
    let tips = [
      ChainTip(writer: "a", epoch: 2, sequence: 3, hash: [UInt8](repeating: 7, count: 32)),
      ChainTip(writer: "bc", epoch: 4, sequence: 5, hash: [UInt8](repeating: 8, count: 32)),
    ]
    let anchor = Anchor(
      number: 9, previous: WireBytes([UInt8](0..<32)), time: 1_800_000_000_123, occasion: .close, tips: tips,
      signature: WireBytes([UInt8](repeating: 1, count: 64)))
    let zeros = [UInt8](repeating: 0, count: 7)
    var expected: [UInt8] = Array("ANSINH-ANCHOR-1".utf8) + [0] + zeros + [9] + [UInt8](0..<32)
    expected += [0, 0, 0x01, 0xA3, 0x18, 0x5C, 0x50, 0x7B, 2, 0, 0, 0, 2]
    expected += [0, 0, 0, 1, 0x61] + zeros + [2] + zeros + [3] + [UInt8](repeating: 7, count: 32)
    expected += [0, 0, 0, 2, 0x62, 0x63] + zeros + [4] + zeros + [5] + [UInt8](repeating: 8, count: 32)
    #expect(anchor.signedOctets == expected)
    #expect(try WireJSON.decode(Anchor.self, from: WireJSON.encode(anchor)) == anchor)
    let text = tips[0].description
    #expect(ChainTip(text) == tips[0])
    for bad in [text + "/", "/" + text, text + "0", String(text.dropLast()), text.replacing("/3/", with: "/0/")] {
      #expect(ChainTip(bad) == nil, "\(bad)")
    }
  }

  @Test("Anchors follow each other; what is anchored already, or older, makes none; a lower batch of a new epoch stops")
  func adding() async throws {
    do {
      let log = try log()
      #expect(log.newest == nil)
      #expect(try await log.add(Self.head(0), .second) == nil)
      for sequence in [1, 1, 5, 3, 5, 9] as [Int64] {
        let anchor = try #require(try await log.add(Self.head(sequence), .second))
        #expect(anchor.isSigned(by: key.publicKey))
      }
      #expect(log.newest?.number == 3 && log.newest?.tips.first?.sequence == 9)
    }
    let log = try log()
    #expect(log.newest?.number == 3)
    let next = try #require(try await log.add(Self.head(10, epoch: 2), .close))
    #expect(next.number == 4 && next.occasion == .close)
    let found = try lines().map { try WireJSON.decode(Anchor.self, from: Array($0.utf8)) }
    #expect(found.map { $0.tips.first?.sequence } == [1, 5, 9, 10])
    #expect(zip(found, found.dropFirst()).allSatisfy { $1.previous.octets == $0.hash })
    await #expect(throws: AnchorError.goesBack(number: 4)) { try await log.add(Self.head(9, epoch: 3), .second) }
    await #expect(throws: AnchorError.stopped) { try await log.add(Self.head(20), .second) }
    #expect(try lines().count == 4 && log.failure == .goesBack(number: 4))
  }

  @Test("A line that the power cut short is taken off, whatever is left of it; the chain goes on")
  func torn() async throws {
    let log = try log()
    for sequence in 1...3 as ClosedRange<Int64> { _ = try await log.add(Self.head(sequence), .second) }
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    let third = try #require(try lines().last)
    // Also all of it: its end is written when the line is on the disk, so what has none was shown to nobody.
    for length in Array(stride(from: 0, to: third.utf8.count, by: 37)) + [third.utf8.count] {
      try write(try lines().prefix(2).joined(separator: "\n") + "\n" + third.prefix(length))
      let again = try self.log()
      #expect(again.newest?.number == 2, "\(length)")
      _ = try await again.add(Self.head(3), .second)
      #expect(try check().problems.isEmpty && lines().count == 3)
    }
    try write(whole)
    #expect(try self.log().newest?.number == 3)
  }

  @Test("A last anchor that is another's, or a line that is none, is not gone on with")
  func foreign() async throws {
    _ = try await log().add(Self.head(1), .second)
    let other = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: other.path + "/centre", withIntermediateDirectories: true)
    _ = try TestCentre.recordsKey(other)
    let foreign = try TestCentre.recordsKey(other)
    #expect(throws: AnchorError.signature(path: path, number: 1)) {
      try AnchorLog(folder: folder, key: foreign, clock: { 0 })
    }
    try write(try lines().joined() + "\n{}\n")
    #expect(throws: AnchorError.unreadable(path: path)) { try log() }
    try write(String(repeating: "x", count: AnchorFile.longestLine + 10))
    #expect(throws: AnchorError.unreadable(path: path)) { try log() }
  }

  @Test("When the records key was lost and is made anew, the old chain is put aside and one begins")
  func keyLost() async throws {
    for sequence in 1...3 as ClosedRange<Int64> { _ = try await log().add(Self.head(sequence), .second) }
    let old = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: folder + "/records.keys")
    let made = try TestCentre.recordsKey(scratch)
    let log = try AnchorLog(folder: folder, key: made, clock: { 0 })
    #expect(log.newest == nil)
    #expect(try await log.add(Self.head(4), .second)?.number == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/anchors-3.jsonl")) == old)
    // The next opening has a key that is not new any more.
    #expect(try AnchorLog(folder: folder, key: TestCentre.recordsKey(scratch), clock: { 0 }).newest?.number == 1)
    // One that was put aside is never written over.
    try old.write(to: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: folder + "/records.keys")
    _ = try AnchorLog(folder: folder, key: try TestCentre.recordsKey(scratch), clock: { 0 })
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("anchors-") }
    #expect(Set(names) == ["anchors-3.jsonl", "anchors-3-2.jsonl"])
  }

  @Test("A close has an anchor of its own, once, also when a second ended just before it")
  func closes() async throws {
    let log = try log()
    var occasions: [Anchor.Occasion] = []
    for occasion in [.second, .second, .close, .close, .second] as [Anchor.Occasion] {
      let anchor = try #require(try await log.add(Self.head(5), occasion))
      if anchor.number > occasions.count { occasions.append(anchor.occasion) }
    }
    #expect(occasions == [.second, .close])
    #expect(try check().problems.isEmpty && lines().count == 2)
  }

  @Test("A chain that can't be gone on with can be looked at; nothing is added to it")
  func lookedAt() async throws {
    _ = try await log().add(Self.head(1), .second)
    let text = try lines().joined() + "\n{}\n"
    try write(text)
    let log = AnchorLog(lookingAt: folder, key: key, clock: { 0 })
    #expect(log.failure == .unreadable(path: path) && log.newest == nil)
    #expect(try log.file().length == text.utf8.count)
    await #expect(throws: AnchorError.stopped) { try await log.add(Self.head(2), .close) }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test("An anchor is found by its number, and the end of those up to a batch, among many")
  func found() async throws {
    let log = try log()
    for sequence in 1...400 as ClosedRange<Int64> { _ = try await log.add(Self.head(sequence), .second) }
    let file = try log.file()
    for number in 1...400 as ClosedRange<Int64> {
      #expect(try file.anchor(number: number)?.tips.first?.sequence == number)
    }
    #expect(try file.anchor(number: 0) == nil && file.anchor(number: 401) == nil && file.anchor(number: -1) == nil)
    for sequence in [0, 1, 200, 399, 400, 900] as [Int64] {
      let end = try file.start { anchor in anchor.tips.contains { $0.sequence > sequence } }
      let copy = folder + "/copy-\(sequence)"
      try file.cut(to: end).copy(to: copy)
      #expect(try AnchorFile(path: copy).last()?.number == (sequence == 0 ? nil : min(sequence, 400)))
    }
    let findings = try check()
    #expect(findings.count == 400 && findings.problems.isEmpty)
  }
}
