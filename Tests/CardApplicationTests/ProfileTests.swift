import CardCrypto
import CardTestSupport
import Foundation
import Testing

@testable import CardApplication

@Suite("Card profiles")
struct ProfileTests {
  static func shipped() throws -> String { try ProfileSamples.text() }

  @Test("The shipped profile is the embedded one, and says what is documented")
  func shippedProfile() throws {
    let profile = try CardProfile(yaml: Self.shipped())
    #expect(try CardProfile.adult().policy == profile.policy)
    let policy = profile.policy
    #expect(profile.curve == .p256)
    #expect((policy.paceKeyLength, policy.scp03KeyLength) == (.aes128, .aes128))
    #expect(policy.scp03Mode == .s8)
    #expect((policy.pinLength, policy.pinTries) == (6, 3))
    #expect((policy.pukLength, policy.pukUses) == (10, 10))
    #expect(policy.logSlots == 30)
    #expect(profile.canLength == 6 && profile.validityYears == 10)
    #expect(policy.versions == [1, 2, 1, 2])
    #expect(policy.transportPINLength == 5)
    #expect((policy.chipParameterID, policy.chipKeyLength) == (Curve.p256.rawValue, .aes128))
    #expect((policy.overrideUses, policy.overrideCeiling) == (2, 2_000_000))
    #expect(policy.offlineCeilings.count == 16)
    #expect(policy.offlineCeilings.first == 100_000 && policy.offlineCeilings.last == 3_000_000)
    #expect(policy.offlineCeiling(.ceiling(0)) == 0 && policy.offlineCeiling(.ceiling(15)) == 2_000_000)
    #expect(policy.readCondition(.cardInfo) == .anyPassword)
    #expect(policy.readCondition(.snapshot) == .pin)
    for file in [PayoutFile.holder, .lines, .payoutKeyCertificate, .payoutLog, .offlineAuthority] {
      #expect(policy.readCondition(file) == .pinOrTerminal)
    }
    #expect(policy.readCondition(.photo) == .terminal)
    #expect(policy.condition(.authorise) == .pinAndTerminalOrOverride)
    #expect(policy.condition(.complete) == .anyPassword)
    #expect(policy.condition(.status) == .pinOrTerminal)
    #expect(policy.condition(.lastCertificate) == .pinOrTerminal)
    #expect(try CardPolicy(parsing: policy.bytes) == policy)
  }

  @Test("What is no file of a profile's shape is refused where it is wrong", arguments: BadProfile.shapes)
  func badShape(_ bad: BadProfile) throws { try check(bad) }

  @Test("A profile against itself or the platform is refused where it is wrong", arguments: BadProfile.rules)
  func badRule(_ bad: BadProfile) throws { try check(bad) }

  /// Exactly one fault, with its key, reason, line and column.
  private func check(_ bad: BadProfile) throws {
    let text = try bad.text()
    let error = try #require(throws: CardProfileError.self) { try CardProfile(yaml: text) }
    let (line, column) = try bad.position()
    let fault = ProfileFault(line: line, column: column, key: bad.key, reason: bad.reason)
    #expect(error.faults == [fault])
  }

  @Test("Everything that is wrong is told of at once, from the top down; rules only of a file of the right shape")
  func severalFaults() throws {
    func faults(_ changes: [(String, String)]) throws -> [String] {
      let text = changes.reduce(try Self.shipped()) { $0.replacing($1.0, with: $1.1) }
      let error = try #require(throws: CardProfileError.self) { try CardProfile(yaml: text) }
      return error.faults.map { "\($0.line):\($0.column) \($0.key)" }
    }
    let shape = [("tries: 3", "tries: 0"), ("pace: P-256", "pace: P-1"), ("profile: 1\n", "profile: 0\n")]
    let rules = [("days: 65", "days: 3"), ("holder: pin-or-terminal", "holder: any-password")]
    #expect(try faults(shape) == ["6:10 profile", "30:7 pace", "33:26 pin.tries"])
    #expect(try faults(shape + rules) == ["6:10 profile", "30:7 pace", "33:26 pin.tries"])
    #expect(try faults(rules) == ["42:9 offline.days", "64:11 read.holder"])
    let many = String(repeating: "    - {}\n", count: 200)
    let text = try Self.shipped().replacing("  fields:\n", with: "  boxes:\n\(many)  fields:\n")
    let error = try #require(throws: CardProfileError.self) { try CardProfile(yaml: text) }
    #expect(error.faults.count == 1)
    let boxes = String(repeating: "    - {}\n", count: 20)
    let spoilt = try Self.shipped().replacing("  fields:\n", with: "  boxes:\n\(boxes)  fields:\n")
    let all = try #require(throws: CardProfileError.self) { try CardProfile(yaml: spoilt) }
    #expect(all.faults.count == CardProfileError.maximumFaults)
  }

