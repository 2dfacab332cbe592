/// Card profiles.
enum ProfileCode: String, MessageCode {
  case syntax = "profile.syntax"
  case duplicateKey = "profile.duplicate-key"
  case unknownKey = "profile.unknown-key"
  case missingKey = "profile.missing-key"
  case empty = "profile.empty"
  case kind = "profile.kind"
  case range = "profile.range"
  case word = "profile.word"
  case count = "profile.count"
  case repeated = "profile.repeated"
  case needed = "profile.needed"
  case transportPIN = "profile.transport-pin"
  case ceilings = "profile.ceilings"
  case ceilingAboveAvailable = "profile.ceiling-above-available"
  case payoutAboveAvailable = "profile.payout-above-available"
  case payoutAboveCeilings = "profile.payout-above-ceilings"
  case offlineHalf = "profile.offline-half"
  case offlinePeriod = "profile.offline-period"
  case offlineLife = "profile.offline-life"
  case offlineCollector = "profile.offline-collector"
  case logSlots = "profile.log-slots"
  case memory = "profile.memory"
  case stranger = "profile.stranger"
  case closed = "profile.closed"
  case withoutPIN = "profile.without-pin"
  case unguarded = "profile.unguarded"
  case override = "profile.override"
  case withoutFile = "profile.without-file"
  case fileWithout = "profile.file-without"
  case guardian = "profile.guardian"
  case pinChooser = "profile.pin-chooser"
  case untilAge = "profile.until-age"
  case authority = "profile.authority"
  case span = "profile.span"
  case renewal = "profile.renewal"
  case unmarkedTest = "profile.unmarked-test"
  case markedLive = "profile.marked-live"
  case testName = "profile.test-name"
  case testLife = "profile.test-life"
  case faceSize = "profile.face-size"
  case outsideFace = "profile.outside-face"
  case overlap = "profile.overlap"
  case lineHeight = "profile.line-height"
  case barcode = "profile.barcode"
  case sharedID = "profile.shared-id"
  case sharedVersion = "profile.shared-version"
  case unreadable = "profile.unreadable"
  case refused = "profile.refused"
}

/// A card's life at the office.
enum CardLifeCode: String, MessageCode {
  case unknownCard = "card-life.unknown-card"
  case noLiveCard = "card-life.no-live-card"
  case notRegistered = "card-life.not-registered"
  case delivered = "card-life.delivered"
  case ended = "card-life.ended"
  case replacementAsked = "card-life.replacement-asked"
  case fourEyes = "card-life.four-eyes"
  case notDue = "card-life.not-due"
}

/// Making cards.
enum IssuanceCode: String, MessageCode {
  case refused = "personalise.refused"
  case malformedAnswer = "personalise.malformed-answer"
  case notFresh = "personalise.not-fresh"
  case outgrown = "personalise.outgrown"
  case readBackDiffers = "read-back.differs"
  case readBackUsed = "read-back.used"
  case applicant = "office.applicant"
  case superseded = "office.superseded"
  case identity = "issuance.identity"
  case noSuchCard = "update.no-such-card"
  case nothingToUpdate = "update.nothing"
  case updatesOver = "update.counter"
}

/// People whom cards are for.
enum PeopleCode: String, MessageCode {
  case unknown = "people.unknown"
  case notMatched = "people.not-matched"
  case undecided = "people.undecided"
  case outsideScope = "people.outside-scope"
  case fieldKeys = "people.field-keys"
  case personalIDTaken = "people.personal-id-taken"
  case unknownItem = "people.unknown-item"
  case impossibleDecision = "people.impossible-decision"
  case hasCard = "people.has-card"
  case realPerson = "people.real-person"
}

/// The national population register.
enum RegisterCode: String, MessageCode {
  case notOne = "register.not-an-answer"
  case version = "register.version"
  case tooLong = "register.too-long"
  case malformed = "register.malformed"
  case truncated = "register.truncated"
  case surplus = "register.surplus"
  case repeated = "register.repeated"
  case outOfOrder = "register.out-of-order"
  case digest = "register.digest"
  case unknownBatch = "register.unknown-batch"
  case withdrawn = "register.withdrawn"
  case answered = "register.answered"
  case changed = "register.changed"
  case otherRequest = "register.other-request"
  case unknownPerson = "register.unknown-person"
  case otherAnswer = "register.other-answer"
}

/// Key files.
enum KeyFileCode: String, MessageCode {
  case system = "key-file.system"
  case malformed = "key-file.malformed"
  case permissions = "key-file.permissions"
  case missing = "key-file.missing"
  case exists = "key-file.exists"
  case passphraseNeeded = "key-file.passphrase-needed"
  case wrongPassphrase = "key-file.wrong-passphrase"
  case damaged = "key-file.damaged"
}

/// The office's keys: ceremonies, shares, backups.
enum KeyCode: String, MessageCode {
  case noKeys = "key.none"
  case exists = "key.exists"
  case noFile = "key.no-file"
  case holders = "key.holders"
  case person = "key.person"
  case noBackup = "key.no-backup"
  case otherKeys = "key.other-keys"
  case usedUp = "key.used-up"
  case record = "key.record"
  case broken = "key.record-broken"
  case noMaster = "key.no-master"
  case noCertificateKey = "key.no-certificate-key"
  case cardBudget = "key.card-budget"
  case jobBudget = "key.job-budget"
  case budgetNotKept = "key.budget-not-kept"
}

/// Shares of a backup key, and backups.
enum ShareCode: String, MessageCode {
  case parameters = "share.parameters"
  case malformed = "share.malformed"
  case damaged = "share.damaged"
  case wrongPassphrase = "share.wrong-passphrase"
  case line = "share.line"
  case otherSet = "share.other-set"
  case notGenuine = "share.not-genuine"
  case duplicate = "share.duplicate"
  case tooFew = "share.too-few"
  case backup = "share.backup"
  case inconsistent = "share.inconsistent"
}
