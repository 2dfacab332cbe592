import CardApplication
import CardTestSupport
import ISO7816
import Testing

/// One codec as the shared tests see it.
struct Codec: Sendable, CustomTestStringConvertible {
  let name: String
  /// A random value's octets, and whether these read back as the very same value.
  let make: @Sendable (inout SplitMix64) throws -> (octets: [UInt8], isSame: Bool)
  /// What was read, written again; `nil` when the octets are refused.
  let recode: @Sendable ([UInt8]) -> [UInt8]?
  /// The octets are data objects, tag by tag.
  var isTLV = true
  /// No octets at all mean something too.
  var takesNothing = false

  var testDescription: String { name }

  /// Reads and writes `octets`; `nil` when they are refused.
  static func again<Value>(_ octets: [UInt8], _ read: ([UInt8]) throws -> Value, _ write: (Value) -> [UInt8])
    -> [UInt8]?
  {
    (try? read(octets)).map(write)
  }
}

/// The same octets with one thing about their data objects changed, at every place and level.
enum Mutation: CaseIterable, Sendable {
  case longerLength, missing, repeated, swapped, otherTag, indefinite

  func variants(of octets: [UInt8]) throws -> [[UInt8]] {
    let objects = try BERTLV.sequence(octets)
    var variants: [[UInt8]] = []
    func join(_ objects: [BERTLV]) -> [UInt8] { objects.flatMap(\.bytes) }
    for index in objects.indices {
      let before = join(Array(objects[..<index]))
      let object = objects[index]
      let after = join(Array(objects[(index + 1)...]))
      switch self {
      case .longerLength: variants += Self.longer(object).map { before + $0 + after }
      case .missing: variants.append(before + after)
      case .repeated: variants.append(before + object.bytes + object.bytes + after)
      case .swapped where index + 1 < objects.count:
        let rest = join(Array(objects[(index + 2)...]))
        variants.append(before + objects[index + 1].bytes + object.bytes + rest)
      case .swapped: break
      case .otherTag:
        variants += [UInt32(1), 2, 0x20, 0x40].map { bit in
          let tag = BERTag(rawValue: object.tag.rawValue ^ bit)
          return before + BERTLV(tag, object.value).bytes + after
        }
      case .indefinite: variants.append(before + object.tag.bytes + [0x80] + object.value + [0, 0] + after)
      }
      if object.tag.isConstructed, object.tag != 0x5F37 {
        variants += try self.variants(of: object.value).map { before + BERTLV(object.tag, $0).bytes + after }
      }
    }
    return variants
  }

  /// The object with each length form that is longer than it needs.
  private static func longer(_ object: BERTLV) -> [[UInt8]] {
    let count = object.value.count
    let forms: [[UInt8]] = [
      [0x81, UInt8(truncatingIfNeeded: count)], [0x82, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)],
      [0x83, 0, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)],
    ]
    let needed = BERTLV.lengthBytes(count).count
    return forms.filter { $0.count > needed }.map { object.tag.bytes + $0 + object.value }
  }
}

@Suite("Every codec")
struct CodecTests {
  static let note: Comment = "seed \(SplitMix64.seed)"

  @Test("Round trip of random values", arguments: Codecs.all)
  func roundTrip(codec: Codec) throws {
    var random = SplitMix64()
    for _ in 0..<60 {
      let (octets, isSame) = try codec.make(&random)
      #expect(isSame, Self.note)
      #expect(codec.recode(octets) == octets, Self.note)
    }
  }

  @Test("Cut off at every octet: refused", arguments: Codecs.all)
  func truncation(codec: Codec) throws {
    var random = SplitMix64()
    for _ in 0..<6 {
      let (octets, _) = try codec.make(&random)
      for length in (codec.takesNothing ? 1 : 0)..<max(1, octets.count) {
        #expect(codec.recode(Array(octets.prefix(length))) == nil, "\(length) of \(octets.count) \(Self.note)")
      }
    }
  }

  @Test("Every bit flipped: refused, or the one encoding of another value", arguments: Codecs.all)
  func bitFlips(codec: Codec) throws {
    var random = SplitMix64()
    for _ in 0..<4 {
      let (octets, _) = try codec.make(&random)
      for bit in 0..<octets.count * 8 {
        var flipped = octets
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        if let again = codec.recode(flipped) { #expect(again.hex == flipped.hex, "bit \(bit) \(Self.note)") }
      }
    }
  }

  @Test("Octets after the end: refused", arguments: Codecs.all)
  func trailing(codec: Codec) throws {
    var random = SplitMix64()
    let (octets, _) = try codec.make(&random)
    for tail: [UInt8] in [[0], [0xFF], [0, 0], [0x80, 0], [0x92, 0], octets] {
      #expect(codec.recode(octets + tail) == nil, "\(tail.hex)")
    }
  }

  @Test(
    "Longer lengths, missing, repeated, reordered and other tags: refused",
    arguments: Codecs.all.filter(\.isTLV), Mutation.allCases)
  func structure(codec: Codec, mutation: Mutation) throws {
    var random = SplitMix64()
    for _ in 0..<3 {
      let (octets, _) = try codec.make(&random)
      for variant in try mutation.variants(of: octets) {
        if codec.takesNothing, variant.isEmpty { continue }
        #expect(codec.recode(variant) == nil, "\(octets.hex) → \(variant.hex)")
      }
    }
  }

  @Test("Random octets never trap; what is taken is canonical", arguments: Codecs.all)
  func garbage(codec: Codec) throws {
    var random = SplitMix64()
    let (sample, _) = try codec.make(&random)
    for round in 0..<3_000 {
      var octets: [UInt8]
      if round % 2 == 0 {
        octets = random.octets(Int.random(in: 0...700, using: &random))
        if round % 4 == 0 { octets = Array(sample.prefix(Int.random(in: 0...sample.count, using: &random))) + octets }
      } else {
        octets = sample
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      if let again = codec.recode(octets), !(codec.takesNothing && octets.isEmpty) {
        #expect(again.hex == octets.hex)
      }
    }
  }
}
