import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// Files and selection (ISO/IEC 7816-4:2020 §11.2.2, §11.3.3, §11.4.3).
extension SoftCard {
  private enum FileIdentifier {
    static let masterFile: UInt16 = 0x3F00
    static let directory: UInt16 = 0x2F00
    static let information: UInt16 = 0x2F01
    static let cardAccess: UInt16 = 0x011C
    static let cardSecurity: UInt16 = 0x011D
    /// Data group n is 0100 + n.
    static let dataGroups: ClosedRange<UInt16> = 0x0101...0x0116
  }

  /// Short identifier of EF.CardSecurity in the MF (TR-03110-3 A.1.2).
  private static let cardSecurity: UInt8 = 0x1D

  /// SELECT by DF name (P1 04), file identifier (P1 00, 02) or nothing (the master file).
  func select(_ command: CommandAPDU) -> ResponseAPDU {
    guard [0x00, 0x04, 0x0C].contains(command.p2) else { return ResponseAPDU(status: .incorrectP1P2) }
    // Selecting anything ends a session with the security domain (GlobalPlatform 2.3 §10.2.3).
    domainSession = nil
    personalisesPayout = false
    let wantsNothing = command.p2 == 0x0C
    switch command.p1 {
    case 0x04: return selectName(command.data, wantsNothing: wantsNothing)
    case 0x00, 0x02: return selectFile(command.data, wantsNothing: wantsNothing)
    default: return ResponseAPDU(status: .incorrectP1P2)
    }
  }

  private func selectName(_ name: [UInt8], wantsNothing: Bool) -> ResponseAPDU {
    switch name {
    case ApplicationName.issuerSecurityDomain where session == nil:
      selection = .issuerSecurityDomain
      currentFile = nil
      let template = BERTLV(0x6F, [BERTLV(0x84, name), BERTLV(0xA5, [BERTLV(0x9F65, [0xFF])])])
      return ResponseAPDU(data: wantsNothing ? [] : template.bytes, status: .success)
    case ApplicationName.payout:
      return selectPayout(wantsNothing: wantsNothing)
    case ApplicationName.eID:
      return selectIdentity(wantsNothing: wantsNothing)
    default:
      return ResponseAPDU(status: .fileNotFound)
    }
  }

  /// The payout application is reached through a PACE session only: its answer names the card.
  private func selectPayout(wantsNothing: Bool) -> ResponseAPDU {
    guard AccessCondition.anyPassword.allows(access), let policy = state.policy, let number = state.cardNumber,
      state.application.rawValue >= ApplicationLifeCycle.personalized.rawValue
    else { return ResponseAPDU(status: .securityStatusNotSatisfied) }
    selection = .payout
    currentFile = nil
    let showsStatus = policy.condition(.status).allows(access)
    let answer = PayoutSelection(
      cardNumber: number, status: showsStatus ? (state.counter, state.responseSerial) : nil)
    // 6283 of a locked card (GlobalPlatform 2.3 table 11-77): who does not know of locks goes no further.
    return ResponseAPDU(
      data: wantsNothing ? [] : answer.bytes, status: state.lifeCycle == .locked ? .deactivated : .success)
  }

  private func selectFile(_ data: [UInt8], wantsNothing: Bool) -> ResponseAPDU {
    let identifier = data.isEmpty ? FileIdentifier.masterFile : UInt16(data.prefix(2).bigEndianValue ?? 0)
    guard data.count == 2 || data.isEmpty else { return ResponseAPDU(status: .wrongLength) }
    if identifier == FileIdentifier.masterFile {
      selection = .masterFile
      currentFile = nil
      let parameters = FileControlParameters(isDirectory: true, fileIdentifier: identifier)
      return ResponseAPDU(data: wantsNothing ? [] : parameters.bytes, status: .success)
    }
    let content: [UInt8]
    switch elementaryFile(identifier) {
    case .success(let octets): content = octets
    case .failure(let refusal): return ResponseAPDU(status: refusal.status)
    }
    if selection != .identity || !FileIdentifier.dataGroups.contains(identifier) { selection = .masterFile }
    currentFile = identifier
    let parameters = FileControlParameters(isDirectory: false, fileIdentifier: identifier, size: content.count)
    return ResponseAPDU(data: wantsNothing ? [] : parameters.bytes, status: .success)
  }

  /// READ BINARY of a short file identifier (P1 bit 8) or of the current file.
  func readBinary(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.data.isEmpty, let ne = command.expectedLength else { return ResponseAPDU(status: .wrongLength) }
    let content: [UInt8]
    let offset: Int
    if command.p1 & 0x80 != 0 {
      guard command.p1 & 0x60 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
      offset = Int(command.p2)
      switch file(short: command.p1 & 0x1F) {
      case .success(let octets): content = octets
      case .failure(let refusal): return ResponseAPDU(status: refusal.status)
      }
    } else {
      guard let currentFile else { return ResponseAPDU(status: .commandNotAllowed) }
      offset = Int(command.p1) << 8 | Int(command.p2)
      // Looked up anew, with its condition: rights may have gone since it was selected.
      switch elementaryFile(currentFile) {
      case .success(let octets): content = octets
      case .failure(let refusal): return ResponseAPDU(status: refusal.status)
      }
    }
    guard offset <= content.count else { return ResponseAPDU(status: .wrongParameters) }
    let part = content[offset...].prefix(ne)
    // Ne of 256 or 65,536 asks for what there is; a smaller one that is not met is a warning (§11.3.3).
    let isShort = part.count < ne && ne != 256 && ne != 65_536
    return ResponseAPDU(data: Array(part), status: isShort ? .endOfFile : .success)
  }

