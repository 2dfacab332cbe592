public import CardApplication
public import CardCrypto
public import CardTerminal
import Foundation
import ISO7816
public import ServiceAPI

/// What a payout came to.
public struct PayoutResult: Sendable {
  /// The transaction, 32 hexadecimal digits.
  public let transaction: String
  /// The card.
  public let cardNumber: CardNumber
  /// What was paid, line by line.
  public let paid: [PayableLine]
  /// What the centre said before: the holder's name and masked ID.
  public let challenge: ChallengeAnswer
  /// Đồng handed over.
  public let amount: Int64
  /// Đồng still open after it.
  public let remaining: Int64
  /// What the voucher is made of, as the journal keeps it.
  public let payout: PaidPayout
  /// Whether the new balance is on the card too; `false` is made good at the next tap.
  public let cardCompleted: Bool
  /// Whether the centre already has the PAID record; `false` is made good by the next report.
  public let reported: Bool
  /// The issuing office's update that was played on the card after all this, if one waited.
  public let update: RelayedUpdate?
}

/// What a point's start found of an earlier run.
public struct Recovery: Sendable {
  /// A payout whose PAID was on the disk, but whose run ended before the centre had it.
  public struct Paid: Hashable, Sendable {
    /// The transaction, 32 hexadecimal digits.
    public let transaction: String
    /// Đồng; 0 when the journal does not tell.
    public let amount: Int64
  }

  /// Transactions without PAID, now VOID.
  public let voided: Int
  /// PAID is in the books; whether the money left the drawer, only the drawer tells.
  public let paidUnreported: [Paid]
  /// Records that the centre still does not have.
  public let waiting: Int
  /// What the centre's chain says of the journal; `nil` when the centre could not be asked, or nobody checks.
  public let sync: LedgerSync?
}

/// A payout point: takes a payout from the card to the PAID record, so that money and records never part.
///
/// Order of things (`card-application` §6, §7): STARTED is on disk before the card is asked; the certificate is on
/// disk before it is sent; the centre's committed answer and PAID are on disk before cash leaves the drawer. Whatever
/// stops before PAID ends in VOID, which gives the money back at the centre.
public struct PayoutDesk: Sendable {
  let terminal: Terminal
  /// SHA-256 of the terminal's public point.
  var terminalKeyHash: [UInt8] { terminal.keyHash }
  let journal: Journal
  let client: ServiceClient
  /// Holds the centre to its heads; `nil` for a desk that only keeps them.
  let keeper: HeadKeeper?
  private let clock: @Sendable () -> Int64
  let random: any RandomSource

  /// A desk.
  ///
  /// - Parameters:
  ///   - keeper: checks the centre's heads; without one they are kept unread, and nothing is sent again after the
  ///     centre was restored.
  ///   - clock: Unix milliseconds.
  public init(
    terminal: Terminal, journal: Journal, client: ServiceClient, keeper: HeadKeeper? = nil,
    random: any RandomSource = SystemRandom(), clock: @escaping @Sendable () -> Int64
  ) {
    self.terminal = terminal
    self.journal = journal
    self.client = client
    self.keeper = keeper
    self.random = random
    self.clock = clock
  }

  private var now: Int64 { clock() / 1_000 }

  /// What is open on the card, with the challenge to pay it.
  struct Offer: Sendable {
    let transactionID: [UInt8]
    let answer: ChallengeAnswer
    /// Who collects, as the voucher names them.
    let collector: VoucherCollector?
  }

