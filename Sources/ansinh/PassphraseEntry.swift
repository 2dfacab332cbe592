import CardCrypto
import Foundation

/// A passphrase: a line of a file descriptor, or typed on the terminal without echo. Never an argument.
enum PassphraseEntry {
  /// Fewest octets of a new one; what an old one has is not for us to say.
  static let leastLength = 12
  private static let most = 1_024

  /// One that is there already.
  static func existing(_ descriptor: Int32?, prompt: String) throws -> SecretBytes {
    var octets = try read(descriptor, prompt: prompt)
    return SecretBytes(taking: &octets)
  }

  /// One that somebody chooses, typed twice.
  ///
  /// - Throws: ``SecretEntryError/passphraseLength``, ``SecretEntryError/passphrasesDiffer``.
  static func new(_ descriptor: Int32?, prompt: String, again: String) throws -> SecretBytes {
    var first = try read(descriptor, prompt: prompt)
    defer { SecretBytes.clear(&first) }
    guard first.count >= leastLength else { throw SecretEntryError.passphraseLength }
    if descriptor == nil {
      var second = try read(nil, prompt: again)
      defer { SecretBytes.clear(&second) }
      guard ConstantTime.areEqual(first, second) else { throw SecretEntryError.passphrasesDiffer }
    }
    return SecretBytes(first)
  }

  private static func read(_ descriptor: Int32?, prompt: String) throws -> [UInt8] {
    guard let descriptor else {
      let terminal = try SilentTerminal()
      terminal.write(prompt)
      let octets = try SecretOptions.octets(from: terminal.descriptor, most: most)
      terminal.write("\n")
      guard let octets else { throw SecretEntryError.passphraseLength }
      return octets
    }
    guard let octets = try SecretOptions.octets(from: descriptor, most: most) else {
      throw SecretEntryError.passphraseLength
    }
    return octets
  }
}
