/// What `openssl speed` says of this machine.
enum OpenSSLSpeed {
  /// P-256 verifications a second of so many processes at once.
  static func verifications(processes: Int, seconds: Int) throws -> Double {
    let text = try Program.output([
      "openssl", "speed", "-seconds", String(seconds), "-multi", String(processes), "ecdsap256",
    ])
    guard let last = text?.split(separator: "\n").last?.split(separator: " ").last, let rate = Double(last) else {
      throw BenchError.impossible
    }
    return rate
  }
}
