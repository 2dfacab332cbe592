import ArgumentParser
import CardCrypto
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
        đưa lại (--expect): mọi mốc từ đó đến nay được tải về, đối chiếu từng mắt xích và với sổ; sổ bị viết lại sẽ \
        lộ. / In each second with something written the centre signs an anchor, chained to the one before. Keep one \
        elsewhere (--out) and give it the next time (--expect): every link since then is fetched and checked, and the \
        ledger is held against both ends. History that was written anew shows.
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
      let kept = try expect.map { try KeptAnchor.read($0, key: key) }
      let newest = try await CentreAccess.with(global.home, url: service, isForensic: true) { client in
        let newest = try await client.get("/v1/ledger/anchor", Anchor.self)
        guard newest.isSigned(by: key) else { throw ChainEvidence.Fault.head }
        if let kept { try await KeptAnchor.compare(kept, newest, key, client, output) }
        return newest
      }
      if let out { try KeptAnchor.write(newest, to: out) }
      try output.result(newest) { KeptAnchor.text(newest, compared: kept?.number, output) }
    }
  }
}

/// An anchor in a file of somebody who keeps one.
enum KeptAnchor {
  /// - Throws: ``AnchorError/unreadable(path:)``, ``AnchorError/signature(path:number:)``.
  static func read(_ path: String, key: ECPublicKey) throws -> Anchor {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 16,
      let anchor = try? WireJSON.decode(Anchor.self, from: [UInt8](data))
    else { throw AnchorError.unreadable(path: path) }
    guard anchor.isSigned(by: key) else { throw AnchorError.signature(path: path, number: anchor.number) }
    return anchor
  }

  /// Follows the centre's chain from the anchor that was kept to its newest, and asks the ledger for what both name.
  ///
  /// - Throws: `AnchorFork`.
  static func compare(
    _ kept: Anchor, _ newest: Anchor, _ key: ECPublicKey, _ client: ServiceClient, _ output: Output
  ) async throws {
    var walk = AnchorWalk(from: kept, key: key)
    while walk.number < newest.number {
      let page = try await client.get("/v1/ledger/anchors?after=\(walk.number)", [Anchor].self)
      let wanted = page.filter { $0.number <= newest.number }
      guard !wanted.isEmpty else { break }
      try walk.add(wanted)
      if walk.number < newest.number {
        output.note(
          "… mốc \(VND.grouped(walk.number))/\(VND.grouped(newest.number))",
          "… anchor \(walk.number) of \(newest.number)")
      }
    }
    try walk.requireEnd(newest)
    for tip in Set(kept.tips + newest.tips) {
      let head: SignedHead?
      do {
        let answer = try await client.get("/v1/ledger/heads/\(tip.sequence)", LedgerBatchAnswer.self)
        head = try ChainEvidence.head(answer.head, key: key)
      } catch let error as ServiceClientError {
        guard error.isRefusal(.notFound) else { throw error }
        head = nil
      }
      try walk.require(tip, is: head)
    }
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
        "✔ Chuỗi neo nối liền từ mốc \(VND.grouped(compared)) đã giữ, và sổ vẫn có lô mà mốc ấy ghi.",
        "✔ The chain goes on from the anchor \(compared) that was kept, and the ledger has the batch that it names.")
  }
}
