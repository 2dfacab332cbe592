import Testing
import TransactionService

@Suite("Address to listen on")
struct ListenAddressTests {
  @Test(
    "Loopback, and nothing else",
    arguments: [
      "0.0.0.0", "::", "10.0.0.1", "192.168.1.5", "128.0.0.1", "126.255.255.255", "example.org",
      "localhost.example.org",
      "LOCALHOST.", "127.0.0.1.example.org", "127.0.0", "127.0.0.256", "127.0.0.-1", "127.0.0.+1", "127..0.1",
      "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\n", "::ffff:10.0.0.1", "", "*", "127.0.0.1:80", "127.0.0.१",
    ])
  func refused(host: String) { #expect(ListenAddress(host: host, port: 8_741) == nil) }

  @Test("Loopback is taken", arguments: ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
  func taken(host: String) { #expect(ListenAddress(host: host, port: 0)?.host == host) }

  @Test("Ports outside TCP's range", arguments: [-1, 65_536, .max])
  func ports(port: Int) { #expect(ListenAddress(host: "127.0.0.1", port: port) == nil) }
}
