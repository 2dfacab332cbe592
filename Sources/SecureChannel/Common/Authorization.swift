public import ISO7816

/// Role of a certificate's holder: the two highest bits of its authorisation (TR-03110-3 C.4, table 18).
public enum CertificateRole: UInt8, Sendable {
  /// Terminal.
  case terminal = 0
  /// Document verifier, non-official domestic or foreign.
  case verifierNonOfficial = 1
  /// Document verifier, official domestic.
  case verifierOfficial = 2
  /// Country verifying certification authority.
  case authority = 3

  /// Whether the holder certifies terminals.
  public var isVerifier: Bool { self == .verifierNonOfficial || self == .verifierOfficial }
}

/// Kinds of terminals by the object identifier in their authorisation (TR-03110-3 C.4.1).
public enum TerminalType {
  /// id-AT, 0.4.0.127.0.7.3.1.2.2: authentication terminals, five octets of rights.
  public static let authentication: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x02]
  /// id-IS, 0.4.0.127.0.7.3.1.2.1: inspection systems, one octet of rights.
  public static let inspection: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x01]
  /// id-ST, 0.4.0.127.0.7.3.1.2.3: signature terminals, one octet of rights.
  public static let signature: [UInt8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x03]
}

/// Certificate holder authorisation template, DO 7F4C (TR-03110-3 C.1.5): the kind of terminal, and role and rights as
/// bits.
///
/// Layout: `7F4C { 06 kind of terminal, 53 role(2 bits) ‖ rights }`.
public struct HolderAuthorization: Hashable, Sendable {
  /// Octets of the object identifier.
  public let terminalType: [UInt8]
  /// The discretionary data, 1…8 octets; bit 0 is the lowest bit of the last octet.
  public let template: [UInt8]

  /// `nil` for a template of no or more than eight octets, or five where id-AT does not have them.
  public init?(terminalType: [UInt8], template: [UInt8]) {
    guard (1...8).contains(template.count), !terminalType.isEmpty,
      terminalType != TerminalType.authentication || template.count == AuthenticationTerminalRights.length
    else { return nil }
    self.terminalType = terminalType
    self.template = template
  }

  /// An authentication terminal's, or that of one who certifies such.
  public init(_ role: CertificateRole, _ rights: AuthenticationTerminalRights) {
    terminalType = TerminalType.authentication
    template = rights.octets(role)
  }

  /// Reads the data object.
  init?(_ object: BERTLV) {
    guard object.tag == 0x7F4C, let parts = try? BERTLV.sequence(object.value, shortestLengths: true),
      parts.map(\.tag) == [0x06, 0x53]
    else { return nil }
    self.init(terminalType: parts[0].value, template: parts[1].value)
  }

  /// The data object 7F4C.
  public var object: BERTLV { BERTLV(0x7F4C, [BERTLV(0x06, terminalType), BERTLV(0x53, template)]) }

  /// The two highest bits.
  public var role: CertificateRole { CertificateRole(rawValue: template[0] >> 6) ?? .terminal }

  /// The rights of an authentication terminal; none for another kind.
  public var rights: AuthenticationTerminalRights {
    guard terminalType == TerminalType.authentication else { return [] }
    return AuthenticationTerminalRights(octets: template)
  }

  /// What is left when this one and `other` both have to allow it: the bitwise AND (TR-03110-3 §2.7). Without the same
  /// kind of terminal nothing is.
  ///
  /// The role that comes out is of no meaning: it is the AND of two roles.
  public func and(_ other: HolderAuthorization) -> HolderAuthorization {
    guard other.terminalType == terminalType, other.template.count == template.count else {
      return HolderAuthorization(unchecked: terminalType, [UInt8](repeating: 0, count: template.count))
    }
    return HolderAuthorization(unchecked: terminalType, zip(template, other.template).map { $0 & $1 })
  }

  private init(unchecked terminalType: [UInt8], _ template: [UInt8]) {
    self.terminalType = terminalType
    self.template = template
  }
}

/// Rights of authentication terminals, the low 38 bits of five octets (TR-03110-4 §2.2.3.2).
public struct AuthenticationTerminalRights: OptionSet, Hashable, Sendable {
  /// Octets of the template, role included.
  public static let length = 5
  private static let mask: UInt64 = 1 << 38 - 1

  /// The rights as a number.
  public let rawValue: UInt64

  /// Role bits and everything above are cut off.
  public init(rawValue: UInt64) { self.rawValue = rawValue & Self.mask }

  /// Bit 4: PACE with the CAN may open what else needs the PIN.
  public static let canAllowed = AuthenticationTerminalRights(rawValue: 1 << 4)
  /// Bit 5: set, activate and unblock the holder's PIN.
  public static let pinManagement = AuthenticationTerminalRights(rawValue: 1 << 5)
  /// Bits 8…29: read the data groups 1…22.
  public static let readAll = AuthenticationTerminalRights(rawValue: (1 << 22 - 1) << 8)
  /// Every right there is.
  public static let all = AuthenticationTerminalRights(rawValue: .max)

  /// Read one data group, 1…22; nothing for another number.
  public static func read(dataGroup: Int) -> AuthenticationTerminalRights {
    guard (1...22).contains(dataGroup) else { return [] }
    return AuthenticationTerminalRights(rawValue: 1 << (7 + dataGroup))
  }

  init(octets: [UInt8]) { self.init(rawValue: octets.bigEndianValue ?? 0) }

  func octets(_ role: CertificateRole) -> [UInt8] {
    [UInt8](bigEndian: UInt64(role.rawValue) << 38 | rawValue, width: Self.length)
  }
}

/// One authorisation of a certificate's extensions: a bitmap of rights under an object identifier of its own
/// (TR-03110-3 C.3).
///
/// Layout: `73 { 06 identifier, 53 bitmap }`, in DO 65 of a certificate or of MSE:Set AT.
public struct AuthorizationExtension: Hashable, Sendable {
  /// Octets of the object identifier.
  public let identifier: [UInt8]
  /// The rights, 1…8 octets.
  public let bitmap: [UInt8]

  /// From its parts.
  public init(identifier: [UInt8], bitmap: [UInt8]) {
    self.identifier = identifier
    self.bitmap = bitmap
  }

  /// `nil` for a discretionary template that is not a bitmap, such as a certificate's description.
  init?(_ object: BERTLV) {
    guard object.tag == 0x73, let parts = try? BERTLV.sequence(object.value, shortestLengths: true),
      parts.map(\.tag) == [0x06, 0x53], (1...8).contains(parts[1].value.count)
    else { return nil }
    self.init(identifier: parts[0].value, bitmap: parts[1].value)
  }

  /// The data object 73.
  public var object: BERTLV { BERTLV(0x73, [BERTLV(0x06, identifier), BERTLV(0x53, bitmap)]) }

  /// The bitwise AND over everything that must allow a right; empty when one of them does not have the extension, has
  /// it twice or in another length.
  public static func effective(_ identifier: [UInt8], in levels: [[AuthorizationExtension]]) -> [UInt8] {
    var result: [UInt8]?
    for level in levels {
      let found = level.filter { $0.identifier == identifier }
      guard found.count == 1, result.map({ $0.count == found[0].bitmap.count }) ?? true else { return [] }
      result = result.map { zip($0, found[0].bitmap).map { $0 & $1 } } ?? found[0].bitmap
    }
    return result ?? []
  }
}
