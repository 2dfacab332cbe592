import Testing

@testable import CardApplication

@Suite("The model of a tap")
struct TapModelTests {
  private static func exchange(_ header: [UInt8], _ command: Int = 20, _ response: Int = 20) -> TracedExchange {
    TracedExchange(header: header, commandOctets: command, responseOctets: response)
  }

  private static func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-9 }

  @Test("Two APDUs, reckoned by hand")
  func byHand() throws {
    let trace = [
      Self.exchange([0x0C, 0x22, 0x81, 0xB6], 35, 16), Self.exchange([0x8C, 0x40, 0x01, 0x00], 300, 520),
    ]
    let priced = TapModel(try CardTimes.j3r180()).price(trace)
    #expect(priced.map(\.step) == [.setVerificationKey, .authorise])
    // Secure messaging alone: 4 × 8. On the air 35 + 3 and 16 + 3 bytes in 2 frames:
    // 57 × 9 × 9.44 µs = 4.84272 ms, or 57 × 9 × 2.36 µs = 1.21068 ms; 2 × 0.35 = 0.7 ms.
    let first = priced[0]
    #expect(first.card == 32 && first.usb == 3)
    #expect(Self.isNear(first.air[.kbit106] ?? 0, 5.54272) && Self.isNear(first.air[.kbit424] ?? 0, 1.91068))
    #expect(Self.isNear(first.total(at: .kbit106), 40.54272) && Self.isNear(first.total(at: .kbit424), 36.91068))
    // A signature and secure messaging: 40 + 32. 300 bytes go in 2 blocks and 1 R(ACK), 300 + 3 × 3 bytes; 520 in 3 and
    // 2, 520 + 5 × 3; together 844 bytes in 8 frames: 71.70624 or 17.92656 ms, and 2.8 ms.
    let second = priced[1]
    #expect(second.card == 72 && second.usb == 3)
    #expect(Self.isNear(second.air[.kbit106] ?? 0, 74.50624) && Self.isNear(second.air[.kbit424] ?? 0, 20.72656))
    #expect(Self.isNear(second.total(at: .kbit106), 149.50624) && Self.isNear(second.total(at: .kbit424), 95.72656))
  }

  @Test("A message fills its last block, or needs another and an acknowledgement more")
  func blocks() throws {
    let model = TapModel(try CardTimes.j3r180())
    /// Milliseconds of bytes at 106 kbit/s, and of frames.
    func air(_ bytes: Int, _ frames: Int) -> Double { Double(bytes) * 9 * 9.44 / 1_000 + Double(frames) * 0.35 }
    let cases = [
      (0, 3, 1), (1, 4, 1), (253, 256, 1), (254, 254 + 9, 3), (506, 506 + 9, 3), (507, 507 + 15, 5),
    ]
    for (length, bytes, frames) in cases {
      let priced = model.price([Self.exchange([0, 0xA4, 0x04, 0x0C], length, 2)])
      #expect(Self.isNear(priced[0].air[.kbit106] ?? 0, air(bytes + 5, frames + 1)), "\(length)")
      let back = model.price([Self.exchange([0, 0xA4, 0x04, 0x0C], 2, length)])
      #expect(Self.isNear(back[0].air[.kbit106] ?? 0, air(bytes + 5, frames + 1)), "\(length)")
    }
  }

  /// EF.CardAccess and PACE.
  private static let opening: [[UInt8]] = [
    [0x00, 0xB0, 0x9C, 0x00], [0x00, 0x22, 0xC1, 0xA4], [0x10, 0x86, 0, 0], [0x10, 0x86, 0, 0], [0x10, 0x86, 0, 0],
    [0x00, 0x86, 0, 0],
  ]
  /// Two certificates and the terminal's signature.
  private static let terminal: [[UInt8]] = [
    [0x0C, 0x22, 0x81, 0xB6], [0x0C, 0x2A, 0x00, 0xBE], [0x0C, 0x22, 0x81, 0xB6], [0x0C, 0x2A, 0x00, 0xBE],
    [0x0C, 0x22, 0x81, 0xA4], [0x0C, 0x84, 0, 0], [0x0C, 0x82, 0, 0],
  ]
  private static let payout: [[UInt8]] = [[0x0C, 0xA4, 0x04, 0x00], [0x8C, 0x40, 0x01, 0x00]]

  private func card(_ headers: [[UInt8]]) throws -> [Double] {
    TapModel(try CardTimes.j3r180()).price(headers.map { Self.exchange($0) }).map(\.card)
  }

  @Test("Today's tap: the card's share of each of the 8 APDUs")
  func today() throws {
    // PACE: the nonce under AES 8 · key pair 27, agreement 28, mapping 28 · key pair 27, agreement 28 · two hashes and
    // two CMACs, 4 × 8. Then SELECT 4 × 8, and AUTHORISE 40 + 4 × 8.
    let times = try card(Self.opening + Self.payout)
    #expect(times == [0, 0, 8, 83, 55, 32, 32, 72])
    // With the terminal's proof and two certificates in AUTHORISE, 3 × 38 = 114 more; USB 8 × 3 = 24; 1,130 bytes,
    // which is what (669 − 597) ÷ (9 × 7.08 µs) makes of the two sums planned for it, 96 and 24 ms; 16 frames 5.6:
    // together 522 and 450. The plan's 669 and 597 have 147 ms more at either rate, for which none of these inputs
    // stands.
    #expect(times.reduce(0, +) == 282)
  }

  @Test("With terminal authentication, and chip authentication after it")
  func withTerminal() throws {
    let terminal = try card(Self.opening + Self.terminal + Self.payout)
    #expect(terminal.count == 15)
    // Seven APDUs of secure messaging and three verifications more.
    #expect(Array(terminal[6..<13]) == [32, 70, 32, 70, 32, 32, 70])
    let expected: Double = 282 + 7 * 32 + 3 * 38
    #expect(terminal.reduce(0, +) == expected)
    let authentication: [[UInt8]] = [[0x0C, 0x22, 0x41, 0xA4], [0x0C, 0x86, 0, 0]]
    let chip = try card([Self.opening, Self.terminal, authentication, Self.payout].flatMap { $0 })
    // Chip authentication: secure messaging, then agreement 28, two hashes 16, one CMAC 8 and secure messaging.
    #expect(chip.count == 17 && Array(chip[13..<15]) == [32, 84])
  }

  @Test("The steps of a session that first resumes a suspended PIN, all the way to the end")
  func steps() {
    var steps = TapSteps()
    let secured: [[UInt8]] = Self.opening.dropFirst().map { header -> [UInt8] in
      var header = header
      header[0] |= 0x0C
      return header
    }
    let pace: [TapStep] = [.paceSetUp, .paceNonce, .paceMap, .paceAgree, .paceTokens]
    #expect(Self.opening.map { steps.next($0) } == [.read] + pace)
    #expect(secured.map { steps.next($0) } == pace)
    let terminal: [TapStep] = [
      .setVerificationKey, .verifyCertificate, .setVerificationKey, .verifyCertificate, .terminalSetUp, .challenge,
      .terminalAuthentication,
    ]
    #expect(Self.terminal.map { steps.next($0) } == terminal)
    let rest: [([UInt8], TapStep)] = [
      ([0x0C, 0x22, 0x41, 0xA4], .chipSetUp), ([0x0C, 0x86, 0, 0], .chipAuthentication), ([0x0C, 0x86, 0, 0], .other),
      ([0x0C, 0xA4, 4, 0], .select), ([0x8C, 0x44, 0, 0], .status), ([0x8C, 0x46, 0, 0], .lastCertificate),
      ([0x9C, 0x40, 1, 0], .part), ([0x8C, 0x40, 1, 0], .authorise), ([0x00, 0xC0, 0, 0], .part),
      ([0x8C, 0x42, 0, 0], .complete), ([0x8C, 0x50, 0, 0], .other), ([0x0C, 0x22, 0xF3, 0x03], .other),
      ([0x0C, 0xB2, 1, 0x34], .read), ([0x00, 0xFE, 0, 0], .other), ([], .other), ([0x00, 0xA4, 4], .other),
    ]
    for (header, step) in rest { #expect(steps.next(header) == step, "\(header)") }
  }

  @Test("A chain is worked on once; what is not secured takes no secure messaging")
  func chain() throws {
    let times = try card([[0x9C, 0x40, 1, 0], [0x8C, 0x40, 1, 0], [0x00, 0xC0, 0, 0], [0x80, 0x40, 1, 0]])
    #expect(times == [0, 72, 0, 40])
  }

  @Test("Every step has its operations priced, and lengths below zero count as nothing")
  func bounds() throws {
    let times = try CardTimes.j3r180()
    for step in TapStep.allCases {
      #expect(step.operations.allSatisfy { $0.rawValue.hasPrefix("card.") && times[$0] > 0 })
    }
    let priced = TapModel(times).price([Self.exchange([], -1, -7)])
    #expect(priced[0].card == 0 && Self.isNear(priced[0].air[.kbit106] ?? 0, 6 * 9 * 9.44 / 1_000 + 0.7))
    #expect(TapModel(times).price([]).isEmpty)
  }
}
