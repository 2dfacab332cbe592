import CardCrypto
import CardTestSupport
import FuzzSupport
import ISO7816

@testable import SecureChannel

/// Card-verifiable certificates, requests and chains, authorisations and SecurityInfos: what is read is written as the
/// same octets.
///
/// Input: what the octets are(1), octets. Bodies of certificates and requests are signed here first.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    let kind = Kind.allCases[Int(reader.octet()) % Kind.allCases.count]
    let rest = reader.rest
    switch kind {
    case .certificate: certificate(rest)
    case .unwrapped: unwrapped(rest)
    case .request: request(BERTLV(0x7F21, rest + signature).bytes)
    case .signedRequest: request(signed(rest))
    case .chain: chain(rest)
    case .authorization: authorization(rest)
    case .requested: requested(rest)
    case .securityInfos: securityInfos(rest)
    }
  }
}

private enum Kind: UInt8, CaseIterable {
  case certificate, unwrapped, request, signedRequest, chain, authorization, requested, securityInfos
}

private let signature = BERTLV(0x5F37, [UInt8](repeating: 1, count: 64)).bytes
private let key: ECPrivateKey = {
  guard let key = try? ECPrivateKey(generate: .p256, random: SeededRandom(seed: 51)) else { fatalError("key") }
  return key
}()

/// A request whose body is `value`, with a signature by the key that it is about when it is not changed.
private func signed(_ value: [UInt8]) -> [UInt8] {
  let body = BERTLV(0x7F4E, value).bytes
  guard let made = try? key.sign(body) else { return [] }
  return BERTLV(0x7F21, body + BERTLV(0x5F37, made).bytes).bytes
}

private func certificate(_ octets: [UInt8]) {
  guard let certificate = try? CVCertificate(parsing: octets) else { return }
  require(certificate.bytes == octets, "a certificate written otherwise")
  check(certificate)
}

private func unwrapped(_ octets: [UInt8]) {
  for curve in [nil] + Curve.allCases.map({ Optional($0) }) {
    guard let certificate = try? CVCertificate(unwrapped: octets, curve: curve) else { continue }
    require(certificate.unwrapped == octets, "a certificate without its tag written otherwise")
    let found = certificate.content.publicKey.curve
    require(certificate.content.hasDomainParameters || curve.map { $0 == found } ?? true, "another curve")
    check(certificate)
  }
}

private func check(_ certificate: CVCertificate) {
  let content = certificate.content
  require(content.publicKey.point.count == content.publicKey.curve.pointLength, "a point of another length")
  require(CVDate(octets: content.effective.octets) == content.effective, "a date written otherwise")
  _ = ("\(content.holder) \(content.effective)", content.publicKey.hash, content.holder.mnemonic)
  _ = content.publicKey.verifies(certificate.signature, of: certificate.body)
  let anchor = TrustAnchor(certificate)
  require(anchor == nil || (content.authorization.role == .authority && content.hasDomainParameters), "an anchor")
  // Templates of another form are in the octets alone.
  let body = try? BERTLV(parsing: certificate.body).children()
  let templates = (try? body?.first { $0.tag == 0x65 }?.children()) ?? []
  guard templates.count == content.extensions.count else { return }
  require((try? content.body) == certificate.body, "a body written otherwise")
}

private func request(_ octets: [UInt8]) {
  guard let request = try? CVCertificateRequest(parsing: octets) else { return }
  require(request.bytes == octets, "a request written otherwise")
  require(request.publicKey.verifies(request.signature, of: request.body), "a request that its key has not signed")
  require(request.publicKey.point == key.publicKey.point, "a request for a key that has not signed it")
}

private func chain(_ octets: [UInt8]) {
  guard let certificates = try? CertificateChain.certificates(octets) else {
    return require((try? CertificateChain(parsing: octets)) == nil, "a chain without certificates")
  }
  require(certificates.flatMap(\.bytes) == octets, "certificates written otherwise")
  guard let chain = try? CertificateChain(parsing: octets) else { return }
  require(chain.bytes == octets && chain.certificates == certificates, "a chain written otherwise")
  require(chain.rights.isSubset(of: chain.terminal.content.authorization.rights), "rights from nowhere")
  for identifier in chain.terminal.content.extensions.map(\.identifier) { _ = chain.rights(of: identifier) }
  let pki = FuzzPKI.shared
  guard let day = CVDate(yyyymmdd: 20_261_220) else { return }
  _ = try? chain.verify(from: nil, on: day)
  guard let anchor = TrustAnchor(pki.anchor), (try? chain.verify(from: anchor, on: day)) != nil else { return }
  // What stands before the anchor is of no matter to a card that has it.
  let presented = chain.certificates.drop { $0.content.authority != anchor.holder }
  require(presented.allSatisfy { pki.isAuthentic($0.unwrapped) }, "a chain of others leads to our anchor")
}

