import CardApplication
import ISO7816
import SecureChannel

/// The eID application (TR-03110-2 §3.1, TR-03110-4, `card-application` §1): every data group needs PACE, Terminal and
/// Chip Authentication, and the right to read it.
extension SoftCard {
  func selectIdentity(wantsNothing: Bool) -> ResponseAPDU {
    guard session != nil, !state.identity.isEmpty else { return ResponseAPDU(status: .fileNotFound) }
    selection = .identity
    currentFile = nil
    let template = BERTLV(0x6F, [BERTLV(0x84, ApplicationName.eID)])
    return ResponseAPDU(data: wantsNothing ? [] : template.bytes, status: .success)
  }

  /// Whether the terminal may read a data group; with the CAN only when the CAN is allowed, with the PUK never.
  func mayReadIdentity(_ group: UInt8) -> Bool {
    guard let terminal, hasProvenChip, terminal.rights.contains(.read(dataGroup: Int(group))) else { return false }
    return access.password == .pin || (access.password == .can && access.isCANAllowed)
  }
}
