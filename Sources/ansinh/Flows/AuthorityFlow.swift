import CardCrypto
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import VietnamReference

/// The certificate authority's work, shared by its commands.
struct AuthorityFlow: Sendable {
  let home: StateHome
  let actor: String
  /// A service elsewhere; `nil` for this state's own.
  let service: String?

  /// What became of the revocations that the centre had to be told of.
  struct Told: Codable, Sendable {
    /// Terminals that the centre knows to be revoked now.
    var told: [String] = []
    /// Terminals that it does not know of yet.
    var waiting: [String] = []
  }

  /// Today in UTC, which certificates are dated by.
  static var today: CVDate? { CVDate.utc(unixSeconds: Clock.seconds) }

  func open(creates: Bool = false) throws -> CertificateAuthority {
    if creates { try home.make(home.authority) }
    return try CertificateAuthority(folder: home.authority, creates: creates, actor: actor) { Clock.seconds }
  }

  /// Tells the centre of every revocation that it does not know of; what can't be told stays for the next time.
  func tell(_ authority: CertificateAuthority) async throws -> Told {
    // Nothing is told on the word of a register that was altered.
    guard try authority.check().isWhole else { return Told() }
    // The centre of this state puts the date into its next completions; one elsewhere is given it by hand.
    if let minimum = try authority.minimumVerifierDate(), FileManager.default.fileExists(atPath: home.centre) {
      try Data("\(minimum.yyyymmdd)\n".utf8).write(
        to: URL(fileURLWithPath: CentreAccess.minimumVerifierDatePath(home)), options: .atomic)
    }
    let pending = try authority.pendingRevocations()
    guard !pending.isEmpty else { return Told() }
    var result = Told(waiting: pending.map(\.terminal))
    // A centre is never begun for this: on the authority's own machine there is none.
    guard service != nil || FileManager.default.fileExists(atPath: home.centre + "/ledger.sqlite") else {
      return result
    }
    let known: [PendingRevocation]
    do {
      known = try await CentreAccess.with(home, url: service) { client in
        var known: [PendingRevocation] = []
        for revocation in pending where try await Self.tell(revocation, client) { known.append(revocation) }
        return known
      }
    } catch {
      return result
    }
    for revocation in known {
      try authority.markTold(revocation)
      result.told.append(revocation.terminal)
    }
    result.waiting.removeAll { result.told.contains($0) }
    return result
  }

  /// Whether the centre knows of it now; a terminal that was never registered there may be so later, and waits.
  private static func tell(_ revocation: PendingRevocation, _ client: ServiceClient) async throws -> Bool {
    do {
      try await client.revokeTerminal(revocation.keyHash)
      return true
    } catch {
      guard !error.isRefusal(.terminalRevoked) else { return true }
      guard error.isRefusal(.unknownTerminal) else { throw error }
      return false
    }
  }

  /// For people: what was told, and what was not.
  static func note(_ told: Told, _ output: Output) {
    if !told.told.isEmpty {
      let names = told.told.joined(separator: ", ")
      output.note("Đã báo trung tâm thu hồi: \(names).", "The centre was told of the revocation of \(names).")
    }
    if !told.waiting.isEmpty {
      let names = told.waiting.joined(separator: ", ")
      output.note(
        "Trung tâm chưa biết \(names) bị thu hồi; lệnh “ansinh ca” sau sẽ báo lại, hoặc dùng “ansinh ca revoke "
          + "--tell”.",
        "The centre does not know yet that \(names) is revoked; the next “ansinh ca” tells it, or “ansinh ca revoke "
          + "--tell”.")
    }
  }
}

/// Files with certificates and requests.
enum CertificateFile {
  /// The octets of a file, at most as many as a chain has.
  static func read(_ path: String) throws(CertificateFileError) -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path),
      let octets = try? file.read(upToCount: CertificateChain.maximumLength + 1)
    else { throw .unreadable(path: path) }
    return [UInt8](octets)
  }

  static func request(_ path: String) throws(CertificateFileError) -> CVCertificateRequest {
    let octets = try read(path)
    do {
      return try CVCertificateRequest(parsing: octets)
    } catch {
      throw .request(path: path)
    }
  }

  static func certificates(_ path: String) throws(CertificateFileError) -> [CVCertificate] {
    let octets = try read(path)
    guard let found = try? CertificateChain.certificates(octets), !found.isEmpty else {
      throw .certificates(path: path)
    }
    return found
  }

  static func chain(_ path: String) throws(CertificateFileError) -> CertificateChain {
    let octets = try read(path)
    do {
      return try CertificateChain(parsing: octets)
    } catch {
      if case .order = error { throw .chain(error) }
      throw .certificates(path: path)
    }
  }
}
