package import CardCrypto
import Foundation
import SoftCard
import Synchronization

/// A folder that goes with this object.
package final class ScratchFolder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.path + "/ansinh-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Octets of every file below, by name.
  package func files() throws -> [(name: String, octets: [UInt8])] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted().compactMap { name in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder), !isFolder.boolValue
      else { return nil }
      return (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))))
    }
  }
}

/// A clock that stands still until it is moved.
package final class TestClock: Sendable {
  /// 5 November 2026, 10:00 in Vietnam.
  package static let start: Int64 = 1_793_847_600

  private let time = Mutex(TestClock.start)

  package init() {}

  /// Unix seconds.
  package var seconds: Int64 { time.withLock { $0 } }
  /// Unix milliseconds.
  package var milliseconds: Int64 { seconds * 1_000 }

  package func advance(_ seconds: Int64) { time.withLock { $0 += seconds } }
}

/// A card's storage in memory: it can be copied, as a cloned card is, and be told to fail.
package final class TestStorage: CardStorage {
  private struct Content {
    var octets: [UInt8]?
    /// Replacements that still succeed; `nil` for any number.
    var room: Int?
  }
  private let content: Mutex<Content>

  package struct Full: Error {}

  package init(_ octets: [UInt8]? = nil) { content = Mutex(Content(octets: octets)) }

  package func load() throws -> SecretBytes? { content.withLock { $0.octets }.map { SecretBytes($0) } }

  package func replace(_ state: borrowing SecretBytes) throws {
    let octets = state.withOctets { $0 }
    try content.withLock { content in
      if let room = content.room {
        guard room > 0 else { throw Full() }
        content.room = room - 1
      }
      content.octets = octets
    }
  }

  /// Another storage with what is in this one.
  package func clone() -> TestStorage { TestStorage(content.withLock { $0.octets }) }

  /// Fails, from the `count`th replacement after this one on.
  package func fail(_ fails: Bool, after count: Int = 0) { content.withLock { $0.room = fails ? count : nil } }
}

/// What a test's preparation can't do.
package enum TestSupportError: Error {
  case invalid(String)
  case auditFound([String])
}
