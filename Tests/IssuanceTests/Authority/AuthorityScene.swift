import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import Issuance
import SecureChannel
import Synchronization
import VietnamReference

/// An authority in a folder of its own, on a day that the test says.
final class AuthorityScene: Sendable {
  let folder: ScratchFolder
  private let time: Mutex<Int64>
  var path: String { folder.path }

  init(_ day: String = "2026-11-05") throws {
    folder = try ScratchFolder()
    time = Mutex(0)
    try set(day)
  }

  /// Noon, UTC, of a day.
  func set(_ day: String) throws {
    guard let date = CalendarDate(text: day) else { throw TestSupportError.invalid(day) }
    time.withLock { $0 = Int64(date.dayNumber) * 86_400 + 43_200 }
  }

  func set(unixSeconds: Int64) { time.withLock { $0 = unixSeconds } }

  func open(keys: (any AuthorityKeys)? = nil, actor: String = "can.bo") throws -> CertificateAuthority {
    try CertificateAuthority(folder: path, creates: true, keys: keys, actor: actor) {
      self.time.withLock { $0 }
    }
  }

  /// An authority with its CVCA and the document verifiers of `provinces`.
  func begun(_ provinces: String..., curve: Curve = .p256) throws -> CertificateAuthority {
    let authority = try open()
    _ = try authority.initialise(curve: curve)
    for province in provinces { _ = try authority.certifyVerifier(province: province) }
    return authority
  }

  /// Changes the register behind the program's back, its triggers taken away.
  func tamper(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path + "/authority.sqlite")
    try queue.write { db in
      for name in ["act_stays", "act_is_kept", "certificate_is_kept", "certificate_stays"] {
        try db.execute(sql: "DROP TRIGGER IF EXISTS \(name)")
      }
      try db.execute(sql: sql)
    }
  }

  /// Runs a statement on the register as it is.
  func execute(_ sql: String) throws {
    try DatabaseQueue(path: path + "/authority.sqlite").write { try $0.execute(sql: sql) }
  }

  static func request(_ key: ECPrivateKey? = nil, _ curve: Curve = .p256) throws -> CVCertificateRequest {
    guard let holder = HolderReference(country: "VN", mnemonic: "79BD003", sequence: "00001") else {
      throw TestSupportError.invalid("reference")
    }
    return try CVCertificateRequest(holder: holder, signer: try key ?? ECPrivateKey(generate: curve))
  }

  static func day(_ text: String) throws -> CVDate {
    guard let day = CalendarDate(text: text).flatMap({ CVDate($0) }) else { throw TestSupportError.invalid(text) }
    return day
  }
}

extension CertificateAuthority {
  /// A certificate for the payout point of `key`.
  func terminal(
    _ key: ECPrivateKey? = nil, province: String = "79", days: Int = 21, words: Set<TerminalRights.Word> = [.online],
    ceiling: Int? = nil
  ) throws -> CertificateChain {
    try certifyTerminal(
      try AuthorityScene.request(key), province: province, name: "BD-79-003", days: days, words: words,
      ceiling: ceiling)
  }
}
