import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// What a partner that is not honest may say after PACE, message by message.
@Suite struct EACTamperingTests {
  let scene: EACScene

  init() throws { scene = try EACScene() }

  private static let names = [
    "MSE:Set DST", "certificate", "MSE:Set DST", "certificate", "MSE:Set AT", "GET CHALLENGE",
    "EXTERNAL AUTHENTICATE", "MSE:Set AT", "GENERAL AUTHENTICATE",
  ]

  @Test func unchanged() async throws {
    let (error, card) = try await scene.outcome(changing: 99)
    #expect(error == nil)
    let agreements = await card.agreements
    #expect(agreements == 1)
  }

  /// A bit of every third octet of every command's data: the card refuses it, or what follows.
  @Test(arguments: [0, 1, 2, 3, 4, 6, 7, 8]) func flippedCommands(_ index: Int) async throws {
    let lengths = [15, 300, 16, 300, 63, 0, 64, 15, 69]
    for octet in stride(from: 0, to: lengths[index], by: lengths[index] > 100 ? 7 : 3) {
      let bit = 8 * octet + octet % 8
      let (error, card) = try await scene.outcome(
        changing: index,
        command: { command in
          var changed = command
          if bit < 8 * changed.data.count {
            changed.data = changed.data.flipping(bit: bit)
          } else {
            changed.data.removeLast()
          }
          return changed
        })
      #expect(error != nil, "message \(index), bit \(bit)")
      let (terminal, agreements) = (await card.terminal, await card.agreements)
      #expect((terminal == nil) == (index < 7), "message \(index), bit \(bit)")
      #expect(agreements == 0, "message \(index), bit \(bit)")
    }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 6, 7, 8]) func emptyAndLongCommands(_ index: Int) async throws {
    for length in [0, 1] {
      let (error, card) = try await scene.outcome(
        changing: index,
        command: { command in
          var changed = command
          changed.data = length == 0 ? [] : changed.data + [0]
          return changed
        })
      #expect(error != nil, "message \(index)")
      let agreements = await card.agreements
      #expect(agreements == 0, "message \(index)")
    }
  }

  /// Which step a changed message is refused at.
  @Test func refusalsNameTheStep() async throws {
    let expected = [
      0: "unknown authority", 1: "certificate 6300", 2: "unknown authority", 3: "certificate 6300",
      4: "EXTERNAL AUTHENTICATE 6300", 6: "EXTERNAL AUTHENTICATE 6300", 7: "MSE:Set AT 6A80",
    ]
    for (index, name) in expected {
      let (error, _) = try await scene.outcome(
        changing: index,
        command: { command in
          var changed = command
          changed.data[changed.data.count - 1] ^= 1
          return changed
        })
      #expect(error == name, "message \(index)")
    }
  }

  /// Every status but 9000 ends the run, whatever else comes with it.
  @Test(arguments: 0..<9) func otherStatus(_ index: Int) async throws {
    for status in [StatusWord.authenticationFailed, .warning, .triesLeft(0), .moreData(8), .unknownError] {
      let (error, _) = try await scene.outcome(
        changing: index, response: { ResponseAPDU(data: $0.data, status: status) })
      #expect(error == "\(Self.names[index]) \(status)", "message \(index)")
    }
  }

  @Test func challengesOfAnotherForm() async throws {
    for length in [0, 1, 7, 9, 16] {
      let (error, _) = try await scene.outcome(
        changing: 5,
        response: { _ in ResponseAPDU(data: [UInt8](repeating: 1, count: length), status: .success) })
      #expect(error == "malformed GET CHALLENGE", "\(length) octets")
    }
    for bit in stride(from: 0, to: 64, by: 9) {
      let (error, card) = try await scene.outcome(
        changing: 5, response: { ResponseAPDU(data: $0.data.flipping(bit: bit), status: .success) })
      #expect(error == "EXTERNAL AUTHENTICATE 6300", "bit \(bit)")
      #expect(await card.terminal == nil)
    }
  }

  /// Every bit of r_IC and of the token; their headers are the layout.
  @Test func answersOfChipAuthentication() async throws {
    for bit in 0..<8 * 22 {
      let (error, _) = try await scene.outcome(
        changing: 8, response: { ResponseAPDU(data: $0.data.flipping(bit: bit), status: .success) })
      let isValue = (4..<12).contains(bit / 8) || (14..<22).contains(bit / 8)
      #expect(error == (isValue ? "not authentic" : "malformed GENERAL AUTHENTICATE"), "bit \(bit)")
    }
  }

  @Test func answersOfAnotherLayout() async throws {
    let nonce = BERTLV(0x81, [UInt8](repeating: 1, count: 8))
    let token = BERTLV(0x82, [UInt8](repeating: 2, count: 8))
    for objects in [[], [nonce], [token], [token, nonce], [nonce, token, token], [nonce, nonce, token]] {
      let answer = ResponseAPDU(data: BERTLV(0x7C, objects).bytes, status: .success)
      let (error, _) = try await scene.outcome(changing: 8, response: { _ in answer })
      #expect(error == "malformed GENERAL AUTHENTICATE", "\(answer.data.hex)")
    }
    for length in 0..<22 {
      let (error, _) = try await scene.outcome(
        changing: 8, response: { ResponseAPDU(data: Array($0.data.prefix(length)), status: .success) })
      #expect(error == "malformed GENERAL AUTHENTICATE", "\(length) octets")
    }
    // A token that is too short, or only begins like the right one.
    for length in [0, 1, 7, 9] {
      let (error, _) = try await scene.outcome(
        changing: 8,
        response: { response in
          let token = Array((response.data.suffix(8) + [0]).prefix(length))
          let nonce = BERTLV(0x81, Array(response.data[4..<12]))
          return ResponseAPDU(data: BERTLV(0x7C, [nonce, BERTLV(0x82, token)]).bytes, status: .success)
        })
      #expect(error == "not authentic", "\(length) octets of token")
    }
  }

  @Test(arguments: Curve.scheme) func aCardWithAnotherStaticKey(_ curve: Curve) async throws {
    let scene = try EACScene(curve)
    let card = try scene.card(key: try ECPrivateKey(generate: curve))
    let session = try await scene.session(card)
    let error = await #expect(throws: EACError.self) {
      try await scene.authenticate(session, over: card, through: session.channel)
    }
    #expect(error?.name == "not authentic")
  }

  /// The static key that the terminal expects is checked before it is used.
  @Test func staticKeysThatDoNotFit() async throws {
    let point = scene.chipKey.publicKey.point
    let other = try ECPrivateKey(generate: .brainpoolP256r1).publicKey.point
    for (key, name) in [
      (ChipAuthenticationPublicKey(curve: .brainpoolP256r1, point: other), "card security"),
      (ChipAuthenticationPublicKey(curve: .p256, point: point, keyID: 2), "card security"),
      (ChipAuthenticationPublicKey(curve: .p256, point: other), "crypto"),
      (ChipAuthenticationPublicKey(curve: .p256, point: []), "crypto"),
      (ChipAuthenticationPublicKey(curve: .p256, point: point.flipping(bit: 8 * 64)), "crypto"),
    ] {
      let card = try scene.card()
      let session = try await scene.session(card)
      let error = await #expect(throws: EACError.self) {
        try await scene.authenticate(session, over: card, through: session.channel, key: key)
      }
      #expect(error?.name == name)
    }
  }

  /// Another key in Chip Authentication than the one that Terminal Authentication signed.
  @Test func anotherTerminalKey() async throws {
    let stranger = try ECPrivateKey(generate: .p256).publicKey.point
    let generator = try Curve.p256.generator
    for point in [stranger, generator] {
      let (error, card) = try await scene.outcome(
        changing: 8,
        command: { command in
          var changed = command
          changed.data = BERTLV(0x7C, [BERTLV(0x80, point)]).bytes
          return changed
        })
      #expect(error == "GENERAL AUTHENTICATE 6A80")
      #expect(await card.agreements == 0)
    }
  }

  /// −P has the same Comp(PK) and the same secret, but the token is over the whole point.
  @Test func theOppositePoint() async throws {
    let prime = octets("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF")
    let (error, card) = try await scene.outcome(
      changing: 8,
      command: { command in
        var borrow = 0
        var changed = command
        for index in (0..<32).reversed() {
          let place = changed.data.count - 32 + index
          let difference = Int(prime[index]) - Int(changed.data[place]) - borrow
          borrow = difference < 0 ? 1 : 0
          changed.data[place] = UInt8(truncatingIfNeeded: difference)
        }
        return changed
      })
    #expect(error == "not authentic")
    let agreements = await card.agreements
    #expect(agreements == 1)
  }

  @Test(arguments: Curve.scheme) func keysTheCardRefuses(_ curve: Curve) throws {
    let key = try ECPrivateKey(generate: curve)
    let parameters = ChipAuthenticationParameters(curve: curve, cipher: .aes128)
    let point = try ECPrivateKey(generate: curve).publicKey.point
    let compressed = TerminalAuthentication.compressed(point)
    #expect(compressed == Array(point[1...32]))
    func agree(_ point: [UInt8], _ bound: [UInt8]) throws {
      let result = try ChipAuthenticationCard.agree(
        parameters, key: key, terminalKey: point, boundTo: bound, random: SystemRandom())
      #expect(result.token.count == 8 && result.nonce.count == ChipAuthenticationCard.nonceLength)
    }
    try agree(point, compressed)
    for bound in [[], Array(compressed.dropLast()), compressed + [0], point, compressed.flipping(bit: 0)] {
      #expect(throws: CryptoError.verificationFailed) { try agree(point, bound) }
    }
    let other = try (curve == .p256 ? Curve.brainpoolP256r1 : .p256).generator
    for invalid in [[], [0], Array(point.dropLast()), point + [0], point.flipping(bit: 8 * 64), other] {
      let bound = TerminalAuthentication.compressed(invalid)
      #expect(throws: CryptoError.invalidPoint, "\(invalid.hex)") { try agree(invalid, bound) }
    }
    #expect(throws: CryptoError.self, "no random octets") {
      let result = try ChipAuthenticationCard.agree(
        parameters, key: key, terminalKey: point, boundTo: compressed, random: FixedRandom([]))
      Issue.record("\(result.token)")
    }
  }
}
