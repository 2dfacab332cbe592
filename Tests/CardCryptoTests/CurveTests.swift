import CardCrypto
import CardTestSupport
import ISO7816
import Testing

/// TR-03110-3 table 4: the curves, their points and scalars.
@Suite struct CurveTests {
  /// Group orders of FIPS 186-4 D.1.2.3 and RFC 5639 §3.4.
  static let orders: [Curve: String] = [
    .p256: "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    .brainpoolP256r1: "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7",
  ]
  /// Field primes, from the same places.
  static let primes: [Curve: String] = [
    .p256: "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
    .brainpoolP256r1: "A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
  ]
  static let one = [UInt8](repeating: 0, count: 31) + [1]

  static func order(_ curve: Curve, minus: UInt8 = 0) -> [UInt8] {
    var order = octets(orders[curve] ?? "")
    order[31] -= minus
    return order
  }

  @Test(arguments: Curve.scheme) func basePoint(_ curve: Curve) throws {
    let generator = try curve.generator
    #expect(generator.count == curve.pointLength)
    #expect(curve.isValid(generator))
    #expect(try curve.multiply(generator, by: SecretBytes(Self.one)) == generator)
    // (n − 1)·G = −G: the same x, and their sum is the point at infinity.
    let negative = try curve.multiply(generator, by: SecretBytes(Self.order(curve, minus: 1)))
    #expect(negative[1...32] == generator[1...32])
    #expect(negative != generator)
    #expect(throws: CryptoError.invalidPoint) { try curve.add(generator, negative) }
  }

