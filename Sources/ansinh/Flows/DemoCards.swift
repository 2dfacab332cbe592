import Foundation
import ISO7816
import PCSC
import SoftCard

/// Where the demonstration's cards are reached: in this process, or in a reader of the real pcscd.
protocol DemoCards: Sendable {
  /// Calls `body` with the card kept in `folder`, freshly powered; a folder without a card gives a fresh one.
  func with<Value: Sendable>(
    _ folder: String, durability: FileCardStorage.Durability,
    _ body: @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value
}

/// In-process software cards.
struct VirtualCards: DemoCards {
  let home: StateHome

  func with<Value: Sendable>(
    _ folder: String, durability: FileCardStorage.Durability,
    _ body: @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value {
    let storage = try FileCardStorage(folder: folder, durability: durability)
    let value = try await body(SoftCardChannel(try SoftCard(storage: storage)))
    if durability == .deferred { try storage.synchronise() }
    return value
  }
}

/// Software cards put one after the other into the vpcd reader of the real pcscd, and used through PC/SC.
struct ReaderCards: DemoCards {
  let home: StateHome
  private let port: UInt16
  private let context: Context
  private let reader: String

  init(home: StateHome) async throws {
    self.home = home
    let environment = ProcessInfo.processInfo.environment
    port = environment["ANSINH_VPCD_PORT"].flatMap { UInt16($0) } ?? 35_963
    context = try await Context()
    // The driver's first slot listens on the port, and is the first reader.
    guard let first = try await context.readers().first else { throw CardChoiceError.noReader }
    reader = first
  }

  func with<Value: Sendable>(
    _ folder: String, durability: FileCardStorage.Durability,
    _ body: @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value {
    let storage = try FileCardStorage(folder: folder, durability: durability)
    let link = try VPCDLink(card: try SoftCard(storage: storage), port: port)
    let serving = Task { try await link.run() }
    do {
      _ = try await context.waitForCard(in: reader, timeout: .seconds(10))
      let connection = try await context.connect(to: reader)
      let value = try await body(connection)
      await connection.disconnect()
      try await takeOut(link, serving)
      if durability == .deferred { try storage.synchronise() }
      return value
    } catch {
      try? await takeOut(link, serving)
      throw error
    }
  }

  /// Ends the connection and waits until pcscd has seen the reader empty: a card put in before that is not noticed.
  private func takeOut(_ link: VPCDLink, _ serving: Task<Void, any Error>) async throws {
    link.remove()
    _ = await serving.result
    for _ in 0..<100 {
      let states = try await context.readerStates()
      guard states.contains(where: { $0.reader == reader && $0.isCardPresent }) else { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    // pcscd polls a vpcd slot every 400 ms.
    try await Task.sleep(for: .milliseconds(450))
  }
}
