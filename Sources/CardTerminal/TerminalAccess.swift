import CardApplication
public import CardCrypto
public import SecureChannel

/// What a terminal proves itself for in one session: its certificates and key, and the part of its rights it asks for.
///
/// Payouts and PIN management never go together in one session (`card-application` §2).
public struct TerminalAccess: Sendable {
  /// How long before its certificate ends a terminal starts no tap any more, seconds (`card-application` §2).
  public static let margin: Int64 = 600

  /// The certificates and the key.
  public let credential: TerminalCredential
  /// What is asked for when PACE is opened.
  public let request: RequestedAuthorization
  /// Issuers whose EF.CardSecurity is trusted, and the time it is checked at, Unix seconds; `nil` leaves Chip
  /// Authentication out.
  public let chipTrust: ChipTrust?

  /// Whose word on a card's key is believed.
  public struct ChipTrust: Sendable {
    /// Issuers, or the certification authorities above them.
    public let issuers: [Certificate]
    /// Unix seconds.
    public let time: Int64

    /// From its parts.
    public init(issuers: [Certificate], time: Int64) {
      self.issuers = issuers
      self.time = time
    }
  }

  /// Payouts: all payout rights of the certificate, and *CAN allowed* when it has it. Needs no Chip Authentication: the
  /// signature over the session proves the chip (`card-application` §5).
  public static func payout(_ credential: TerminalCredential) -> TerminalAccess {
    let content = credential.terminal.content
    return TerminalAccess(
      credential: credential,
      request: RequestedAuthorization(
        HolderAuthorization(.terminal, content.authorization.rights.intersection(.canAllowed)),
        extensions: content.extensions.filter { $0.identifier == PayoutRights.identifier }),
      chipTrust: nil)
  }

  /// PIN management, after Chip Authentication.
  public static func pinManagement(_ credential: TerminalCredential, _ trust: ChipTrust) -> TerminalAccess {
    TerminalAccess(
      credential: credential,
      request: RequestedAuthorization(HolderAuthorization(.terminal, [.pinManagement, .canAllowed])), chipTrust: trust)
  }

  /// Reading the eID application, after Chip Authentication: every data group that the certificate allows.
  public static func identity(_ credential: TerminalCredential, _ trust: ChipTrust) -> TerminalAccess {
    let rights = credential.terminal.content.authorization.rights.intersection([.readAll, .canAllowed])
    return TerminalAccess(
      credential: credential, request: RequestedAuthorization(HolderAuthorization(.terminal, rights)), chipTrust: trust)
  }

  /// From its parts.
  public init(credential: TerminalCredential, request: RequestedAuthorization, chipTrust: ChipTrust?) {
    self.credential = credential
    self.request = request
    self.chipTrust = chipTrust
  }

  /// Whether a tap may start at `time` by this terminal's clock: its and its verifier's certificates have begun, and
  /// neither ends within ten minutes.
  public func mayStart(at time: Int64) -> Bool {
    [credential.verifier, credential.terminal].allSatisfy { certificate in
      CardDate(unixTime: time).yyyymmdd >= certificate.content.effective.yyyymmdd
        && CardDate(unixTime: time + Self.margin).yyyymmdd <= certificate.content.expiration.yyyymmdd
    }
  }
}
