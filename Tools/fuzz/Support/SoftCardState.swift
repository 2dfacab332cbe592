import CardCrypto

@testable import SoftCard

/// What the harness sees of a card from the inside. Apart from the other files, for the terminal's side has a
/// `CardState` too.
extension SoftCard {
  /// What would be stored now.
  func encodedState() -> [UInt8] { state.encode().withOctets { $0 } }

  /// Whether secure messaging with a password stands.
  var hasSession: Bool { session != nil }
}

enum SoftCardState {
  /// What a card that opened `octets` would store; `nil` when they are no card.
  static func again(_ octets: [UInt8]) -> [UInt8]? {
    (try? CardState.decode(octets)).map { $0.encode().withOctets { $0 } }
  }
}
