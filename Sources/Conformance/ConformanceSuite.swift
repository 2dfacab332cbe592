public import CardApplication
public import CardCrypto
import CardTerminal
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// The acceptance test of a card: every question in turn, from the fresh card to one that is used up.
public final class ConformanceSuite: Sendable {
  /// Every check there is, in the order in which they are made.
  public static let checks: [ConformanceCheck] = ConformanceStage.allCases.flatMap { stage in
    groups.flatMap { $0 }.filter { $0.stage == stage }
  }

  private static let groups = [
    LifeCycleChecks.all, FileChecks.all, AccessChecks.all, CommandChecks.all, PasswordChecks.all, MessagingChecks.all,
    ChainChecks.all, AuthenticationChecks.all, IdentityChecks.all, PayoutChecks.all, OfflineChecks.all,
    CompletionChecks.all, UpdateChecks.all,
  ]

  /// What every later check builds on; without them the rest is skipped.
  private static let foundations: Set<String> = ["life.personalise", "life.activate"]

  private let profile: CardProfile
  private let transportKey: SecretBytes
  private let transportVersion: UInt8
  private let time: Int64
  private let only: Set<String>?

  /// A run with keys of its own.
  ///
  /// - Parameters:
  ///   - transportKey: the static key that fresh cards come with, and its version.
  ///   - time: the day of the run, Unix seconds.
  ///   - only: the ids of the checks to make, besides those that they build on; `nil` for all.
  public init(
    profile: CardProfile, transportKey: consuming SecretBytes, transportVersion: UInt8, time: Int64,
    only: Set<String>? = nil
  ) {
    self.profile = profile
    self.transportKey = transportKey
    self.transportVersion = transportVersion
    self.time = time
    self.only = only
  }

  /// The checks of this run.
  public var checks: [ConformanceCheck] {
    guard let only else { return Self.checks }
    let last = Self.checks.filter { only.contains($0.id) }.map(\.stage.rawValue).max() ?? 0
    return Self.checks.filter { check in
      only.contains(check.id) || (Self.foundations.contains(check.id) && check.stage.rawValue <= last)
    }
  }

