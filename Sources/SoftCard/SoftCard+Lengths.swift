import ISO7816

/// Long commands and answers in parts (ISO/IEC 7816-4:2020 §5.3.3, §5.3.4), as they are on the wire: a protected
/// command is put together before it is checked, a protected answer is cut after it was made.
extension SoftCard {
  /// Whether the octets have length fields that this card takes. Extended ones begin with 00 and two octets more.
  func takesLengthFields(of octets: [UInt8]) -> Bool {
    lengthFields == .extended || octets.count < 7 || octets[4] != 0
  }

  /// Answers a command that may be a part of one, with as much as the terminal takes.
  func inParts(_ command: CommandAPDU) -> ResponseAPDU {
    // Without Le a short answer is still given whole, as cards behind T=1 do.
    let most = command.expectedLength ?? 256
    if command.cla & 0x7C == 0, command.ins == 0xC0, let left = remainder.take() {
      return part(left.data, left.status, most: most)
    }
    remainder = nil
    guard let whole = putTogether(command) else { return ResponseAPDU(status: .success) }
    guard whole.data.count <= Self.maximumChain else { return ResponseAPDU(status: .wrongLength) }
    let response = answer(whole)
    return part(response.data, response.status, most: most)
  }

  /// The whole of a protected command, or `nil` while parts are missing. GENERAL AUTHENTICATE uses the class's bit for
  /// its own steps, and an unprotected chain is put together behind the check that ends a session.
  private func putTogether(_ command: CommandAPDU) -> CommandAPDU? {
    guard command.cla & 0x0C != 0, command.ins != 0x86 else {
      protectedChain = nil
      return command
    }
    var whole = command
    whole.cla &= ~0x10
    // Another command in between drops the chain that was begun; what came of it is not mixed in.
    if let begun = protectedChain.take(), begun.header == whole.header { whole.data = begun.data + command.data }
    guard command.cla & 0x10 != 0, whole.data.count <= Self.maximumChain else { return whole }
    protectedChain = (whole.header, whole.data)
    return nil
  }

  /// The first `most` octets, and 61XX as long as there is more.
  private func part(_ data: [UInt8], _ status: StatusWord, most: Int) -> ResponseAPDU {
    guard data.count > most else { return ResponseAPDU(data: data, status: status) }
    let left = Array(data.dropFirst(most))
    remainder = (left, status)
    return ResponseAPDU(
      data: Array(data.prefix(most)), status: StatusWord(sw1: 0x61, sw2: left.count > 255 ? 0 : UInt8(left.count)))
  }
}
