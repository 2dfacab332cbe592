import ISO7816

/// Names of the applications on the card (`card-application` §1).
public enum ApplicationName {
  /// Issuer security domain, GlobalPlatform card specification 2.3 §H.1.3.
  public static let issuerSecurityDomain: [UInt8] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00]
  /// eID application, TR-03110-4.
  public static let eID: [UInt8] = [0xE8, 0x07, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x02]
  /// Payout application: F0 and `ANSINH` 01.
  public static let payout: [UInt8] = [0xF0, 0x41, 0x4E, 0x53, 0x49, 0x4E, 0x48, 0x01]
}

/// Short file identifiers in the payout application (`card-application` §3).
public enum PayoutFile: UInt8, CaseIterable, Sendable {
  /// EF.CardInfo.
  case cardInfo = 1
  /// EF.Holder.
  case holder = 2
  /// EF.Lines.
  case lines = 3
  /// EF.Snapshot.
  case snapshot = 4
  /// EF.PayoutKeyCertificate.
  case payoutKeyCertificate = 5
  /// EF.PayoutLog.
  case payoutLog = 6
  /// EF.OfflineAuthority.
  case offlineAuthority = 7
  /// EF.Photo.
  case photo = 8
}

/// Commands of the payout application (`card-application` §4). Class 80 here; secure messaging makes it 8C.
public enum PayoutCommand: UInt8, CaseIterable, Sendable {
  /// AUTHORISE PAYOUT.
  case authorise = 0x40
  /// COMPLETE PAYOUT.
  case complete = 0x42
  /// GET PAYOUT STATUS.
  case status = 0x44
  /// GET LAST CERTIFICATE.
  case lastCertificate = 0x46
}

/// Data groupings of STORE DATA in personalisation (EMV Card Personalization Specification §2.2: two octets of
/// identifier, one of length or FF and two).
public enum DataGrouping: UInt16, CaseIterable, Sendable {
  /// 0101: content of EF.CardInfo.
  case cardInfo = 0x0101
  /// 0102: content of EF.Holder.
  case holder = 0x0102
  /// 0105: content of EF.PayoutKeyCertificate.
  case payoutKeyCertificate = 0x0105
  /// 0108: content of EF.Photo.
  case photo = 0x0108
  /// 0201: content of EF.CardSecurity.
  case cardSecurity = 0x0201
  /// 0301: the data groups of the eID application, one file's content after the other: each tells itself by its tag.
  case identity = 0x0301
  /// 7001: the profile's rules (``CardPolicy``).
  case policy = 0x7001
  /// 7002: an issuer key (``IssuerKey``).
  case issuerKey = 0x7002
  /// 7003: the CVCA's certificate, the card's first trust anchor.
  case trustAnchor = 0x7003
  /// 8001: CAN, encrypted under Key-DEK.
  case can = 0x8001
  /// 8003: transport PIN, encrypted under Key-DEK.
  case pin = 0x8003
  /// 8004: PUK, encrypted under Key-DEK.
  case puk = 0x8004
  /// 8010: generate the payout key; `01, challenge(16)`, answered by the public point and a ``PayoutKeyProof``'s
  /// signature under R-MAC.
  case generatePayoutKey = 0x8010
  /// 8011: generate the key of Chip Authentication; answered by the public point under R-MAC.
  case generateChipKey = 0x8011
  /// 7FFF: last step, application state PERSONALIZED.
  case finish = 0x7FFF

  /// One grouping with its data.
  public func encode(_ data: [UInt8]) -> [UInt8] {
    let length = data.count < 0xFF ? [UInt8(data.count)] : [0xFF] + [UInt8](bigEndian: data.count, width: 2)
    return [UInt8](bigEndian: rawValue, width: 2) + length + data
  }

  /// Reads groupings one after the other; `nil` when `octets` hold anything else, or one grouping twice.
  public static func sequence(_ octets: [UInt8]) -> [DataGrouping: [UInt8]]? {
    guard !octets.isEmpty else { return [:] }
    var contents: [DataGrouping: [UInt8]] = [:]
    for (grouping, data) in decodeSequence(octets) ?? [] {
      guard contents.updateValue(data, forKey: grouping) == nil else { return nil }
    }
    return contents.isEmpty ? nil : contents
  }

  /// Reads the one grouping that `octets` hold; `nil` when they hold anything else or an unknown identifier.
  public static func decode(_ octets: [UInt8]) -> (grouping: DataGrouping, data: [UInt8])? {
    guard let groupings = decodeSequence(octets), groupings.count == 1 else { return nil }
    return groupings.first
  }

  /// Reads groupings that stand one after the other, as one STORE DATA carries them; `nil` when there is none, one is
  /// cut off, or an identifier is unknown.
  public static func decodeSequence(_ octets: [UInt8]) -> [(grouping: DataGrouping, data: [UInt8])]? {
    var groupings: [(grouping: DataGrouping, data: [UInt8])] = []
    var rest = octets[...]
    repeat {
      guard rest.count >= 3, let identifier = rest.prefix(2).bigEndianValue,
        let grouping = DataGrouping(rawValue: UInt16(identifier))
      else { return nil }
      rest = rest.dropFirst(2)
      var length = Int(rest.removeFirst())
      if length == 0xFF {
        // One form for a length: the long one only where the short one ends.
        guard rest.count >= 2, let long = rest.prefix(2).bigEndianValue, long >= 0xFF else { return nil }
        length = Int(long)
        rest = rest.dropFirst(2)
      }
      guard rest.count >= length else { return nil }
      groupings.append((grouping, Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    } while !rest.isEmpty
    return groupings
  }
}
