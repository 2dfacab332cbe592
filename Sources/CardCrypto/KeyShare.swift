internal import Foundation

/// Why shares don't restore keys. Tells which one is to blame, and nothing of what is in any.
public enum KeyShareError: Error, Hashable, Sendable {
  /// Not 2 ≤ threshold ≤ count ≤ 32.
  case parameters
  /// The file or text is no share; `path` is where it was read.
  case malformed(path: String)
  /// The file was cut off or changed since it was written.
  case damaged(path: String)
  /// The passphrase is not the one of this share.
  case wrongPassphrase(path: String)
  /// The printed share has an error in this line, counted from 1.
  case line(Int, path: String)
  /// This share was made in another ceremony than the backup.
  case otherSet(share: UInt8)
  /// This share has the number of one of the ceremony's, but is not the one that was made there.
  case notGenuine(share: UInt8)
  /// The same share twice.
  case duplicate(share: UInt8)
  /// There are fewer shares than are needed.
  case tooFew(given: Int, needed: Int)
  /// The backup is no backup, or was cut off or changed.
  case backup(path: String)
}

/// What everybody may know of the shares of a ceremony.
public struct KeyShareSet: Hashable, Sendable {
  /// Which ceremony, 16 random octets.
  public let id: [UInt8]
  /// How many shares restore.
  public let threshold: Int
  /// SHA-256 of each share, the first one's first: a share has 521 random bits, so that this tells nothing of it.
  public let fingerprints: [[UInt8]]
  /// The public key under which keys are backed up; its private half is what is split.
  public let point: [UInt8]

  /// How many shares there are.
  public var count: Int { fingerprints.count }

  /// Makes a backup key and splits it. The key itself is gone when this returns.
  ///
  /// - Parameters:
  ///   - threshold: how many shares restore it, 2 or more: with one, each holder has the keys.
  ///   - count: how many shares, at most 32.
  public static func make(
    threshold: Int, count: Int, random: any RandomSource = SystemRandom()
  ) throws -> (set: KeyShareSet, shares: [KeyShare]) {
    guard 2 <= threshold, threshold <= count, count <= SecretSharing.maximumCount else {
      throw KeyShareError.parameters
    }
    let key = try ECPrivateKey(generate: .p256, random: random)
    let id = try random.bytes(16)
    let shares = try SecretSharing.split(key.exportScalar(), threshold: threshold, count: count, random: random)
      .map { KeyShare(setID: id, threshold: threshold, count: count, share: $0) }
    return (
      KeyShareSet(
        id: id, threshold: threshold, fingerprints: shares.map(\.fingerprint), point: key.publicKey.point), shares
    )
  }

  /// The backup key, from shares that are of this set, as many as are needed.
  func restore(_ shares: [KeyShare]) throws -> ECPrivateKey {
    var seen: Set<UInt8> = []
    for share in shares {
      guard share.setID == id else { throw KeyShareError.otherSet(share: share.index) }
      guard (1...count).contains(Int(share.index)), share.fingerprint == fingerprints[Int(share.index) - 1] else {
        throw KeyShareError.notGenuine(share: share.index)
      }
      guard seen.insert(share.index).inserted else { throw KeyShareError.duplicate(share: share.index) }
    }
    guard shares.count >= threshold else { throw KeyShareError.tooFew(given: shares.count, needed: threshold) }
    let scalar = try SecretSharing.restore(shares.map(\.share), length: Curve.p256.width)
    let key = try ECPrivateKey(.p256, scalar: scalar)
    guard key.publicKey.point == point else { throw SecretSharingError.inconsistent }
    return key
  }
}

/// One custodian's share of a backup key.
///
/// Layout: set(16) ‖ threshold(1) ‖ count(1) ‖ number(1) ‖ value(66). In a file under the custodian's passphrase as
/// ``PassphraseSeal`` has it, magic `"ANSINHS1"`; or printed, see ``printed``.
public final class KeyShare: Sendable {
  private static let magic = Array("ANSINHS1".utf8)
  private static let length = 16 + 3 + SecretSharing.valueLength
  private static let title = "ANSINH-SHARE-1"
  private static let lineLength = 8

  /// The ceremony it is of.
  public let setID: [UInt8]
  /// How many shares restore.
  public let threshold: Int
  /// How many shares there are.
  public let count: Int
  let share: SecretShare

  /// Number of the share, 1…count.
  public var index: UInt8 { share.index }

  init(setID: [UInt8], threshold: Int, count: Int, share: SecretShare) {
    (self.setID, self.threshold, self.count, self.share) = (setID, threshold, count, share)
  }

  private init?(_ octets: [UInt8]) {
    guard octets.count == Self.length else { return nil }
    let (threshold, count, index) = (Int(octets[16]), Int(octets[17]), octets[18])
    guard 2 <= threshold, threshold <= count, count <= SecretSharing.maximumCount, index >= 1, index <= count else {
      return nil
    }
    setID = Array(octets.prefix(16))
    (self.threshold, self.count) = (threshold, count)
    share = SecretShare(index: index, value: SecretBytes(octets.dropFirst(19)))
  }

  /// The layout above.
  private var octets: SecretBytes {
    var octets = setID
    octets.reserveCapacity(Self.length)
    octets += [UInt8(threshold), UInt8(count), index]
    share.value.withUnsafeBytes { octets += $0 }
    return SecretBytes(taking: &octets)
  }

