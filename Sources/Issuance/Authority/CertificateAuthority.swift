import CardApplication
public import CardCrypto
import Foundation
import GRDB
public import SecureChannel
import VietnamReference

/// The national CVCA, the provinces' document verifiers, and the certificates of terminals (`card-application` §2):
/// keys, a register, and an act for everything that was signed or revoked.
///
/// Each of its operations is one transaction: the key is on the disk before anything is signed, the certificate counts
/// when certificate and act are in the register. What is cut off before leaves at most a key that nobody has heard of.
public struct CertificateAuthority: Sendable {
  /// Days that a document verifier's certificate may last.
  public static let verifierDays = 1...366
  /// Days of a terminal with any right that it has without asking the centre (offline and override payouts, PINs,
  /// identity data): how long a stolen one may still be believed.
  public static let offlineDays = 1...21
  /// Days of a terminal that can only pay online, where the centre refuses a revoked one at once.
  public static let onlineDays = 1...180

  /// How long a terminal with these rights may last.
  static func days(_ words: Set<TerminalRights.Word>) -> ClosedRange<Int> {
    words.isSubset(of: [.online]) ? onlineDays : offlineDays
  }
  /// Years of the CVCA.
  static let rootYears = 10

  private let queue: DatabaseQueue
  private let keys: any AuthorityKeys
  let actor: String
  /// Unix seconds.
  private let clock: @Sendable () -> Int64

  /// Whether `folder` has an authority.
  public static func exists(folder: String) -> Bool { FileManager.default.fileExists(atPath: path(folder)) }

  private static func path(_ folder: String) -> String { folder + "/authority.sqlite" }

