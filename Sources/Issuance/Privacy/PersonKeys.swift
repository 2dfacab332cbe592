import CardCrypto
import ISO7816

/// The office's own keys of people: what acts and requests name a person by.
public protocol PersonKeys: Sendable {
  /// The key of the person with that personal ID, known to the office or not: 32 hexadecimal digits, always the same.
  func key(ofPersonalID personalID: String) throws -> String
}

/// Keys of people made with a secret of the office: nobody without it can tell whose a key is, not even by trying all
/// personal IDs.
public struct PersonKeyFile: PersonKeys {
  private static let secret = "person-keys"
  private let file: KeyFile

  /// Opens `folder/person-keys.keys`, or makes it.
  ///
  /// - Throws: `KeyFileError`, `CryptoError`.
  public init(folder: String) throws {
    file = try KeyFile(path: folder + "/person-keys.keys") { (content) throws(CryptoError) in
      content.add(Self.secret, try SystemRandom().secret(32))
    }
  }

  /// AES-256-CMAC over the digits.
  public func key(ofPersonalID personalID: String) throws -> String {
    try CMAC.tag(Array(personalID.utf8), key: file.secret(Self.secret)).hex
  }
}