private func authorization(_ octets: [UInt8]) {
  guard let object = try? BERTLV(parsing: octets, shortestLengths: true) else { return }
  if let read = AuthorizationExtension(object) { require(read.object.bytes == octets, "an extension") }
  guard let authorization = HolderAuthorization(object) else { return }
  require(authorization.object.bytes == octets, "an authorisation written otherwise")
  let full = HolderAuthorization(.authority, .all)
  require(authorization.and(full).rights == authorization.rights, "rights lost")
  require(full.and(authorization).rights.isSubset(of: authorization.rights), "rights from nowhere")
  require(authorization.rights.octets(authorization.role).count == AuthenticationTerminalRights.length, "length")
}

private func requested(_ octets: [UInt8]) {
  guard let objects = try? BERTLV.sequence(octets, shortestLengths: true),
    let request = RequestedAuthorization(objects)
  else { return }
  require(request.objects.flatMap(\.bytes) == octets, "a request of rights written otherwise")
}

private func securityInfos(_ octets: [UInt8]) {
  guard let infos = try? SecurityInfos(parsing: octets) else { return }
  guard let again = try? SecurityInfos(parsing: infos.bytes) else { return require(false, "written and not read") }
  require(again.bytes == infos.bytes, "infos written otherwise when read again")
  require(
    Set(again.pace) == Set(infos.pace) && Set(again.chipPublicKeys) == Set(infos.chipPublicKeys)
      && again.hasTerminalAuthentication == infos.hasTerminalAuthentication, "other infos when read again")
}

/// Changes object by object.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Objects.mutate(start, count, most, seed)
}

/// Everything of the PKI under test, and what a card tells of itself.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let pki = FuzzPKI.shared
    var seeds: [String: [UInt8]] = [:]
    for (index, certificate) in [pki.anchor, pki.link, pki.credential(0).verifier, pki.credential(0).terminal]
      .enumerated()
    {
      seeds["certificate-\(index)"] = [Kind.certificate.rawValue] + certificate.bytes
      seeds["unwrapped-\(index)"] = [Kind.unwrapped.rawValue] + certificate.unwrapped
    }
    for (index, curve) in [Curve.brainpoolP256r1, .brainpoolP512r1].enumerated() {
      let own = try ECPrivateKey(generate: curve, random: SeededRandom(seed: 52))
      var content = pki.anchor.content
      content.publicKey = CVPublicKey(scheme: .ecdsaSHA512, curve: curve, point: own.publicKey.point)
      seeds["curve-\(index)"] = [Kind.certificate.rawValue] + (try content.signed(by: own, .ecdsaSHA512)).bytes
    }
    for index: UInt8 in [0, 3] {
      let credential = pki.credential(index)
      let chain = try CertificateChain(
        links: credential.links, verifier: credential.verifier, terminal: credential.terminal)
      seeds["chain-\(index)"] = [Kind.chain.rawValue] + chain.bytes
    }
    let holder = pki.credential(0).terminal.content.holder
    for (name, authority) in [("named", pki.anchor.content.holder), ("any", nil)] {
      let request = try CVCertificateRequest(authority: authority, holder: holder, signer: key)
      seeds["request-\(name)"] = [Kind.request.rawValue] + request.body
      seeds["request-signed-\(name)"] = [Kind.signedRequest.rawValue] + (try BERTLV(parsing: request.body).value)
    }
    let content = pki.credential(0).terminal.content
    seeds["authorization"] = [Kind.authorization.rawValue] + content.authorization.object.bytes
    seeds["extension"] = [Kind.authorization.rawValue] + content.extensions.flatMap(\.object.bytes)
    let wanted = RequestedAuthorization(content.authorization, extensions: content.extensions)
    seeds["requested"] = [Kind.requested.rawValue] + wanted.objects.flatMap(\.bytes)
    var infos = FuzzCard.securityInfos
    seeds["card-access"] = [Kind.securityInfos.rawValue] + infos.bytes
    infos.chipPublicKeys = [ChipAuthenticationPublicKey(curve: .p256, point: key.publicKey.point)]
    infos.pace.append(.ecdhGM(.brainpoolP256r1, .aes256))
    infos.chipAuthentication.append(ChipAuthenticationParameters(curve: .brainpoolP256r1, cipher: .aes256, keyID: 2))
    seeds["card-security"] = [Kind.securityInfos.rawValue] + infos.bytes
    return seeds
  }
}
