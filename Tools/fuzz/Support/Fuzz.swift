import Dispatch
import Foundation

/// What every fuzzer shares: how octets come in, and how its seeds go out.
///
/// A fuzzer ends its process when something is broken: that is how libFuzzer learns of a find, and without its card,
/// keys or orders there is nothing to fuzz. Nothing of this is in the program.
public enum Fuzz {
  /// One input of libFuzzer, checked by `check`.
  public static func input(_ start: UnsafePointer<UInt8>?, _ count: Int, _ check: ([UInt8]) -> Void) -> CInt {
    check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }

  /// The same for a check that waits, as everything with a card does.
  public static func input(
    _ start: UnsafePointer<UInt8>?, _ count: Int, waiting check: @escaping @Sendable ([UInt8]) async -> Void
  ) -> CInt {
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    wait { await check(octets) }
    return 0
  }

  /// Writes the fuzzer's seeds and ends the process when the environment names a folder in `ANSINH_FUZZ_SEEDS`.
  ///
  /// - Parameter make: the inputs by name.
  public static func seeds(_ make: @escaping @Sendable () async throws -> [String: [UInt8]]) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["ANSINH_FUZZ_SEEDS"] else { return 0 }
    wait {
      do {
        for (name, octets) in try await make() {
          try Data(octets).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name + ".bin"))
        }
      } catch {
        fatalError("seeds: \(error)")
      }
    }
    exit(0)
  }

  /// Whether ``trace(_:)`` prints, as when one input is repeated: `ANSINH_FUZZ_TRACE` is set.
  private static let isTraced = ProcessInfo.processInfo.environment["ANSINH_FUZZ_TRACE"] != nil

  /// Prints one line of what happens inside an input.
  static func trace(_ line: @autoclosure () -> String) {
    if isTraced { print(line()) }
  }

  private static func wait(_ work: @escaping @Sendable () async -> Void) {
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      await work()
      done.signal()
    }
    done.wait()
  }
}

/// Ends the process, which libFuzzer takes for a find, unless `holds`.
public func require(_ holds: Bool, _ what: @autoclosure () -> String) {
  guard holds else { fatalError("broken: \(what())") }
}
