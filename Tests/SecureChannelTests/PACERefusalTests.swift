import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// What a terminal does when the card's side of PACE is not what it should be.
@Suite struct PACETerminalRefusalTests {
  static let parameters = PACEParameters.ecdhGMAES128(.p256)
  static let password = Array("482913".utf8)

  /// The error of a run whose answers from step `step` on (0 = MSE:Set AT) `change` replaces.
  private func failure(
    at step: Int, _ change: @escaping @Sendable (ResponseAPDU) -> ResponseAPDU
  ) async -> PACEError? {
    actor Counting: CardChannel {
      let base: any CardChannel
      let step: Int
      let change: @Sendable (ResponseAPDU) -> ResponseAPDU
      var count = 0

      init(_ base: any CardChannel, _ step: Int, _ change: @escaping @Sendable (ResponseAPDU) -> ResponseAPDU) {
        self.base = base
        self.step = step
        self.change = change
      }

      func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
        let number = count
        count += 1
        let response = try await base.transmit(command)
        return number == step ? change(response) : response
      }
    }
    let card = LoopbackCard(Self.parameters, password: Self.password, random: SystemRandom())
    do throws(PACEError) {
      _ = try await PACETerminal(Counting(card, step, change), parameters: Self.parameters)
        .run(.pin, password: SecretBytes(Self.password))
      return nil
    } catch {
      return error
    }
  }

  /// One word for an error, to compare.
  private func name(_ error: PACEError?) -> String {
    switch error {
    case nil: "none"
    case .channel: "channel"
    case .wrongPassword(let left): "wrong password, \(left.map { "\($0)" } ?? "unknown") left"
    case .suspended: "suspended"
    case .blocked: "blocked"
    case .deactivated: "deactivated"
    case .refused(let step, let status): "refused \(step) \(status)"
    case .cardNotAuthentic: "not authentic"
    case .malformedAnswer(let step): "malformed \(step)"
    case .parametersNotOffered: "not offered"
    case .crypto(let error): "crypto \(error)"
    }
  }

  @Test(arguments: [
    ("9000", "none"), ("63C3", "none"), ("63C2", "none"), ("63C1", "suspended"), ("63C0", "blocked"),
    ("6983", "blocked"), ("6283", "deactivated"), ("6984", "deactivated"), ("6A80", "refused MSE:Set AT 6A80"),
    ("6300", "refused MSE:Set AT 6300"),
  ])
  func statusOfTheTemplate(_ status: String, _ expected: String) async throws {
    let answer = try ResponseAPDU(parsing: octets(status))
    let error = await failure(at: 0) { _ in answer }
    #expect(name(error) == expected)
  }

  @Test(arguments: [
    (1, "6300", "wrong password, unknown left"), (4, "6300", "wrong password, unknown left"),
    (4, "63C2", "wrong password, 2 left"), (4, "63C0", "wrong password, 0 left"), (4, "6983", "blocked"),
    (1, "6982", "refused nonce 6982"), (2, "6A80", "refused mapping 6A80"), (3, "6F00", "refused key agreement 6F00"),
    (4, "6985", "refused authentication 6985"),
  ])
  func statusOfASteps(_ step: Int, _ status: String, _ expected: String) async throws {
    let answer = try ResponseAPDU(parsing: octets(status))
    let error = await failure(at: step) { _ in answer }
    #expect(name(error) == expected)
  }

  @Test(arguments: 1...4) func templatesWithoutTheObjectAreRefused(_ step: Int) async {
    let names = ["", "nonce", "mapping", "key agreement", "authentication"]
    for data in ["", "7C", "7C00", "7C028000", "7C0385", "7D0380010186010A", "8001FF"] {
      let answer = ResponseAPDU(data: octets(data), status: .success)
      // 7C 02 80 00 has the nonce's object, empty.
      let expected = data == "7C028000" && step == 1 ? "crypto blockLength(0)" : "malformed \(names[step])"
      let error = await failure(at: step) { _ in answer }
      #expect(name(error) == expected, "\(data)")
    }
  }

  @Test(arguments: 1...4) func truncatedTemplatesAreRefused(_ step: Int) async {
    for length in 0..<20 {
      let error = await failure(at: step) { ResponseAPDU(data: Array($0.data.prefix(length)), status: .success) }
      if step < 4 || length < 12 { #expect(error != nil, "cut to \(length)") }
    }
  }

  @Test(arguments: 2...3) func invalidPointsAreRefused(_ step: Int) async throws {
    let other = try Curve.brainpoolP256r1.generator
    let points = [[], [0], [UInt8](repeating: 0, count: 65), other, [4] + [UInt8](repeating: 1, count: 64)]
    for point in points {
      let answer = ResponseAPDU(data: BERTLV(0x7C, [BERTLV(step == 2 ? 0x82 : 0x84, point)]).bytes, status: .success)
      let error = await failure(at: step) { _ in answer }
      #expect(name(error) == "crypto invalidPoint", "\(point.hex)")
    }
  }

  @Test func tokensThatAreNotTheCards() async {
    for bit in stride(from: 0, to: 64, by: 3) {
      let error = await failure(at: 4) { response in
        ResponseAPDU(data: octets("7C0A8608") + Array(response.data.suffix(8)).flipping(bit: bit), status: .success)
      }
      #expect(name(error) == "not authentic", "bit \(bit)")
    }
    for length in 0..<8 {
      let error = await failure(at: 4) { response in
        let token = Array(response.data.suffix(8).prefix(length))
        return ResponseAPDU(data: BERTLV(0x7C, [BERTLV(0x86, token)]).bytes, status: .success)
      }
      #expect(name(error) == "not authentic", "\(length) octets")
    }
  }

  /// TR-03110-2 §3.2: a card that sends the terminal's own key and token back knows no password.
  @Test func reflectionIsRefused() async {
    actor Mirror: CardChannel {
      let base: any CardChannel
      init(_ base: any CardChannel) { self.base = base }

      func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
        guard let sent = try? BERTLV(parsing: command.data).children().first else {
          return try await base.transmit(command)
        }
        switch sent.tag {
        case 0x83: return ResponseAPDU(data: BERTLV(0x7C, [BERTLV(0x84, sent.value)]).bytes, status: .success)
        case 0x85: return ResponseAPDU(data: BERTLV(0x7C, [BERTLV(0x86, sent.value)]).bytes, status: .success)
        default: return try await base.transmit(command)
        }
      }
    }
    let card = LoopbackCard(Self.parameters, password: Self.password, random: SystemRandom())
    var error: PACEError?
    do throws(PACEError) {
      _ = try await PACETerminal(Mirror(card), parameters: Self.parameters)
        .run(.pin, password: SecretBytes(Self.password))
    } catch let thrown {
      error = thrown
    }
    #expect(name(error) == "not authentic")
  }

  @Test(arguments: 0...4) func lostCard(_ step: Int) async throws {
    let whole = TraceChannel(LoopbackCard(Self.parameters, password: Self.password, random: SeededRandom(seed: 1)))
    _ = try await PACETerminal(whole, parameters: Self.parameters, random: SeededRandom(seed: 2))
      .run(.pin, password: SecretBytes(Self.password))
    var script = Array(await whole.exchanges.prefix(step + 1))
    script[step].response = nil
    var error: PACEError?
    do throws(PACEError) {
      _ = try await PACETerminal(
        ScriptedChannel(script), parameters: Self.parameters, random: SeededRandom(seed: 2)
      ).run(.pin, password: SecretBytes(Self.password))
    } catch let thrown {
      error = thrown
    }
    guard case .channel(.cardLost(.removed))? = error else {
      Issue.record("\(name(error))")
      return
    }
  }
}