  /// Pays what is open on the card, oldest first, or `amount` of it.
  ///
  /// - Parameters:
  ///   - programme: only this programme's lines when given.
  ///   - amount: đồng; `nil` pays all of up to four lines and months.
  ///   - note: rounds the visit's total down to this smallest note, the rest stays owed; `nil` pays exactly.
  ///   - collector: number of the paper by which somebody collects for the holder; `nil` when the holder came.
  ///   - handOver: asks the clerk to count out the money; called after PAID is on disk.
  ///   - offered: tells the clerk what the centre says of the holder and the collector; called before the card signs.
  public func pay(
    _ session: CardSession, programme: String? = nil, amount: Int64? = nil, roundedTo note: Int64? = nil,
    collector: String? = nil, handOver: @Sendable (Int64) async -> Void = { _ in },
    offered: @Sendable (ChallengeAnswer) async -> Void = { _ in }
  ) async throws(PayoutError) -> PayoutResult {
    // A head can't be checked before the centre's key is here; whoever begins with ``recover()`` has it.
    if let keeper, !keeper.hasKey { _ = try await sync() }
    let offer = try await offer(session, collector: collector, programme: programme)
    await offered(offer.answer)
    let chosen = try choose(offer.answer.payable, programme: programme, amount: amount)
    let paid = note.map { VisitRounding.rounded(chosen, to: $0) } ?? chosen
    guard !paid.isEmpty else { throw .nothingPayable }
    let order = try makeOrder(offer, paid)
    let transaction = offer.transactionID.hex
    try keep(.started, transaction, BERTLV(0xA7, order.bytes).bytes + BERTLV(0x91, session.ephemeralPoints).bytes)
    let payout = try await authorise(session, order, transaction)
    try keep(.authorised, transaction, payout.signed.bytes)
    let posted: (answer: PayoutAnswer, head: String?)
    do {
      posted = try await post(payout, transaction)
    } catch {
      try await void(transaction, certificateHash: payout.signed.identity)
      throw .serviceDuringPayout(error)
    }
    if let keeper {
      do {
        try keeper.check(posted.head)
      } catch {
        // Nothing is handed out on an answer that may be gone tomorrow.
        try await void(transaction, certificateHash: payout.signed.identity)
        throw .history(error)
      }
    }
    try keep(.posted, transaction, (try? WireJSON.encode(posted.answer)) ?? [], head: posted.head)
    let total = paid.reduce(0) { $0 + $1.amount }
    let facts = PaidFacts(
      holderName: offer.answer.holderName, maskedPersonalID: offer.answer.maskedPersonalID,
      cardLastFour: String(session.cardNumber.digits.suffix(4)), lines: paid,
      remaining: offer.answer.payable.reduce(0) { $0 + $1.amount } - total, collector: offer.collector)
    let record = record(.paid, offer.transactionID, payout.signed.identity)
    try keep(.paid, transaction, try sign(record), facts)
    await handOver(total)
    let reported = await report(transaction)
    let completed = await complete(session)
    // Last of all, and only where nothing is left to be made good: whatever becomes of it, the payout stands.
    let update = reported && completed ? try? await relayUpdate(session) : nil
    return PayoutResult(
      transaction: transaction, cardNumber: session.cardNumber, paid: paid, challenge: offer.answer, amount: total,
      remaining: facts.remaining,
      payout: PaidPayout(record, facts), cardCompleted: completed, reported: reported,
      update: update)
  }

  private func authorise(
    _ session: CardSession, _ order: PayoutOrder, _ transaction: String
  ) async throws(PayoutError) -> AuthorisedPayout {
    do throws(CardSessionError) {
      let payout = try await session.authorise(order)
      guard session.isFromThisSession(payout.certificate) else { throw .foreignCertificate }
      return payout
    } catch {
      // The card may have signed although its answer was lost; then it says so, and the VOID names the certificate.
      let signed = try? await session.lastCertificate(order.transactionID)
      if let signed { try keep(.authorised, transaction, signed.signed.bytes) }
      try await void(transaction, certificateHash: signed?.signed.identity ?? [])
      throw .cardDuringPayout(error)
    }
  }

  private func offer(
    _ session: CardSession, collector: String?, programme: String?
  ) async throws(PayoutError) -> Offer {
    let id = try transactionID()
    let request = ChallengeRequest(
      transactionID: WireBytes(id), cardNumber: session.cardNumber.digits,
      terminalKeyHash: WireBytes(terminal.keyHash), collector: collector,
      programme: collector == nil ? nil : programme)
    let answer: ChallengeAnswer
    do {
      var first = try await client.post("/v1/challenges", key: nil, request, ChallengeAnswer.self)
      if let counter = session.selection.status?.counter, counter > first.acknowledgedCounter {
        try await uploadMissing(session, above: first.acknowledgedCounter, through: counter)
        first = try await client.post("/v1/challenges", key: nil, request, ChallengeAnswer.self)
      }
      answer = first
    } catch {
      throw .service(error)
    }
    // A centre that says nothing of the paper has not looked at it.
    guard answer.collector?.paper == collector else { throw .service(.malformedAnswer(status: 200)) }
    let named = answer.collector.flatMap { VoucherCollector($0) }
    guard (named == nil) == (collector == nil) else { throw .service(.malformedAnswer(status: 200)) }
    return Offer(transactionID: id, answer: answer, collector: named)
  }

