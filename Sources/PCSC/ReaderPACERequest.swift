internal import ISO7816

/// Calls of `FEATURE_EXECUTE_PACE` (PC/SC part 10 amendment 1): function (1) ‖ length (2) ‖ input, lengths of two
/// octets with the least significant first.
public enum ReaderPACERequest: Hashable, Sendable {
  /// `GetReadersPACECapabilities` (1).
  case capabilities
  /// `EstablishPACEChannel` (2).
  case establish(ReaderPACEChannelRequest)
  /// `DestroyPACEChannel` (3).
  case destroy

  /// The octets for `SCardControl`.
  public var bytes: [UInt8] {
    let (function, input): (UInt8, [UInt8]) =
      switch self {
      case .capabilities: (1, [])
      case .establish(let request): (2, request.input)
      case .destroy: (3, [])
      }
    return [function] + Self.length(input.count) + input
  }

  fileprivate static func length(_ count: Int) -> [UInt8] { [UInt8(count & 0xFF), UInt8(count >> 8)] }
}

/// The input of `EstablishPACEChannel`: kind of password (1) ‖ length (1) ‖ CHAT ‖ length (1) ‖ password ‖ length (2) ‖
/// certificate description. The password is always empty, so that the reader asks for it at its pad and no program
/// ever sees it.
public struct ReaderPACEChannelRequest: Hashable, Sendable {
  /// Which password (TR-03110-3 B.11.1, and the same in amendment 1).
  public enum Password: UInt8, Hashable, Sendable, CaseIterable {
    /// Machine-readable zone.
    case mrz = 1
    /// Card access number.
    case can = 2
    /// PIN.
    case pin = 3
    /// PUK.
    case puk = 4
  }

  /// Most octets of a CHAT: its length has one octet.
  public static let maximumHolderRights = 255
  /// Most octets of a certificate description: the length of the whole input has two octets.
  public static let maximumDescription = 65_000

  /// Which password the reader asks for.
  public let password: Password
  /// The certificate holder authorisation template that the terminal will ask for; empty for none.
  public let holderRights: [UInt8]
  /// The description of the terminal's certificate, which the reader shows; empty for none.
  public let description: [UInt8]

  /// For a terminal that will prove nothing.
  public init(_ password: Password) {
    self.password = password
    holderRights = []
    description = []
  }

  /// `nil` when `holderRights` or `description` is longer than the maximum.
  public init?(_ password: Password, holderRights: [UInt8], description: [UInt8] = []) {
    guard holderRights.count <= Self.maximumHolderRights, description.count <= Self.maximumDescription else {
      return nil
    }
    self.password = password
    self.holderRights = holderRights
    self.description = description
  }

  fileprivate var input: [UInt8] {
    [password.rawValue, UInt8(holderRights.count)] + holderRights + [0]
      + ReaderPACERequest.length(description.count) + description
  }
}
