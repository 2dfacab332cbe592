public import CardApplication
public import CardCrypto
import Foundation
import Synchronization

/// The centre's own secrets: the key that signs completions and the key of its challenges.
public final class CentreKeys: Sendable {
  let completion: ECPrivateKey
  private let challenge: SecretBytes

  /// Opens the key file at `path`, or makes one.
  public init(path: String, random: any RandomSource = SystemRandom()) throws {
    let file = try KeyFile(path: path) { content throws(CryptoError) in
      content.add("completion", try Curve.p256.randomScalar(random))
      content.add("challenge", try random.secret(16))
    }
    completion = try ECPrivateKey(.p256, scalar: try file.secret("completion"))
    challenge = try file.secret("challenge")
  }

  /// The public point that cards check completions with.
  public var completionPoint: [UInt8] { completion.publicKey.point }

  /// How long a challenge is good, seconds (`card-application` §4: at most ten minutes).
  public static let challengeLifetime: Int64 = 600

  /// expiry(4) ‖ first 12 octets of CMAC{transaction id, card number, terminal key hash, expiry}.
  public func makeChallenge(
    transactionID: [UInt8], card: CardNumber, terminal: [UInt8], expiresAt: Int64
  ) throws(CryptoError) -> [UInt8] {
    let expiry = (0..<4).reversed().map { UInt8(truncatingIfNeeded: expiresAt >> ($0 * 8)) }
    return expiry + (try CMAC.tag(transactionID + card.bytes + terminal + expiry, key: challenge).prefix(12))
  }

  /// The time until which `value` is good for this transaction, card and terminal; `nil` when this centre did not
  /// make it for them.
  func checkChallenge(
    _ value: [UInt8], transactionID: [UInt8], card: CardNumber, terminal: [UInt8]
  ) -> Int64? {
    guard value.count == 16 else { return nil }
    let expiresAt = value.prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    guard
      let expected = try? makeChallenge(
        transactionID: transactionID, card: card, terminal: terminal, expiresAt: expiresAt),
      ConstantTime.areEqual(expected, value)
    else { return nil }
    return expiresAt
  }
}

/// The issuing offices whose payout-key certificates the centre takes: their self-signed certificates, DER files
/// with the ending `.der` in folders.
///
/// An office whose key was changed has a link besides: a certificate of the new key in the same name that the old one
/// signed. It counts while the old key's own certificate is there, so that nobody has to compare fingerprints again.
public struct IssuerTrust: Sendable {
  private let folders: [String]
  private let known = KnownIssuers()

  /// Trust in every certificate found in `folders` at the time of a registration.
  public init(folders: [String]) { self.folders = folders }

  /// Whether one of the issuers signed `certificate`, and it is valid at `time` for `card`.
  func accepts(_ certificate: Certificate, card: CardNumber, at time: Int64) -> Bool {
    guard certificate.subject == card.digits else { return false }
    return issuers(at: time).contains { issuer in
      issuer.subject == certificate.issuer && certificate.isValid(signedBy: issuer.publicKey, at: time)
    }
  }

  /// Those that answer for themselves, and those that one of these answers for. The files are read at each question;
  /// what they say is worked out anew when they changed, and every minute.
  func issuers(at time: Int64) -> [Certificate] {
    known.issuers(files(), minute: time / 60) { Self.trusted($0.compactMap { try? Certificate(der: $0) }, at: time) }
  }

  private static func trusted(_ found: [Certificate], at time: Int64) -> [Certificate] {
    var trusted = found.filter { $0.subject == $0.issuer && $0.isValid(signedBy: $0.publicKey, at: time) }
    var links = found.filter { link in !trusted.contains { $0.der == link.der } }
    while let next = links.firstIndex(where: { link in
      link.subject == link.issuer
        && trusted.contains { $0.subject == link.issuer && link.isValid(signedBy: $0.publicKey, at: time) }
    }) {
      trusted.append(links.remove(at: next))
    }
    return trusted
  }

  private func files() -> [[UInt8]] {
    folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0.hasSuffix(".der") }.compactMap { name in
        FileManager.default.contents(atPath: folder + "/" + name).map { [UInt8]($0) }
      }
    }
  }
}

/// The issuers that files of a minute came to.
private final class KnownIssuers: Sendable {
  private struct Known {
    var files: [[UInt8]]
    var minute: Int64
    var issuers: [Certificate]
  }

  private let known = Mutex<Known?>(nil)

  func issuers(_ files: [[UInt8]], minute: Int64, _ work: ([[UInt8]]) -> [Certificate]) -> [Certificate] {
    if let last = known.withLock({ $0 }), last.minute == minute, last.files == files { return last.issuers }
    let issuers = work(files)
    known.withLock { $0 = Known(files: files, minute: minute, issuers: issuers) }
    return issuers
  }
}
