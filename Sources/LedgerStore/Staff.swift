internal import GRDB
internal import Ledger

/// Officials and their roles.
extension BatchSession {
  /// Refuses hands that lack their role. With nobody appointed, everybody may do everything.
  func requireRoles(_ command: LedgerCommand) throws {
    guard let officials = command.officials, try sql.one("SELECT 1 FROM staff LIMIT 1", []) != nil else { return }
    let overseers = try sql.one(
      "SELECT COUNT(DISTINCT official) FROM staff WHERE official <> ? AND role IN (?, ?)",
      [FourEyes.fold(officials.maker), Role.administrator.rawValue, Role.inspector.rawValue])
    try officials.require(staff: 1, overseers: Int(overseers?.int(0) ?? 0)) { name in
      Set(
        try sql.all("SELECT role FROM staff WHERE official = ?", [FourEyes.fold(name)]).map {
          try $0.decode(0) { UInt8(exactly: $0).flatMap(Role.init) }
        })
    }
  }

  func act(_ act: StaffAct) throws -> Decision {
    try act.hands.require(for: act.kind)
    let name = FourEyes.fold(act.official)
    let holds =
      try sql.one("SELECT 1 FROM staff WHERE official = ? AND role = ?", [name, act.role.rawValue]) != nil
    let isAppointment = act.kind == .staffAppointed
    if isAppointment {
      let isFirst = try sql.one("SELECT 1 FROM staff LIMIT 1", []) == nil
      guard !isFirst || act.role == .administrator else { throw LedgerRefusal(.administratorFirst) }
      guard !holds else { throw LedgerRefusal(.alreadyAppointed) }
    } else {
      let others = try sql.one(
        "SELECT 1 FROM staff WHERE official <> ? AND role = ? LIMIT 1", [name, Role.administrator.rawValue])
      guard !holds || act.role != .administrator || others != nil else { throw LedgerRefusal(.lastAdministrator) }
      guard holds else { throw LedgerRefusal(.roleNotHeld) }
    }
    let number = try keep(
      act.kind, subject: "official \(name)", content: "\(act.role.rawValue)", act.hands)
    if isAppointment {
      try sql.run(
        "INSERT INTO staff (official, role, name, act) VALUES (?, ?, ?, ?)",
        [name, act.role.rawValue, act.official, number])
    } else {
      try sql.run("DELETE FROM staff WHERE official = ? AND role = ?", [name, act.role.rawValue])
    }
    return .outcome(.acted(EntitlementActResult(sequence: number)))
  }
}