  /// SHA-256 of `"ANSINH-SHARE-1"` and the layout above.
  public var fingerprint: [UInt8] {
    octets.withOctets { octets in
      var input = Array(Self.title.utf8) + octets
      defer { cleanse(&input) }
      return Digest.sha256.hash(input)
    }
  }

  /// Writes it under a passphrase of its custodian, never over another file.
  public func write(
    _ path: String, passphrase: borrowing SecretBytes, cost: Scrypt.Cost = .interactive,
    random: any RandomSource = SystemRandom()
  ) throws {
    let seal = try PassphraseSeal(magic: Self.magic, passphrase: passphrase, cost: cost, random: random)
    try OwnerFile.create(path, try seal.seal(octets, random: random))
  }

  /// Whether the file at `path` is a share that was printed, and so needs no passphrase.
  public static func isPrinted(_ path: String) throws -> Bool {
    var octets = try OwnerFile.read(path)
    defer { cleanse(&octets) }
    return octets.starts(with: Array(title.utf8))
  }

  /// Opens the file at `path`.
  public convenience init(path: String, passphrase: borrowing SecretBytes) throws {
    let sealed = try OwnerFile.read(path)
    do throws(SealError) {
      let seal = try PassphraseSeal(of: sealed, magic: Self.magic, passphrase: passphrase)
      let plain = try seal.open(sealed)
      let share = plain.withOctets { KeyShare($0) }
      guard let share else { throw .damaged }
      self.init(setID: share.setID, threshold: share.threshold, count: share.count, share: share.share)
    } catch .wrongPassphrase {
      throw KeyShareError.wrongPassphrase(path: path)
    } catch .damaged {
      throw KeyShareError.damaged(path: path)
    } catch {
      throw KeyShareError.malformed(path: path)
    }
  }

  /// The share for paper, as ASCII: a title, then lines of `number: four groups of four hexadecimal digits, then four
  /// digits that check the line` (the first two octets of SHA-256 of the number and the eight octets). Who has the
  /// paper has the share.
  public var printed: SecretBytes {
    octets.withOctets { octets in
      var text = Array((Self.title + "\n").utf8)
      text.reserveCapacity(1_024)
      for (line, start) in stride(from: 0, to: octets.count, by: Self.lineLength).enumerated() {
        var part = Array(octets[start..<min(start + Self.lineLength, octets.count)])
        part += [UInt8](repeating: 0, count: Self.lineLength - part.count)
        text += Array(String(line + 1).utf8) + [0x3A]
        for (place, octet) in part.enumerated() {
          if place % 2 == 0 { text.append(0x20) }
          text += Self.digits(octet)
        }
        text += [0x20, 0x2D, 0x20] + Self.check(line, part).flatMap(Self.digits) + [0x0A]
        cleanse(&part)
      }
      return SecretBytes(taking: &text)
    }
  }

  /// Reads a file with a share as ``printed``; blanks, empty lines and small letters don't matter.
  public convenience init(printed path: String) throws {
    var text = try OwnerFile.read(path)
    defer { cleanse(&text) }
    let lines = text.split(separator: 0x0A).map { line in
      line.filter { ![0x20, 0x2D, 0x3A, 0x0D, 0x09].contains($0) }
    }.filter { !$0.isEmpty }
    let count = (Self.length + Self.lineLength - 1) / Self.lineLength
    guard let first = lines.first, first == Self.title.utf8.filter({ $0 != 0x2D }), lines.count == count + 1 else {
      throw KeyShareError.malformed(path: path)
    }
    var octets: [UInt8] = []
    octets.reserveCapacity(count * Self.lineLength)
    defer { cleanse(&octets) }
    for (line, digits) in lines.dropFirst().enumerated() {
      let number = Array(String(line + 1).utf8)
      guard digits.starts(with: number), var values = Self.octets(digits.dropFirst(number.count)),
        values.count == Self.lineLength + 2
      else { throw KeyShareError.line(line + 1, path: path) }
      defer { cleanse(&values) }
      guard Self.check(line, Array(values.prefix(Self.lineLength))) == Array(values.suffix(2)) else {
        throw KeyShareError.line(line + 1, path: path)
      }
      octets += values.prefix(Self.lineLength)
    }
    guard octets.dropFirst(Self.length).allSatisfy({ $0 == 0 }), let share = KeyShare(Array(octets.prefix(Self.length)))
    else { throw KeyShareError.malformed(path: path) }
    self.init(setID: share.setID, threshold: share.threshold, count: share.count, share: share.share)
  }

  private static func check(_ line: Int, _ octets: [UInt8]) -> [UInt8] {
    Array(Digest.sha256.hash([UInt8(line + 1)] + octets).prefix(2))
  }

  private static func digits(_ octet: UInt8) -> [UInt8] {
    [octet >> 4, octet & 15].map { $0 < 10 ? 0x30 + $0 : 0x41 + $0 - 10 }
  }

  private static func octets(_ digits: some Collection<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x41...0x46: value = digit - 0x41 + 10
      case 0x61...0x66: value = digit - 0x61 + 10
      default: return nil
      }
      if let first = high {
        octets.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? octets : nil
  }
}
