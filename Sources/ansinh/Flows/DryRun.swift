import CardApplication
import CardCrypto
import Conformance
import Foundation
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Synchronization
import VietnamReference

/// What a personalisation would send: made on a software card in this process, with keys that exist for this run only.
/// Nothing is written, no number given out, no key of the office touched.
struct DryRun: Sendable {
  /// One APDU of the script.
  struct Line: Encodable, Sendable {
    let number: Int
    let name: String
    /// CLA INS P1 P2 before SCP03.
    let header: String
    /// Octets of data before SCP03.
    let length: Int
    /// Hexadecimal; `nil` for secrets and personal data.
    let data: String?
    let isProtected: Bool
    let answerLength: Int
    let status: String
  }

  /// The script for one person, by the profile of that person's kind of card.
  func script(_ applicant: Applicant) async throws -> [Line] {
    let profile = try CardProfile.named(applicant.profile.rawValue) ?? CardProfile.adult()
    let custodian = try MemoryCustodian(length: profile.policy.scp03KeyLength, random: SystemRandom())
    let now = Clock.seconds
    guard let order = applicant.order(profile, time: now) else {
      throw OfficeError.applicant(String(applicant.personalID.suffix(4)))
    }
    let steps = Mutex<[PersonalisationStep]>([])
    var personaliser = Personaliser(
      custodian: custodian, profile: profile,
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: now), point: try ECPrivateKey(generate: .p256).publicKey.point),
      trust: try custodian.trust(profile, time: now), transportKey: SoftCard.transportKey,
      transportVersion: SoftCard.transportKeyVersion)
    personaliser.observer = { step in steps.withLock { $0.append(step) } }
    let wire = Mutex<[ExchangeRecord]>([])
    let channel = HeaderLogChannel(SoftCardChannel(try SoftCard(storage: MemoryCardStorage()))) { record in
      wire.withLock { $0.append(record) }
    }
    _ = try await personaliser.personalise(channel, order)
    return Self.lines(wire.withLock { $0 }, steps.withLock { $0 })
  }

  /// Opening a secure channel is seen on the wire only; everything else before it is protected.
  private static func lines(_ wire: [ExchangeRecord], _ steps: [PersonalisationStep]) -> [Line] {
    var rest = steps[...]
    return wire.enumerated().map { index, record in
      let opening = [0x50: "INITIALIZE UPDATE", 0x82: "EXTERNAL AUTHENTICATE"][record.header[1]]
      guard opening == nil, let step = rest.popFirst() else {
        return Line(
          number: index + 1, name: opening ?? "", header: record.header.hex, length: record.commandLength, data: nil,
          isProtected: false, answerLength: record.responseLength ?? 0,
          status: record.status.map { "\($0)" } ?? "")
      }
      return Line(
        number: index + 1, name: step.name, header: step.command.header.hex, length: step.command.data.count,
        data: step.isConfidential ? nil : step.command.data.hex, isProtected: step.isProtected,
        answerLength: step.response.data.count, status: "\(step.response.status)")
    }
  }
}
