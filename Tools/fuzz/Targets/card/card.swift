import CardApplication
import CardCrypto
import CardTerminal
import FuzzSupport
import ISO7816
import SecureChannel
import SoftCard

/// The software card's dispatcher: a delivered, an active or a fresh card, bare or behind a session of the right key
/// and of a terminal, and then commands. ``WatchedCard`` checks each answer.
///
/// Input: how the session is opened(1), then per command flags and length(2) and its octets. Flags: 1 the card is
/// without power for a moment first, 2 the command goes past the session, 4 its data is signed by the centre first,
/// 8 the octets are a step of ``FuzzTerminal``.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count, waiting: play)
}

enum Opening: UInt8, CaseIterable {
  case none, can, pin, fresh, domain
  /// A card whose holder has not chosen a PIN yet.
  case transport
  /// The PIN, and a terminal for payouts online and offline, with *CAN allowed*.
  case payout
  /// The CAN and a terminal for the PIN, after Chip Authentication.
  case management
}

enum Flags {
  static let power: UInt8 = 1
  static let bare: UInt8 = 2
  static let signed: UInt8 = 4
  static let step: UInt8 = 8
}
/// More would make one input slow, not deeper.
private let maximumCommands = 24

@Sendable private func play(_ octets: [UInt8]) async {
  var reader = InputReader(octets)
  let first = reader.octet()
  let opening = Opening.allCases[Int(first & 0x7F) % Opening.allCases.count]
  let delivered = await FuzzCard.delivered()
  do {
    let stored: [UInt8]? =
      switch opening {
      case .fresh, .domain: nil
      case .transport: delivered.transport
      default: delivered.stored
      }
    let card = try await WatchedCard(stored: stored, lengthFields: first & 0x80 == 0 ? .extended : .short)
    // With short length fields the session's own protected commands still fit.
    var terminal = try FuzzTerminal(card, session: try await session(opening, card))
    var commands = 0
    while !reader.isAtEnd, commands < maximumCommands {
      commands += 1
      let (flags, command) = reader.string()
      await send(command, flags, to: card, &terminal)
    }
  } catch {
    require(false, "a session with the right key: \(error)")
  }
}

private func session(_ opening: Opening, _ card: WatchedCard) async throws -> (any CardChannel)? {
  // A card with short length fields takes a certificate's command in parts only.
  let channel = FittedChannel(card)
  switch opening {
  case .none, .fresh: return nil
  case .can: return try await card.openSession(.can)
  case .pin: return try await card.openSession(.pin)
  case .domain: return try await card.openDomain()
  case .transport: return try await card.openSession(.pin, password: FuzzCard.transportPIN)
  case .payout:
    return try await card.openSession(.pin, terminal: .payout(FuzzPKI.shared.credential(0)), through: channel)
  case .management:
    let access = TerminalAccess.pinManagement(FuzzPKI.shared.credential(1), FuzzCard.chipTrust)
    return try await card.openSession(.can, terminal: access, through: channel)
  }
}

private func send(_ octets: [UInt8], _ flags: UInt8, to card: WatchedCard, _ terminal: inout FuzzTerminal) async {
  if flags & Flags.power != 0 { await card.reset() }
  guard flags & Flags.step == 0 else { return await terminal.perform(octets) }
  var octets = octets
  var command = try? CommandAPDU(parsing: octets)
  if flags & Flags.signed != 0, let body = command?.data,
    let order = try? SignedLayout(signing: body, with: FuzzCard.completionKey)
  {
    command?.data = order.bytes
    octets = command?.bytes ?? octets
  }
  // A session that has ended stays an error of the terminal's side: the rest of the input goes to the bare card.
  if flags & Flags.bare == 0, let command, await terminal.send(command) != nil { return }
  _ = await card.send(octets)
}

/// Changes a command's data or its four octets of header rather than its length fields, most of the time.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Records.mutate(start, count, most, seed) { octets, change in
    guard seed & 0x300 != 0, var command = try? CommandAPDU(parsing: octets) else { return change(octets) }
    guard seed & 0xC00 == 0 else {
      command.data = change(command.data)
      return command.bytes
    }
    let header = change(command.header).prefix(4)
    return Array(header) + command.bytes.dropFirst(header.count)
  }
}

/// See ``CardSeeds``.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds { CardSeeds(card: await FuzzCard.delivered()).all }
}
