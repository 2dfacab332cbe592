public import CardCrypto
import Foundation

/// A token that keeps an office's keys: `custodian.json` in the office's folder. The token's PIN is in a file of its
/// own that nobody but its owner may read.
public struct TokenPlace: Codable, Hashable, Sendable {
  /// The token's PKCS #11 module.
  public var module: String
  /// The token's label.
  public var label: String
  /// The file with the token's PIN.
  public var pinFile: String
  /// The keys in use, by ``IssuerKeyName/text``; others that are in the token are not touched.
  public var keys: [String]

  /// From its fields.
  public init(module: String, label: String, pinFile: String, keys: [String] = []) {
    (self.module, self.label, self.pinFile, self.keys) = (module, label, pinFile, keys)
  }

  /// Opens the token.
  func open() throws -> PKCS11Token {
    var pin = try OwnerFile.read(pinFile)
    defer { SecretBytes.clear(&pin) }
    while let last = pin.last, last == 0x0A || last == 0x0D { pin.removeLast() }
    return try PKCS11Token(modulePath: module, label: label, pin: SecretBytes(pin))
  }
}

/// Where an office's keys are.
public enum KeyPlace: Hashable, Sendable {
  /// Nowhere yet.
  case none
  /// In a file that anybody who reads it can use: for tests and demonstrations.
  case plain
  /// In a file under a passphrase.
  case sealed
  /// In a token.
  case token(TokenPlace)

  /// A stable word: `none`, `plain-file`, `sealed-file`, `token`.
  public var word: String {
    switch self {
    case .none: "none"
    case .plain: "plain-file"
    case .sealed: "sealed-file"
    case .token: "token"
    }
  }
}

/// An office's keys as they lie in its folder: `custodian.keys` or `custodian.json`, `issuer.der`, backups and the
/// records of ceremonies.
public struct OfficeKeys: Sendable {
  /// The office's folder.
  public let folder: String
  /// The issuer's name in certificates.
  public let issuerName: String

  /// The keys in a folder, which has to be there.
  public init(folder: String, issuerName: String) {
    self.folder = folder
    self.issuerName = issuerName
  }

  var filePath: String { folder + "/custodian.keys" }
  var tokenPath: String { folder + "/custodian.json" }
  var certificatePath: String { folder + "/issuer.der" }

  /// Where the keys are.
  public func place() throws -> KeyPlace {
    if FileManager.default.fileExists(atPath: tokenPath) {
      let octets = try OwnerFile.read(tokenPath)
      guard let token = try? JSONDecoder().decode(TokenPlace.self, from: Data(octets)) else {
        throw KeyFileError.malformed(path: tokenPath)
      }
      return .token(token)
    }
    guard FileManager.default.fileExists(atPath: filePath) else { return .none }
    switch KeyFile.form(filePath) {
    case .plain: return .plain
    case .sealed: return .sealed
    case nil: throw KeyFileError.malformed(path: filePath)
    }
  }

  /// Opens the custodian, wherever it is.
  ///
  /// - Parameters:
  ///   - budget: asked before session keys are given.
  ///   - passphrase: asked for when the keys are in a file under one.
  /// - Throws: ``KeyCeremonyError/noKeys``, ``KeyFileError``, ``PKCS11Error``.
  public func open(
    budget: any SessionBudget = MemorySessionBudget(), passphrase: () throws -> SecretBytes
  ) throws -> any ManagedKeyCustodian {
    switch try place() {
    case .none: throw KeyCeremonyError.noKeys
    case .plain, .sealed:
      return try SoftwareKeyCustodian(file(passphrase: passphrase), issuerName: issuerName, budget: budget)
    case .token(let token): return try custodian(token, budget: budget)
    }
  }

  /// The same, after making a plain file in an office that never had keys: for tests and demonstrations.
  ///
  /// - Parameter hasCards: whether the office has ever begun a card; asked when there are no keys.
  /// - Throws: ``KeyCeremonyError/lost(path:)`` when the keys are missing and anything tells that there were some: new
  ///   ones could not open the cards in the field, and would be in the way of the old ones.
  public func openOrMakePlain(
    budget: any SessionBudget = MemorySessionBudget(), hasCards: () throws -> Bool,
    passphrase: () throws -> SecretBytes
  ) throws -> any ManagedKeyCustodian {
    guard try place() == .none else { return try open(budget: budget, passphrase: passphrase) }
    if try hasTraces || hasCards() { throw KeyCeremonyError.lost(path: lastPath) }
    return try SoftwareKeyCustodian(path: filePath, issuerName: issuerName, budget: budget)
  }