/// What the card does when the terminal's side of PACE is not what it should be.
@Suite struct PACECardRefusalTests {
  static let parameters = PACEParameters.ecdhGMAES128(.p256)

  private func newCard(_ random: any RandomSource = SystemRandom()) throws -> PACECard {
    try PACECard(parameters: Self.parameters, password: SecretBytes(Array("482913".utf8)), random: random)
  }

  private var point: [UInt8] { get throws { try ECPrivateKey(generate: .p256).publicKey.point } }

  /// The objects of steps 1…3 as a terminal sends them.
  private func request(_ step: Int) throws -> [BERTLV] {
    switch step {
    case 1: []
    case 2: [BERTLV(0x81, try point)]
    default: [BERTLV(0x83, try point)]
    }
  }

  /// Whether the card takes `objects` at `step`, and whether the run is over for good when it does not.
  private func isRefusedForGood(_ objects: [BERTLV], at step: Int) throws -> Bool {
    var card = try newCard()
    for earlier in 1..<step { _ = try card.answer(request(earlier)) }
    do throws(PACECardError) {
      _ = try card.answer(objects)
      return false
    } catch {
      // Neither the right request nor a token revives the run.
      let revived = (try? card.answer(request(step))) != nil || card.expectsToken
      let authenticated = (try? card.authenticate(token: [UInt8](repeating: 0, count: 8))) != nil
      return !revived && !authenticated
    }
  }

