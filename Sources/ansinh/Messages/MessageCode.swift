/// The stable words by which programs tell one message from another, one enumeration for each part of the program.
///
/// A code stands for one text (its numbers and names vary). Codes are never given another meaning; a message that is no
/// longer told leaves its code unused. The service's own refusals keep the codes of `ProblemCode`, rows of lists those
/// of `RowCode`.
protocol MessageCode: RawRepresentable<String>, CaseIterable, Sendable {}

/// The command as a whole.
enum CommandCode: String, MessageCode {
  case commandLine = "command.line"
  case interrupted = "command.interrupted"
  case unexpected = "command.unexpected"
  case system = "command.system"
  case noTerminal = "secret.no-terminal"
  case notDigits = "secret.not-digits"
  case newPINsDiffer = "secret.new-pins-differ"
  case newPINTooEasy = "secret.new-pin-too-easy"
  case passphraseLength = "secret.passphrase-length"
  case passphrasesDiffer = "secret.passphrases-differ"
  case issuerFile = "card.issuer-file"
  case benchSystem = "bench.system"
  case benchImpossible = "bench.impossible"
  case benchRefused = "bench.refused"
}

/// Files of card times.
enum ModelCode: String, MessageCode {
  case unreadable = "model.unreadable"
  case syntax = "model.syntax"
  case unknownKey = "model.unknown-key"
  case missingKey = "model.missing-key"
  case value = "model.value"
}

/// What ArgumentParser can't see to be a wrong use.
enum UsageCode: String, MessageCode {
  case listUnreadable = "usage.list-unreadable"
  case rejectsUnwritable = "usage.rejects-unwritable"
  case scanKind = "usage.scan-kind"
  case pointElsewhere = "usage.point-elsewhere"
  case pointCode = "usage.point-code"
  case communeCode = "usage.commune-code"
  case noOffice = "usage.no-office"
  case unknownPerson = "usage.unknown-person"
  case stateNotEmpty = "usage.state-not-empty"
  case window = "usage.window"
}

/// Payment lists as a whole.
enum ListCode: String, MessageCode {
  case refused = "list.refused"
  case givenUpTooOften = "list.given-up-too-often"
  case nothingUsable = "list.nothing-usable"
  case stale = "list.stale"
  case unfinished = "list.unfinished"
  case monthFirst = "list.month-first"
}

/// The way to the card.
enum ChannelCode: String, MessageCode {
  case sessionEnded = "channel.session-ended"
  case malformedAnswer = "channel.malformed-answer"
  case secureMessaging = "channel.secure-messaging"
  case tooLong = "channel.too-long"
  case cardRemoved = "card-lost.removed"
  case cardReset = "card-lost.reset"
  case cardUnpowered = "card-lost.unpowered"
  case readerGone = "card-lost.reader-gone"
  case serviceGone = "card-lost.service-gone"
}

/// Readers, as the command chooses them.
enum ReaderCode: String, MessageCode {
  case noSuchReader = "reader.no-such-reader"
  case severalCards = "reader.several-cards"
  case severalReaders = "reader.several-readers"
}

/// A reader's own pad for PINs.
enum PadCode: String, MessageCode {
  case none = "pad.none"
  case cancelled = "pad.cancelled"
  case timeout = "pad.timeout"
  case refused = "pad.refused"
  case malformedAnswer = "pad.malformed-answer"
}

/// What PC/SC answers; several codes of PC/SC have one message.
enum PCSCMessageCode: String, MessageCode {
  case noCard = "pcsc.no-card"
  case unresponsiveCard = "pcsc.unresponsive-card"
  case unsupportedCard = "pcsc.unsupported-card"
  case protocolMismatch = "pcsc.protocol-mismatch"
  case communication = "pcsc.communication"
  case cancelled = "pcsc.cancelled"
  case timeout = "pcsc.timeout"
  case invalidHandle = "pcsc.invalid-handle"
  case noService = "pcsc.no-service"
  case noReader = "pcsc.no-reader"
  case unknownReader = "pcsc.unknown-reader"
  case readerUnavailable = "pcsc.reader-unavailable"
  case readerUnsupported = "pcsc.reader-unsupported"
  case sharingViolation = "pcsc.sharing-violation"
  case notReady = "pcsc.not-ready"
  case tooBusy = "pcsc.too-busy"
  case unsupportedOperation = "pcsc.unsupported-operation"
  case noMemory = "pcsc.no-memory"
  case answerTooLong = "pcsc.answer-too-long"
  case accessDenied = "pcsc.access-denied"
  case other = "pcsc.other"
}

