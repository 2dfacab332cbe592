import ISO7816

// MARK: PACE (TR-03110-3 B.1)

extension OpenPACECard {
  func startPACE(_ data: [UInt8]) throws -> ResponseAPDU {
    run = nil
    let objects = try BERTLV.sequence(data)
    let context = try EACContext(cardAccess: content.cardAccess)
    guard objects.first == BERTLV(0x80, try context.paceProtocol) else { throw Refusal(status: .incorrectData) }
    let others = objects.dropFirst()
    guard let reference = others.first(where: { $0.tag == 0x83 })?.value.first,
      let password = content.passwords[reference]
    else { throw Refusal(status: .referencedDataNotFound) }
    if let parameters = others.first(where: { $0.tag == 0x84 }), parameters.value != [context.paceParameterID] {
      throw Refusal(status: .incorrectData)
    }
    guard others.allSatisfy({ [0x83, 0x84, 0x7F4C, 0x65].contains($0.tag) }) else {
      throw Refusal(status: .incorrectData)
    }
    let chat = others.first { $0.tag == 0x7F4C }?.bytes
    run = Run(context: context, password: password, chat: chat)
    return ResponseAPDU(status: .success)
  }

  func paceStep(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard var step = run else { throw Refusal(status: .conditionsNotSatisfied) }
    run = nil
    let template = try BERTLV(parsing: command.data)
    guard template.tag == 0x7C, (command.cla & 0x10 == 0) == (step.step == .authentication) else {
      throw Refusal(status: .incorrectData)
    }
    let objects = try template.children()
    guard step.step != .authentication else { return try finishPACE(step, objects) }
    let answer = try paceAnswer(&step, objects)
    run = step
    return ResponseAPDU(data: BERTLV(0x7C, [answer]).bytes, status: .success)
  }

  private func paceAnswer(_ run: inout Run, _ objects: [BERTLV]) throws -> BERTLV {
    let context = run.context
    switch (run.step, objects.first?.tag, objects.count) {
    case (.nonce, nil, 0):
      run.step = .mapping
      return BERTLV(0x80, try context.encryptedNonce(password: run.password))
    case (.mapping, 0x81, 1):
      run.step = .agreement
      let own = try context.mappingData()
      try context.mapGenerator(peer: objects[0].value)
      return BERTLV(0x82, own)
    case (.agreement, 0x83, 1):
      run.step = .authentication
      run.terminalEphemeral = objects[0].value
      run.cardEphemeral = try context.paceEphemeral()
      try context.derivePACEKeys(peer: run.terminalEphemeral)
      return BERTLV(0x84, run.cardEphemeral)
    default: throw Refusal(status: .incorrectData)
    }
  }

  private func finishPACE(_ run: Run, _ objects: [BERTLV]) throws -> ResponseAPDU {
    guard objects.count == 1, objects[0].tag == 0x85 else { throw Refusal(status: .incorrectData) }
    guard try run.context.verify(token: objects[0].value) else { throw Refusal(status: .authenticationFailed) }
    var answer = [BERTLV(0x86, try run.context.token(peer: run.terminalEphemeral))]
    if run.chat != nil, let anchor = content.trustAnchor.flatMap({ certificateReference(0x5F20, $0) }) {
      answer.append(BERTLV(0x87, anchor))
    }
    try run.context.startMessaging(.pace)
    if let anchor = content.trustAnchor {
      try run.context.prepareTerminalAuthentication(certificate: anchor)
    }
    nextSession = run.context
    cardEphemeral = run.cardEphemeral
    terminalEphemeral = run.terminalEphemeral
    chat = run.chat
    return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
  }
}

// MARK: Terminal Authentication (TR-03110-3 B.3)

extension OpenPACECard {
  /// MSE:Set DST: the authority whose signature the next certificate has.
  func setVerification(_ data: [UInt8]) throws -> ResponseAPDU {
    guard let session, let anchor = content.trustAnchor, chat != nil else {
      throw Refusal(status: .conditionsNotSatisfied)
    }
    let object = try BERTLV(parsing: data)
    guard object.tag == 0x83 else { throw Refusal(status: .incorrectData) }
    rights.canVerify = false
    if object.value == certificateReference(0x5F20, anchor) {
      // A chain begins at the anchor, whatever was verified before.
      try session.prepareTerminalAuthentication(certificate: anchor)
    } else {
      guard object.value == rights.verified else { throw Refusal(status: .referencedDataNotFound) }
    }
    rights.canVerify = true
    return ResponseAPDU(status: .success)
  }