  @Test(arguments: 1...4) func onlyTheNextStepIsTaken(_ step: Int) throws {
    for other in 1...3 where other != step {
      let refused = try isRefusedForGood(request(other), at: step)
      #expect(refused, "request \(other) at step \(step)")
    }
    if step < 4 {
      let taken = try !isRefusedForGood(request(step), at: step)
      #expect(taken)
    }
  }

  @Test(arguments: 2...3) func otherObjectsAreRefused(_ step: Int) throws {
    let right = try request(step)
    let invalid: [[BERTLV]] = [
      [], right + right, [BERTLV(0x85, right[0].value)], [BERTLV(right[0].tag, [] as [UInt8])],
      [BERTLV(right[0].tag, [0])], [BERTLV(right[0].tag, [UInt8](repeating: 0, count: 65))],
      [BERTLV(right[0].tag, try Curve.brainpoolP256r1.generator)],
      [BERTLV(right[0].tag, right[0].value.flipping(bit: 300))], [BERTLV(right[0].tag, right[0].value.dropLast())],
    ]
    for objects in invalid {
      let refused = try isRefusedForGood(objects, at: step)
      #expect(refused, "\(objects.flatMap(\.bytes).hex)")
    }
  }

  @Test func tokenBeforeItsStep() throws {
    for steps in 0..<3 {
      var card = try newCard()
      for step in 1..<steps + 1 { _ = try card.answer(request(step)) }
      #expect(throws: PACECardError.self) {
        let result = try card.authenticate(token: [UInt8](repeating: 0, count: 8))
        Issue.record("\(result == nil ? "no result" : "a session") after \(steps) steps")
      }
    }
  }

  /// Nonce 1, mapping scalars 1 and agreement scalar 1: all points can be told beforehand.
  @Test func tokensOfEveryKind() throws {
    let one = [UInt8](repeating: 0, count: 31) + [1]
    let generator = try Curve.p256.generator
    let two = try Curve.p256.add(generator, generator)
    func atToken() throws -> PACECard {
      var card = try newCard(FixedRandom([[UInt8](repeating: 0, count: 15) + [1], one, one]))
      _ = try card.answer([])
      _ = try card.answer([BERTLV(0x81, generator)])
      // G' = 1·G + 1·G; the card's key is G' itself.
      let agreed = try card.answer([BERTLV(0x83, try Curve.p256.add(two, two))])
      #expect(agreed == [BERTLV(0x84, two)])
      return card
    }
    let shared = try Curve.p256.add(two, two)[1...32]
    let keys = try SessionKeys(sharedSecret: SecretBytes(shared), keyLength: 16)
    let token = Array(try CMAC.tag(Self.parameters.tokenInput(peer: two), key: keys.mac).prefix(8))
    let whole = try CMAC.tag(Self.parameters.tokenInput(peer: two), key: keys.mac)
    var card = try atToken()
    var accepted = try card.authenticate(token: token) != nil
    #expect(accepted)
    #expect(throws: PACECardError.self) {
      let again = try card.authenticate(token: token)
      Issue.record("\(again == nil ? "no result" : "a session") after the end of the run")
    }
    let refused = (0..<64).map { token.flipping(bit: $0) } + (0..<8).map { Array(token.prefix($0)) } + [whole]
    for other in refused {
      var card = try atToken()
      accepted = try card.authenticate(token: other) != nil
      #expect(!accepted, "\(other.hex)")
      accepted = (try? card.authenticate(token: token)) != nil
      #expect(!accepted, "one try a run")
    }
  }

  /// TR-03110-2 §3.2: both ephemeral keys must differ.
  @Test func terminalThatSendsTheCardsKeyIsRefused() throws {
    let one = [UInt8](repeating: 0, count: 31) + [1]
    let generator = try Curve.p256.generator
    var card = try newCard(FixedRandom([[UInt8](repeating: 0, count: 15) + [1], one, one]))
    _ = try card.answer([])
    _ = try card.answer([BERTLV(0x81, generator)])
    let own = try Curve.p256.add(generator, generator)
    #expect(throws: PACECardError.refused(.invalidPoint)) { try card.answer([BERTLV(0x83, own)]) }
  }

  @Test func brokenRandomSourceEndsTheRun() throws {
    var card = try newCard(FixedRandom([]))
    #expect(throws: PACECardError.self) { try card.answer([]) }
    #expect(throws: PACECardError.self) { try card.answer([]) }
  }
}
