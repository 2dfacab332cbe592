/// Mã số BHXH: ten digits, no public check digit; a legacy alias since the personal ID replaced it on 2025-08-01.
///
/// Personal data: ``description`` is masked. Source: `identifiers` §2.
public struct SocialInsuranceNumber: Hashable, Sendable {
  /// The ten digits, unmasked.
  public let digits: String

  /// Checks a number as people type it (spaces are removed).
  ///
  /// - Throws: what is wrong with the number, without the number.
  public init(validating text: String) throws(IdentifierError) {
    let bytes = try IdentifierText.normalised(text, kind: .socialInsuranceNumber)
    guard IdentifierText.number(bytes[...]) != nil else { throw .wrongCharacter(.socialInsuranceNumber) }
    digits = String(decoding: bytes, as: UTF8.self)
  }

  /// The normalised text: ``digits``.
  public var normalised: String { digits }

  /// `******6789`.
  public var masked: String { Mask.tail(digits) }

  init(uncheckedDigits digits: String) { self.digits = digits }
}

extension SocialInsuranceNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// ``masked``.
  public var description: String { masked }
  /// ``masked``.
  public var debugDescription: String { masked }
  /// Nothing, so that dumps do not show the number.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
