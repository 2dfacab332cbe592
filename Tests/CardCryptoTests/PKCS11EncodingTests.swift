import CPKCS11
import Testing

@testable import CardCrypto

/// What tokens say of keys, and their codes, without a token.
@Suite struct PKCS11EncodingTests {
  @Test(arguments: [Curve.p256, .brainpoolP256r1]) func pointsWrappedAndBare(_ curve: Curve) throws {
    let point = try ECPrivateKey(generate: curve).publicKey.point
    let parameters = try #require(PKCS11Encoding.parameters(of: curve))
    let wrapped = [0x04, 0x41] + point
    for form in [point, wrapped] {
      let key = try #require(PKCS11Encoding.publicKey(parameters: parameters, point: form))
      #expect(key.point == point)
      #expect(key.curve == curve)
    }
    for count in 0..<wrapped.count {
      #expect(PKCS11Encoding.publicKey(parameters: parameters, point: Array(wrapped.prefix(count))) == nil)
      if count < point.count {
        #expect(PKCS11Encoding.publicKey(parameters: parameters, point: Array(point.prefix(count))) == nil)
      }
    }
    for bit in 0..<wrapped.count * 8 {
      var flipped = wrapped
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(PKCS11Encoding.publicKey(parameters: parameters, point: flipped) == nil, "bit \(bit)")
    }
    for count in 0..<parameters.count {
      #expect(PKCS11Encoding.publicKey(parameters: Array(parameters.prefix(count)), point: point) == nil)
    }
  }

  @Test func codes() {
    #expect(PKCS11Error("C_Login", .pinIncorrect) == .wrongPIN)
    #expect(PKCS11Error("C_Login", .pinLocked) == .pinLocked)
    for code in PKCS11Error.Code.lossOfSession {
      #expect(PKCS11Error("C_Sign", code) == .lost(function: "C_Sign", code: code))
    }
    let vendor = PKCS11Error.Code(rawValue: 0x8000_0001)
    #expect(PKCS11Error("C_Sign", vendor) == .refused(function: "C_Sign", code: vendor))
    #expect("\(PKCS11Error("C_Sign", vendor))" == "C_Sign: CKR 0x80000001")
    #expect("\(PKCS11Error("C_Sign", .init(rawValue: 0x70)))" == "C_Sign: CKR_MECHANISM_INVALID")
  }

  @Test func blanksOfLabels() {
    for (octets, text) in [("a b  ", "a b"), ("    ", ""), ("", ""), ("a\0\0", "a"), (" a", " a")] {
      #expect(PKCS11Module.text(Array(octets.utf8)) == text)
    }
  }

  @Test func templateHoldsItsValues() {
    let template = PKCS11Template().with(1, true).with(2, number: 0x0102).with(3, text: "ớ").with(4, [])
    template.withAttributes { start, count in
      #expect(count == 4)
      let values = UnsafeBufferPointer(start: start, count: 4).map { attribute in
        Array(UnsafeRawBufferPointer(start: attribute.pValue, count: Int(attribute.ulValueLen)))
      }
      #expect(values == [[1], withUnsafeBytes(of: UInt(0x0102)) { Array($0) }, Array("ớ".utf8), []])
      for attribute in UnsafeBufferPointer(start: start, count: 4) {
        #expect(UInt(bitPattern: attribute.pValue) % UInt(MemoryLayout<UInt>.alignment) == 0)
      }
    }
  }
}
