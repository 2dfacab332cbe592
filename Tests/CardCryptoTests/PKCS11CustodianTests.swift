import CPKCS11
import CardTestSupport
import Foundation
import Synchronization
import Testing

@testable import CardCrypto

private struct Nines: RandomSource {
  func bytes(_ count: Int) throws(CryptoError) -> [UInt8] { [UInt8](repeating: 9, count: count) }
}

/// An issuer's masters and certificate key in a real token.
extension PKCS11Tests {
  private static let names = IssuerKeyName.masters(1) + IssuerKeyName.masters(2) + [.certificate(generation: 1)]
  private static let issuer = "Cơ quan cấp thẻ"

  private func custodian(
    _ token: PKCS11Token, _ names: [IssuerKeyName] = Self.names, _ random: any RandomSource = SystemRandom()
  ) throws -> PKCS11KeyCustodian {
    try PKCS11KeyCustodian(
      token, names: names, issuerName: Self.issuer, budget: MemorySessionBudget(card: .max), random: random)
  }

  /// The same keys in a file.
  private func software(
    _ material: IssuerKeyMaterial, _ random: any RandomSource = SystemRandom()
  ) throws -> SoftwareKeyCustodian {
    try SoftwareKeyCustodian(
      KeyFile(creating: store.path("keys"), material.records), issuerName: Self.issuer,
      budget: MemorySessionBudget(card: .max), random: random)
  }

  /// Every card has the same keys from one master, in a file or in a token; those of 192 bits are filled up with the
  /// same octets here.
  @Test func tokenAndFileGiveTheSameKeys() throws {
    let material = try IssuerKeyMaterial(fresh: Self.names)
    let token = try store.open(Self.label)
    try PKCS11KeyCustodian.put(material, in: token)
    let (hard, soft) = (try custodian(token, Self.names, Nines()), try software(material, Nines()))
    #expect(try hard.checkValues() == soft.checkValues())
    #expect(hard.generations == [1, 2] && soft.generations == [1, 2])
    #expect(hard.certificateKey.point == soft.certificateKey.point)
    let transport = SecretBytes(Array(0x40...0x4F))
    for serial in 0..<5 {
      for (generation, length) in zip([UInt8(1), 2].cycled(6), AESKeyLength.allCases.cycled(6)) {
        let card = CardKeyReference(
          generation: generation, length: length, serial: [UInt8](repeating: UInt8(serial), count: 10))
        #expect(try hard.keyData(card, under: transport, job: "") == soft.keyData(card, under: transport, job: ""))
        let pin = SecretBytes(Array("12345".utf8))
        #expect(try hard.encrypt(pin, for: card) == soft.encrypt(pin, for: card))
        let prediction = SCP03Prediction(
          mode: .s16, hostChallenge: [UInt8](repeating: 7, count: 16), sequenceCounter: 5, aid: [1])
        let predicted = try hard.predictedSession(card, prediction, job: "")
        let same = try soft.predictedSession(card, prediction, job: "")
        #expect(predicted.cardChallenge == same.cardChallenge)
        #expect(predicted.keys.hostCryptogram == same.keys.hostCryptogram)
        // What the card answers is what the other one asks for.
        let challenge = SCP03Challenge(
          mode: .s16, host: prediction.hostChallenge, card: same.cardChallenge,
          cardCryptogram: same.keys.cardCryptogram)
        let session = try hard.sessionKeys(card, answering: challenge, job: "")
        let areSame =
          session.encryption.isEqual(to: same.keys.encryption) && session.responseMAC.isEqual(to: same.keys.responseMAC)
        #expect(areSame)
      }
    }
  }

