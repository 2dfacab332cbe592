public import ISO7816

/// The card that is put to the test, as the suite reaches it.
public protocol ConformanceCard: Sendable {
  /// The answer to reset; `nil` where the way to the card does not tell it.
  var atr: [UInt8]? { get async }

  /// A way to the card, freshly reset: nothing is selected, no session is open.
  ///
  /// - Throws: ``ISO7816/CardChannelError/cardLost(_:)`` or ``ISO7816/CardChannelError/transport(_:)``, which end the
  ///   run.
  func channel() async throws(CardChannelError) -> any CardChannel

  /// Takes the power from the card; ``channel()`` gives it back.
  ///
  /// - Throws: as ``channel()``.
  func powerOff() async throws(CardChannelError)
}