  /// Makes sure that the card is a fresh one with these transport keys. Nothing on another card changes: it is asked
  /// for keys of the transport version alone, and refuses before it counts.
  ///
  /// - Throws: ``PersonalisationError/notFresh``, or what the way to the card throws.
  public func requireFresh(_ card: any ConformanceCard) async throws {
    let channel = try await card.channel()
    let selected = try await channel.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256))
    guard selected.status.isSuccess else { throw PersonalisationError.notFresh }
    let update: SCP03InitializeUpdate
    do {
      update = try await SCP03Host.initialize(
        channel, mode: profile.policy.scp03Mode, keyVersion: transportVersion)
    } catch SCP03Error.refused {
      throw PersonalisationError.notFresh
    } catch {
      throw PersonalisationError.secureChannel(error)
    }
    guard update.keyVersion == transportVersion else { throw PersonalisationError.notFresh }
    do {
      // Right keys give the try back that INITIALIZE UPDATE has taken.
      _ = try await SCP03Host.open(
        channel, answering: update,
        keys: SCP03KeySet(
          version: transportVersion, encryption: transportKey.copy(), mac: transportKey.copy(),
          dataEncryption: transportKey.copy()))
    } catch {
      throw PersonalisationError.secureChannel(error)
    }
  }

  /// Makes the checks and uses the card up. A failed check does not end the run; a lost card does.
  ///
  /// - Parameter report: told of every check when it is done.
  /// - Throws: what tells of a lost card, a failed way to it, or the task's cancellation.
  public func run(
    _ card: any ConformanceCard, report: (ConformanceResult) -> Void = { _ in }
  ) async throws -> [ConformanceResult] {
    let test = try CardUnderTest(
      card, profile: profile, transportKey: transportKey, transportVersion: transportVersion, time: time)
    var results: [ConformanceResult] = []
    var missing: ConformanceCheck?
    var isHalf = false
    for check in checks {
      try Task.checkCancellation()
      if check.stage == .half, !isHalf {
        isHalf = true
        try await breakOff(test)
      }
      let start = ContinuousClock.now
      let outcome: ConformanceOutcome
      if let missing {
        outcome = .skipped(
          BilingualText(
            vi: "Không kiểm tra được vì “\(missing.id)” không đạt.", en: "Not made, because \(missing.id) failed."))
      } else {
        outcome = try await Self.outcome(check, test)
      }
      if Self.foundations.contains(check.id), outcome != .passed { missing = missing ?? check }
      let result = ConformanceResult(check: check, outcome: outcome, duration: .now - start)
      results.append(result)
      report(result)
    }
    return results
  }

  private static func outcome(_ check: ConformanceCheck, _ test: CardUnderTest) async throws -> ConformanceOutcome {
    do {
      try await test.makeRoom()
      try await check.run(test)
      return .passed
    } catch let finding as ConformanceFinding {
      return .failed(finding.reason)
    } catch let skip as ConformanceSkip {
      return .skipped(skip.reason)
    } catch {
      guard !CardFault.isOfTheWay(error) else { throw error }
      return .failed(CardFault.reason(error))
    }
  }

  /// Personalises, and breaks off when secrets and files are on the card and its keys are not.
  private func breakOff(_ test: CardUnderTest) async throws {
    let channel = BreakingChannel(try await test.card.channel(), after: 8)
    do {
      _ = try await test.personaliser.personalise(channel, test.order)
    } catch {
      guard await channel.isBroken || !CardFault.isOfTheWay(error) else { throw error }
    }
    try await test.card.powerOff()
  }
}

/// Carries so many commands and no more.
private actor BreakingChannel: CardChannel {
  private let base: any CardChannel
  private var left: Int
  private(set) var isBroken = false

  init(_ base: any CardChannel, after count: Int) {
    self.base = base
    left = count
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard left > 0 else {
      isBroken = true
      throw .sessionEnded
    }
    left -= 1
    return try await base.transmit(command)
  }
}

/// Errors of checks.
enum CardFault {
  /// Whether the way to the card failed, and not the card.
  static func isOfTheWay(_ error: any Error) -> Bool {
    switch error {
    case is CancellationError: true
    case let error as CardChannelError:
      switch error {
      case .cardLost, .transport: true
      case .sessionEnded, .malformedResponse, .secureMessaging, .tooLong: false
      }
    case CardSessionError.channel(let cause), CardSessionError.pace(.channel(let cause)),
      CardSessionError.eac(.channel(let cause)), PersonalisationError.channel(let cause),
      PersonalisationError.secureChannel(.channel(let cause)):
      isOfTheWay(cause)
    case PACEError.channel(let cause): isOfTheWay(cause)
    case EACError.channel(let cause): isOfTheWay(cause)
    case ReadBackError.session(let cause): isOfTheWay(cause)
    default: false
    }
  }

  /// What an error says of the card: status words and places, never data.
  static func reason(_ error: any Error) -> BilingualText {
    switch error {
    case CardSessionError.refused(let command, let status):
      return BilingualText(vi: "\(command): thẻ trả lời \(status)", en: "\(command): the card answered \(status)")
    case CardSessionError.malformedAnswer(let command, let layout):
      return BilingualText(
        vi: "\(command): câu trả lời sai cấu trúc (\(layout))", en: "\(command): malformed answer (\(layout))")
    case PersonalisationError.refused(let step, let status):
      return BilingualText(vi: "\(step): thẻ trả lời \(status)", en: "\(step): the card answered \(status)")
    default:
      // Errors carry status, command and place, never payload.
      return BilingualText(vi: "Lỗi: \(error)", en: "Error: \(error)")
    }
  }
}
