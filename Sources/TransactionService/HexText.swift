/// Two lower-case hexadecimal digits an octet.
func hexText(_ octets: [UInt8]) -> String {
  func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
  return String(unsafeUninitializedCapacity: octets.count * 2) { text in
    for index in octets.indices {
      text[index * 2] = digit(octets[index] >> 4)
      text[index * 2 + 1] = digit(octets[index] & 15)
    }
    return octets.count * 2
  }
}