/// Passwords and PACE.
enum PACECode: String, MessageCode {
  case wrongCAN = "pace.wrong-can"
  case wrongPIN = "pace.wrong-pin"
  case wrongPINSuspended = "pace.wrong-pin-suspended"
  case suspended = "pace.suspended"
  case deactivated = "pace.deactivated"
  case blocked = "pace.blocked"
  case wrongPUK = "pace.wrong-puk"
  case exhaustedPUK = "pace.puk-exhausted"
  case refused = "pace.refused"
  case parametersNotOffered = "pace.parameters-not-offered"
  case malformedAnswer = "pace.malformed-answer"
  case cardNotAuthentic = "pace.card-not-authentic"
}

/// Terminal and Chip Authentication.
enum EACCode: String, MessageCode {
  case unknownAuthority = "eac.unknown-authority"
  case certificateRefused = "eac.certificate-refused"
  case refused = "eac.refused"
  case malformedAnswer = "eac.malformed-answer"
  case cardNotAuthentic = "eac.card-not-authentic"
  case cardSecurity = "eac.card-security"
}

/// A terminal's session with a card.
enum SessionCode: String, MessageCode {
  case notThisScheme = "session.not-this-scheme"
  case foreignCertificate = "session.foreign-certificate"
  case untied = "session.untied"
  case notActivated = "session.not-activated"
  case cardLocked = "session.card-locked"
  case noCertificates = "session.no-certificates"
  case missingRights = "session.missing-rights"
  case clockBehind = "session.clock-behind"
  case pointKeyExists = "point.key-exists"
}

/// Commands that the card refused, by what it answered.
enum CardCommandCode: String, MessageCode {
  case authorisePINMissing = "authorise.pin-missing"
  case authoriseConditions = "authorise.conditions"
  case authoriseMalformed = "authorise.malformed-order"
  case authoriseNotSupported = "authorise.not-supported"
  case authoriseLogFull = "authorise.log-full"
  case completeConditions = "complete.conditions"
  case completeMalformed = "complete.malformed"
  case completeUnknownKey = "complete.unknown-key"
  case completeSignature = "complete.signature"
  case certificateOtherTerminal = "certificate.other-terminal"
  case certificateNone = "certificate.none"
  case applicationMissing = "card.application-missing"
  case warning = "card.warning"
  case authentication = "card.authentication"
  case memoryFailure = "card.memory-failure"
  case securityStatus = "card.security-status"
  case conditions = "card.conditions"
  case notSupported = "card.not-supported"
  case memoryFull = "card.memory-full"
  case notFound = "card.not-found"
  case refused = "card.refused"
  case pinForm = "pin.form"
  case pinManagementMissing = "pin.management-missing"
}

/// Data read from a card.
enum LayoutCode: String, MessageCode {
  case encoding = "layout.encoding"
  case missing = "layout.missing"
  case length = "layout.length"
  case value = "layout.value"
  case trailing = "layout.trailing"
}

/// The issuer's secure channel.
enum SCP03Code: String, MessageCode {
  case refused = "scp03.refused"
  case malformedAnswer = "scp03.malformed-answer"
  case otherMode = "scp03.other-mode"
  case wrongKeys = "scp03.wrong-keys"
}

/// Acceptance tests of cards.
enum ConformanceCode: String, MessageCode {
  case failed = "conformance.failed"
  case notConfirmed = "conformance.not-confirmed"
  case transportKey = "conformance.transport-key"
  case profileUnreadable = "conformance.profile-unreadable"
}

/// The certificate authority.
enum AuthorityCode: String, MessageCode {
  case none = "ca.none"
  case exists = "ca.exists"
  case rootExpired = "ca.root-expired"
  case verifierExpired = "ca.verifier-expired"
  case noVerifier = "ca.no-verifier"
  case unknownProvince = "ca.unknown-province"
  case days = "ca.days"
  case ceiling = "ca.ceiling"
  case rightWord = "ca.right-word"
  case beyondVerifier = "ca.beyond-verifier"
  case otherCurve = "ca.other-curve"
  case otherProvince = "ca.other-province"
  case unknownReference = "ca.unknown-reference"
  case notRevocable = "ca.not-revocable"
  case revoked = "ca.revoked"
  case tooEarly = "ca.too-early"
  case usedUp = "ca.used-up"
  case text = "ca.text"
  case clock = "ca.clock"
  case actsBroken = "ca.acts-broken"
  case register = "ca.register"
}

