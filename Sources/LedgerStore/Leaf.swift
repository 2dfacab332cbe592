internal import CardCrypto
internal import Ledger

/// Canonical octets of what is hashed: integers big-endian, octet strings and texts after their length (4).
struct CanonicalOctets {
  private(set) var octets: [UInt8] = []

  init() { octets.reserveCapacity(256) }

  mutating func add(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { octets.append(contentsOf: $0) }
  }

  mutating func add(_ bytes: [UInt8]) {
    add(UInt32(truncatingIfNeeded: bytes.count))
    octets.append(contentsOf: bytes)
  }

  mutating func add(_ text: String) {
    add(UInt32(truncatingIfNeeded: text.utf8.count))
    octets.append(contentsOf: text.utf8)
  }
}

/// One thing that a batch commits to. Personal data never enters: persons are named by their random id (`ledger` §8).
enum Leaf {
  case transfer(id: [UInt8], event: [UInt8], debit: String, credit: String, amount: Int64, kind: Int64)
  case answer(key: String, payloadHash: [UInt8], status: Int64, body: [UInt8], outcome: String, receivedAt: Int64)
  case certificate(card: String, counter: Int64, identity: [UInt8], certificate: [UInt8], refusal: Int64)
  case card(number: String, person: [UInt8], certificate: [UInt8], publicKey: [UInt8], registeredAt: Int64)
  case terminal(keyHash: [UInt8], publicKey: [UInt8], agent: String, point: String, place: String, at: Int64)
  case revocation(keyHash: [UInt8], at: Int64)
  case record(transactionID: [UInt8], terminal: [UInt8], verdict: Int64, record: [UInt8], signature: [UInt8])
  case item(
    id: [UInt8], person: [UInt8], line: Int64, period: Int64, kind: Int64, amount: Int64, list: String, basis: Int64,
    window: [Int64])
  case list(list: String, state: Int64, items: Int64, amount: Int64, at: Int64)
  case cardAct(card: String, sequence: Int64, act: Int64, texts: [String], event: [UInt8], at: Int64)
  case pinAct(card: String, sequence: Int64, act: Int64, texts: [String], times: [Int64])
  case payout(transactionID: [UInt8], event: [UInt8], amount: Int64, facts: [String], times: [Int64])
  case update(id: [UInt8], card: String, serial: Int64, kind: String, script: [UInt8], at: Int64)
  case updateResult(id: [UInt8], terminal: [UInt8], answers: [UInt8], at: Int64)
  case cycleStep(list: String, step: Int64, actor: String, event: [UInt8], at: Int64)
  case bankTransfer(reference: String, account: [[UInt8]], texts: [String], values: [Int64], event: [UInt8])
  case bankTransferEnd(reference: String, values: [Int64], event: [UInt8])
  case act(sequence: Int64, kind: Int64, texts: [String], event: [UInt8], at: Int64)
  case receivable(number: Int64, line: Int64, debtor: [UInt8], item: [UInt8], amount: Int64, act: Int64)

  case uncollected(item: [UInt8], act: Int64, amount: Int64)
  case listRules(list: String, rules: [UInt8])
  case listExclusion(list: String, values: [Int64])
  case collectionRules(rules: String)
  case line(id: Int64, person: [UInt8], programme: Int64, texts: [String])
  case identity(of: [UInt8], by: String, commitment: [UInt8])
  case counted(transactionID: [UInt8], shift: [UInt8], isReturn: Bool)
  case agent(code: String, onlineLimit: Int64, at: Int64)
  case completion(card: String, serial: Int64, body: [UInt8], signature: [UInt8], times: [Int64])
  case receipt(card: String, serial: Int64, receipt: [UInt8], at: Int64)
  case listSpell(list: String, values: [Int64])
  case earlierRows(table: String, rows: Int64, root: [UInt8])