  @Test("A key that stands twice is told of where it stands the second time")
  func duplicates() throws {
    let cases: [(String, String, String, Int)] = [
      ("pace: P-256\n", "pace: P-256\npace: P-256\n", "pace", 1), ("tries: 3", "tries: 3, tries: 4", "tries", 0),
      ("  lines: pin-or-terminal\n", "  lines: pin\n  lines: pin\n", "lines", 1),
    ]
    for (old, new, key, further) in cases {
      let text = try Self.shipped().replacing(old, with: new)
      let error = try #require(throws: CardProfileError.self) { try CardProfile(yaml: text) }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let first = try #require(lines.firstIndex { $0.contains(new.split(separator: "\n")[0]) }) + 1
      #expect(error.faults.map(\.key) == [key] && error.faults[0].reason == .duplicateKey(firstLine: first))
      #expect(error.faults[0].line == first + further, "\(key)")
      let after = lines[first + further - 1].unicodeScalars.dropFirst(error.faults[0].column - 1)
      #expect(String(after).hasPrefix(key + ":"), "\(key)")
      if further == 0 { #expect(String(after).hasPrefix("tries: 4")) }
    }
  }

  @Test(
    "What is not YAML is told of with its line", arguments: [("{", 2), ("%YAML 9", 1), ("a: 1\n b: 2", 2), ("- [", 2)])
  func syntax(_ text: String, _ line: Int) throws {
    let error = try #require(throws: CardProfileError.self) { try CardProfile(yaml: text) }
    guard case .syntax(let words) = error.faults[0].reason else {
      Issue.record("\(error)")
      return
    }
    #expect(error.faults.count == 1 && error.faults[0].line == line && !words.isEmpty, "\(error)")
  }

  @Test("Every cipher, key length and mode is taken; each that is left out is the shortest")
  func channels() throws {
    for (name, cipher) in [("aes-128", AESKeyLength.aes128), ("aes-192", .aes192), ("aes-256", .aes256)] {
      for keyLength in AESKeyLength.allCases {
        for mode in SCP03Mode.allCases {
          let lines = "pace-cipher: \(name)\nscp03: { key-length: \(keyLength.rawValue), mode: s\(mode.rawValue) }\n"
          let policy = try CardProfile(yaml: Self.shipped() + lines).policy
          #expect(policy.paceKeyLength == cipher)
          #expect(policy.scp03KeyLength == keyLength)
          #expect(policy.scp03Mode == mode)
          #expect(try CardPolicy(parsing: policy.bytes) == policy)
        }
      }
    }
    let shipped = try CardProfile(yaml: Self.shipped()).policy
    for lines in ["pace-cipher: aes-128\n", "scp03: {}\n", "scp03: { mode: s8 }\n", "scp03: { key-length: 16 }\n"] {
      #expect(try CardProfile(yaml: Self.shipped() + lines).policy == shipped)
    }
    #expect(try CardProfile(yaml: Self.shipped() + "scp03: { mode: s16 }\n").policy.scp03KeyLength == .aes128)
    #expect(try CardProfile(yaml: Self.shipped() + "scp03: { key-length: 32 }\n").policy.scp03Mode == .s8)
  }

  /// What is no file of this kind; the last ones nest deeper than any parser of ours should follow.
  static let noProfiles = [
    "", "\0", "[]", "~", "a: &a [*a]", "profile: 1", "{", "%YAML 9", "- - - -", "pace: P-256\npace: P-256", "🎴",
    "--- a\n--- b", "? [a, b]\n: c", "profile: !!str 1", "name: \"\\uD800\"", String(repeating: "[", count: 65_000),
    String(repeating: "- ", count: 30_000), String(repeating: "{a: ", count: 15_000),
    (0..<40).map { "a\($0): &a\($0) [\($0 == 0 ? "x" : "*a\($0 - 1), *a\($0 - 1)")]\n" }.joined(),
  ]

  @Test("What is no profile", arguments: noProfiles.indices)
  func noProfile(index: Int) throws {
    let text = Self.noProfiles[index]
    let error = try #require(throws: CardProfileError.self) { try CardProfile(yaml: text) }
    #expect(!error.faults.isEmpty && error.faults.allSatisfy { $0.line >= 1 && $0.column >= 1 })
  }

  @Test("A shipped profile cut off anywhere, or with an octet changed, is read or refused, never more")
  func damaged() throws {
    let octets = Array(try Self.shipped().utf8)
    var random = SplitMix64(seed: 5)
    for length in stride(from: 0, to: octets.count, by: 31) {
      #expect(throws: CardProfileError.self) {
        try CardProfile(yaml: String(decoding: octets.prefix(length), as: UTF8.self))
      }
    }
    for _ in 0..<200 {
      var changed = octets
      changed[Int(random.next() % UInt64(octets.count))] ^= 1 << UInt8(random.next() % 8)
      _ = try? CardProfile(yaml: String(decoding: changed, as: UTF8.self))
    }
  }

