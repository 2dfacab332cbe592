import Foundation
import NIOCore

/// `ansinh serve` as a process of its own, as it would be run.
final class ServeProcess: Sendable {
  let port: Int
  let pid: Int32
  private let process: Process

  /// Starts the program that runs now on `state`, and waits until it listens.
  init(state: String, options: [String] = []) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["serve", "--state", state, "--json", "--cho-phep-du-lieu-mau"] + options
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    pid = process.processIdentifier
    var line: [UInt8] = []
    while let octet = try pipe.fileHandleForReading.read(upToCount: 1)?.first, octet != 10 { line.append(octet) }
    let event = try? JSONDecoder().decode([String: String].self, from: Data(line))
    guard let url = event?["url"], let port = URL(string: url)?.port else {
      process.terminate()
      throw BenchError.impossible
    }
    self.port = port
  }

  /// Resident memory now and at its highest, MiB (`proc(5)`).
  var memory: (now: Double, highest: Double) {
    let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    func field(_ name: String) -> Double {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      let words = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }) ?? []
      return words.count > 1 ? (Double(words[1]) ?? 0) / 1_024 : 0
    }
    return (field("VmRSS"), field("VmHWM"))
  }

  /// CPU seconds it has used (`proc(5)`, stat: utime and stime, 100 ticks a second).
  var processorSeconds: Double {
    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Asks it to end in good order, and waits.
  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// Ends it as a power cut would.
  func kill() {
    Foundation.kill(pid, SIGKILL)
    process.waitUntilExit()
  }
}
