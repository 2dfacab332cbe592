import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import TransactionService

@Suite("Those in the service who want to write")
struct CrowdTests {
  private static func arrive(_ method: HTTPRequest.Method, _ channel: EmbeddedChannel) throws {
    let head = HTTPRequest(method: method, scheme: "https", authority: "centre", path: "/v1/payouts")
    try channel.writeInbound(HTTPRequestPart.head(head))
    try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "{}")))
    try channel.writeInbound(HTTPRequestPart.end(nil))
  }

  private static func answer(_ channel: EmbeddedChannel) throws {
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .created)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
  }

  @Test("They count from the last octet of the request to that of the answer, one after the other and all at once")
  func counted() throws {
    let crowd = Crowd()
    let channels = [EmbeddedChannel(handler: CrowdHandler(crowd)), EmbeddedChannel(handler: CrowdHandler(crowd))]
    for channel in channels {
      let head = HTTPRequest(method: .post, scheme: "https", authority: "centre", path: "/v1/payouts")
      try channel.writeInbound(HTTPRequestPart.head(head))
    }
    #expect(crowd.count == 0)
    for channel in channels { try channel.writeInbound(HTTPRequestPart.end(nil)) }
    #expect(crowd.count == 2)
    try Self.answer(channels[0])
    #expect(crowd.count == 1)
    // Kept alive, and three sent before the first is answered, of which one only reads.
    for method in [HTTPRequest.Method.post, .get, .post] { try Self.arrive(method, channels[0]) }
    #expect(crowd.count == 3)
    var counts: [Int] = []
    for _ in 0..<3 {
      try Self.answer(channels[0])
      counts.append(crowd.count)
    }
    #expect(counts == [2, 2, 1])
    for channel in channels { _ = try channel.finish() }
    #expect(crowd.count == 0)
  }

  @Test("A client that vanishes is none of them, answered or not")
  func vanished() throws {
    let crowd = Crowd()
    let channel = EmbeddedChannel(handler: CrowdHandler(crowd))
    for _ in 0..<3 { try Self.arrive(.post, channel) }
    try Self.answer(channel)
    #expect(crowd.count == 2)
    _ = try channel.finish()
    #expect(crowd.count == 0)
  }
}
