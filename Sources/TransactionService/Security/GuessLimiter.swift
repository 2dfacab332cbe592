import NIOCore
import Synchronization

/// Holds back whoever tries tokens and keys: an address may fail so many times a minute.
///
/// Once it has, it learns nothing more about any it has not used before, right or wrong, and the registry is not asked.
/// Who came in from there before goes on: a stranger behind the same router can't shut a whole office out.
final class GuessLimiter: Sendable {
  /// Pairs of an address and who came in from it that are remembered at once.
  private static let mostKnown = 50_000

  private let failures: RateLimiter
  private let known = Mutex<Set<String>>([])

  /// `perMinute` 0: no limit.
  init(perMinute: Int) { failures = RateLimiter(perSecond: Double(perMinute) / 60, atOnce: Double(perMinute)) }

  /// Whether `address` may learn at `now`, nanoseconds, who `who` is.
  func admits(_ who: String, from address: String, now: Int64) -> Bool {
    !failures.isSpent(address, now: now) || known.withLock { $0.contains(address + " " + who) }
  }

  /// Counts a failure; whether `address` may be told of it.
  func failed(from address: String, now: Int64) -> Bool { failures.admits(address, now: now) }

  /// Remembers that `who` came in from `address`.
  func succeeded(_ who: String, from address: String) {
    known.withLock { known in
      if known.count >= Self.mostKnown { known.removeAll() }
      known.insert(address + " " + who)
    }
  }
}

extension SocketAddress {
  /// What failures are counted under: an IPv4 address; of IPv6 the first 64 bits, since a line has all the others to
  /// itself (RFC 4291 §2.5.4). An IPv4 address that is mapped into IPv6 is itself (RFC 4291 §2.5.5.2).
  var lineKey: String {
    guard case .v6(let address) = self else { return ipAddress ?? "" }
    // sockaddr_in6: family, port, flow, then the 16 octets (RFC 3493 §3.3, as Linux lays it out).
    let octets = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
    if octets[..<10].allSatisfy({ $0 == 0 }), octets[10] == 0xFF, octets[11] == 0xFF {
      return octets[12...].map(String.init).joined(separator: ".")
    }
    return hexText(Array(octets[..<8]))
  }
}
