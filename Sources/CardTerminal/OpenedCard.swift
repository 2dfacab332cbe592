public import CardApplication
public import CardCrypto
public import ISO7816
public import SecureChannel

/// A card in a session that a password has opened and in which, when it was asked for, the terminal and the chip have
/// proven themselves (`card-application` §5).
///
/// EF.CardAccess 1 APDU, PACE 5, Terminal Authentication 7, Chip Authentication 3 with EF.CardSecurity.
public struct OpenedCard: Sendable {
  /// The protected channel; the reader's own when the reader protects what goes through it.
  public let channel: any CardChannel
  /// The card's and the terminal's ephemeral PACE keys of step 3, uncompressed: they tie a certificate to this session.
  /// None in a session that the reader has opened, which keeps them to itself.
  public let ephemeralPoints: [UInt8]

  /// Reads EF.CardAccess, runs PACE with one password, and Terminal and Chip Authentication when they are asked for.
  ///
  /// - Parameters:
  ///   - channel: the way to the card, freshly connected.
  ///   - parameters: the PACE parameters that the profile pins; `nil` tries those of this scheme in turn.
  ///   - terminal: what the terminal proves itself for; `nil` is a reader that proves nothing.
  ///   - can: when given, a session with the CAN is opened first, which lets a suspended PIN be tried once more.
  public static func open(
    _ channel: any CardChannel, _ reference: PACEPasswordReference, password: borrowing SecretBytes,
    parameters: PACEParameters? = nil, terminal: TerminalAccess? = nil,
    resumingWithCAN can: consuming SecretBytes? = nil,
    random: any RandomSource = SystemRandom()
  ) async throws(CardSessionError) -> OpenedCard {
    let (infos, pinned) = try await securityInfos(channel, parameters)
    let session: PACESession
    if let can {
      let opened = try await pace(channel, .can, can, pinned, nil, over: nil, random).channel
      session = try await pace(opened, reference, password, pinned, terminal?.request, over: channel, random)
    } else {
      session = try await pace(channel, reference, password, pinned, terminal?.request, over: nil, random)
    }
    let points = session.cardEphemeral + session.terminalEphemeral
    guard let terminal else { return OpenedCard(channel: session.channel, ephemeralPoints: points) }
    let proven = try await prove(terminal, session, infos, over: channel, random)
    return OpenedCard(channel: proven, ephemeralPoints: points)
  }

  /// Terminal Authentication, and Chip Authentication when its trust is given.
  private static func prove(
    _ terminal: TerminalAccess, _ session: PACESession, _ infos: SecurityInfos, over base: any CardChannel,
    _ random: any RandomSource
  ) async throws(CardSessionError) -> SecureMessagingChannel {
    guard infos.hasTerminalAuthentication,
      let variant = infos.chipAuthentication.first(where: { Curve.scheme.contains($0.curve) })
    else { throw .eac(.cardSecurity) }
    let proof: TerminalProof
    do throws(EACError) {
      proof = try await TerminalAuthenticator(session.channel, random: random)
        .run(terminal.credential, in: session, curve: variant.curve)
    } catch {
      throw .eac(error)
    }
    guard let trust = terminal.chipTrust else { return session.channel }
    let file = try await exchange(
      session.channel, "READ BINARY", CommandAPDU(ins: 0xB0, p1: 0x80 | 0x1D, expectedLength: 65_536))
    let key = try chipKey(file, variant, infos, trust)
    do throws(EACError) {
      return try await ChipAuthenticator(session.channel, over: base).run(variant, key: key, proof: proof)
    } catch {
      throw .eac(error)
    }
  }

  /// The card's static key from EF.CardSecurity, once its signer is trusted and it repeats what EF.CardAccess offered:
  /// that file is unsigned, and a change of it would else go unseen (TR-03110-3 A.1.2).
  private static func chipKey(
    _ file: [UInt8], _ variant: ChipAuthenticationParameters, _ infos: SecurityInfos, _ trust: TerminalAccess.ChipTrust
  ) throws(CardSessionError) -> ChipAuthenticationPublicKey {
    guard
      let content = try? SignedData.verify(
        file, contentType: SignedData.securityObject, trusted: trust.issuers, at: trust.time),
      let signed = try? SecurityInfos(parsing: content), signed.pace == infos.pace,
      signed.chipAuthentication.contains(variant),
      let key = signed.chipPublicKeys.first(where: { $0.keyID == variant.keyID && $0.curve == variant.curve })
    else { throw .eac(.cardSecurity) }
    return key
  }

