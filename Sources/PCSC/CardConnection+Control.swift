public import ISO7816

extension CardConnection {
  /// Most octets in or out of one call to the reader: a certificate description goes in, EF.CardAccess comes back.
  private static let controlCapacity = 65_536

  /// What the reader can do besides carrying commands: `SCardControl` with `CM_IOCTL_GET_FEATURE_REQUEST` (PC/SC part
  /// 10 §2.2). Nothing when the driver does not tell.
  public func features() -> ReaderFeatures {
    ReaderFeatures((try? control(ReaderFeatures.request, [], capacity: 264)) ?? [])
  }

  /// What the reader says of itself (PC/SC part 10 §2.2): `SCardControl` with `CM_IOCTL_GET_FEATURE_REQUEST`, then with
  /// the code it gives for `FEATURE_GET_TLV_PROPERTIES`. Nothing when the driver does not tell.
  public func readerProperties() -> ReaderProperties {
    guard let code = features()[.properties], let octets = try? control(code, [], capacity: 264) else {
      return ReaderProperties([])
    }
    return ReaderProperties(octets)
  }

  /// The reader's pad; `nil` for a reader without one.
  public func pinPad() -> PINPad? { PINPad(features()) }

  /// What the reader's pad can do of PACE (part 10 amendment 1, `GetReadersPACECapabilities`).
  ///
  /// - Throws: ``PCSCError/Code/unsupportedFeature`` for a reader without `FEATURE_EXECUTE_PACE`, ``ReaderPACEError``,
  ///   both as ``ISO7816/CardChannelError/transport(_:)``, or the loss of the card.
  public func paceCapabilities() throws(CardChannelError) -> ReaderPACECapabilities {
    let answer = try executePACE(.capabilities)
    return try Self.read { () throws(ReaderPACEError) in try ReaderPACECapabilities(parsing: answer.get()) }
  }

  /// Lets the reader ask for a password and open a PACE channel to the card; blocks the context's thread until the
  /// person has typed. Afterwards the reader wraps what is sent through this connection.
  ///
  /// - Throws: As ``paceCapabilities()``; ``ReaderPACEError/refused(_:)`` when the password is wrong, the person
  ///   cancels or does not type in time.
  public func establishPACEChannel(_ request: ReaderPACEChannelRequest) throws(CardChannelError) -> ReaderPACEChannel {
    let answer = try executePACE(.establish(request))
    return try Self.read { () throws(ReaderPACEError) in try ReaderPACEChannel(parsing: answer.get()) }
  }

  /// Ends the PACE channel that the reader has opened.
  ///
  /// - Throws: As ``paceCapabilities()``.
  public func destroyPACEChannel() throws(CardChannelError) {
    let answer = try executePACE(.destroy)
    _ = try Self.read { () throws(ReaderPACEError) in try answer.get() }
  }

  private func executePACE(_ request: ReaderPACERequest) throws(CardChannelError) -> ReaderPACEAnswer {
    guard let code = features()[.executePACE] else {
      throw .transport(PCSCError(.unsupportedFeature, in: "SCardControl"))
    }
    let octets = try control(code, request.bytes, capacity: Self.controlCapacity)
    return try Self.read { () throws(ReaderPACEError) in try ReaderPACEAnswer(parsing: octets) }
  }

  private static func read<Value>(
    _ read: () throws(ReaderPACEError) -> Value
  ) throws(CardChannelError) -> Value {
    do {
      return try read()
    } catch {
      throw .transport(error)
    }
  }
}
