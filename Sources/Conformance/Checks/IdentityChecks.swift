import CardApplication
import CardTerminal
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// The eID application (TR-03110-2 §3.1, TR-03110-4 §2.2).
enum IdentityChecks {
  static let all = [content, rights, beforeChip, canNeedsRight, absent]

  private static func select(_ channel: any CardChannel) async throws -> ResponseAPDU {
    try await channel.transmit(CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.eID, expectedLength: 256))
  }

  private static func read(_ channel: any CardChannel, _ group: EIDDataGroup) async throws -> ResponseAPDU {
    try await channel.transmit(
      CommandAPDU(ins: 0xB0, p1: 0x80 | group.shortIdentifier, expectedLength: 65_536))
  }

  private static func access(
    _ test: CardUnderTest, _ rights: AuthenticationTerminalRights
  ) throws -> TerminalAccess {
    .identity(try test.authority.terminal(rights, []), test.chipTrust)
  }

  private static func check(
    _ id: String, vi: String, en: String, _ body: @escaping @Sendable (CardUnderTest) async throws -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(id, .identity, "TR-03110-2 §3.1; TR-03110-4 §2.2.3", vi: vi, en: en) { test in
      guard !test.profile.applications.dataGroups.isEmpty else {
        throw ConformanceSkip(
          reason: .init(vi: "Hồ sơ không có ứng dụng định danh.", en: "The profile has no eID application."))
      }
      try await body(test)
    }
  }

  private static let content = check(
    "identity.content", vi: "Các nhóm dữ liệu đúng như đã ghi", en: "The data groups hold what was written"
  ) { test in
    let opened = try await test.open(.pin, try access(test, .readAll))
    try expect("SELECT eID", try await select(opened.channel), .success)
    for (group, octets) in try test.order.identity?.dataGroups ?? [:]
    where test.profile.applications.dataGroups.contains(group) {
      let answer = try await read(opened.channel, group)
      try expect("READ BINARY \(group.name)", answer, .success)
      try require(answer.data == octets, "\(group.name) khác với đã ghi", "\(group.name) is not what was written")
    }
  }

  private static let rights = check(
    "identity.rights", vi: "Mỗi nhóm chỉ mở với đúng quyền của nhóm đó", en: "Each group opens with its own right alone"
  ) { test in
    for allowed in [EIDDataGroup.givenNames, .dateOfBirth] {
      let opened = try await test.open(.pin, try access(test, .read(dataGroup: Int(allowed.rawValue))))
      _ = try await select(opened.channel)
      for group in EIDDataGroup.allCases {
        let answer = try await read(opened.channel, group)
        try expect(
          "READ BINARY \(group.name), \(allowed.name)", answer,
          group == allowed ? .success : .securityStatusNotSatisfied)
      }
    }
  }

  private static let beforeChip = check(
    "identity.before-chip", vi: "Trước khi xác thực chip không đọc được nhóm nào",
    en: "Before Chip Authentication no group is read"
  ) { test in
    let credential = try test.authority.terminal(.readAll, [])
    let request = RequestedAuthorization(HolderAuthorization(.terminal, .readAll))
    let opened = try await test.open(
      .pin, TerminalAccess(credential: credential, request: request, chipTrust: nil))
    _ = try await select(opened.channel)
    for group in [EIDDataGroup.documentType, .familyNames, .dateOfBirth] {
      try expectRefused("READ BINARY \(group.name)", try await read(opened.channel, group))
    }
  }

  private static let canNeedsRight = check(
    "identity.can", vi: "Với CAN cần thêm quyền CAN allowed", en: "With the CAN it takes CAN allowed as well"
  ) { test in
    let without = try await test.open(.can, try access(test, .readAll))
    _ = try await select(without.channel)
    try expectRefused("READ BINARY DG5", try await read(without.channel, .familyNames))
    let with = try await test.open(.can, try access(test, [.readAll, .canAllowed]))
    _ = try await select(with.channel)
    try expect("READ BINARY DG5", try await read(with.channel, .familyNames), .success)
  }

  private static let absent = check(
    "identity.absent", vi: "Nhóm không có trả lời như nhau khi không có quyền",
    en: "Without the right a group that is absent answers like one that is there"
  ) { test in
    let without = try await test.open(.pin, try access(test, .read(dataGroup: 4)))
    _ = try await select(without.channel)
    let present = try await read(without.channel, .familyNames)
    let absent = try await read(without.channel, .academicTitle)
    try expectEqual("READ BINARY DG7", absent.status, present.status)
    let with = try await test.open(.pin, try access(test, .readAll))
    _ = try await select(with.channel)
    try expect("READ BINARY DG7", try await read(with.channel, .academicTitle), .fileNotFound)
  }
}
