import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import Issuance
import VietnamReference

extension KeyCommand {
  /// `ansinh key show`
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Các thế hệ khóa, giá trị kiểm tra, nơi giữ. / Generations, check values, where the keys are.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var keys: OfficeKeyOptions

    func run() async throws {
      let output = global.output
      let office = try KeyCommand.office(global)
      let custodian = try office.open { try keys.passphrase() }
      let view = try KeyFlow.Keys(office, try custodian.checkValues(), try office.ceremonies().last)
      try output.result(view) { view.text(output) }
      try KeyFlow.notePlain(global.home, output)
    }
  }

  /// `ansinh key check`
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Đối chiếu khóa với biên bản đã ký. / Compare the keys with the signed records.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var keys: OfficeKeyOptions

    private struct Checked: Codable {
      let keys: Int
      let ceremonies: Int
      let ceremonyFingerprint: String?
    }

    func run() async throws {
      let output = global.output
      let office = try KeyCommand.office(global)
      let checked = try office.check { try keys.passphrase() }
      let view = Checked(
        keys: checked.checkValues.count, ceremonies: checked.ceremonies.count,
        ceremonyFingerprint: checked.ceremonies.last?.fingerprint)
      try output.result(view) {
        output.pick(
          "\(view.keys) khóa đúng như \(view.ceremonies) biên bản đã ghi.",
          "\(view.keys) keys are those that \(view.ceremonies) records tell of.")
      }
      if view.ceremonies == 0 {
        output.note("Khóa này không có biên bản nào.", "There is no record of these keys.")
      }
    }
  }

  /// `ansinh key record`
  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "record", abstract: "Biên bản lập khóa: ai làm gì, lúc nào. / The records: who did what, when.",
      discussion: """
        Kiểm tra chữ ký và chuỗi băm trước khi in. / Checks signatures and the chain of hashes before it prints.
        """)

    @OptionGroup var global: GlobalOptions

    private struct Ceremony: Encodable {
      let fingerprint: String
      let record: CeremonyRecord
    }

    func run() async throws {
      let output = global.output
      let found = try KeyCommand.office(global).ceremonies()
      try output.result(found.map { Ceremony(fingerprint: $0.fingerprint, record: $0.record) }) {
        found.isEmpty
          ? output.pick("Chưa có biên bản nào.", "There is no record.")
          : found.map { Self.text($0, output) }.joined(separator: "\n\n")
      }
    }

    private static func text(_ ceremony: VerifiedCeremony, _ output: Output) -> String {
      var table = TextTable(columns: [
        .init(output.pick("Bước", "Step"), .trailing), .init(output.pick("Lúc", "Time")),
        .init(output.pick("Người làm", "Person"), maximumWidth: 26),
        .init(output.pick("Việc", "Act"), maximumWidth: 26),
        .init(output.pick("Chi tiết", "Details"), maximumWidth: 54),
      ])
      for step in ceremony.record.steps {
        let act = CeremonyAct(rawValue: step.act).map { KeyTexts.act($0)(output.language) } ?? Mask.printable(step.act)
        table.addRow([
          String(step.number), KeyTexts.time(step.time, output.language), Mask.printable(step.person), act,
          KeyTexts.details(step.details, output),
        ])
      }
      let title = output.pick(
        "Biên bản số \(ceremony.record.number) — chữ ký và chuỗi băm đúng",
        "Record \(ceremony.record.number) — signature and chain are right")
      return [title, table.rendered(), "SHA-256: " + ceremony.fingerprint].joined(separator: "\n")
    }
  }

  /// `ansinh key share`
  struct Share: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "share",
      abstract: "Thử một mảnh khóa, hoặc ghi bản để in ra giấy. / Try a share, or write it for paper.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var passphrases: SharePassphraseOptions
    @Argument(help: "Tệp mảnh khóa. / Share file.", completion: .file(extensions: ["share"])) var share: String
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Ghi bản in, KHÔNG có mật khẩu, ra tệp. / Write the text for paper, NOT under a passphrase.",
        valueName: "file"), completion: .file(extensions: ["txt"]))
    var paper: String?

    private struct Shown: Codable {
      let share: Int
      let of: Int
      let threshold: Int
      let fingerprint: String
      /// Whether it is one of those that this office's backups are under; `nil` where there is none.
      let isGenuine: Bool?
      let paper: String?
    }

    func run() async throws {
      let output = global.output
      let opened = try passphrases.open(share)
      if let paper { try OwnerFile.create(paper, opened.printed) }
      let sets = (try? IssueFlow.keys(global.home).backups().map(\.set)) ?? []
      let index = Int(opened.index)
      let isGenuine = sets.contains { set in
        set.id == opened.setID && index <= set.count && set.fingerprints[index - 1] == opened.fingerprint
      }
      let shown = Shown(
        share: index, of: opened.count, threshold: opened.threshold, fingerprint: opened.fingerprint.hex,
        isGenuine: sets.isEmpty ? nil : isGenuine, paper: paper)
      try output.result(shown) {
        let verdict =
          switch shown.isGenuine {
          case true: output.pick("đúng mảnh đã trao", "the one that was handed out")
          case false: output.pick("KHÔNG thuộc bản sao lưu ở đây", "NOT of the backups here")
          case nil:
            output.pick("mở được; ở đây không có bản sao lưu để so", "opens; there is no backup here to compare")
          }
        return output.pick(
          "Mảnh \(shown.share) trong \(shown.of), cần \(shown.threshold) mảnh: \(verdict).",
          "Share \(shown.share) of \(shown.of), \(shown.threshold) restore: \(verdict).")
          + "\nSHA-256: \(shown.fingerprint)"
      }
      if shown.isGenuine == false { throw KeyShareError.otherSet(share: opened.index) }
      if paper != nil {
        output.note(
          "Ai có tờ giấy là có mảnh khóa: in, cho vào phong bì niêm phong, rồi xóa tệp.",
          "Who has the paper has the share: print it, seal the envelope, then remove the file.")
      }
    }
  }

  static func office(_ global: GlobalOptions) throws -> OfficeKeys {
    guard FileManager.default.fileExists(atPath: global.home.office) else { throw KeyCeremonyError.noKeys }
    return IssueFlow.keys(global.home)
  }
}
