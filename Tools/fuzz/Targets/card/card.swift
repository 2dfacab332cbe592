import CardApplication
import CardCrypto
import FuzzSupport
import ISO7816
import SecureChannel
import SoftCard

/// The software card's dispatcher: a delivered or a fresh card, bare or behind a session of the right key, and then
/// commands. ``WatchedCard`` checks each answer.
///
/// Input: how the session is opened(1), then per command flags and length(2) and its octets. Flags: 1 the card is
/// without power for a moment first, 2 the command goes past the session, 4 its data is signed by the centre first.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count, waiting: play)
}

private enum Opening: UInt8, CaseIterable { case none, can, pin, fresh, domain }
private let power: UInt8 = 1
private let bare: UInt8 = 2
private let signed: UInt8 = 4
/// More would make one input slow, not deeper.
private let maximumCommands = 24

@Sendable private func play(_ octets: [UInt8]) async {
  var reader = InputReader(octets)
  let first = reader.octet()
  let opening = Opening.allCases[Int(first & 0x7F) % Opening.allCases.count]
  let delivered = await FuzzCard.delivered()
  do {
    let isFresh = opening == .fresh || opening == .domain
    let card = try WatchedCard(
      stored: isFresh ? nil : delivered.stored, lengthFields: first & 0x80 == 0 ? .extended : .short)
    // With short length fields the session's own protected commands still fit.
    let session: (any CardChannel)? =
      switch opening {
      case .none, .fresh: nil
      case .can: try await card.openSession(.can)
      case .pin: try await card.openSession(.pin)
      case .domain: try await card.openDomain()
      }
    var commands = 0
    while !reader.isAtEnd, commands < maximumCommands {
      commands += 1
      let (flags, command) = reader.string()
      await send(command, flags, to: card, session)
    }
  } catch {
    require(false, "a session with the right key: \(error)")
  }
}

private func send(_ octets: [UInt8], _ flags: UInt8, to card: WatchedCard, _ session: (any CardChannel)?) async {
  if flags & power != 0 { await card.reset() }
  var octets = octets
  var command = try? CommandAPDU(parsing: octets)
  if flags & signed != 0, let body = command?.data,
    let order = try? SignedLayout(signing: body, with: FuzzCard.completionKey)
  {
    command?.data = order.bytes
    octets = command?.bytes ?? octets
  }
  // A session that has ended stays an error of the terminal's side: the rest of the input goes to the bare card.
  if flags & bare == 0, let session, let command, (try? await session.transmit(command)) != nil { return }
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

/// A card's making, its payouts and completions, and what a terminal does besides.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let card = await FuzzCard.delivered()
    let payout = ApplicationName.payout
    func input(_ opening: Opening, _ commands: [(flags: UInt8, command: CommandAPDU)]) -> [UInt8] {
      [opening.rawValue] + commands.flatMap { $0.command.bytes.string(flags: $0.flags) }
    }
    func plain(_ opening: Opening, _ commands: [CommandAPDU]) -> [UInt8] { input(opening, commands.map { (0, $0) }) }
    let select = CommandAPDU(ins: 0xA4, p1: 4, data: payout, expectedLength: 256)
    func authorise(_ id: UInt8, fromReserve: Int64 = 0) -> CommandAPDU {
      CommandAPDU(
        cla: 0x80, ins: 0x40, p1: 1, data: FuzzCard.order(id: id, fromReserve: fromReserve).bytes,
        expectedLength: 65_536)
    }
    func complete(_ order: CompletionOrder) -> CommandAPDU {
      CommandAPDU(cla: 0x80, ins: 0x42, data: order.body, expectedLength: 65_536)
    }
    let status = CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256)
    let last = CommandAPDU(cla: 0x80, ins: 0x46, data: [UInt8](repeating: 1, count: 16), expectedLength: 65_536)
    let reads = (1...8).map { CommandAPDU(ins: 0xB0, p1: 0x80 | $0, expectedLength: 65_536) }
    let log = CommandAPDU(ins: 0xB2, p1: 1, p2: 0x34, expectedLength: 65_536)
    let files = [0x3F00, 0x2F00, 0x2F01, 0x011C].flatMap { (identifier: UInt16) in
      [
        CommandAPDU(ins: 0xA4, data: [UInt8](bigEndian: identifier, width: 2), expectedLength: 256),
        CommandAPDU(ins: 0xB0, expectedLength: 256),
      ]
    }
    let domain = CommandAPDU(ins: 0xA4, p1: 4, data: ApplicationName.issuerSecurityDomain, expectedLength: 256)
    let template = BERTLV(0x80, PACEParameters.ecdhGM(.p256, .aes128).oid).bytes
    let pace = [
      CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: template + [0x83, 1, 3]),
      CommandAPDU(cla: 0x10, ins: 0x86, data: [0x7C, 0], expectedLength: 256),
      CommandAPDU(
        cla: 0x10, ins: 0x86, data: BERTLV(0x7C, [BERTLV(0x81, FuzzCard.completionKey.publicKey.point)]).bytes,
        expectedLength: 256),
      CommandAPDU(
        cla: 0x10, ins: 0x86, data: BERTLV(0x7C, [BERTLV(0x83, FuzzCard.completionKey.publicKey.point)]).bytes,
        expectedLength: 256),
      CommandAPDU(ins: 0x86, data: BERTLV(0x7C, [BERTLV(0x85, [1, 2, 3, 4, 5, 6, 7, 8])]).bytes, expectedLength: 256),
    ]
    let granted = card.completion(granted: 10_000_000)
    return [
      "making": plain(.domain, card.commands), "files": plain(.none, files), "pace": plain(.none, pace),
      "pace-in-session": plain(.can, pace), "read-can": plain(.can, [select] + reads + [log, status]),
      "domain": plain(
        .fresh,
        [domain, CommandAPDU(cla: 0x80, ins: 0x50, data: [1, 2, 3, 4, 5, 6, 7, 8], expectedLength: 256)]
          + [CommandAPDU(cla: 0x84, ins: 0x82, p1: 0x33, data: [UInt8](repeating: 5, count: 16))]),
      "payout": plain(.pin, [select, authorise(1), authorise(1), last, log, status] + reads),
      "payout-then-completion": input(
        .pin, [(0, select), (0, authorise(1)), (4, complete(card.completion(counter: 1))), (0, status), (0, last)]),
      "reserve": input(
        .pin, [(4, complete(granted)), (0, select), (4, complete(granted)), (0, authorise(2, fromReserve: 1_000_000))]),
      "completion-can": input(.can, [(0, select), (4, complete(granted)), (4, complete(granted)), (0, reads[3])]),
      "power": input(.pin, [(0, select), (1, select), (2, status), (0, authorise(3))]),
      "chain": plain(
        .none,
        [CommandAPDU(cla: 0x10, ins: 0xA4, data: [0x3F]), CommandAPDU(ins: 0xA4, data: [0], expectedLength: 256)]),
    ]
  }
}
