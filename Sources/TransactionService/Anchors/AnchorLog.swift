public import CardCrypto
import Dispatch
import Foundation
import Glibc
import LedgerStore
public import ServiceAPI
import Synchronization

/// Writes the master chain of a centre (`ledger` §8): every second in which something was written, and at each close,
/// the tip of the chain goes into ``AnchorFile``, chained and signed.
///
/// Nothing that is answered waits for it but the closing of a shift, and a failure of it stops no payment: it is
/// logged, counted, and ends this log until the next start.
public final class AnchorLog: Sendable {
  private struct State {
    /// Octets of the file that hold anchors; nil for one that is only looked at.
    var length: Int?
    var last: Anchor?
    var failure: AnchorError?
  }

  let path: String
  /// -1 for a chain that is only looked at.
  private let descriptor: Int32
  private let key: RecordsKey
  private let clock: @Sendable () -> Int64
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "ansinh.anchors")

  /// Goes on with the chain in the centre's `folder`, or begins one. What was half written when the power went is cut
  /// off: nobody has seen it. One that another key has signed is refused; when that key was lost and `key` has just
  /// been made, it is put aside as `anchors-NUMBER.jsonl`, and one begins anew.
  ///
  /// `clock` gives milliseconds since 1970.
  ///
  /// - Throws: ``AnchorError/file(operation:path:errno:)``, ``AnchorError/unreadable(path:)``,
  ///   ``AnchorError/signature(path:number:)``.
  public init(folder: String, key: RecordsKey, clock: @escaping @Sendable () -> Int64) throws(AnchorError) {
    path = folder + "/" + AnchorFile.name
    self.key = key
    self.clock = clock
    if key.isNew { try Self.putAside(path, folder, key) }
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(operation: "open", path: path, errno: errno) }
    do throws(AnchorError) {
      let file = try AnchorFile(path: path)
      let last = try file.last()
      if let last, !last.isSigned(by: key.publicKey) { throw .signature(path: path, number: last.number) }
      guard ftruncate(descriptor, off_t(file.length)) == 0 else {
        throw .file(operation: "truncate", path: path, errno: errno)
      }
      // After a failed sync memory holds what the disk does not, and a second sync says nothing of it: written anew.
      if let line = try file.lastLine() {
        try AnchorFile.write(descriptor, line, at: file.length - line.count, path)
      }
      guard fsync(descriptor) == 0 else { throw .file(operation: "fsync", path: path, errno: errno) }
      for folder in [folder, folder + "/.."] {
        do {
          try StateFiles.sync(folder: folder)
        } catch {
          throw .file(operation: "fsync", path: folder, errno: EIO)
        }
      }
      state = Mutex(State(length: file.length, last: last))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// For a command that only looks at a ledger, also at one whose chain can't be gone on with: as the chain is then, it
  /// is read and copied, and nothing is added to it.
  public convenience init(lookingAt folder: String, key: RecordsKey, clock: @escaping @Sendable () -> Int64) {
    do throws(AnchorError) {
      try self.init(folder: folder, key: key, clock: clock)
    } catch {
      self.init(stopped: error, folder: folder, key: key)
    }
  }

  private init(stopped failure: AnchorError, folder: String, key: RecordsKey) {
    path = folder + "/" + AnchorFile.name
    self.key = key
    clock = { 0 }
    descriptor = -1
    state = Mutex(State(failure: failure))
  }

  private static func putAside(_ path: String, _ folder: String, _ key: RecordsKey) throws(AnchorError) {
    guard FileManager.default.fileExists(atPath: path), let last = try AnchorFile(path: path).last(),
      !last.isSigned(by: key.publicKey)
    else { return }
    // Never over one that was put aside before.
    let names = sequence(first: 1) { $0 + 1 }.lazy.map { count in
      "\(folder)/anchors-\(last.number)\(count > 1 ? "-\(count)" : "").jsonl"
    }
    guard let place = names.first(where: { !FileManager.default.fileExists(atPath: $0) }), rename(path, place) == 0
    else { throw .file(operation: "rename", path: path, errno: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The newest anchor; nil before the first.
  var newest: Anchor? { state.withLock(\.last) }

  /// Why nothing is anchored any more; nil while it is.
  var failure: AnchorError? { state.withLock(\.failure) }

  /// The chain as it is now, to be read.
  func file() throws(AnchorError) -> AnchorFile {
    let length = state.withLock(\.length)
    let file = try AnchorFile(path: path)
    return length.map(file.cut(to:)) ?? file
  }

  /// Adds nothing from now on: the ledger is not the one that was anchored.
  func stop(after newest: Anchor) { _ = stop(.goesBack(number: newest.number)) }

  /// The newest anchor, which has `head` or one after it; it is on the disk.
  @discardableResult
  func add(_ head: ChainHead, _ occasion: Anchor.Occasion) async throws(AnchorError) -> Anchor? {
    let result: Result<Anchor?, AnchorError> = await withCheckedContinuation { continuation in
      queue.async {
        do throws(AnchorError) {
          continuation.resume(returning: .success(try self.append(head, occasion)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  /// On the queue alone: the lock is not held while the disk works.
  private func append(_ head: ChainHead, _ occasion: Anchor.Occasion) throws(AnchorError) -> Anchor? {
    let (length, last, failure) = state.withLock { ($0.length, $0.last, $0.failure) }
    guard failure == nil, let length else { throw .stopped }
    guard head.sequence > 0 else { return last }
    let tip = ChainTip(writer: head.writer, epoch: head.epoch, sequence: head.sequence, hash: head.hash)
    if let last, let known = last.tips.first(where: { $0.writer == tip.writer }) {
      // A close has an anchor of its own, also when the second that ended just before it had the same tip.
      guard known != tip || (occasion == .close && last.occasion != .close) else { return last }
      // Whoever asked first may come second.
      if known.epoch == tip.epoch, known.sequence > tip.sequence { return last }
      guard known == tip || known.sequence < tip.sequence else { throw stop(.goesBack(number: last.number)) }
    }
    let anchor: Anchor
    let line: [UInt8]
    do {
      anchor = try Anchor(after: last, time: clock(), occasion: occasion, tips: [tip], key: key)
      line = try WireJSON.encode(anchor)
    } catch {
      throw stop(.file(operation: "sign", path: path, errno: EINVAL))
    }
    do throws(AnchorError) {
      // A line gets its end when it is on the disk: one with an end is whole, whichever of its pages came first.
      for (octets, place) in [(line, length), ([0x0A], length + line.count)] {
        try AnchorFile.write(descriptor, octets, at: place, path)
        guard fdatasync(descriptor) == 0 else { throw .file(operation: "fsync", path: path, errno: errno) }
      }
    } catch {
      throw stop(error)
    }
    state.withLock { state in
      state.length = length + line.count + 1
      state.last = anchor
    }
    return anchor
  }

  private func stop(_ error: AnchorError) -> AnchorError {
    state.withLock { $0.failure = error }
    return error
  }
}

extension Anchor {
  /// The next one after `last`.
  init(after last: Anchor?, time: Int64, occasion: Occasion, tips: [ChainTip], key: RecordsKey) throws(CryptoError) {
    self.init(
      number: (last?.number ?? 0) + 1, previous: WireBytes(last?.hash ?? [UInt8](repeating: 0, count: 32)), time: time,
      occasion: occasion, tips: tips.sorted { $0.writer < $1.writer }, signature: WireBytes([]))
    signature = WireBytes(try key.sign(signedOctets))
  }

  /// What the next one names it by.
  var hash: [UInt8] { Digest.sha256.hash(signedOctets) }

  /// Whether the centre with this records key has signed it.
  public func isSigned(by key: ECPublicKey) -> Bool { key.verify(signature.octets, of: signedOctets) }
}
