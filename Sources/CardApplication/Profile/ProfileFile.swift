import CardCrypto

/// A profile file of the right shape, with where everything in it stands.
struct ProfileFile {
  let reader: ProfileReader
  let profile: CardProfile

  static let keys = [
    "profile", "version", "layout", "application", "name", "use", "holder", "life", "applications", "files", "pace",
    "pace-cipher", "chip-authentication", "scp03", "can", "pin", "puk", "override", "offline", "offline-ceilings",
    "read", "commands", "print",
  ]

  init(yaml: String) throws(CardProfileError) {
    reader = ProfileReader()
    let root = try reader.root(yaml, Self.keys)
    let parts = Parts(root)
    try reader.finish()
    guard let profile = parts.profile() else {
      // Every part that is missing was told of above.
      throw CardProfileError([ProfileFault(line: 1, column: 1, key: "", reason: .kind(.section))])
    }
    self.profile = profile
  }

  private static let ciphers = [("aes-128", AESKeyLength.aes128), ("aes-192", .aes192), ("aes-256", .aes256)]
  private static let curves = CardPlatform.javaCard.curves.map { ($0.profileName, $0) }
  private static let conditions = AccessCondition.allCases.map { ($0.name, $0) }

  /// What each section says, `nil` where it is not as it has to be.
  private struct Parts {
    let policy: CardPolicy?
    let name: CardText?
    let isTest: Bool?
    let holder: CardProfile.HolderRules?
    let life: CardLife?
    let applications: CardProfile.Applications
    let files: (slots: Int64, slotBytes: Int64, photo: Int64?)?
    let offline: CardProfile.OfflineLimits?
    let face: CardFaceLayout?
    let canLength: Int64?

    init(_ root: ProfileSection) {
      name = root.section("name", ["vi", "en"]).flatMap(Self.text)
      isTest = root.word("use", [("live", false), ("test", true)])
      holder = root.section("holder", ["kind", "guardian", "pin-chosen-by", "authority-months"]).flatMap(Self.holder)
      life = root.section("life", ["years", "days", "until-age", "renewal-days"]).flatMap(Self.life)
      applications = Self.applications(root)
      files = root.section("files", ["log-slots", "log-slot-bytes", "photo-bytes"]).flatMap(Self.files)
      canLength = root.section("can", ["length"])?.whole("length", 6...6)
      offline = root.section("offline", ["payout", "available", "certificates", "days", "terminal-days"])
        .flatMap(Self.offline)
      policy = Self.policy(root, slots: files?.slots)
      face = root.section("print", ["face", "boxes", "fields", "mark"]).flatMap(CardFaceLayout.init)
    }

    func profile() -> CardProfile? {
      guard let policy, let name, let isTest, let holder, let life, let files, let offline, let face, let canLength
      else { return nil }
      return CardProfile(
        policy: policy, name: name, isTest: isTest, holder: holder, life: life, applications: applications,
        logSlotBytes: Int(files.slotBytes), photoBytes: files.photo.map { Int($0) }, offline: offline, face: face,
        canLength: Int(canLength))
    }

    private static func text(_ section: ProfileSection) -> CardText? {
      let (vi, en) = (section.text("vi"), section.text("en"))
      guard let vi, let en else { return nil }
      return CardText(vi: vi, en: en)
    }

    private static func holder(_ section: ProfileSection) -> CardProfile.HolderRules? {
      let kind = section.word("kind", CardProfile.HolderKind.allCases.map { ($0.rawValue, $0) })
      let guardian = section.word("guardian", [("none", false), ("required", true)])
      let chooser = section.word("pin-chosen-by", [("holder", false), ("guardian", true)])
      let months = section.wholeIfThere("authority-months", 1...12)
      guard let kind, let guardian, let chooser else { return nil }
      return CardProfile.HolderRules(
        kind: kind, needsGuardian: guardian, guardianChoosesPIN: chooser, authorityMonths: months.map { Int($0) })
    }

    private static func life(_ section: ProfileSection) -> CardLife? {
      let (years, days) = (section.wholeIfThere("years", 1...20), section.wholeIfThere("days", 1...3_650))
      let age = section.wholeIfThere("until-age", 1...18)
      guard let renewal = section.whole("renewal-days", 0...365) else { return nil }
      // Neither, or both, is refused by the rules; a value that is out of its bounds was refused above.
      let span = years.map { CardLife.Span.years(Int($0)) } ?? .days(Int(days ?? 1))
      return CardLife(span: span, untilAge: age.map { Int($0) }, renewalDays: Int(renewal))
    }

    private static func applications(_ root: ProfileSection) -> CardProfile.Applications {
      let section = root.section("applications", ["master-file", "eid", "payout"])
      let groups = EIDDataGroup.allCases.filter { $0 != .reserved }.map { ($0.name, $0) }
      let master = section?.words(
        "master-file", count: 1...4, CardProfile.MasterFile.allCases.map { ($0.rawValue, $0) })
      let eid = section?.words("eid", count: 0...groups.count, groups)
      let payout = section?.words("payout", count: 1...8, PayoutFile.allCases.map { ($0.profileName, $0) })
      return CardProfile.Applications(
        masterFile: master ?? [], dataGroups: (eid ?? []).sorted { $0.rawValue < $1.rawValue },
        payoutFiles: (payout ?? []).sorted { $0.rawValue < $1.rawValue })
    }

