import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// Updates by the issuing office after delivery: SCP03 inside a PACE session (`card-application` §1, §10).
///
/// Who may begin one: the holder's PIN, or a terminal with the payout right. This is no access rule of a profile: each
/// session moves the sequence counter and a wrong key costs one of ten tries, after which the office can never reach
/// the card again. The CAN is printed on the card; with it alone a stranger who sees the card must not come that far.
///
/// Classes: the commands are INITIALIZE UPDATE 80 50 and, of class 84, EXTERNAL AUTHENTICATE 82, STORE DATA E2 and SET
/// STATUS F0. Around them is the session's own secure messaging, so that on the wire all four have class 8C (9C for a
/// part). Taking that off leaves class 80; 84 is put back for the C-MAC, which covers the command as the office wrapped
/// it. In class 80 these instructions are SCP03's and nobody else's: none of them is taken without its C-MAC.
extension SoftCard {
  /// An SCP03 session inside a PACE session, and the blocks of STORE DATA that wait for their last one.
  struct UpdateRun: ~Copyable {
    var channel: SCP03Card
    var blocks: [(grouping: DataGrouping, data: [UInt8])] = []

    init(channel: consuming SCP03Card) { self.channel = channel }
  }

  /// Whether `command`, out of the session's secure messaging, is one of the update's.
  func isUpdate(_ command: CommandAPDU) -> Bool {
    session != nil && command.cla & 0x80 != 0 && [0x50, 0x82, 0xE2, 0xF0].contains(command.ins)
  }

  /// One command of an update.
  func update(_ command: CommandAPDU) -> ResponseAPDU {
    guard selection == .payout else { return endUpdate(.conditionsNotSatisfied) }
    guard AccessCondition.pinOrTerminal.allows(access) else { return endUpdate(.securityStatusNotSatisfied) }
    switch command.ins {
    case 0x50: return beginUpdate(command)
    case 0x82: return authenticateOffice(command)
    default: return inUpdate(command)
    }
  }

  private func endUpdate(_ status: StatusWord) -> ResponseAPDU {
    updateRun = nil
    return ResponseAPDU(status: status)
  }

