import ISO7816

/// The data objects of secure messaging around libeac's cryptography (ISO/IEC 7816-4:2020 §10, TR-03110-3 Annex F).
extension EACContext {
  /// An exchange does not verify. Carries what was wrong.
  struct Broken: Error {
    let reason: String
  }

  private static let securedClass: UInt8 = 0x0C

  /// Counts, and protects a command of the terminal.
  func protect(_ command: CommandAPDU) throws -> CommandAPDU {
    try count()
    var objects: [UInt8] = []
    if !command.data.isEmpty { objects += try cryptogram(command.data, isOdd: command.ins & 1 == 1).bytes }
    if let most = command.expectedLength {
      let octets = most <= 256 ? [UInt8(most & 0xFF)] : [UInt8(most >> 8 & 0xFF), UInt8(most & 0xFF)]
      objects += BERTLV(0x97, octets).bytes
    }
    var secured = command
    secured.cla |= Self.securedClass
    secured.data = objects + BERTLV(0x8E, try mac(try macInput(secured.header, objects))).bytes
    secured.expectedLength = 65_536
    return secured
  }

  /// Counts, checks and opens a command at the card.
  func open(_ command: CommandAPDU) throws -> CommandAPDU {
    try count()
    let objects = try BERTLV.sequence(command.data)
    guard let last = objects.last, last.tag == 0x8E, last.value.count == 8 else { throw Broken(reason: "no MAC") }
    let covered = objects.dropLast()
    guard try verify(mac: last.value, over: macInput(command.header, covered.flatMap(\.bytes))) else {
      throw Broken(reason: "MAC")
    }
    var plain = command
    plain.cla &= ~Self.securedClass
    plain.data = []
    plain.expectedLength = nil
    for object in covered {
      switch (object.tag, command.ins & 1) {
      case (0x87, 0), (0x85, 1): plain.data = try opened(object)
      case (0x97, _) where object.value == [0]: plain.expectedLength = 256
      case (0x97, _) where object.value == [0, 0]: plain.expectedLength = 65_536
      case (0x97, _) where (1...2).contains(object.value.count):
        plain.expectedLength = object.value.reduce(0) { $0 << 8 | Int($1) }
      default: throw Broken(reason: "object \(object.tag)")
      }
    }
    return plain
  }

  /// Counts, and protects an answer of the card to a command with `instruction`.
  func protect(_ response: ResponseAPDU, to instruction: UInt8) throws -> ResponseAPDU {
    try count()
    var objects: [UInt8] = []
    if !response.data.isEmpty { objects += try cryptogram(response.data, isOdd: instruction & 1 == 1).bytes }
    objects += BERTLV(0x99, response.status.bytes).bytes
    let mac = try mac(try padded(objects))
    return ResponseAPDU(data: objects + BERTLV(0x8E, mac).bytes, status: response.status)
  }

  /// Counts, checks and opens an answer at the terminal.
  func open(_ response: ResponseAPDU, to instruction: UInt8) throws -> ResponseAPDU {
    try count()
    let objects = try BERTLV.sequence(response.data)
    guard let last = objects.last, last.tag == 0x8E, last.value.count == 8 else { throw Broken(reason: "no MAC") }
    let covered = objects.dropLast()
    guard try verify(mac: last.value, over: padded(covered.flatMap(\.bytes))) else { throw Broken(reason: "MAC") }
    var data: [UInt8] = []
    var status: StatusWord?
    for object in covered {
      switch (object.tag, instruction & 1) {
      case (0x87, 0), (0x85, 1): data = try opened(object)
      case (0x99, _) where object.value.count == 2: status = StatusWord(sw1: object.value[0], sw2: object.value[1])
      default: throw Broken(reason: "object \(object.tag)")
      }
    }
    guard let status, status == response.status else { throw Broken(reason: "status") }
    return ResponseAPDU(data: data, status: status)
  }

  private func cryptogram(_ plain: [UInt8], isOdd: Bool) throws -> BERTLV {
    let octets = try encrypted(plain)
    return isOdd ? BERTLV(0x85, octets) : BERTLV(0x87, [0x01] + octets)
  }

  private func opened(_ object: BERTLV) throws -> [UInt8] {
    guard object.tag == 0x87 else { return try decrypted(object.value) }
    guard object.value.first == 0x01 else { throw Broken(reason: "padding indicator") }
    return try decrypted(Array(object.value.dropFirst()))
  }

  /// Header and objects, each padded by itself; no padding block for no objects.
  private func macInput(_ header: [UInt8], _ objects: [UInt8]) throws -> [UInt8] {
    try padded(header) + (objects.isEmpty ? [] : padded(objects))
  }
}
