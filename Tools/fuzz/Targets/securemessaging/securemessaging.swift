import CardCrypto
import CardTestSupport
import FuzzSupport
import ISO7816

@testable import SecureChannel

/// Both sides of secure messaging and of SCP03, with exchanges that are changed on their way, and with octets of the
/// input under a right MAC.
///
/// Input: mode(1), INS(1), data length(1) and data, then changes or objects.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count, waiting: check)
}

@Sendable private func check(_ octets: [UInt8]) async {
  var reader = InputReader(octets)
  let mode = Mode.allCases[Int(reader.octet()) % Mode.allCases.count]
  let ins = reader.octet()
  let data = reader.octets(Int(reader.octet()))
  let command = CommandAPDU(cla: 0x80, ins: ins, data: data, expectedLength: 256)
  switch mode {
  case .commandChanged, .responseChanged: await messaging(mode, command, reader)
  case .commandObjects: await commandObjects(command, reader.rest)
  case .responseObjects: await responseObjects(command, reader.rest)
  case .hostCommandChanged, .cardResponseChanged, .updateChanged, .authenticationChanged:
    await domain(mode, command, reader)
  }
}

private enum Mode: UInt8, CaseIterable {
  case commandChanged, responseChanged, commandObjects, responseObjects
  case hostCommandChanged, cardResponseChanged, updateChanged, authenticationChanged
}

private func sessionKeys() -> SessionKeys {
  SessionKeys(
    encryption: SecretBytes([UInt8](repeating: 0x11, count: 16)), mac: SecretBytes([UInt8](repeating: 0x22, count: 16)))
}

private let answer = ResponseAPDU(data: Array(0..<40), status: .success)

/// The changes of the input, made to the data of a command; when they come to nothing, its last four octets to the
/// header.
private func changing(_ reader: InputReader) -> Change {
  Change(
    command: { command in
      var changed = command
      changed.data = Edits.apply(reader, to: command.data)
      guard changed.data == command.data, reader.rest.count >= 4 else { return changed }
      let header = zip(command.header, reader.rest.suffix(4)).map { $0 ^ $1 }
      (changed.cla, changed.ins, changed.p1, changed.p2) = (header[0], header[1], header[2], header[3])
      return changed
    })
}

/// The same for an answer: its data, or its status.
private func changingResponse(_ reader: InputReader) -> Change {
  Change(
    response: { response in
      let octets = Edits.apply(reader, to: response.data)
      guard octets == response.data else { return ResponseAPDU(data: octets, status: response.status) }
      let status = (reader.rest.suffix(2).bigEndianValue ?? 0)
      return ResponseAPDU(
        data: octets, status: StatusWord(rawValue: response.status.rawValue ^ UInt16(truncatingIfNeeded: status)))
    })
}

private func messaging(_ mode: Mode, _ command: CommandAPDU, _ reader: InputReader) async {
  let loop = Loop(answer: answer, messaging: SecureMessagingCard(keys: sessionKeys()))
  let channel = SecureMessagingChannel(loop, keys: sessionKeys())
  await loop.begin(mode == .commandChanged ? changing(reader) : changingResponse(reader))
  let response = try? await channel.transmit(command)
  guard await loop.isChanged else {
    require(await loop.taken == command, "another command on the card's side")
    return require(response == answer, "another answer on the terminal's side")
  }
  if mode == .commandChanged { require(await loop.taken == nil, "the card takes a changed command") }
  require(response == nil, "the terminal takes a changed answer")
  require((try? await channel.transmit(command)) == nil, "the session goes on")
}

/// The card reads any objects, for their MAC is right; what it takes follows the layout.
private func commandObjects(_ command: CommandAPDU, _ octets: [UInt8]) async {
  var card = SecureMessagingCard(keys: sessionKeys())
  var counter = SendSequenceCounter()
  counter.increment()
  var command = command
  command.cla |= 0x0C
  let input = SecureMessagingCrypto.commandMACInput(header: command.header, objects: octets, counter: counter)
  guard let mac = try? CMAC.tag(input, key: sessionKeys().mac).prefix(8) else { return }
  command.data = octets + BERTLV(0x8E, Array(mac)).bytes
  guard let plain = try? card.unwrap(command) else { return }
  let tags = (try? BERTLV.sequence(octets, shortestLengths: true))?.map(\.tag)
  let cryptogram: BERTag = command.ins & 1 == 0 ? 0x87 : 0x85
  require([[], [cryptogram], [0x97], [cryptogram, 0x97]].contains(tags), "objects in another order")
  require(plain.data.isEmpty || tags?.first == cryptogram, "data from nowhere")
  require((plain.expectedLength != nil) == (tags?.last == 0x97), "Ne from nowhere")
}