  /// Certificates of the card's log that never reached the centre, so that its acknowledged counter can move on. The
  /// centre decides each of them; one that can't be read or sent now is left for the next tap.
  ///
  /// - Throws: when the centre was restored and waits for the journal of the terminal that made one of them: until then
  ///   nobody knows what is still open.
  private func uploadMissing(
    _ session: CardSession, above: UInt32, through counter: UInt32
  ) async throws(ServiceClientError) {
    for record in 1...min(30, counter - above) {
      guard let octets = try? await session.logRecord(UInt8(record)) else { return }
      let request = PayoutRequest(
        certificate: WireBytes(octets), terminalKeyHash: WireBytes(terminal.keyHash), fromLog: true)
      // A key of its own each time: the certificate's identity is what makes a repetition harmless, and an answer
      // "too early" must not stand for ever.
      guard let key = try? random.bytes(16).hex else { return }
      do {
        _ = try await client.post("/v1/payouts", key: key, request, PayoutAnswer.self)
      } catch {
        if error.isRefusal(.journalAwaited) { throw error }
      }
    }
  }

  private func transactionID() throws(PayoutError) -> [UInt8] {
    do {
      var id = try random.bytes(16)
      // RFC 9562 §5.7: 48 bits of milliseconds, version 7, variant 10.
      id.replaceSubrange(0..<6, with: [UInt8](bigEndian: clock(), width: 6))
      id[6] = 0x70 | id[6] & 0x0F
      id[8] = 0x80 | id[8] & 0x3F
      return id
    } catch {
      throw .journal(error)
    }
  }

  private func choose(
    _ payable: [PayableLine], programme: String?, amount: Int64?
  ) throws(PayoutError) -> [PayableLine] {
    let open = payable.filter { programme == nil || $0.programme == programme }
    guard !open.isEmpty else { throw .nothingPayable }
    guard let amount else { return Array(open.prefix(PayoutEntry.maximumCount)) }
    var rest = amount
    var chosen: [PayableLine] = []
    for line in open.prefix(PayoutEntry.maximumCount) where rest > 0 {
      var part = line
      part.amount = min(rest, line.amount)
      rest -= part.amount
      chosen.append(part)
    }
    guard rest == 0, amount > 0 else {
      throw .overOpen(open: open.prefix(PayoutEntry.maximumCount).reduce(0) { $0 + $1.amount })
    }
    return chosen
  }

  private func makeOrder(_ offer: Offer, _ paid: [PayableLine]) throws(PayoutError) -> PayoutOrder {
    let entries = paid.compactMap { PayoutEntry(line: $0.line, period: $0.period, amount: $0.amount) }
    guard entries.count == paid.count, let province = UInt8(terminal.province), let commune = UInt32(terminal.commune),
      let order = PayoutOrder(
        transactionID: offer.transactionID, entries: entries, terminalTime: now, hostProvince: province,
        commune: commune, mode: .online,
        collectorReference: Array((offer.collector?.authorityNumber ?? "").utf8),
        challenge: offer.answer.challenge.octets)
    else { throw .service(.malformedAnswer(status: 200)) }
    return order
  }

  /// Sends the certificate until an answer comes, at most three times: a lost answer is asked for with the same key.
  private func post(
    _ payout: AuthorisedPayout, _ transaction: String
  ) async throws(ServiceClientError) -> (answer: PayoutAnswer, head: String?) {
    let request = PayoutRequest(
      certificate: WireBytes(payout.signed.bytes), terminalKeyHash: WireBytes(terminal.keyHash))
    var last = ServiceClientError.unreachable("")
    for attempt in 0..<3 {
      if attempt > 0 { try? await Task.sleep(for: .milliseconds(300 * attempt)) }
      do throws(ServiceClientError) {
        return try await client.postWithHead("/v1/payouts", key: transaction, request, PayoutAnswer.self)
      } catch {
        last = error
        if case .refused(let problem) = error, !problem.retryable { throw error }
      }
    }
    throw last
  }

