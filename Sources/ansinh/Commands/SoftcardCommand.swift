import ArgumentParser
import Foundation
import SoftCard

/// `ansinh softcard …`
struct SoftcardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "softcard", abstract: "Thẻ phần mềm. / Software card.", subcommands: [Run.self])

  /// `ansinh softcard run`
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Đưa một thẻ phần mềm vào đầu đọc vpcd. / Put a software card into the vpcd reader.",
      discussion: "Thư mục trống cho một thẻ mới. / An empty folder makes a fresh card.")

    @OptionGroup var global: GlobalOptions

    @Option(
      name: .long,
      help: "Số thẻ hoặc tên thư mục trong THƯ_MỤC/card. / Card number or folder name under STATE/card.")
    var card = "moi"

    @Option(name: .long, help: "Cổng của đầu đọc vpcd. / The vpcd reader's port. (ANSINH_VPCD_PORT)")
    var port: UInt16?

    func run() async throws {
      let output = global.output
      let fromEnvironment = ProcessInfo.processInfo.environment["ANSINH_VPCD_PORT"].flatMap { UInt16($0) }
      let softCard = try SoftCard(storage: try FileCardStorage(folder: global.home.card(card)))
      let link = try VPCDLink(card: softCard, port: port ?? fromEnvironment ?? 35_963)
      output.note(
        "Thẻ “\(card)” đang ở trong đầu đọc. Nhấn Ctrl-C để rút thẻ.",
        "Card “\(card)” is in the reader. Press Ctrl-C to take it out.")
      let signal = InterruptSignal { link.remove() }
      defer { signal.cancel() }
      do {
        try await link.run()
      } catch {
        guard error.isClosed else { throw error }
        output.note("Đã rút thẻ.", "The card is out of the reader.")
      }
    }
  }
}

/// Calls a closure at SIGINT or SIGTERM instead of ending the process.
final class InterruptSignal: @unchecked Sendable {
  // @unchecked: dispatch sources may be cancelled from any thread; nothing else is done with them.
  private let sources: [any DispatchSourceSignal]

  init(_ action: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: action)
      source.resume()
      return source
    }
  }

  func cancel() { sources.forEach { $0.cancel() } }
}
