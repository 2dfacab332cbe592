internal import CPCSC
internal import Foundation
public import ISO7816

/// A card in a reader (`SCARDHANDLE`), as a ``ISO7816/CardChannel``.
///
/// Whatever says that the card was reset, lost power, or was taken away ends the connection for good, and so does an
/// exchange that failed on its way: every later call answers ``ISO7816/CardChannelError/cardLost(_:)`` with the same
/// cause. `SCardReconnect` is not offered, because it also succeeds on another card: connect anew, and start from
/// selecting the card's application.
///
/// All calls are made on the context's thread. The card is reset when the connection is dropped without
/// ``disconnect(_:)``, so that nothing verified is left behind.
public actor CardConnection: CardChannel {
  /// `MAX_BUFFER_SIZE_EXTENDED`: header, length fields, 65,536 octets and the status word.
  private static let bufferSize = 4 + 3 + 65_536 + 3 + 2

  /// How long the service may take to notice that a reader was pulled out with its card.
  private static let removalSeconds: TimeInterval = 0.7

  /// The name of the reader.
  public nonisolated let reader: String
  /// The protocol in use.
  public nonisolated let activeProtocol: CardProtocol

  private let context: Context
  private let card: SCARDHANDLE
  private var isOpen = true
  private var loss: CardLoss?
  var openTransaction: TransactionID?
  var waiting: [CheckedContinuation<Void, Never>] = []
  var transactionCount = 0

  /// The context's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { context.thread.asUnownedSerialExecutor() }

  init(context: Context, card: SCARDHANDLE, reader: String, activeProtocol: CardProtocol) {
    self.context = context
    self.card = card
    self.reader = reader
    self.activeProtocol = activeProtocol
  }

  deinit {
    guard isOpen else { return }
    let card = card
    context.thread.post { Self.end(card, .reset) }
  }

  /// Sends one command: `SCardTransmit`. Waits while another task's transaction on this connection is open.
  ///
  /// Over T=0 the command goes out as ISO/IEC 7816-3:2006 §12.2 maps it: without Le when it has data, so that a
  /// ``ISO7816/GetResponseChannel`` above is needed; extended length is refused as
  /// ``ISO7816/CardChannelError/tooLong(_:)``, and so it is when the reader does not carry it.
  ///
  /// A command that is with the card is waited for; a cancelled task gets ``PCSCError/Code/cancelled`` before the next.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    await waitForTransaction()
    return try exchange(command)
  }

  /// The card's state: `SCardStatus`.
  public func status() throws(CardChannelError) -> CardStatus {
    try perform { () throws(PCSCError) in try rawStatus() }
  }

  /// The card's answer to reset: `SCardStatus`.
  public func atr() throws(CardChannelError) -> ATR { try status().atr }

  /// `SCardControl`: a command to the reader's driver, and its answer of at most `capacity` octets. Blocks the thread
  /// for as long as the driver takes. `octets` are nowhere logged.
  ///
  /// - Throws: ``PCSCError/Code/unsupportedFeature`` or another code as ``ISO7816/CardChannelError/transport(_:)`` when
  ///   the driver does not know `code`.
  func control(_ code: UInt32, _ octets: [UInt8], capacity: Int) throws(CardChannelError) -> [UInt8] {
    try perform { () throws(PCSCError) in
      var buffer = [UInt8](repeating: 0, count: capacity)
      var length: DWORD = 0
      try check(
        SCardControl(card, DWORD(code), octets, DWORD(octets.count), &buffer, DWORD(capacity), &length), "SCardControl")
      return Array(buffer.prefix(Int(length)))
    }
  }

  /// An attribute of the reader or card: `SCardGetAttrib`.
  ///
  /// - Throws: ``PCSCError/Code/unsupportedFeature`` or another code as ``ISO7816/CardChannelError/transport(_:)`` when
  ///   the reader's driver does not have it.
  public func attribute(_ attribute: ReaderAttribute) throws(CardChannelError) -> [UInt8] {
    try perform { () throws(PCSCError) in
      var buffer = [UInt8](repeating: 0, count: 264)
      var length = DWORD(buffer.count)
      try check(SCardGetAttrib(card, DWORD(attribute.rawValue), &buffer, &length), "SCardGetAttrib")
      return Array(buffer.prefix(Int(length)))
    }
  }

  /// The reader vendor's name; `nil` when the driver does not tell.
  public func vendorName() -> String? {
    guard let octets = try? attribute(.vendorName) else { return nil }
    return String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Ends the connection: `SCardDisconnect`. Later calls fail with ``PCSCError/Code/invalidHandle``; a second
  /// disconnection does nothing.
  public func disconnect(_ disposition: Disposition = .reset) {
    guard isOpen else { return }
    isOpen = false
    Self.end(card, disposition)
  }

  /// `SCardDisconnect`. Its answer is not used: the handle is given up whatever it says.
  private static func end(_ card: SCARDHANDLE, _ disposition: Disposition) {
    _ = SCardDisconnect(card, disposition.raw)
  }
}

