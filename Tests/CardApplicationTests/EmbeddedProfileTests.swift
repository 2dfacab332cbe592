import Foundation
import ISO7816
import Testing

@testable import CardApplication

@Suite("The shipped card profiles")
struct EmbeddedProfileTests {
  @Test(
    "Each is the file of the repository, passes its own check and fits the card's policy",
    arguments: EmbeddedProfile.allCases)
  func shipped(_ name: EmbeddedProfile) throws {
    #expect(name.yaml == (try ProfileSamples.text(name)))
    let profile = try #require(try CardProfile.named(name.rawValue))
    #expect(try CardPolicy(parsing: profile.policy.bytes) == profile.policy)
    #expect(profile.memory <= CardPlatform.javaCard.fileMemory)
    for text in [profile.name.vi, profile.name.en] {
      #expect(text == text.precomposedStringWithCanonicalMapping && !text.isEmpty)
    }
    #expect(!name.yaml.contains("\t") && name.yaml.hasSuffix("\n"))
  }

  @Test("Every file of the folder is shipped")
  func files() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: ProfileSamples.folder.path)
    #expect(Set(files) == Set(EmbeddedProfile.allCases.map { $0.rawValue + ".yaml" } + ["profile.schema.json"]))
  }

  @Test("Names and ids lead to profiles, each id to one")
  func registry() throws {
    let embedded = try CardProfile.embedded()
    #expect(embedded.map(\.name) == ["adult", "child", "collector", "test"])
    #expect(embedded.map(\.profile.policy.profileID) == [1, 2, 3, 4])
    #expect(try CardProfile.named("adult") == CardProfile.adult())
    #expect(try CardProfile.named("Adult") == nil && CardProfile.embedded(id: 9) == nil)
    #expect(try CardProfile.embedded(id: 3)?.holder.kind == .collector)
    let twice = [(name: "a", profile: embedded[0].profile), (name: "b", profile: embedded[0].profile)]
    let error = try #require(throws: CardProfileError.self) { try CardProfile.requireOwnIDs(twice) }
    #expect(error.faults.map(\.reason) == [.sharedID("a")])
  }

  @Test("An id and a version stand for one content; a new name, face or renewal window needs no new version")
  func versions() throws {
    let adult = (name: "adult", profile: try CardProfile.adult())
    let text = try ProfileSamples.text()
    func fault(_ old: String, _ new: String) throws -> [ProfileFault] {
      let changed = text.replacing(old, with: new)
      #expect(changed != text)
      do throws(CardProfileError) {
        try CardProfile(yaml: changed).requireOwnVersion(in: changed, beside: adult)
        return []
      } catch {
        return error.faults
      }
    }
    let expected = [ProfileFault(line: 7, column: 10, key: "version", reason: .sharedVersion("adult"))]
    #expect(try fault("tries: 3", "tries: 4") == expected)
    #expect(try fault("days: 65", "days: 66") == expected)
    #expect(try fault("DG13, ", "") == expected)
    #expect(try fault("Adult card", "Grown-up's card").isEmpty)
    #expect(try fault("renewal-days: 90", "renewal-days: 60").isEmpty)
    #expect(try fault("points: 12.5", "points: 12").isEmpty)
    #expect(try fault("tries: 3", "tries: 3 ").isEmpty)
    let raised = text.replacing("version: 2", with: "version: 3").replacing("tries: 3", with: "tries: 4")
    #expect(throws: Never.self) { try CardProfile(yaml: raised).requireOwnVersion(in: raised, beside: adult) }
  }

  @Test("What the profiles are for")
  func contents() throws {
    let (adult, child) = (try EmbeddedProfile.adult.profile(), try EmbeddedProfile.child.profile())
    let (collector, test) = (try EmbeddedProfile.collector.profile(), try EmbeddedProfile.test.profile())
    #expect(adult.offline.payout == 2_000_000 && adult.offline.available == 3_000_000)
    #expect((adult.offline.certificates, adult.offline.days, adult.offline.terminalDays) == (5, 65, 21))
    #expect(adult.life == CardLife(span: .years(10), renewalDays: 90) && !adult.isTest)
    #expect(child.holder.needsGuardian && child.holder.guardianChoosesPIN && child.life.untilAge == 16)
    #expect(child.offline.available < adult.offline.available)
    #expect(collector.holder.authorityMonths == 12 && !collector.offline.isOffline)
    #expect(collector.policy.condition(.authorise) == .pinAndTerminal && collector.policy.overrideUses == 0)
    #expect(test.isTest && test.validityYears == 1 && test.face.mark?.text.en == "TEST CARD – NOT VALID")
    for profile in [adult, child, collector] { #expect(!profile.isTest && profile.face.mark == nil) }
    let shown: [CardFaceLayout.Field] = [
      .state, .title, .photo, .name, .cardNumber, .validFrom, .validUntil, .province, .notice, .contact, .can,
      .canBarcode,
    ]
    for profile in [adult, child, collector, test] {
      #expect(profile.face.element(.photo)?.frame.width == 23.4 && profile.photoBytes == 16_384)
      #expect(profile.face.element(.name)?.text == CardText(vi: "Họ, chữ đệm và tên", en: "Full name"))
      #expect(profile.face.elements.map(\.field) == shown)
      // A copy of the front does not open the card.
      let back = profile.face.elements.filter { $0.side == .back }.map(\.field)
      #expect(back == [.notice, .contact, .can, .canBarcode])
      #expect(profile.face.elements.map(\.frame) == adult.face.elements.map(\.frame))
    }
  }

  /// Cards in the field keep these octets: what came to the files since has not changed them.
  @Test("The adult's policy is the one that is on cards already")
  func golden() throws {
    let amounts = [
      100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000, 900_000, 1_000_000, 1_200_000, 1_400_000,
      1_600_000, 1_800_000, 2_000_000, 3_000_000,
    ]
    let ceilings = amounts.flatMap { [UInt8](bigEndian: Int64($0), width: 8) }
    let octets: [UInt8] = [
      0x80, 4, 1, 2, 1, 2, 0x81, 1, 12, 0x82, 5, 6, 3, 10, 10, 5, 0x83, 1, 30,
      0x84, 16, 1, 1, 2, 3, 3, 3, 4, 2, 5, 3, 6, 3, 7, 3, 8, 4, 0x85, 8, 0x40, 6, 0x42, 1, 0x44, 3, 0x46, 3,
      0x86, 2, 12, 16, 0x87, 9, 2, 0, 0, 0, 0, 0, 0x1E, 0x84, 0x80, 0x88, 0x81, 0x80,
    ]
    #expect(try CardProfile.adult().policy.bytes == octets + ceilings)
  }
}

