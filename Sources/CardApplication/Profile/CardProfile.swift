public import CardCrypto

/// A card profile: what is put on a card, who may do what with it, for whom it is and what it looks like
/// (`CardProfiles/*.yaml`; their shape is `CardProfiles/profile.schema.json`).
///
/// `pace-cipher` (aes-128, aes-192, aes-256) and `scp03: { key-length: 16 | 24 | 32, mode: s8 | s16 }` may be left out;
/// then they are aes-128, 16 and s8. A key that a profile does not have is refused, for with a slip of the pen in its
/// name it would fall back to these.
public struct CardProfile: Hashable, Sendable {
  /// Whom a card is for.
  public enum HolderKind: String, CaseIterable, Sendable {
    /// Whoever acts for themselves.
    case adult
    /// A child, for whom a guardian acts.
    case child
    /// A person who may collect for others (lĩnh thay).
    case collector
  }

  /// Who acts for the holder.
  public struct HolderRules: Hashable, Sendable {
    /// Whom the card is for.
    public let kind: HolderKind
    /// Whether a guardian has to be on record before the card is made.
    public let needsGuardian: Bool
    /// Whether the guardian, not the holder, chooses the PIN.
    public let guardianChoosesPIN: Bool
    /// Most months that a collector's authority lasts, 1…12; `nil` for other kinds.
    public let authorityMonths: Int?
  }

  /// Files of the master file.
  public enum MasterFile: String, CaseIterable, Sendable {
    /// EF.ATR/INFO.
    case info = "atr-info"
    /// EF.DIR.
    case directory = "dir"
    /// EF.CardAccess.
    case cardAccess = "card-access"
    /// EF.CardSecurity.
    case cardSecurity = "card-security"
  }

  /// What the applications hold.
  public struct Applications: Hashable, Sendable {
    /// Files of the master file: all of them.
    public let masterFile: [MasterFile]
    /// Data groups of the eID application, rising; of these a card has what the office knows of the person. None, and
    /// the card has no such application.
    public let dataGroups: [EIDDataGroup]
    /// Files of the payout application, rising; all but EF.Photo always.
    public let payoutFiles: [PayoutFile]
  }

  /// What the centre lets a card pay offline (`card-application` §8); all 0 for a card that pays online only.
  public struct OfflineLimits: Hashable, Sendable {
    /// Most đồng of one payout.
    public let payout: Int64
    /// Most đồng available on all lines.
    public let available: Int64
    /// Most offline certificates above the acknowledged counter.
    public let certificates: Int
    /// Days that an authority is good for.
    public let days: Int
    /// Days that the certificate of a terminal lasts which works offline.
    public let terminalDays: Int

    /// Whether the card pays offline at all.
    public var isOffline: Bool { certificates > 0 }
  }

  /// The profile's rules as the card keeps them.
  public let policy: CardPolicy
  /// What the profile is called.
  public let name: CardText
  /// For tries only: its cards are marked as such and last a short time.
  public let isTest: Bool
  /// Whom it is for.
  public let holder: HolderRules
  /// How long it lasts.
  public let life: CardLife
  /// What it holds.
  public let applications: Applications
  /// Octets of a slot of EF.PayoutLog.
  public let logSlotBytes: Int
  /// Most octets of EF.Photo; `nil` without one.
  public let photoBytes: Int?
  /// What it may pay offline.
  public let offline: OfflineLimits
  /// What is printed on it.
  public let face: CardFaceLayout
  /// Digits of the CAN.
  public let canLength: Int

  /// Vietnamese name.
  public var nameVi: String { name.vi }
  /// English name.
  public var nameEn: String { name.en }
  /// Years from issue to the last day of validity, rounded up.
  public var validityYears: Int {
    switch life.span {
    case .years(let years): years
    case .days(let days): (days + 364) / 365
    }
  }

  /// The curve of PACE.
  public var curve: Curve { Curve(rawValue: policy.paceParameterID) ?? .p256 }

  /// Octets of the card's memory for files when every one of them is full.
  public var memory: Int {
    CardPlatform.commonMemory + applications.dataGroups.count * EIDDataGroup.maximumFileLength + (photoBytes ?? 0)
      + Int(policy.logSlots) * logSlotBytes
  }

  /// Reads a profile file and checks it against itself and against the platform.
  ///
  /// - Throws: everything that is wrong with it and where. What is against the shape of a profile is told alone: only
  ///   a file of the right shape is checked further.
  public init(yaml: String) throws(CardProfileError) {
    let file = try ProfileFile(yaml: yaml)
    self = file.profile
    try file.check(self, .javaCard)
  }

  init(
    policy: CardPolicy, name: CardText, isTest: Bool, holder: HolderRules, life: CardLife, applications: Applications,
    logSlotBytes: Int, photoBytes: Int?, offline: OfflineLimits, face: CardFaceLayout, canLength: Int
  ) {
    self.policy = policy
    self.name = name
    self.isTest = isTest
    self.holder = holder
    self.life = life
    self.applications = applications
    self.logSlotBytes = logSlotBytes
    self.photoBytes = photoBytes
    self.offline = offline
    self.face = face
    self.canLength = canLength
  }
}
