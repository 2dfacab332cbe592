import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// Life cycle of the card (GlobalPlatform card specification 2.3 §11.1.1).
enum CardLifeCycle: UInt8 {
  case opReady = 0x01
  case initialized = 0x07
  case secured = 0x0F
  case locked = 0x7F
  case terminated = 0xFF
}

/// Life cycle of the payout application (`card-application` §10).
enum ApplicationLifeCycle: UInt8 {
  case selectable = 0x07
  /// Delivered: good only for choosing the PIN.
  case personalized = 0x0F
  case active = 0x1F
  case suspended = 0x3F
  case terminated = 0x7F
}

/// A password with the tries that are left.
struct CountedSecret: ~Copyable {
  var value: SecretBytes
  var triesLeft: UInt8
}

/// A line of the card: what EF.Lines shows, and its offline reserve.
struct LineState {
  var entry: CardLine
  var granted: Int64
  /// Granted in all from `notBefore` on; 0 when there is no such grant.
  var nextGranted: Int64 = 0
  /// YYYYMMDD; 0 when there is no next grant.
  var notBefore: UInt32 = 0
  var spent: Int64

  /// What may be spent in all on `date`; `nil` ignores the date, as a payout with the centre does.
  func limit(on date: CardDate?) -> Int64 {
    guard nextGranted > 0, date.map({ $0.yyyymmdd >= notBefore }) ?? true else { return granted }
    return max(granted, nextGranted)
  }
}

/// What a completion allows without the centre.
struct OfflineLimits {
  var ceiling: Int64 = 0
  var count: UInt8 = 0
  /// YYYYMMDD; 0 when there is no authority.
  var until: UInt32 = 0
}

/// One slot of EF.PayoutLog.
struct LogSlot {
  var counter: UInt32
  var transactionID: [UInt8]
  /// SHA-256 of the order's octets, to tell a repeated order from another one.
  var orderHash: [UInt8]
  var certificate: [UInt8]

  /// The certificate's fields; the card has written it itself.
  var content: PayoutCertificate? { (try? PayoutCertificate.parse(certificate))?.0 }
}

/// Everything that survives power-off. Encoded as one string of TLVs and replaced as a whole.
///
/// A class, so that its secrets have one owner; it never leaves the card's actor.
final class CardState {
  var lifeCycle = CardLifeCycle.opReady
  var application = ApplicationLifeCycle.selectable
  /// Key diversification data, 10 octets, given at manufacture.
  let serial: [UInt8]
  var keys: SCP03KeySet
  var sequenceCounter: UInt32 = 0
  /// Failed SCP03 authentications left before the card locks itself.
  var authenticationsLeft: UInt8 = 10

  var policy: CardPolicy?
  var can: SecretBytes?
  var pin: CountedSecret?
  var puk: CountedSecret?
  /// Who set the PIN; by the issuer it is the transport PIN.
  var pinOrigin = PINOrigin.issuer
  /// Holder reference of the terminal that set the PIN; empty when none did.
  var pinSetter: [UInt8] = []
  var pinGeneration: UInt16 = 1
  var acknowledgedGeneration: UInt16 = 0
  var payoutKey: ECPrivateKey?
  var chipKey: ECPrivateKey?
  /// Trust anchors, newest first, at most two.
  var anchors: [TrustAnchor] = []
  /// Document verifiers from before this day are refused; YYYYMMDD, 0 when not set.
  var minimumVerifierDate: UInt32 = 0
  var issuerKeys: [IssuerKey] = []

  var cardInfo: [UInt8] = []
  var holder: [UInt8] = []
  var snapshot: [UInt8] = []
  var certificate: [UInt8] = []
  var photo: [UInt8] = []
  var cardSecurity: [UInt8] = []
  /// Data groups of the eID application by number.
  var identity: [UInt8: [UInt8]] = [:]
  var offline = OfflineLimits()
  var lines: [LineState] = []
  /// Ids of lines that have left the card.
  var retiredLines: [UInt32] = []
  var log: [LogSlot] = []

  var counter: UInt32 = 0
  var acknowledgedCounter: UInt32 = 0
  /// Overrides since the last payout with the PIN.
  var overrides: UInt8 = 0
  /// Signatures begun and not committed since the last that was (`card-application` §7).
  var openSignatures: UInt8 = 0
  var responseSerial: UInt32 = 0
  var lastCompletionHash: [UInt8] = []
  var lastReceipt: [UInt8] = []
  var lastCertificateHash = [UInt8](repeating: 0, count: 32)
  var cardDate = CardDate(unixTime: 0)

  init(serial: [UInt8], keys: consuming SCP03KeySet) {
    self.serial = serial
    self.keys = keys
  }

  /// The card's number once EF.CardInfo is written.
  var cardNumber: CardNumber? { (try? CardInfo(parsing: cardInfo))?.cardNumber }

  func line(_ id: UInt32) -> LineState? { lines.first { $0.entry.line == id } }

  /// Offline certificates above the acknowledged counter.
  var unacknowledgedOffline: Int {
    log.count { $0.counter > acknowledgedCounter && $0.content?.order.mode == .offline }
  }

  /// Whether the PIN is the one the card was delivered with.
  var hasTransportPIN: Bool { pinOrigin == .issuer }
}
