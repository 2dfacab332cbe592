/// What an issuer's key is called where it is kept.
public enum IssuerKeyName: Hashable, Sendable {
  /// A master from which card keys of this length are derived; it is as long as they are, so that no card key is weaker
  /// than it is long and none tells of another. The generation is the SCP03 key version of its cards.
  case master(AESKeyLength, generation: UInt8)
  /// The key that signs payout-key certificates and EF.CardSecurity, on P-256.
  case certificate(generation: UInt8)

  /// The masters of one generation, one for each length.
  public static func masters(_ generation: UInt8) -> [IssuerKeyName] {
    AESKeyLength.allCases.map { .master($0, generation: generation) }
  }

  /// Which generation, 1 and up.
  public var generation: UInt8 {
    switch self {
    case .master(_, let generation), .certificate(let generation): generation
    }
  }

  /// `master`, `master-192`, `certificate`; from the second generation on with its number: `master.2`.
  public var text: String {
    let name =
      switch self {
      case .master(.aes128, _): "master"
      case .master(let length, _): "master-\(length.rawValue * 8)"
      case .certificate: "certificate"
      }
    return generation == 1 ? name : "\(name).\(generation)"
  }

  /// Reads ``text``; `nil` for any other.
  public init?(_ text: String) {
    let names = (1...Self.lastGeneration).lazy.flatMap { Self.masters($0) + [.certificate(generation: $0)] }
    guard let name = names.first(where: { $0.text == text }) else { return nil }
    self = name
  }

  /// The last key version number that PUT KEY takes (GlobalPlatform 2.3 §11.8.2.3).
  public static let lastGeneration: UInt8 = 0x7F
}

/// What tells a key from another without telling anything of it.
public struct KeyCheckValue: Hashable, Sendable {
  /// Which key.
  public let name: IssuerKeyName
  /// For a master the first three octets of its CMAC of sixteen zeros, for a certificate key the first eight of SHA-256
  /// of its uncompressed point.
  public let octets: [UInt8]

  /// From its fields.
  public init(name: IssuerKeyName, octets: [UInt8]) {
    self.name = name
    self.octets = octets
  }

  /// What a master's check value is the CMAC of: nothing that card keys are derived from.
  static let message = [UInt8](repeating: 0, count: 16)

  init(name: IssuerKeyName, point: [UInt8]) {
    self.init(name: name, octets: Array(Digest.sha256.hash(point).prefix(8)))
  }
}

/// The issuer's keys in memory: at a key ceremony, and in a ``SoftwareKeyCustodian``.
public struct IssuerKeyMaterial: Sendable {
  /// The keys by ``IssuerKeyName/text``.
  public let records: SecretRecords

  /// Fresh keys of these names.
  public init(fresh names: [IssuerKeyName], random: any RandomSource = SystemRandom()) throws(CryptoError) {
    records = try SecretRecords { content throws(CryptoError) in
      for name in names {
        switch name {
        case .master(let length, _): content.add(name.text, try random.secret(length.rawValue))
        case .certificate: content.add(name.text, try Curve.p256.randomScalar(random))
        }
      }
    }
  }

  /// Keys that were kept.
  public init(_ records: SecretRecords) { self.records = records }

  /// Which keys there are.
  public var names: [IssuerKeyName] { records.names.compactMap { IssuerKeyName($0) } }

  /// The check values, in the order of the keys.
  public func checkValues() throws(CryptoError) -> [KeyCheckValue] {
    var values: [KeyCheckValue] = []
    for name in names {
      switch name {
      case .master:
        let tag = try CMAC.tag(KeyCheckValue.message, key: try records.secret(name.text))
        values.append(KeyCheckValue(name: name, octets: Array(tag.prefix(3))))
      case .certificate:
        values.append(KeyCheckValue(name: name, point: try certificateKey(name).publicKey.point))
      }
    }
    return values
  }

  /// The certificate key of this name.
  public func certificateKey(_ name: IssuerKeyName) throws(CryptoError) -> ECPrivateKey {
    try ECPrivateKey(.p256, scalar: try records.secret(name.text))
  }
}
