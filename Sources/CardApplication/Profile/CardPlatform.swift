public import CardCrypto

/// What the cards offer that a profile is put on (`card-application`, first paragraph).
public struct CardPlatform: Sendable {
  /// What the kind of card is called.
  public let name: String
  /// Curves of PACE and Chip Authentication.
  public let curves: [Curve]
  /// Octets for files, data groups and the log, after the applet itself and what it needs to work.
  public let fileMemory: Int
  /// Most octets of one file: the offset of READ BINARY has 15 bits (ISO/IEC 7816-4:2020 §11.3.3).
  public let maximumFile: Int

  /// A Java Card 3.0.5 of the class of NXP's J3R180: of its 180 KiB, 80 are counted for the applet, its keys and the
  /// buffers of its transactions.
  public static let javaCard = CardPlatform(
    name: "Java Card 3.0.5 (J3R180)", curves: Curve.scheme, fileMemory: 100 * 1_024, maximumFile: 32_767)

  /// Octets of what every profile has: EF.CardInfo, EF.Holder, EF.Lines, EF.Snapshot, EF.PayoutKeyCertificate,
  /// EF.OfflineAuthority and the files of the master file, each with room to grow.
  public static let commonMemory = 8 * 1_024

  /// Octets of the greatest payout certificate in a slot of EF.PayoutLog (`card-application` §3).
  public static let greatestCertificate = 640
}
