import CardApplication
import CardCrypto
import Conformance
import Foundation
import ISO7816
import Issuance
import SoftCard
import Synchronization
import Testing
import VietnamReference

@Suite("Conformance")
struct ConformanceTests {
  static let time: Int64 = 1_793_491_200

  static func suite(_ only: Set<String>? = nil, profile: CardProfile? = nil) throws -> ConformanceSuite {
    ConformanceSuite(
      profile: try profile ?? .adult(), transportKey: SecretBytes(SoftCard.transportKey),
      transportVersion: SoftCard.transportKeyVersion, time: time, only: only)
  }

  static func run(_ defect: Defect = Defect(), only: Set<String>? = nil) async throws -> [ConformanceResult] {
    try await suite(only).run(try await CardInProcess(defect))
  }

  @Test("The software card passes every check")
  func clean() async throws {
    let results = try await Self.run()
    #expect(results.count == ConformanceSuite.checks.count)
    for result in results {
      #expect(result.outcome == .passed, "\(result.check.id): \(result.outcome)")
    }
  }

  @Test(
    "The software card passes with other profiles: longer keys, another curve, a short log, stricter conditions",
    arguments: [
      [
        "pace: P-256": "pace: brainpoolP256r1\npace-cipher: aes-256\nscp03: { key-length: 32, mode: s16 }",
        "{ curve: P-256, cipher: aes-128 }": "{ curve: brainpoolP256r1, cipher: aes-192 }",
      ],
      ["log-slots: 30": "log-slots: 6", "tries: 3": "tries: 5", "uses: 10": "uses: 2"],
      ["snapshot: pin": "snapshot: never", "lines: pin-or-terminal": "lines: pin", "uses: 2,": "uses: 1,"],
    ])
  func otherProfiles(_ changes: [String: String]) async throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../CardProfiles/adult.yaml"
    var yaml = try String(contentsOfFile: path, encoding: .utf8)
    for (old, new) in changes {
      #expect(yaml.contains(old))
      yaml = yaml.replacingOccurrences(of: old, with: new)
    }
    let results = try await Self.suite(profile: try CardProfile(yaml: yaml)).run(try await CardInProcess())
    for result in results {
      #expect(result.outcome == .passed, "\(result.check.id): \(result.outcome)")
    }
  }

  @Test("The software card passes with every profile shipped", arguments: EmbeddedProfile.allCases.dropFirst())
  func shippedProfiles(_ name: EmbeddedProfile) async throws {
    let profile = try name.profile()
    let results = try await Self.suite(profile: profile).run(try await CardInProcess())
    for result in results {
      if case .skipped = result.outcome, profile.policy.overrideUses == 0, result.check.id.hasPrefix("override.") {
        continue
      }
      #expect(result.outcome == .passed, "\(result.check.id): \(result.outcome)")
    }
  }

  @Test("A fresh card is taken; another, or one with other keys, is refused and nothing on it changes")
  func fresh() async throws {
    let card = try await CardInProcess()
    for _ in 0..<12 { try await Self.suite().requireFresh(card) }
    let other = ConformanceSuite(
      profile: try .adult(), transportKey: SecretBytes([UInt8](repeating: 1, count: 16)),
      transportVersion: SoftCard.transportKeyVersion, time: Self.time)
    await #expect(throws: PersonalisationError.self) { try await other.requireFresh(card) }
    _ = try await Self.suite(["life.activate"]).run(card)
    let before = card.stored
    for _ in 0..<12 {
      await #expect(throws: PersonalisationError.self) { try await Self.suite().requireFresh(card) }
    }
    #expect(card.stored == before)
  }

  @Test("A card that is lost ends the run; what was found until then is told")
  func lost() async throws {
    let card = try await CardInProcess(Defect(vanishesAfter: 400))
    let told = Mutex(0)
    await #expect(throws: (any Error).self) {
      _ = try await Self.suite().run(card) { _ in told.withLock { $0 += 1 } }
    }
    #expect((1..<ConformanceSuite.checks.count).contains(told.withLock { $0 }))
  }

  @Test("Every check has a name of its own and a planted defect, and every defect is one of a check")
  func everyCheckIsProven() {
    let ids = ConformanceSuite.checks.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(ids).subtracting(Defects.all.keys).sorted() == [])
    #expect(Set(Defects.all.keys).subtracting(ids).sorted() == [])
  }

  @Test("A check passes on a clean card also when it is made alone", arguments: ConformanceSuite.checks.map(\.id))
  func alone(_ id: String) async throws {
    let result = try await Self.run(only: [id]).last { $0.check.id == id }
    #expect(result?.outcome == .passed, "\(id): \(String(describing: result?.outcome))")
  }

  @Test("A card with a defect fails the check that is about it", arguments: Defects.all.keys.sorted())
  func defective(_ id: String) async throws {
    for (number, defect) in (Defects.all[id] ?? []).enumerated() {
      let result = try await Self.run(defect, only: [id]).last { $0.check.id == id }
      guard case .failed(let reason) = result?.outcome else {
        Issue.record("\(id), defect \(number + 1): \(String(describing: result?.outcome))")
        continue
      }
      #expect(!reason.vi.isEmpty && !reason.en.isEmpty)
    }
  }
}
