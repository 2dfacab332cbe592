public import CardCrypto
public import ISO7816
public import SecureChannel

/// What the program of a reader with a PIN pad does with the card: PACE, and from then on secure messaging around every
/// command that the computer sends in the clear.
public actor PadFirmware: CardChannel {
  private let card: any CardChannel
  private let parameters: PACEParameters
  private var session: SecureMessagingChannel?
  /// The commands that the computer has sent, in the clear as they came.
  public private(set) var commands: [CommandAPDU] = []

  /// Whether a session is open.
  public var isOpen: Bool { session != nil }

  /// A reader before `card`, which knows one kind of PACE.
  public init(_ card: any CardChannel, parameters: PACEParameters = .ecdhGM(.p256, .aes128)) {
    self.card = card
    self.parameters = parameters
  }

  /// PACE with a password typed on the pad; through the session that is open, if there is one.
  public func open(_ reference: PACEPasswordReference, typed: borrowing SecretBytes) async throws(PACEError) {
    let base: (any CardChannel)? = session == nil ? nil : card
    session = try await PACETerminal(session ?? card, parameters: parameters)
      .run(reference, password: typed, over: base).channel
  }

  /// Forgets the session.
  public func drop() { session = nil }

  /// Sends a command of the computer, protected when a session is open.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    commands.append(command)
    guard let session else { return try await card.transmit(command) }
    return try await session.transmit(command)
  }
}
