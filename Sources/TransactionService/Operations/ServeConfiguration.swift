import Foundation
import StrictYAML
public import VietnamReference

/// Something about `ansinh serve` that can be set, by file or environment.
public enum ServeSetting: String, CaseIterable, Sendable, Codable {
  /// Where the service listens, `HOST:PORT`.
  case listen
  /// Where metrics and readiness are told, `HOST:PORT`, in the clear and without a token; empty for nowhere.
  case operations
  /// PEM file of the service's certificate and those above it. Without one the service listens on loopback alone.
  case tlsCertificate = "tls-certificate"
  /// PEM file of its key, which nobody but its owner may read.
  case tlsKey = "tls-key"
  /// File of the officials' tokens.
  case tokens
  /// Requests a second that one caller may send; 0 for any number.
  case requestsPerSecond = "requests-per-second"
  /// Tokens and keys that one address may get wrong in a minute; 0 for any number.
  case failuresPerMinute = "failures-per-minute"
  /// Connections at once.
  case connections
  /// Seconds after which a connection without a request is closed.
  case idleSeconds = "idle-seconds"
  /// Seconds that a request may take to arrive.
  case requestSeconds = "request-seconds"
  /// `trace`, `debug`, `info`, `notice`, `warning`, `error`; a line for each request comes with `info`.
  case logLevel = "log-level"
  /// `json` or `text`.
  case logFormat = "log-format"

  /// The variable that sets it, above the file.
  public var variable: String {
    "ANSINH_SERVE_" + rawValue.uppercased().replacingOccurrences(of: "-", with: "_")
  }

  var standard: String {
    switch self {
    case .listen: "127.0.0.1:8741"
    case .operations, .tlsCertificate, .tlsKey, .tokens: ""
    case .requestsPerSecond: "0"
    case .failuresPerMinute: "60"
    case .connections: "4096"
    case .idleSeconds: "120"
    case .requestSeconds: "20"
    case .logLevel: "info"
    case .logFormat: "json"
    }
  }
}

/// Where a setting's value comes from.
public enum ServeSettingOrigin: String, Sendable, Codable {
  /// Nobody set it.
  case standard
  /// The file.
  case file
  /// The environment.
  case environment
  /// An option of the command.
  case option
}

/// What is wrong with a setting.
public struct ServeSettingFault: Error, Hashable, Sendable {
  /// File and line, or the variable.
  public let place: String
  /// Setting, or the key that is none.
  public let key: String
  /// Why, and what to do.
  public let reason: BilingualText

  /// One fault.
  public init(place: String, key: String, reason: BilingualText) {
    self.place = place
    self.key = key
    self.reason = reason
  }
}

/// Everything that is wrong with a configuration.
public struct ServeConfigurationError: Error, Sendable {
  /// In the order of the file.
  public let faults: [ServeSettingFault]

  /// At least one.
  public init(faults: [ServeSettingFault]) { self.faults = faults }
}

/// How `ansinh serve` runs.
public struct ServeConfiguration: Sendable {
  /// A setting with where its value comes from.
  public struct Value: Hashable, Sendable {
    /// As written.
    public let text: String
    /// Where from.
    public let origin: ServeSettingOrigin
    /// File and line, or the variable.
    public let place: String
  }

  /// Every setting.
  public private(set) var values: [ServeSetting: Value] = [:]
  /// Folder that relative paths count from: the file's.
  private let folder: String

  /// Reads the file, when there is one, and the environment above it.
  ///
  /// - Parameters:
  ///   - options: what the command's options say, above both.
  /// - Throws: every fault at once.
  public init(
    file: String?, environment: [String: String], options: [ServeSetting: String] = [:]
  ) throws(ServeConfigurationError) {
    folder = file.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? ""
    var faults: [ServeSettingFault] = []
    for setting in ServeSetting.allCases {
      values[setting] = Value(text: setting.standard, origin: .standard, place: "")
    }
    if let file { faults += read(file) }
    for setting in ServeSetting.allCases {
      if let text = environment[setting.variable] {
        values[setting] = Value(text: text, origin: .environment, place: setting.variable)
      }
      if let text = options[setting] { values[setting] = Value(text: text, origin: .option, place: "") }
    }
    let known = Set(ServeSetting.allCases.map(\.variable))
    for name in environment.keys.sorted() where name.hasPrefix("ANSINH_SERVE_") && !known.contains(name) {
      faults.append(Self.unknown(name, name, ServeSetting.allCases.map(\.variable)))
    }
    faults += check()
    guard faults.isEmpty else { throw ServeConfigurationError(faults: faults) }
  }

