public import CardCrypto
import ISO7816

/// Keys that are what the office's records say.
public struct CheckedKeys: Sendable {
  /// The check values of all keys.
  public let checkValues: [KeyCheckValue]
  /// The records, oldest first.
  public let ceremonies: [VerifiedCeremony]
}

extension OfficeKeys {
  /// Verifies the records, opens the keys, and compares them.
  ///
  /// - Throws: ``KeyCeremonyError/otherKeys(name:)`` for a key that the records don't tell of or tell otherwise, or
  ///   that is missing, when there are any records; ``KeyCeremonyError/record(number:)``,
  ///   ``KeyCeremonyError/broken(number:step:)`` for the records.
  public func check(passphrase: () throws -> SecretBytes) throws -> CheckedKeys {
    let ceremonies = try ceremonies()
    let values = try open(passphrase: passphrase).checkValues()
    let told = ceremonies.reduce(into: [String: String]()) { $0.merge($1.record.checkValues) { _, new in new } }
    if !ceremonies.isEmpty {
      let found = values.reduce(into: [String: String]()) { $0[$1.name.text] = $1.octets.hex }
      let names = Set(told.keys).union(found.keys).sorted()
      if let name = names.first(where: { told[$0] != found[$0] }) { throw KeyCeremonyError.otherKeys(name: name) }
    }
    return CheckedKeys(checkValues: values, ceremonies: ceremonies)
  }
}
