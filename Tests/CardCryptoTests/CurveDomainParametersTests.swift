import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// TR-03110-3 D.3.3: curves by their numbers, and the two curves of other people's certificates.
@Suite struct CurveDomainParametersTests {
  /// p, a, b and n of FIPS 186-4 D.1.2.1, D.1.2.3 and RFC 5639 §3.4, §3.7.
  static let published: [Curve: [String]] = [
    .p192: [
      "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFC",
      "64210519E59C80E70FA7E9AB72243049FEB8DEECC146B9B1", "FFFFFFFFFFFFFFFFFFFFFFFF99DEF836146BC9B1B4D22831",
    ],
    .p256: [
      "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
      "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC",
      "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B",
      "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    ],
    .brainpoolP256r1: [
      "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
      "7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
      "26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
      "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7",
    ],
    .brainpoolP512r1: [
      """
      AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330871
      7D4D9B009BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3
      """,
      """
      7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC
      2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CA
      """,
      """
      3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A7
      2BF2C7B9E7C1AC4D77FC94CADC083E67984050B75EBAE5DD2809BD638016F723
      """,
      """
      AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870
      553E5C414CA92619418661197FAC10471DB1D381085DDADDB58796829CA90069
      """,
    ],
  ]

  @Test(arguments: Curve.allCases) func numbersArePublished(_ curve: Curve) throws {
    let numbers = try curve.domainParameters
    let expected = try #require(Self.published[curve]).map { octets($0) }
    #expect([numbers.modulus, numbers.first, numbers.second, numbers.order] == expected)
    #expect(try numbers.basePoint == curve.generator)
    #expect(numbers.cofactor == [1])
    #expect(Curve(domainParameters: numbers) == curve)
    #expect(Set(expected.map(\.count)) == [curve.width])
    #expect(numbers.basePoint.count == curve.pointLength)
  }

  /// Any other number is another curve, and no other curve is taken.
  @Test(arguments: Curve.allCases) func noOtherNumbersAreTaken(_ curve: Curve) throws {
    let numbers = try curve.domainParameters
    let fields = [
      numbers.modulus, numbers.first, numbers.second, numbers.basePoint, numbers.order, numbers.cofactor,
    ]
    func found(_ fields: [[UInt8]]) -> Curve? {
      Curve(
        domainParameters: CurveDomainParameters(
          modulus: fields[0], first: fields[1], second: fields[2], basePoint: fields[3], order: fields[4],
          cofactor: fields[5]))
    }
    for index in fields.indices {
      var wrong: [[UInt8]] = [[], [0] + fields[index], Array(fields[index].dropFirst()), fields[index] + [0]]
      for bit in 0..<8 {
        var flipped = fields[index]
        flipped[flipped.count - 1] ^= 1 << bit
        wrong.append(flipped)
      }
      for value in wrong {
        var changed = fields
        changed[index] = value
        #expect(found(changed) == nil, "field \(index): \(value.hex)")
      }
    }
    // −G generates the same group; it is not the base point.
    var last = numbers.order
    last[curve.width - 1] -= 1
    let negative = try curve.multiply(numbers.basePoint, by: SecretBytes(last))
    #expect(found([fields[0], fields[1], fields[2], negative, fields[4], fields[5]]) == nil)
  }

  @Test(arguments: Curve.allCases) func keysAgreeAndSign(_ curve: Curve) throws {
    let (own, peer) = (try ECPrivateKey(generate: curve), try ECPrivateKey(generate: curve))
    let shared = try curve.multiply(peer.publicKey.point, by: own.exportScalar())
    #expect(try curve.multiply(own.publicKey.point, by: peer.exportScalar()) == shared)
    #expect(shared.count == curve.pointLength)
    for digest in [Digest.sha256, .sha512] {
      let signature = try own.sign([1, 2, 3], digest: digest)
      #expect(signature.count == 2 * curve.width)
      #expect(own.publicKey.verify(signature, of: [1, 2, 3], digest: digest))
      #expect(!own.publicKey.verify(signature, of: [1, 2, 4], digest: digest))
      #expect(!peer.publicKey.verify(signature, of: [1, 2, 3], digest: digest))
    }
    for other in Curve.allCases where other != curve { #expect(!other.isValid(own.publicKey.point), "\(other)") }
  }

  @Test func newKeysAreOnTheCurvesOfTheScheme() {
    #expect(Curve.scheme == [.p256, .brainpoolP256r1])
    #expect(Curve.allCases.map(\.rawValue) == [8, 12, 13, 17])
    for curve in Curve.allCases { #expect(Curve(rawValue: curve.rawValue) == curve) }
    for number in [UInt8(0), 9, 10, 11, 14, 15, 16, 18, 255] { #expect(Curve(rawValue: number) == nil, "\(number)") }
  }

  @Test(arguments: [Curve.p192, .brainpoolP512r1]) func pointsOffTheOtherCurves(_ curve: Curve) throws {
    let generator = try curve.generator
    for bit in 0..<generator.count * 8 {
      var flipped = generator
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(!curve.isValid(flipped), "bit \(bit)")
    }
    #expect(!curve.isValid([0]) && !curve.isValid([]) && !curve.isValid(generator.dropLast()))
  }
}
