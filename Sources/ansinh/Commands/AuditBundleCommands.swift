import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import LedgerStore
import PayoutPoint
import ServiceAPI
import TransactionService
import VietnamReference

/// The public half of a centre's records key, which proofs and bundles are checked with.
struct RecordsKeyOptions: ParsableArguments {
  @Option(
    name: .long, help: "Tệp records.pub; mặc định của trạng thái này. / File records.pub; by default this state's.",
    completion: .file())
  var key: String?

  func read(_ home: StateHome) throws -> ECPublicKey {
    guard let key = RecordsKey.readPublic(key ?? RecordsKey.publicPath(home.centre)) else {
      throw StateUsageError.noKey
    }
    return key
  }
}

extension AuditCommand {
  /// `ansinh audit export --out DIR`
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Xuất chuỗi sổ để kiểm ở máy khác. / Export the chain, to be checked elsewhere.",
      discussion: """
        Thư mục có bundle.json và chain.jsonl: từng lô, từng mục của cây Merkle. Không có họ tên, số định danh, câu \
        trả lời hay tên cán bộ: chỉ có mã băm của chúng. / The folder has bundle.json and chain.jsonl: each batch and \
        its Merkle leaves. Names, personal IDs, answers and officials are not in it, only their hashes.
        """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Thư mục mới. / A new folder.", completion: .directory) var out: String

    func run() async throws {
      let output = global.output
      let made = try await BundleFlow(home: global.home).export(to: out, output)
      try output.result(made) {
        output.pick(
          "Đã xuất \(VND.grouped(made.batches)) lô, \(VND.grouped(made.leaves)) mục vào \(made.path).",
          "Exported \(made.batches) batches with \(made.leaves) leaves to \(made.path).")
          + "\n" + output.pick("Mốc sổ: \(made.head)", "Head: \(made.head)")
      }
    }
  }

  /// `ansinh audit proof FILE`
  struct Proof: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "proof",
      abstract: "Kiểm chứng minh một lần chi, không cần trung tâm. / Check a payout's proof without the centre.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp của `point proof`. / The file of `point proof`.", completion: .file()) var file: String
    @OptionGroup var records: RecordsKeyOptions

    func run() async throws {
      let output = global.output
      guard let data = FileManager.default.contents(atPath: file), data.count <= ProvenPayout.largest,
        let answer = try? JSONDecoder().decode(PayoutProofAnswer.self, from: data)
      else { throw ChainEvidence.Fault.leaves }
      let proven = try ProvenPayout(answer, key: records.read(global.home))
      try output.result(proven) { proven.text(output) }
    }
  }
}

/// What a proof proves.
struct ProvenPayout: Encodable {
  /// Most octets of a file.
  static let largest = 1 << 20

  let transaction: String
  let amount: Int64
  let card: String
  let counter: UInt32
  let postedAt: Int64
  let head: String

  init(_ answer: PayoutProofAnswer, key: ECPublicKey) throws {
    let (payout, head) = try ChainEvidence.payout(answer, key: key)
    transaction = payout.transactionID.hex
    (amount, card, counter, postedAt) = (payout.amount, payout.card, payout.counter, payout.postedAt)
    self.head = head.description
  }

  func text(_ output: Output) -> String {
    let place = head.split(separator: "/").prefix(3).joined(separator: "/")
    return output.pick(
      """
      ✔ Lần chi \(transaction.suffix(12)) có trong sổ của trung tâm: \(VND.text(amount)).
      Thẻ \(Mask.tail(card)), lần \(counter) của thẻ.
      Lô \(place), trung tâm đã ký. Sổ không thể bỏ hay sửa lần chi này mà không lộ.
      """,
      """
      ✔ Payout \(transaction.suffix(12)) is in the centre's ledger: \(VND.text(amount)).
      Card \(Mask.tail(card)), its payout \(counter).
      Batch \(place), signed by the centre. It can't be taken out or changed unseen.
      """)
  }
}

/// A bundle that was written.
struct MadeBundle: Encodable {
  let path: String
  let batches: Int64
  let leaves: Int64
  let head: String
}

