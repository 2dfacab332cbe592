import Testing
import TransactionService

@Suite("Address to listen on")
struct ListenAddressTests {
  @Test(
    "What is no loopback address",
    arguments: [
      "0.0.0.0", "::", "10.0.0.1", "192.168.1.5", "128.0.0.1", "126.255.255.255", "example.org",
      "localhost.example.org",
      "LOCALHOST.", "127.0.0.1.example.org", "127.0.0", "127.0.0.256", "127.0.0.-1", "127.0.0.+1", "127..0.1",
      "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\n", "::ffff:10.0.0.1", "", "*", "127.0.0.1:80", "127.0.0.१",
    ])
  func elsewhere(host: String) { #expect(!Endpoint(host: host, port: 8_741).isLoopback) }

  @Test("Loopback", arguments: ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
  func loopback(host: String) { #expect(Endpoint(host: host, port: 0).isLoopback) }

  @Test("Host and port as text", arguments: ["127.0.0.1:8741", "[::1]:0", "centre.example:65535"])
  func text(text: String) { #expect(Endpoint(text: text)?.text == text) }

  @Test(
    "What is no host and port",
    arguments: [
      "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", ":80", "a b:80", "[]:1",
    ])
  func noText(text: String) { #expect(Endpoint(text: text) == nil) }
}
