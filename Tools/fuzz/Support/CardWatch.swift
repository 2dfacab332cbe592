import CardApplication
import ISO7816
import SecureChannel
import Synchronization

@testable import SoftCard

/// Everything that a card grants a session.
struct SessionRights: Hashable, Sendable {
  var password: AccessContext.Password?
  var proven: PACEPasswordReference?
  var terminal: AuthenticatedTerminal?
  var payout: PayoutRights = []
  var isCANAllowed = false
  var hasProvenChip = false

  /// What a bare command may do.
  static let none = SessionRights()

  /// Without what Terminal and Chip Authentication have won.
  var withoutTerminal: SessionRights { SessionRights(password: password, proven: proven) }
}

extension SoftCard {
  var rights: SessionRights {
    SessionRights(
      password: access.password, proven: provenPassword, terminal: terminal, payout: access.payoutRights,
      isCANAllowed: access.isCANAllowed, hasProvenChip: hasProvenChip)
  }

  /// Lets `watch` see each plain command.
  func setWatch(_ watch: CardWatch) { interceptor = watch }
}

/// Looks at the card before and after each plain command.
///
/// Rights start with PACE, EXTERNAL AUTHENTICATE and Chip Authentication alone, PACE ends all earlier ones, each
/// command stores only what is its own, and nothing is done without the right to it.
final class CardWatch: SoftCardInterceptor {
  private let last = Mutex(SessionRights.none)

  func protected(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU? { nil }

  func plain(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU? {
    let before = card.rights
    let name = "\(command.bytes.hex) in a session"
    require(before == .none || before == last.withLock { $0 }, "rights between commands, at \(name)")
    let stored = card.encodedState()
    let isIdentity = card.selection == .identity
    let file = command.p1 & 0x80 != 0 ? Int(command.p1 & 0x1F) : Int((card.currentFile ?? 0) & 0xFF)
    let response = card.obey(command)
    let after = card.rights
    last.withLock { $0 = after }
    Fuzz.trace("  \(command.bytes.hex) → \(response.data.hex) \(response.status)")
    guard response.status.isSuccess else {
      require(after == before, "rights by a refusal of \(name): \(after)")
      return response
    }
    requireGrown(from: before, to: after, command, response)
    requireAllowed(command, before, group: isIdentity ? file : nil)
    StoredCard(card.encodedState()).requireOnly(Self.mayStore(command), since: StoredCard(stored), name)
    return response
  }

  private func requireGrown(
    from before: SessionRights, to after: SessionRights, _ command: CommandAPDU, _ response: ResponseAPDU
  ) {
    let name = "\(command.bytes.hex) with \(response.status)"
    let objects = (try? BERTLV(parsing: response.data).children()) ?? []
    switch (command.cla & 0x80, command.ins) {
    case (0, 0x86) where objects.first?.tag == 0x86:
      require(after == after.withoutTerminal, "a right that outlives PACE: \(after)")
    case (0, 0x86) where objects.first?.tag == 0x81:
      var expected = before
      expected.hasProvenChip = true
      require(before.terminal != nil && after == expected, "Chip Authentication of \(before) gives \(after)")
    case (0, 0x82):
      require(before.terminal == nil && after.withoutTerminal == before.withoutTerminal, "authenticated: \(after)")
      guard let terminal = after.terminal else { return require(false, "no terminal after \(name)") }
      require(FuzzPKI.shared.isAuthentic(terminal), "a terminal that is none of ours: \(terminal)")
    default: require(after == before, "rights by \(name): \(after)")
    }
  }

  /// The rules of `card-application` §2–§4, and of TR-03110-2 for the eID application, told a second time.
  private func requireAllowed(_ command: CommandAPDU, _ rights: SessionRights, group: Int?) {
    let name = "\(command.bytes.hex) without the right to it: \(rights)"
    switch (command.cla & 0x80, command.ins) {
    case (0, 0xB0):
      guard let group else { return }
      require(
        rights.hasProvenChip && rights.terminal?.rights.contains(.read(dataGroup: group)) == true, name)
    case (0, 0x2A): require(FuzzPKI.shared.isAuthentic(command.data), "a certificate that is none of ours")
    case (0, 0x2C):
      let manages = rights.hasProvenChip && rights.terminal?.rights.contains(.pinManagement) == true
      require(manages || rights.proven == (command.p1 == 0x02 ? .pin : .puk), name)
    case (0x80, 0x40):
      require(rights.terminal != nil && rights.payout.contains(command.p1 == 1 ? .online : .offline), name)
      let overrides = rights.isCANAllowed && rights.payout.contains(.override) && command.p1 == 1
      require(rights.password == .pin || (rights.password == .can && overrides), name)
    case (0x80, 0x50):
      // Before delivery, bare; then with the PIN or a terminal's right alone.
      let mayPay = !rights.payout.isDisjoint(with: [.online, .offline])
      require(
        rights == .none || rights.password == .pin || (rights.password == .can && rights.isCANAllowed && mayPay), name)
    case (0x80, 0x82), (0x80, 0xE2), (0x80, 0xF0): require(false, "an update by somebody without the office's keys")
    case (0x80, 0x42): require(rights.password == .can || rights.password == .pin, name)
    default: return
    }
  }

  /// Which fields of the stored card a command that is obeyed may change.
  private static func mayStore(_ command: CommandAPDU) -> Set<BERTag> {
    switch (command.cla & 0x80, command.ins) {
    case (0, 0x86): [StoredCard.pin]
    case (0, 0x2A): [StoredCard.anchor, StoredCard.cardDate]
    case (0, 0x2C):
      [StoredCard.lifeCycle, StoredCard.pin, StoredCard.puk, StoredCard.generations, StoredCard.pinOrigin]
    case (0x80, 0x40):
      [
        StoredCard.line, StoredCard.slot, StoredCard.counters, StoredCard.certificateHash, StoredCard.limits,
      ]
    case (0x80, 0x42): StoredCard.completed
    case (0x80, 0x50): [StoredCard.sequence]
    default: []
    }
  }
}