  /// Whether a ceremony, a backup or a certificate tells that the office had keys.
  private var hasTraces: Bool {
    get throws {
      // By their names: a certificate that can't be read any more is a trace, too.
      try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
        name.hasPrefix("issuer") && name.hasSuffix(".der") || name.hasPrefix("ceremony-") && name.hasSuffix(".p7")
          || name.hasPrefix("custodian-") && name.hasSuffix(".backup")
      }
    }
  }

  /// Where the keys were by the last ceremony that says so; the key file when none does.
  private var lastPath: String {
    let places = (try? ceremonies().compactMap { $0.record.steps.first?.details["place"] }) ?? []
    return places.last == "token" ? tokenPath : filePath
  }

  /// The key file.
  func file(passphrase: () throws -> SecretBytes) throws -> KeyFile {
    try place() == .plain
      ? try KeyFile(opening: filePath) : try KeyFile(opening: filePath, passphrase: try passphrase())
  }

  func custodian(
    _ token: TokenPlace, budget: any SessionBudget = MemorySessionBudget()
  ) throws -> any ManagedKeyCustodian {
    let names = token.keys.compactMap { IssuerKeyName($0) }
    guard names.count == token.keys.count else { throw KeyFileError.malformed(path: tokenPath) }
    return try PKCS11KeyCustodian(try token.open(), names: names, issuerName: issuerName, budget: budget)
  }

  func write(_ token: TokenPlace) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try OwnerFile.replace(tokenPath, [UInt8](try encoder.encode(token)))
  }

  /// Puts the key file under another passphrase, or under its first one.
  ///
  /// - Throws: ``KeyCeremonyError/noFile`` when the keys are not in a file.
  public func changePassphrase(
    from old: () throws -> SecretBytes, to new: () throws -> SecretBytes, cost: Scrypt.Cost = .interactive
  ) throws {
    switch try place() {
    case .plain, .sealed: break
    case .none: throw KeyCeremonyError.noKeys
    case .token: throw KeyCeremonyError.noFile
    }
    let file = try file(passphrase: old)
    _ = try file.sealed(with: try new(), cost: cost)
  }

  /// The backups that are in the folder, oldest first.
  public func backups() throws -> [KeyBackup] {
    try numbered("custodian-", ".backup").map { try KeyBackup(path: $0.path) }
  }

  func backupPath(_ number: Int) -> String { folder + "/custodian-\(number).backup" }

  /// The office's certificates that are in the folder: the newest, the older ones and the links between them.
  func certificates() -> [Certificate] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix("issuer") && $0.hasSuffix(".der") }.sorted().compactMap { name in
      FileManager.default.contents(atPath: folder + "/" + name).flatMap { try? Certificate(der: [UInt8]($0)) }
    }
  }

  /// Files that are called `prefix`, a number, `suffix`, in the order of their numbers.
  func numbered(_ prefix: String, _ suffix: String) throws -> [(number: Int, path: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(suffix),
        let number = Int(name.dropFirst(prefix.count).dropLast(suffix.count)), number > 0
      else { return nil }
      return (number, folder + "/" + name)
    }.sorted { $0.number < $1.number }
  }
}

/// Why keys are not made, changed or restored.
public enum KeyCeremonyError: Error, Sendable {
  /// The office has no keys yet.
  case noKeys
  /// The office has keys, backups or records already.
  case exists
  /// The office had keys, and the file that they were in, or that tells which token has them, is missing.
  case lost(path: String)
  /// The keys are not in a file, so that they have no passphrase.
  case noFile
  /// Not one holder for each share, or two of one name.
  case holders
  /// No name, or one with characters that can't be printed.
  case person
  /// No backup is there for these shares.
  case noBackup
  /// What was restored are not the keys that the office's records tell of; `name` is the first that differs.
  case otherKeys(name: String)
  /// There are no more generations: 127 have been made.
  case usedUp
  /// The record of ceremony `number` can't be read, or was not signed by the office.
  case record(number: Int)
  /// Step `step` of ceremony `number` is not what was written, or the ceremony before it is missing.
  case broken(number: Int, step: Int)
}
