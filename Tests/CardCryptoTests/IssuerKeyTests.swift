import CardTestSupport
import Foundation
import Testing

@testable import CardCrypto

/// Names, check values and generations of an issuer's keys.
@Suite struct IssuerKeyTests {
  @Test("Every name is read back, and nothing else is")
  func names() {
    var seen: Set<String> = []
    for generation in 1...IssuerKeyName.lastGeneration {
      for name in IssuerKeyName.masters(generation) + [.certificate(generation: generation)] {
        #expect(IssuerKeyName(name.text) == name)
        seen.insert(name.text)
      }
    }
    #expect(seen.count == 4 * 127)
    #expect(seen.isSuperset(of: ["master", "master-192", "master-256", "certificate", "master.2", "master-256.127"]))
    for text in ["", "master-128", "master.1", "master.0", "master.02", "master.128", "certificate-192", "Master"] {
      #expect(IssuerKeyName(text) == nil, "\(text)")
    }
  }

  @Test("A check value is the CMAC of a block of zeros (SP 800-38B's example key)")
  func checkValue() throws {
    // The CMAC of sixteen zeros under 2B7E…4F3C, as `openssl mac` computes it; and of a P-256 point by hashing.
    let key = try ECPrivateKey(generate: .p256)
    let material = IssuerKeyMaterial(
      try SecretRecords { content throws(CryptoError) in
        content.add("master", SecretBytes(octets("2B7E151628AED2A6ABF7158809CF4F3C")))
        content.add("certificate", key.exportScalar())
      })
    let values = try material.checkValues()
    #expect(values.map(\.name) == [.master(.aes128, generation: 1), .certificate(generation: 1)])
    #expect(values[0].octets == octets("7AD386"))
    #expect(values[1].octets == Array(Digest.sha256.hash(key.publicKey.point).prefix(8)))
  }

  @Test("Cards of both generations are served; certificates are signed with the newest key, and the older on demand")
  func generations() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try SoftwareKeyCustodian(path: folder + "/keys", issuerName: "Cơ quan")
    let next = try IssuerKeyMaterial(fresh: IssuerKeyName.masters(2) + [.certificate(generation: 2)])
    let file = try KeyFile(opening: folder + "/keys").adding(next.records)
    let second = try SoftwareKeyCustodian(file, issuerName: "Cơ quan")
    #expect(first.generations == [1] && second.generations == [1, 2] && second.generation == 2)
    #expect(second.certificateKeys[1]?.point == first.certificateKey.point)
    #expect(second.certificateKey.point != first.certificateKey.point)
    let transport = SecretBytes(Array(0x40...0x4F))
    func answer(_ custodian: SoftwareKeyCustodian, _ generation: UInt8) throws -> [UInt8] {
      try custodian.keyData(
        CardKeyReference(generation: generation, length: .aes256, serial: Array(0..<10)), under: transport, job: ""
      ).answer
    }
    #expect(try answer(first, 1) == answer(second, 1))
    #expect(try answer(second, 2)[1...] != answer(second, 1)[1...])
    let request = CertificateRequest(
      subject: "1", serial: [1], publicKey: first.certificateKey, notBefore: 1, notAfter: 3, isAuthority: false)
    #expect(try second.certify(request).isValid(signedBy: second.certificateKey, at: 2))
    #expect(try second.certify(request, generation: 1).isValid(signedBy: first.certificateKey, at: 2))
    #expect(throws: KeyCustodianError.noCertificateKey(generation: 3)) {
      _ = try second.certify(request, generation: 3)
    }
    #expect(try second.checkValues().count == 8)
    #expect(Array(try second.checkValues().prefix(3)) == Array(try first.checkValues().prefix(3)))
  }

  @Test("A key file without a master or without a certificate key is no custodian")
  func incomplete() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)").path
    for (names, error) in [
      (IssuerKeyName.masters(1), KeyCustodianError.noCertificateKey(generation: 1)),
      ([.certificate(generation: 1)], .noMaster(generation: 1, length: .aes128)),
    ] {
      defer { try? FileManager.default.removeItem(atPath: path) }
      let file = try KeyFile(creating: path, IssuerKeyMaterial(fresh: names).records)
      #expect(throws: error) { _ = try SoftwareKeyCustodian(file, issuerName: "") }
    }
  }
}