  @Test func publishedCardKeysFromTheToken() throws {
    let vectors = try VectorFile.load("gp_key_diversification_gppro", as: CardKeyDiversificationTests.File.self)
      .vectors.filter { $0.kdf == "kdf3" && $0.keys.count == 3 }
    #expect(vectors.count >= 3)
    for (index, vector) in vectors.enumerated() {
      let generation = UInt8(index + 1)
      let length = try #require(AESKeyLength(rawValue: vector.masterKey.octets.count))
      let names: [IssuerKeyName] = [.master(length, generation: generation), .certificate(generation: generation)]
      let scalar = try ECPrivateKey(generate: .p256).exportScalar().withOctets { $0 }
      let records = try SecretRecords { content throws(CryptoError) in
        content.add(names[0].text, SecretBytes(vector.masterKey.octets))
        content.add(names[1].text, SecretBytes(scalar))
      }
      let token = try store.open(Self.label)
      try PKCS11KeyCustodian.put(IssuerKeyMaterial(records), in: token)
      let card = CardKeyReference(generation: generation, length: length, serial: vector.kdd.octets)
      let data = try custodian(token, names).keyData(card, under: SecretBytes(Array(0x40...0x4F)), job: "")
      var checks: [UInt8] = [generation]
      for purpose in ["ENC", "MAC", "DEK"] {
        let key = try #require(vector.keys[purpose])
        checks += try CardKeyDiversification.checkValue(SecretBytes(key.key.octets))
        if let kcv = key.kcv { #expect(Array(checks.suffix(3)) == kcv.octets) }
      }
      #expect(data.answer == checks, "\(vector.test)")
    }
  }

  @Test func mastersStayInTheToken() throws {
    let token = try store.open(Self.label)
    let imported = try token.importSecret(label: "b", SecretBytes([UInt8](repeating: 1, count: 32)))
    for secret in [try token.generateSecret(label: "a", length: .aes256), imported] {
      let told: [(UInt, UInt8)] = [
        (CKA_SENSITIVE, 1), (CKA_EXTRACTABLE, 0), (CKA_PRIVATE, 1), (CKA_TOKEN, 1), (CKA_SIGN, 1), (CKA_ENCRYPT, 0),
        (CKA_DECRYPT, 0), (CKA_WRAP, 0), (CKA_UNWRAP, 0), (CKA_DERIVE, 0),
      ]
      for (type, value) in told { #expect(try token.attribute(type, of: secret.handle) == [value], "\(type)") }
      #expect(throws: PKCS11Error.refused(function: "C_GetAttributeValue", code: .attributeSensitive)) {
        try token.attribute(CKA_VALUE, of: secret.handle)
      }
    }
    // SP 800-38B, as the token computes it, is what is computed here.
    let tag = try imported.cmac(Array(0..<40)).withOctets { $0 }
    #expect(try tag == CMAC.tag(Array(0..<40), key: SecretBytes([UInt8](repeating: 1, count: 32))))
    #expect(try token.secretLabels() == ["a", "b"])
    #expect(throws: PKCS11Error.keyExists(label: "a")) { try token.generateSecret(label: "a", length: .aes128) }
    #expect(throws: PKCS11Error.noSuchKey(label: "c", present: ["a", "b"])) { try token.secret(label: "c") }
  }

  @Test func masterThatCanBeReadOutIsRefused() throws {
    let token = try store.open(Self.label)
    try token.session.withLock { session in
      _ = try session.create(
        PKCS11Template().with(CKA_CLASS, number: CKO_SECRET_KEY).with(CKA_KEY_TYPE, number: CKK_AES)
          .with(CKA_TOKEN, true).with(CKA_LABEL, text: "a").with(CKA_SIGN, true).with(CKA_SENSITIVE, false)
          .with(CKA_EXTRACTABLE, true).with(CKA_VALUE, [UInt8](repeating: 1, count: 16)))
    }
    #expect(throws: PKCS11Error.unusableKey(label: "a")) { try token.secret(label: "a") }
  }

  @Test func keysMadeInTheToken() throws {
    let token = try store.open(Self.label)
    try PKCS11KeyCustodian.generate(Self.names, in: token)
    #expect(try Set(PKCS11KeyCustodian.names(in: token)) == Set(Self.names))
    let custodian = try custodian(token)
    let issuer = try custodian.certify(
      CertificateRequest(
        subject: Self.issuer, serial: [1], publicKey: custodian.certificateKey, notBefore: 1_790_000_000,
        notAfter: 2_000_000_000, isAuthority: true))
    #expect(issuer.isValid(signedBy: custodian.certificateKey, at: 1_790_000_001))
    let record = try custodian.signRecord(Array("{}".utf8), issuer: issuer)
    let content = try SignedData.verify(record, contentType: SignedData.data, trusted: [issuer], at: 1_790_000_001)
    #expect(content == Array("{}".utf8))
    // Nothing is made when one of the names is taken.
    let more: [IssuerKeyName] = [.certificate(generation: 2), .master(.aes128, generation: 1)]
    #expect(throws: PKCS11Error.keyExists(label: "ansinh-master")) {
      try PKCS11KeyCustodian.generate(more, in: token)
    }
    #expect(try Set(PKCS11KeyCustodian.names(in: token)) == Set(Self.names))
  }

