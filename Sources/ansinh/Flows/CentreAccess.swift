import Foundation
import LedgerStore
import PayoutPoint
import SecureChannel
import ServiceAPI
import Synchronization
import TransactionService

/// The way to the centre: the `serve` that runs on this state, or one inside this process for as long as a command
/// needs it. Either way through HTTP and the same routes.
enum CentreAccess {
  /// Runs `body` with a client of the centre.
  ///
  /// - Parameters:
  ///   - url: a service elsewhere; `nil` means this state's own.
  ///   - sampleData: whether a centre started here takes personal IDs of sample data.
  ///   - programmes: folder of programmes of a centre started here; the state folder's own when `nil`.
  ///   - point: the payout point that asks: behind TLS its terminal's key proves whose the connection is.
  ///   - isForensic: `body` only looks at the ledger or copies it: also at one that the master chain contradicts, which
  ///     nothing else is done with.
  static func with<Value: Sendable>(
    _ home: StateHome, url: String? = nil, sampleData: Bool = false, programmes: String? = nil,
    point: String? = nil, isForensic: Bool = false, _ body: @Sendable @escaping (ServiceClient) async throws -> Value
  ) async throws -> Value {
    let link = ServiceLink(home: home, point: point)
    if let url = url ?? link.address { return try await use(try link.client(url), body) }
    let store: SQLiteLedgerStore
    do {
      store = try openStore(home)
    } catch LedgerStoreError.locked {
      guard let running = try? String(contentsOfFile: endpointPath(home), encoding: .utf8) else {
        throw CentreAccessError.lockedWithoutEndpoint
      }
      return try await use(try link.client(running), body)
    }
    let centre: Centre
    do {
      centre = try self.centre(
        home, store, sampleData: sampleData, programmes: programmes, alone: true, isForensic: isForensic)
    } catch {
      await store.close()
      throw error
    }
    return try await embedded(CentreServer(centre: centre, port: 0, isForensic: isForensic), store, body)
  }

  static func endpointPath(_ home: StateHome) -> String { home.centre + "/endpoint" }

  static func openStore(_ home: StateHome, commitDelay: UInt32 = 0) throws -> SQLiteLedgerStore {
    try home.make(home.centre)
    let store = try SQLiteLedgerStore(
      folder: home.centre, clock: { Clock.milliseconds }, commitDelay: commitDelay)
    // Whoever holds the lock is the centre now: an address left behind by one that was killed must mislead nobody.
    try? FileManager.default.removeItem(atPath: endpointPath(home))
    return store
  }

  /// - Throws: ``ProgrammeError`` with every fault of the programmes, each with its place: rules that are in doubt pay
  ///   nobody.
  static func centre(
    _ home: StateHome, _ store: SQLiteLedgerStore, sampleData: Bool, programmes: String? = nil, alone: Bool = false,
    isForensic: Bool = false
  ) throws -> Centre {
    let catalogue = try ProgrammeFolder.catalogue(programmes, of: home)
    let issuers = home.centre + "/issuers"
    try home.make(issuers)
    let keys = home.centre + "/centre.keys"
    // Cards in the field know the key that completions are signed with: one that was lost is never made anew silently.
    if !FileManager.default.fileExists(atPath: keys), try store.hasHistory { throw CentreAccessError.keysMissing }
    let records = try RecordsKey(folder: home.centre)
    let backups = BackupMaker(files: StateFiles(home: home.path), key: records)
    let now = { @Sendable in Clock.milliseconds }
    let anchors =
      isForensic
      ? AnchorLog(lookingAt: home.centre, key: records, clock: now)
      : try AnchorLog(folder: home.centre, key: records, clock: now)
    return Centre(
      store: store, keys: try CentreKeys(path: keys),
      trust: IssuerTrust(folders: [issuers, home.office]), allowsSampleData: sampleData,
      catalogue: catalogue, minimumVerifierDate: { minimumVerifierDate(home) }, backups: backups,
      records: records, anchors: anchors, auditsAlone: alone, clock: now)
  }

  /// `DIR/centre/minimum-verifier-date`: YYYYMMDD, written when a document verifier is revoked.
  static func minimumVerifierDatePath(_ home: StateHome) -> String { home.centre + "/minimum-verifier-date" }

  private static func minimumVerifierDate(_ home: StateHome) -> UInt32? {
    let path = minimumVerifierDatePath(home)
    guard FileManager.default.fileExists(atPath: path) else { return 0 }
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    // A file that can't be read as a day must not count as none: a revoked verifier would be believed again.
    return UInt32(text.trimmingCharacters(in: .whitespacesAndNewlines)).flatMap { CVDate(yyyymmdd: $0) }?.yyyymmdd
  }

  private static func embedded<Value: Sendable>(
    _ server: CentreServer, _ store: SQLiteLedgerStore,
    _ body: @Sendable @escaping (ServiceClient) async throws -> Value
  ) async throws -> Value {
    let outcome = Mutex<Result<Value, any Error>?>(nil)
    do {
      try await server.run(stopsOnSignals: false) { port, stop in
        let result: Result<Value, any Error>
        do {
          result = .success(try await use(ServiceClient(base: "http://127.0.0.1:\(port)"), body))
        } catch {
          result = .failure(error)
        }
        outcome.withLock { $0 = result }
        await stop()
      }
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    guard let result = outcome.withLock({ $0 }) else { throw CentreAccessError.noLoopback }
    return try result.get()
  }

  private static func use<Value: Sendable>(
    _ client: ServiceClient, _ body: @Sendable (ServiceClient) async throws -> Value
  ) async throws -> Value {
    do {
      let value = try await body(client)
      await client.shutdown()
      return value
    } catch {
      await client.shutdown()
      throw error
    }
  }
}

/// Why the centre could not be reached.
enum CentreAccessError: Error {
  /// Another process holds the centre's state and has not said where it listens.
  case lockedWithoutEndpoint
  /// No loopback address to listen on.
  case noLoopback
  /// The ledger has a history, but the keys that go with it are not there.
  case keysMissing
  /// The certificates to believe can't be read; their file.
  case trust(path: String)
}
