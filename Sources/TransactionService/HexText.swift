/// Two lower-case hexadecimal digits an octet.
func hexText(_ octets: [UInt8]) -> String {
  String(unsafeUninitializedCapacity: octets.count * 2) { text in
    for (index, octet) in octets.enumerated() {
      for (place, digit) in [octet >> 4, octet & 15].enumerated() {
        text[index * 2 + place] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
    }
    return octets.count * 2
  }
}
