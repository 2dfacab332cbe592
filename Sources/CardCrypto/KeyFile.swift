internal import Foundation

/// A failure of a key file. Names the path and the step, never the content.
public enum KeyFileError: Error, Sendable {
  /// The file can't be read, written or flushed.
  case system(path: String, operation: String, code: Int32)
  /// The file is not a key file of this version.
  case malformed(path: String)
  /// The file lets others than its owner read it; mode 0600 is required.
  case permissions(path: String)
  /// A secret of this name is not in the file.
  case missing(path: String, name: String)
  /// There is such a file already, and none is written over another.
  case exists(path: String)
  /// The file is under a passphrase, and none was given.
  case passphraseNeeded(path: String)
  /// The file is not under the passphrase given.
  case wrongPassphrase(path: String)
  /// The file was cut off or changed since it was written.
  case damaged(path: String)

  init(_ error: SealError, path: String) {
    self =
      switch error {
      case .notSealed, .cost, .crypto: .malformed(path: path)
      case .damaged: .damaged(path: path)
      case .wrongPassphrase: .wrongPassphrase(path: path)
      }
  }
}

/// Named secrets in one file of mode 0600, for tests and small pilots: the place of a token.
///
/// The file is a ``SecretRecords`` as it is (for tests and demonstrations), or one under a passphrase (scrypt and
/// AES-256-GCM, magic `"ANSINHK2"`).
public final class KeyFile: Sendable {
  static let sealedMagic = Array("ANSINHK2".utf8)
  private let path: String
  private let seal: PassphraseSeal?
  /// What is in the file.
  public let records: SecretRecords

  /// Which form a file has.
  public enum Form: Sendable {
    /// Anybody who can read the file has the secrets.
    case plain
    /// Under a passphrase.
    case sealed
  }

  /// The form of the file at `path`; `nil` when there is none, or one that is not a key file.
  public static func form(_ path: String) -> Form? {
    guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 8) else { return nil }
    if start.elementsEqual(SecretRecords.magic) { return .plain }
    return start.elementsEqual(sealedMagic) ? .sealed : nil
  }

  private init(path: String, records: SecretRecords, seal: PassphraseSeal?) {
    self.path = path
    self.records = records
    self.seal = seal
  }

  /// Opens the plain file at `path`, or makes it with fresh secrets.
  ///
  /// - Parameter fresh: puts the secrets of a new file in, by name; not called when the file exists.
  public convenience init(
    path: String, creatingWith fresh: (inout KeyFileContent) throws(CryptoError) -> Void
  ) throws {
    if FileManager.default.fileExists(atPath: path) {
      try self.init(opening: path)
    } else {
      try self.init(creating: path, try SecretRecords(fresh))
    }
  }

  /// Opens the plain file at `path`, which has to be there.
  ///
  /// - Throws: ``KeyFileError/passphraseNeeded(path:)`` for one under a passphrase.
  public convenience init(opening path: String) throws {
    var octets = try OwnerFile.read(path)
    defer { cleanse(&octets) }
    guard !octets.starts(with: Self.sealedMagic) else { throw KeyFileError.passphraseNeeded(path: path) }
    guard let records = try? SecretRecords(parsing: SecretBytes(octets)) else {
      throw KeyFileError.malformed(path: path)
    }
    self.init(path: path, records: records, seal: nil)
  }

  /// Opens the file at `path`, which has to be there and under `passphrase`.
  public convenience init(opening path: String, passphrase: borrowing SecretBytes) throws {
    let octets = try OwnerFile.read(path)
    do throws(SealError) {
      let seal = try PassphraseSeal(of: octets, magic: Self.sealedMagic, passphrase: passphrase)
      let plain = try seal.open(octets)
      guard let records = try? SecretRecords(parsing: plain) else { throw .damaged }
      self.init(path: path, records: records, seal: seal)
    } catch {
      throw KeyFileError(error, path: path)
    }
  }

  /// Makes a plain file with `records`.
  ///
  /// - Throws: ``KeyFileError/exists(path:)`` when there is one.
  public convenience init(creating path: String, _ records: SecretRecords) throws {
    try records.withUnsafeBytes { (octets) throws(KeyFileError) in try OwnerFile.create(path, octets) }
    self.init(path: path, records: records, seal: nil)
  }

  /// Makes a file with `records` under `passphrase`.
  public convenience init(
    creating path: String, _ records: SecretRecords, passphrase: borrowing SecretBytes,
    cost: Scrypt.Cost = .interactive, random: any RandomSource = SystemRandom()
  ) throws {
    let seal = try PassphraseSeal(
      magic: Self.sealedMagic, passphrase: passphrase, cost: cost, random: random)
    try OwnerFile.create(path, try seal.seal(records.octets, random: random))
    self.init(path: path, records: records, seal: seal)
  }

  /// The same file with more secrets, written in the place of this one: under the same passphrase, if any.
  public func adding(_ more: SecretRecords, random: any RandomSource = SystemRandom()) throws -> KeyFile {
    let records = try SecretRecords { content throws(CryptoError) in
      try content.add(self.records)
      try content.add(more)
    }
    if let seal {
      try OwnerFile.replace(path, try seal.seal(records.octets, random: random))
    } else {
      try records.withUnsafeBytes { (octets) throws(KeyFileError) in try OwnerFile.replace(path, octets) }
    }
    return KeyFile(path: path, records: records, seal: seal)
  }

  /// The same file under another passphrase, or now under one, with a fresh salt. Written in the place of this one.
  public func sealed(
    with passphrase: borrowing SecretBytes, cost: Scrypt.Cost = .interactive,
    random: any RandomSource = SystemRandom()
  ) throws -> KeyFile {
    let seal = try PassphraseSeal(
      magic: Self.sealedMagic, passphrase: passphrase, cost: cost, random: random)
    try OwnerFile.replace(path, try seal.seal(records.octets, random: random))
    return KeyFile(path: path, records: records, seal: seal)
  }

  /// Whether the file is under a passphrase.
  public var isSealed: Bool { seal != nil }

  /// The secret called `name`.
  public func secret(_ name: String) throws(KeyFileError) -> SecretBytes {
    do throws(CryptoError) {
      return try records.secret(name)
    } catch {
      throw .missing(path: path, name: name)
    }
  }
}
