public import VietnamReference

/// What a check is about; results are shown in this order.
public enum ConformanceGroup: String, Sendable, CaseIterable, Codable {
  /// What everybody may see of a card.
  case files
  /// From the fresh card to the one that is handed over.
  case lifeCycle = "life-cycle"
  /// Right and wrong parameters, and access to files and commands.
  case commands
  /// Who may read and do what.
  case access
  /// Passwords and their retry counters.
  case passwords
  /// Secure messaging.
  case messaging
  /// Certificates of terminals, Terminal and Chip Authentication.
  case authentication
  /// The eID application.
  case identity
  /// Orders and certificates.
  case payout
  /// The offline reserve.
  case offline
  /// What the centre writes.
  case completion

  /// The group's name.
  public var title: BilingualText {
    switch self {
    case .files: BilingualText(vi: "ATR và tệp công khai", en: "ATR and public files")
    case .lifeCycle: BilingualText(vi: "Vòng đời", en: "Life cycle")
    case .commands: BilingualText(vi: "Lệnh và tham số", en: "Commands and parameters")
    case .access: BilingualText(vi: "Quyền truy cập", en: "Access rules")
    case .passwords: BilingualText(vi: "PIN, CAN, PUK", en: "PIN, CAN, PUK")
    case .messaging: BilingualText(vi: "Kênh bảo mật", en: "Secure messaging")
    case .authentication: BilingualText(vi: "Xác thực đầu cuối và chip", en: "Terminal and Chip Authentication")
    case .identity: BilingualText(vi: "Ứng dụng định danh", en: "eID application")
    case .payout: BilingualText(vi: "Chi trả", en: "Payout")
    case .offline: BilingualText(vi: "Hạn mức ngoại tuyến", en: "Offline reserve")
    case .completion: BilingualText(vi: "Lệnh của trung tâm", en: "What the centre writes")
    }
  }
}

/// Where in a card's life a check is made. Later ones use the card up.
enum ConformanceStage: Int, Sendable, CaseIterable {
  /// As it came.
  case fresh
  /// Personalisation was broken off half-way.
  case half
  /// Handed over, with its transport PIN.
  case delivered
  /// The holder has chosen a PIN.
  case active
  /// What uses log slots, PUK uses and tries up.
  case consuming
  /// The end.
  case last
}

/// One question put to the card.
public struct ConformanceCheck: Sendable {
  /// Stable name, such as `pin.suspended`.
  public let id: String
  /// What it is about.
  public let group: ConformanceGroup
  /// Where the rule is written: a section of `card-application` (§…), TR-03110-2/-3, ISO/IEC 7816-4.
  public let clause: String
  /// What a card that passes does.
  public let title: BilingualText
  let stage: ConformanceStage
  let run: @Sendable (CardUnderTest) async throws -> Void

  init(
    _ id: String, _ group: ConformanceGroup, _ clause: String, _ stage: ConformanceStage = .active, vi: String,
    en: String, _ run: @escaping @Sendable (CardUnderTest) async throws -> Void
  ) {
    self.id = id
    self.group = group
    self.clause = clause
    self.stage = stage
    title = BilingualText(vi: vi, en: en)
    self.run = run
  }
}

/// What came of a check.
public enum ConformanceOutcome: Sendable, Hashable {
  /// The card does what it should.
  case passed
  /// It does not; what was expected and what was seen, never a secret.
  case failed(BilingualText)
  /// Not asked, and why.
  case skipped(BilingualText)
}

/// A check and what came of it.
public struct ConformanceResult: Sendable {
  /// The check.
  public let check: ConformanceCheck
  /// What came of it.
  public let outcome: ConformanceOutcome
  /// How long it took.
  public let duration: Duration
}

/// The card did not do what it should.
struct ConformanceFinding: Error {
  let reason: BilingualText
}

/// The check can't be made on this card.
struct ConformanceSkip: Error {
  let reason: BilingualText
}
