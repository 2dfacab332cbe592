public import CardCrypto
public import SecureChannel

/// Keeps the keys of the certificate authorities, and signs with them. No key leaves it.
public protocol AuthorityKeys: Sendable {
  /// The key of `holder`, made on `curve` when there is none: a key whose certificate was never recorded is used for
  /// the next one of the same name.
  func make(_ holder: HolderReference, _ curve: Curve) throws -> any ECSigner

  /// The key of `holder`; never makes one.
  func signer(_ holder: HolderReference, _ curve: Curve) throws -> any ECSigner
}

/// Keys of certificate authorities in files of mode 0600, one file a key, where a token would be in service.
public struct AuthorityKeyFiles: AuthorityKeys {
  private let folder: String

  /// Keys in `folder`, which has to be its owner's alone.
  public init(folder: String) { self.folder = folder }

  /// The curve is part of the name: a key that was made on another one, and never certified, stands in nobody's way.
  private func path(_ holder: HolderReference, _ curve: Curve) -> String {
    // A name of ours has letters and digits only; whatever else a register may say never leads out of the folder.
    let name = holder.description.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return "\(folder)/\(String(name)).\(curve).keys"
  }

  /// A new key is on the disk, flushed, before it is given out.
  public func make(_ holder: HolderReference, _ curve: Curve) throws -> any ECSigner {
    let file = try KeyFile(path: path(holder, curve)) { content throws(CryptoError) in
      content.add(Self.name, try curve.randomScalar(SystemRandom()))
    }
    return try ECPrivateKey(curve, scalar: try file.secret(Self.name))
  }

  /// - Throws: ``KeyFileError`` when there is no such file, or it can't be used.
  public func signer(_ holder: HolderReference, _ curve: Curve) throws -> any ECSigner {
    let file = try KeyFile(opening: path(holder, curve))
    return try ECPrivateKey(curve, scalar: try file.secret(Self.name))
  }

  private static let name = "authority"
}
