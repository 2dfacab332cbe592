import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// EF.CardAccess and the content of EF.CardSecurity (TR-03110-3 A.1).
@Suite struct SecurityInfosTests {
  static let whole = SecurityInfos(
    pace: [.ecdhGMAES128(.p256), .ecdhGM(.brainpoolP256r1, .aes256)], hasTerminalAuthentication: true,
    chipAuthentication: [
      ChipAuthenticationParameters(curve: .p256, cipher: .aes128),
      ChipAuthenticationParameters(curve: .brainpoolP256r1, cipher: .aes256, keyID: 2),
    ],
    chipPublicKeys: [
      ChipAuthenticationPublicKey(curve: .p256, point: [4] + [UInt8](repeating: 7, count: 64)),
      ChipAuthenticationPublicKey(curve: .brainpoolP256r1, point: [4] + [UInt8](repeating: 9, count: 64), keyID: 2),
    ])

  private func sets(_ infos: SecurityInfos) -> [Set<[UInt8]>] {
    [
      Set(infos.pace.map(\.info.bytes)), [infos.hasTerminalAuthentication ? [1] : []],
      Set(infos.chipAuthentication.map { $0.oid + [$0.curve.rawValue, $0.keyID] }),
      Set(infos.chipPublicKeys.map { $0.point + [$0.curve.rawValue, $0.keyID] }),
    ]
  }

  /// The order inside a SET tells nothing.
  @Test func roundTrip() throws {
    let read = try SecurityInfos(parsing: Self.whole.bytes)
    #expect(sets(read) == sets(Self.whole))
    #expect(read.bytes == Self.whole.bytes)
    for cipher in AESKeyLength.allCases {
      for curve in Curve.allCases {
        let one = SecurityInfos(
          pace: [.ecdhGM(curve, cipher)],
          chipAuthentication: [ChipAuthenticationParameters(curve: curve, cipher: cipher)])
        #expect(try SecurityInfos(parsing: one.bytes) == one)
      }
    }
    let empty = SecurityInfos(pace: [])
    #expect(empty.bytes == [0x31, 0x00])
    #expect(try SecurityInfos(parsing: empty.bytes) == empty)
  }

  /// One chip authentication variant, octet by octet from A.1.1.2.
  @Test func octetsOfOneVariant() throws {
    let infos = SecurityInfos(
      pace: [.ecdhGMAES128(.p256)], hasTerminalAuthentication: true,
      chipAuthentication: [ChipAuthenticationParameters(curve: .p256, cipher: .aes128)])
    let expected = octets(
      """
      300D 0608 04007F0007020202 020102
      3012 060A 04007F00070202030202 020102 020101
      3012 060A 04007F00070202040202 020102 02010C
      301C 0609 04007F000702020302 300C 0607 04007F00070102 02010C 020101
      """)
    #expect(infos.bytes == BERTLV(0x31, expected).bytes)
  }

  /// Elements rise in DER (ISO/IEC 8825-1 §11.6).
  @Test func elementsRise() throws {
    let elements = try BERTLV(parsing: Self.whole.bytes).children().map(\.bytes)
    #expect(elements.count == 9)
    for (first, second) in zip(elements, elements.dropFirst()) { #expect(first.lexicographicallyPrecedes(second)) }
  }

  /// Two variants on one key, and on two keys: each with the curve of its own key.
  @Test func twoVariants() throws {
    let one = SecurityInfos(
      pace: [],
      chipAuthentication: [
        ChipAuthenticationParameters(curve: .p256, cipher: .aes128),
        ChipAuthenticationParameters(curve: .p256, cipher: .aes256),
      ])
    #expect(sets(try SecurityInfos(parsing: one.bytes)) == sets(one))
    let two = SecurityInfos(pace: [], chipAuthentication: Self.whole.chipAuthentication)
    #expect(sets(try SecurityInfos(parsing: two.bytes)) == sets(two))
  }

  @Test func whatIsNotUnderstoodIsPassedOver() throws {
    let known = try BERTLV(parsing: Self.whole.bytes).children()
    let others = [
      "3012 060A 04007F00070202030201 020102 020101", "3012 060A 04007F00070202030202 020101 020103",
      "3012 060A 04007F00070202030204 020102 020109",
      "301C 0609 04007F000702020302 300C 0607 04007F00070103 02010D 020109",
      "301C 0609 04007F000702020302 300C 0607 04007F00070102 02010B 020109", "300D 0608 04007F0007020202 020101",
      "3006 06012A 0101FF", "3003 06012A", "3000", "0403 010203", "3005 020101 0500",
      "3012 060A 04007F000702020302FF 020102 020103",
    ]
    let file = BERTLV(0x31, known + (try others.map { try BERTLV(parsing: octets($0)) })).bytes
    #expect(sets(try SecurityInfos(parsing: file)) == sets(Self.whole))
  }

  @Test func staticKeysOfAnotherForm() throws {
    let point = [4] + [UInt8](repeating: 7, count: 64)
    func info(_ subject: String, _ bits: [UInt8]) -> [UInt8] {
      let key = BERTLV(0x30, octets(subject) + BERTLV(0x03, bits).bytes)
      let oid = BERTLV(0x06, octets("04007F000702020102"))
      return BERTLV(0x31, [BERTLV(0x30, [oid, key, BERTLV(0x02, [1])])]).bytes
    }
    let standard = "300C 0607 04007F00070102 02010C"
    let good = try SecurityInfos(parsing: info(standard, [0] + point))
    #expect(good.chipPublicKeys == [ChipAuthenticationPublicKey(curve: .p256, point: point)])
    for (subject, bits) in [
      (standard, point), (standard, [1] + point), (standard, [0] + point.dropLast()), (standard, []),
      ("300C 0607 04007F00070102 02010B", [0] + point), ("300C 0607 04007F00070102 020111", [0] + point),
      ("3013 0607 2A8648CE3D0201 0608 2A8648CE3D030107", [0] + point), ("", [0] + point),
    ] {
      #expect(try SecurityInfos(parsing: info(subject, bits)).chipPublicKeys.isEmpty, "\(subject) \(bits.count)")
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let file = Self.whole.bytes
    for length in 0..<file.count {
      #expect(throws: BERTLVError.self, "\(length) octets") { try SecurityInfos(parsing: Array(file.prefix(length))) }
    }
    #expect(throws: BERTLVError.self) { try SecurityInfos(parsing: file + [0]) }
    #expect(throws: BERTLVError.unexpectedTag(offset: 0)) { try SecurityInfos(parsing: [0x30, 0x00]) }
  }

  /// A flipped bit never adds anything unless it is another value of a number, and never traps.
  @Test func flippedBitsAreSeen() throws {
    let file = Self.whole.bytes
    for bit in 0..<file.count * 8 {
      guard let read = try? SecurityInfos(parsing: file.flipping(bit: bit)) else { continue }
      #expect(sets(read) != sets(Self.whole), "bit \(bit)")
      #expect(read.chipAuthentication.count <= 2 && read.chipPublicKeys.count <= 2 && read.pace.count <= 2)
    }
  }
}
