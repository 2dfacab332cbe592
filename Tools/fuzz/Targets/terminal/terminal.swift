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
  if let access = access(what >> 1 & 0x3F) { return await prove(card, channel, access, random) }
  guard
    let session = try? await CardSession.open(channel, .pin, password: SecretBytes(FuzzCard.pin), random: random)
  else { return }
  require(await card.hasSession, "a session with a card that has not proven the password")
  await use(session, what >> 1 & 0x3F)
}

/// What the terminal proves itself for, after the uses of ``use(_:_:)``.
private func access(_ what: UInt8) -> TerminalAccess? {
  let pki = FuzzPKI.shared
  return switch what % 13 {
  case 9: .payout(pki.credential(0))
  case 10: .pinManagement(pki.credential(1), FuzzCard.chipTrust)
  case 11: .identity(pki.credential(2), FuzzCard.chipTrust)
  // The chain of a newer anchor, which this card does not name first.
  case 12: .payout(pki.credential(3))
  default: nil
  }
}

/// A terminal that proves itself; what it asks for after Chip Authentication only a chip with the right key gives.
private func prove(
  _ card: HostileCard, _ channel: any CardChannel, _ access: TerminalAccess, _ random: SeededRandom
) async {
  let opened = try? await OpenedCard.open(
    channel, .pin, password: SecretBytes(FuzzCard.pin), terminal: access, random: random)
  guard let opened else { return }
  require(await card.hasSession, "a session with a card that has not proven the password")
  guard access.chipTrust != nil else {
    if let session = try? await opened.payout() { await use(session, 5) }
    return
  }
  require(await card.hasProvenChip, "a session with a chip that has not the key its issuer signed")
  if let record = try? await opened.identity(EIDDataGroup.allCases) { _ = record.fullName }
  _ = try? await opened.setPIN(SecretBytes(FuzzCard.pin))
}

/// Whatever the card answers, nothing traps, and no certificate over another order is taken.
private func use(_ session: CardSession, _ what: UInt8) async {
  let order = FuzzCard.order()
  switch what % 13 {
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
    let honest = [UInt8]().string(flags: HostileCard.genuine)
    let own = [UInt8]().string(flags: HostileCard.genuine | HostileCard.ownKey)
    // EF.CardAccess and PACE 6, each certificate 2, Terminal Authentication 3, EF.CardSecurity 1, the chip 2.
    let terminal = pace + (0..<7).flatMap { _ in honest }
    let granted = [0x90, 0].string()
    let key = ChipAuthenticationPublicKey(curve: .p256, point: HostileCard.chipKeys[0].publicKey.point)
    let security = (try FuzzCard.cardSecurity(key) + [0x90, 0]).string()
    seeds["payout-terminal"] = [9 << 1] + terminal + selection.string() + granted
    seeds["payout-link"] = [12 << 1] + terminal + selection.string() + granted
    for (index, what): (Int, UInt8) in [10, 11].enumerated() {
      seeds["chip-\(index)"] = [what << 1] + terminal + honest + honest + honest + granted
      seeds["chip-own-\(index)"] = [what << 1] + terminal + own + honest + own + granted
      seeds["chip-other-\(index)"] = [what << 1] + terminal + honest + honest + own + granted
      seeds["chip-file-\(index)"] = [what << 1] + terminal + security + honest + honest + granted
      let answer = BERTLV(0x7C, [BERTLV(0x81, [1, 2, 3, 4, 5, 6, 7, 8]), BERTLV(0x82, [8, 7, 6, 5, 4, 3, 2, 1])])
      seeds["chip-answer-\(index)"] = [what << 1] + terminal + security + granted + (answer.bytes + [0x90, 0]).string()
    }
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