  /// Tag of the kind (1), then its fields in the order they are declared in.
  var octets: [UInt8] {
    var out = CanonicalOctets()
    switch self {
    case .transfer(let id, let event, let debit, let credit, let amount, let kind):
      out.add(UInt8(1))
      for bytes in [id, event] { out.add(bytes) }
      for text in [debit, credit] { out.add(text) }
      for value in [amount, kind] { out.add(value) }
    case .answer(let key, let payloadHash, let status, let body, let outcome, let receivedAt):
      out.add(UInt8(2))
      out.add(key)
      out.add(payloadHash)
      out.add(status)
      out.add(body)
      out.add(outcome)
      out.add(receivedAt)
    case .certificate(let card, let counter, let identity, let certificate, let refusal):
      out.add(UInt8(3))
      out.add(card)
      out.add(counter)
      for bytes in [identity, certificate] { out.add(bytes) }
      out.add(refusal)
    case .card(let number, let person, let certificate, let publicKey, let registeredAt):
      out.add(UInt8(4))
      out.add(number)
      for bytes in [person, certificate, publicKey] { out.add(bytes) }
      out.add(registeredAt)
    case .terminal(let keyHash, let publicKey, let agent, let point, let place, let at):
      out.add(UInt8(5))
      for bytes in [keyHash, publicKey] { out.add(bytes) }
      for text in [agent, point, place] { out.add(text) }
      out.add(at)
    case .revocation(let keyHash, let at):
      out.add(UInt8(6))
      out.add(keyHash)
      out.add(at)
    case .record(let transactionID, let terminal, let verdict, let record, let signature):
      out.add(UInt8(7))
      for bytes in [transactionID, terminal] { out.add(bytes) }
      out.add(verdict)
      for bytes in [record, signature] { out.add(bytes) }
    case .item(let id, let person, let line, let period, let kind, let amount, let list, let basis, let window):
      out.add(UInt8(8))
      for bytes in [id, person] { out.add(bytes) }
      for value in [line, period, kind, amount] { out.add(value) }
      out.add(list)
      // Items of earlier versions have none, and were hashed without it.
      if basis > 0 { out.add(basis) }
      for value in window { out.add(value) }
    case .payout(let transactionID, let event, let amount, let facts, let times):
      out.add(UInt8(9))
      for bytes in [transactionID, event] { out.add(bytes) }
      out.add(amount)
      for text in facts { out.add(text) }
      for value in times { out.add(value) }
    case .update(let id, let card, let serial, let kind, let script, let at):
      out.add(UInt8(13))
      out.add(id)
      out.add(card)
      out.add(serial)
      out.add(kind)
      out.add(script)
      out.add(at)
    case .updateResult(let id, let terminal, let answers, let at):
      out.add(UInt8(14))
      for bytes in [id, terminal, answers] { out.add(bytes) }
      out.add(at)
    case .cycleStep(let list, let step, let actor, let event, let at):
      out.add(UInt8(15))
      out.add(list)
      out.add(step)
      out.add(actor)
      out.add(event)
      out.add(at)
    case .bankTransfer(let reference, let account, let texts, let values, let event):
      out.add(UInt8(40))
      out.add(reference)
      for bytes in account { out.add(bytes) }
      for text in texts { out.add(text) }
      for value in values { out.add(value) }
      out.add(event)
    case .bankTransferEnd(let reference, let values, let event):
      out.add(UInt8(41))
      out.add(reference)
      for value in values { out.add(value) }
      out.add(event)
    case .uncollected(let item, let act, let amount):
      out.add(UInt8(45))
      out.add(item)
      for value in [act, amount] { out.add(value) }
    case .act(let sequence, let kind, let texts, let event, let at):
      out.add(UInt8(16))
      for value in [sequence, kind] { out.add(value) }
      for text in texts { out.add(text) }
      out.add(event)
      out.add(at)
    case .receivable(let number, let line, let debtor, let item, let amount, let act):
      out.add(UInt8(20))
      for value in [number, line] { out.add(value) }
      for bytes in [debtor, item] { out.add(bytes) }
      for value in [amount, act] { out.add(value) }
    case .listRules(let list, let rules):
      out.add(UInt8(25))
      out.add(list)
      out.add(rules)
    case .collectionRules(let rules):
      out.add(UInt8(72))
      out.add(rules)
    case .line(let id, let person, let programme, let texts):
      out.add(UInt8(85))
      out.add(id)
      out.add(person)
      out.add(programme)
      for text in texts { out.add(text) }
    case .identity(let person, let origin, let commitment):
      out.add(UInt8(86))
      out.add(person)
      out.add(origin)
      out.add(commitment)
    case .counted(let transactionID, let shift, let isReturn):
      out.add(UInt8(87))
      for bytes in [transactionID, shift] { out.add(bytes) }
      out.add(UInt8(isReturn ? 1 : 0))
    case .agent(let code, let onlineLimit, let at):
      out.add(UInt8(88))
      out.add(code)
      for value in [onlineLimit, at] { out.add(value) }
    case .completion(let card, let serial, let body, let signature, let times):
      out.add(UInt8(89))
      out.add(card)
      out.add(serial)
      for bytes in [body, signature] { out.add(bytes) }
      for value in times { out.add(value) }
    case .receipt(let card, let serial, let receipt, let at):
      out.add(UInt8(185))
      out.add(card)
      out.add(serial)
      out.add(receipt)
      out.add(at)
    case .listSpell(let list, let values):
      out.add(UInt8(187))
      out.add(list)
      for value in values { out.add(value) }
    case .earlierRows(let table, let rows, let root):
      out.add(UInt8(186))
      out.add(table)
      out.add(rows)
      out.add(root)
    case .listExclusion(let list, let values):
      out.add(UInt8(26))
      out.add(list)
      for value in values { out.add(value) }
    case .list(let list, let state, let items, let amount, let at):
      out.add(UInt8(10))
      out.add(list)
      for value in [state, items, amount, at] { out.add(value) }
    case .cardAct(let card, let sequence, let act, let texts, let event, let at):
      out.add(UInt8(11))
      out.add(card)
      for value in [sequence, act] { out.add(value) }
      for text in texts { out.add(text) }
      out.add(event)
      out.add(at)
    case .pinAct(let card, let sequence, let act, let texts, let times):
      out.add(UInt8(12))
      out.add(card)
      for value in [sequence, act] { out.add(value) }
      for text in texts { out.add(text) }
      for value in times { out.add(value) }
    }
    return out.octets
  }

  /// SHA-256 over 00 and the octets (RFC 6962 §2.1).
  var hash: [UInt8] { Self.hash(of: octets) }

  /// The hash of a leaf with these canonical octets.
  static func hash(of octets: [UInt8]) -> [UInt8] { Digest.sha256.hash([0x00] + octets) }
}
