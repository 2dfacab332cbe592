public import CardCrypto
import ISO7816

/// What a card signs with a payout key that it has just made: it has the private half, and it can sign. The issuer
/// certifies no key without it.
///
/// Layout: `E5 {80 "ANSINH-KEY-1" 81 algorithm(1) 86 point(65) 88 challenge(16)}`; the words at its head keep it apart
/// from everything else that the key signs (`card-application` §12).
public struct PayoutKeyProof: Hashable, Sendable {
  /// Octets of the issuer's challenge.
  public static let challengeLength = 16
  private static let words = "ANSINH-KEY-1"

  /// What is signed.
  public let body: [UInt8]

  /// The proof for `point`, uncompressed, in answer to `challenge`.
  public init(point: [UInt8], challenge: [UInt8]) {
    body =
      BERTLV(
        0xE5,
        [
          BERTLV(0x80, Array(Self.words.utf8)), BERTLV(0x81, [0x01]), BERTLV(0x86, point), BERTLV(0x88, challenge),
        ]
      ).bytes
  }

  /// The card's answer to GENERATE: `7F49 {86 point}, 5F37 r ‖ s`.
  public func answer(_ point: [UInt8], signedWith key: any ECSigner) throws(CryptoError) -> [UInt8] {
    BERTLV(0x7F49, [BERTLV(0x86, point)]).bytes + BERTLV(0x5F37, try key.sign(body)).bytes
  }

  /// The key that a card has made and proven in answer to `challenge`; `nil` when the proof does not hold, or `objects`
  /// are not `7F49 {86 point}, 5F37 r ‖ s`.
  static func key(_ objects: ArraySlice<BERTLV>, challenge: [UInt8]) -> ECPublicKey? {
    guard objects.count == 2, let template = objects.first, template.tag == 0x7F49, let last = objects.last,
      last.tag == 0x5F37, let point = try? template.first(0x86)?.value,
      let key = try? ECPublicKey(.p256, point: point),
      key.verify(last.value, of: PayoutKeyProof(point: point, challenge: challenge).body)
    else { return nil }
    return key
  }

  /// The keys that a card made in one STORE DATA: the payout key, proven, then the point of Chip Authentication.
  public static func keys(_ answer: [UInt8], challenge: [UInt8]) -> (payout: ECPublicKey, chipPoint: [UInt8])? {
    guard let objects = try? BERTLV.sequence(answer, shortestLengths: true), objects.count == 3,
      let payout = key(objects[..<2], challenge: challenge), objects[2].tag == 0x7F49,
      let chip = try? objects[2].first(0x86)?.value
    else { return nil }
    return (payout, chip)
  }
}
