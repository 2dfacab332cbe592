import CardTestSupport
import Foundation
import Testing

@testable import CardCrypto

/// Octets that are given, one after the other.
private final class Given: RandomSource, @unchecked Sendable {
  // @unchecked: used by one thread.
  private var octets: [UInt8]

  init(_ octets: [UInt8]) { self.octets = octets }

  func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    guard octets.count >= count else { throw .malformed("no more octets") }
    defer { octets.removeFirst(count) }
    return Array(octets.prefix(count))
  }
}

/// Shamir's scheme.
@Suite struct SecretSharingTests {
  private static let seven = PrimeField(prime: [7])

  /// All subsets of 0..<count.
  private static func subsets(_ count: Int) -> [[Int]] {
    (0..<1 << count).map { bits in (0..<count).filter { bits >> $0 & 1 == 1 } }
  }

  @Test("Every subset of k or more shares of n restores the secret; no smaller one does", arguments: 1...6, 1...6)
  func everySubset(_ threshold: Int, _ count: Int) throws {
    guard threshold <= count else { return }
    let secret = try SystemRandom().bytes(32)
    let shares = try SecretSharing.split(SecretBytes(secret), threshold: threshold, count: count)
    #expect(shares.map(\.index) == (1...UInt8(count)).map { $0 })
    for subset in Self.subsets(count) where !subset.isEmpty {
      let some = subset.map { shares[$0] }.shuffled()
      if subset.count >= threshold {
        #expect(try SecretSharing.restore(some, length: 32).withOctets { $0 } == secret)
      } else {
        // What too few shares give has 521 random bits, of which 265 would have to be zero.
        #expect(throws: SecretSharingError.inconsistent) { _ = try SecretSharing.restore(some, length: 32) }
      }
    }
  }

  /// With the field of seven elements all polynomials can be tried: for each secret, any two shares of a 3-of-4 scheme
  /// take each pair of values exactly once, so that they tell nothing of it.
  @Test("k − 1 shares are those of every secret, equally often")
  func nothingToTell() throws {
    for pair in Self.subsets(4) where pair.count == 2 {
      var seen: [UInt8: [[UInt8]: Int]] = [:]
      for secret in UInt8(0)..<7 {
        for first in UInt8(0)..<7 {
          for second in UInt8(0)..<7 {
            let shares = try SecretSharing.split(
              SecretBytes([secret]), threshold: 3, count: 4, field: Self.seven, random: Given([first, second]))
            let values = pair.map { shares[$0].value.withOctets { $0[0] } }
            seen[secret, default: [:]][values, default: 0] += 1
            let all = try SecretSharing.restore(Array(shares.dropFirst()), length: 1, field: Self.seven)
            #expect(all.withOctets { $0 } == [secret])
          }
        }
      }
      for secret in UInt8(0)..<7 {
        #expect(seen[secret]?.count == 49)
        #expect(seen[secret]?.values.allSatisfy { $0 == 1 } == true)
      }
    }
  }

  @Test("A coefficient is below the prime: larger draws are thrown away")
  func rejection() throws {
    // Three bits of each octet count: 7, 0F and FF are no elements, 2A is 2.
    let element = try Self.seven.random(Given([7, 0x0F, 0xFF, 0x2A])).withOctets { $0 }
    #expect(element == [2])
    var counts = [Int](repeating: 0, count: 7)
    for octet in UInt8.min...UInt8.max where octet & 7 != 7 {
      counts[Int(try Self.seven.random(Given([octet])).withOctets { $0[0] })] += 1
    }
    #expect(counts == [Int](repeating: 32, count: 7))
  }

  @Test("Shares that can't be: two with one number, number zero, values outside the field, too many")
  func refused() throws {
    let secret = SecretBytes([UInt8](repeating: 5, count: 32))
    for (threshold, count) in [(0, 3), (4, 3), (2, 33), (-1, 2)] {
      #expect(throws: SecretSharingError.parameters) {
        _ = try SecretSharing.split(secret, threshold: threshold, count: count)
      }
    }
    #expect(throws: SecretSharingError.parameters) {
      _ = try SecretSharing.split(SecretBytes([1] + [UInt8](repeating: 0xFF, count: 65)), threshold: 2, count: 2)
    }
    #expect(throws: SecretSharingError.parameters) {
      _ = try SecretSharing.split(SecretBytes([UInt8](repeating: 0, count: 67)), threshold: 2, count: 2)
    }
    let shares = try SecretSharing.split(secret, threshold: 2, count: 3)
    #expect(throws: SecretSharingError.duplicate(1)) {
      _ = try SecretSharing.restore([shares[0], shares[0]], length: 32)
    }
    #expect(throws: SecretSharingError.parameters) { _ = try SecretSharing.restore([], length: 32) }
    for (index, value) in [
      (UInt8(0), [UInt8](repeating: 0, count: 66)), (9, [UInt8](repeating: 0, count: 65)),
      (9, [1] + [UInt8](repeating: 0xFF, count: 65)), (9, []),
    ] {
      let wrong = SecretShare(index: index, value: SecretBytes(value))
      #expect(throws: SecretSharingError.value(index)) {
        _ = try SecretSharing.restore([shares[0], wrong], length: 32)
      }
    }
  }

  /// Another implementation, of integers that Python has.
  private static let python = """
    import sys
    p = 2 ** 521 - 1
    mode, threshold, *rest = sys.argv[1:]
    if mode == "restore":
        points = [(int(x), int(y, 16)) for x, y in (share.split(":") for share in rest)]
        total = 0
        for x, y in points:
            top, bottom = 1, 1
            for other, _ in points:
                if other != x:
                    top = top * -other % p
                    bottom = bottom * (x - other) % p
            total += y * top * pow(bottom, -1, p)
        print("%064x" % (total % p), end="")
    else:
        terms = [int(rest[0], 16)] + [pow(3, 500 + 7 * i, p) for i in range(1, int(threshold))]
        for x in range(1, int(rest[1]) + 1):
            print("%d:%0132x" % (x, sum(t * x ** i for i, t in enumerate(terms)) % p), end=" ")
    """

  @Test(
    "An independent implementation restores ours, and we restore its shares",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "no python3"))
  func peer() throws {
    let peer = try OpenSSLCommand()
    for (threshold, count) in [(2, 3), (3, 5), (5, 5), (7, 32)] {
      let secret = try SystemRandom().bytes(32)
      let hex = secret.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      let shares = try SecretSharing.split(SecretBytes(secret), threshold: threshold, count: count)
      let words = shares.shuffled().prefix(threshold).map { share in
        "\(share.index):"
          + share.value.withOctets { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
      }
      let restored = try peer.run(
        program: "/usr/bin/python3", ["-c", Self.python, "restore", "\(threshold)"] + words)
      #expect(restored.output == hex)
      let theirs = try peer.run(
        program: "/usr/bin/python3", ["-c", Self.python, "split", "\(threshold)", hex, "\(count)"]
      ).output.split(separator: " ").map { word in
        let parts = word.split(separator: ":")
        return SecretShare(index: UInt8(parts[0]) ?? 0, value: SecretBytes(octets(String(parts[1]))))
      }
      let ours = try SecretSharing.restore(Array(theirs.shuffled().prefix(threshold)), length: 32)
      #expect(ours.withOctets { $0 } == secret)
    }
  }
}
