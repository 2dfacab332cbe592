import FuzzSupport
import ISO7816
import PCSC
import SecureChannel

/// What readers with a pad answer: their features and properties, and the answers of PACE at the pad.
///
/// Input: which answer(1), octets.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    switch reader.octet() % 5 {
    case 0: features(reader.rest)
    case 1: _ = ReaderProperties(reader.rest).maximumAPDUData
    case 2:
      guard let capabilities = try? ReaderPACECapabilities(parsing: reader.rest) else { return }
      require(reader.rest.last == capabilities.rawValue, "capabilities from nowhere")
    case 3: answer(reader.rest)
    default: channel(reader.rest)
    }
  }
}

private func features(_ octets: [UInt8]) {
  let features = ReaderFeatures(octets)
  require(Set(features.tags).count == features.tags.count, "a feature twice")
  for tag in features.tags {
    guard let code = features[tag] else { return require(false, "a feature without a code: \(tag)") }
    let object = [tag.rawValue, 4] + [UInt8](bigEndian: code, width: 4)
    require(octets.indices.contains { octets[$0...].starts(with: object) }, "a feature from nowhere: \(object.hex)")
  }
  guard let pad = PINPad(features) else { return }
  require(pad.doesPACE || pad.doesVerify, "a pad that does nothing")
}

private func lowestFirst(_ value: Int, _ width: Int) -> [UInt8] { [UInt8](bigEndian: value, width: width).reversed() }

private func answer(_ octets: [UInt8]) {
  guard let answer = try? ReaderPACEAnswer(parsing: octets) else { return }
  let result = lowestFirst(Int(answer.result.rawValue), 4)
  let whole = result + lowestFirst(answer.output.count, 2) + answer.output
  require(octets == whole || (octets == result && answer.result != .success), "an answer read otherwise")
  require(answer.result.refusal.map { $0.status.description.utf8.count == 4 } ?? true, "a refusal")
  if let output = try? answer.get() { channel(output) }
}

private func channel(_ octets: [UInt8]) {
  guard let channel = try? ReaderPACEChannel(parsing: octets) else { return }
  let status = channel.setUpStatus.bytes + lowestFirst(channel.cardAccess.count, 2) + channel.cardAccess
  let names = [channel.currentAuthority, channel.previousAuthority].flatMap { [UInt8($0.count)] + $0 }
  let whole = status + names + lowestFirst(channel.cardIdentifier.count, 2) + channel.cardIdentifier
  require(octets == whole || (octets == status && names == [0, 0]), "a channel read otherwise")
}

/// Answers of each kind as amendment 1 of part 10 has them.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let features: [UInt8] = [0x06, 4, 0x42, 0x33, 0, 6, 0x20, 4, 0x42, 0x33, 0, 0x20, 0x12, 4, 0x42, 0x33, 0, 0x12]
    let access = FuzzCard.securityInfos.bytes
    let short = [0x90, 0x00] + lowestFirst(access.count, 2) + access
    let name = FuzzPKI.shared.anchor.content.holder.octets
    let identifier = [UInt8](repeating: 0x5A, count: 32)
    let names = [UInt8(name.count)] + name + [UInt8(name.count)] + name
    let long = short + names + lowestFirst(identifier.count, 2) + identifier
    func answer(_ output: [UInt8]) -> [UInt8] { [3, 0, 0, 0, 0] + lowestFirst(output.count, 2) + output }
    return [
      "features": [0] + features, "cut": [0] + features.dropLast(), "properties": [1, 0x0A, 4, 0, 0, 1, 0, 0x0B, 1, 7],
      "capabilities": [2, 1, 0x70], "capabilities-short": [2, 0x70], "channel": answer(short),
      "channel-long": answer(long), "channel-alone": [4] + long, "refused": [3, 0xC2, 0x63, 0x06, 0xF0],
      "refused-long": [3, 1, 0, 0x20, 0xF0, 0, 0],
    ]
  }
}
