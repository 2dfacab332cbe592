public import CardCrypto

/// One thing that a profile says, under the key that it has in the file.
public struct ProfileEntry: Hashable, Sendable {
  /// The key with those above it; a field of the face by its name, `print.fields.can-barcode`.
  public let key: String
  /// The value as a file would have it.
  public let value: String

  /// What changes with a key.
  public enum Scope: Sendable {
    /// Which profile it is.
    case identity
    /// What cards of it hold, do or are worth: cards of one version are all alike.
    case card
    /// How the profile is called, how its cards are printed, when they are renewed: cards in the field stay the same.
    case office
  }

  /// What a change of the value is about.
  public var scope: Scope {
    if key == "profile" || key == "version" { return .identity }
    return key.hasPrefix("name.") || key.hasPrefix("print.") || key == "life.renewal-days" ? .office : .card
  }
}

/// What is not the same in two profiles.
public struct ProfileDifference: Sendable {
  /// One key whose value differs.
  public struct Change: Hashable, Sendable {
    /// The key.
    public let key: String
    /// Its value in the one; `nil` where it is not there.
    public let from: String?
    /// Its value in the other.
    public let to: String?
    /// Whether cards made by the one and by the other would not be the same.
    public let needsNewVersion: Bool
  }

  /// Every change, in the order of the keys of a file.
  public let changes: [Change]
  /// Whether the other is another profile, not another version of the one.
  public let isOtherProfile: Bool
  /// Whether the other's version is higher.
  public let isVersionRaised: Bool

  /// Whether any change needs a new version.
  public var needsNewVersion: Bool { changes.contains(where: \.needsNewVersion) }

  /// Compares two profiles.
  public init(from: CardProfile, to: CardProfile) {
    let (old, new) = (from.entries, to.entries)
    let values = Dictionary(uniqueKeysWithValues: new.map { ($0.key, $0.value) })
    let known = Set(old.map(\.key))
    var changes = old.filter { values[$0.key] != $0.value }.map { entry in
      Change(key: entry.key, from: entry.value, to: values[entry.key], needsNewVersion: entry.scope == .card)
    }
    changes += new.filter { !known.contains($0.key) }.map { entry in
      Change(key: entry.key, from: nil, to: entry.value, needsNewVersion: entry.scope == .card)
    }
    self.changes = changes
    isOtherProfile = from.policy.profileID != to.policy.profileID
    isVersionRaised = to.policy.profileVersion > from.policy.profileVersion
  }
}

extension CardProfile {
  /// Everything that the profile says, what was left out included; each key once.
  public var entries: [ProfileEntry] {
    identityEntries + securityEntries + accessEntries + faceEntries
  }

  private var identityEntries: [ProfileEntry] {
    var entries = [
      ProfileEntry("profile", policy.profileID), ProfileEntry("version", policy.profileVersion),
      ProfileEntry("layout", policy.layout), ProfileEntry("application", policy.applicationVersion),
      ProfileEntry("name.vi", name.vi), ProfileEntry("name.en", name.en), ProfileEntry("use", isTest ? "test" : "live"),
      ProfileEntry("holder.kind", holder.kind.rawValue),
      ProfileEntry("holder.guardian", holder.needsGuardian ? "required" : "none"),
      ProfileEntry("holder.pin-chosen-by", holder.guardianChoosesPIN ? "guardian" : "holder"),
    ]
    if let months = holder.authorityMonths { entries.append(ProfileEntry("holder.authority-months", months)) }
    switch life.span {
    case .years(let years): entries.append(ProfileEntry("life.years", years))
    case .days(let days): entries.append(ProfileEntry("life.days", days))
    }
    if let age = life.untilAge { entries.append(ProfileEntry("life.until-age", age)) }
    entries += [
      ProfileEntry("life.renewal-days", life.renewalDays),
      ProfileEntry("applications.master-file", applications.masterFile.map(\.rawValue).joined(separator: ", ")),
      ProfileEntry("applications.eid", applications.dataGroups.map(\.name).joined(separator: ", ")),
      ProfileEntry("applications.payout", applications.payoutFiles.map(\.profileName).joined(separator: ", ")),
      ProfileEntry("files.log-slots", policy.logSlots), ProfileEntry("files.log-slot-bytes", logSlotBytes),
    ]
    if let photoBytes { entries.append(ProfileEntry("files.photo-bytes", photoBytes)) }
    return entries
  }

