public import SecureChannel

/// What a certificate authority does not do, and why.
public enum AuthorityError: Error, Hashable, Sendable {
  /// There is no CVCA in this folder.
  case none
  /// There is a CVCA already; the name of its newest key.
  case exists(HolderReference)
  /// The CVCA's, or the document verifier's, certificate has expired.
  case expired(HolderReference, CVDate)
  /// The province has no document verifier.
  case noVerifier(province: String)
  /// Not the code of a province of today.
  case unknownProvince(String)
  /// Certificates of this kind are given for other numbers of days.
  case days(ClosedRange<Int>)
  /// More than 16 steps, or a ceiling without the right to pay offline.
  case ceiling
  /// The document verifier does not have these rights itself, by their words.
  case beyondVerifier([String])
  /// The key is on another curve than the authority's, so that a card could not read it.
  case otherCurve
  /// The key was certified for a terminal of another province.
  case otherProvince(HolderReference)
  /// Nothing of this name in the register.
  case unknownReference(String)
  /// A CVCA is not revoked: cards go on to the next one by a link certificate.
  case notRevocable(HolderReference)
  /// Revoked.
  case revoked(HolderReference)
  /// After a revocation the province's next document verifier counts for cards from this day on only.
  case tooEarly(CVDate)
  /// All names are given out.
  case usedUp
  /// An actor or reason that is empty, too long, or has control characters.
  case text
  /// The clock stands outside 2000…2099.
  case clock
  /// The chain of acts is broken at this act.
  case actsBroken(at: Int64)
  /// The register's database failed, with SQLite's result code.
  case register(code: Int32)
}
