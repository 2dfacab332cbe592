import Foundation
public import ServiceAPI

/// The way of acts to the centre. The service's client stands behind it.
public protocol CardActCentre: Sendable {
  /// Asks for an act under a key. Safe to repeat with the same key and octets.
  ///
  /// - Parameter request: octets of a `CardActRequest`.
  /// - Throws: `Problem` when the centre has refused it for good; any other error when it is not known what has become
  ///   of it.
  func act(card: String, key: String, request: [UInt8]) async throws -> CardActAnswer
}

/// What an office does with cards that are made and the centre has to know: the office's intent is kept first, then the
/// centre is asked, then the act is recorded. An answer that was lost is asked for again, with the same key and octets,
/// before anything new is done with that card.
public struct CardActDesk: Sendable {
  /// An act of before, whose answer had been lost.
  public struct Finished: Sendable {
    /// The act.
    public let act: PendingAct
    /// The centre's answer, or its refusal.
    public let answer: Result<CardActAnswer, Problem>
  }

  private let store: OfficeStore
  private let centre: any CardActCentre
  private let office: String
  /// Unix seconds.
  private let clock: @Sendable () -> Int64
  private let told: @Sendable (Finished) -> Void

  /// A desk.
  ///
  /// - Parameters:
  ///   - office: the office's name, which the centre keeps.
  ///   - told: is told of acts of before that were finished.
  public init(
    store: OfficeStore, centre: any CardActCentre, office: String, clock: @escaping @Sendable () -> Int64,
    told: @escaping @Sendable (Finished) -> Void = { _ in }
  ) {
    self.store = store
    self.centre = centre
    self.office = office
    self.clock = clock
    self.told = told
  }

  /// Asks again for every act whose answer was lost.
  @discardableResult
  public func finish() async throws -> [Finished] {
    var finished: [Finished] = []
    for act in try store.pendingActs() {
      let answer: Result<CardActAnswer, Problem>
      do {
        answer = .success(try await ask(act))
      } catch let problem as Problem {
        answer = .failure(problem)
      }
      let one = Finished(act: act, answer: answer)
      finished.append(one)
      told(one)
    }
    return finished
  }

  /// Does one act at the centre and records it as `what`. An act of the same card and kind that was done before, and of
  /// which the answer had been lost, is what is asked for here.
  ///
  /// - Parameter ending: what the card is with it; `nil` when it does not end.
  /// - Throws: `Problem` when the centre refuses; ``CardLifeError``.
  @discardableResult
  public func perform(
    _ act: CardActName, _ card: String, as what: String, ending: IssuedCardLife.State? = nil, reason: String,
    _ hands: OfficeHands
  ) async throws -> CardActAnswer {
    for one in try await finish() where one.act.card == card && one.act.asked.act == act {
      if case .success(let answer) = one.answer { return answer }
    }
    let asked = CardActRequest(
      act: act, reason: reason, maker: hands.maker, checker: hands.checker.isEmpty ? nil : hands.checker,
      office: office)
    return try await ask(
      try store.begin(
        asked, card: card, key: UUID().uuidString.lowercased(), what: what, ending: ending, time: clock()))
  }

  private func ask(_ act: PendingAct) async throws -> CardActAnswer {
    do {
      let answer = try await centre.act(card: act.card, key: act.key, request: act.request)
      try store.complete(act)
      return answer
    } catch let problem as Problem {
      try store.withdraw(act)
      throw problem
    }
  }

  /// Ends a card at the centre and here; a new one that was asked for in its place is not made any more.
  ///
  /// A card that the centre does not know is ended here; one that has ended there already is ended here, too.
  public func end(_ number: String, as act: CardActName, reason: String, _ hands: OfficeHands) async throws {
    let (what, ending): (String, IssuedCardLife.State) = (
      "card-\(act.rawValue)", act == .returned ? .returned : .terminated
    )
    for one in try await finish() where one.act.card == number && one.act.ending == ending {
      if case .success = one.answer { return }
    }
    guard let card = try store.life(of: number) else { throw CardLifeError.unknownCard }
    switch card.state {
    case .made, .registered, .delivered, .replacing: break
    case .started, .scrapped: throw CardLifeError.notRegistered
    case .replaced, .returned, .terminated: throw CardLifeError.ended
    }
    do {
      try await perform(act, number, as: what, ending: ending, reason: reason, hands)
    } catch let problem as Problem {
      guard problem.isOne(of: card.state == .made ? [.cardTerminated, .unknownCard] : [.cardTerminated]) else {
        throw problem
      }
      try store.recordAct(
        OfficeAct(what, number, actor: hands.maker, checker: hands.checker, reason: reason, time: clock()),
        ending: ending)
    }
  }

  /// Asks for a new card in the place of `number`. A lost card is blocked for good at the centre before anything else,
  /// also one that is to be replaced for another reason already: nobody may pay with it until the new one lives.
  public func replace(
    _ number: String, _ kind: ReplacementKind, reason: String, _ hands: OfficeHands
  ) async throws {
    try hands.require(two: true)
    try await finish()
    guard let card = try store.life(of: number) else { throw CardLifeError.unknownCard }
    if kind == .lost, [.registered, .delivered, .replacing].contains(card.state) {
      do {
        try await perform(.lost, number, as: "card-lost", reason: reason, hands)
      } catch let problem as Problem {
        // Reported before, or ended: it can't be paid with either way.
        guard problem.isOne(of: [.blockFinal, .cardTerminated]) else { throw problem }
      }
    }
    try store.askReplacement(
      ReplacedCard(
        card: number, kind: kind, maker: hands.maker, checker: hands.checker, reason: reason, office: office),
      time: clock())
  }
}

extension Problem {
  fileprivate func isOne(of codes: [ProblemCode]) -> Bool { codes.contains { $0.rawValue == code } }
}
