import CardCrypto
import CardTestSupport
import Testing

@Suite struct SecretBytesTests {
  @Test func octetsAreLent() {
    let secret = SecretBytes([1, 2, 3])
    let sum = secret.withOctets { $0.reduce(0) { $0 + Int($1) } }
    #expect(sum == 6)
    #expect(secret.count == 3)
    let kept = secret.withOctets { $0 }
    #expect(kept == [1, 2, 3], "a result is not overwritten with the loan")
  }

  @Test func emptySecret() {
    let secret = SecretBytes([])
    #expect(secret.count == 0)
    let octets = secret.copy().withOctets { $0 }
    #expect(octets == [])
    let equal = secret.isEqual(to: SecretBytes([]))
    #expect(equal)
  }

  @Test func takingLeavesNothingBehind() {
    var source: [UInt8] = [1, 2, 3]
    let secret = SecretBytes(taking: &source)
    #expect(source.isEmpty)
    let taken = secret.withOctets { $0 }
    #expect(taken == [1, 2, 3])
  }

  @Test func copyOutlivesTheOriginal() {
    func copied() -> SecretBytes {
      let original = SecretBytes([7, 8, 9])
      return original.copy()
    }
    let octets = copied().withOctets { $0 }
    #expect(octets == [7, 8, 9])
  }

  @Test func equality() {
    let octets: [UInt8] = Array(1...32)
    let secret = SecretBytes(octets)
    let same = secret.isEqual(to: SecretBytes(octets))
    #expect(same)
    for length in [0, 31, 33] {
      let other = SecretBytes(Array((octets + [0]).prefix(length)))
      let equal = secret.isEqual(to: other)
      #expect(!equal, "\(length) octets")
    }
    for bit in 0..<256 {
      var flipped = octets
      flipped[bit / 8] ^= 1 << (bit % 8)
      let equal = secret.isEqual(to: SecretBytes(flipped))
      #expect(!equal, "bit \(bit)")
    }
  }

  @Test func constantTimeComparison() {
    let octets: [UInt8] = Array(1...16)
    #expect(ConstantTime.areEqual(octets, octets))
    #expect(ConstantTime.areEqual([] as [UInt8], [] as [UInt8]))
    for length in 0..<16 {
      #expect(!ConstantTime.areEqual(octets, octets.prefix(length)), "a prefix is not the whole")
      #expect(!ConstantTime.areEqual(octets.prefix(length), octets))
    }
    for bit in 0..<128 {
      var flipped = octets
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(!ConstantTime.areEqual(octets, flipped), "bit \(bit)")
    }
    #expect(ConstantTime.areEqual(([0] + octets)[1...], octets), "a slice that does not start at 0")
  }
}

@Suite struct RandomSourceTests {
  @Test func systemRandomGivesWhatIsAsked() throws {
    for count in [0, 1, 16, 1_000] { #expect(try SystemRandom().bytes(count).count == count) }
    #expect(try SystemRandom().bytes(32) != SystemRandom().bytes(32))
  }

  /// Octets from 250 on would make the digits 0…5 likelier.
  @Test func digitsAreUnbiased() throws {
    let random = FixedRandom([[250, 255, 249, 0, 9, 10], [123, 200, 1, 1, 1, 1]])
    let digits = try random.digits(6).withOctets { String(decoding: $0, as: UTF8.self) }
    #expect(digits == "909030")
    #expect(random.isUsedUp)
    let pin = try SystemRandom().digits(10_000).withOctets { $0 }
    #expect(pin.count == 10_000)
    #expect(pin.allSatisfy { (0x30...0x39).contains($0) })
    // Six standard deviations of 10,000 draws with probability 1/10.
    for digit: UInt8 in 0x30...0x39 { #expect(abs(pin.filter { $0 == digit }.count - 1_000) < 180) }
  }

  @Test func secretFromFixedOctets() throws {
    let octets = try FixedRandom([[1, 2, 3, 4]]).secret(4).withOctets { $0 }
    #expect(octets == [1, 2, 3, 4])
  }
}