  /// Integers of any length modulo n: below it they stay, n + 5 is 5, and n², 0 and nothing leave nothing.
  @Test(arguments: Curve.scheme) func integersAreReduced(_ curve: Curve) throws {
    let order = Self.order(curve)
    var above = order
    above[31] += 5
    let five = [UInt8](repeating: 0, count: 31) + [5]
    let below = Self.order(curve, minus: 1)
    for (integer, rest) in [
      ([5], five), (Self.one, Self.one), (below, below), (above, five), (order + above, five),
      ([UInt8](repeating: 0, count: 40) + above, five),
    ] {
      let reduced = try curve.reduced(SecretBytes(integer)).withOctets { $0 }
      #expect(reduced == rest, "\(integer.hex)")
    }
    for integer in [[], [0], order, order + [UInt8](repeating: 0, count: 32)] {
      #expect(throws: CryptoError.invalidScalar, "\(integer.hex)") {
        let reduced = try curve.reduced(SecretBytes(integer))
        Issue.record("\(reduced.count) octets")
      }
    }
  }

  @Test(arguments: Curve.scheme) func additionAgreesWithMultiplication(_ curve: Curve) throws {
    let generator = try curve.generator
    var sum = generator
    for factor in UInt8(2)...20 {
      sum = try curve.add(sum, generator)
      let product = try curve.multiply(generator, by: SecretBytes([UInt8](repeating: 0, count: 31) + [factor]))
      #expect(sum == product, "\(factor)")
    }
  }

  @Test(arguments: Curve.scheme) func scalarsOutsideTheGroupAreRefused(_ curve: Curve) throws {
    let order = Self.order(curve)
    var above = order
    above[31] += 1
    let refused = [
      [UInt8](repeating: 0, count: 32), order, above, [UInt8](repeating: 0xFF, count: 32),
      [], Array(Self.one.dropFirst()), [0] + Self.one,
    ]
    let generator = try curve.generator
    for scalar in refused {
      let isValid = curve.isValidScalar(SecretBytes(scalar))
      #expect(!isValid, "\(scalar.hex)")
      #expect(throws: CryptoError.invalidScalar) { try curve.multiply(generator, by: SecretBytes(scalar)) }
      #expect(throws: CryptoError.invalidScalar) { try ECPrivateKey(curve, scalar: SecretBytes(scalar)) }
    }
    for scalar in [Self.one, Self.order(curve, minus: 1)] {
      let isValid = curve.isValidScalar(SecretBytes(scalar))
      #expect(isValid, "\(scalar.hex)")
    }
  }

  @Test(arguments: Curve.scheme) func randomScalarsAreDrawnAgain(_ curve: Curve) throws {
    let zero = [UInt8](repeating: 0, count: 32)
    let random = FixedRandom([zero, Self.order(curve), Self.one])
    let scalar = try curve.randomScalar(random).withOctets { $0 }
    #expect(scalar == Self.one)
    #expect(random.isUsedUp)
    let broken = FixedRandom([[UInt8]](repeating: zero, count: 200))
    #expect(throws: CryptoError.invalidScalar) {
      let scalar = try curve.randomScalar(broken)
      Issue.record("a scalar of \(scalar.count) octets from a broken source")
    }
  }

  @Test(arguments: Curve.scheme) func invalidPointsAreRefused(_ curve: Curve) throws {
    let generator = try curve.generator
    let other = curve == .p256 ? Curve.brainpoolP256r1 : .p256
    let prime = octets(Self.primes[curve] ?? "")
    var offCurve = generator
    offCurve[64] ^= 1
    let compressed = [UInt8(2)] + generator[1...32]
    let invalid: [(String, [UInt8])] = [
      ("nothing", []), ("infinity", [0]), ("infinity in 65 octets", [UInt8](repeating: 0, count: 65)),
      ("04 and zeros", [4] + [UInt8](repeating: 0, count: 64)), ("off the curve", offCurve),
      ("compressed", compressed), ("compressed in 65 octets", compressed + [UInt8](repeating: 0, count: 32)),
      ("hybrid", [6 | generator[64] & 1] + generator.dropFirst()), ("x alone", Array(generator[1...32])),
      ("without 04", Array(generator.dropFirst())), ("one octet short", generator.dropLast()),
      ("one octet long", generator + [0]), ("x = p", [4] + prime + generator[33...]),
      ("y = p", [4] + generator[1...32] + prime), ("all FF", [4] + [UInt8](repeating: 0xFF, count: 64)),
      ("other curve", try other.generator),
    ]
    for (name, point) in invalid {
      #expect(!curve.isValid(point), "\(name)")
      #expect(throws: CryptoError.invalidPoint, "\(name)") { try curve.multiply(point, by: SecretBytes(Self.one)) }
      #expect(throws: CryptoError.invalidPoint, "\(name)") { try curve.add(generator, point) }
      #expect(throws: CryptoError.invalidPoint, "\(name)") { try curve.add(point, generator) }
      #expect(throws: CryptoError.invalidPoint, "\(name)") { try ECPublicKey(curve, point: point) }
    }
  }

  @Test(arguments: Curve.scheme) func everyFlippedBitLeavesTheCurve(_ curve: Curve) throws {
    let generator = try curve.generator
    for bit in 0..<generator.count * 8 {
      var flipped = generator
      flipped[bit / 8] ^= 1 << (bit % 8)
      // A flipped x may have a y of its own on the curve, but not this y, save with negligible chance.
      #expect(!curve.isValid(flipped), "bit \(bit)")
    }
  }

  @Test(arguments: Curve.scheme) func randomOctetsNeverTrap(_ curve: Curve) {
    var random = SplitMix64()
    for round in 0..<500 {
      let point = [UInt8(4)] + random.octets(round % 2 == 0 ? 64 : round % 80)
      #expect(!curve.isValid(point), "seed \(SplitMix64.seed), round \(round)")
    }
  }

  /// `card-application` §11: a dropped leading zero fails 0.7 % of runs.
  @Test(arguments: Curve.scheme) func sharedSecretsKeepTheirLeadingZeros(_ curve: Curve) throws {
    let random = SeededRandom(seed: SplitMix64.seed)
    let own = try curve.randomScalar(random)
    let ownPoint = try curve.multiply(try curve.generator, by: own)
    for attempt in 1...20_000 {
      let peer = try curve.randomScalar(random)
      let shared = try curve.multiply(ownPoint, by: peer)
      guard shared[1] == 0 else { continue }
      #expect(shared.count == 65)
      let peerPoint = try curve.multiply(try curve.generator, by: peer)
      #expect(try curve.multiply(peerPoint, by: own) == shared, "attempt \(attempt), seed \(SplitMix64.seed)")
      return
    }
    Issue.record("no shared secret with a leading zero, seed \(SplitMix64.seed)")
  }
}