  /// The next completion of the card, written to it, and the card's receipt to the centre. Failing here loses
  /// nothing: the card gets it at its next tap.
  private func complete(_ session: CardSession) async -> Bool {
    do {
      let key = try random.bytes(16).hex
      let answer = try await client.post(
        "/v1/cards/\(session.cardNumber.digits)/completions", key: key, [String](), CompletionAnswer.self)
      let receipt = try await session.complete(answer.completion.octets).1
      _ = try await client.post(
        "/v1/receipts", key: receipt.identity.hex, ReceiptRequest(receipt: WireBytes(receipt.bytes)),
        RegisteredAnswer.self)
      return true
    } catch {
      return false
    }
  }

  /// Brings a card's lines and balance up to date without paying.
  public func refresh(_ session: CardSession) async -> Bool { await complete(session) }
}

/// Records and reports.
extension PayoutDesk {
  /// Ends what an earlier run left open: everything without PAID becomes VOID, and what the centre does not have yet
  /// is reported.
  ///
  /// What a restored centre has lost is sent again before all else, so that no record comes before its payout.
  public func recover() async throws(PayoutError) -> Recovery {
    let sync = try await sync()
    let open = journal.unfinished
    let doubtful = journal.unreported.filter { transaction in
      journal.entries(of: transaction).contains { $0.step == .paid }
    }
    for transaction in open {
      let signed = journal.entries(of: transaction).first { $0.step == .authorised }
      let identity = signed.flatMap { try? PayoutCertificate.parse([UInt8]($0.data)).1.identity }
      try await void(transaction, certificateHash: identity ?? [])
    }
    for transaction in journal.unreported { _ = await report(transaction) }
    return Recovery(
      voided: open.count,
      paidUnreported: doubtful.map { Recovery.Paid(transaction: $0, amount: orderedAmount($0)) },
      waiting: journal.unreported.count, sync: sync)
  }

  /// Đồng of a transaction's order; 0 when its journal does not tell.
  func orderedAmount(_ transaction: String) -> Int64 {
    let started = journal.entries(of: transaction).first { $0.step == .started }
    guard let objects = started.flatMap({ try? BERTLV.sequence([UInt8]($0.data)) }),
      let order = objects.first(where: { $0.tag == 0xA7 }).flatMap({ try? PayoutOrder(parsing: $0.value) })
    else { return 0 }
    return order.total
  }

  private func void(_ transaction: String, certificateHash: [UInt8]) async throws(PayoutError) {
    guard let id = [UInt8](hex: transaction) else { return }
    try keep(.void, transaction, try sign(record(.void, id, certificateHash)))
    _ = await report(transaction)
  }

  /// Refusals of a record that say: the end of this transaction is in the centre's books.
  private static var decided: Set<String> {
    Set([ProblemCode.transactionVoid, .alreadyPaid, .nothingToVoid].map(\.rawValue))
  }

  /// Sends the signed record; `false` leaves it for the next time.
  func report(_ transaction: String) async -> Bool {
    let final = journal.entries(of: transaction).last { $0.step == .paid || $0.step == .void }
    guard let final else { return false }
    let request = RecordRequest(record: WireBytes([UInt8](final.data)))
    var head: String?
    do {
      head = try await client.postWithHead("/v1/payout-records", key: transaction, request, RecordAnswer.self).head
      // The money is out, whatever this head says: a contradiction is in the journal, and the next payout is refused.
      if let keeper { _ = try? keeper.check(head) }
    } catch ServiceClientError.refused(let problem) where Self.decided.contains(problem.code) {
      // The centre has decided already; its decision stands and is in its books.
    } catch {
      return false
    }
    return (try? keep(.reported, transaction, [], head: head)) != nil
  }

  private func record(_ outcome: TerminalOutcome, _ id: [UInt8], _ certificateHash: [UInt8]) -> TerminalRecord {
    TerminalRecord(
      transactionID: id, outcome: outcome, time: now, certificateHash: certificateHash,
      terminalKeyHash: terminal.keyHash)
  }

  private func sign(_ record: TerminalRecord) throws(PayoutError) -> [UInt8] {
    do {
      return try SignedLayout(signing: record.body, with: terminal.key).bytes
    } catch {
      throw .journal(error)
    }
  }

  func keep(
    _ step: JournalEntry.Step, _ transaction: String, _ data: [UInt8], _ facts: PaidFacts? = nil, head: String? = nil
  ) throws(PayoutError) {
    do {
      try journal.append(
        JournalEntry(step: step, transaction: transaction, time: now, data: Data(data), facts: facts, head: head))
    } catch {
      throw .journal(error)
    }
  }
}
