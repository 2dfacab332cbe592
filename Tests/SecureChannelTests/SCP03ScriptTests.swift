import CardCrypto
import CardTestSupport
import ISO7816
import Testing

@testable import SecureChannel

/// Sessions that are computed before the card is there (GPC Amendment D §6.2.2.1).
@Suite("SCP03 scripts") struct SCP03ScriptTests {
  static let channels = SCP03Mode.allCases.flatMap { mode in [16, 24, 32].map { (mode, $0) } }

  /// STORE DATA short and long, one in need of extended length fields, and SET STATUS.
  static let commands: [CommandAPDU] =
    [1, 40, 230, 300, 4_000].enumerated().map { index, count in
      CommandAPDU(
        cla: 0x80, ins: 0xE2, p1: 0x01, p2: UInt8(index), data: [UInt8](repeating: UInt8(index), count: count),
        expectedLength: 256)
    } + [CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: 0x7F, expectedLength: 256)]

  static func request(_ mode: SCP03Mode = .s8, counter: UInt32 = 1) -> SCP03SessionRequest {
    SCP03SessionRequest(
      serial: SCP03Loop.diversificationData, keyVersion: 0x30, mode: mode, sequenceCounter: counter,
      application: SCP03Loop.domain, hostChallenge: [UInt8](repeating: 0x5A, count: mode.length))
  }

  static func secrets(_ request: SCP03SessionRequest, keyLength: Int = 16) throws -> PredictedSCP03Session {
    try PredictedSCP03Session(keys: SCP03Loop.keys(keyLength), for: request)
  }

  static func script(
    _ request: SCP03SessionRequest = request(), keyLength: Int = 16, _ commands: [CommandAPDU] = commands
  ) throws -> SCP03Script {
    try SCP03Script(request, secrets: try secrets(request, keyLength: keyLength), commands: commands)
  }

  /// What a card answers to the commands of `script`.
  static func play(_ script: SCP03Script, on card: SCP03Loop) async throws -> [ResponseAPDU] {
    var responses: [ResponseAPDU] = []
    for command in script.relayed.commands { responses.append(try await card.transmit(command)) }
    return responses
  }

  private func verdict(
    _ script: SCP03Script, _ responses: [ResponseAPDU]
  ) throws -> SCP03ScriptVerdict {
    let answers = try #require(RelayedAnswers(responses))
    return try script.verify(answers, secrets: try Self.secrets(script.request))
  }

  @Test("The octets are those of the interactive host with the same challenge", arguments: channels)
  func sameAsHost(_ mode: SCP03Mode, _ keyLength: Int) async throws {
    let request = Self.request(mode)
    let script = try Self.script(request, keyLength: keyLength)
    let trace = TraceChannel(SCP03Loop(keyLength: keyLength, mode: mode))
    let update = try await SCP03Host.initialize(
      trace, mode: mode, keyVersion: 0x30, random: FixedRandom([request.hostChallenge]))
    #expect(update.sequenceCounter == 1)
    let host = try await SCP03Host.open(trace, answering: update, keys: SCP03Loop.keys(keyLength))
    var plain: [ResponseAPDU] = []
    for command in Self.commands { plain.append(try await host.transmit(command)) }
    let exchanges = await trace.exchanges
    #expect(script.relayed.commands.map(\.bytes) == exchanges.map(\.command))
    let responses = try exchanges.map { try ResponseAPDU(parsing: try #require($0.response)) }
    #expect(script.relayed.expectedAnswer == responses[0].data)
    let answers = try #require(RelayedAnswers(responses))
    let verdict = try script.verify(answers, secrets: try Self.secrets(request, keyLength: keyLength))
    #expect(verdict == .done(plain))
  }

  @Test("Another counter, another card, a refusal: told apart, and the counter is proven")
  func otherSessions() async throws {
    let script = try Self.script()
    let card = SCP03Loop()
    _ = try await card.transmit(script.relayed.commands[0])
    let second = try await card.transmit(script.relayed.commands[0])
    #expect(try verdict(script, [second]) == .otherCounter(2))
    let answers = try #require(RelayedAnswers([second]))
    let isGenuine = try script.isGenuine(answers, secrets: try Self.secrets(Self.request(counter: 2)))
    #expect(isGenuine)
    let isOther = try script.isGenuine(answers, secrets: try Self.secrets(Self.request(counter: 3)))
    #expect(!isOther)
    var lied = second
    lied.data[lied.data.count - 1] ^= 1
    let lies = try #require(RelayedAnswers([lied]))
    let isLie = try script.isGenuine(lies, secrets: try Self.secrets(Self.request(counter: 3)))
    #expect(!isLie)
    var foreign = second
    foreign.data[0] ^= 1
    #expect(try verdict(script, [foreign]) == .otherCard)
    #expect(
      try verdict(script, [ResponseAPDU(status: .securityStatusNotSatisfied)])
        == .refused(step: 0, status: .securityStatusNotSatisfied))
    #expect(try verdict(script, []) == .cut(step: 0))
    #expect(try verdict(script, [ResponseAPDU(data: [1, 2], status: .success)]) == .notProven(step: 0))
  }

  @Test("Cut off after any answer: the commands before are proven, the next is unknown")
  func cut() async throws {
    let script = try Self.script()
    let responses = try await Self.play(script, on: SCP03Loop())
    for count in responses.indices {
      #expect(try verdict(script, Array(responses.prefix(count))) == .cut(step: count))
    }
    #expect(try verdict(script, responses + [responses[2]]) == .notProven(step: responses.count))
    let refusal = ResponseAPDU(status: .conditionsNotSatisfied)
    #expect(
      try verdict(script, Array(responses.prefix(3)) + [refusal])
        == .refused(step: 3, status: .conditionsNotSatisfied))
  }

  @Test("No answer with a bit changed, left out or in another's place proves anything")
  func tampered() async throws {
    let script = try Self.script(Self.request(), [Self.commands[0], Self.commands[1], Self.commands[5]])
    let responses = try await Self.play(script, on: SCP03Loop())
    for step in 2..<responses.count {
      for index in responses[step].data.indices {
        for bit in 0..<8 {
          var changed = responses
          changed[step].data[index] ^= 1 << bit
          #expect(try verdict(script, changed) == .notProven(step: step))
        }
      }
    }
    #expect(try verdict(script, [responses[0], responses[1], responses[3], responses[2]]) == .notProven(step: 2))
    #expect(try verdict(script, [responses[0], responses[1], responses[3]]) == .notProven(step: 2))
    var bare = responses
    bare[2] = ResponseAPDU(status: .success)
    #expect(try verdict(script, bare) == .notProven(step: 2))
  }

  @Test("What is no update, too much or out of bounds makes no script")
  func refusedScripts() throws {
    let wrong: [[CommandAPDU]] = [
      [], [CommandAPDU(cla: 0x80, ins: 0x40, p1: 1, data: [1])], [CommandAPDU(cla: 0x00, ins: 0xE2, data: [1])],
      [CommandAPDU](repeating: Self.commands[0], count: 15), [CommandAPDU](repeating: Self.commands[4], count: 9),
    ]
    for commands in wrong {
      #expect(throws: SCP03ScriptError.self) { try Self.script(Self.request(), commands) }
    }
    for counter: UInt32 in [0, 0x100_0000] {
      #expect(throws: SCP03ScriptError.self) { try Self.script(Self.request(counter: counter)) }
    }
    var request = Self.request()
    request.hostChallenge.removeLast()
    #expect(throws: CryptoError.malformed("challenge length")) { try Self.script(request) }
  }
}

