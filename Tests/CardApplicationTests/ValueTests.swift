import CardCrypto
import CardTestSupport
import Foundation
import ISO7816
import Testing

@testable import CardApplication

@Suite("Card numbers, dates, BCD")
struct ValueTests {
  @Test(
    "Luhn: numbers with a right check digit", arguments: ["4539148803436467", "4111111111111111", "9900000000000010"])
  func luhn(digits: String) throws {
    let number = try #require(CardNumber(digits))
    #expect(number.digits == digits)
    #expect(number.bytes == octets(digits))
    #expect(CardNumber(bcd: octets(digits)) == number)
    #expect(number.diversificationData == [0, 0] + octets(digits))
    // Every single wrong digit is found.
    let values = digits.utf8.map { Int($0) - 0x30 }
    for place in 0..<16 {
      for step in 1...9 {
        var wrong = values
        wrong[place] = (wrong[place] + step) % 10
        #expect(CardNumber(wrong.map(String.init).joined()) == nil)
      }
    }
    // Every swap of neighbours but 09 and 90 too.
    for place in 0..<15 where values[place] != values[place + 1] && Set([values[place], values[place + 1]]) != [0, 9] {
      var wrong = values
      wrong.swapAt(place, place + 1)
      #expect(CardNumber(wrong.map(String.init).joined()) == nil)
    }
  }