@Suite("How long a card lasts")
struct CardLifeTests {
  private func date(_ yyyymmdd: UInt32) throws -> CardDate { try #require(CardDate(yyyymmdd: yyyymmdd)) }

  @Test(
    "The last day",
    arguments: [
      (20_261_122, .years(10), nil, 19_520_517, 20_361_122), (20_240_229, .years(10), nil, 0, 20_340_228),
      (20_240_229, .years(4), nil, 0, 20_280_229), (20_261_122, .days(90), nil, 0, 20_270_220),
      (20_261_231, .days(1), nil, 0, 20_270_101), (20_261_122, .years(5), 16, 20_200_310, 20_311_122),
      // The day before the birthday.
      (20_261_122, .years(5), 16, 20_150_310, 20_310_309), (20_261_122, .years(5), 16, 20_120_229, 20_280_228),
      (20_261_122, .years(5), 16, 20_110_301, 20_270_228), (20_231_122, .years(5), 16, 20_080_301, 20_240_229),
      // On the last day before it, and on it.
      (20_261_121, .years(5), 16, 20_101_122, 20_261_121), (20_261_122, .years(5), 16, 20_101_122, nil),
      (20_261_122, .years(5), 16, 19_520_517, nil), (20_261_122, .years(5), 16, 0, nil),
      // Only the year is known, or year and month.
      (20_261_122, .years(5), 16, 20_120_000, 20_271_231), (20_261_122, .years(5), 16, 20_120_500, 20_280_430),
    ] as [(UInt32, CardLife.Span, Int?, UInt32, UInt32?)])
  func lastDay(_ from: UInt32, _ span: CardLife.Span, _ age: Int?, _ birth: UInt32, _ last: UInt32?) throws {
    let life = CardLife(span: span, untilAge: age, renewalDays: 0)
    let found = life.lastDay(from: try date(from), birthDate: try date(birth))
    #expect(found?.yyyymmdd == last)
  }

  @Test("Days are counted as the card's own dates are")
  func dayNumbers() throws {
    for day: Int64 in stride(from: 0, to: 60_000, by: 13) {
      #expect(CardDate(dayNumber: day).dayNumber == day)
    }
    #expect(try date(19_700_101).dayNumber == 0 && date(20_000_301).dayNumber == 11_017)
  }
}
