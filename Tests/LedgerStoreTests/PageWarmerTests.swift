import Foundation
import Testing

@testable import LedgerStore

/// The ledger's pages in the kernel's memory.
struct PageWarmerTests {
  private static let margin: Int64 = 1 << 30

  /// A file of so many octets that is on the disk and, as far as the kernel does what it is advised, nowhere else.
  private static func coldFile(_ scratch: Scratch, octets: Int) throws -> String {
    try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
    let path = scratch.path + "/pages"
    try Data(repeating: 7, count: octets).write(to: URL(fileURLWithPath: path))
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    try #require(fsync(descriptor) == 0)
    try #require(posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0)
    return path
  }

  /// Pages of the file that are in memory (`mincore(2)`).
  private static func resident(_ path: String, octets: Int) throws -> Int {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    let map = try #require(mmap(nil, octets, PROT_READ, MAP_SHARED, descriptor, 0))
    defer { munmap(map, octets) }
    var pages = [UInt8](repeating: 0, count: octets / 4_096)
    try #require(mincore(map, octets, &pages) == 0)
    return pages.count { $0 & 1 == 1 }
  }

  @Test("A file is read from end to end, and is in memory then") func wholeFile() throws {
    let scratch = Scratch()
    let octets = 5 << 20
    let path = try Self.coldFile(scratch, octets: octets)
    // A file system in memory keeps everything.
    let before = try Self.resident(path, octets: octets)
    let warmer = try #require(PageWarmer(path: path))
    #expect(warmer.read(available: Self.margin + Int64(octets)) == Int64(octets))
    let after = try Self.resident(path, octets: octets)
    #expect(after == octets / 4_096 && before <= after)
  }

  @Test("A file that memory has no room for is left alone, and so is one after the end") func noRoom() throws {
    let scratch = Scratch()
    let path = try Self.coldFile(scratch, octets: 1 << 20)
    let warmer = try #require(PageWarmer(path: path))
    #expect(warmer.read(available: Self.margin + (1 << 20) - 1) == 0)
    warmer.stop()
    #expect(warmer.read(available: .max) == 0)
    warmer.close()
    warmer.close()
    #expect(PageWarmer(path: path + ".no") == nil)
    #expect(PageWarmer.availableMemory > 0)
  }

  @Test("A store that is warmed writes on, and keeps its locks until it is closed") func store() async throws {
    let scratch = Scratch()
    let path = scratch.path
    let store = try SQLiteLedgerStore(folder: path, clock: { 1_800_000_000_000 })
    store.warm()
    await store.warmed()
    let before = try await store.head()
    // Any lock of this process on the database: closing another descriptor of it would have dropped all of them.
    let inode = try #require(
      try FileManager.default.attributesOfItem(atPath: path + "/ledger.sqlite")[.systemFileNumber] as? Int)
    let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8)
    #expect(locks.contains(":\(inode) "))
    #expect(try await store.head() == before)
    await store.close()
    #expect(try !String(contentsOfFile: "/proc/locks", encoding: .utf8).contains(":\(inode) "))
  }
}
