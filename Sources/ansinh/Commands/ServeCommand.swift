import ArgumentParser
import Foundation
import LedgerStore
import TransactionService
import VietnamReference

/// `ansinh serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Chạy dịch vụ trung tâm. / Run the transaction service.",
    discussion: """
      Thiết lập: tệp “centre/serve.yaml” trong thư mục trạng thái (hay --config), trên đó là biến ANSINH_SERVE_…, trên \
      nữa là tùy chọn. Không có TLS thì chỉ nghe ở loopback. / Settings: the file “centre/serve.yaml” of the state \
      folder (or --config), above it variables ANSINH_SERVE_…, above them options. Without TLS, loopback alone.
      """)

  @OptionGroup var global: GlobalOptions
  @Option(name: .long, help: "Tệp thiết lập YAML. / YAML file of settings.", completion: .file(extensions: ["yaml"]))
  var config: String?
  @Option(name: .long, help: "Địa chỉ nghe. / Address to listen on.") var host: String?
  @Option(name: .long, help: "Cổng. / Port.") var port: UInt16?
  @Flag(name: .long, help: "Chỉ kiểm tra thiết lập, không chạy. / Check the settings and stop.") var check = false
  @Flag(name: .long, help: "Chỉ in tài liệu OpenAPI của dịch vụ. / Print the service's OpenAPI document and stop.")
  var openapi = false
  @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
  var sampleData = false
  @Option(
    name: .long,
    help: "Chỉ để đo: mỗi lần ghi chậm thêm N mili giây. / For measuring: N milliseconds more for each commit.")
  var commitDelay = 0
  @OptionGroup var rules: CentreProgrammes

  func validate() throws {
    guard (0...1_000).contains(commitDelay) else { throw ValidationError("--commit-delay: 0…1000") }
  }

  func run() async throws {
    guard !openapi else { return try FileHandle.standardOutput.write(contentsOf: Data(OpenAPIDocument.octets())) }
    let plan = try ServePlan(home: global.home, config: config, host: host, port: port)
    guard !check else {
      _ = try ProgrammeFolder.catalogue(rules.programmes, of: global.home)
      return try plan.show(global.output)
    }
    try await serve(plan)
  }

  private func serve(_ plan: ServePlan) async throws {
    let home = global.home
    let store = try CentreAccess.openStore(home, commitDelay: UInt32(commitDelay) * 1_000)
    let server: CentreServer
    do {
      server = CentreServer(
        centre: try CentreAccess.centre(home, store, sampleData: sampleData, programmes: rules.programmes),
        configuration: plan.configuration, access: plan.access)
    } catch {
      await store.close()
      throw error
    }
    let endpoint = CentreAccess.endpointPath(home)
    let output = global.output
    do {
      try await server.run(stopsOnSignals: true) { port, _ in
        Self.announce(plan.url(port: port), endpoint, output)
        store.warm()
      }
    } catch {
      try? FileManager.default.removeItem(atPath: endpoint)
      await store.close()
      throw error
    }
    try? FileManager.default.removeItem(atPath: endpoint)
    await store.close()
  }

  private static func announce(_ url: String, _ endpoint: String, _ output: Output) {
    do {
      try Data(url.utf8).write(to: URL(fileURLWithPath: endpoint), options: .atomic)
    } catch {
      output.note("Không ghi được \(endpoint).", "\(endpoint) can't be written.")
    }
    do {
      try output.event(
        ["event": "listening", "url": url], "Dịch vụ đang nghe tại \(url). Nhấn Ctrl-C để dừng.",
        "Listening on \(url). Press Ctrl-C to stop.")
    } catch {
      output.note("Không in được địa chỉ \(url).", "The address \(url) can't be printed.")
    }
  }
}

/// How a service will run: its settings read, its certificate and key at hand.
struct ServePlan {
  let configuration: ServeConfiguration
  let access: ServerAccess

  /// Reads the settings.
  ///
  /// - Throws: ``ServeConfigurationError`` with every fault; what is wrong with certificate and key.
  init(home: StateHome, config: String?, host: String?, port: UInt16?) throws {
    let standard = home.centre + "/serve.yaml"
    let file = config ?? (FileManager.default.fileExists(atPath: standard) ? standard : nil)
    let environment = ProcessInfo.processInfo.environment
    var configuration = try ServeConfiguration(file: file, environment: environment)
    if host != nil || port != nil {
      let listen = Endpoint(
        host: host ?? configuration.listen.host, port: port.map(Int.init) ?? configuration.listen.port)
      configuration = try ServeConfiguration(file: file, environment: environment, options: [.listen: listen.text])
    }
    self.configuration = configuration
    let identity = try configuration.tls.map {
      try ServerIdentity(certificate: $0.certificate, key: $0.key, now: Clock.seconds)
    }
    access = ServerAccess(
      configuration, identity: identity,
      tokens: AccessTokens(path: configuration.tokens ?? Self.tokensPath(home)))
  }

  /// The file of the officials' tokens, as the settings say.
  static func tokens(home: StateHome, config: String?) throws -> String {
    let standard = home.centre + "/serve.yaml"
    let file = config ?? (FileManager.default.fileExists(atPath: standard) ? standard : nil)
    return try ServeConfiguration(file: file, environment: ProcessInfo.processInfo.environment).tokens
      ?? tokensPath(home)
  }

  /// The officials' tokens of a centre, unless the settings say otherwise.
  private static func tokensPath(_ home: StateHome) -> String { home.centre + "/tokens.jsonl" }

  /// How clients find it.
  func url(port: Int) -> String {
    let scheme = access.identity == nil ? "http" : "https"
    return "\(scheme)://\(Endpoint(host: configuration.listen.host, port: port).text)"
  }

  private struct Shown: Encodable {
    let setting: ServeSetting
    let value: String
    let origin: ServeSettingOrigin
    let place: String
  }

  /// Every setting, its value and where it comes from.
  func show(_ output: Output) throws {
    let rows = ServeSetting.allCases.compactMap { setting in
      configuration.values[setting].map {
        Shown(setting: setting, value: $0.text, origin: $0.origin, place: $0.place)
      }
    }
    try output.result(rows) {
      var table = TextTable(columns: [
        .init(output.pick("Thiết lập", "Setting")), .init(output.pick("Giá trị", "Value")),
        .init(output.pick("Từ", "From")),
      ])
      for row in rows {
        table.addRow([
          row.setting.rawValue, row.value.isEmpty ? "—" : row.value,
          row.place.isEmpty ? origin(row.origin, output) : row.place,
        ])
      }
      return table.rendered() + "\n"
        + output.pick("Thiết lập dùng được. Mọi giá trị đều có nghĩa.", "The settings can be used.")
    }
  }

  private func origin(_ origin: ServeSettingOrigin, _ output: Output) -> String {
    switch origin {
    case .standard: output.pick("mặc định", "default")
    case .file: output.pick("tệp", "file")
    case .environment: output.pick("môi trường", "environment")
    case .option: output.pick("tùy chọn", "option")
    }
  }
}
