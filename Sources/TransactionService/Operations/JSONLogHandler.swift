import Foundation
import Logging

/// Writes each event of the log as one line of JSON: `time`, `level`, `message`, and what else is known of it.
struct JSONLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  /// Takes a line with its line feed, all of it or nothing.
  let write: @Sendable ([UInt8]) -> Void

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    var line = "{\"time\":\"\(Self.time(Date()))\",\"level\":\"\(event.level.rawValue)\",\"message\":"
    Self.append(event.message.description, to: &line)
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += ","
      Self.append(key, to: &line)
      line += ":"
      Self.append(value, to: &line)
    }
    line += "}\n"
    write(Array(line.utf8))
  }

  /// RFC 3339, UTC, milliseconds.
  private static func time(_ date: Date) -> String {
    let milliseconds = Int64((date.timeIntervalSince1970 * 1_000).rounded(.down))
    var seconds = time_t(milliseconds / 1_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func padded(_ number: Int32, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(parts.tm_year + 1_900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))T"
      + "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))."
      + "\(padded(Int32(milliseconds % 1_000), 3))Z"
  }

  private static func append(_ value: Logger.MetadataValue, to line: inout String) {
    switch value {
    case .string(let text): append(text, to: &line)
    case .stringConvertible(let value as Int): line += String(value)
    case .stringConvertible(let value): append(value.description, to: &line)
    case .array(let values):
      line += "["
      for (place, value) in values.enumerated() {
        if place > 0 { line += "," }
        append(value, to: &line)
      }
      line += "]"
    case .dictionary(let members):
      line += "{"
      for (place, (key, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if place > 0 { line += "," }
        append(key, to: &line)
        line += ":"
        append(value, to: &line)
      }
      line += "}"
    }
  }

  /// A JSON string (RFC 8259 §7): whatever is in `text`, it is one line.
  private static func append(_ text: String, to line: inout String) {
    line += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": line += "\\\""
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
        || scalar.value == 0x2029:
        let digits = String(scalar.value, radix: 16)
        line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: line.unicodeScalars.append(scalar)
      }
    }
    line += "\""
  }
}

/// Where the service's log goes, and how.
public struct ServiceLog: Sendable {
  /// Lines of JSON, or lines for people.
  public enum Format: String, CaseIterable, Sendable {
    /// One JSON object a line.
    case json
    /// As swift-log writes by itself.
    case text
  }

  private let format: Format
  private let level: Logger.Level
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: takes the octets of one line; standard error by default.
  public init(
    format: Format, level: String, write: @escaping @Sendable ([UInt8]) -> Void = ServiceLog.toStandardError
  ) {
    self.format = format
    self.level = Logger.Level(rawValue: level) ?? .info
    self.write = write
  }

  var logger: Logger {
    var logger = Logger(label: "ansinh.serve") { label in
      switch format {
      case .json: JSONLogHandler(write: write)
      case .text: StreamLogHandler.standardError(label: label)
      }
    }
    logger.logLevel = level
    return logger
  }

  /// Writes a line to standard error; a log that can't be written stops nobody from being paid.
  @Sendable public static func toStandardError(_ line: [UInt8]) {
    var rest = line[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(2, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }
}