  /// READ RECORD of EF.PayoutLog: record 1 is the newest certificate.
  func readRecord(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p2 & 0x07 == 0x04, selection == .payout, command.p2 >> 3 == PayoutFile.payoutLog.rawValue else {
      return ResponseAPDU(status: .incorrectP1P2)
    }
    guard let policy = state.policy, policy.readCondition(.payoutLog).allows(access) else {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    let newestFirst = Array(state.log.sorted { $0.counter > $1.counter })
    guard (command.expectedLength ?? 0) >= Self.longAnswer else { return ResponseAPDU(status: .wrongLength) }
    guard (1...max(1, newestFirst.count)).contains(Int(command.p1)), !newestFirst.isEmpty else {
      return ResponseAPDU(status: .recordNotFound)
    }
    return ResponseAPDU(data: newestFirst[Int(command.p1) - 1].certificate, status: .success)
  }

  private struct Refusal: Error { let status: StatusWord }

  private func file(short identifier: UInt8) -> Result<[UInt8], Refusal> {
    if selection == .payout {
      guard let file = PayoutFile(rawValue: identifier) else { return .failure(Refusal(status: .fileNotFound)) }
      guard let policy = state.policy, policy.readCondition(file).allows(access) else {
        return .failure(Refusal(status: .securityStatusNotSatisfied))
      }
      guard let content = payoutContent(file) else { return .failure(Refusal(status: .fileNotFound)) }
      return .success(content)
    }
    if selection == .identity { return elementaryFile(0x0100 + UInt16(identifier)) }
    let shorts: [UInt8: UInt16] = [
      0x01: FileIdentifier.information, 0x1E: FileIdentifier.directory,
      CardAccess.shortIdentifier: FileIdentifier.cardAccess, Self.cardSecurity: FileIdentifier.cardSecurity,
    ]
    guard let file = shorts[identifier] else { return .failure(Refusal(status: .fileNotFound)) }
    return elementaryFile(file)
  }

  /// A file of the master file or, while it is selected, of the eID application.
  private func elementaryFile(_ identifier: UInt16) -> Result<[UInt8], Refusal> {
    if selection == .identity, FileIdentifier.dataGroups.contains(identifier) {
      let group = UInt8(identifier & 0xFF)
      // The right first: who has none does not learn which groups there are.
      guard mayReadIdentity(group) else { return .failure(Refusal(status: .securityStatusNotSatisfied)) }
      guard let content = state.identity[group] else { return .failure(Refusal(status: .fileNotFound)) }
      return .success(content)
    }
    if identifier == FileIdentifier.cardSecurity {
      // The chip's key is this card's alone: a terminal proves itself first (TR-03110-2 §3.1.3).
      guard terminal != nil else { return .failure(Refusal(status: .securityStatusNotSatisfied)) }
      return .success(state.cardSecurity)
    }
    guard let content = masterFileContent(identifier) else { return .failure(Refusal(status: .fileNotFound)) }
    return .success(content)
  }

  private func payoutContent(_ file: PayoutFile) -> [UInt8]? {
    switch file {
    case .cardInfo: state.cardInfo
    case .holder: state.holder
    case .lines: state.lines.isEmpty ? [] : CardLine.encode(state.lines.map(\.entry))
    case .snapshot: state.snapshot
    case .payoutKeyCertificate: state.certificate
    case .offlineAuthority: offlineAuthority.bytes
    case .photo: state.photo.isEmpty ? nil : state.photo
    case .payoutLog: nil
    }
  }

  private var offlineAuthority: OfflineAuthority {
    OfflineAuthority(
      lines: state.lines.map {
        OfflineAuthority.Line(
          line: $0.entry.line, granted: $0.granted, nextGranted: $0.nextGranted, notBefore: $0.notBefore)
      }, ceiling: state.offline.ceiling, count: state.offline.count, validUntil: state.offline.until,
      responseSerial: state.responseSerial)
  }

  /// The files that anybody may read: the same octets on every card of a profile.
  private func masterFileContent(_ identifier: UInt16) -> [UInt8]? {
    switch identifier {
    case FileIdentifier.cardAccess:
      return SecurityInfos(
        pace: [paceParameters], hasTerminalAuthentication: chipVariant != nil,
        chipAuthentication: chipVariant.map { [$0] } ?? []
      ).bytes
    case FileIdentifier.directory:
      return [ApplicationName.eID, ApplicationName.payout].flatMap { BERTLV(0x61, [BERTLV(0x4F, $0)]).bytes }
    case FileIdentifier.information:
      // 7F66: extended lengths, most octets of a command and of a response APDU (ISO/IEC 7816-4:2020 §12.7.1);
      // 47: card capabilities with command chaining and extended length fields (third octet C0), or without (80).
      guard lengthFields == .extended else { return BERTLV(0x47, [0x94, 0x01, 0x80]).bytes }
      let most = BERTLV(0x02, [UInt8](bigEndian: 0xFFFF, width: 3)).bytes
      return BERTLV(0x7F66, most + most).bytes + BERTLV(0x47, [0x94, 0x01, 0xC0]).bytes
    default: return nil
    }
  }

  /// The one variant of PACE this card does: its profile's.
  var paceParameters: PACEParameters {
    .ecdhGM(
      state.policy.flatMap { Curve(rawValue: $0.paceParameterID) } ?? .p256, state.policy?.paceKeyLength ?? .aes128)
  }
}