  private var securityEntries: [ProfileEntry] {
    let chip = chipCurve
    return [
      ProfileEntry("pace", curve.profileName), ProfileEntry("pace-cipher", policy.paceKeyLength.profileName),
      ProfileEntry("chip-authentication.curve", chip.profileName),
      ProfileEntry("chip-authentication.cipher", policy.chipKeyLength.profileName),
      ProfileEntry("scp03.key-length", policy.scp03KeyLength.rawValue),
      ProfileEntry("scp03.mode", policy.scp03Mode == .s8 ? "s8" : "s16"), ProfileEntry("can.length", canLength),
      ProfileEntry("pin.length", policy.pinLength), ProfileEntry("pin.tries", policy.pinTries),
      ProfileEntry("pin.transport-length", policy.transportPINLength), ProfileEntry("puk.length", policy.pukLength),
      ProfileEntry("puk.uses", policy.pukUses), ProfileEntry("override.uses", policy.overrideUses),
      ProfileEntry("override.ceiling", policy.overrideCeiling), ProfileEntry("offline.payout", offline.payout),
      ProfileEntry("offline.available", offline.available),
      ProfileEntry("offline.certificates", offline.certificates), ProfileEntry("offline.days", offline.days),
      ProfileEntry("offline.terminal-days", offline.terminalDays),
      ProfileEntry("offline-ceilings", policy.offlineCeilings.map { String($0) }.joined(separator: ", ")),
    ]
  }

  private var accessEntries: [ProfileEntry] {
    PayoutFile.allCases.compactMap { file in
      policy.read[file].map { ProfileEntry("read.\(file.profileName)", $0.name) }
    }
      + PayoutCommand.allCases.map { command in
        ProfileEntry("commands.\(command.profileName)", policy.condition(command).name)
      }
  }

  private var faceEntries: [ProfileEntry] {
    var entries = [ProfileEntry("print.face", "\(Self.short(face.width)) × \(Self.short(face.height)) mm")]
    for (index, box) in face.boxes.enumerated() {
      entries.append(ProfileEntry("print.boxes.\(index + 1)", Self.text(box.side, box.frame) + ", " + box.colour.hex))
    }
    var headers = 0
    for element in face.elements {
      if element.field == .header { headers += 1 }
      let name = element.field.rawValue + (element.field == .header ? ".\(headers)" : "")
      entries.append(
        ProfileEntry(
          "print.fields.\(name)", Self.text(Self.text(element.side, element.frame), element.style, element.text)))
    }
    if let mark = face.mark {
      entries.append(ProfileEntry("print.mark", Self.text(Self.text(mark.frame), mark.style, mark.text)))
    }
    return entries
  }

  /// The curve of Chip Authentication.
  public var chipCurve: Curve { Curve(rawValue: policy.chipParameterID) ?? .p256 }

  private static func text(_ frame: CardFaceLayout.Frame) -> String {
    "x \(short(frame.x)), y \(short(frame.y)), \(short(frame.width)) × \(short(frame.height)) mm"
  }

  private static func text(_ side: CardFaceLayout.Side, _ frame: CardFaceLayout.Frame) -> String {
    side.rawValue + ", " + text(frame)
  }

  private static func text(_ place: String, _ style: CardFaceLayout.Style, _ text: CardText?) -> String {
    var parts = [place]
    if style.points > 0 {
      parts.append("\(short(style.points)) pt\(style.isBold ? " bold" : "") \(style.alignment.rawValue)")
      if let colour = style.colour { parts.append(colour.hex) }
    }
    if let text { parts.append("“\(text.vi)” / “\(text.en)”") }
    return parts.joined(separator: ", ")
  }

  /// Without a fraction that is zero.
  private static func short(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}

extension ProfileEntry {
  fileprivate init(_ key: String, _ value: some CustomStringConvertible) {
    self.init(key: key, value: value.description)
  }
}

extension AESKeyLength {
  /// The cipher's name in a profile file.
  public var profileName: String { "aes-\(rawValue * 8)" }
}
