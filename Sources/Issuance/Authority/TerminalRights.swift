public import CardApplication
public import SecureChannel

/// Rights of document verifiers and terminals as people name them, over the bits of both bitmaps of a certificate.
public struct TerminalRights: Hashable, Sendable {
  /// Reads, CAN allowed, PIN management (CHAT).
  public var chip: AuthenticationTerminalRights
  /// Payouts and the ceiling (our extension).
  public var payout: PayoutRights

  /// From both bitmaps.
  public init(chip: AuthenticationTerminalRights = [], payout: PayoutRights = []) {
    self.chip = chip
    self.payout = payout
  }

  /// One right by its word.
  public enum Word: String, CaseIterable, Sendable {
    /// Pay against the centre's challenge.
    case online
    /// Pay from the card's offline reserve.
    case offline
    /// Pay without the PIN.
    case override
    /// Open with the CAN what else needs the PIN.
    case canAllowed = "can-allowed"
    /// Set and unblock the PIN.
    case pinManagement = "pin-management"
    /// Read the identity data.
    case readIdentity = "read-identity"

    /// Its bits.
    public var rights: TerminalRights {
      switch self {
      case .online: TerminalRights(payout: .online)
      case .offline: TerminalRights(payout: .offline)
      case .override: TerminalRights(payout: .override)
      case .canAllowed: TerminalRights(chip: .canAllowed)
      case .pinManagement: TerminalRights(chip: .pinManagement)
      case .readIdentity: TerminalRights(chip: .readAll)
      }
    }
  }

  /// Everything: what a CVCA has.
  public static let all = TerminalRights(chip: .all, payout: PayoutRights(rawValue: .max))
  /// Every word and the highest ceiling: what a document verifier has unless it is given less.
  public static let verifier = TerminalRights(Set(Word.allCases), ceiling: PayoutRights.ceilingSteps)

  /// The rights of `words`, with a ceiling of `ceiling` steps.
  public init(_ words: Set<Word>, ceiling: Int = 0) {
    self.init(payout: .ceiling(ceiling))
    for word in words {
      chip.formUnion(word.rights.chip)
      payout.formUnion(word.rights.payout)
    }
  }

  /// The words that hold wholly, in their fixed order.
  public var words: [Word] {
    Word.allCases.filter { chip.isSuperset(of: $0.rights.chip) && payout.isSuperset(of: $0.rights.payout) }
  }

  /// Whether `other` has every right of these.
  public func isWithin(_ other: TerminalRights) -> Bool {
    chip.isSubset(of: other.chip) && payout.isSubset(of: other.payout)
  }

  /// What both have.
  public func intersection(_ other: TerminalRights) -> TerminalRights {
    TerminalRights(chip: chip.intersection(other.chip), payout: payout.intersection(other.payout))
  }

  /// What a certificate says.
  public init(_ content: CVCertificateContent) {
    let bitmap = AuthorizationExtension.effective(PayoutRights.identifier, in: [content.extensions])
    self.init(chip: content.authorization.rights, payout: PayoutRights(octets: bitmap) ?? [])
  }

  /// The authorisation of a certificate's holder in `role`.
  func authorization(_ role: CertificateRole) -> HolderAuthorization { HolderAuthorization(role, chip) }

  /// The extension of a certificate.
  var extensions: [AuthorizationExtension] {
    [AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: payout.octets)]
  }
}
