import Foundation
import Testing

@testable import VietnamReference

/// Reads a vector file kept beside this source; fields may be quoted, never doubled quotes or line ends inside.
enum VectorFile {
  static func rows(_ name: String, file: String = #filePath) throws -> [[String]] {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Vectors")
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { fields(of: String($0)) }
  }

  private static func fields(of line: String) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}

func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text: text)) }