  /// INITIALIZE UPDATE. It costs no try yet: a script for another session is told from this answer, and is no attack.
  private func beginUpdate(_ command: CommandAPDU) -> ResponseAPDU {
    updateRun = nil
    guard let mode = state.policy?.scp03Mode, command.data.count == mode.length else {
      return ResponseAPDU(status: .wrongLength)
    }
    guard command.p1 == 0 || command.p1 == state.keys.version, command.p2 == 0 else {
      return ResponseAPDU(status: .referencedDataNotFound)
    }
    guard state.authenticationsLeft > 0, state.sequenceCounter < 0xFF_FFFF else {
      return ResponseAPDU(status: .authenticationBlocked)
    }
    do {
      // On the disk before the answer: a challenge that was told is never used again.
      state.sequenceCounter += 1
      try save()
      let opened = try SCP03Card(
        keys: state.keys, mode: mode, hostChallenge: command.data, diversificationData: state.serial,
        sequenceCounter: state.sequenceCounter, aid: ApplicationName.payout)
      let answer = opened.initializeUpdateAnswer
      updateRun = .some(UpdateRun(channel: opened))
      return ResponseAPDU(data: answer, status: .success)
    } catch {
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  /// EXTERNAL AUTHENTICATE: the try is taken, on the disk, before the cryptogram is looked at, and given back with all
  /// others when it is right.
  private func authenticateOffice(_ command: CommandAPDU) -> ResponseAPDU {
    guard updateRun != nil else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    guard command.p1 == SCP03SecurityLevel.full.rawValue, command.p2 == 0 else { return endUpdate(.incorrectP1P2) }
    guard state.authenticationsLeft > 0 else { return endUpdate(.authenticationBlocked) }
    do {
      state.authenticationsLeft -= 1
      try save()
      guard try updateRun?.channel.authenticate(command.secured) == true else {
        return endUpdate(.authenticationFailed)
      }
      state.authenticationsLeft = 10
      try save()
      return ResponseAPDU(status: .success)
    } catch {
      return endUpdate(.memoryFailure)
    }
  }

  /// A command under a C-MAC. Any error of SCP03 ends it, and with it what waits.
  private func inUpdate(_ command: CommandAPDU) -> ResponseAPDU {
    guard updateRun != nil else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    let plain: CommandAPDU
    do throws(SecureMessagingRefusal) {
      guard let opened = try updateRun?.channel.unwrap(command.secured) else { return endUpdate(.unknownError) }
      plain = opened
    } catch {
      return endUpdate(error.status)
    }
    let status: StatusWord
    switch plain.ins {
    case 0xE2: status = storeBlock(plain)
    default: status = changeStatus(plain)
    }
    guard let wrapped = try? updateRun?.channel.wrap(ResponseAPDU(status: status)) else {
      return endUpdate(.unknownError)
    }
    if status.isError { updateRun = nil }
    return wrapped
  }

  /// STORE DATA, P1 01, or 81 for the last block, P2 the block's number. Nothing is kept before the last block, and
  /// then everything at once: cut off anywhere, the card has the holder's old data or the new.
  private func storeBlock(_ command: CommandAPDU) -> StatusWord {
    // A locked card takes no data (GlobalPlatform 2.3 §5.1.1.4), and on a terminated application none has a meaning.
    guard state.lifeCycle == .secured, state.application != .terminated else { return .conditionsNotSatisfied }
    let count = updateRun?.blocks.count ?? 0
    guard command.p1 & 0x7F == 0x01, Int(command.p2) == count else { return .incorrectP1P2 }
    let waits = updateRun?.blocks.map(\.grouping) ?? []
    guard let (grouping, data) = DataGrouping.decode(command.data), grouping.isUpdatable, !waits.contains(grouping),
      isValid(grouping, data)
    else { return .incorrectData }
    updateRun?.blocks.append((grouping, data))
    guard command.p1 & 0x80 != 0 else { return .success }
    for block in updateRun?.blocks ?? [] { take(block.grouping, block.data) }
    updateRun?.blocks = []
    return keepUpdate()
  }

  private func isValid(_ grouping: DataGrouping, _ data: [UInt8]) -> Bool {
    switch grouping {
    case .holder: (try? Holder(parsing: data)) != nil
    case .photo: data.count <= Self.maximumChain
    case .identity: identity(data)?.isEmpty == false
    default: false
    }
  }

  private func take(_ grouping: DataGrouping, _ data: [UInt8]) {
    switch grouping {
    case .holder: state.holder = data
    case .photo: state.photo = data
    default: state.identity.merge(identity(data) ?? [:]) { $1 }
    }
  }

  /// SET STATUS of the card, P1 80. The state it is in already is no error: a torn answer is asked for again.
  ///
  /// TERMINATED silences the whole card (GlobalPlatform 2.3 §5.1.1.5), its log with it: §10 keeps the log readable on a
  /// terminated *application*, of which a completion is the way there. The card itself ends on its return, and not
  /// before every certificate in its log is at the centre.
  private func changeStatus(_ command: CommandAPDU) -> StatusWord {
    guard updateRun?.blocks.isEmpty == true else { return .conditionsNotSatisfied }
    guard command.p1 == 0x80, command.data.isEmpty, let next = CardStatusChange(rawValue: command.p2) else {
      return .incorrectP1P2
    }
    switch next {
    case .lock: state.lifeCycle = .locked
    case .unlock: state.lifeCycle = .secured
    case .terminate:
      guard state.acknowledgedCounter == state.counter else { return .conditionsNotSatisfied }
      state.lifeCycle = .terminated
    }
    return keepUpdate()
  }

  private func keepUpdate() -> StatusWord { (try? save()) == nil ? .memoryFailure : .success }

  /// Whether a locked card refuses `command` (GlobalPlatform 2.3 §5.1.1.4): no application is used, nothing is paid,
  /// changed or told. What is left is what the office needs to end the lock: PACE, the terminal's proof, SELECT of the
  /// payout application, and the update. Before PACE it is like any other card, so that nobody tells it from afar.
  func isLockedAgainst(_ command: CommandAPDU) -> Bool {
    guard state.lifeCycle == .locked, session != nil else { return false }
    switch (command.cla & 0x80, command.ins) {
    case (0, 0xB0): return selection != .masterFile
    case (0, 0xB2), (0, 0x2C): return true
    case (0, 0xA4): return command.p1 == 0x04 && command.data == ApplicationName.eID
    case (0x80, let ins): return PayoutCommand(rawValue: ins) != nil
    default: return false
    }
  }
}

extension CommandAPDU {
  /// The command as SCP03 wrapped it, out of the secure messaging around it: class 84.
  fileprivate var secured: CommandAPDU {
    var command = self
    command.cla = 0x84
    return command
  }
}
