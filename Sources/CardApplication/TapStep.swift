/// What a command of a tap is for, read from the headers of the commands alone, so that it is known under secure
/// messaging too.
public enum TapStep: String, CaseIterable, Codable, Sendable {
  /// READ BINARY, READ RECORD (ISO/IEC 7816-4:2020 §11.3.3, §11.4.3).
  case read
  /// MSE:Set AT of PACE, 22 C1 A4 (TR-03110-3 B.11.1).
  case paceSetUp = "pace-set-up"
  /// GENERAL AUTHENTICATE, the encrypted nonce (TR-03110-3 B.1 step 1).
  case paceNonce = "pace-nonce"
  /// GENERAL AUTHENTICATE, the nonce is mapped (step 2).
  case paceMap = "pace-map"
  /// GENERAL AUTHENTICATE, the key is agreed (step 3).
  case paceAgree = "pace-agree"
  /// GENERAL AUTHENTICATE, both sides' tokens (step 4).
  case paceTokens = "pace-tokens"
  /// MSE:Set DST, 22 81 B6: the key that a certificate is verified with (TR-03110-3 B.11.4).
  case setVerificationKey = "set-verification-key"
  /// PSO: VERIFY CERTIFICATE, 2A 00 BE (TR-03110-3 B.11.5).
  case verifyCertificate = "verify-certificate"
  /// MSE:Set AT of terminal authentication, 22 81 A4 (TR-03110-3 B.11.1).
  case terminalSetUp = "terminal-set-up"
  /// GET CHALLENGE, 84 (TR-03110-3 B.11.6).
  case challenge
  /// EXTERNAL AUTHENTICATE, 82 (TR-03110-3 B.11.7).
  case terminalAuthentication = "terminal-authentication"
  /// MSE:Set AT of chip authentication, 22 41 A4 (TR-03110-3 B.11.1).
  case chipSetUp = "chip-set-up"
  /// GENERAL AUTHENTICATE of chip authentication (TR-03110-3 B.2).
  case chipAuthentication = "chip-authentication"
  /// SELECT (ISO/IEC 7816-4:2020 §11.2.2).
  case select
  /// AUTHORISE PAYOUT (`card-application` §4).
  case authorise
  /// COMPLETE PAYOUT.
  case complete
  /// GET PAYOUT STATUS.
  case status
  /// GET LAST CERTIFICATE.
  case lastCertificate = "last-certificate"
  /// A part of a command chain but the last, or GET RESPONSE: the rest of another step.
  case part
  /// Any other command.
  case other

  /// The card's operations of the step itself, in the order in which they come; those of secure messaging are apart.
  ///
  /// K_π is on the card already, so the nonce takes one AES operation. The session keys are derived when the tokens
  /// are made. A receipt has the hash of the completion in it.
  public var operations: [CardTimes.Key] {
    switch self {
    case .paceNonce: [.aes]
    case .paceMap: [.keyGeneration, .ecdh, .genericMapping]
    case .paceAgree: [.keyGeneration, .ecdh]
    case .paceTokens: [.sha256, .sha256, .aes, .aes]
    case .verifyCertificate, .terminalAuthentication: [.verify]
    case .chipAuthentication: [.ecdh, .sha256, .sha256, .aes]
    case .authorise: [.sign]
    case .complete: [.verify, .sha256, .sign]
    case .read, .paceSetUp, .setVerificationKey, .terminalSetUp, .challenge, .chipSetUp, .select, .status,
      .lastCertificate, .part, .other:
      []
    }
  }
}

/// Tells the steps of a tap, one command after the other.
public struct TapSteps: Sendable {
  /// The steps that GENERAL AUTHENTICATE is still to go through.
  private var ahead: [TapStep] = []

  /// At the beginning of a tap.
  public init() {}

  /// The step of the next command.
  ///
  /// - Parameter header: CLA INS P1 P2; anything shorter is ``TapStep/other``.
  public mutating func next(_ header: [UInt8]) -> TapStep {
    guard header.count >= 4 else { return .other }
    let (cla, ins, parameters) = (header[0], header[1], [header[2], header[3]])
    // GENERAL AUTHENTICATE marks all steps of a protocol but its last as parts of a chain.
    let isChained = cla & 0x10 != 0
    if ins == 0x86 || ins == 0x87 { return ahead.isEmpty ? .other : ahead.removeFirst() }
    if isChained || ins == 0xC0 { return .part }
    if cla & 0x80 != 0 { return payoutStep(ins) }
    switch (ins, parameters) {
    case (0x22, [0xC1, 0xA4]):
      ahead = [.paceNonce, .paceMap, .paceAgree, .paceTokens]
      return .paceSetUp
    case (0x22, [0x41, 0xA4]):
      ahead = [.chipAuthentication]
      return .chipSetUp
    case (0x22, [0x81, 0xA4]): return .terminalSetUp
    case (0x22, [0x81, 0xB6]): return .setVerificationKey
    case (0x2A, [0x00, 0xBE]): return .verifyCertificate
    case (0x82, _): return .terminalAuthentication
    case (0x84, _): return .challenge
    case (0xA4, _): return .select
    case (0xB0...0xB3, _): return .read
    default: return .other
    }
  }

  private func payoutStep(_ ins: UInt8) -> TapStep {
    switch PayoutCommand(rawValue: ins) {
    case .authorise: .authorise
    case .complete: .complete
    case .status: .status
    case .lastCertificate: .lastCertificate
    case nil: .other
    }
  }
}