  private mutating func read(_ path: String) -> [ServeSettingFault] {
    guard let octets = FileManager.default.contents(atPath: path) else {
      return [
        ServeSettingFault(
          place: path, key: "",
          reason: BilingualText(
            vi: "không đọc được tệp; kiểm tra đường dẫn và quyền", en: "can't be read; check path and rights"))
      ]
    }
    let node: YAMLNode
    do {
      node = try YAMLDocument.read(String(decoding: octets, as: UTF8.self))
    } catch {
      if case .nothing = error.reason { return [] }
      let reason =
        switch error.reason {
        case .duplicateKey(let line):
          BilingualText(vi: "đã có ở dòng \(line); bỏ một", en: "stands in line \(line) already; take one out")
        default: BilingualText(vi: "không phải YAML", en: "is no YAML")
        }
      return [ServeSettingFault(place: "\(path):\(error.place.line)", key: error.key, reason: reason)]
    }
    guard case .map(let entries) = node.content else {
      return [
        ServeSettingFault(
          place: "\(path):\(node.place.line)", key: "",
          reason: BilingualText(vi: "phải là các dòng “khóa: giá trị”", en: "must be lines of “key: value”"))
      ]
    }
    var faults: [ServeSettingFault] = []
    for (key, value) in entries {
      let place = "\(path):\(key.place.line)"
      guard let setting = ServeSetting(rawValue: key.scalar ?? "") else {
        faults.append(Self.unknown(key.scalar ?? "?", place, ServeSetting.allCases.map(\.rawValue)))
        continue
      }
      guard let text = value.isEmpty ? "" : value.scalar else {
        faults.append(
          ServeSettingFault(
            place: place, key: setting.rawValue,
            reason: BilingualText(vi: "cần một giá trị đơn", en: "takes one plain value")))
        continue
      }
      values[setting] = Value(text: text, origin: .file, place: place)
    }
    return faults
  }

  private static func unknown(_ key: String, _ place: String, _ names: [String]) -> ServeSettingFault {
    let nearest = Spelling.nearest(key, names)
    return ServeSettingFault(
      place: place, key: key,
      reason: BilingualText(
        vi: "không có thiết lập này"
          + (nearest.map { "; có phải “\($0)”?" } ?? "; có: \(names.joined(separator: ", "))"),
        en: "is no setting" + (nearest.map { "; is it “\($0)”?" } ?? "; there are: \(names.joined(separator: ", "))")))
  }

  /// Reads a value that must have a form.
  private func fault<Result>(
    _ setting: ServeSetting, _ reason: BilingualText, _ read: (String) -> Result?
  ) -> ServeSettingFault? {
    guard let value = values[setting], read(value.text) == nil else { return nil }
    return ServeSettingFault(place: value.place, key: setting.rawValue, reason: reason)
  }