  @Test(
    "What is no card number",
    arguments: [
      "", "0", "990000000000001", "99000000000000100", "990000000000001a", "9900 0000 0000 0010", "-900000000000010",
      "９９００００００００００００１０", "9900000000000010\0", "99000000000000١٠",
    ])
  func noNumber(text: String) { #expect(CardNumber(text) == nil) }

  @Test("Numbers of this scheme: prefix, order, no two alike, none beyond the end")
  func sequence() throws {
    var seen: Set<String> = []
    for sequence: UInt64 in [0, 1, 2, 9, 10, 99_999_999_998, 99_999_999_999] {
      let number = try #require(CardNumber(sequence: sequence))
      #expect(number.digits.hasPrefix("9900"))
      #expect(UInt64(number.digits.dropFirst(4).dropLast()) == sequence)
      #expect(seen.insert(number.digits).inserted)
    }
    #expect(CardNumber(sequence: 100_000_000_000) == nil)
    #expect(CardNumber(sequence: .max) == nil)
    let number = try #require(CardNumber(sequence: 1))
    #expect(number.grouped == "9900 0000 0000 0010")
    #expect(number.masked == "**** **** **** 0010")
  }

  @Test("BCD: no nibble above nine, any length the layouts use")
  func bcd() {
    #expect(BCD.encode(UInt32(202_611), width: 3) == [0x20, 0x26, 0x11])
    #expect(BCD.encode(UInt8(7), width: 2) == [0x00, 0x07])
    #expect(BCD.decode([0x20, 0x26, 0x11]) == 202_611)
    #expect(BCD.decode([UInt8]()) == 0)
    #expect(BCD.decode([UInt8](repeating: 0x99, count: 8)) == 9_999_999_999_999_999)
    for octet in UInt8.min...UInt8.max {
      let isDecimal = octet >> 4 <= 9 && octet & 15 <= 9
      #expect((BCD.decode([octet]) != nil) == isDecimal)
      if let value = BCD.decode([octet]) { #expect(BCD.encode(value, width: 1) == [octet]) }
    }
  }

  @Test("Dates agree with Foundation's calendar over 8,000 years, and clamp at the ends")
  func dates() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    var random = SplitMix64()
    var times: [Int64] = [0, 86_399, 86_400, 951_782_399, 951_782_400, 951_868_800, 4_107_542_400, 253_402_300_799]
    for _ in 0..<500 { times.append(Int64.random(in: 0...253_402_300_799, using: &random)) }
    for time in times {
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: TimeInterval(time)))
      let expected = (parts.year ?? 0) * 10_000 + (parts.month ?? 0) * 100 + (parts.day ?? 0)
      #expect(CardDate(unixTime: time).yyyymmdd == UInt32(expected), "\(time)")
    }
    #expect(CardDate(unixTime: .min).yyyymmdd == 19_700_101)
    #expect(CardDate(unixTime: .max).yyyymmdd == 99_991_231)
    #expect(CardDate(yyyymmdd: 99_991_232) == nil)
    #expect(CardDate(bcd: [0x20, 0x26, 0x11]) == nil)
    #expect(CardDate(bcd: octets("2026110A")) == nil)
  }

  @Test("An order's numbers out of their bounds")
  func orderBounds() throws {
    let entry = try #require(PayoutEntry(line: 1, period: 202_611, amount: 1))
    func order(
      time: Int64 = 0, province: UInt8 = 79, commune: UInt32 = 26_734, entries: [PayoutEntry]? = nil,
      mode: PayoutMode = .online, challenge: Int = 16, id: Int = 16
    ) -> PayoutOrder? {
      PayoutOrder(
        transactionID: [UInt8](repeating: 1, count: id), entries: entries ?? [entry], terminalTime: time,
        hostProvince: province, commune: commune, mode: mode, challenge: [UInt8](repeating: 1, count: challenge))
    }
    #expect(order() != nil)
    #expect(order(time: 253_402_300_799) != nil)
    #expect(order(time: -1) == nil)
    // Beyond the year 9999 a card could not even add a day to it.
    #expect(order(time: 253_402_300_800) == nil)
    #expect(order(time: .max) == nil)
    #expect(order(province: 0) == nil)
    #expect(order(province: 100) == nil, "two digits")
    #expect(order(province: 179) == nil, "not province 79")
    #expect(order(commune: 100_000) == nil, "five digits")
    #expect(order(commune: 1_026_734) == nil, "not commune 26734")
    #expect(order(entries: []) == nil)
    #expect(order(entries: [entry, entry]) == nil, "one line and month twice")
    #expect(order(challenge: 15) == nil)
    #expect(order(mode: .offline) == nil, "a challenge has no place offline")
    #expect(order(mode: .offline, challenge: 0) != nil)
    #expect(order(id: 15) == nil)
  }

  @Test("An entry's numbers out of their bounds")
  func entryBounds() {
    #expect(PayoutEntry(line: 0, period: 202_611, amount: 1) == nil)
    for period: UInt32 in [0, 189_912, 202_600, 202_613, 1_000_001, .max] {
      #expect(PayoutEntry(line: 1, period: period, amount: 1) == nil)
    }
    for amount: Int64 in [.min, -1, 0, PayoutEntry.maximumAmount + 1, .max] {
      #expect(PayoutEntry(line: 1, period: 202_611, amount: amount) == nil)
    }
    #expect(PayoutEntry(line: 1, period: 202_611, amount: 5, fromReserve: 6) == nil)
    #expect(PayoutEntry(line: 1, period: 202_611, amount: 5, fromReserve: -1) == nil)
    #expect(PayoutEntry(line: .max, period: 999_912, amount: PayoutEntry.maximumAmount, fromReserve: 0) != nil)
  }

  @Test("A holder's photo reference is kept; two holders of different octets are not equal")
  func photo() throws {
    let with = octets("80 01 41  81 00  82 04 19520517  83 02 ABCD")
    let without = octets("80 01 41  81 00  82 04 19520517  83 00")
    #expect(try Holder(parsing: with).bytes == with)
    #expect(try Holder(parsing: with) != Holder(parsing: without))
    #expect(throws: LayoutError.self) { try Holder(parsing: octets("80 01 FF  81 00  82 04 19520517  83 00")) }
    #expect(throws: LayoutError.self) { try Holder(parsing: octets("80 00  81 00  82 04 19520517  83 00")) }
  }

  @Test("A hash of the last completion has 0 or 32 octets")
  func statusHash() throws {
    func status(_ count: Int) -> [UInt8] {
      octets("80 04 00000001  81 00  82 01 00  83 04 00000000")
        + BERTLV(0x84, [UInt8](repeating: 1, count: count)).bytes + octets("85 04 00000000")
    }
    for count in 0...33 {
      #expect(((try? PayoutStatus(parsing: status(count))) != nil) == [0, 32].contains(count), "\(count)")
    }
  }

  @Test("A policy names its files and commands in one order; a grouping has one length form")
  func oneEncoding() throws {
    let head = octets("80 04 01010101  81 01 0C  82 05 06030A0A05  83 01 1E")
    let limits =
      octets("86 02 0C10  87 09 02 00000000001E8480")
      + BERTLV(0x88, (1...16).flatMap { [UInt8](bigEndian: Int64($0), width: 8) }).bytes
    #expect(throws: Never.self) { try CardPolicy(parsing: head + octets("84 04 0101 0302  85 00") + limits) }
    for rules in ["84 04 0302 0101  85 00", "84 04 0101 0101  85 00", "84 00  85 04 4202 4002"] {
      #expect(throws: LayoutError.value(rules.hasPrefix("84 00") ? 0x85 : 0x84), "\(rules)") {
        try CardPolicy(parsing: head + octets(rules) + limits)
      }
    }
    let tail = octets("82 05 06030A0A05  83 01 1E  84 00  85 00") + limits
    let long = try CardPolicy(parsing: octets("80 04 01010101  81 04 0D 20 18 10") + tail)
    #expect((long.paceParameterID, long.paceKeyLength, long.scp03KeyLength) == (13, .aes256, .aes192))
    #expect(long.scp03Mode == .s16)
    // The shortest lengths written out, lengths that no cipher has, and neither one octet nor four.
    for channels in ["04 0C 10 10 08", "04 0C 11 10 10", "04 0C 20 00 10", "04 0C 20 20 0C", "03 0C 20 20", "02 0C 20"]
    {
      #expect(throws: LayoutError.self, "\(channels)") {
        try CardPolicy(parsing: octets("80 04 01010101  81" + channels) + tail)
      }
    }
    // A transport PIN as long as the PIN, or of a length that no PIN has.
    for secrets in ["06030A0A06", "06030A0A03", "06030A0A0D"] {
      #expect(throws: LayoutError.value(0x82), "\(secrets)") {
        try CardPolicy(
          parsing: octets("80 04 01010101  81 01 0C  82 05" + secrets + "83 01 1E  84 00  85 00") + limits)
      }
    }
    #expect(DataGrouping.decode(octets("8010 01 01"))?.data == [1])
    #expect(DataGrouping.decode(octets("8010 FF 0001 01")) == nil)
    #expect(DataGrouping.decode(octets("9999 00")) == nil)
  }
}
