import CardCrypto
import Foundation

/// What this machine can do at all: measured in the run that it is set beside.
enum MachineLimits {
  /// Milliseconds of each of `count` runs of `body`, after one that is not counted.
  static func time(_ count: Int, _ body: () throws -> Void) rethrows -> [Double] {
    try body()
    return try (0..<count).map { _ in
      let start = ContinuousClock.now
      try body()
      return (ContinuousClock.now - start).milliseconds
    }
  }

  /// The elliptic-curve operations of `curve` and a MAC, one at a time.
  static func cryptography(_ curve: Curve = .p256) throws -> [Figure] {
    let random = SystemRandom()
    let scalar = try curve.randomScalar(random)
    let point = try curve.multiply(try curve.generator, by: try curve.randomScalar(random))
    let key = try ECPrivateKey(generate: curve)
    let message = try random.bytes(64)
    let signature = try key.sign(message)
    let mac = try random.secret(16)
    let name = curve == .p256 ? "P-256" : "brainpoolP256r1"
    return [
      Figure(
        "Nhân điểm trên \(name)", "Point multiplication on \(name)",
        try time(200) { _ = try curve.multiply(point, by: scalar) }),
      Figure("Ký ECDSA \(name)", "ECDSA signature \(name)", try time(200) { _ = try key.sign(message) }),
      Figure(
        "Kiểm tra chữ ký ECDSA \(name)", "ECDSA verification \(name)",
        try time(200) { guard key.publicKey.verify(signature, of: message) else { throw BenchError.impossible } }),
      Figure("AES-CMAC 64 byte", "AES-CMAC of 64 bytes", try time(200) { _ = try CMAC.tag(message, key: mac) }),
    ]
  }

  /// One page written and flushed, again and again, in `folder`.
  static func disk(_ folder: String) throws -> Figure {
    let path = folder + "/fsync.probe"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw BenchError.system(errno) }
    defer {
      close(descriptor)
      unlink(path)
    }
    let page = [UInt8](repeating: 0x5A, count: 4_096)
    let times = try time(100) {
      guard write(descriptor, page, page.count) == page.count, fsync(descriptor) == 0 else {
        throw BenchError.system(errno)
      }
    }
    return Figure("Ghi và fsync 4 KiB", "Write and fsync of 4 KiB", times)
  }
}

/// Why a benchmark could not be run.
enum BenchError: Error {
  /// A system call failed; its `errno`.
  case system(Int32)
  /// Something that can't fail has failed.
  case impossible
  /// The service did not take a request; its answer, empty when it closed the connection.
  case refused(String)
}
