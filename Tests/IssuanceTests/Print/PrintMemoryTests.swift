import CardApplication
import CardCrypto
import Foundation
import Issuance
import Printing
import Testing

/// Looks for octets in all that this process may write to.
private struct MemorySearch {
  /// The needle's own pages, which are not searched.
  private let needle: UnsafeMutableRawPointer
  private let window: UnsafeMutableRawPointer
  private static let size = 1 << 20

  init?() {
    guard let needle = Self.pages(4_096), let window = Self.pages(Self.size) else { return nil }
    self.needle = needle
    self.window = window
  }

  private static func pages(_ size: Int) -> UnsafeMutableRawPointer? {
    let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    return start == MAP_FAILED ? nil : start
  }

  /// How often digits stand somewhere; they are given with all bits turned, so that the question is no find.
  func count(_ turned: [UInt8]) throws -> Int {
    for (place, octet) in turned.enumerated() { needle.storeBytes(of: ~octet, toByteOffset: place, as: UInt8.self) }
    defer { memset(needle, 0, turned.count) }
    let memory = open("/proc/self/mem", O_RDONLY)
    defer { close(memory) }
    var found = 0
    for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: " ")
      let ends = parts[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
      guard parts.count > 1, parts[1].hasPrefix("rw"), ends.count == 2 else { continue }
      for start in stride(from: ends[0], to: ends[1], by: 4_096) where (start - ends[0]) % UInt(Self.size - 4_096) == 0
      {
        let length = min(UInt(Self.size), ends[1] - start)
        let own = [UInt(bitPattern: needle), UInt(bitPattern: window)]
        let read = pread(memory, window, Int(length), off_t(start))
        guard read > 0 else { continue }
        let first = Int32(needle.load(as: UInt8.self))
        var rest = window
        while let hit = memchr(rest, first, read - (rest - window)), hit - window + turned.count <= read {
          let address = start + UInt(hit - window)
          let isOwn = own[0]..<own[0] + 4_096 ~= address || own[1]..<own[1] + UInt(Self.size) ~= address
          if !isOwn, memcmp(hit, needle, turned.count) == 0 { found += 1 }
          rest = hit + 1
        }
        memset(window, 0, Int(length))
      }
    }
    return found
  }
}

@Suite("Secrets in memory")
struct PrintMemoryTests {
  @Test("Once slips and faces are drawn and released, no CAN, PIN or PUK is left anywhere in the process")
  func nothingLeft() async {
    // A process of its own: nothing else in it has these digits.
    await #expect(processExitsWith: .success) {
      guard let search = MemorySearch() else { exit(2) }
      var turned: [[UInt8]] = []
      func secret(_ count: Int) -> SecretBytes {
        turned.append((0..<count).map { _ in ~UInt8.random(in: 0x30...0x39) })
        var octets = (turned.last ?? []).map { ~$0 }
        return SecretBytes(taking: &octets)
      }
      let typesetter = try Typesetter()
      for _ in 0..<6 {
        let can = secret(12)
        let pin = secret(5)
        let puk = secret(10)
        let slip = try PINMailer(typesetter).pdf(try PrintFixture.mailer(), pin: pin, puk: puk, label: "1")
        var layout = try CardProfile.adult().face
        for index in layout.elements.indices where layout.elements[index].field == .can {
          layout.elements[index].style.points = 12
        }
        let face = CardFace(typesetter, layout: layout)
        let content = try PrintFixture.face()
        let documents = [
          slip, try face.pdf(content, can: can, label: "1"), try face.svg(.back, content, can: can, label: "1"),
          try face.png(.back, content, can: can, label: "1"),
        ]
        // The search finds what is there: the secret itself.
        guard documents.allSatisfy({ $0.count > 10_000 }), try search.count(turned.last ?? []) > 0, puk.count == 10
        else { exit(3) }
      }
      // Five digits stand anywhere by chance; the PIN is drawn by what draws the PUK.
      for digits in turned where digits.count > 5 {
        let grouped = Array(digits.prefix(5)) + [~0x20] + Array(digits.dropFirst(5))
        guard try search.count(digits) == 0, try search.count(grouped) == 0 else { exit(4) }
      }
    }
  }
}
