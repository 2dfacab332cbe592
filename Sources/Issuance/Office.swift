public import CardApplication
public import CardCrypto
public import CardTerminal
import Foundation
public import ISO7816
public import ServiceAPI

/// Registers cards at the centre. The service's client stands behind it.
public protocol CardRegistry: Sendable {
  /// Registers {card number, holder, payout-key certificate}. Safe to repeat for the same card.
  ///
  /// - Parameter replaces: the holder's old card, which ends at the centre in the same step.
  func register(
    _ number: CardNumber, holder: Applicant, certificate: [UInt8], replaces: ReplacedCard?
  ) async throws

  /// Whether what ``register(_:holder:certificate:replaces:)`` threw is the centre's answer about that one card, so
  /// that the next one may well be taken.
  func isRefusal(_ error: any Error) -> Bool
}

/// The issuing office at work: one person, one fresh card, one registration.
public struct Office: Sendable {
  /// The office's database.
  public let store: OfficeStore
  let personaliser: Personaliser
  let registry: any CardRegistry
  let terminal: TerminalAccess?
  /// Unix seconds.
  let clock: @Sendable () -> Int64

  /// An office.
  ///
  /// - Parameter terminal: the office's own terminal, which reads finished cards back; without it less is read.
  public init(
    store: OfficeStore, personaliser: Personaliser, registry: any CardRegistry, terminal: TerminalAccess? = nil,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.terminal = terminal
    self.store = store
    self.personaliser = personaliser
    self.registry = registry
    self.clock = clock
  }

  /// Makes a card for `applicant` on the fresh card behind `channel`, and registers it at the centre.
  ///
  /// The holder's secrets exist only in the answer: a registration that fails is told beside the card, not instead of
  /// it, and ``registerWaiting()`` makes it good.
  ///
  /// - Parameter keep: called when the card is complete, before anything rests on it: makes it durable.
  public func issue(
    _ applicant: Applicant, on channel: any CardChannel, keep: @Sendable (PersonalisedCard) throws -> Void = { _ in }
  ) async throws -> IssuedResult {
    let (card, _, _) = try await make(applicant, channel, job: "") { _ in try store.begin(applicant.personalID) }
    try keep(card)
    try store.finish(card)
    do {
      try await register(card.cardNumber)
      return IssuedResult(card: card, registrationFailure: nil)
    } catch {
      return IssuedResult(card: card, registrationFailure: error)
    }
  }

  /// Registers what is made and not yet at the centre. A card that the centre refuses is told and stops no other.
  ///
  /// - Throws: when the centre can't be asked.
  public func registerWaiting() async throws -> RegistrationReport {
    var report = RegistrationReport()
    for card in try store.unregistered() {
      do {
        try await register(card.number)
        report.registered += 1
      } catch {
        guard registry.isRefusal(error) else { throw error }
        report.refused.append((card.number, error))
      }
    }
    return report
  }

  /// Registers a finished card, in the place of the old one if one is to be replaced. Until the centre has it the old
  /// card is its person's; when this process ends in between, the next try gets the same answer and records it.
  func register(_ number: CardNumber) async throws {
    guard let card = try store.registration(of: number) else { return }
    try await registry.register(
      number, holder: card.holder, certificate: card.certificate, replaces: card.replaces)
    try await store.noteRegistered(number, at: clock())
  }

  /// The office's self-signed certificate, which the centre trusts payout-key certificates by; made once and kept as
  /// `issuer.der` in `folder`.
  public static func issuerCertificate(
    _ custodian: any KeyCustodian, folder: String, now: Int64
  ) throws -> Certificate {
    let path = URL(fileURLWithPath: folder + "/issuer.der")
    if let stored = try? Data(contentsOf: path), let certificate = try? Certificate(der: [UInt8](stored)),
      certificate.publicKey.point == custodian.certificateKey.point
    {
      return certificate
    }
    let certificate = try custodian.certify(certificateRequest(custodian, kind: .selfSigned, now: now))
    try Data(certificate.der).write(to: path, options: .atomic)
    return certificate
  }

  /// Who signs a certificate of the office.
  enum CertificateKind: UInt8 {
    /// The certified key itself.
    case selfSigned = 2
    /// The key before it.
    case link = 3
  }

  /// What a certificate of the custodian's newest certificate key says. Its serial number is the kind and the key's
  /// first eight octets, so that no two of one issuer are alike; cards' begin with 01.
  static func certificateRequest(
    _ custodian: any KeyCustodian, kind: CertificateKind, authority: ECPublicKey? = nil, now: Int64
  ) -> CertificateRequest {
    let key = custodian.certificateKey
    var request = CertificateRequest(
      subject: custodian.issuerName, serial: [kind.rawValue] + Digest.sha256.hash(key.point).prefix(8), publicKey: key,
      notBefore: now - 300, notAfter: now + 20 * 366 * 86_400, isAuthority: true)
    request.authorityKey = authority
    return request
  }
}

/// A card made, and whether the centre has it already.
public struct IssuedResult: Sendable {
  /// The card, with the secrets to print.
  public let card: PersonalisedCard
  /// Why the centre does not have it yet; `nil` when it has.
  public let registrationFailure: (any Error)?
}

/// What an office can't do.
public enum OfficeError: Error, Sendable {
  /// The applicant's data can't be put on a card; the last digits of the personal ID tell which.
  case applicant(String)
  /// The card's number was scrapped while the card was being made: somebody else has begun a card for this person.
  case superseded
  /// Nobody with this personal ID, or key, is known to the office, in its scope.
  case unknownPerson
  /// The population register has not matched this person, so no card is made.
  case notMatched(RegisterState)
  /// The person may be somebody else's second entry: an officer decides first.
  case undecided
  /// An office of one province was given a person of another.
  case outsideScope(province: String)
  /// The key of the personal fields is missing, or it is not the one they were sealed with.
  case fieldKeys
  /// Another person has this personal ID already.
  case personalIDTaken
  /// There is no such work item, or it was decided.
  case unknownItem
  /// The item can't be decided so.
  case impossibleDecision(WorkKind)
  /// A person with a live card can't be given up for another entry.
  case hasCard
  /// The person has a card, or had one that has ended and no other was asked for.
  case notWaiting
  /// No such block of card numbers: 0…999.
  case numberBlock(Int)
}
