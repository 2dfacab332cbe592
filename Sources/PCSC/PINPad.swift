/// A reader's own pad for PINs: what its driver can do with it.
public struct PINPad: Hashable, Sendable {
  /// Everything that the driver can do.
  public let features: ReaderFeatures

  /// `nil` for a reader whose driver tells of no pad.
  public init?(_ features: ReaderFeatures) {
    let isPad = [.executePACE, .verifyPINDirect, .verifyPINStart].contains { features[$0] != nil }
    guard isPad else { return nil }
    self.features = features
  }

  /// Whether the reader does PACE itself, so that a PIN typed there never reaches the computer.
  public var doesPACE: Bool { features[.executePACE] != nil }

  /// Whether the reader can send a PIN in VERIFY, which thẻ an sinh doesn't take.
  public var doesVerify: Bool { features[.verifyPINDirect] != nil || features[.verifyPINStart] != nil }
}
