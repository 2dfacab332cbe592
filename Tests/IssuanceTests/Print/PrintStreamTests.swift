import CardTestSupport
import Foundation
import Issuance
import Printing
import Testing

@Suite("Print streams")
struct PrintStreamTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func document(_ label: String = "000001", pages: Int = 1) throws -> PrintDocument {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    drawing.add(try typesetter.text(secret: Array("48213".utf8), TextStyle(points: 20)), x: 10, y: 10)
    let information = DocumentInformation(title: "", author: "", subject: "", time: 0)
    let sheets = Array(repeating: Sheet(size: .a5, drawing: drawing), count: pages)
    return PrintDocument(.mailer, .pdf, label: label, octets: try typesetter.pdfOctets(sheets, information))
  }

  private func contents(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
  }

  private func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

  // MARK: Folder

  @Test("A folder gets the whole document, under its own name, for the owner alone")
  func folderWhole() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let document = try document()
    try await FolderPrintStream(folder: folder).take(document)
    #expect(try files() == ["mailer-000001.pdf"])
    #expect(try contents("mailer-000001.pdf") == PrintFixture.octets(document))
    let mode = try FileManager.default.attributesOfItem(atPath: folder + "/mailer-000001.pdf")[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test("A file that is there stays as it is, be it a link to elsewhere")
  func folderExists() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let stream = FolderPrintStream(folder: folder)
    try Data("cũ".utf8).write(to: URL(fileURLWithPath: folder + "/mailer-000001.pdf"))
    await #expect(throws: PrintStreamError.exists(fileName: "mailer-000001.pdf")) {
      try await stream.take(try document())
    }
    #expect(try contents("mailer-000001.pdf") == Array("cũ".utf8))
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/mailer-2.pdf", withDestinationPath: folder + "/elsewhere")
    await #expect(throws: PrintStreamError.exists(fileName: "mailer-2.pdf")) {
      try await stream.take(try document("2"))
    }
    #expect(try files() == ["mailer-000001.pdf", "mailer-2.pdf"])
  }

  @Test(
    "A label that could leave the folder or hide a file is refused",
    arguments: ["", "../a", "a/b", ".a", "a\0", "é", "a b"])
  func folderLabels(_ label: String) async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    await #expect(throws: PrintStreamError.badLabel) {
      try await FolderPrintStream(folder: folder).take(try document(label))
    }
    await #expect(throws: PrintStreamError.badLabel) {
      try await FolderPrintStream(folder: folder).take(try document(String(repeating: "a", count: 65)))
    }
    #expect(try files().isEmpty)
  }

  @Test("A folder that is not there is the system's error")
  func folderMissing() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    await #expect(throws: PrintStreamError.system(operation: "open folder", code: ENOENT)) {
      try await FolderPrintStream(folder: folder + "/none").take(try document())
    }
  }

  @Test("A disk that is full half-way leaves nothing")
  func folderFull() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // In a process of its own, whose files may have no more than 10,000 octets.
    await #expect(processExitsWith: .success) { [folder = folder as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 10_000, rlim_max: 10_000)
      guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
      let typesetter = try Typesetter()
      let information = DocumentInformation(title: "", author: "", subject: "", time: 0)
      let sheets = Array(repeating: Sheet(size: .a5, drawing: Drawing(height: 10)), count: 200)
      let document = PrintDocument(.mailer, .pdf, label: "1", octets: try typesetter.pdfOctets(sheets, information))
      guard document.count > 20_000 else { exit(3) }
      do {
        try await FolderPrintStream(folder: folder).take(document)
        exit(4)
      } catch PrintStreamError.system(operation: "write", code: EFBIG) {}
      guard try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty else { exit(5) }
    }
    #expect(try files().isEmpty)
  }

  // MARK: Command

  private func shell(_ script: String, seconds: Int = 60) -> CommandPrintStream {
    CommandPrintStream(executable: "/bin/sh", arguments: ["-c", script], seconds: seconds)
  }

  @Test("A command gets every document whole on its standard input")
  func command() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for pages in [1, 400] {
      let document = try document(pages: pages)
      try await shell("cat >'\(folder)/out'").take(document)
      #expect(try contents("out") == PrintFixture.octets(document))
    }
  }

  @Test("A command that fails, by status or signal, early or late, is an error")
  func commandFails() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for pages in [1, 400] {
      let document = try document(pages: pages)
      for script in ["exit 3", "cat >/dev/null; exit 3", "head -c 9 >/dev/null; exit 3"] {
        await #expect(throws: PrintStreamError.commandFailed(status: 3, isSignal: false)) {
          try await shell(script).take(document)
        }
      }
      await #expect(throws: PrintStreamError.commandFailed(status: 9, isSignal: true)) {
        try await shell("kill -9 $$").take(document)
      }
    }
    #expect(try files().isEmpty)
  }

  @Test("A command that ends well without reading a large document has not printed it")
  func commandTakesNothing() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    await #expect(throws: PrintStreamError.notTaken) { try await shell("exit 0").take(try document(pages: 800)) }
    await #expect(throws: PrintStreamError.system(operation: "run", code: ENOENT)) {
      try await CommandPrintStream(executable: folder + "/none").take(try document())
    }
  }

  @Test(
    "A command that hangs is ended, whether it reads or not",
    arguments: ["exec sleep 60", "cat >/dev/null; exec sleep 60"])
  func commandHangs(_ script: String) async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    await #expect(throws: PrintStreamError.timedOut(seconds: 1)) {
      try await shell("echo $$ >'\(folder)/pid'; \(script)", seconds: 1).take(try document(pages: 800))
    }
    let pid = try #require(Int32(String(decoding: try contents("pid"), as: UTF8.self).dropLast()))
    #expect(kill(pid, 0) == -1 && errno == ESRCH)
  }

  // MARK: Descriptor

  /// What comes out at a pipe's other end.
  private func piped(_ body: (Int32) async throws -> Void) async throws -> [UInt8] {
    let pipe = Pipe()
    let reading = pipe.fileHandleForReading
    let all = AsyncStream<[UInt8]> { continuation in
      // A thread of its own: the tests' tasks share few.
      Thread {
        continuation.yield([UInt8](reading.readDataToEndOfFile()))
        continuation.finish()
      }.start()
    }
    try await body(pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForWriting.close()
    for await octets in all { return octets }
    return []
  }

  @Test("A descriptor gets the octets alone, and no second document after them")
  func descriptor() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let document = try document(pages: 400)
    let octets = try await piped { descriptor in
      let stream = DescriptorPrintStream(descriptor, framing: .bare)
      try await stream.take(document)
      await #expect(throws: PrintStreamError.holdsOneDocument) { try await stream.take(document) }
    }
    #expect(octets == PrintFixture.octets(document))
  }

  @Test("Headed documents are told apart by their lines")
  func headed() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let documents = [try document("a", pages: 1), try document("b", pages: 30)]
    let octets = try await piped { descriptor in
      let stream = DescriptorPrintStream(descriptor, framing: .headed)
      for document in documents { try await stream.take(document) }
      await #expect(throws: PrintStreamError.badLabel) { try await stream.take(try document("a b")) }
    }
    let expected = documents.flatMap { document in
      Array("ANSINH-PRINT 1 mailer pdf \(document.label) \(document.count)\n".utf8) + PrintFixture.octets(document)
    }
    #expect(octets == expected)
  }

  @Test("A full device and a reader who is gone are errors, and the stream takes nothing after them")
  func broken() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let stream = DescriptorPrintStream(full, framing: .headed)
    await #expect(throws: PrintStreamError.system(operation: "write", code: ENOSPC)) {
      try await stream.take(try document())
    }
    await #expect(throws: PrintStreamError.broken) { try await stream.take(try document()) }
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let gone = DescriptorPrintStream(ends[1], framing: .bare)
    await #expect(throws: PrintStreamError.system(operation: "write", code: EPIPE)) {
      try await gone.take(try document())
    }
  }

  @Test("A reader who reads nothing holds the stream for no longer than it may")
  func slow() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let pipe = Pipe()
    let stream = DescriptorPrintStream(pipe.fileHandleForWriting.fileDescriptor, framing: .bare, seconds: 1)
    await #expect(throws: PrintStreamError.timedOut(seconds: 1)) { try await stream.take(try document(pages: 800)) }
  }
}
