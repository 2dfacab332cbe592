import FuzzSupport
import ISO7816
import PCSC

/// Command and response APDUs, status words, answers to reset and what their historical octets say.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    switch reader.octet() % 3 {
    case 0: command(reader.rest)
    case 1: response(reader.rest)
    default: answerToReset(reader.rest)
    }
  }
}

private func command(_ octets: [UInt8]) {
  guard let command = try? CommandAPDU(parsing: octets) else { return }
  require(command.data.count <= CommandAPDU.maximumDataLength, "more data than an APDU has")
  require(command.expectedLength.map { (1...65_536).contains($0) } ?? true, "Ne outside 1…65,536")
  // Extended length fields may be written where short ones do: then the command is the same, not its octets.
  require((try? CommandAPDU(parsing: command.bytes)) == command, "another command after writing it again")
  require(command.bytes.count <= octets.count, "written longer than it came")
  if octets.count > 4, octets[4] != 0 { require(command.bytes == octets, "a short command written otherwise") }
}

private func response(_ octets: [UInt8]) {
  guard let response = try? ResponseAPDU(parsing: octets) else {
    return require(octets.count < 2, "a response refused")
  }
  require(response.bytes == octets, "a response written otherwise")
  let status = response.status
  require(status.bytes == Array(octets.suffix(2)) && status.description.utf8.count == 4, "another status word")
  require(status.triesLeft.map { StatusWord.triesLeft($0) == status } ?? true, "other tries left")
  require(!(status.isError && status.isSuccess), "an error and a success")
}

private func answerToReset(_ octets: [UInt8]) {
  let answer = ATR(octets)
  require(answer.bytes == octets && answer.historicalBytes.count <= 15, "octets of the answer to reset")
  require(!answer.protocols.isEmpty && Set(answer.protocols).count == answer.protocols.count, "protocols")
  require(!answer.isWellFormed || octets.count <= 33, "an answer to reset of more than 33 octets")
  _ = CardCapabilities(historicalBytes: answer.historicalBytes)
  _ = CardCapabilities(historicalBytes: octets)
}

/// Each case of length fields, and answers to reset of cards with and without interface and check octets.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let long = [UInt8](repeating: 0x5A, count: 300)
    let commands = [
      CommandAPDU(ins: 0x44), CommandAPDU(ins: 0xB0, expectedLength: 256), CommandAPDU(ins: 0xA4, data: [0x3F, 0]),
      CommandAPDU(ins: 0xA4, p1: 4, data: [1, 2, 3, 4, 5], expectedLength: 256),
      CommandAPDU(ins: 0xB0, expectedLength: 65_536), CommandAPDU(cla: 0x80, ins: 0x42, data: long),
      CommandAPDU(cla: 0x80, ins: 0x40, data: long, expectedLength: 65_536),
    ]
    let resets = [
      "3B80800101", "3B00", "3B8F8001804F0CA000000306030001000000006A", "3BF81300008131FE454A434F5076323431B7",
      "3B8A80010073C021C057597562694B65F9",
    ]
    var seeds: [String: [UInt8]] = ["response": [1, 0x01, 0x02, 0x90, 0x00], "tries": [1, 0x63, 0xC2]]
    for (index, command) in commands.enumerated() { seeds["command-\(index)"] = [0] + command.bytes }
    for (index, reset) in resets.enumerated() { seeds["reset-\(index)"] = [2] + ([UInt8](hex: reset) ?? []) }
    return seeds
  }
}
