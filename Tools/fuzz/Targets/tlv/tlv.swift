import CardApplication
import CardCrypto
import FuzzSupport
import ISO7816
import SecureChannel

/// Data objects: what was read is written as it came, and no reading goes deeper or longer than its bounds.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    if let object = try? BERTLV(parsing: octets, shortestLengths: true) {
      require(object.bytes == octets, "one object written otherwise")
    }
    if let objects = try? BERTLV.sequence(octets, shortestLengths: true) {
      require(objects.flatMap(\.bytes) == octets, "objects written otherwise")
    }
    if let objects = try? BERTLV.sequence(octets) {
      let again = objects.flatMap(\.bytes)
      require(objects.count <= BERTLV.maximumCount && again.count <= octets.count, "more than came in")
      require((try? BERTLV.sequence(again, shortestLengths: true)) == objects, "other objects when read again")
      objects.forEach(nested)
    }
    if (try? BERTLV.validateNesting(octets)) != nil {
      require((try? BERTLV.sequence(octets)) != nil, "nesting without objects")
    }
    if let parameters = try? FileControlParameters(parsing: octets) {
      let again = try? FileControlParameters(parsing: parameters.bytes)
      require(again?.fileIdentifier == parameters.fileIdentifier && again?.dfName == parameters.dfName, "other file")
    }
    _ = try? CardAccess.offers(.ecdhGM(.p256, .aes128), in: octets)
  }
}

private func nested(_ object: BERTLV) {
  guard let children = try? object.children() else { return }
  require(children.count <= BERTLV.maximumCount, "too many nested objects")
  if let first = children.first { require((try? object.first(first.tag)) == first, "another first object") }
}

/// Changes object by object.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Objects.mutate(start, count, most, seed, head: 0)
}

/// What the card of this scheme says of its files, and each form of a length.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let lengths = [0, 1, 127, 128, 255, 256, 700].map { BERTLV(0x7F49, [UInt8](repeating: 0x11, count: $0)).bytes }
    var seeds = [
      "card-access": CardAccess.encode([.ecdhGM(.p256, .aes128), .ecdhGM(.brainpoolP256r1, .aes256)]),
      "directory": FileControlParameters(
        isDirectory: true, fileIdentifier: 0x3F00, dfName: ApplicationName.payout
      ).bytes,
      "file": FileControlParameters(isDirectory: false, fileIdentifier: 0x011C, size: 70_000, shortIdentifier: 28)
        .bytes,
      "longer-lengths": [0x80, 0x81, 0x01, 0xAA, 0x85, 0x82, 0, 1, 0xBB, 0x86, 0x83, 0, 0, 1, 0xCC],
      "selection": BERTLV(
        0x6F, [BERTLV(0x84, ApplicationName.payout), BERTLV(0xA5, [BERTLV(0x9F65, [0xFF])])]
      ).bytes,
    ]
    for octets in lengths { seeds["length-\(octets.count)"] = octets }
    return seeds
  }
}
