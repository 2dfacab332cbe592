import CardCrypto
import CentreTestSupport
import Foundation
import LedgerStore
import ServiceAPI
import Testing

@testable import TransactionService

/// What is found in a master chain that was tampered with, by whoever has the key or has not.
@Suite("Anchors, checked")
struct AnchorCheckTests {
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

  /// Of the batches 1, 2, 3 …
  private func chain(_ count: Int64, octet: UInt8 = 0) throws -> [Anchor] {
    try (1...count).reduce(into: []) { anchors, sequence in
      let head = Self.head(sequence, octet)
      let tip = ChainTip(writer: head.writer, epoch: head.epoch, sequence: sequence, hash: head.hash)
      anchors.append(try Anchor(after: anchors.last, time: sequence, occasion: .second, tips: [tip], key: key))
    }
  }

  private func signed(_ anchor: Anchor, _ change: (inout Anchor) -> Void) throws -> Anchor {
    var other = anchor
    change(&other)
    other.signature = WireBytes(try key.sign(other.signedOctets))
    return other
  }

  private func places(_ anchors: [Anchor], expecting kept: Anchor? = nil) -> [String] {
    var check = AnchorCheck(key: key.publicKey, expecting: kept)
    for anchor in anchors { check.add(anchor) { $0 <= 400 ? Self.head($0) : nil } }
    check.finish()
    return check.problems.map(\.place)
  }

