public import CardApplication
public import CardCrypto
public import ISO7816
public import SecureChannel

/// What is put on one card.
public struct PersonalisationOrder: Sendable {
  /// Number of the card.
  public var cardNumber: CardNumber
  /// The holder.
  public var holder: Holder
  /// Issuing province, two-digit code as a number.
  public var province: UInt8
  /// Time of issue, Unix seconds.
  public var time: Int64
  /// What the eID application holds; without it the card has no such application.
  public var identity: EIDContent?
  /// The holder's picture for EF.Photo, as a file (JPEG); empty for none.
  public var photo: [UInt8] = []

  /// From its fields.
  public init(
    cardNumber: CardNumber, holder: Holder, province: UInt8, time: Int64, identity: EIDContent? = nil
  ) {
    self.cardNumber = cardNumber
    self.holder = holder
    self.province = province
    self.time = time
    self.identity = identity
  }
}

extension PersonalisationOrder {
  /// What EF.CardInfo says of the card.
  public func cardInfo(_ profile: CardProfile) -> CardInfo {
    let from = CardDate(unixTime: time)
    return CardInfo(
      cardNumber: cardNumber, validFrom: from, validUntil: lastDay(profile) ?? from, province: province,
      profileID: profile.policy.profileID, profileVersion: profile.policy.profileVersion,
      applicationVersion: profile.policy.applicationVersion)
  }

  /// The card's last day; `nil` for a holder who has the profile's last age already.
  func lastDay(_ profile: CardProfile) -> CardDate? {
    profile.life.lastDay(from: CardDate(unixTime: time), birthDate: holder.birthDate)
  }
}

/// The secrets printed for the holder. They exist in memory until the print stream has taken them.
public final class PrintedSecrets: Sendable {
  /// On the card's face, 6 digits.
  public let can: SecretBytes
  /// In the PIN mailer: the transport PIN, good only for choosing the PIN.
  public let pin: SecretBytes
  /// In the PIN mailer.
  public let puk: SecretBytes

  init(can: consuming SecretBytes, pin: consuming SecretBytes, puk: consuming SecretBytes) {
    self.can = can
    self.pin = pin
    self.puk = puk
  }
}

/// A card that has been made.
public struct PersonalisedCard: Sendable {
  /// Its number.
  public let cardNumber: CardNumber
  /// Key diversification data of its SCP03 keys, 10 octets.
  public let serial: [UInt8]
  /// Its SCP03 sequence counter in the session that ended its making.
  public let sequenceCounter: UInt32
  /// Generation of the SCP03 keys it has now.
  public let keyVersion: UInt8
  /// Certificate of the payout key that was generated on it.
  public let certificate: Certificate
  /// What the holder gets on paper.
  public let secrets: PrintedSecrets
}

/// Why a card could not be made. `step` names the APDU.
public enum PersonalisationError: Error, Sendable {
  /// The way to the card failed.
  case channel(CardChannelError)
  /// SCP03 failed; with ``SCP03Error/wrongKeys`` nothing was sent that costs the card a try.
  case secureChannel(SCP03Error)
  /// The card refused `step`.
  case refused(step: String, status: StatusWord)
  /// The card's answer to `step` has not the form it should have.
  case malformedAnswer(step: String)
  /// The custodian or a cryptographic operation failed.
  case custodian(any Error)
  /// The card is no fresh card of this scheme.
  case notFresh
  /// A person's data can't be put into the eID application; the tag names the data group.
  case identity(LayoutError)
  /// The office did not let the card be begun: its database failed, or the chip has had its tries.
  case notBegun(any Error)
  /// The holder has the profile's last age already: the card would never be valid.
  case outgrown
}

/// One command of a personalisation, as it is before SCP03 protects it.
public struct PersonalisationStep: Sendable {
  /// What it does: the command's name, with the data grouping of a STORE DATA.
  public let name: String
  /// The command; its data are those that go into the secure channel.
  public let command: CommandAPDU
  /// Whether SCP03 encrypts and MACs it.
  public let isProtected: Bool
  /// Whether the data are a secret, or a person's: not to be shown.
  public let isConfidential: Bool
  /// The card's answer.
  public let response: ResponseAPDU
}
