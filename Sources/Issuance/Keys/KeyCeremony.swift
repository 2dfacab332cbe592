public import CardCrypto
import Foundation
import ISO7816

/// Who is at a ceremony, and what they are asked for.
public struct CeremonyDesk {
  /// Who leads it.
  public var leader: String
  /// Who watches it.
  public var witnesses: [String]
  /// Asks for the passphrase of the key file.
  public var passphrase: () throws -> SecretBytes
  /// Asks a holder for the passphrase of the share with this number.
  public var sharePassphrase: (_ number: Int, _ holder: String) throws -> SecretBytes
  /// What a passphrase costs to try.
  public var cost: Scrypt.Cost
  /// Unix seconds.
  public var clock: () -> Int64

  /// From its fields.
  public init(
    leader: String, witnesses: [String] = [], cost: Scrypt.Cost = .interactive, clock: @escaping () -> Int64,
    passphrase: @escaping () throws -> SecretBytes,
    sharePassphrase: @escaping (_ number: Int, _ holder: String) throws -> SecretBytes
  ) {
    (self.leader, self.witnesses, self.cost, self.clock) = (leader, witnesses, cost, clock)
    (self.passphrase, self.sharePassphrase) = (passphrase, sharePassphrase)
  }
}

/// Into whose hands a backup key is split.
public struct ShareOrder: Hashable, Sendable {
  /// How many of the holders can restore the keys together.
  public var threshold: Int
  /// Who gets a share, the first one the first.
  public var holders: [String]
  /// The folder that the share files and the backup are written to.
  public var folder: String

  /// From its fields.
  public init(threshold: Int, holders: [String], folder: String) {
    (self.threshold, self.holders, self.folder) = (threshold, holders, folder)
  }
}

/// What a ceremony has made.
public struct CeremonyOutcome: Sendable {
  /// Its record.
  public let ceremony: VerifiedCeremony
  /// The check values of all keys that the office has now.
  public let checkValues: [KeyCheckValue]
  /// Files that were written outside the office's folder.
  public let files: [String]
}

/// A ceremony as it goes on: what was done, in a record that is signed at the end.
struct CeremonyProtocol {
  private var record: CeremonyRecord
  private let desk: CeremonyDesk

  init(_ keys: OfficeKeys, _ desk: CeremonyDesk, _ details: [String: String]) throws {
    for name in [desk.leader] + desk.witnesses { try Self.check(name) }
    let before = try keys.ceremonies()
    record = CeremonyRecord(
      office: keys.issuerName, number: before.count + 1, previous: before.last?.fingerprint ?? "")
    self.desk = desk
    add(.begun, details)
    for witness in desk.witnesses { add(.witnessed, by: witness) }
  }

  static func check(_ name: String) throws(KeyCeremonyError) {
    guard !name.isEmpty, name.count <= 100, name == name.precomposedStringWithCanonicalMapping,
      name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }), name.first?.isWhitespace == false
    else { throw .person }
  }

  var number: Int { record.number }

  mutating func add(_ act: CeremonyAct, by person: String? = nil, _ details: [String: String] = [:]) {
    record.add(act, by: person ?? desk.leader, details, time: desk.clock())
  }

  mutating func add(_ act: CeremonyAct, _ values: [KeyCheckValue]) {
    add(act, values.reduce(into: [:]) { $0[$1.name.text] = $1.octets.hex })
  }

  mutating func add(certificate: Certificate) {
    add(
      .certified,
      ["issuer": certificate.issuer, "fingerprint": Digest.sha256.hash(certificate.der).hex])
  }

  mutating func end(
    _ keys: OfficeKeys, _ custodian: any ManagedKeyCustodian, issuer: Certificate
  ) throws -> VerifiedCeremony {
    add(.ended)
    return try keys.keep(record, custodian, issuer: issuer)
  }
}

