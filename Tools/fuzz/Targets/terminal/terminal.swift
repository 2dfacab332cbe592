import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import FuzzSupport
import ISO7816
import SecureChannel

/// A terminal before a card that answers as it likes.
///
/// Input: what the terminal does(1), then the card's answers, each with flags and length(2): see ``HostileCard``.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count, waiting: visit)
}

@Sendable private func visit(_ octets: [UInt8]) async {
  var reader = InputReader(octets)
  let what = reader.octet()
  let card = HostileCard(reader)
  let channel: any CardChannel = what & 1 == 0 ? card : FittedChannel(card)
  guard what & 0x80 == 0 else {
    let isOpen = await opensDomain(channel)
    return require(!isOpen, "a session of SCP03 with a card that has not the keys")
  }
  let random = SeededRandom(seed: 12)
  guard
    let session = try? await CardSession.open(channel, .pin, password: SecretBytes(FuzzCard.pin), random: random)
  else { return }
  require(await card.hasSession, "a session with a card that has not proven the password")
  await use(session, what >> 1)
}

/// Whatever the card answers, nothing traps, and no certificate over another order is taken.
private func use(_ session: CardSession, _ what: UInt8) async {
  let order = FuzzCard.order()
  switch what % 9 {
  case 0: _ = try? await session.cardInfo()
  case 1: _ = try? await session.holder()
  case 2: _ = try? await session.lines()
  case 3: _ = try? await session.snapshot()
  case 4: _ = try? await session.status()
  case 5:
    guard let payout = try? await session.authorise(order) else { return }
    require(payout.certificate.order == order, "a certificate over another order")
    require(payout.certificate.cardNumber == session.cardNumber, "a certificate of another card")
    _ = session.isFromThisSession(payout.certificate)
  case 6: _ = try? await session.lastCertificate(order.transactionID)
  case 7: _ = try? await session.logRecordIfPresent(1)
  default: _ = try? await session.complete(order.bytes)
  }
}

private func opensDomain(_ channel: any CardChannel) async -> Bool {
  let key = { SecretBytes([UInt8](repeating: 0x77, count: 16)) }
  let keys = SCP03KeySet(version: 1, encryption: key(), mac: key(), dataEncryption: key())
  guard let update = try? await SCP03Host.initialize(channel, random: SeededRandom(seed: 3)) else { return false }
  return (try? await SCP03Host.open(channel, answering: update, keys: keys)) != nil
}

/// Changes answer by answer.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Records.mutate(start, count, most, seed)
}

/// Each answer of a real card, where the terminal asks for it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let delivered = await FuzzCard.delivered()
    let pace = (0..<6).flatMap { _ in [UInt8]().string(flags: HostileCard.genuine) }
    let selection = PayoutSelection(cardNumber: delivered.number, status: (0, 0)).bytes + [0x90, 0]
    var seeds: [String: [UInt8]] = [:]
    for (index, field) in try await delivered.exchanges().enumerated() where (10...1_100).contains(field.count) {
      for what: UInt8 in 0..<9 where takes(what, field) {
        seeds["answer-\(what)-\(index)"] = [what << 1] + pace + selection.string() + (field + [0x90, 0]).string()
      }
    }
    let parts =
      [0x61, 0x10].string(flags: HostileCard.bare) + ([1, 2, 3] + [0x6C, 0x05]).string(flags: HostileCard.bare)
    seeds["parts"] = [1] + pace + selection.string() + parts
    let pieces = [UInt8]([0x63, 0xC1]).string()
    seeds["suspended"] = [0] + [UInt8]().string(flags: HostileCard.genuine) + pieces
    let update = [UInt8](repeating: 1, count: 10) + [1, 3, 0x70] + [UInt8](repeating: 2, count: 19) + [0x90, 0]
    seeds["domain"] = [0x80] + update.string()
    return seeds
  }
}

/// Whether `field` is what a card answers there.
private func takes(_ what: UInt8, _ field: [UInt8]) -> Bool {
  switch what {
  case 0: (try? CardInfo(parsing: field)) != nil
  case 1: (try? Holder(parsing: field)) != nil
  case 2: (try? CardLine.parse(field)) != nil
  case 3: (try? CompletionOrder.parse(field)) != nil
  case 4: (try? PayoutStatus(parsing: field)) != nil
  case 5, 6, 7: (try? PayoutCertificate.parse(field)) != nil
  default: (try? CompletionReceipt.parse(field)) != nil
  }
}
