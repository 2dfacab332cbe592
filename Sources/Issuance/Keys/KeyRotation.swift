public import CardCrypto
import Foundation
import ISO7816

/// Changing keys and having them back.
extension OfficeKeys {
  /// Makes the next generation of masters, of the certificate key, or of both. The older ones stay in use: cards are
  /// opened with the keys that they have, and certificates are checked with the key that signed them.
  ///
  /// New keys are backed up under the shares of the last ceremony that made any; their holders are not needed. A new
  /// certificate key gets two certificates: its own, and one that the key before it signed, by which a centre that
  /// trusts the old one can see that the new one is the same office's.
  public func rotate(masters: Bool, certificate: Bool, _ desk: CeremonyDesk) throws -> CeremonyOutcome {
    let target = try place()
    guard target != .none, masters || certificate else { throw KeyCeremonyError.noKeys }
    var ceremony = try CeremonyProtocol(self, desk, Self.details("rotate", target))
    let set = try backups().last?.set
    let (old, file) = try opened(target, desk)
    let names = try next(old, target, masters: masters, certificate: certificate)
    let isInMemory = set != nil || file != nil
    let material = isInMemory ? try IssuerKeyMaterial(fresh: names) : nil
    let oldGeneration = old.certificateKeys.keys.max() ?? 1
    if certificate { try keepCertificate(old, oldGeneration, desk) }
    if let set, let material {
      let number = (try numbered("custodian-", ".backup").last?.number ?? 0) + 1
      try OwnerFile.create(backupPath(number), KeyBackup(material, for: set).octets)
      ceremony.add(.backedUp, ["shares": String(set.count), "threshold": String(set.threshold)])
    }
    let custodian = try add(names, material, target, file)
    if certificate {
      let link = try custodian.certify(
        Office.certificateRequest(
          custodian, kind: .link, authority: old.certificateKey, now: desk.clock()), generation: oldGeneration)
      let generation = custodian.certificateKeys.keys.max() ?? oldGeneration
      try OwnerFile.replace(folder + "/issuer-\(generation)-link.der", link.der)
      ceremony.add(certificate: link)
    }
    return try finish(&ceremony, .keysMade, names, custodian, material, [], desk)
  }

  private func opened(
    _ target: KeyPlace, _ desk: CeremonyDesk
  ) throws -> (any ManagedKeyCustodian, file: KeyFile?) {
    if case .token(let token) = target { return (try custodian(token), nil) }
    let file = try file(passphrase: desk.passphrase)
    return (try SoftwareKeyCustodian(file, issuerName: issuerName), file)
  }

  /// The names of the next generation: the first that neither the office nor its token has.
  private func next(
    _ old: any ManagedKeyCustodian, _ target: KeyPlace, masters: Bool, certificate: Bool
  ) throws -> [IssuerKeyName] {
    var taken: Set<IssuerKeyName> = []
    // Left behind by a ceremony that a lost token has cut off.
    if case .token(let token) = target { taken = Set(try PKCS11KeyCustodian.names(in: try token.open())) }
    func first(after last: UInt8, _ names: (UInt8) -> [IssuerKeyName]) throws -> [IssuerKeyName] {
      guard last < IssuerKeyName.lastGeneration,
        let generation = (last + 1...IssuerKeyName.lastGeneration).first(where: { taken.isDisjoint(with: names($0)) })
      else { throw KeyCeremonyError.usedUp }
      return names(generation)
    }
    var names: [IssuerKeyName] = []
    if masters { names += try first(after: old.generation) { IssuerKeyName.masters($0) } }
    if certificate {
      names += try first(after: old.certificateKeys.keys.max() ?? 0) { [.certificate(generation: $0)] }
    }
    return names
  }

  private func add(
    _ names: [IssuerKeyName], _ material: IssuerKeyMaterial?, _ target: KeyPlace, _ file: KeyFile?
  ) throws -> any ManagedKeyCustodian {
    if case .token(var token) = target {
      try fill(try token.open(), names, material)
      token.keys += names.map(\.text)
      try write(token)
      return try custodian(token)
    }
    guard let file, let material else { throw KeyCeremonyError.noKeys }
    return try SoftwareKeyCustodian(try file.adding(material.records), issuerName: issuerName)
  }

  /// The certificate of the key that is replaced, under a name of its own: cards in the field are checked with it. Made
  /// before anything changes.
  private func keepCertificate(
    _ custodian: any ManagedKeyCustodian, _ generation: UInt8, _ desk: CeremonyDesk
  ) throws {
    let current = try Office.issuerCertificate(custodian, folder: folder, now: desk.clock())
    try OwnerFile.replace(folder + "/issuer-\(generation).der", current.der)
  }

  /// Has the keys back from shares, in an office that has lost them.
  ///
  /// - Parameters:
  ///   - shares: enough of them, with the names of those who gave them.
  ///   - backups: everything that was backed up under them.
  /// - Throws: ``KeyShareError`` that names the share to blame; ``KeyCeremonyError/otherKeys(name:)`` when the office's
  ///   records tell of other keys than those of the backups.
  public func restore(
    _ shares: [KeyShare], backups: [KeyBackup], to target: KeyPlace, _ desk: CeremonyDesk
  ) throws -> CeremonyOutcome {
    guard try place() == .none, target != .none else { throw KeyCeremonyError.exists }
    let of = backups.filter { $0.set.id == shares.first?.setID }
    guard !of.isEmpty else { throw KeyCeremonyError.noBackup }
    let parts = try of.map { try $0.restore(shares) }
    let material = try Self.newest(parts)
    let values = try material.checkValues().reduce(into: [String: String]()) { $0[$1.name.text] = $1.octets.hex }
    let known = try ceremonies().reduce(into: [String: String]()) { $0.merge($1.record.checkValues) { _, new in new } }
    for (name, value) in known.sorted(by: { $0.key < $1.key }) where values[name] != value {
      throw KeyCeremonyError.otherKeys(name: name)
    }
    var ceremony = try CeremonyProtocol(self, desk, Self.details("restore", target))
    for share in shares { ceremony.add(.shareUsed, Self.details(share)) }
    let custodian = try put(material.names, material, target, desk)
    for (number, backup) in of.enumerated() where !FileManager.default.fileExists(atPath: backupPath(number + 1)) {
      try OwnerFile.create(backupPath(number + 1), backup.octets)
    }
    return try finish(&ceremony, .keysRestored, material.names, custodian, material, [], desk)
  }

  /// The keys of all backups. Where a ceremony was cut off and done again, the later one has those in use.
  private static func newest(_ parts: [IssuerKeyMaterial]) throws(CryptoError) -> IssuerKeyMaterial {
    IssuerKeyMaterial(
      try SecretRecords { content throws(CryptoError) in
        var seen: Set<String> = []
        for part in parts.reversed() {
          for name in part.records.names where seen.insert(name).inserted {
            content.add(name, try part.records.secret(name))
          }
        }
      })
  }
}
