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

    @Flag(
      name: .customLong("short-apdus"),
      help: "Thẻ chỉ nhận APDU ngắn, như thẻ và đầu đọc cũ. / A card for short APDUs only, as older ones.")
    var shortAPDUs = false

    func run() async throws {
      let output = global.output
      let fromEnvironment = ProcessInfo.processInfo.environment["ANSINH_VPCD_PORT"].flatMap { UInt16($0) }
      let softCard = try SoftCard(
        storage: try FileCardStorage(folder: global.home.card(card)), lengthFields: shortAPDUs ? .short : .extended)
      let link = try VPCDLink(card: softCard, port: port ?? fromEnvironment ?? 35_963)
      try output.event(
        ["event": "inserted", "card": card], "Thẻ “\(card)” đang ở trong đầu đọc. Nhấn Ctrl-C để rút thẻ.",
        "Card “\(card)” is in the reader. Press Ctrl-C to take it out.")
      let signal = InterruptSignal { link.remove() }
      defer { signal.cancel() }
      do {
        try await link.run()
      } catch {
        guard error.isClosed else { throw error }
        try output.event(
          ["event": "removed", "card": card], "Đã rút thẻ.", "The card is out of the reader.")
      }
    }
  }
}