/// A bundle that was checked.
struct CheckedBundle: Encodable {
  let batches: Int64
  let leaves: Int64
  let transfers: Int64
  let payouts: Int64
  let handPayouts: Int64
  let anchors: Int64?
  let anchored: Int64?
  let head: String
  let problemCount: Int64
  let problems: [AuditProblem]

  init(_ findings: BundleFindings) {
    let report = findings.report
    (batches, leaves, transfers) = (report.batches, report.leaves, report.transfers)
    (payouts, handPayouts) = (report.payouts, report.handPayouts)
    (problemCount, problems) = (report.problemCount, report.problems)
    head = findings.head.description
    (anchors, anchored) = (findings.anchors, findings.anchored)
  }

  private func links(_ output: Output) -> String {
    guard let anchors, let anchored else { return output.pick("\nKhông có chuỗi neo", "\nNo master chain") }
    return "\n" + Reports.anchors(anchors, upTo: anchored, of: batches, output)
  }

  func text(_ output: Output) -> String {
    let facts = output.pick(
      """
      KIỂM GÓI SỔ: chỉ bằng khóa công khai
      Lô ghi: \(VND.grouped(batches)), mục trong cây Merkle: \(VND.grouped(leaves)), bút toán: \(VND.grouped(transfers))
      Khoản chi đã kiểm chữ ký thẻ: \(VND.grouped(payouts)); chi theo danh sách ký tay: \(VND.grouped(handPayouts))
      Mốc sổ, trung tâm đã ký: \(head)\(links(output))
      """,
      """
      BUNDLE: checked with public keys alone
      Batches: \(batches), Merkle leaves: \(leaves), entries: \(transfers)
      Payouts whose card signature was verified: \(payouts); by signed lists: \(handPayouts)
      Head, signed by the centre: \(head)\(links(output))
      """)
    guard problemCount > 0 else { return facts + "\n" + output.pick("✔ Không có sai lệch.", "✔ No difference.") }
    return facts + "\n" + output.pick("✘ \(problemCount) sai lệch:", "✘ \(problemCount) problems:") + "\n"
      + problems.map { "  ✘ \($0.check.rawValue): \($0.place)" }.joined(separator: "\n")
  }
}

/// Bundles of this machine's centre.
struct BundleFlow {
  let home: StateHome

  /// Exports from a backup that is made for it, so that payouts go on meanwhile and no reader holds the ledger's log.
  func export(to place: String, _ output: Output) async throws -> MadeBundle {
    let path = StateFlow.absolute(place)
    guard !FileManager.default.fileExists(atPath: path) else { throw BackupError.placeTaken(path) }
    let backup = path + ".backup"
    defer { try? FileManager.default.removeItem(atPath: backup) }
    _ = try await StateFlow(home: home).backup(to: backup)
    guard let key = RecordsKey.readPublic(RecordsKey.publicPath(home.centre)) else { throw StateUsageError.noKey }
    let copy = try StateBackup(path: backup, key: key)
    let sequence = copy.manifest.head.sequence
    let head = try await CentreAccess.with(home, isForensic: true) { client in
      sequence == 0
        ? try await client.get("/v1/ledger/head", LedgerHeadAnswer.self).head
        : try await client.get("/v1/ledger/heads/\(sequence)", LedgerBatchAnswer.self).head
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let manifest = try copy.export(to: path, head: head) { BundleProgress.tell($0, output) }
    return MadeBundle(path: path, batches: manifest.batches, leaves: manifest.leaves, head: head)
  }

  /// Checks a bundle.
  static func verify(
    _ path: String, key: ECPublicKey, expecting kept: Anchor? = nil, _ output: Output
  ) throws -> CheckedBundle {
    CheckedBundle(try LedgerBundle.verify(path, key: key, expecting: kept) { BundleProgress.tell($0, output) })
  }
}

/// How far reading has come, on standard error.
enum BundleProgress {
  static func tell(_ batches: Int64, _ output: Output) {
    output.note("… \(VND.grouped(batches)) lô", "… \(batches) batches")
  }
}