  /// PSO: VERIFY CERTIFICATE: body and signature without the template around them.
  func verifyCertificate(_ data: [UInt8]) throws -> ResponseAPDU {
    guard let session, rights.canVerify else { throw Refusal(status: .conditionsNotSatisfied) }
    rights.canVerify = false
    rights.verified = nil
    let certificate = BERTLV(0x7F21, data).bytes
    guard let holder = certificateReference(0x5F20, certificate) else { throw Refusal(status: .incorrectData) }
    guard try session.imports(certificate: certificate) else { throw Refusal(status: .authenticationFailed) }
    rights.verified = holder
    return ResponseAPDU(status: .success)
  }

  /// MSE:Set AT for Terminal Authentication.
  func claim(_ data: [UInt8]) throws -> ResponseAPDU {
    guard let session, rights.verified != nil else { throw Refusal(status: .conditionsNotSatisfied) }
    let objects = try BERTLV.sequence(data)
    let value: (BERTag) -> BERTLV? = { tag in objects.first { $0.tag == tag } }
    guard value(0x80)?.value == (try session.terminalAuthenticationProtocol), let ephemeral = value(0x91)?.value else {
      throw Refusal(status: .incorrectData)
    }
    guard let holder = value(0x83)?.value, holder == rights.verified else {
      throw Refusal(status: .referencedDataNotFound)
    }
    rights.claim = (holder, ephemeral, value(0x67)?.bytes ?? [])
    rights.hasChallenge = false
    return ResponseAPDU(status: .success)
  }

  func giveChallenge(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard let session, rights.claim != nil else { throw Refusal(status: .conditionsNotSatisfied) }
    guard command.expectedLength == 8 else { throw Refusal(status: .wrongLength) }
    rights.hasChallenge = true
    return ResponseAPDU(data: try session.challenge(), status: .success)
  }

  func authenticateTerminal(_ signature: [UInt8]) throws -> ResponseAPDU {
    guard let session, rights.hasChallenge, let claim = rights.claim else {
      throw Refusal(status: .conditionsNotSatisfied)
    }
    rights.hasChallenge = false
    let isRight = try session.verify(
      signature: signature, ephemeral: claim.ephemeral, cardIdentifier: session.cardIdentifier(cardEphemeral),
      auxiliaryData: claim.auxiliaryData)
    guard isRight else { throw Refusal(status: .authenticationFailed) }
    rights.authenticated = (claim.holder, claim.ephemeral)
    return ResponseAPDU(status: .success)
  }
}

// MARK: Chip Authentication (TR-03110-3 B.2)

extension OpenPACECard {
  /// MSE:Set AT for Chip Authentication.
  func chooseChipAuthentication(_ data: [UInt8]) throws -> ResponseAPDU {
    guard let session, rights.authenticated != nil, let key = content.chipKeyPKCS8 else {
      throw Refusal(status: .conditionsNotSatisfied)
    }
    let objects = try BERTLV.sequence(data)
    guard let variant = try session.chipAuthenticationProtocol, objects.first == BERTLV(0x80, variant) else {
      throw Refusal(status: .incorrectData)
    }
    try session.setChipKey(key)
    rights.hasChosenChipAuthentication = true
    return ResponseAPDU(status: .success)
  }

  func chipAuthenticate(_ command: CommandAPDU) throws -> ResponseAPDU {
    rights.hasChosenChipAuthentication = false
    guard let session, let authenticated = rights.authenticated else {
      throw Refusal(status: .conditionsNotSatisfied)
    }
    let template = try BERTLV(parsing: command.data)
    guard template.tag == 0x7C, command.cla & 0x10 == 0, let object = try template.first(0x80) else {
      throw Refusal(status: .incorrectData)
    }
    guard try session.isKey(object.value, compressedTo: authenticated.ephemeral) else {
      throw Refusal(status: .authenticationFailed)
    }
    try session.agree(peer: object.value)
    let proof = try session.deriveChipKeys(peer: object.value)
    changesKeys = true
    let answer = [BERTLV(0x81, proof.nonce), BERTLV(0x82, proof.token)]
    return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
  }
}
