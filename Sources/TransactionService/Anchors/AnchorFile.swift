import Foundation
import Glibc
import ServiceAPI

/// The file of a master chain, `anchors.jsonl`: an ``Anchor`` a line (JSON), by number.
///
/// Lines are only added, so what is read here is whole up to ``length``, whoever writes on meanwhile.
public struct AnchorFile: Sendable {
  /// Name of the file in the folder of a centre, and in a bundle.
  public static let name = "anchors.jsonl"
  /// Most octets of a line: one of forty writers has fewer.
  static let longestLine = 1 << 13
  private static let window = 1 << 20

  let path: String
  /// Octets up to the end of the last whole line.
  let length: Int

  /// The file at `path`.
  ///
  /// - Throws: ``AnchorError/file(operation:path:errno:)`` when it can't be read, ``AnchorError/unreadable(path:)``
  ///   for one with lines longer than any anchor.
  public init(path: String) throws(AnchorError) {
    self.path = path
    let size = try Self.withFile(path) { descriptor in Int(lseek(descriptor, 0, SEEK_END)) }
    let tail = try Self.read(path, from: max(0, size - Self.longestLine), to: size)
    if let end = tail.lastIndex(of: 0x0A) {
      length = size - (tail.count - 1 - end)
    } else {
      guard size < Self.longestLine else { throw .unreadable(path: path) }
      length = 0
    }
  }

  private init(path: String, length: Int) {
    self.path = path
    self.length = length
  }

  /// The same up to a line's end.
  func cut(to length: Int) -> AnchorFile { AnchorFile(path: path, length: length) }

  /// The last anchor; nil for an empty file.
  func last() throws(AnchorError) -> Anchor? {
    guard let line = try lastLine() else { return nil }
    return try anchor(line.dropLast())
  }

  /// The last line with its end; nil for an empty file.
  func lastLine() throws(AnchorError) -> ArraySlice<UInt8>? {
    guard length > 0 else { return nil }
    let tail = try Self.read(path, from: max(0, length - Self.longestLine), to: length)
    return tail[(tail.dropLast().lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)...]
  }

  /// The anchor with this number, found by halving; nil when there is none.
  func anchor(number: Int64) throws(AnchorError) -> Anchor? {
    let start = try start { $0.number >= number }
    guard start < length, let found = try line(at: start)?.anchor, found.number == number else { return nil }
    return found
  }

  /// Where the first line begins of which `isAfter` says so; of those before it, it says no. ``length`` when there is
  /// none.
  func start(where isAfter: (Anchor) -> Bool) throws(AnchorError) -> Int {
    // `low` begins a line; no line that begins before it is after; the one at `high`, if any, is.
    var (low, high) = (0, length)
    while low < high {
      let middle = try beginning(of: low + (high - low) / 2, notBefore: low)
      guard let (anchor, end) = try line(at: middle) else { throw .unreadable(path: path) }
      if isAfter(anchor) { high = middle } else { low = end }
    }
    return low
  }

  /// The anchors from the line on that begins at `start`, as many as fit into a window and at most `most`, up to a line
  /// that is none, and where the next line begins; none at ``length``.
  func anchors(from start: Int, atMost most: Int = .max) throws(AnchorError) -> (anchors: [Anchor], end: Int) {
    let octets = try Self.read(path, from: start, to: min(length, start + Self.window))
    var (anchors, begin): ([Anchor], Int) = ([], 0)
    while anchors.count < most, let end = octets[begin...].firstIndex(of: 0x0A) {
      do throws(AnchorError) {
        anchors.append(try anchor(octets[begin..<end]))
      } catch {
        // Those before it are read first.
        guard begin > 0 else { throw error }
        break
      }
      begin = end + 1
    }
    guard begin > 0 || octets.isEmpty else { throw .unreadable(path: path) }
    return (anchors, start + begin)
  }

  /// Calls `body` with each anchor, in their order.
  func each(_ body: (Anchor) throws -> Void) throws {
    var start = 0
    while start < length {
      let part = try anchors(from: start)
      for anchor in part.anchors { try body(anchor) }
      start = part.end
    }
  }

  /// Copies what is before ``length`` to a new file, which is on the disk when this returns.
  func copy(to target: String) throws(AnchorError) {
    let copy = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard copy >= 0 else { throw .file(operation: "open", path: target, errno: errno) }
    defer { close(copy) }
    var offset = 0
    while offset < length {
      let part = try Self.read(path, from: offset, to: min(length, offset + Self.window))
      try Self.write(copy, part, at: offset, target)
      offset += part.count
    }
    guard fsync(copy) == 0 else { throw .file(operation: "fsync", path: target, errno: errno) }
  }

  // MARK: Octets

  /// The line that begins at `offset`, and where the next one does.
  private func line(at offset: Int) throws(AnchorError) -> (anchor: Anchor, end: Int)? {
    guard offset < length else { return nil }
    let octets = try Self.read(path, from: offset, to: min(length, offset + Self.longestLine))
    guard let end = octets.firstIndex(of: 0x0A) else { throw .unreadable(path: path) }
    return (try anchor(octets[..<end]), offset + end + 1)
  }

  /// Where the line begins that has the octet at `offset`.
  private func beginning(of offset: Int, notBefore low: Int) throws(AnchorError) -> Int {
    let start = max(low, offset - Self.longestLine)
    let octets = try Self.read(path, from: start, to: offset)
    if let end = octets.lastIndex(of: 0x0A) { return start + end + 1 }
    guard start == low else { throw .unreadable(path: path) }
    return low
  }

  private func anchor(_ line: ArraySlice<UInt8>) throws(AnchorError) -> Anchor {
    guard let anchor = try? WireJSON.decode(Anchor.self, from: Array(line)) else {
      throw .unreadable(path: path)
    }
    return anchor
  }

  private static func withFile<Value>(
    _ path: String, _ body: (Int32) throws(AnchorError) -> Value
  ) throws(AnchorError) -> Value {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw .file(operation: "open", path: path, errno: errno) }
    defer { close(descriptor) }
    return try body(descriptor)
  }

  private static func read(_ path: String, from start: Int, to end: Int) throws(AnchorError) -> [UInt8] {
    try withFile(path) { descriptor throws(AnchorError) in
      var octets = [UInt8](repeating: 0, count: end - start)
      var count = 0
      while count < octets.count {
        let read = octets.withUnsafeMutableBytes { buffer in
          pread(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(start + count))
        }
        guard read > 0 else { throw .file(operation: "read", path: path, errno: read == 0 ? EIO : errno) }
        count += read
      }
      return octets
    }
  }

  static func write(
    _ descriptor: Int32, _ octets: some Collection<UInt8>, at offset: Int, _ path: String
  ) throws(AnchorError) {
    let octets = Array(octets)
    var count = 0
    while count < octets.count {
      let written = octets.withUnsafeBytes { buffer in
        pwrite(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count, off_t(offset + count))
      }
      guard written > 0 else {
        throw .file(operation: "write", path: path, errno: written == 0 ? ENOSPC : errno)
      }
      count += written
    }
  }
}

/// Why a master chain can't be read or gone on with.
public enum AnchorError: Error, Hashable, Sendable {
  /// A file operation failed: what, on which path, and `errno`.
  case file(operation: String, path: String, errno: Int32)
  /// The file holds something that is no anchor.
  case unreadable(path: String)
  /// The last anchor is not signed by the centre's records key.
  case signature(path: String, number: Int64)
  /// A tip would go back.
  case goesBack(number: Int64)
  /// An anchor could not be written before; nothing is known of the file's end.
  case stopped
}