  @Test("Each field of an anchor that whoever has the key writes anew is found by what it says")
  func resigned() throws {
    let chain = try chain(5)
    #expect(places(chain).isEmpty)
    /// The third one changed and signed again, and all after it chained to it again.
    func rewritten(_ change: (inout Anchor) -> Void) throws -> [String] {
      var other = Array(chain.prefix(2)) + [try signed(chain[2], change)]
      for anchor in chain.dropFirst(3) {
        let previous = WireBytes(try #require(other.last).hash)
        other.append(try signed(anchor) { $0.previous = previous })
      }
      return places(other)
    }
    let unchanged = try rewritten { _ in }
    #expect(unchanged.isEmpty)
    for number in [0, 2, 4, -3, 9, .max] as [Int64] {
      let found = try rewritten { $0.number = number }
      #expect(found == ["anchor \(number): not the next one", "anchor 4: not the next one"], "\(number)")
    }
    let chained = try rewritten { $0.previous = WireBytes([UInt8](repeating: 1, count: 32)) }
    #expect(chained == ["anchor 3: does not follow the one before"])
    let nobody = try rewritten { $0.tips = [] }
    #expect(nobody == ["anchor 3: not a tip for each writer"])
    let twice = try rewritten { $0.tips += $0.tips }
    #expect(twice == ["anchor 3: not a tip for each writer"])
    let hash = Self.head(2).hash
    let back = try rewritten { $0.tips = [ChainTip(writer: "centre", epoch: 1, sequence: 1, hash: Self.head(1).hash)] }
    #expect(back == ["anchor 3: goes back to batch 1"])
    for tip in [
      ChainTip(writer: "other", epoch: 1, sequence: 3, hash: Self.head(3).hash),
      ChainTip(writer: "centre", epoch: 2, sequence: 3, hash: Self.head(3).hash),
      ChainTip(writer: "centre", epoch: 1, sequence: 3, hash: hash),
    ] {
      let found = try rewritten { $0.tips = [tip] }
      #expect(found == ["anchor 3: the ledger has another batch 3"], "\(tip)")
    }
    let absent = try rewritten {
      $0.tips = [ChainTip(writer: "centre", epoch: 1, sequence: 401, hash: Self.head(401).hash)]
    }
    #expect(absent == ["anchor 3: the ledger has no batch 401", "anchor 4: goes back to batch 4"])
    // Time and occasion are what the centre says they are; without its key they can't be changed.
    for change in [{ $0.time += 1 }, { $0.occasion = .close }] as [(inout Anchor) -> Void] {
      var other = chain
      change(&other[2])
      #expect(places(other) == ["anchor 3: not signed by the centre", "anchor 4: does not follow the one before"])
      let again = try rewritten(change)
      #expect(again.isEmpty)
    }
  }

  @Test("An anchor that somebody kept has to be there, and that very one")
  func expected() throws {
    let chain = try chain(5)
    for anchor in chain { #expect(places(chain, expecting: anchor).isEmpty) }
    let other = try signed(chain[2]) { $0.time += 1 }
    #expect(places(chain, expecting: other) == ["anchor 3: not the one that was kept"])
    #expect(places(Array(chain.prefix(3)), expecting: chain[3]) == ["anchor 4: was kept, and is not here"])
  }

  @Test("A walk from an anchor that was kept ends at the newest, or says where the chain breaks")
  func walk() throws {
    let chain = try chain(9)
    /// Walks over `anchors` by pages of two.
    func walk(_ anchors: [Anchor], from kept: Anchor) throws {
      var walk = AnchorWalk(from: kept, key: key.publicKey)
      let newest = try #require(anchors.last)
      while walk.number < newest.number {
        let page = anchors.filter { $0.number > walk.number }.prefix(2)
        guard !page.isEmpty else { break }
        try walk.add(Array(page))
      }
      try walk.requireEnd(newest)
    }
    for kept in chain { try walk(chain, from: kept) }
    // The same one signed in the other way: r, n - s.
    var twin = chain[3]
    let order: [UInt8] =
      Array(repeating: 255, count: 4) + Array(repeating: 0, count: 4)
      + Array(repeating: 255, count: 8) + [0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84]
      + [0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51]
    var (difference, borrow) = ([UInt8](repeating: 0, count: 32), 0)
    for place in (0..<32).reversed() {
      let value = Int(order[place]) - Int(twin.signature.octets[32 + place]) - borrow
      (difference[place], borrow) = (UInt8((value + 256) % 256), value < 0 ? 1 : 0)
    }
    twin.signature = WireBytes(Array(twin.signature.octets.prefix(32)) + difference)
    try #require(twin != chain[3] && twin.isSigned(by: key.publicKey))
    try walk(chain, from: twin)

    func fault(_ anchors: [Anchor], from kept: Anchor) -> AnchorFork.Fault? {
      do {
        try walk(anchors, from: kept)
        return nil
      } catch {
        return (error as? AnchorFork)?.fault
      }
    }
    let rewritten = try self.chain(9, octet: 1)
    #expect(fault(rewritten, from: chain[2]) == .other)
    #expect(fault(Array(chain.prefix(2)), from: chain[2]) == .other)
    // The line that was kept is left where it was, and everything else is another history.
    for place in 1..<8 {
      var patched = rewritten
      patched[place] = chain[place]
      #expect(fault(patched, from: chain[place]) == .broken(at: Int64(place + 2)), "\(place)")
    }
    for place in 3..<8 {
      var other = chain
      other.remove(at: place)
      #expect(fault(other, from: chain[2]) == .broken(at: Int64(place + 2)), "without \(place)")
      other = chain
      other[place].time += 1
      #expect(fault(other, from: chain[2]) == .broken(at: Int64(place + 1)), "unsigned \(place)")
      other = Array(chain.prefix(place))
      let tip = ChainTip(writer: "centre", epoch: 1, sequence: 1, hash: Self.head(1).hash)
      other.append(try Anchor(after: other.last, time: 1, occasion: .second, tips: [tip], key: key))
      #expect(fault(other, from: chain[2]) == .broken(at: Int64(place + 1)), "back \(place)")
    }
    // The newest that was shown is not the one that the chain leads to.
    var walked = AnchorWalk(from: chain[2], key: key.publicKey)
    try walked.add(Array(chain[2...]))
    let shown = try signed(chain[8]) { $0.time += 1 }
    #expect(throws: AnchorFork(number: 3, fault: .broken(at: 10))) { try walked.requireEnd(shown) }
  }

  @Test("Both ends of a walk are batches that the centre signs as its own")
  func ledger() throws {
    let chain = try chain(3)
    let walk = AnchorWalk(from: chain[1], key: key.publicKey)
    let tip = chain[1].tips[0]
    func head(_ head: ChainHead) -> SignedHead {
      SignedHead(
        writer: head.writer, epoch: head.epoch, sequence: head.sequence, hash: head.hash, time: 1, signature: [])
    }
    try walk.require(tip, is: head(Self.head(2)))
    for other in [Self.head(2, 1), Self.head(2, epoch: 2), Self.head(3)] {
      #expect(throws: AnchorFork(number: 2, fault: .ledger(2))) { try walk.require(tip, is: head(other)) }
    }
    #expect(throws: AnchorFork(number: 2, fault: .ledger(2))) { try walk.require(tip, is: nil) }
  }

  private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

  private func check() throws -> AnchorCheck {
    try AnchorCheck.of(try AnchorFile(path: path), key: key.publicKey) { $0 <= 400 ? Self.head($0) : nil }
  }

  @Test("Whatever is changed in the file is found, and so is what the ledger does not have")
  func changed() throws {
    let lines = try chain(6).map { String(decoding: try WireJSON.encode($0), as: UTF8.self) }
    for place in lines.indices {
      var without = lines
      without.remove(at: place)
      if place < lines.count - 1 {
        try write(without.joined(separator: "\n") + "\n")
        #expect(try check().problemCount > 0, "without \(place)")
      }
      var swapped = lines
      swapped.swapAt(place, (place + 1) % lines.count)
      try write(swapped.joined(separator: "\n") + "\n")
      #expect(try check().problemCount > 0, "swapped \(place)")
      for bit in stride(from: 0, to: lines[place].utf8.count, by: 7) {
        var octets = Array(lines[place].utf8)
        octets[bit] ^= 1
        var other = lines
        other[place] = String(decoding: octets, as: UTF8.self)
        try write(other.joined(separator: "\n") + "\n")
        #expect(try check().problemCount > 0, "line \(place) octet \(bit)")
      }
    }
    try write(lines.joined(separator: "\n") + "\n")
    #expect(try check().problems.isEmpty)
    let file = try AnchorFile(path: path)
    let short = try AnchorCheck.of(file, key: key.publicKey) { $0 < 6 ? Self.head($0) : nil }
    #expect(short.problems.map(\.place) == ["anchor 6: the ledger has no batch 6"])
    let other = try AnchorCheck.of(file, key: key.publicKey) { Self.head($0, $0 == 4 ? 1 : 0) }
    #expect(other.problems.map(\.place) == ["anchor 4: the ledger has another batch 4"])
    let stranger = try AnchorCheck.of(file, key: try ECPrivateKey(generate: .p256).publicKey) { Self.head($0) }
    #expect(stranger.problemCount == 6)
  }
}
