import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel
import Testing

/// Octets of card-verifiable certificates: TR-03110-3 Annex C and D.
@Suite struct CVCertificateCodecTests {
  private static func parsed(_ octets: [UInt8], _ curve: Curve? = nil) -> CVCertificate? {
    try? CVCertificate(parsing: octets, curve: curve)
  }

  private static func error(_ octets: [UInt8]) -> CVCertificateError? {
    do throws(CVCertificateError) {
      _ = try CVCertificate(parsing: octets)
      return nil
    } catch {
      return error
    }
  }

  /// A certificate with the objects of a body as given; the signature is not looked at.
  private static func certificate(_ objects: [BERTLV]) -> [UInt8] {
    BERTLV(0x7F21, [BERTLV(0x7F4E, objects), BERTLV(0x5F37, [UInt8](repeating: 1, count: 64))]).bytes
  }

  private static func objects(_ certificate: CVCertificate) throws -> [BERTLV] {
    try BERTLV(parsing: certificate.body).children()
  }

  @Test(arguments: Curve.scheme) func roundTrip(_ curve: Curve) throws {
    let pki = try TestPKI(curve)
    for made in [pki.root, pki.verifier, pki.terminal].map(\.certificate) {
      let read = try CVCertificate(parsing: made.bytes, curve: curve)
      #expect(read == made)
      #expect(read.bytes == made.bytes && read.unwrapped == made.unwrapped)
      #expect(try read.content.body == made.body)
      #expect(try CVCertificate(unwrapped: made.unwrapped, curve: curve) == made)
    }
    #expect(try CVCertificate(parsing: pki.root.certificate.bytes) == pki.root.certificate, "it tells its curve")
  }

  @Test func withoutAndWithManyExtensions() throws {
    for count in [0, 1, 2, 5] {
      let extensions = (0..<count).map {
        AuthorizationExtension(identifier: [0x69, UInt8($0)], bitmap: [UInt8](repeating: 0xA5, count: 1 + $0))
      }
      let made = try TestPKI.issue("CVCA", .authority) { $0.extensions = extensions }.certificate
      let read = try CVCertificate(parsing: made.bytes)
      #expect(read == made && read.content.extensions == extensions)
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let pki = try TestPKI()
    for certificate in [pki.root, pki.verifier, pki.terminal].map(\.certificate) {
      for length in 0..<certificate.bytes.count {
        #expect(Self.parsed(Array(certificate.bytes.prefix(length))) == nil, "\(length) octets")
      }
      for length in 0..<certificate.unwrapped.count {
        #expect(throws: CVCertificateError.self, "\(length) octets") {
          try CVCertificate(unwrapped: Array(certificate.unwrapped.prefix(length)))
        }
      }
      #expect(Self.parsed(certificate.bytes + [0]) == nil)
    }
  }

  /// By the reader or by the signature; and what was read is what was received.
  @Test(arguments: Curve.scheme) func everyFlippedBitIsRefused(_ curve: Curve) throws {
    let pki = try TestPKI(curve)
    let octets = pki.terminal.certificate.bytes
    let key = pki.verifier.certificate.content.publicKey
    for bit in 0..<octets.count * 8 {
      let flipped = octets.flipping(bit: bit)
      guard let read = Self.parsed(flipped, curve) else { continue }
      #expect(read.bytes == flipped, "bit \(bit)")
      #expect(!key.verifies(read.signature, of: read.body), "bit \(bit)")
    }
  }

  @Test func everyFlippedBitOfDomainParametersIsRefused() throws {
    let root = try TestPKI().root
    let octets = root.certificate.bytes
    for bit in 0..<octets.count * 8 {
      guard let read = Self.parsed(octets.flipping(bit: bit)) else { continue }
      #expect(read.content.publicKey.curve == .p256)
      let key = root.certificate.content.publicKey
      #expect(!key.verifies(read.signature, of: read.body), "bit \(bit)")
    }
  }

