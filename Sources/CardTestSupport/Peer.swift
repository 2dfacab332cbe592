import Foundation

/// Programs of others that tests run beside ours.
public enum Peer {
  /// Whether a test that needs such a program runs: where it is installed, and always where `CI` is `true`, so that its
  /// absence fails there and is not passed over.
  public static func isExpected(installed: Bool) -> Bool {
    installed || ProcessInfo.processInfo.environment["CI"] == "true"
  }
}
