import Foundation

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
}

/// Named secrets in one file of mode 0600, for tests and small pilots: the place of a token.
///
/// Layout: `"ANSINHK1"`, then per secret: name length(1), name, secret length(1), secret.
public final class KeyFile: Sendable {
  private static let magic = Array("ANSINHK1".utf8)
  private let path: String
  private let content: SecretBytes

  /// Opens the file at `path`, or makes it with fresh secrets.
  ///
  /// - Parameter fresh: puts the secrets of a new file in, by name; not called when the file exists.
  public init(
    path: String, creatingWith fresh: (inout KeyFileContent) throws(CryptoError) -> Void
  ) throws {
    self.path = path
    content = try FileManager.default.fileExists(atPath: path) ? Self.read(path) : Self.create(path, fresh)
  }

  /// Opens the file at `path`, which has to be there.
  public init(opening path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw KeyFileError.system(path: path, operation: "open", code: ENOENT)
    }
    self.path = path
    content = try Self.read(path)
  }

  private static func create(
    _ path: String, _ fresh: (inout KeyFileContent) throws(CryptoError) -> Void
  ) throws -> SecretBytes {
    var content = KeyFileContent(magic)
    try fresh(&content)
    let secret = content.take()
    try write(secret, to: path)
    return secret
  }

  /// The secret called `name`.
  public func secret(_ name: String) throws(KeyFileError) -> SecretBytes {
    let path = path
    return try content.withOctets { (octets) throws(KeyFileError) -> SecretBytes in
      var rest = octets.dropFirst(Self.magic.count)
      while let nameLength = rest.popFirst() {
        let found = Array(rest.prefix(Int(nameLength)))
        rest = rest.dropFirst(Int(nameLength))
        guard let length = rest.popFirst(), rest.count >= length else { throw .malformed(path: path) }
        if found == Array(name.utf8) { return SecretBytes(rest.prefix(Int(length))) }
        rest = rest.dropFirst(Int(length))
      }
      throw .missing(path: path, name: name)
    }
  }

  private static func read(_ path: String) throws -> SecretBytes {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
      throw KeyFileError.permissions(path: path)
    }
    var octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    guard octets.starts(with: magic) else { throw KeyFileError.malformed(path: path) }
    return SecretBytes(taking: &octets)
  }

  /// Written beside its place, flushed, linked to it, and the folder flushed: there whole or not at all, and never over
  /// another file.
  private static func write(_ content: borrowing SecretBytes, to path: String) throws(KeyFileError) {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", code: errno) }
    defer {
      close(descriptor)
      unlink(temporary)
    }
    let isWritten = content.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) == $0.count }
    guard isWritten, fsync(descriptor) == 0 else { throw .system(path: path, operation: "write", code: errno) }
    guard link(temporary, path) == 0 else { throw .system(path: path, operation: "link", code: errno) }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else { throw .system(path: path, operation: "open folder", code: errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw .system(path: path, operation: "fsync folder", code: errno) }
  }
}

/// The secrets of a new key file while they are put together.
public struct KeyFileContent: ~Copyable {
  private var octets: [UInt8]

  init(_ magic: [UInt8]) {
    octets = magic
    // Room enough that the array never moves and leaves a copy of a secret behind.
    octets.reserveCapacity(4_096)
  }

  deinit {
    var octets = octets
    cleanse(&octets)
  }

  /// Adds `secret` (at most 255 octets) under `name`.
  public mutating func add(_ name: String, _ secret: borrowing SecretBytes) {
    octets += [UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(secret.count)]
    secret.withUnsafeBytes { octets.append(contentsOf: $0) }
  }

  mutating func take() -> SecretBytes { SecretBytes(taking: &octets) }
}
