import CardCrypto
import Foundation
import Testing

@testable import CardApplication

@Suite("Card profiles")
struct ProfileTests {
  static func shipped() throws -> String {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("CardProfiles/adult.yaml"), encoding: .utf8)
  }

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

  /// What replaces what in the shipped file, and the key that has to be named.
  static let bad: [(String, String, String)] = [
    ("pace: P-256", "pace: P-384", "pace"), ("pace: P-256", "pace: \"\"", "pace"), ("pace: P-256", "", "pace"),
    ("can: { length: 6 }", "can: { length: 5 }", "can.length"), ("can: { length: 6 }", "can: 6", "can"),
    (
      "pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: 3, tries: 3, transport-length: 5 }",
      "pin.length"
    ),
    (
      "pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: 13, tries: 3, transport-length: 5 }",
      "pin.length"
    ),
    (
      "pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: -1, tries: 3, transport-length: 5 }",
      "pin.length"
    ),
    (
      "pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: 6, tries: 0, transport-length: 5 }",
      "pin.tries"
    ),
    (
      "pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: 6, tries: 11, transport-length: 5 }",
      "pin.tries"
    ),
    ("pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: 6, transport-length: 5 }", "tries"),
    (
      "pin: { length: 6, tries: 3, transport-length: 5 }", "pin: { length: six, tries: 3, transport-length: 5 }",
      "length"
    ),
    ("transport-length: 5 }", "transport-length: 3 }", "pin.transport-length"),
    ("transport-length: 5 }", "transport-length: 13 }", "pin.transport-length"),
    ("transport-length: 5 }", "transport-length: 6 }", "pin.transport-length"),
    (", transport-length: 5 }", " }", "transport-length"),
    ("puk: { length: 10, uses: 10 }", "puk: { length: 7, uses: 10 }", "puk.length"),
    ("puk: { length: 10, uses: 10 }", "puk: { length: 13, uses: 10 }", "puk.length"),
    ("puk: { length: 10, uses: 10 }", "puk: { length: 10, uses: 0 }", "puk.uses"),
    ("puk: { length: 10, uses: 10 }", "puk: { length: 10, uses: 16 }", "puk.uses"),
    ("log-slots: 30", "log-slots: 0", "log-slots"), ("log-slots: 30", "log-slots: 31", "log-slots"),
    ("log-slots: 30", "log-slots: 30.5", "log-slots"), ("log-slots: 30", "log-slot: 30", "log-slots"),
    ("validity-years: 10", "validity-years: 0", "validity-years"),
    ("validity-years: 10", "validity-years: 21", "validity-years"),
    ("validity-years: 10", "validity-years: 99999999999999999999", "validity-years"),
    ("profile: 1", "profile: 256", "profile"), ("version: 2", "version: -1", "version"),
    ("layout: 1", "layout: x", "layout"), ("application: 2", "application: [1]", "application"),
    ("  vi: Thẻ an sinh người lớn", "", "vi"), ("holder: pin-or-terminal", "holder: everybody", "holder"),
    ("holder: pin-or-terminal", "", "holder"), ("snapshot: pin", "snapshot: 2", "snapshot"),
    ("card-info: any-password", "card_info: any-password", "card-info"),
    ("authorise-payout: pin-and-terminal-or-override", "authorise-payout: any-password", "commands.authorise-payout"),
    ("authorise-payout: pin-and-terminal-or-override", "authorise-payout: never", "commands.authorise-payout"),
    ("authorise-payout: pin-and-terminal-or-override", "authorise-payout: pin", "commands.authorise-payout"),
    ("authorise-payout: pin-and-terminal-or-override", "authorise-payout: terminal", "commands.authorise-payout"),
    (
      "authorise-payout: pin-and-terminal-or-override", "authorise-payout: pin-or-terminal", "commands.authorise-payout"
    ),
    ("chip-authentication: { curve: P-256", "chip-authentication: { curve: P-384", "chip-authentication.curve"),
    ("P-256, cipher: aes-128 }", "P-256, cipher: des }", "chip-authentication.cipher"),
    ("P-256, cipher: aes-128 }", "P-256 }", "cipher"),
    ("chip-authentication: { curve: P-256, cipher: aes-128 }", "", "chip-authentication"),
    ("override: { uses: 2", "override: { uses: 10", "override.uses"),
    ("override: { uses: 2", "override: { uses: -1", "override.uses"),
    ("ceiling: 2000000 }", "ceiling: -1 }", "override.ceiling"),
    ("ceiling: 2000000 }", "ceiling: 9223372036854775807 }", "override.ceiling"),
    ("override: { uses: 2, ceiling: 2000000 }", "", "override"),
    ("  - 100000\n", "", "offline-ceilings"), ("  - 100000\n", "  - 0\n", "offline-ceilings"),
    ("  - 100000\n", "  - 200000\n", "offline-ceilings"), ("  - 100000\n", "  - 1\n  - 2\n", "offline-ceilings"),
    ("  - 3000000\n", "  - 9223372036854775807\n", "offline-ceilings"),
    ("complete-payout: any-password", "", "complete-payout"),
    ("log-slots: 30", "log-slots: 30\npace-cipher: aes-512", "pace-cipher"),
    ("log-slots: 30", "log-slots: 30\npace-cipher: AES-256", "pace-cipher"),
    ("log-slots: 30", "log-slots: 30\npace-cipher: [aes-256]", "pace-cipher"),
    ("log-slots: 30", "log-slots: 30\npace-cypher: aes-256", "pace-cypher"),
    ("log-slots: 30", "log-slots: 30\nscp03: { key-length: 20 }", "scp03.key-length"),
    ("log-slots: 30", "log-slots: 30\nscp03: { key-length: 256 }", "scp03.key-length"),
    ("log-slots: 30", "log-slots: 30\nscp03: { key-length: long }", "key-length"),
    ("log-slots: 30", "log-slots: 30\nscp03: { mode: s32 }", "scp03.mode"),
    ("log-slots: 30", "log-slots: 30\nscp03: { mode: S16 }", "scp03.mode"),
    ("log-slots: 30", "log-slots: 30\nscp03: { modus: s16 }", "scp03.modus"),
    ("log-slots: 30", "log-slots: 30\nscp03: s16", "scp03"), ("log-slots: 30", "log-slots: 30\nscp03:", "scp03"),
    ("log-slots: 30", "log-slots: 30\npace-cipher:", "pace-cipher"),
    ("log-slots: 30", "log-slots: 30\nscp03: { mode: }", "scp03.mode"),
    ("log-slots: 30", "log-slots: 30\nscp3: { mode: s16 }", "scp3"),
  ]

  @Test("Each bad value is refused and named", arguments: bad.indices)
  func badValue(index: Int) throws {
    let (old, new, key) = Self.bad[index]
    let shipped = try Self.shipped()
    #expect(shipped.contains(old))
    do throws(CardProfileError) {
      _ = try CardProfile(yaml: shipped.replacing(old, with: new))
      Issue.record("taken: \(new)")
    } catch .value(let named, let reason) {
      #expect(named == key)
      #expect(!reason.isEmpty)
    } catch .syntax(let text) {
      #expect(text.contains(key), "\(text)")
    }
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

  @Test(
    "What is no profile",
    arguments: ["", "\0", "[]", "a: &a [*a]", "profile: 1", "{", "%YAML 9", "- - - -", "pace: P-256\npace: P-256", "🎴"])
  func noProfile(text: String) {
    #expect(throws: CardProfileError.self) { try CardProfile(yaml: text) }
  }

  @Test("Every condition has a name of its own and can be used")
  func conditions() throws {
    #expect(Set(AccessCondition.allCases.map(\.name)).count == AccessCondition.allCases.count)
    for condition in AccessCondition.allCases {
      let text = try Self.shipped().replacing("snapshot: pin\n", with: "snapshot: \(condition.name)\n")
      #expect(try CardProfile(yaml: text).policy.readCondition(.snapshot) == condition)
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
