import CardCrypto
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import NIOSSL
import NIOTLS

/// Puts the terminal that TLS has proved, and the address that the connection comes from, onto each request of a
/// connection, and takes whatever a client says of itself off it.
///
/// A terminal's client certificate carries the terminal's own registered key, and TLS proves that the client has it
/// (RFC 8446 §4.4.3). So nobody needs to sign the certificate: the registry says whose key it is, and a revocation
/// there counts at once.
final class PeerStamp: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  /// Carries the terminal's key hash, hexadecimal, from here to the routes. Never believed from a client.
  static let field = HTTPField.Name("Ansinh-Peer")

  /// Carries what failures are counted under (``NIOCore/SocketAddress/lineKey``). Never believed from a client.
  static let addressField = HTTPField.Name("Ansinh-Address")

  private var peer: String?
  private var address: String?

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted = event {
      let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
      peer = handler?.peerCertificate.flatMap(Self.keyHash)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data), let field = Self.field, let addressField = Self.addressField
    else { return context.fireChannelRead(data) }
    if address == nil { address = context.remoteAddress?.lineKey }
    head.headerFields[field] = peer
    head.headerFields[addressField] = address
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  /// SHA-256 of the certificate's key, when that is a P-256 key; hexadecimal.
  private static func keyHash(_ certificate: NIOSSLCertificate) -> String? {
    guard let der = try? certificate.toDERBytes(), let parsed = try? Certificate(der: der),
      parsed.publicKey.curve == .p256
    else { return nil }
    return hexText(Digest.sha256.hash(parsed.publicKey.point))
  }
}