extension CardConnection {
  /// `SCardBeginTransaction`; blocks the thread while another program's transaction is open, at most for `patience`.
  ///
  /// The call itself knows no end. It is woken by releasing the context it is made on, which ends this connection.
  ///
  /// - Throws: ``PCSCError/Code/sharingViolation`` when the time is up, ``PCSCError/Code/cancelled`` when the task is
  ///   cancelled, both as ``ISO7816/CardChannelError/transport(_:)``.
  func beginTransaction(patience: Duration?) async throws(CardChannelError) {
    let wait = AbandonableWait(context.handle)
    let timer = patience.map { patience in
      Task.detached {
        try await Task.sleep(for: patience)
        wait.abandon(.sharingViolation)
      }
    }
    let result = await withTaskCancellationHandler {
      Result { () throws(CardChannelError) in
        try perform { () throws(PCSCError) in try check(SCardBeginTransaction(card), "SCardBeginTransaction") }
      }
    } onCancel: {
      wait.abandon(.cancelled)
    }
    timer?.cancel()
    guard let reason = wait.end() else { return try result.get() }
    isOpen = false
    loss = nil
    throw .transport(PCSCError(reason, in: "SCardBeginTransaction"))
  }

  /// `SCardEndTransaction`; anything but leaving the card as it is ends the connection, too.
  func endTransaction(_ disposition: Disposition) throws(CardChannelError) {
    try perform { () throws(PCSCError) in
      try check(SCardEndTransaction(card, disposition.raw), "SCardEndTransaction")
    }
    switch disposition {
    case .leave: break
    case .reset: lose(.reset)
    case .unpower: lose(.unpowered)
    }
  }

  /// One exchange; the thread is blocked until the card has answered.
  func exchange(_ command: CommandAPDU) throws(CardChannelError) -> ResponseAPDU {
    guard !Task.isCancelled else { throw .transport(PCSCError(.cancelled, in: "SCardTransmit")) }
    let octets = try encode(command)
    let answer: [UInt8]
    do throws(CardChannelError) {
      answer = try perform { () throws(PCSCError) in try rawTransmit(octets) }
    } catch {
      guard case .transport(let fault as PCSCError) = error else { throw error }
      if command.isExtended, fault.code.refusesLength { throw .tooLong(octets.count) }
      // What the card has made of it is not known, nor whether it is still the same card: a hand that is quicker than
      // the service's next look is seen by this alone.
      if fault.code == .notTransacted { lose(.removed) }
      throw error
    }
    guard answer.count >= 2 else {
      // A card that vanishes in the middle is reported as success without an answer, and so is its reader.
      let loss = lossOfReader(patience: Self.removalSeconds) ?? .removed
      lose(loss)
      throw .cardLost(loss)
    }
    do {
      return try ResponseAPDU(parsing: answer)
    } catch {
      throw .malformedResponse(error)
    }
  }

