import CardCrypto

/// What a profile of the right shape may still have against itself or against the platform.
extension ProfileFile {
  /// Days of this period and the next: an authority loaded on the first day of one month is to last to the end of the
  /// month after it.
  static let periodDays = 62
  /// Most days of a test card.
  static let longestTest = 180

  func check(_ profile: CardProfile, _ platform: CardPlatform) throws(CardProfileError) {
    checkHolder(profile)
    checkLife(profile)
    checkFiles(profile, platform)
    checkAccess(profile.policy)
    checkOffline(profile)
    checkFace(profile)
    try reader.finish()
  }

  private func refuse(_ key: String, _ reason: ProfileFault.Reason, unless holds: Bool) {
    if !holds { reader.refuse(key, reason) }
  }

  private func checkHolder(_ profile: CardProfile) {
    let holder = profile.holder
    refuse("holder.guardian", .guardian, unless: holder.needsGuardian == (holder.kind == .child))
    refuse("holder.pin-chosen-by", .pinChooser, unless: holder.needsGuardian || !holder.guardianChoosesPIN)
    refuse(
      "holder.authority-months", .authority, unless: (holder.authorityMonths != nil) == (holder.kind == .collector))
    refuse("life.until-age", .untilAge, unless: (profile.life.untilAge != nil) == (holder.kind == .child))
    guard profile.isTest else { return }
    let saysSo = profile.name.vi.lowercased().contains("thử") && profile.name.en.lowercased().contains("test")
    refuse("name", .testName, unless: saysSo)
  }

  private func checkLife(_ profile: CardProfile) {
    let policy = profile.policy
    refuse("pin.transport-length", .transportPIN, unless: policy.transportPINLength != policy.pinLength)
    guard reader.has("life.years") != reader.has("life.days") else { return reader.refuse("life", .span) }
    let days = profile.life.shortestDays
    refuse("life.renewal-days", .renewal(days: days), unless: profile.life.renewalDays < days)
    let key = reader.has("life.years") ? "life.years" : "life.days"
    refuse(key, .testLife(days: Self.longestTest), unless: !profile.isTest || days <= Self.longestTest)
    refuse(
      "offline.days", .offlineLife(days: days), unless: profile.offline.days <= days)
  }

  private func checkFiles(_ profile: CardProfile, _ platform: CardPlatform) {
    let applications = profile.applications
    let master = CardProfile.MasterFile.allCases.filter { !applications.masterFile.contains($0) }.map(\.rawValue)
    refuse("applications.master-file", .needed(master), unless: master.isEmpty)
    let payout = PayoutFile.allCases.filter { $0 != .photo && !applications.payoutFiles.contains($0) }
    refuse("applications.payout", .needed(payout.map(\.profileName)), unless: payout.isEmpty)
    // What tells a document from another, and a person from another.
    let least: [EIDDataGroup] = [.documentType, .issuingEntity, .dateOfExpiry, .givenNames, .familyNames, .dateOfBirth]
    let groups = least.filter { !applications.dataGroups.contains($0) }.map(\.name)
    refuse("applications.eid", .needed(groups), unless: groups.isEmpty || applications.dataGroups.isEmpty)
    for file in PayoutFile.allCases {
      let (name, isThere) = (file.profileName, applications.payoutFiles.contains(file))
      let hasRule = profile.policy.read[file] != nil
      refuse("read.\(name)", .withoutFile(name), unless: isThere || !hasRule)
      refuse("read.\(name)", .fileWithout(name), unless: hasRule || !isThere)
    }
    let hasPhoto = applications.payoutFiles.contains(.photo)
    refuse("files.photo-bytes", .withoutFile("photo"), unless: hasPhoto || profile.photoBytes == nil)
    refuse("files.photo-bytes", .fileWithout("photo"), unless: !hasPhoto || profile.photoBytes != nil)
    let memory = profile.memory
    refuse(
      "files", .memory(needed: memory, available: platform.fileMemory), unless: memory <= platform.fileMemory)
    let slots = profile.offline.certificates + 1
    refuse("files.log-slots", .logSlots(slots), unless: profile.policy.logSlots >= slots)
  }

  private func checkAccess(_ policy: CardPolicy) {
    let stranger = AccessContext(password: .can)
    let home = AccessContext(password: .pin)
    let terminal = AccessContext(password: .pin, payoutRights: .online)
    let withoutPIN = AccessContext(password: .can, payoutRights: [.online, .override], isCANAllowed: true)
    for (file, condition) in policy.read {
      let key = "read.\(file.profileName)"
      if file == .cardInfo {
        refuse(key, .closed, unless: condition.allows(stranger) && condition.allows(home))
        continue
      }
      refuse(key, .stranger, unless: !condition.allows(stranger))
      // Offline a terminal reads the lines, the certificate of the card's key, the log and the authority (§5).
      if [.lines, .payoutKeyCertificate, .payoutLog, .offlineAuthority].contains(file) {
        refuse(key, .closed, unless: condition.allows(terminal))
      }
      if file == .snapshot, !condition.allows(stranger) {
        refuse(key, .withoutPIN, unless: !condition.allows(withoutPIN))
      }
    }
    for (command, condition) in policy.commands where command != .authorise {
      let key = "commands.\(command.profileName)"
      refuse(key, .closed, unless: condition.allows(terminal))
      if command != .complete { refuse(key, .stranger, unless: !condition.allows(stranger)) }
    }
    let authorise = policy.condition(.authorise)
    let isGuarded = authorise == .pinAndTerminal || authorise == .pinAndTerminalOrOverride
    refuse("commands.authorise-payout", .unguarded, unless: isGuarded)
    let hasOverride = policy.overrideUses > 0 && policy.overrideCeiling > 0
    let hasNone = policy.overrideUses == 0 && policy.overrideCeiling == 0
    if isGuarded {
      refuse("override", .override, unless: authorise == .pinAndTerminalOrOverride ? hasOverride : hasNone)
    }
  }

  private func checkOffline(_ profile: CardProfile) {
    let offline = profile.offline
    let ceilings = profile.policy.offlineCeilings
    let fall = zip(ceilings, ceilings.dropFirst()).enumerated().first { $0.element.0 >= $0.element.1 }
    if let fall { reader.refuse("offline-ceilings[\(fall.offset + 2)]", .ceilings) }
    let limits = [
      ("payout", offline.payout), ("available", offline.available), ("certificates", Int64(offline.certificates)),
      ("days", Int64(offline.days)), ("terminal-days", Int64(offline.terminalDays)),
    ]
    let zeros = limits.filter { $0.1 == 0 }
    guard zeros.isEmpty else {
      if zeros.count < limits.count { reader.refuse("offline.\(zeros[0].0)", .offlineHalf) }
      return
    }
    refuse("offline", .offlineCollector, unless: profile.holder.kind != .collector)
    if offline.payout > offline.available {
      reader.refuse("offline.payout", .payoutAboveAvailable(offline.available))
    } else if let highest = ceilings.last {
      refuse("offline.payout", .payoutAboveCeilings(highest), unless: offline.payout <= highest)
    }
    if fall == nil, let step = ceilings.firstIndex(where: { $0 > offline.available }) {
      reader.refuse("offline-ceilings[\(step + 1)]", .ceilingAboveAvailable(offline.available))
    }
    refuse("offline.days", .offlinePeriod(days: Self.periodDays), unless: offline.days >= Self.periodDays)
  }
}