/// Making keys.
extension OfficeKeys {
  /// Makes the office's first keys: masters of every length, a certificate key and its certificate.
  ///
  /// With `shares` they are made in memory, backed up, put where they belong and overwritten; without, a token makes
  /// its own, which nobody has ever seen and nobody can restore. Before anything rests on them, whoever stops half-way
  /// leaves no keys behind in the office.
  ///
  /// - Parameter target: where the keys will be; not ``KeyPlace/none``.
  public func initialise(
    _ target: KeyPlace, shares: ShareOrder?, _ desk: CeremonyDesk
  ) throws -> CeremonyOutcome {
    guard try place() == .none, try numbered("ceremony-", ".p7").isEmpty,
      try numbered("custodian-", ".backup").isEmpty, target != .none
    else { throw KeyCeremonyError.exists }
    var ceremony = try CeremonyProtocol(self, desk, Self.details("init", target))
    let names = IssuerKeyName.masters(1) + [.certificate(generation: 1)]
    var files: [String] = []
    var backup: KeyBackup?
    let material: IssuerKeyMaterial?
    if let shares {
      let made = try IssuerKeyMaterial(fresh: names)
      let (set, all) = try KeyShareSet.make(threshold: shares.threshold, count: shares.holders.count)
      files = try Self.hand(out: all, shares, desk, &ceremony)
      let sealed = try KeyBackup(made, for: set)
      files.append(shares.folder + "/custodian-1.backup")
      try OwnerFile.create(files[files.count - 1], sealed.octets)
      ceremony.add(.backedUp, ["shares": String(set.count), "threshold": String(set.threshold)])
      (backup, material) = (sealed, made)
    } else if case .token = target {
      material = nil
    } else {
      material = try IssuerKeyMaterial(fresh: names)
    }
    let custodian = try put(names, material, target, desk)
    if let backup { try OwnerFile.create(backupPath(1), backup.octets) }
    return try finish(&ceremony, .keysMade, names, custodian, material, files, desk)
  }

  /// Writes the shares to their holders' files.
  private static func hand(
    out shares: [KeyShare], _ order: ShareOrder, _ desk: CeremonyDesk, _ ceremony: inout CeremonyProtocol
  ) throws -> [String] {
    guard order.holders.count == shares.count, Set(order.holders).count == shares.count else {
      throw KeyCeremonyError.holders
    }
    for holder in order.holders { try CeremonyProtocol.check(holder) }
    try FileManager.default.createDirectory(
      atPath: order.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var files: [String] = []
    for (share, holder) in zip(shares, order.holders) {
      let path = order.folder + "/share-\(share.index)-of-\(share.count).share"
      try share.write(path, passphrase: try desk.sharePassphrase(Int(share.index), holder), cost: desk.cost)
      ceremony.add(.shareGiven, by: holder, Self.details(share))
      files.append(path)
    }
    return files
  }

  static func details(_ share: KeyShare) -> [String: String] {
    [
      "share": String(share.index), "of": String(share.count), "threshold": String(share.threshold),
      "fingerprint": share.fingerprint.hex,
    ]
  }

  static func details(_ purpose: String, _ target: KeyPlace) -> [String: String] {
    var details = ["purpose": purpose, "place": target.word]
    if case .token(let token) = target { details["token"] = token.label }
    return details
  }

  /// Puts keys where they belong, or has a token make them, and opens a custodian with them.
  func put(
    _ names: [IssuerKeyName], _ material: IssuerKeyMaterial?, _ target: KeyPlace, _ desk: CeremonyDesk
  ) throws -> any ManagedKeyCustodian {
    if case .token(var token) = target {
      let opened = try token.open()
      if let present = try PKCS11KeyCustodian.names(in: opened).first {
        throw PKCS11Error.keyExists(label: PKCS11KeyCustodian.label(present))
      }
      try fill(opened, names, material)
      token.keys = names.map(\.text)
      do {
        try write(token)
      } catch {
        // The office would not know of them.
        for name in names { try? opened.removeKeys(label: PKCS11KeyCustodian.label(name)) }
        throw error
      }
      return try custodian(token)
    }
    guard let material else { throw KeyCeremonyError.noKeys }
    let file =
      target == .plain
      ? try KeyFile(creating: filePath, material.records)
      : try KeyFile(creating: filePath, material.records, passphrase: try desk.passphrase(), cost: desk.cost)
    return try SoftwareKeyCustodian(file, issuerName: issuerName)
  }

  func fill(_ token: PKCS11Token, _ names: [IssuerKeyName], _ material: IssuerKeyMaterial?) throws {
    if let material {
      try PKCS11KeyCustodian.put(material, in: token)
    } else {
      try PKCS11KeyCustodian.generate(names, in: token)
    }
  }

  /// Compares what the custodian has with what was put there, has the office's certificate, and signs the record.
  func finish(
    _ ceremony: inout CeremonyProtocol, _ act: CeremonyAct, _ names: [IssuerKeyName],
    _ custodian: any ManagedKeyCustodian, _ material: IssuerKeyMaterial?, _ files: [String], _ desk: CeremonyDesk
  ) throws -> CeremonyOutcome {
    let values = try custodian.checkValues()
    for value in try material?.checkValues() ?? [] where !values.contains(value) {
      throw KeyCeremonyError.otherKeys(name: value.name.text)
    }
    ceremony.add(act, values.filter { names.contains($0.name) })
    let issuer = try Office.issuerCertificate(custodian, folder: folder, now: desk.clock())
    ceremony.add(certificate: issuer)
    let record = try ceremony.end(self, custodian, issuer: issuer)
    return CeremonyOutcome(ceremony: record, checkValues: values, files: files)
  }
}
