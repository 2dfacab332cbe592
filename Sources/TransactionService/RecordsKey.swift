public import CardCrypto
import Foundation
import ISO7816

/// The key that a centre signs what it hands out about its own ledger with. Cards know nothing of it.
///
/// The public half lies beside it as hexadecimal text, for whoever has to check without the centre.
public final class RecordsKey: Sendable {
  private let key: ECPrivateKey
  /// It was made just now.
  let isNew: Bool

  /// Opens `records.keys` in the centre's folder, or makes it; writes `records.pub` when it is not there.
  public init(folder: String, random: any RandomSource = SystemRandom()) throws {
    isNew = !FileManager.default.fileExists(atPath: folder + "/records.keys")
    let file = try KeyFile(path: folder + "/records.keys") { content throws(CryptoError) in
      content.add("records", try Curve.p256.randomScalar(random))
    }
    key = try ECPrivateKey(.p256, scalar: try file.secret("records"))
    let place = Self.publicPath(folder)
    if FileManager.default.contents(atPath: place) != text { try OwnerFile.replace(place, Array(text)) }
  }

  /// Where the public half lies.
  public static func publicPath(_ folder: String) -> String { folder + "/records.pub" }

  /// The public half in the file at `path`; nil when there is none.
  public static func readPublic(_ path: String) -> ECPublicKey? {
    guard let text = FileManager.default.contents(atPath: path), text.count <= 200,
      let point = [UInt8](hex: String(decoding: text, as: UTF8.self))
    else { return nil }
    return try? ECPublicKey(.p256, point: point)
  }

  /// The public half.
  public var publicKey: ECPublicKey { key.publicKey }

  private var text: Data { Data((key.publicKey.point.hex.lowercased() + "\n").utf8) }

  /// `r ‖ s` over the octets of a record, whose first ones say of what kind it is.
  func sign(_ record: [UInt8]) throws(CryptoError) -> [UInt8] { try key.sign(record) }
}
