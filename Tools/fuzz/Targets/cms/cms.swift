import CardCrypto
import CardTestSupport
import FuzzSupport
import SecureChannel

/// CMS SignedData as EF.CardSecurity has it: only what the issuer signed is ever verified.
///
/// Input: octets. They come from a card that anybody may have made.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    let type = SignedData.securityObject
    let content = try? SignedData.content(of: octets, contentType: type)
    require(content.map { $0.count < octets.count } ?? true, "more content than octets")
    let verified = [[FuzzCard.issuer], [FuzzCard.issuer, stranger.certificate]].map { trusted in
      try? SignedData.verify(octets, contentType: type, trusted: trusted, at: FuzzCard.time)
    }
    for found in verified.compactMap({ $0 }) {
      require(found == content, "verified content that is not the content")
    }
    require(verified[0].map { $0 == signedContent } ?? true, "content that the issuer never signed")
    require(
      (try? SignedData.verify(octets, contentType: type, trusted: [], at: FuzzCard.time)) == nil, "trusted by nobody")
    let late = FuzzCard.issuer.notAfter + 1
    require(
      (try? SignedData.verify(octets, contentType: type, trusted: [FuzzCard.issuer], at: late)) == nil,
      "trusted after its end")
  }
}

private let signedContent = FuzzCard.securityInfos.bytes

private struct Signer {
  let certificate: Certificate
  let key: ECPrivateKey

  /// A signer with the issuer's name, by its own word or by the issuer's.
  init(seed: UInt64, isAuthority: Bool, by issuer: ECPrivateKey? = nil) throws {
    key = try ECPrivateKey(generate: .p256, random: SeededRandom(seed: seed))
    let request = CertificateRequest(
      subject: isAuthority ? "Test issuer" : "Signer", serial: [UInt8(seed)], publicKey: key.publicKey,
      notBefore: FuzzCard.time - 86_400, notAfter: FuzzCard.time + 86_400, isAuthority: isAuthority)
    certificate = try Certificate.issue(request, issuer: "Test issuer", key: issuer ?? key)
  }

  func signed(_ content: [UInt8]) throws -> [UInt8] {
    try SignedData.sign(
      content: content, contentType: SignedData.securityObject, certificate: certificate, key: key)
  }
}

/// Somebody with the issuer's name and another key.
private let stranger: Signer = {
  guard let signer = try? Signer(seed: 42, isAuthority: true) else { fatalError("stranger") }
  return signer
}()

/// Changes object by object.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Objects.mutate(start, count, most, seed, head: 0)
}

/// The issuer's own word, that of a signer it certified, and a stranger's.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let below = try Signer(seed: 43, isAuthority: false, by: FuzzCard.completionKey)
    return [
      "issuer": try SignedData.sign(
        content: signedContent, contentType: SignedData.securityObject, certificate: FuzzCard.issuer,
        key: FuzzCard.completionKey),
      "below": try below.signed(signedContent), "stranger": try stranger.signed([1, 2, 3]),
      "empty": try stranger.signed([]),
    ]
  }
}
