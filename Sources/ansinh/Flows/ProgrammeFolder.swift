import Benefits
import Foundation
import VietnamReference

/// Programmes as commands name them: those shipped, with a folder's files on top.
enum ProgrammeFolder {
  /// Stands for the catalogue shipped where a folder is asked for.
  static let shipped = "co-san"
  /// Most files of a folder, and most bytes of one.
  static let (maximumFiles, maximumBytes) = (200, 1_048_576)

  /// The files of a folder, `*.yaml`, by name.
  static func files(_ path: String) throws -> [ProgrammeCatalogue.File] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw ProgrammeError.unreadable(path: path)
    }
    let wanted = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
    guard (1...maximumFiles).contains(wanted.count) else { throw ProgrammeError.unreadable(path: path) }
    return try wanted.map { name in
      let file = FileHandle(forReadingAtPath: path + "/" + name)
      guard let data = try? file?.read(upToCount: maximumBytes + 1), data.count <= maximumBytes,
        let text = String(validating: data, as: UTF8.self)
      else { throw ProgrammeError.unreadable(path: path + "/" + name) }
      return ProgrammeCatalogue.File(name: name, yaml: text)
    }
  }

  /// The catalogue shipped, with a folder's files on top of it.
  static func catalogue(_ path: String?) throws -> ProgrammeCatalogue {
    guard let path, path != shipped else { return .embedded }
    let files = try files(path)
    do throws(CatalogueError) {
      return try ProgrammeCatalogue(files: files, onTopOf: .embedded)
    } catch {
      throw ProgrammeError.content(path: path, error)
    }
  }

  /// The catalogue of a centre: with the files of the folder named, else with those of its state folder's
  /// `programmes`, when there is one.
  static func catalogue(_ path: String?, of home: StateHome) throws -> ProgrammeCatalogue {
    if let path { return try catalogue(path) }
    return try FileManager.default.fileExists(atPath: home.programmes) ? catalogue(home.programmes) : .embedded
  }

  /// A day as people write it.
  static func day(_ text: String) throws -> CalendarDate {
    guard let date = CalendarDate(text: text) else { throw ProgrammeError.day(text) }
    return date
  }

  /// The day given, else today's in Vietnam.
  static func day(or text: String?) throws -> CalendarDate {
    if let text { return try day(text) }
    guard let today = Clock.today else { throw ProgrammeError.day("") }
    return today
  }

  /// A programme by its code, small letters or capital.
  static func programme(_ code: String, in catalogue: ProgrammeCatalogue) throws -> Programme {
    guard let programme = catalogue.programme(code: code.uppercased()) else {
      throw ProgrammeError.notFound(code: code)
    }
    return programme
  }

  /// `name=value`, as options have it.
  static func inputs(_ texts: [String]) throws -> [(name: String, text: String)] {
    try texts.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else { throw ProgrammeError.input(text) }
      return (String(parts[0]), String(parts[1]))
    }
  }
}