    private static func files(_ section: ProfileSection) -> (slots: Int64, slotBytes: Int64, photo: Int64?)? {
      let slots = section.whole("log-slots", 1...30)
      let slotBytes = section.whole("log-slot-bytes", Int64(CardPlatform.greatestCertificate)...4_096)
      let photo = section.wholeIfThere("photo-bytes", 1...Int64(CardPlatform.javaCard.maximumFile))
      guard let slots, let slotBytes else { return nil }
      return (slots, slotBytes, photo)
    }

    private static func offline(_ section: ProfileSection) -> CardProfile.OfflineLimits? {
      let payout = section.whole("payout", CardPolicy.amounts)
      let available = section.whole("available", CardPolicy.amounts)
      let certificates = section.whole("certificates", 0...30)
      let days = section.whole("days", 0...366)
      let terminal = section.whole("terminal-days", 0...21)
      guard let payout, let available, let certificates, let days, let terminal else { return nil }
      return CardProfile.OfflineLimits(
        payout: payout, available: available, certificates: Int(certificates), days: Int(days),
        terminalDays: Int(terminal))
    }

    private static func policy(_ root: ProfileSection, slots: Int64?) -> CardPolicy? {
      let numbers = ["profile", "version", "layout", "application"].map { root.whole($0, 1...255) }.compactMap(\.self)
      let curve = root.word("pace", curves)
      let cipher = root.word("pace-cipher", ciphers, or: .aes128)
      let chip = root.section("chip-authentication", ["curve", "cipher"])
      let (chipCurve, chipCipher) = (chip?.word("curve", curves), chip?.word("cipher", ciphers))
      let keyLengths = AESKeyLength.allCases.map { (String($0.rawValue), $0) }
      let scp03 = root.section("scp03", ["key-length", "mode"], isOptional: true)
      let length = scp03?.number("key-length", keyLengths, or: .aes128) ?? .aes128
      let mode = scp03?.word("mode", [("s8", SCP03Mode.s8), ("s16", .s16)], or: .s8) ?? .s8
      let pin = root.section("pin", ["length", "tries", "transport-length"])
      let pins = (pin?.whole("length", 4...12), pin?.whole("tries", 1...10), pin?.whole("transport-length", 4...12))
      let puk = root.section("puk", ["length", "uses"])
      let puks = (puk?.whole("length", 8...12), puk?.whole("uses", 1...15))
      let override = root.section("override", ["uses", "ceiling"])
      let overrides = (override?.whole("uses", 0...9), override?.whole("ceiling", CardPolicy.amounts))
      let steps = PayoutRights.ceilingSteps
      let ceilings = root.wholes("offline-ceilings", count: steps...steps, 1...PayoutEntry.maximumAmount)
      let rules = root.section("read", PayoutFile.allCases.map(\.profileName))
      let read = rules.map { rules in
        PayoutFile.allCases.compactMap { file in
          rules.has(file.profileName) ? rules.word(file.profileName, conditions).map { (file, $0) } : nil
        }
      }
      let commands = root.section("commands", PayoutCommand.allCases.map(\.profileName)).map { section in
        PayoutCommand.allCases.compactMap { command in
          section.word(command.profileName, conditions).map { (command, $0) }
        }
      }
      guard numbers.count == 4, let curve, let cipher, let chipCurve, let chipCipher, let pinLength = pins.0,
        let pinTries = pins.1, let transport = pins.2, let pukLength = puks.0, let pukUses = puks.1,
        let uses = overrides.0, let ceiling = overrides.1, let read, let commands, let slots
      else { return nil }
      return CardPolicy(
        profileID: UInt8(numbers[0]), profileVersion: UInt8(numbers[1]), layout: UInt8(numbers[2]),
        applicationVersion: UInt8(numbers[3]), paceParameterID: curve.rawValue, paceKeyLength: cipher,
        scp03KeyLength: length, scp03Mode: mode, pinLength: UInt8(pinLength), pinTries: UInt8(pinTries),
        pukLength: UInt8(pukLength), pukUses: UInt8(pukUses), transportPINLength: UInt8(transport),
        logSlots: UInt8(slots), chipParameterID: chipCurve.rawValue, chipKeyLength: chipCipher,
        overrideUses: UInt8(uses), overrideCeiling: ceiling, offlineCeilings: ceilings,
        read: Dictionary(uniqueKeysWithValues: read), commands: Dictionary(uniqueKeysWithValues: commands))
    }
  }
}

extension Curve {
  /// The curve's name in a profile file.
  var profileName: String { self == .brainpoolP256r1 ? "brainpoolP256r1" : "P-256" }
}

extension PayoutFile {
  /// The file's name in a profile file.
  public var profileName: String {
    switch self {
    case .cardInfo: "card-info"
    case .holder: "holder"
    case .lines: "lines"
    case .snapshot: "snapshot"
    case .payoutKeyCertificate: "payout-key-certificate"
    case .payoutLog: "payout-log"
    case .offlineAuthority: "offline-authority"
    case .photo: "photo"
    }
  }
}

extension PayoutCommand {
  /// The command's name in a profile file.
  public var profileName: String {
    switch self {
    case .authorise: "authorise-payout"
    case .complete: "complete-payout"
    case .status: "get-payout-status"
    case .lastCertificate: "get-last-certificate"
    }
  }
}
