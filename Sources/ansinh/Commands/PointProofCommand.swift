import ArgumentParser
import Foundation
import PayoutPoint
import ServiceAPI
import TransactionService

extension PointCommand {
  /// `ansinh point proof TRANSACTION`
  struct Proof: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "proof",
      abstract: "Lấy chứng minh một lần chi có trong sổ. / Fetch the proof that a payout is in the ledger.",
      discussion: """
        Tệp kiểm được ở bất kỳ đâu bằng `ansinh audit proof` và records.pub của trung tâm. / The file can be checked \
        anywhere with `ansinh audit proof` and the centre's records.pub.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(
      help: "Mã giao dịch, hoặc số chứng từ của điểm này. / Transaction, or document number of this point.")
    var transaction: String
    @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"
    @Option(name: .long, help: "Ghi vào tệp này. / Write it to this file.", completion: .file()) var out: String?
    @OptionGroup var records: RecordsKeyOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let id = try Reverse.identifier(transaction, point: point, global.home)
      let answer = try await CentreAccess.with(global.home, url: centre.service, point: point) { client in
        try await client.get("/v1/payouts/\(id)/proof", PayoutProofAnswer.self)
      }
      let proven = try ProvenPayout(answer, key: records.read(global.home))
      guard proven.transaction.lowercased() == id.lowercased() else { throw ChainEvidence.Fault.leaves }
      if let out {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
          try encoder.encode(answer).write(to: URL(fileURLWithPath: out), options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {
          throw BackupError.placeTaken(out)
        }
      }
      try output.result(proven) { proven.text(output) }
    }
  }
}