/// The octets that travel.
@Suite("Relayed scripts and answers") struct RelayedScriptTests {
  @Test("Round trip, truncation at every octet, every bit")
  func codec() async throws {
    let script = try SCP03ScriptTests.script(
      SCP03ScriptTests.request(), [SCP03ScriptTests.commands[0], SCP03ScriptTests.commands[5]])
    let responses = try await SCP03ScriptTests.play(script, on: SCP03Loop())
    let answers = try #require(RelayedAnswers(responses))
    let (sent, received) = (script.relayed.bytes, answers.bytes)
    #expect(RelayedScript(parsing: sent) == script.relayed)
    #expect(RelayedAnswers(parsing: received) == answers)
    for end in sent.indices { #expect(RelayedScript(parsing: Array(sent[..<end])) == nil) }
    for end in received.indices { #expect(RelayedAnswers(parsing: Array(received[..<end])) == nil) }
    for index in sent.indices {
      for bit in 0..<8 {
        var changed = sent
        changed[index] ^= 1 << bit
        if let read = RelayedScript(parsing: changed) { #expect(read.bytes == changed && read != script.relayed) }
        guard index < received.count else { continue }
        var other = received
        other[index] ^= 1 << bit
        if let read = RelayedAnswers(parsing: other) { #expect(read.bytes == other && read != answers) }
      }
    }
  }

  @Test("A script with any other instruction or class in it is none", arguments: 0..<4)
  func onlyUpdates(_ place: Int) throws {
    let script = try SCP03ScriptTests.script(
      SCP03ScriptTests.request(), [SCP03ScriptTests.commands[0], SCP03ScriptTests.commands[5]]
    ).relayed
    let allowed: [[[UInt8]]] = [
      [[0x80, 0x50]], [[0x84, 0x82]], [[0x84, 0xE2], [0x84, 0xF0]], [[0x84, 0xE2], [0x84, 0xF0]],
    ]
    for cla: UInt8 in [0x00, 0x04, 0x0C, 0x10, 0x80, 0x84, 0x8C, 0x90, 0x94] {
      for ins in UInt8.min...0xFF {
        var commands = script.commands
        (commands[place].cla, commands[place].ins) = (cla, ins)
        let read = RelayedScript(expectedAnswer: script.expectedAnswer, commands: commands)
        #expect((read != nil) == allowed[place].contains([cla, ins]))
        let objects = [BERTLV(0x80, script.expectedAnswer)] + commands.map { BERTLV(0x81, $0.bytes) }
        #expect((RelayedScript(parsing: BERTLV(0xE0, objects).bytes) != nil) == (read != nil))
      }
    }
    #expect(RelayedScript(expectedAnswer: [], commands: Array(script.commands.prefix(2))) == nil)
    #expect(RelayedScript(parsing: []) == nil)
    #expect(RelayedAnswers(parsing: []) == nil)
  }
}

/// The published sessions, from session keys that were derived elsewhere.
@Suite("SCP03 scripts: published sessions") struct SCP03ScriptVectorTests {
  @Test(
    "Wrapped before the card is there, as the vectors have it",
    arguments: ["scp03_pysim_s8_aes128_192_256", "scp03_openscp_s16_aes128_192_256"])
  func vectors(_ file: String) throws {
    let sessions = try VectorFile.load(file, as: SCP03VectorTests.File.self).sessions
    #expect(sessions.count == (file.contains("s16") ? 3 : 9))
    for session in sessions {
      let mode: SCP03Mode = session.mode == "S16" ? .s16 : .s8
      var host = SCP03HostSession(keys: try keys(session, mode), level: session.securityLevel)
      let authenticate = try host.authenticate()
      #expect(authenticate.bytes == session.authenticate.octets, "\(session.test)")
      var follower = SCP03HostSession(keys: try keys(session, mode), level: session.securityLevel)
      _ = try follower.authenticate()
      for command in session.commands {
        let wrapped = try host.wrap(CommandAPDU(parsing: command.plain.octets))
        #expect(wrapped.bytes == command.wrapped.octets, "\(session.test)")
        try follower.follow(wrapped)
        guard let answer = command.wrappedResponse, command.isOverPadded != true else { continue }
        let opened = try follower.unwrap(ResponseAPDU(data: answer.octets, status: .success))
        #expect(opened.data == command.plainResponse?.octets ?? [], "\(session.test)")
      }
    }
  }

  /// From the session keys that the file gives, or the static ones where it gives none.
  private func keys(_ session: SCP03VectorTests.File.Session, _ mode: SCP03Mode) throws -> SCP03SessionKeys {
    let challenge = try session.hostChallenge
    guard let encryption = session.sessionEncryption, let mac = session.sessionMAC,
      let response = session.sessionResponseMAC
    else {
      return try SCP03SessionKeys(
        keys: session.keys, mode: mode, hostChallenge: challenge, cardChallenge: session.cardChallenge.octets)
    }
    return try SCP03SessionKeys(
      encryption: SecretBytes(encryption.octets), mac: SecretBytes(mac.octets),
      responseMAC: SecretBytes(response.octets), mode: mode, hostChallenge: challenge,
      cardChallenge: session.cardChallenge.octets)
  }

  @Test("The challenge that a card will answer with is foretold from its counter")
  func foretold() throws {
    let sessions = try VectorFile.load("scp03_pysim_s8_aes128_192_256", as: SCP03VectorTests.File.self).sessions
    for session in sessions {
      let request = SCP03SessionRequest(
        serial: session.diversificationData.octets, keyVersion: session.version.octets[0], mode: .s8,
        sequenceCounter: UInt32(session.sequenceCounter.octets.bigEndianValue ?? 0),
        application: SCP03VectorTests.domain, hostChallenge: try session.hostChallenge)
      let secrets = try PredictedSCP03Session(keys: session.keys, for: request)
      let foretold = secrets.cardChallenge
      #expect(foretold == session.cardChallenge.octets, "\(session.test)")
      let script = try SCP03Script(
        request, secrets: secrets, commands: [CommandAPDU(cla: 0x80, ins: 0xE2, data: [1])])
      #expect(script.relayed.expectedAnswer == session.updateAnswer.octets, "\(session.test)")
      #expect(script.relayed.commands[0].data == (try session.hostChallenge))
    }
  }
}