  /// Each data object in turn with a length field longer than it has to be.
  @Test func lengthsAreTheShortest() throws {
    let certificate = try TestPKI().root.certificate
    func long(_ object: BERTLV) -> [UInt8] {
      object.tag.bytes + [0x83] + [UInt8](bigEndian: object.value.count, width: 3) + object.value
    }
    func refused(_ octets: [UInt8], _ comment: String) {
      guard case .encoding(.lengthForm) = Self.error(octets) else {
        Issue.record("\(comment): \(String(describing: Self.error(octets)))")
        return
      }
    }
    let body = try BERTLV(parsing: certificate.body)
    let signature = BERTLV(0x5F37, certificate.signature)
    refused(long(BERTLV(0x7F21, certificate.unwrapped)), "7F21")
    refused(BERTLV(0x7F21, long(body) + signature.bytes).bytes, "7F4E")
    refused(BERTLV(0x7F21, body.bytes + long(signature)).bytes, "5F37")
    let objects = try body.children()
    for (index, object) in objects.enumerated() {
      func whole(_ replaced: [UInt8]) -> [UInt8] {
        let value = objects[..<index].flatMap(\.bytes) + replaced + objects[(index + 1)...].flatMap(\.bytes)
        return BERTLV(0x7F21, BERTLV(0x7F4E, value).bytes + signature.bytes).bytes
      }
      refused(whole(long(object)), "\(object.tag)")
      guard object.tag == 0x7F49 || object.tag == 0x65 else { continue }
      let parts = try object.children()
      for part in parts.indices {
        let value = parts[..<part].flatMap(\.bytes) + long(parts[part]) + parts[(part + 1)...].flatMap(\.bytes)
        refused(whole(BERTLV(object.tag, value).bytes), "\(object.tag) \(parts[part].tag)")
      }
    }
    let chat = octets("7F4C 0F 0681 09 04007F000703010202 5301FF")
    let index = try #require(objects.firstIndex { $0.tag == 0x7F4C })
    var changed = objects
    changed[index] = try BERTLV(parsing: chat)
    #expect(Self.error(Self.certificate(changed)) == .value(0x7F4C))
  }

  @Test func objectsMissingTwiceOrInAnotherOrder() throws {
    let objects = try Self.objects(try TestPKI().verifier.certificate)
    #expect(Self.error(Self.certificate(objects)) == nil)
    for index in objects.indices {
      var missing = objects
      missing.remove(at: index)
      // Without its extensions a certificate is whole.
      #expect((Self.error(Self.certificate(missing)) == nil) == (objects[index].tag == 0x65), "\(objects[index].tag)")
      var doubled = objects
      doubled.insert(objects[index], at: index)
      #expect(Self.error(Self.certificate(doubled)) != nil, "\(objects[index].tag) twice")
      for other in objects.indices where other != index {
        var swapped = objects
        swapped.swapAt(index, other)
        #expect(Self.error(Self.certificate(swapped)) != nil, "\(index) and \(other)")
      }
    }
    #expect(Self.error(Self.certificate(objects + [BERTLV(0x53, [1])])) == .expected(0x5F37))
    #expect(Self.error(Self.certificate([])) == .expected(0x5F29))
  }

  @Test func valuesThatCannotBe() throws {
    let objects = try Self.objects(try TestPKI().verifier.certificate)
    let point = [UInt8](repeating: 1, count: 65)
    let good = try TestPKI().verifier.key.publicKey.point
    let scheme = SignatureScheme.ecdsaSHA256.oid
    func key(_ oid: [UInt8], _ point: [UInt8]) -> [UInt8] { BERTLV(0x06, oid).bytes + BERTLV(0x86, point).bytes }
    let wrong: [(BERTag, String, BERTag)] = [
      (0x5F29, "", 0x5F29), (0x5F29, "01", 0x5F29), (0x5F29, "0000", 0x5F29), (0x42, "", 0x42),
      (0x42, "566E414230303031", 0x42), (0x5F20, "564E", 0x5F20), (0x7F4C, "", 0x7F4C),
      (0x7F4C, "0609 04007F000703010202 5304 80000000", 0x7F4C), (0x5F25, "020600000301", 0x5F25),
      (0x5F24, "02060A030001", 0x5F24), (0x5F24, "0206000301", 0x5F24), (0x5F24, "", 0x5F24), (0x65, "", 0x65),
      (0x65, "5301FF", 0x65), (0x7F49, "", 0x06),
      (0x7F49, key(scheme, point).hex, 0x86), (0x7F49, key(scheme, Array(good.dropLast())).hex, 0x86),
      (0x7F49, key(octets("04007F00070202020201"), good).hex, 0x06), (0x7F49, BERTLV(0x86, good).bytes.hex, 0x06),
      (0x7F49, BERTLV(0x06, scheme).bytes.hex, 0x7F49), (0x7F49, key(scheme, good).hex + "870101", 0x7F49),
    ]
    for (tag, digits, fault) in wrong {
      let index = try #require(objects.firstIndex { $0.tag == tag })
      var changed = objects
      changed[index] = BERTLV(tag, octets(digits))
      #expect(Self.error(Self.certificate(changed)) == .value(fault), "\(tag) \(digits)")
    }
  }

