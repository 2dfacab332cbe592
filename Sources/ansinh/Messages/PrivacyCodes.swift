/// Personal data and requests about it.
enum PrivacyCode: String, MessageCode {
  case requestUnknown = "privacy.request-unknown"
  case requestClosed = "privacy.request-closed"
  case requestNotAnswered = "privacy.request-not-answered"
  case requestNotExecuted = "privacy.request-not-executed"
  case requestExecuted = "privacy.request-executed"
  case requestExtended = "privacy.request-extended"
  case requestTermEnded = "privacy.request-term-ended"
  case requestExtension = "privacy.request-extension"
  case requestReceived = "privacy.request-received"
  case otherPerson = "privacy.other-person"
  case text = "privacy.text"
  case nothingToExecute = "privacy.nothing-to-execute"
  case refusedAndExecuted = "privacy.refused-and-executed"
  case noRecord = "privacy.no-record"
  case cardMade = "privacy.card-made"
  case numberGivenOut = "privacy.number-given-out"
  case correction = "privacy.correction"
  case correctionOption = "privacy.correction-option"
  case personalID = "privacy.personal-id"
  case date = "privacy.date"
  case listUnreadable = "privacy.list-unreadable"
  case listLine = "privacy.list-line"
  case noCalendar = "privacy.no-calendar"
}

/// Exports of personal data.
enum ExportCode: String, MessageCode {
  case field = "export.field"
  case nothing = "export.nothing"
  case unknownPerson = "export.unknown-person"
  case exists = "export.exists"
  case unusableName = "export.unusable-name"
  case system = "export.system"
}

/// Certificates of those whom data is encrypted to.
enum RecipientCode: String, MessageCode {
  case unreadable = "recipient.unreadable"
  case notCertificate = "recipient.not-certificate"
  case notYetValid = "recipient.not-yet-valid"
  case expired = "recipient.expired"
  case keyUsage = "recipient.key-usage"
  case weakKey = "recipient.weak-key"
  case unsupportedKey = "recipient.unsupported-key"
}
