import ArgumentParser
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import TransactionService
import VietnamReference

extension AuditCommand {
  /// `ansinh audit anchor`
  struct AnchorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "anchor",
      abstract: "Lấy, giữ và đối chiếu mốc của chuỗi neo. / Fetch, keep and compare an anchor of the master chain.",
      discussion: """
        Mỗi giây có ghi sổ, trung tâm ký một mốc neo nối với mốc trước. Giữ một mốc ở ngoài trung tâm (--out), lần sau \
        đưa lại (--expect): sổ bị viết lại sẽ lộ. / In each second with something written the centre signs an anchor, \
        chained to the one before. Keep one elsewhere (--out) and give it the next time (--expect): history that was \
        written anew shows.
        """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @Option(name: .long, help: "Ghi mốc mới nhất vào tệp mới. / Writes the newest to a new file.", completion: .file())
    var out: String?
    @Option(name: .long, help: "Tệp mốc đã giữ lần trước. / The file of an anchor kept before.", completion: .file())
    var expect: String?
    @OptionGroup var records: RecordsKeyOptions

    func run() async throws {
      let output = global.output
      let key = try records.read(global.home)
      var kept: Anchor?
      if let expect {
        guard let anchor = KeptAnchor.read(expect) else { throw AnchorError.unreadable(path: expect) }
        guard anchor.isSigned(by: key) else { throw AnchorError.signature(path: expect, number: anchor.number) }
        kept = anchor
      }
      let known = kept
      let (newest, same) = try await CentreAccess.with(global.home, url: service) { client in
        let newest = try await client.get("/v1/ledger/anchor", Anchor.self)
        guard let known, known.number <= newest.number else { return (newest, nil as Anchor?) }
        return (newest, try await client.get("/v1/ledger/anchors/\(known.number)", Anchor.self))
      }
      guard newest.isSigned(by: key) else { throw ChainEvidence.Fault.head }
      if let known, same != known { throw AnchorFork(number: known.number) }
      if let out { try KeptAnchor.write(newest, to: out) }
      try output.result(newest) { KeptAnchor.text(newest, compared: known?.number, output) }
    }
  }
}

/// An anchor in a file of somebody who keeps one.
private enum KeptAnchor {
  static func read(_ path: String) -> Anchor? {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 16 else { return nil }
    return try? WireJSON.decode(Anchor.self, from: [UInt8](data))
  }

  static func write(_ anchor: Anchor, to path: String) throws {
    do {
      try Data(WireJSON.encode(anchor) + [0x0A]).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    } catch CocoaError.fileWriteFileExists {
      throw BackupError.placeTaken(path)
    }
  }

  static func text(_ anchor: Anchor, compared: Int64?, _ output: Output) -> String {
    let tips = anchor.tips.map { "  \($0)" }.joined(separator: "\n")
    let facts = output.pick(
      "Mốc neo \(VND.grouped(anchor.number)), trung tâm đã ký; cuối chuỗi của mỗi nơi ghi:\n",
      "Anchor \(anchor.number), signed by the centre; where each writer's chain ends:\n")
    guard let compared else { return facts + tips }
    return facts + tips + "\n"
      + output.pick(
        "✔ Chuỗi neo vẫn có mốc \(VND.grouped(compared)) đã giữ: không ai viết lại những gì trước đó.",
        "✔ The chain still has the anchor \(compared) that was kept: nothing before it was written anew.")
  }
}