  @Test func outerObjects() throws {
    let certificate = try TestPKI().terminal.certificate
    let (body, signature) = (certificate.body, BERTLV(0x5F37, certificate.signature).bytes)
    #expect(Self.error(BERTLV(0x7F4E, certificate.unwrapped).bytes) == .expected(0x7F21))
    #expect(Self.error(BERTLV(0x7F21, signature + body).bytes) == .expected(0x7F4E))
    #expect(Self.error(BERTLV(0x7F21, body).bytes) == .expected(0x5F37))
    #expect(Self.error(BERTLV(0x7F21, body + body).bytes) == .expected(0x5F37))
    #expect(Self.error(BERTLV(0x7F21, body + signature + signature).bytes) == .expected(0x5F37))
    #expect(Self.error(BERTLV(0x7F21, [] as [UInt8]).bytes) == .expected(0x7F4E))
    let long = BERTLV(0x7F21, body + BERTLV(0x5F37, [UInt8](repeating: 1, count: 1_024)).bytes).bytes
    #expect(Self.error(long) == .value(0x7F21))
    #expect(throws: CVCertificateError.value(0x7F4E)) {
      try CVCertificate(unwrapped: body + BERTLV(0x5F37, [UInt8](repeating: 1, count: 1_024)).bytes)
    }
  }

  /// Templates 73 that are no bitmaps, such as the hash of a description, are kept and give no right.
  @Test func otherExtensions() throws {
    let own = AuthorizationExtension(identifier: TestPKI.identifier, bitmap: [1])
    let objects = try Self.objects(try TestPKI().verifier.certificate).dropLast()
    let hash = BERTLV(0x73, [BERTLV(0x06, [0x69, 1]), BERTLV(0x80, [UInt8](repeating: 7, count: 32))])
    let wide = BERTLV(0x73, [BERTLV(0x06, [0x69, 2]), BERTLV(0x53, [UInt8](repeating: 7, count: 9))])
    let octets = Self.certificate(objects + [BERTLV(0x65, [hash, own.object, wide])])
    let read = try CVCertificate(parsing: octets)
    #expect(read.content.extensions == [own])
    #expect(read.bytes == octets)
  }

  /// A certificate that brings numbers brings those of a known curve or is refused.
  @Test func aCurveOfItsOwnMaking() throws {
    let certificate = try TestPKI().root.certificate
    let objects = try Self.objects(certificate)
    let index = try #require(objects.firstIndex { $0.tag == 0x7F49 })
    let parts = try objects[index].children()
    // The point of its own key as base point, so that the private key is 1; and one octet of each other number.
    for part in 1...7 where part != 6 {
      var changed = parts
      let value = parts[part].value
      changed[part] = BERTLV(parts[part].tag, part == 4 ? parts[6].value : value.flipping(bit: 8 * (value.count - 1)))
      var whole = objects
      whole[index] = BERTLV(0x7F49, changed)
      #expect(Self.error(Self.certificate(whole)) == .value(0x81), "\(parts[part].tag)")
    }
  }

  @Test func randomOctetsNeverTrap() throws {
    var random = SplitMix64()
    let certificate = try TestPKI().root.certificate.bytes
    for round in 0..<2_000 {
      var octets = certificate
      for _ in 0...round % 5 { octets[Int(random.next() % UInt64(octets.count))] = UInt8(random.next() & 0xFF) }
      if let read = Self.parsed(octets) { #expect(read.bytes == octets, "seed \(SplitMix64.seed), round \(round)") }
      _ = Self.parsed(random.octets(round % 300))
    }
  }
}
