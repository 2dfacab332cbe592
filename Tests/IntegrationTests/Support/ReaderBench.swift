import Foundation
import ISO7816
import SoftCard
import Synchronization
import Testing

/// A pcscd of one test, whose reader is plugged in and pulled out and which is killed and started again
/// (`Tools/pcscd-bench`).
///
/// Processes that the test starts use it; the test's own PC/SC library stays with the pcscd that all tests share.
/// @unchecked: the process object and its pipes are used behind `lock` after the initialiser.
final class ReaderBench: @unchecked Sendable {
  static let requirement: Comment = "needs a pcscd with a network of its own: root, vpcd, a C compiler, Tools/test"
  /// The name of the first slot of the reader.
  static let name = "Plugged PCD 00 00"
  static let secondName = "Plugged PCD 00 01"

  /// Whether this machine allows it.
  static let isAvailable: Bool = {
    guard VirtualSlot.isAvailable, let bench = try? ReaderBench() else { return false }
    bench.close()
    return true
  }()

  enum Command: String { case plug, unplug, kill, stop, start }

  private struct Description: Decodable {
    let socket: String
    let ports: [UInt16]
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let lock = NSLock()
  private let description: Description

  /// Where a card connects for the first and the second slot.
  var ports: [UInt16] { description.ports }
  /// What a process needs to use this pcscd.
  var environment: [String: String] { ["PCSCLITE_CSOCK_NAME": description.socket] }

  /// pcscd runs, the reader is not plugged in.
  init() throws {
    process.executableURL = repositoryRoot.appendingPathComponent("Tools/pcscd-bench")
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = Self.line(output.fileHandleForReading)
    guard let description = try? JSONDecoder().decode(Description.self, from: Data(line.utf8)),
      description.ports.count == 2
    else {
      process.waitUntilExit()
      throw CommandFailure(what: "pcscd-bench ended with \(process.terminationStatus)", diagnostics: line)
    }
    self.description = description
  }

  deinit { close() }

  private static func line(_ handle: FileHandle) -> String {
    var octets: [UInt8] = []
    while let octet = try? handle.read(upToCount: 1)?.first, octet != 0x0A { octets.append(octet) }
    return String(decoding: octets, as: UTF8.self)
  }

  /// Does it, and returns when it is done; what pcscd makes of it comes after that.
  func perform(_ command: Command) throws {
    try lock.withLock {
      try input.fileHandleForWriting.write(contentsOf: Data((command.rawValue + "\n").utf8))
      guard Self.line(output.fileHandleForReading) == "ok" else {
        throw CommandFailure(what: "pcscd-bench did not \(command.rawValue)", diagnostics: "")
      }
    }
  }

  /// Stops pcscd and removes everything.
  func close() {
    lock.withLock {
      guard process.isRunning else { return }
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }

  /// A card in a slot as long as it is kept. The reader's driver listens only when pcscd has it.
  func insert(_ card: SoftCard, slot: Int = 0, hook: CardCable.Hook? = nil) throws -> InsertedCard {
    try InsertedCard(card, port: ports[slot], hook: hook)
  }
}

/// A software card of this process in a reader, through a cable that a test may hold on to.
final class InsertedCard: Sendable {
  private let link: VPCDLink
  private let cable: CardCable
  private let serving: Task<Void, any Error>

  init(_ card: SoftCard, port: UInt16, hook: CardCable.Hook? = nil) throws {
    cable = try CardCable(to: port, hook: hook)
    let link = try VPCDLink(card: card, port: cable.port)
    self.link = link
    serving = Task { try await link.run() }
  }

  deinit { link.remove() }

  /// Takes the card out.
  func remove() async {
    link.remove()
    _ = await serving.result
    cable.close()
  }
}

/// A cable between a software card and the reader's driver, which counts commands and shows each to a hook before the
/// card gets it: there a test can do what happens "in the middle of an exchange".
final class CardCable: Sendable {
  /// What becomes of a command.
  enum Fate { case delivered, cut }

  /// Called on the cable's thread with the command's number, counted from 1, and its octets. Cut is the whole cable.
  typealias Hook = @Sendable (_ number: Int, _ command: [UInt8]) -> Fate

  let port: UInt16
  private let listener: TCPSocket
  private let reader: TCPSocket
  private let card = Mutex<TCPSocket?>(nil)

  /// A cable to a driver's port; the card connects to ``port``.
  init(to port: UInt16, hook: Hook?) throws {
    (listener, self.port) = try TCPSocket.listen()
    reader = try TCPSocket.connect(port: port)
    Thread.detachNewThread { [self] in serve(hook) }
  }

  func close() {
    listener.shut()
    reader.shut()
    card.withLock { $0?.shut() }
  }

  private func serve(_ hook: Hook?) {
    guard let card = listener.accept() else { return reader.shut() }
    self.card.withLock { $0 = card }
    Thread.detachNewThread { [reader] in
      while let octets = try? card.receiveNow(), !octets.isEmpty, (try? reader.send(octets)) != nil {}
      reader.shut()
      card.shut()
    }
    var number = 0
    while let frame = try? reader.receiveFrame() {
      // Bodies of one octet are the driver's own: power, reset, answer to reset.
      if frame.count > 3 {
        number += 1
        guard hook?(number, Array(frame.dropFirst(2))) != .cut else { break }
      }
      guard (try? card.send(frame)) != nil else { break }
    }
    reader.shut()
    card.shut()
  }
}

extension TCPSocket {
  private func acknowledgeAtOnce() {
    // Without it each exchange costs 44 ms.
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Some octets; none at the end of the stream.
  func receiveNow() throws -> [UInt8] {
    acknowledgeAtOnce()
    return try receive()
  }

  /// One frame of vpcd: length in two octets, most significant first, and body; `nil` at the end of the stream.
  func receiveFrame() throws -> [UInt8]? {
    guard let head = try receive(exactly: 2), let length = head.bigEndianValue,
      let body = try receive(exactly: Int(length))
    else { return nil }
    return head + body
  }

  private func receive(exactly count: Int) throws -> [UInt8]? {
    var octets: [UInt8] = []
    while octets.count < count {
      acknowledgeAtOnce()
      var buffer = [UInt8](repeating: 0, count: count - octets.count)
      let received = recv(descriptor, &buffer, buffer.count, 0)
      guard received > 0 else { return nil }
      octets += buffer.prefix(received)
    }
    return octets
  }
}
