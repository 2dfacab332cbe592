import CardApplication
import CardCrypto
import ISO7816
public import SecureChannel

@testable import SoftCard

/// Personalises the card under test, and keeps the plain commands that did it.
actor CardMaker {
  private let session: SCP03Host
  private(set) var commands: [CommandAPDU] = []

  init(session: SCP03Host) { self.session = session }

  /// Everything from INSTALL to SECURED.
  ///
  /// - Returns: the card's key for Chip Authentication.
  func make(_ number: CardNumber) async throws -> ChipAuthenticationPublicKey {
    let name = ApplicationName.payout
    _ = try await send(
      CommandAPDU(cla: 0x80, ins: 0xE6, p1: 0x20, data: [0, 0, UInt8(name.count)] + name + [0, 0, 0]))
    try await storeSecrets()
    try await storePayout(number)
    let chipKey = try await storeChipKey()
    try await storeIdentity()
    _ = try await store(.photo, [0xFF, 0xD8, 0xFF, 0xD9])
    _ = try await store(.finish, [])
    for state: UInt8 in [0x07, 0x0F] {
      _ = try await send(CommandAPDU(cla: 0x80, ins: 0xF0, p1: 0x80, p2: state))
    }
    return chipKey
  }

  private func storeSecrets() async throws {
    _ = try await store(.policy, FuzzCard.policy.bytes)
    let from = CardDate(unixTime: FuzzCard.time)
    for use in [IssuerKey.Use.completion, .certificate] {
      let key = IssuerKey(use: use, validFrom: from, point: FuzzCard.completionKey.publicKey.point)
      _ = try await store(.issuerKey, key.bytes)
    }
    _ = try await store(.trustAnchor, FuzzPKI.shared.anchor.bytes)
    let transport = SecretBytes(SoftCard.transportKey)
    for (grouping, digits) in [
      (DataGrouping.can, FuzzCard.can), (.pin, FuzzCard.transportPIN), (.puk, FuzzCard.puk),
    ] {
      _ = try await store(grouping, try AES.encryptCBC(Padding.add(digits), key: transport))
    }
  }

  private func storePayout(_ number: CardNumber) async throws {
    let time = FuzzCard.time
    let info = CardInfo(
      cardNumber: number, validFrom: CardDate(unixTime: time), validUntil: CardDate(unixTime: time + 3_650 * 86_400),
      province: 19, profileID: 1, profileVersion: 2, applicationVersion: 2)
    _ = try await store(.cardInfo, info.bytes)
    // Nothing to fuzz without it: see Fuzz.
    guard let birth = CardDate(yyyymmdd: 19_520_517) else { fatalError("date") }
    _ = try await store(
      .holder, Holder(name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: birth).bytes)
    let challenge = [UInt8](repeating: 7, count: PayoutKeyProof.challengeLength)
    let answer = try await store(.generatePayoutKey, [0x01] + challenge)
    let point = try BERTLV.sequence(answer, shortestLengths: true).first?.first(0x86)?.value ?? []
    let request = CertificateRequest(
      subject: number.digits, serial: [1] + number.bytes, publicKey: try ECPublicKey(.p256, point: point),
      notBefore: time - 300, notAfter: time + 3_650 * 86_400, isAuthority: false)
    let certificate = try Certificate.issue(request, issuer: "Test issuer", key: FuzzCard.completionKey)
    _ = try await store(.payoutKeyCertificate, certificate.der)
  }

  private func storeChipKey() async throws -> ChipAuthenticationPublicKey {
    let point = try BERTLV(parsing: try await store(.generateChipKey, [0x01])).first(0x86)?.value ?? []
    let key = ChipAuthenticationPublicKey(curve: .p256, point: point)
    _ = try await store(.cardSecurity, try FuzzCard.cardSecurity(key))
    return key
  }

  private func storeIdentity() async throws {
    let time = FuzzCard.time
    // Nothing to fuzz without it: see Fuzz.
    guard let birth = CardDate(yyyymmdd: 19_520_517) else { fatalError("date") }
    var content = EIDContent(
      familyNames: "Nguyễn", givenNames: "Thị Hòa", sex: .female, dateOfBirth: birth,
      dateOfIssuance: CardDate(unixTime: time), dateOfExpiry: CardDate(unixTime: time + 3_650 * 86_400))
    content.phoneNumber = EIDContent.telephoneURI(national: "0912345678")
    let groups = try content.dataGroups.sorted { $0.key.rawValue < $1.key.rawValue }
    _ = try await store(.identity, groups.flatMap(\.value))
  }

  private func store(_ grouping: DataGrouping, _ data: [UInt8]) async throws -> [UInt8] {
    try await send(CommandAPDU(cla: 0x80, ins: 0xE2, p1: 0x81, data: grouping.encode(data), expectedLength: 256))
  }

  private func send(_ command: CommandAPDU) async throws -> [UInt8] {
    commands.append(command)
    let response = try await session.transmit(command)
    require(response.status.isSuccess, "making the card: \(command.ins) is answered by \(response.status)")
    return response.data
  }
}

extension FuzzCard {
  /// What the card and its terminals agree on before anything is proven.
  public static var securityInfos: SecurityInfos {
    SecurityInfos(
      pace: [.ecdhGM(.p256, .aes128)], hasTerminalAuthentication: true,
      chipAuthentication: [ChipAuthenticationParameters(curve: .p256, cipher: .aes128)])
  }

  /// EF.CardSecurity over `key`, signed by the issuer.
  public static func cardSecurity(_ key: ChipAuthenticationPublicKey) throws -> [UInt8] {
    var infos = securityInfos
    infos.chipPublicKeys = [key]
    return try SignedData.sign(
      content: infos.bytes, contentType: SignedData.securityObject, certificate: issuer, key: completionKey)
  }
}