  @Test("Every condition has a name of its own and can be used")
  func conditions() throws {
    #expect(Set(AccessCondition.allCases.map(\.name)).count == AccessCondition.allCases.count)
    for condition in AccessCondition.allCases {
      // The shape's; whether it is wise is a rule.
      let text = try Self.shipped().replacing("photo: terminal\n", with: "photo: \(condition.name)\n")
      #expect(try ProfileFile(yaml: text).profile.policy.readCondition(.photo) == condition)
    }
  }

  /// By the table of `card-application` §3: who passes which condition.
  @Test("Conditions against sessions")
  func access() {
    let withCAN: Set<AccessCondition> = [.anyPassword]
    let terminalWithCAN: Set<AccessCondition> = [.anyPassword, .pinOrTerminal, .terminal]
    let withPIN: Set<AccessCondition> = [.anyPassword, .pin, .pinOrTerminal]
    let terminalWithPIN = withPIN.union([.terminal, .pinAndTerminal, .pinAndTerminalOrOverride])
    let all: PayoutRights = [.online, .offline, .override, .ceiling(16)]
    let sessions: [(AccessContext.Password?, PayoutRights, Bool, Set<AccessCondition>)] = [
      (nil, [], false, []), (nil, all, true, []), (.management, [], false, []), (.management, all, true, []),
      (.can, [], false, withCAN), (.can, [], true, withCAN), (.can, all, false, withCAN),
      (.can, .online, true, terminalWithCAN), (.can, .offline, true, terminalWithCAN),
      (.can, [.override, .ceiling(16)], true, withCAN), (.can, [.offline, .override], true, terminalWithCAN),
      (.can, [.online, .override], true, terminalWithCAN.union([.pinAndTerminalOrOverride])),
      (.pin, [], false, withPIN), (.pin, [], true, withPIN), (.pin, [.override, .ceiling(3)], true, withPIN),
      (.pin, .online, false, terminalWithPIN), (.pin, .offline, false, terminalWithPIN),
      (.pin, all, true, terminalWithPIN),
    ]
    for (password, rights, isCANAllowed, allowed) in sessions {
      let context = AccessContext(password: password, payoutRights: rights, isCANAllowed: isCANAllowed)
      for condition in AccessCondition.allCases {
        #expect(
          condition.allows(context) == allowed.contains(condition), "\(condition) \(String(describing: password))")
      }
    }
  }
}