  private func check() -> [ServeSettingFault] {
    let address = BilingualText(
      vi: "phải là MÁY:CỔNG, ví dụ 0.0.0.0:8741 hay [::1]:8741",
      en: "must be HOST:PORT, for example 0.0.0.0:8741 or [::1]:8741")
    func number(_ range: ClosedRange<Int>) -> BilingualText {
      BilingualText(
        vi: "phải là số từ \(range.lowerBound) đến \(range.upperBound)",
        en: "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    var faults: [ServeSettingFault?] = [
      fault(.listen, address, Endpoint.init(text:)),
      fault(.operations, address) { $0.isEmpty ? true : Endpoint(text: $0).map { _ in true } },
      fault(
        .logLevel,
        BilingualText(
          vi: "phải là trace, debug, info, notice, warning hay error",
          en: "must be trace, debug, info, notice, warning or error")
      ) {
        ["trace", "debug", "info", "notice", "warning", "error"].contains($0) ? true : nil
      },
      fault(
        .logFormat, BilingualText(vi: "phải là json hay text", en: "must be json or text"),
        ServiceLog.Format.init(rawValue:)),
    ]
    for (setting, range) in Self.ranges {
      faults.append(fault(setting, number(range)) { Int($0).flatMap { range.contains($0) ? $0 : nil } })
    }
    let hasTLS = (!text(.tlsCertificate).isEmpty, !text(.tlsKey).isEmpty)
    if hasTLS.0 != hasTLS.1 {
      let missing: ServeSetting = hasTLS.0 ? .tlsKey : .tlsCertificate
      faults.append(
        ServeSettingFault(
          place: values[hasTLS.0 ? .tlsCertificate : .tlsKey]?.place ?? "", key: missing.rawValue,
          reason: BilingualText(
            vi: "thiếu: chứng thư và khóa đi cùng nhau", en: "is missing: certificate and key go together")))
    }
    if let listen = Endpoint(text: text(.listen)), !hasTLS.0, !listen.isLoopback {
      faults.append(
        ServeSettingFault(
          place: values[.listen]?.place ?? "", key: ServeSetting.listen.rawValue,
          reason: BilingualText(
            vi: "không có TLS thì chỉ nghe ở địa chỉ loopback; đặt tls-certificate và tls-key, hoặc nghe ở 127.0.0.1",
            en: "without TLS only a loopback address; set tls-certificate and tls-key, or listen on 127.0.0.1")))
    }
    return faults.compactMap { $0 }
  }

  private static let ranges: [(ServeSetting, ClosedRange<Int>)] = [
    (.requestsPerSecond, 0...1_000_000), (.failuresPerMinute, 0...1_000_000), (.connections, 1...100_000),
    (.idleSeconds, 1...3_600),
    (.requestSeconds, 1...3_600),
  ]

  private func text(_ setting: ServeSetting) -> String { values[setting]?.text ?? "" }

  private func number(_ setting: ServeSetting) -> Int { Int(text(setting)) ?? 0 }

  private func path(_ setting: ServeSetting) -> String? {
    let text = text(setting)
    guard !text.isEmpty else { return nil }
    return text.hasPrefix("/") || folder.isEmpty ? text : folder + "/" + text
  }

  /// Where the service listens.
  public var listen: Endpoint { Endpoint(text: text(.listen)) ?? .standard }
  /// Where metrics and readiness are told.
  public var operations: Endpoint? { Endpoint(text: text(.operations)) }
  /// Certificate and key, PEM files.
  public var tls: (certificate: String, key: String)? {
    guard let certificate = path(.tlsCertificate), let key = path(.tlsKey) else { return nil }
    return (certificate, key)
  }
  /// File of tokens; `nil` for the state folder's own.
  public var tokens: String? { path(.tokens) }
  /// Requests a second of one caller; 0 for any number.
  public var requestsPerSecond: Int { number(.requestsPerSecond) }
  /// Tokens and keys that an address may get wrong in a minute; 0 for any number.
  public var failuresPerMinute: Int { number(.failuresPerMinute) }
  /// Connections at once.
  public var connections: Int { number(.connections) }
  /// Seconds until an idle connection is closed.
  public var idleSeconds: Int { number(.idleSeconds) }
  /// Seconds that a request may take to arrive.
  public var requestSeconds: Int { number(.requestSeconds) }
  /// Level of the log.
  public var logLevel: String { text(.logLevel) }
  /// How the log is written.
  public var logFormat: ServiceLog.Format { ServiceLog.Format(rawValue: text(.logFormat)) ?? .json }
}

/// Host and port.
public struct Endpoint: Hashable, Sendable {
  /// Name or address; an IPv6 address without its brackets.
  public let host: String
  /// TCP port; 0 lets the system choose.
  public let port: Int

  static let standard = Endpoint(host: "127.0.0.1", port: 8_741)

  /// From its parts.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `HOST:PORT` or `[IPv6]:PORT`; `nil` for anything else.
  public init?(text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }) else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  /// As it is written.
  public var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Whether nothing outside this machine reaches it.
  public var isLoopback: Bool {
    if host == "::1" || host == "localhost" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
      }
  }
}
