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
  /// - Parameter fresh: makes the secrets of a new file, by name; not called when the file exists.
  public init(
    path: String, creatingWith fresh: () throws(CryptoError) -> [(name: String, secret: [UInt8])]
  ) throws {
    self.path = path
    content = try FileManager.default.fileExists(atPath: path) ? Self.read(path) : Self.create(path, try fresh())
  }

  private static func create(_ path: String, _ secrets: [(name: String, secret: [UInt8])]) throws -> SecretBytes {
    var octets = magic
    for (name, secret) in secrets {
      octets += [UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(secret.count)] + secret
    }
    let content = SecretBytes(taking: &octets)
    try write(content, to: path)
    return content
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

  private static func write(_ content: borrowing SecretBytes, to path: String) throws(KeyFileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", code: errno) }
    defer { close(descriptor) }
    let isWritten = content.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) == $0.count }
    guard isWritten, fsync(descriptor) == 0 else { throw .system(path: path, operation: "write", code: errno) }
  }
}