  /// Opens the authority in `folder`, which has to be its owner's alone.
  ///
  /// - Parameters:
  ///   - creates: whether to begin one where there is none.
  ///   - keys: where the keys are; files in `folder` by default.
  ///   - actor: who acts, 1…200 characters on one line.
  /// - Throws: ``AuthorityError/none``, ``AuthorityError/text``, ``AuthorityError/register(code:)``.
  public init(
    folder: String, creates: Bool = false, keys: (any AuthorityKeys)? = nil, actor: String,
    clock: @escaping @Sendable () -> Int64
  ) throws {
    guard creates || Self.exists(folder: folder) else { throw AuthorityError.none }
    guard Self.isText(actor) else { throw AuthorityError.text }
    self.keys = keys ?? AuthorityKeyFiles(folder: folder)
    self.actor = actor
    self.clock = clock
    queue = try Self.storing {
      var configuration = Configuration()
      // Another officer's command: signing takes milliseconds.
      configuration.busyMode = .timeout(10)
      configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
      let queue = try DatabaseQueue(path: Self.path(folder), configuration: configuration)
      // Read back: with a lower setting a name could be given out twice after a power failure.
      try queue.inDatabase { db in
        try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
          throw DatabaseError(message: "synchronous is not FULL")
        }
      }
      try AuthorityRegister.migrator.migrate(queue)
      return queue
    }
  }

  /// Whether `text` is 1…200 characters on one line, none of them invisible.
  static func isText(_ text: String) -> Bool {
    let hidden: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator, .unassigned]
    return (1...200).contains(text.count)
      && !text.unicodeScalars.contains { hidden.contains($0.properties.generalCategory) }
  }

  private static func storing<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw AuthorityError.register(code: error.resultCode.rawValue)
    }
  }

  func read<Value>(_ body: (AuthorityRegister) throws -> Value) throws -> Value {
    try Self.storing { try queue.read { try body(AuthorityRegister(db: $0)) } }
  }

  /// One act of signing or revoking: on a register that still says what was done, and on a day that certificates know.
  func write<Value>(_ body: (AuthoritySession) throws -> Value) throws -> Value {
    try Self.storing {
      try queue.write { db in
        let register = AuthorityRegister(db: db)
        let check = try register.acts.check()
        if !check.isWhole { throw AuthorityError.actsBroken(at: check.brokenAct ?? check.acts) }
        let now = clock()
        guard let today = CVDate.utc(unixSeconds: now),
          let day = CalendarDate(unixSeconds: now, zone: .vietnam)
        else { throw AuthorityError.clock }
        return try body(
          AuthoritySession(
            register: register, keys: keys, actor: actor, now: now, today: today, vietnameseDay: day))
      }
    }
  }

  /// Makes the CVCA.
  ///
  /// - Throws: ``AuthorityError/exists(_:)`` when there is one.
  public func initialise(curve: Curve = .p256) throws -> CVCertificate {
    try write { session in
      if let root = try session.register.newest(.root) { throw AuthorityError.exists(root.holder) }
      return try session.makeRoot(try session.reference("ANSINH", 1), curve)
    }
  }

  /// Makes the CVCA's next key: a link certificate by the old one, and a self-signed certificate.
  ///
  /// - Parameter curve: of the new key; `nil` for the old one's.
  public func renew(curve: Curve? = nil) throws -> (link: CVCertificate, root: CVCertificate) {
    try write { session in
      let old = try session.root()
      let holder = try session.reference("ANSINH", session.next(old.holder))
      let curve = curve ?? old.certificate.content.publicKey.curve
      let root = try session.makeRoot(holder, curve)
      let link = try session.makeLink(root, old.certificate)
      return (link, root)
    }
  }

  /// Certifies a new key of a province's document verifier.
  ///
  /// - Parameters:
  ///   - days: of which today (UTC) is the first; never beyond the CVCA's last day.
  ///   - afterRevocation: whether to begin anew where the province's last one was revoked.
  public func certifyVerifier(
    province: String, days: Int = 180, rights: TerminalRights = .verifier, afterRevocation: Bool = false
  ) throws -> CVCertificate {
    guard Self.verifierDays.contains(days) else { throw AuthorityError.days(Self.verifierDays) }
    return try write { session in
      try session.requireProvince(province)
      let root = try session.root()
      let last = try session.register.newest(.verifier, province: province)
      if let last, last.isRevoked, !afterRevocation { throw AuthorityError.revoked(last.holder) }
      if let minimum = try session.register.minimumVerifierDate(), session.today < minimum {
        throw AuthorityError.tooEarly(minimum)
      }
      let holder = try session.reference("DV" + province, try last.map { try session.next($0.holder) } ?? 1)
      let curve = root.certificate.content.publicKey.curve
      let key = try session.keys.make(holder, curve)
      let certificate = try session.sign(
        CVPublicKey(scheme: .ecdsaSHA256, curve: curve, point: key.publicKey.point), holder,
        under: root.certificate.content, role: .verifierNonOfficial, rights: rights, days: days)
      try session.record(certificate, .verifier, .verifier, province: province)
      return certificate
    }
  }

  /// Certifies a terminal's key: a new terminal gets the next number of its province, one that is known the next
  /// sequence number.
  ///
  /// - Parameters:
  ///   - request: its signature was checked when it was read.
  ///   - name: what people call the terminal.
  ///   - days: ``offlineDays`` with the right to pay offline, else ``onlineDays``; never beyond the verifier's days.
  ///   - ceiling: steps of the offline ceiling; `nil` for the verifier's with the right to pay offline, else 0.
  public func certifyTerminal(
    _ request: CVCertificateRequest, province: String, name: String, days: Int = 21,
    words: Set<TerminalRights.Word> = [.online], ceiling: Int? = nil
  ) throws -> CertificateChain {
    let bounds = Self.days(words)
    guard bounds.contains(days) else { throw AuthorityError.days(bounds) }
    guard Self.isText(name) else { throw AuthorityError.text }
    return try write { session in
      try session.requireProvince(province)
      _ = try session.root()
      let verifier = try session.verifier(province)
      let rights = try Self.rights(words, ceiling, under: verifier)
      guard request.publicKey.curve == verifier.certificate.content.publicKey.curve else {
        throw AuthorityError.otherCurve
      }
      let (number, sequence) = try session.terminal(request.publicKey.hash, province, name)
      let digits = String(number)
      guard digits.count <= 5 else { throw AuthorityError.usedUp }
      let holder = try session.reference(
        "\(province)T\(String(repeating: "0", count: 5 - digits.count))\(digits)", sequence)
      let certificate = try session.sign(
        request.publicKey, holder, under: verifier.certificate.content, role: .terminal, rights: rights, days: days)
      try session.record(certificate, .terminal, .terminal, province: province, terminal: number)
      return try session.register.chain(certificate)
    }
  }

  private static func rights(
    _ words: Set<TerminalRights.Word>, _ ceiling: Int?, under verifier: RegisteredCertificate
  ) throws -> TerminalRights {
    let limit = TerminalRights(verifier.certificate.content)
    let steps = ceiling ?? (words.contains(.offline) ? limit.payout.steps : 0)
    guard (0...16).contains(steps), steps == 0 || words.contains(.offline) else { throw AuthorityError.ceiling }
    let rights = TerminalRights(words, ceiling: steps)
    guard rights.isWithin(limit) else {
      let beyond = rights.words.filter { !$0.rights.isWithin(limit) }.map(\.rawValue)
      throw AuthorityError.beyondVerifier(beyond + (steps > limit.payout.steps ? ["ceiling"] : []))
    }
    return rights
  }
}
