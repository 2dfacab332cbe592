import Foundation
import Testing

@testable import ansinh

@Suite("Files for print")
struct PrintFileTests {
  /// A folder of its own that goes at the end.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ansinh-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("The file is whole, its owner's alone, and nothing is left beside it", arguments: [0, 1, 5_000_000])
  func whole(_ size: Int) throws {
    try inFolder { folder in
      let octets = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      try PrintFile.write(octets, to: folder + "/phiếu.pdf", overwrites: false)
      #expect(try names(folder) == ["phiếu.pdf"])
      #expect(FileManager.default.contents(atPath: folder + "/phiếu.pdf") == Data(octets))
      let mode = try FileManager.default.attributesOfItem(atPath: folder + "/phiếu.pdf")[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test("What is there stays unless it is to be replaced; its mode is not inherited")
  func existing() throws {
    try inFolder { folder in
      let path = folder + "/a.pdf"
      try Data("cũ".utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      #expect(throws: PrintFileError.exists(path: path)) { try PrintFile.check(path, overwrites: false) }
      #expect(throws: PrintFileError.exists(path: path)) { try PrintFile.write([1], to: path, overwrites: false) }
      #expect(FileManager.default.contents(atPath: path) == Data("cũ".utf8))
      try PrintFile.write([1, 2], to: path, overwrites: true)
      #expect(FileManager.default.contents(atPath: path) == Data([1, 2]))
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      #expect(try names(folder) == ["a.pdf"])
    }
  }

  @Test("A link is a name that is taken; replaced, what it led to stays")
  func links() throws {
    try inFolder { folder in
      try Data("đích".utf8).write(to: URL(fileURLWithPath: folder + "/target"))
      for target in ["/target", "/nowhere"] {
        let path = folder + target + ".pdf"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder + target)
        #expect(throws: PrintFileError.exists(path: path)) { try PrintFile.write([1], to: path, overwrites: false) }
        try PrintFile.write([1], to: path, overwrites: true)
        #expect(FileManager.default.contents(atPath: path) == Data([1]))
      }
      #expect(FileManager.default.contents(atPath: folder + "/target") == Data("đích".utf8))
      #expect(try names(folder) == ["nowhere.pdf", "target", "target.pdf"])
    }
  }

  @Test("Folders, empty names and folders that are not there are refused before anything is done")
  func unusable() throws {
    try inFolder { folder in
      for path in ["", folder, folder + "/", folder + "/a\0b"] {
        #expect(throws: PrintFileError.unusable(path: path)) { try PrintFile.check(path, overwrites: true) }
      }
      let path = folder + "/none/a.pdf"
      do {
        try PrintFile.write([1], to: path, overwrites: false)
        Issue.record("written into no folder")
      } catch PrintFileError.system(_, _, let code) {
        #expect(code == ENOENT)
      }
      let long = folder + "/" + String(repeating: "a", count: 300)
      #expect(throws: PrintFileError.self) { try PrintFile.check(long, overwrites: false) }
      #expect(try names(folder).isEmpty)
    }
  }

  @Test("A name of one part stands in the folder where the command runs")
  func bareName() throws {
    let name = "ansinh-\(UUID().uuidString).pdf"
    defer { try? FileManager.default.removeItem(atPath: name) }
    try PrintFile.write([7], to: name, overwrites: false)
    #expect(FileManager.default.contents(atPath: name) == Data([7]))
  }

  @Test("What can't be written leaves no part of it behind, and is told without stopping anything")
  func failing() throws {
    try inFolder { folder in
      // The name fits into a path, the longer one of the file before it has its name does not.
      var deep = folder
      while deep.utf8.count < 4_060 {
        deep += "/" + String(repeating: "d", count: max(1, min(200, 4_070 - deep.utf8.count)))
      }
      try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
      let path = deep + "/a.pdf"
      try PrintFile.check(path, overwrites: false)
      do {
        try PrintFile.write([1], to: path, overwrites: false)
        Issue.record("written")
      } catch PrintFileError.system(_, let told, let code) {
        #expect(told == path && code == ENAMETOOLONG)
      }
      #expect(try names(deep).isEmpty)
    }
  }
}
