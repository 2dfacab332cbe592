import CardCrypto
public import ISO7816

/// What both sides of Terminal Authentication version 2 compute alike (TR-03110-2 §3.3, TR-03110-3 A.6).
public enum TerminalAuthentication {
  /// Octets of the card's challenge.
  public static let challengeLength = 8

  /// Comp(PK): the x-coordinate in full width (TR-03110-3 A.2.2.3).
  public static func compressed(_ point: [UInt8]) -> [UInt8] { Array(point.dropFirst().prefix(point.count / 2)) }

  /// What the terminal signs: `ID_IC ‖ r_IC ‖ Comp(PK_terminal) ‖ auxiliary data`, where ID_IC is the compressed
  /// ephemeral key that the card sent in PACE.
  public static func signatureInput(
    cardEphemeral: [UInt8], challenge: [UInt8], compressedKey: [UInt8], auxiliaryData: [UInt8]
  ) -> [UInt8] {
    compressed(cardEphemeral) + challenge + compressedKey + auxiliaryData
  }
}

/// What a terminal asks for when it opens PACE, and a card confines it to (TR-03110-3 B.11.1): DO 7F4C and DO 65 of
/// MSE:Set AT.
public struct RequestedAuthorization: Hashable, Sendable {
  /// 7F4C.
  public let authorization: HolderAuthorization
  /// 65.
  public let extensions: [AuthorizationExtension]

  /// From its parts.
  public init(_ authorization: HolderAuthorization, extensions: [AuthorizationExtension] = []) {
    self.authorization = authorization
    self.extensions = extensions
  }

  /// The data objects 7F4C and, when there are extensions, 65.
  public var objects: [BERTLV] {
    [authorization.object] + (extensions.isEmpty ? [] : [BERTLV(0x65, extensions.map(\.object))])
  }

  /// Reads them; `nil` for anything that is not exactly one 7F4C and at most one 65 of authorisation extensions.
  public init?(_ objects: [BERTLV]) {
    guard (1...2).contains(objects.count), let authorization = HolderAuthorization(objects[0]) else { return nil }
    var extensions: [AuthorizationExtension] = []
    if objects.count == 2 {
      guard objects[1].tag == 0x65,
        let templates = try? BERTLV.sequence(objects[1].value, shortestLengths: true), !templates.isEmpty
      else { return nil }
      for template in templates {
        guard let read = AuthorizationExtension(template) else { return nil }
        extensions.append(read)
      }
    }
    self.init(authorization, extensions: extensions)
  }
}
