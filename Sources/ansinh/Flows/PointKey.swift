import CardCrypto
import Foundation
import VietnamReference

/// The key of a payout point's terminal: signs its records, and proves it to cards. In a file of the point's folder, or
/// in a token that never gives it out.
enum PointKey {
  /// Where a point's token is: `token.json` in the point's folder. The token's PIN is in a file of its own that nobody
  /// but its owner may read.
  struct Token: Codable {
    /// The token's PKCS #11 module.
    var module: String
    /// The token's label.
    var label: String
    /// The key's label in the token.
    var key: String
    /// The file with the token's PIN.
    var pinFile: String
  }

  private static func tokenPath(_ folder: String) -> String { folder + "/token.json" }
  private static func filePath(_ folder: String) -> String { folder + "/terminal.keys" }

  /// Opens the key of the point in `folder`; where there is none, makes one in a file.
  static func open(_ folder: String) throws -> any ECSigner {
    if let data = FileManager.default.contents(atPath: tokenPath(folder)) {
      guard let token = try? JSONDecoder().decode(Token.self, from: data) else {
        throw KeyFileError.malformed(path: tokenPath(folder))
      }
      return try open(token).key(label: token.key)
    }
    let file = try KeyFile(path: filePath(folder)) { content throws(CryptoError) in
      content.add("terminal", try Curve.p256.randomScalar(SystemRandom()))
    }
    return try ECPrivateKey(.p256, scalar: try file.secret("terminal"))
  }

  /// Makes the key of the point in `folder` inside `token`, or takes the one that is there.
  ///
  /// - Throws: ``PointKeyError/exists(folder:)`` when the point has a key elsewhere: its certificates and its
  /// unreported   records are about that one.
  static func make(_ folder: String, in token: Token) throws {
    guard !FileManager.default.fileExists(atPath: filePath(folder)),
      !FileManager.default.fileExists(atPath: tokenPath(folder))
    else { throw PointKeyError.exists(folder: folder) }
    let opened = try open(token)
    if try !opened.keyLabels().contains(token.key) { _ = try opened.generateKey(label: token.key, curve: .p256) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(token).write(to: URL(fileURLWithPath: tokenPath(folder)), options: .atomic)
  }

  private static func open(_ token: Token) throws -> PKCS11Token {
    try PKCS11Token(modulePath: token.module, label: token.label, pin: try pin(token.pinFile))
  }

  private static func pin(_ path: String) throws -> SecretBytes {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let mode = attributes[.posixPermissions] as? Int
    else { throw KeyFileError.system(path: path, operation: "open", code: ENOENT) }
    guard mode & 0o077 == 0 else { throw KeyFileError.permissions(path: path) }
    var octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    while let last = octets.last, last == 0x0A || last == 0x0D { octets.removeLast() }
    return SecretBytes(taking: &octets)
  }
}

/// Why a point's key is not made.
enum PointKeyError: Error {
  /// The point has a key already.
  case exists(folder: String)
}