/// Files with certificates, and requests for them.
enum CertificateCode: String, MessageCode {
  case unreadable = "certificate-file.unreadable"
  case request = "certificate-file.request"
  case damaged = "certificate-file.damaged"
  case order = "certificate-file.order"
  case otherKey = "certificate-file.other-key"
  case otherAnchor = "certificate-file.other-anchor"
  case notYetValid = "certificate-file.not-yet-valid"
  case expired = "certificate-file.expired"
  case refused = "certificate-file.refused"
}

/// Cryptography.
enum CryptoCode: String, MessageCode {
  case library = "crypto.library"
  case keyLength = "crypto.key-length"
  case blockLength = "crypto.block-length"
  case invalidValue = "crypto.invalid-value"
  case malformed = "crypto.malformed"
  case verificationFailed = "crypto.verification-failed"
}

/// Tokens that keep keys (PKCS #11).
enum TokenCode: String, MessageCode {
  case notLoaded = "token.module-not-loaded"
  case notModule = "token.not-a-module"
  case noSuchToken = "token.no-such-token"
  case severalTokens = "token.several-tokens"
  case wrongPIN = "token.wrong-pin"
  case pinLocked = "token.pin-locked"
  case noSuchKey = "token.no-such-key"
  case severalKeys = "token.several-keys"
  case keyExists = "token.key-exists"
  case unusableKey = "token.unusable-key"
  case lost = "token.lost"
  case refused = "token.refused"
  case malformedAnswer = "token.malformed-answer"
}

/// The software card.
enum SoftCardCode: String, MessageCode {
  case inUse = "softcard.in-use"
  case storage = "softcard.storage"
  case damaged = "softcard.damaged"
  case noReader = "softcard.no-reader"
  case readerClosed = "softcard.reader-closed"
  case readerSystem = "softcard.reader-system"
}

/// The payout point and its journal.
enum PointCode: String, MessageCode {
  case nothingOpen = "payout.nothing-open"
  case overOpen = "payout.over-open"
  case journalFailed = "payout.journal-failed"
  case journalLocked = "journal.locked"
  case journalUncertain = "journal.uncertain"
  case journalDamaged = "journal.damaged"
  case journalSystem = "journal.system"
}

/// Vouchers printed again.
enum ReprintCode: String, MessageCode {
  case notFound = "reprint.not-found"
  case void = "reprint.void"
  case unfinished = "reprint.unfinished"
  case factsMissing = "reprint.facts-missing"
}

/// Files for print.
enum PrintCode: String, MessageCode {
  case exists = "print.exists"
  case unusableName = "print.unusable-name"
  case system = "print.system"
  case missingFont = "print.missing-font"
  case tooLong = "print.too-long"
  case drawing = "print.drawing"
  case outOfMemory = "print.out-of-memory"
  case notWritten = "print.not-written"
  case badPicture = "print.bad-picture"
  case unprintable = "print.unprintable"
  case streamExists = "print.stream-exists"
  case streamRefused = "print.stream-refused"
  case streamFailed = "print.stream-failed"
}

/// A client of the centre.
enum ServiceCode: String, MessageCode {
  case unreachable = "service.unreachable"
  case unreadable = "service.unreadable"
}

/// The centre's state and its service.
enum StoreCode: String, MessageCode {
  case locked = "store.locked"
  case file = "store.file"
  case notDurable = "store.not-durable"
  case failed = "store.failed"
  case constraint = "store.constraint"
  case corrupt = "store.corrupt"
  case otherVersion = "store.other-version"
  case stopped = "store.stopped"
  case fenced = "store.fenced"
  case portInUse = "centre.port-in-use"
  case trust = "centre.trust"
  case notListening = "centre.not-listening"
  case noLoopback = "centre.no-loopback"
  case keysMissing = "centre.keys-missing"
  case ledgerBehind = "centre.ledger-behind"
  case anchorFile = "anchor.file"
  case anchorUnreadable = "anchor.unreadable"
  case anchorSigner = "anchor.signer"
  case anchorFork = "anchor.fork"
  case auditProblems = "audit.problems"
  case headNotSigned = "audit.head-not-signed"
  case notProven = "audit.not-proven"
}