  private func encode(_ command: CommandAPDU) throws(CardChannelError) -> [UInt8] {
    guard activeProtocol == .t0 else { return command.bytes }
    guard !command.isExtended else { throw .tooLong(command.bytes.count) }
    var command = command
    if !command.data.isEmpty { command.expectedLength = nil }
    // A command with neither data nor Le has P3 = 00.
    return command.bytes.count == 4 ? command.bytes + [0] : command.bytes
  }

  private func rawTransmit(_ octets: [UInt8]) throws(PCSCError) -> [UInt8] {
    var control = SCARD_IO_REQUEST(
      dwProtocol: activeProtocol.bit, cbPciLength: DWORD(MemoryLayout<SCARD_IO_REQUEST>.size))
    var length = DWORD(Self.bufferSize)
    var result = 0
    let answer = [UInt8](unsafeUninitializedCapacity: Self.bufferSize) { buffer, count in
      result = SCardTransmit(card, &control, octets, DWORD(octets.count), nil, buffer.baseAddress, &length)
      count = result == 0 ? min(Int(length), Self.bufferSize) : 0
    }
    try check(result, "SCardTransmit")
    return answer
  }

  private func rawStatus() throws(PCSCError) -> CardStatus {
    var names = [CChar](repeating: 0, count: 1_024)
    var nameLength = DWORD(names.count)
    var state: DWORD = 0
    var active: DWORD = 0
    var atr = [UInt8](repeating: 0, count: Int(MAX_ATR_SIZE))
    var atrLength = DWORD(atr.count)
    try check(
      SCardStatus(card, &names, &nameLength, &state, &active, &atr, &atrLength), "SCardStatus")
    return CardStatus(
      readers: Context.strings(names.prefix(Int(nameLength))),
      flags: CardStatus.Flags(rawValue: UInt16(truncatingIfNeeded: state)),
      activeProtocol: CardProtocol.allCases.first { $0.bit == active }, atr: ATR(Array(atr.prefix(Int(atrLength)))))
  }

  /// Makes a call on the card unless it is lost, and draws the conclusions from its failure.
  private func perform<Value>(_ call: () throws(PCSCError) -> Value) throws(CardChannelError) -> Value {
    if let loss { throw .cardLost(loss) }
    guard isOpen else { throw .transport(PCSCError(.invalidHandle, in: "SCardDisconnect")) }
    do {
      return try call()
    } catch {
      guard let loss = error.cardLoss ?? hiddenLoss(behind: error) else { throw .transport(error) }
      lose(loss)
      throw .cardLost(loss)
    }
  }

  /// Drivers report a card pulled in the middle of an exchange as a failed exchange, and the library a reader that is
  /// gone as a handle that it does not know: ask for the reader, then for the card's state.
  private func hiddenLoss(behind error: PCSCError) -> CardLoss? {
    guard [.notTransacted, .unresponsiveCard, .invalidHandle, .invalidValue].contains(error.code) else { return nil }
    if let loss = lossOfReader() { return loss }
    do {
      return try rawStatus().flags.contains(.absent) ? .removed : nil
    } catch {
      return error.cardLoss ?? (error.code == .invalidHandle ? .removed : nil)
    }
  }

  /// Whether the reader itself, or the service, is gone, or goes within `patience` seconds.
  private func lossOfReader(patience: TimeInterval = 0) -> CardLoss? {
    let deadline = Date(timeIntervalSinceNow: patience)
    while true {
      do {
        guard try Context.readers(context.handle).contains(reader) else { return .readerGone }
      } catch {
        return error.cardLoss ?? .serviceGone
      }
      guard Date() < deadline else { return nil }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  private func lose(_ loss: CardLoss) {
    self.loss = loss
    disconnect(.leave)
  }
}
