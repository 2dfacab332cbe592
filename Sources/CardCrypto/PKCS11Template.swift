internal import COpenSSL
internal import CPKCS11

/// Attributes to search for or to make an object with.
struct PKCS11Template {
  private var items: [(type: CK_ATTRIBUTE_TYPE, value: [UInt8])] = []

  /// One more attribute that is a string of octets.
  func with(_ type: UInt, _ octets: [UInt8]) -> PKCS11Template {
    var copy = self
    copy.items.append((CK_ATTRIBUTE_TYPE(type), octets))
    return copy
  }

  /// One more attribute that is a number (`CK_ULONG`).
  func with(_ type: UInt, number: UInt) -> PKCS11Template {
    with(type, withUnsafeBytes(of: CK_ULONG(number)) { Array($0) })
  }

  /// One more attribute that is yes or no (`CK_BBOOL`).
  func with(_ type: UInt, _ isTrue: Bool) -> PKCS11Template { with(type, [isTrue ? 1 : 0]) }

  /// One more attribute that is text.
  func with(_ type: UInt, text: String) -> PKCS11Template { with(type, Array(text.utf8)) }

  /// Lends the attributes to a C call.
  func withAttributes<Result>(_ body: (UnsafeMutablePointer<CK_ATTRIBUTE>?, CK_ULONG) -> Result) -> Result {
    let step = MemoryLayout<CK_ULONG>.alignment
    // Each value starts where a number may: modules read numbers in place.
    let starts = items.reduce(into: [0]) { $0.append(($0[$0.count - 1] + $1.value.count + step - 1) / step * step) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, starts[items.count]), alignment: step)
    defer {
      // A value may be a key on its way into the token.
      OPENSSL_cleanse(memory.baseAddress, memory.count)
      memory.deallocate()
    }
    var attributes = zip(items, starts).map { item, start in
      let place = UnsafeMutableRawBufferPointer(rebasing: memory[start..<start + item.value.count])
      place.copyBytes(from: item.value)
      return CK_ATTRIBUTE(type: item.type, pValue: place.baseAddress, ulValueLen: CK_ULONG(item.value.count))
    }
    return attributes.withUnsafeMutableBufferPointer { body($0.baseAddress, CK_ULONG($0.count)) }
  }
}
