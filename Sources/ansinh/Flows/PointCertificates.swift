import CardCrypto
import CardTerminal
import Foundation
import Issuance
import SecureChannel
import VietnamReference

/// The certificates of a payout point: how it asks for them, keeps them, and has them at hand for a payout.
struct PointCertificates: Sendable {
  let home: StateHome
  let point: String
  private var folder: String { home.point(point) }
  private var path: String { folder + "/certificates.cvc" }

  /// The certificates of `point`.
  ///
  /// - Throws: ``UsageError/pointCode`` for a code that is none.
  init(_ point: String, _ home: StateHome) throws {
    guard Self.parts(point) != nil else { throw UsageError.pointCode }
    self.home = home
    self.point = point
  }

  /// `BD-79-003`: letters, the code of a province of today, digits or letters.
  private static func parts(_ point: String) -> [Substring]? {
    let parts = point.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }),
      point.utf8.count <= 32, let today = Clock.today,
      ProvinceRegister.embedded.province(code: String(parts[1]), on: today) != nil
    else { return nil }
    return parts
  }

  /// Two digits.
  var province: String { Self.parts(point).map { String($0[1]) } ?? "" }

  /// The point's key, made when there is none.
  func key() throws -> any ECSigner {
    try home.make(folder)
    return try PointKey.open(folder)
  }

  /// Makes the point's key inside a token.
  func makeKey(_ token: PointKey.Token) throws {
    try home.make(folder)
    try PointKey.make(folder, in: token)
  }

  /// A request for the point's key under a name of the point's own: the authority gives another.
  func request() throws -> CVCertificateRequest {
    let parts = Self.parts(point) ?? []
    let mnemonic = String((province + (parts.first ?? "") + (parts.last ?? "")).prefix(9))
    guard let holder = HolderReference(country: "VN", mnemonic: mnemonic, sequence: "00001") else {
      throw UsageError.pointCode
    }
    return try CVCertificateRequest(holder: holder, signer: try key())
  }

  /// Takes certificates in when they are for the point's key and a card would take them today.
  ///
  /// - Parameter anchor: the CVCA's certificate, where it is known; without it the first authority is believed.
  /// - Throws: ``CertificateFileError``, ``PrintFileError``.
  func install(_ chain: CertificateChain, anchor: TrustAnchor? = nil) throws {
    guard let today = AuthorityFlow.today else { throw AuthorityError.clock }
    let key = try key()
    guard TerminalCredential(chain, signer: key) != nil else { throw CertificateFileError.otherKey(point: point) }
    do {
      try chain.verify(from: anchor, on: today)
    } catch {
      throw CertificateFileError.chain(error)
    }
    try PrintFile.write(chain.bytes, to: path, overwrites: true)
  }

  /// What a point or a counter proves itself with to cards.
  ///
  /// - Parameter key: its key; `nil` opens it.
  /// - Throws: ``PointAccessError/noCertificates(point:province:)``, and what ``load(_:_:key:now:)`` throws.
  static func require(
    _ point: String, _ home: StateHome, key: (any ECSigner)? = nil
  ) throws -> TerminalCredential {
    let certificates = try PointCertificates(point, home)
    guard let credential = try load(point, home, key: try key ?? certificates.key()) else {
      throw PointAccessError.noCertificates(point: point, province: certificates.province)
    }
    return credential
  }

  /// What the point proves itself with to cards; `nil` when it has no certificates yet.
  ///
  /// - Parameters:
  ///   - key: the point's key, as ``key()`` opens it.
  ///   - now: Unix seconds.
  /// - Throws: ``CertificateFileError``: damaged, for another key, expired or about to; `AuthorityError.clock`.
  static func load(
    _ point: String, _ home: StateHome, key: any ECSigner, now: Int64 = Clock.seconds
  ) throws -> TerminalCredential? {
    let certificates = try PointCertificates(point, home)
    guard FileManager.default.fileExists(atPath: certificates.path) else { return nil }
    let chain = try CertificateFile.chain(certificates.path)
    guard let credential = TerminalCredential(chain, signer: key) else {
      throw CertificateFileError.otherKey(point: point)
    }
    guard let today = CVDate.utc(unixSeconds: now) else { throw AuthorityError.clock }
    let both = [credential.verifier, credential.terminal].map(\.content)
    // A certificate from tomorrow: this machine's clock is behind, and a card would refuse its orders.
    if let later = both.first(where: { today < $0.effective }) {
      throw PointAccessError.clockBehind(point: point, since: later.effective)
    }
    do {
      try chain.verify(from: nil, on: today)
    } catch {
      throw CertificateFileError.chain(error)
    }
    guard TerminalAccess.payout(credential).mayStart(at: now) else {
      let first = both[0].expiration < both[1].expiration ? both[0] : both[1]
      throw CertificateFileError.chain(.expired(first.holder, first.expiration))
    }
    return credential
  }
}