/// The terminal reads any objects, for their MAC is right.
private func responseObjects(_ command: CommandAPDU, _ octets: [UInt8]) async {
  let loop = Loop(answer: answer, messaging: SecureMessagingCard(keys: sessionKeys()))
  let channel = SecureMessagingChannel(loop, keys: sessionKeys())
  await loop.begin(
    Change(response: { _ in
      var counter = SendSequenceCounter()
      counter.increment()
      counter.increment()
      let input = SecureMessagingCrypto.responseMACInput(objects: octets, counter: counter)
      let mac = (try? CMAC.tag(input, key: sessionKeys().mac).prefix(8)) ?? []
      let inner = (try? BERTLV.sequence(octets))?.last { $0.tag == 0x99 }?.value ?? []
      let outer = inner.count == 2 ? StatusWord(sw1: inner[0], sw2: inner[1]) : .success
      return ResponseAPDU(data: octets + BERTLV(0x8E, Array(mac)).bytes, status: outer)
    }))
  guard let response = try? await channel.transmit(command) else { return }
  let tags = (try? BERTLV.sequence(octets, shortestLengths: true))?.map(\.tag)
  require([[0x99], [0x87, 0x99], [0x85, 0x99]].contains(tags), "objects in another order")
  require(response.data.isEmpty || tags?.count == 2, "data from nowhere")
}

private func domain(_ mode: Mode, _ command: CommandAPDU, _ reader: InputReader) async {
  let loop = Loop(answer: answer)
  if mode == .updateChanged { await loop.begin(changingResponse(reader)) }
  do {
    let update = try await SCP03Host.initialize(loop, random: SeededRandom(seed: 3))
    // Diversification data, key version and sequence counter are told, not proven.
    let isProven = update.cardChallenge + update.cardCryptogram
    await loop.begin(mode == .authenticationChanged ? changing(reader) : Change())
    let host = try await SCP03Host.open(loop, answering: update, keys: Loop.keys())
    require(await !loop.isChanged, "the card takes a changed EXTERNAL AUTHENTICATE")
    if mode == .updateChanged { require(isProven == (await honestProof()), "a changed proof of the card") }
    switch mode {
    case .hostCommandChanged: await loop.begin(changing(reader))
    case .cardResponseChanged: await loop.begin(changingResponse(reader))
    default: await loop.begin(Change())
    }
    let response = try? await host.transmit(command)
    guard await loop.isChanged else {
      require(await loop.taken == command, "another command on the card's side of SCP03")
      return require(response == answer, "another answer on the host's side of SCP03")
    }
    if mode == .hostCommandChanged { require(await loop.taken == nil, "the card takes a changed command of SCP03") }
    // An error status alone has no MAC in SCP03 (GPC Amendment D §6.2.5).
    require(response.map { $0.status.isError && $0.data.isEmpty } ?? true, "the host takes a changed answer of SCP03")
  } catch {
    require([.updateChanged, .authenticationChanged].contains(mode), "an honest session of SCP03: \(error)")
  }
}

/// What the card proves when nobody changes anything.
private func honestProof() async -> [UInt8] {
  let update = try? await SCP03Host.initialize(Loop(answer: answer), random: SeededRandom(seed: 3))
  return update.map { $0.cardChallenge + $0.cardCryptogram } ?? []
}

/// Each mode, unchanged and with a change of each kind.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    var counter = SendSequenceCounter()
    counter.increment()
    let command = try SecureMessagingCrypto.encrypt([1, 2, 3], counter: counter, keys: sessionKeys())
    counter.increment()
    let response = try SecureMessagingCrypto.encrypt([4, 5, 6], counter: counter, keys: sessionKeys())
    var seeds: [String: [UInt8]] = [:]
    for mode in Mode.allCases {
      let head = [mode.rawValue, 0xB0, 3, 1, 2, 3]
      seeds["\(mode)"] = head
      seeds["\(mode)-flip"] = head + [0, 9, 0x40]
      seeds["\(mode)-object"] = head + [5, 1, 0]
    }
    let wanted = BERTLV(0x97, [0]).bytes
    seeds["commandObjects-87"] = [2, 0xB0, 0] + BERTLV(0x87, [1] + command).bytes + wanted
    seeds["commandObjects-85"] = [2, 0xB1, 0] + BERTLV(0x85, command).bytes + wanted
    let status = BERTLV(0x99, [0x90, 0]).bytes
    seeds["responseObjects-87"] = [3, 0xB0, 0] + BERTLV(0x87, [1] + response).bytes + status
    seeds["responseObjects-85"] = [3, 0xB1, 0] + BERTLV(0x85, response).bytes + status
    return seeds
  }
}