  static func securityInfos(
    _ channel: any CardChannel, _ wanted: PACEParameters?
  ) async throws(CardSessionError) -> (SecurityInfos, PACEParameters) {
    let file: [UInt8]
    do throws(CardSessionError) {
      file = try await exchange(
        channel, "READ BINARY", CommandAPDU(ins: 0xB0, p1: 0x80 | CardAccess.shortIdentifier, expectedLength: 256))
    } catch .refused {
      throw .notThisScheme
    }
    // The longest keys first.
    let all = AESKeyLength.allCases.reversed().flatMap { length in
      Curve.scheme.map { PACEParameters.ecdhGM($0, length) }
    }
    guard let infos = try? SecurityInfos(parsing: file),
      let offered = (wanted.map { [$0] } ?? all).first(where: { infos.pace.contains($0) })
    else { throw .pace(.parametersNotOffered) }
    return (infos, offered)
  }

  private static func pace(
    _ channel: any CardChannel, _ reference: PACEPasswordReference, _ password: borrowing SecretBytes,
    _ parameters: PACEParameters, _ request: RequestedAuthorization?, over base: (any CardChannel)?,
    _ random: any RandomSource
  ) async throws(CardSessionError) -> PACESession {
    do {
      return try await PACETerminal(channel, parameters: parameters, random: random)
        .run(reference, password: password, request: request, over: base)
    } catch {
      throw .pace(error)
    }
  }

  private static func answer(
    _ channel: any CardChannel, _ command: CommandAPDU
  ) async throws(CardSessionError) -> ResponseAPDU {
    do {
      return try await channel.transmit(command)
    } catch {
      throw .channel(error)
    }
  }

  static func exchange(
    _ channel: any CardChannel, _ name: String, _ command: CommandAPDU
  ) async throws(CardSessionError) -> [UInt8] {
    let response = try await answer(channel, command)
    guard response.status.isSuccess else { throw .refused(command: name, status: response.status) }
    return response.data
  }
}

/// The holder's PIN (TR-03110-3 B.11.9, `card-application` §2).
extension OpenedCard {
  private static let command = "RESET RETRY COUNTER"

  /// Sets the PIN to `digits`, ASCII: in a session opened with the old or the transport PIN, or by a terminal with PIN
  /// management. The first PIN activates the card.
  public func setPIN(_ digits: borrowing SecretBytes) async throws(CardSessionError) {
    var command = CommandAPDU(
      ins: 0x2C, p1: 0x02, p2: PACEPasswordReference.pin.rawValue, data: digits.withOctets { $0 })
    defer { SecretBytes.clear(&command.data) }
    _ = try await Self.exchange(channel, Self.command, command)
  }

  /// Gives the PIN its tries back: in a session opened with the PUK, or by a terminal with PIN management.
  public func unblockPIN() async throws(CardSessionError) {
    _ = try await Self.exchange(
      channel, Self.command, CommandAPDU(ins: 0x2C, p1: 0x03, p2: PACEPasswordReference.pin.rawValue))
  }
}

/// The card's applications.
extension OpenedCard {
  /// Selects the payout application: 1 APDU.
  ///
  /// - Parameter evenLocked: takes a locked card's answer too. Such a card obeys ``CardSession/relay(_:)`` and refuses
  ///   everything else with 6985.
  /// - Throws: ``CardSessionError/refused(command:status:)`` with 6283 for a card that the office has locked.
  public func payout(evenLocked: Bool = false) async throws(CardSessionError) -> CardSession {
    let command = CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256)
    let response = try await Self.answer(channel, command)
    guard response.status.isSuccess || (evenLocked && response.status == .deactivated) else {
      throw .refused(command: "SELECT", status: response.status)
    }
    let answer = response.data
    do throws(LayoutError) {
      return CardSession(
        channel: channel, ephemeralPoints: ephemeralPoints, selection: try PayoutSelection(parsing: answer))
    } catch {
      throw .malformedAnswer(command: "SELECT", error)
    }
  }

  /// Selects the eID application and reads `groups`: 1 APDU, and one a group; a group that the card does not have is
  /// left out.
  public func identity(_ groups: [EIDDataGroup]) async throws(CardSessionError) -> EIDRecord {
    _ = try await Self.exchange(
      channel, "SELECT", CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.eID, expectedLength: 256))
    var values: [EIDValue] = []
    for group in groups {
      guard let content = try await read(group) else { continue }
      do throws(LayoutError) {
        values.append(try group.decode(content))
      } catch {
        throw .malformedAnswer(command: "READ BINARY", error)
      }
    }
    return EIDRecord(values)
  }

  private func read(_ group: EIDDataGroup) async throws(CardSessionError) -> [UInt8]? {
    do throws(CardSessionError) {
      return try await Self.exchange(
        channel, "READ BINARY", CommandAPDU(ins: 0xB0, p1: 0x80 | group.shortIdentifier, expectedLength: 65_536))
    } catch .refused(_, .fileNotFound) {
      return nil
    }
  }
}
