import Foundation

/// What `pgbench` says of a PostgreSQL server on this machine that is made for it and thrown away.
enum PostgreSQLSpeed {
  /// Branches of its bank: 1,000,000 accounts.
  private static let scale = 10

  /// Transactions a second of its own bank (TPC-B-like), each durable before it is answered, on the disk of `folder`.
  /// Empty where PostgreSQL is not installed or does not start.
  static func figures(beside folder: String, clients: Int, seconds: Int) -> [Figure] {
    guard let programs = newest() else { return [] }
    // The server does not run as root: then it runs as who owns it on this machine, who can't read our folders.
    let isRoot = geteuid() == 0
    guard !isRoot || getpwnam("postgres") != nil else { return [] }
    // Short: the server's socket is in it, and a socket's path has 107 octets at most (`unix(7)`).
    let name = "ansinh-pgbench-\(UUID().uuidString.prefix(8))"
    let place = URL(fileURLWithPath: folder).deletingLastPathComponent().appendingPathComponent(name).path
    guard mkdir(place, 0o700) == 0 else { return [] }
    defer { try? FileManager.default.removeItem(atPath: place) }
    if isRoot, let owner = getpwnam("postgres")?.pointee { chown(place, owner.pw_uid, owner.pw_gid) }
    func run(_ program: String, _ arguments: [String]) -> String? {
      let words = (isRoot ? ["runuser", "-u", "postgres", "--"] : []) + [programs + "/" + program] + arguments
      return (try? Program.output(words)) ?? nil
    }
    let data = place + "/data"
    let server = ["-D", data, "-w", "-l", place + "/log"]
    let options = "-c listen_addresses= -c max_connections=\(clients + 10) -k \(place)"
    let bank = ["-h", place, "-U", "postgres", "postgres"]
    // One that took too long to start is stopped as well.
    defer { _ = run("pg_ctl", server + ["-m", "immediate", "stop"]) }
    guard run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]) != nil,
      run("pg_ctl", server + ["-o", options, "start"]) != nil,
      run("pgbench", ["-i", "-q", "-s", String(scale)] + bank) != nil
    else { return [] }
    let load = ["-c", String(clients), "-j", "2", "-T", String(seconds)]
    guard let text = run("pgbench", load + bank), let rate = rate(in: text) else { return [] }
    return [
      Figure(
        "pgbench, \(clients) kết nối, TPC-B", "pgbench, \(clients) clients, TPC-B-like", unit: "1/s", [rate])
    ]
  }

  /// The folder of the newest server's programs (Debian keeps them out of the path).
  private static func newest() -> String? {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let places = versions.sorted { (Double($0) ?? 0) > (Double($1) ?? 0) }.map { "\(root)/\($0)/bin" }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return (places + path.split(separator: ":").map(String.init)).first { place in
      ["initdb", "pg_ctl", "pgbench"].allSatisfy { FileManager.default.isExecutableFile(atPath: place + "/" + $0) }
    }
  }

  /// `tps = 1234.5 (without initial connection time)`
  private static func rate(in text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix("tps = ") }
      .flatMap { $0.split(separator: " ").dropFirst(2).first }.flatMap { Double($0) }
  }
}
