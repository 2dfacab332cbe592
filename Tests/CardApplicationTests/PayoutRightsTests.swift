import CardApplication
import Testing

@Suite("Payout rights") struct PayoutRightsTests {
  @Test(arguments: 0...16) func ceilingIsAThermometer(_ steps: Int) throws {
    let rights = PayoutRights.ceiling(steps)
    #expect(rights.steps == steps)
    #expect(rights.octets.count == 3 && rights.octets[2] == 0)
    #expect(try #require(PayoutRights(octets: rights.octets)) == rights)
    for other in 0...16 {
      #expect(rights.intersection(.ceiling(other)).steps == min(steps, other))
    }
  }

  @Test func aGapEndsTheCeiling() throws {
    #expect(try #require(PayoutRights(octets: [0xFF, 0xFD, 0x00])).steps == 1)
    #expect(try #require(PayoutRights(octets: [0xFF, 0xFE, 0x00])).steps == 0)
  }

  @Test func bitsHaveTheirPlaces() throws {
    #expect(PayoutRights.online.octets == [0, 0, 1])
    #expect(PayoutRights.offline.octets == [0, 0, 2])
    #expect(PayoutRights.override.octets == [0, 0, 4])
    #expect(PayoutRights.ceiling(9).octets == [0x01, 0xFF, 0])
    #expect(try #require(PayoutRights(octets: [0, 0, 0xFF])) == [.online, .offline, .override])
    #expect(PayoutRights(octets: [0, 0]) == nil && PayoutRights(octets: [0, 0, 0, 0]) == nil)
  }
}
