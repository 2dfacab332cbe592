import CardApplication
import CentreTestSupport
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

/// Two who want the same money at the same moment.
@Suite("Races for one item")
struct RaceTests {
  private static let people = 24
  private static let amount: Int64 = 5_000
  private static let lost: Set<ProblemCode> = [.periodNotOpen, .amountOverOpen, .lineNotOfPerson]

  /// One card's two certificates over all that is open, each for a terminal of another province.
  private static func certificates(
    _ centre: TestCentre, _ number: Int, _ card: PaperCard, _ terminals: [Terminal]
  ) async throws -> [SignedLayout] {
    var previous = PaperCard.zeros
    var made: [SignedLayout] = []
    for (place, terminal) in terminals.enumerated() {
      let order = try await centre.order(
        UInt8(2 * number + place), card.number, terminal, line: UInt32(number), amount: amount)
      let certificate = try card.certificate(order, at: terminal, counter: UInt32(place + 1), previous: previous)
      previous = certificate.identity
      made.append(certificate)
    }
    return made
  }

  @Test("Posted at once in two provinces, each item is paid once, by whichever came first")
  func twoProvinces() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminals = [try await centre.terminal(), try await centre.terminal(province: "01", commune: "00004")]
      try await centre.credit((1...Self.people).map { ListRow($0, Self.amount) })
      var pairs: [[SignedLayout]] = []
      for number in 1...Self.people {
        let card = try await centre.paperCard(UInt64(number), person: number)
        pairs.append(try await Self.certificates(centre, number, card, terminals))
      }
      // All at once, so that they meet within batches and between them; who of a pair is first changes.
      let answers = try await withThrowingTaskGroup(of: (Int, Int, HTTPAnswer).self) { group in
        for (number, pair) in pairs.enumerated() {
          for place in number.isMultiple(of: 2) ? [0, 1] : [1, 0] {
            group.addTask { (number, place, try await centre.payout(pair[place].bytes, terminals[place])) }
          }
        }
        return try await group.reduce(into: [(Int, Int, HTTPAnswer)]()) { $0.append($1) }
      }
      for number in pairs.indices {
        let both = answers.filter { $0.0 == number }.map(\.2)
        #expect(both.filter { $0.status == 201 }.count == 1, "\(number): \(both.map(\.status))")
        for answer in both where answer.status != 201 {
          let code = try answer.problem().code
          #expect(ProblemCode(rawValue: code).map(Self.lost.contains) ?? false, "\(number): \(code)")
        }
      }
      #expect(try await centre.store.counts().payouts == Int64(Self.people))
      // The loser hears the same for ever, the winner too.
      for (number, place, answer) in answers {
        let again = try await centre.payout(pairs[number][place].bytes, terminals[place])
        #expect(again.isReplay && again.body == answer.body)
      }
    }
  }

  @Test("A card at one counter and a list signed by hand at another: one of them pays")
  func cardAndHand() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = try await centre.terminal(province: "01", commune: "00004")
      let people = 1...12
      try await centre.credit(people.map { ListRow($0, Self.amount) })
      var certificates: [SignedLayout] = []
      for number in people {
        let card = try await centre.paperCard(UInt64(number), person: number)
        certificates.append(try await Self.certificates(centre, number, card, [terminal])[0])
      }
      let hands = HandsRequest(maker: "Nguyễn A", checker: "Lê B", office: "XA-79-26734", reason: "danh sách ký nhận")
      let statuses = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
        for number in people {
          let certificate = certificates[number - 1]
          let visit = HandVisitRequest(
            row: 1, transactionID: WireBytes(TestCentre.id(UInt8(200 + number))),
            personalID: ListRow.personalID(number),
            entries: [HandEntry(line: UInt32(number), period: 202_611, amount: Self.amount)], cardReason: "thẻ hỏng")
          let list = HandPayoutRequest(
            list: "C72a-\(number)", scan: WireBytes([UInt8](repeating: 1, count: 32)), agent: TestCentre.agent,
            point: "XA-79-003", province: "79", commune: "26734", visits: [visit], hands: hands)
          group.addTask { (number, try await centre.payout(certificate.bytes, terminal).status) }
          group.addTask { (number, try await centre.post("/v1/hand-payouts", list).status) }
        }
        return try await group.reduce(into: [(Int, Int)]()) { $0.append($1) }
      }
      for number in people {
        #expect(statuses.filter { $0.0 == number && $0.1 == 201 }.count == 1, "\(number)")
      }
    }
  }
}

/// Clocks that are wrong.
@Suite("Clocks off by an hour")
struct ClockTests {
  private static func pay(
    _ centre: TestCentre, _ id: UInt8, _ ready: Ready, counter: UInt32, previous: [UInt8], shift: Int64
  ) async throws -> (answer: PayoutAnswer, certificate: SignedLayout) {
    let time = centre.clock.seconds + shift
    let order = try await centre.order(id, ready.card.number, ready.terminal, time: time)
    let certificate = try ready.card.certificate(order, at: ready.terminal, counter: counter, previous: previous)
    let answer = try expect(try await centre.payout(certificate.bytes, ready.terminal), gives: PayoutAnswer.self)
    let record = TerminalRecord(
      transactionID: TestCentre.id(id), outcome: .paid, time: time, certificateHash: certificate.identity,
      terminalKeyHash: ready.terminal.keyHash)
    let signed = try SignedLayout(signing: record.body, with: ready.terminal.key)
    try expect(
      try await centre.post("/v1/payout-records", RecordRequest(record: WireBytes(signed.bytes))),
      gives: RecordAnswer.self)
    return (answer, certificate)
  }

  @Test("A terminal an hour slow or fast pays and reports as any other; the day is the centre's, also at midnight")
  func terminals() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      // 23:30 in Vietnam: to the fast terminal it is tomorrow; then 00:30, when to the slow one it is yesterday.
      centre.clock.advance(13 * 3_600 + 1_800)
      let late = try await Self.pay(centre, 1, ready, counter: 1, previous: PaperCard.zeros, shift: 3_600)
      #expect(late.answer.postedOn == 20_261_105)
      centre.clock.advance(3_600)
      let early = try await Self.pay(
        centre, 2, ready, counter: 2, previous: late.certificate.identity, shift: -3_600)
      #expect(early.answer.postedOn == 20_261_106)
    }
  }

  @Test("The centre's own clock goes an hour back, and forward: nothing is paid twice, and the books stay clean")
  func centre() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let first = try await Self.pay(centre, 1, ready, counter: 1, previous: PaperCard.zeros, shift: 0)
      centre.clock.advance(-3_600)
      let again = try await centre.payout(first.certificate.bytes, ready.terminal)
      #expect(again.isReplay && again.status == 201)
      let second = try await Self.pay(centre, 2, ready, counter: 2, previous: first.certificate.identity, shift: 3_600)
      let order = try await centre.order(3, ready.card.number, ready.terminal)
      centre.clock.advance(2 * 3_600)
      // Its challenge is over by the new clock: refused, and the card is asked once more.
      let over = try ready.card.certificate(
        order, at: ready.terminal, counter: 3, previous: second.certificate.identity)
      try expect(try await centre.payout(over.bytes, ready.terminal), is: .challengeExpired)
      _ = try await Self.pay(centre, 4, ready, counter: 4, previous: over.identity, shift: 0)
      #expect(try await centre.store.counts().payouts == 3)
    }
  }
}
