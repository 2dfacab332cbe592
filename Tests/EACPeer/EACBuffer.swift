import CEAC

/// libeac gave no result for a step of a protocol.
public struct LibraryError: Error, Hashable, Sendable {
  /// The function of libeac.
  public let function: String
}

/// The owner of one `BUF_MEM`.
final class EACBuffer {
  let pointer: UnsafeMutablePointer<BUF_MEM>

  /// A copy of `octets`.
  init(_ octets: [UInt8]) throws(LibraryError) {
    // A buffer of no octets has no address, which libeac takes for a missing argument: one octet is reserved.
    guard let buffer = BUF_MEM_new() else { throw LibraryError(function: "BUF_MEM_new") }
    guard BUF_MEM_grow(buffer, max(1, octets.count)) != 0, let data = buffer.pointee.data else {
      BUF_MEM_clear_free(buffer)
      throw LibraryError(function: "BUF_MEM_grow")
    }
    for (index, octet) in octets.enumerated() { data[index] = CChar(bitPattern: octet) }
    buffer.pointee.length = octets.count
    pointer = buffer
  }

  /// Takes over what `function` gave.
  init(taking buffer: UnsafeMutablePointer<BUF_MEM>?, _ function: String) throws(LibraryError) {
    guard let buffer else {
      ERR_clear_error()
      throw LibraryError(function: function)
    }
    pointer = buffer
  }

  deinit { BUF_MEM_clear_free(pointer) }

  var octets: [UInt8] {
    guard let data = pointer.pointee.data else { return [] }
    return (0..<pointer.pointee.length).map { UInt8(bitPattern: data[$0]) }
  }
}
