import CardApplication
import CardTerminal
import Foundation
import Issuance
import PayoutPoint
import SecureChannel

/// The demonstration's certificate authority: a CVCA, and a document verifier for each province that a point is in.
struct DemoAuthority: Sendable {
  private let authority: CertificateAuthority

  /// Begins the authority in `home`.
  init(_ home: StateHome) throws {
    try home.make(home.authority)
    authority = try CertificateAuthority(folder: home.authority, creates: true, actor: "demo") { Clock.seconds }
    if try authority.certificates().isEmpty { _ = try authority.initialise() }
  }

  /// Certificates for a point's terminal, of its province's document verifier.
  func access(_ terminal: Terminal) throws -> TerminalAccess {
    let verifiers = try authority.certificates().filter { $0.kind == .verifier && $0.province == terminal.province }
    if verifiers.isEmpty { _ = try authority.certifyVerifier(province: terminal.province) }
    guard let holder = HolderReference(country: "VN", mnemonic: terminal.province + "DEMO", sequence: "00001") else {
      throw UsageError.pointCode
    }
    let chain = try authority.certifyTerminal(
      try CVCertificateRequest(holder: holder, signer: terminal.key), province: terminal.province,
      name: terminal.point)
    guard let credential = TerminalCredential(chain, signer: terminal.key) else { throw UsageError.pointCode }
    return .payout(credential)
  }
}