  @Test func halfMadeKeysAreTakenAway() throws {
    struct Interruption: Error {}
    let token = try store.open(Self.label)
    let names: [IssuerKeyName] = [.master(.aes128, generation: 1), .certificate(generation: 1)]
    #expect(throws: Interruption.self) {
      try PKCS11KeyCustodian.fill(names + [.master(.aes192, generation: 1)], token) { name in
        switch name {
        case .master(.aes192, _): throw Interruption()
        case .master(let length, _):
          _ = try token.generateSecret(label: PKCS11KeyCustodian.label(name), length: length)
        case .certificate: _ = try token.generateKey(label: PKCS11KeyCustodian.label(name), curve: .p256)
        }
      }
    }
    #expect(try PKCS11KeyCustodian.names(in: token).isEmpty)
    try PKCS11KeyCustodian.generate(names, in: token)
  }

  /// The token is gone in the middle of the work: each call says so, and a new login goes on with the same keys.
  @Test func lostInTheMiddle() throws {
    let token = try store.open(Self.label)
    try PKCS11KeyCustodian.generate(Self.names, in: token)
    let custodian = try custodian(token)
    let values = try custodian.checkValues()
    let module = try PKCS11Module(path: SoftHSM.modulePath)
    let slot = try #require(try module.tokens().first { $0.label == Self.label }?.slot)
    #expect(module.functions.pointee.C_CloseAllSessions?(slot) == CKR_OK)
    let lost = PKCS11Error.lost(function: "C_SignInit", code: .sessionHandleInvalid)
    let card = CardKeyReference(generation: 2, length: .aes256, serial: [UInt8](repeating: 3, count: 10))
    let request = CertificateRequest(
      subject: "1", serial: [1], publicKey: custodian.certificateKey, notBefore: 1, notAfter: 2, isAuthority: false)
    for _ in 0..<2 {
      #expect(throws: lost) { _ = try custodian.keyData(card, under: SecretBytes(Array(0x40...0x4F)), job: "") }
      #expect(throws: lost) { _ = try custodian.encrypt(SecretBytes([0x31]), for: card) }
      #expect(throws: CryptoError.token(lost)) { _ = try custodian.certify(request) }
      #expect(throws: lost) { try custodian.checkValues() }
    }
    let again = try self.custodian(store.open(Self.label))
    #expect(try again.checkValues() == values)
    #expect(throws: SessionBudgetError.self) { _ = try again.encrypt(SecretBytes([0x31]), for: card) }
    _ = try again.keyData(card, under: SecretBytes(Array(0x40...0x4F)), job: "")
    _ = try again.encrypt(SecretBytes([0x31]), for: card)
    #expect(throws: KeyCustodianError.noMaster(generation: 3, length: .aes256)) {
      _ = try again.encrypt(
        SecretBytes([0x31]), for: CardKeyReference(generation: 3, length: .aes256, serial: card.serial))
    }
  }
}

extension Array {
  /// From the start again and again, until there are so many.
  fileprivate func cycled(_ count: Int) -> [Element] { (0..<count).map { self[$0 % self.count] } }
}
