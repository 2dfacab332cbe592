import Foundation
import Testing

@testable import CardApplication

@Suite("Differences of card profiles")
struct ProfileDifferenceTests {
  private func lines(_ difference: ProfileDifference) -> [String] {
    difference.changes.map { "\($0.needsNewVersion ? "!" : "-") \($0.key): \($0.from ?? "∅") → \($0.to ?? "∅")" }
  }

  @Test("A test card against an adult's")
  func testCard() throws {
    let difference = ProfileDifference(from: try .adult(), to: try EmbeddedProfile.test.profile())
    let bars = [
      "front, x 0, y 0, 85.6 × 10.6 mm, #5A5A5A", "front, x 0, y 10.6, 85.6 × 0.5 mm, #F2C75C",
      "front, x 0, y 51.48, 85.6 × 0.5 mm, #F2C75C", "front, x 0, y 51.98, 85.6 × 2 mm, #5A5A5A",
      "back, x 0, y 0, 85.6 × 3.4 mm, #5A5A5A", "back, x 0, y 3.4, 85.6 × 0.5 mm, #F2C75C",
      "back, x 0, y 51.48, 85.6 × 0.5 mm, #F2C75C", "back, x 0, y 51.98, 85.6 × 2 mm, #5A5A5A",
    ]
    let title = "front, x 30, y 11.9, 52 × 6.2 mm, 12.5 pt bold left"
    #expect(
      lines(difference) == [
        "- profile: 1 → 4", "- version: 2 → 1", "- name.vi: Thẻ an sinh người lớn → Thẻ thử nghiệm",
        "- name.en: Adult card → Test card", "! use: live → test", "! life.years: 10 → ∅",
        "- life.renewal-days: 90 → 0",
        "- print.fields.title: \(title), “THẺ AN SINH” / “SOCIAL SECURITY CARD” → "
          + "\(title), #5A5A5A, “THẺ THỬ NGHIỆM” / “TEST CARD”",
        "! life.days: ∅ → 90",
      ] + bars.enumerated().map { "- print.boxes.\($0 + 1): ∅ → \($1)" } + [
        "- print.mark: ∅ → x 28, y 13, 56.6 × 36 mm, 20 pt bold centre, #C00000, “THẺ THỬ – KHÔNG CÓ GIÁ TRỊ” / "
          + "“TEST CARD – NOT VALID”"
      ])
    #expect(difference.isOtherProfile && difference.needsNewVersion && !difference.isVersionRaised)
  }

  @Test("A new version of one profile")
  func newVersion() throws {
    let text = try ProfileSamples.text()
    let adult = try CardProfile(yaml: text)
    let changed =
      text.replacing("version: 2", with: "version: 3").replacing("tries: 3", with: "tries: 5")
      .replacing("snapshot: pin\n", with: "snapshot: never\n") + "pace-cipher: aes-256\n"
    let difference = ProfileDifference(from: adult, to: try CardProfile(yaml: changed))
    #expect(
      lines(difference) == [
        "- version: 2 → 3", "! pace-cipher: aes-128 → aes-256", "! pin.tries: 3 → 5", "! read.snapshot: pin → never",
      ])
    #expect(!difference.isOtherProfile && difference.needsNewVersion && difference.isVersionRaised)
    let none = ProfileDifference(from: adult, to: try CardProfile(yaml: text + "scp03: {}\n"))
    #expect(none.changes.isEmpty && !none.needsNewVersion)
  }

  /// Every key of the file that is no list or section shows in the entries under its own name.
  @Test("Nothing that a file says is left out of the comparison", arguments: EmbeddedProfile.allCases)
  func entries(_ name: EmbeddedProfile) throws {
    let profile = try name.profile()
    let keys = profile.entries.map(\.key)
    #expect(Set(keys).count == keys.count)
    for key in ProfileFile.keys {
      #expect(keys.contains { $0 == key || $0.hasPrefix(key + ".") }, "\(key)")
    }
    #expect(profile.entries.filter { $0.key.hasPrefix("read.") }.count == profile.policy.read.count)
    #expect(profile.entries.allSatisfy { !$0.value.isEmpty })
  }

  /// Each good change of one value shows as one change of that key.
  @Test("Each value that changes is seen")
  func everyValue() throws {
    let text = try ProfileSamples.text()
    let adult = try CardProfile(yaml: text)
    let changes = [
      ("layout: 1", "layout: 2", "layout"), ("application: 2", "application: 3", "application"),
      ("Adult card", "Card", "name.en"), ("years: 10", "years: 9", "life.years"),
      ("renewal-days: 90", "renewal-days: 9", "life.renewal-days"), ("DG13, ", "", "applications.eid"),
      ("log-slots: 30", "log-slots: 29", "files.log-slots"),
      ("log-slot-bytes: 640", "log-slot-bytes: 700", "files.log-slot-bytes"),
      ("photo-bytes: 16384", "photo-bytes: 1", "files.photo-bytes"), ("pace: P-256", "pace: brainpoolP256r1", "pace"),
      ("{ curve: P-256", "{ curve: brainpoolP256r1", "chip-authentication.curve"),
      ("cipher: aes-128 }", "cipher: aes-192 }", "chip-authentication.cipher"),
      ("pin: { length: 6", "pin: { length: 7", "pin.length"), ("length: 5 }", "length: 8 }", "pin.transport-length"),
      ("{ length: 10", "{ length: 9", "puk.length"), ("uses: 10", "uses: 9", "puk.uses"),
      ("{ uses: 2", "{ uses: 3", "override.uses"), ("ceiling: 2000000 }", "ceiling: 1 }", "override.ceiling"),
      ("payout: 2000000", "payout: 1", "offline.payout"),
      ("available: 3000000", "available: 4000000", "offline.available"),
      ("certificates: 5", "certificates: 6", "offline.certificates"), ("days: 65", "days: 66", "offline.days"),
      ("terminal-days: 21", "terminal-days: 20", "offline.terminal-days"),
      ("  - 100000\n", "  - 1\n", "offline-ceilings"),
      ("photo: terminal", "photo: pin", "read.photo"),
      ("status: pin-or-terminal", "status: pin", "commands.get-payout-status"),
      ("height: 24.5", "height: 24", "print.fields.notice"), ("y: 13.4\n", "y: 14\n", "print.fields.photo"),
      ("points: 12.5\n", "points: 12.5\n      colour: \"#000000\"\n", "print.fields.title"),
      (
        "  fields:\n", "  boxes: [{ x: 0, y: 0, width: 9, height: 9, colour: '#8F1D21' }]\n  fields:\n",
        "print.boxes.1"
      ), ("en: Full name", "en: Name", "print.fields.name"),
    ]
    for (old, new, key) in changes {
      let other = text.replacing(old, with: new)
      #expect(other != text, "\(old)")
      let difference = ProfileDifference(from: adult, to: try CardProfile(yaml: other))
      #expect(difference.changes.map(\.key) == [key])
      #expect(
        difference.needsNewVersion
          == !(["name", "print"].contains(key.prefix { $0 != "." }) || key == "life.renewal-days"))
    }
  }

  @Test("A field and a box that change the side are seen; places that meet on other sides only are no quarrel")
  func sides() throws {
    let child = try ProfileSamples.text(.child)
    let contact = try #require(child.range(of: "    - field: contact\n"))
    let number = try #require(child.range(of: "    - field: can\n"))
    let text = String(child.prefix(upTo: contact.lowerBound) + child.suffix(from: number.lowerBound))
    for (old, key) in [
      ("- field: province\n", "print.fields.province"), ("{ side: front, x: 0, y: 5", "print.boxes.3"),
    ] {
      let new = key.hasPrefix("print.boxes") ? "{ side: back, x: 0, y: 5" : old + "      side: back\n"
      let other = text.replacing(old, with: new, maxReplacements: 1)
      let difference = ProfileDifference(from: try CardProfile(yaml: text), to: try CardProfile(yaml: other))
      #expect(difference.changes.map(\.key) == [key] && !difference.needsNewVersion)
    }
  }
}
