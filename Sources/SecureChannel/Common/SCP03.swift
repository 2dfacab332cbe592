public import CardCrypto
import ISO7816

/// The three static keys of an SCP03 key set (GPC Amendment D §4.1.4).
public struct SCP03KeySet: ~Copyable, Sendable {
  /// Key version number, P1 of INITIALIZE UPDATE.
  public let version: UInt8
  /// Key-ENC.
  public let encryption: SecretBytes
  /// Key-MAC.
  public let mac: SecretBytes
  /// Key-DEK.
  public let dataEncryption: SecretBytes

  /// From three keys of one length (16, 24 or 32 octets).
  public init(
    version: UInt8, encryption: consuming SecretBytes, mac: consuming SecretBytes,
    dataEncryption: consuming SecretBytes
  ) {
    self.version = version
    self.encryption = encryption
    self.mac = mac
    self.dataEncryption = dataEncryption
  }

  /// The keys of the card with `diversificationData` (10 octets), derived from `master`.
  public init(version: UInt8, master: borrowing SecretBytes, diversificationData: [UInt8]) throws(CryptoError) {
    self.init(
      version: version,
      encryption: try CardKeyDiversification.derive(master: master, purpose: .encryption, data: diversificationData),
      mac: try CardKeyDiversification.derive(master: master, purpose: .mac, data: diversificationData),
      dataEncryption: try CardKeyDiversification.derive(
        master: master, purpose: .dataEncryption, data: diversificationData))
  }
}

/// Security levels of EXTERNAL AUTHENTICATE (GPC Amendment D table 7-5) as bits.
public struct SCP03SecurityLevel: OptionSet, Hashable, Sendable {
  /// P1 of EXTERNAL AUTHENTICATE.
  public let rawValue: UInt8
  /// Any combination of bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// C-MAC.
  public static let commandMAC = SCP03SecurityLevel(rawValue: 0x01)
  /// C-DECRYPTION.
  public static let commandEncryption = SCP03SecurityLevel(rawValue: 0x02)
  /// R-MAC.
  public static let responseMAC = SCP03SecurityLevel(rawValue: 0x10)
  /// R-ENCRYPTION.
  public static let responseEncryption = SCP03SecurityLevel(rawValue: 0x20)
  /// 33: everything, what personalisation uses.
  public static let full: SCP03SecurityLevel = [.commandMAC, .commandEncryption, .responseMAC, .responseEncryption]
}

extension SCP03Mode {
  /// Implementation options "i" of a card in this mode: b7–b6 R-MAC and R-ENC, b5 pseudo-random card challenge, b1 S16
  /// (GPC Amendment D v1.2 table 5-1).
  var parameter: UInt8 { self == .s16 ? 0x71 : 0x70 }

  /// The mode that "i" names.
  init(parameter: UInt8) { self = parameter & 0x01 == 0 ? .s8 : .s16 }
}

extension SCP03SessionKeys {
  /// From a card's static keys, as both roles derive them.
  init(
    keys: borrowing SCP03KeySet, mode: SCP03Mode, hostChallenge: [UInt8], cardChallenge: [UInt8]
  ) throws(CryptoError) {
    try self.init(
      staticEncryption: keys.encryption, staticMAC: keys.mac, mode: mode, hostChallenge: hostChallenge,
      cardChallenge: cardChallenge)
  }
}

/// Which session with a card: everything but the static keys that its keys follow from.
public struct SCP03SessionRequest: Hashable, Sendable {
  /// Key diversification data of the card, 10 octets.
  public var serial: [UInt8]
  /// Key version number, P1 of INITIALIZE UPDATE.
  public var keyVersion: UInt8
  /// The mode the card is in.
  public var mode: SCP03Mode
  /// The card's sequence counter in this session, 1…FFFFFF: one more than in its last.
  public var sequenceCounter: UInt32
  /// Name of the application that the session is with, 5…16 octets.
  public var application: [UInt8]
  /// As long as the mode says.
  public var hostChallenge: [UInt8]

  /// From all its fields.
  public init(
    serial: [UInt8], keyVersion: UInt8, mode: SCP03Mode, sequenceCounter: UInt32, application: [UInt8],
    hostChallenge: [UInt8]
  ) {
    self.serial = serial
    self.keyVersion = keyVersion
    self.mode = mode
    self.sequenceCounter = sequenceCounter
    self.application = application
    self.hostChallenge = hostChallenge
  }

  /// What a custodian is asked for.
  public var prediction: SCP03Prediction {
    SCP03Prediction(mode: mode, hostChallenge: hostChallenge, sequenceCounter: sequenceCounter, aid: application)
  }

  /// The pseudo-random challenge of a card (GPC Amendment D §6.2.2.1): from Key-ENC, over the counter(3) and the name
  /// of the application.
  static func cardChallenge(
    keys: borrowing SCP03KeySet, mode: SCP03Mode, sequenceCounter: UInt32, application: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try SCP03KDF.derive(
      key: keys.encryption, constant: .cardChallenge,
      context: [UInt8](bigEndian: sequenceCounter, width: 3) + application, bits: mode.length * 8
    ).withOctets { Array($0) }
  }
}

extension PredictedSCP03Session {
  /// From the static keys, where they are at hand.
  public init(keys: borrowing SCP03KeySet, for request: SCP03SessionRequest) throws(CryptoError) {
    let challenge = try SCP03SessionRequest.cardChallenge(
      keys: keys, mode: request.mode, sequenceCounter: request.sequenceCounter, application: request.application)
    let session = try SCP03SessionKeys(
      keys: keys, mode: request.mode, hostChallenge: request.hostChallenge, cardChallenge: challenge)
    self.init(cardChallenge: challenge, keys: session)
  }
}

/// The running state of an authenticated session, kept by each role for itself.
struct SCP03Counters: Sendable {
  /// MAC chaining value: the full last C-MAC.
  var chaining = [UInt8](repeating: 0, count: 16)
  /// Encryption counter: 1 for the first command after EXTERNAL AUTHENTICATE.
  var encryption = SendSequenceCounter()

  /// The counter block of command encryption, or with its first octet 80 of response encryption (§6.2.6, §6.2.7).
  func block(response: Bool) -> [UInt8] { response ? [0x80] + encryption.bytes.dropFirst() : encryption.bytes }
}

/// What a C-MAC covers: chaining value, header with the secure-messaging bit, Lc with the MAC counted, data (§6.2.4).
///
/// Lc has the form it is sent in: three octets in an extended APDU, also for short data. `macLength` is the mode's.
func scp03CommandMACInput(
  chaining: [UInt8], header: [UInt8], data: [UInt8], macLength: Int, isExtended: Bool = false
) -> [UInt8] {
  let length = data.count + macLength
  let lc = length <= 255 && !isExtended ? [UInt8(length)] : [0] + [UInt8](bigEndian: length, width: 2)
  return chaining + header + lc + data
}
