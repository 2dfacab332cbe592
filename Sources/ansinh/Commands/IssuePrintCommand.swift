import ArgumentParser
import CardApplication
import Foundation
import Issuance
import Printing
import VietnamReference

/// Where faces and PIN slips are printed.
struct CardPrintOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      In mặt thẻ và phiếu mã PIN: lệnh nhận PDF ở stdin, mỗi tờ một lần. / Print faces and PIN slips: a command that \
      takes a PDF on its standard input, once a document.
      """, valueName: "command"))
  var printCommand: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Ghi mặt thẻ và phiếu mã PIN thành tệp PDF trong thư mục này; tệp có mã bí mật. / Write faces and PIN slips as \
      PDF files to this folder; they hold secrets.
      """, valueName: "folder"), completion: .directory)
  var printFolder: String?
  @Flag(
    name: .long,
    help: """
      Không in ra giấy: ghi CAN, PIN và PUK ra màn hình (stdout), để thử hoặc để chương trình khác in. / No paper: \
      write CAN, PIN and PUK to stdout, for tries or for a program that prints.
      """)
  var printScreen = false
  @Option(
    name: .long, help: "Thư mục ảnh của chủ thẻ. / Folder with the holders' pictures.", completion: .directory)
  var photos: String?

  func validate() throws {
    guard count <= 1 else { throw Self.chooseOne }
  }

  /// Secrets go where they are sent, and nowhere by themselves.
  func requireOne() throws {
    guard count == 1 else { throw Self.chooseOne }
  }

  private var count: Int { [printCommand != nil, printFolder != nil, printScreen].count { $0 } }

  private static let chooseOne = ValidationError(
    "--print-command, --print-folder, --print-screen: chọn đúng một / choose one of them")

  /// Paper, or the screen.
  func printer(_ output: Output) throws -> (printer: any CardPrinter, isScreen: Bool) {
    let stream: any PrintStream
    if let printCommand {
      stream = CommandPrintStream(executable: "/bin/sh", arguments: ["-c", printCommand])
    } else if let printFolder {
      try FileManager.default.createDirectory(
        atPath: printFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      stream = FolderPrintStream(folder: printFolder)
    } else {
      return (ScreenPrinter(output: output), true)
    }
    return (try PaperPrinter(stream, photos: photos, office: IssueFlow.issuerName), false)
  }
}

/// `ansinh issue print …`: what an office prints besides cards.
struct IssuePrintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "In giấy tờ của đợt. / Print a job's papers.", subcommands: [Handover.self])

  /// `ansinh issue print handover --job N --out FILE`
  struct Handover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "handover",
      abstract: "Danh sách trao thẻ theo xã, khổ A4. / The list by which cards are handed over, by commune.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số đợt. / The job's number.") var job: Int64
    @Option(
      name: .long, help: ArgumentHelp("Tệp PDF. / PDF file.", valueName: "file.pdf"), completion: Completions.pdf)
    var out: String
    @Flag(name: .customLong("ghi-de"), help: "Thay tệp đã có. / Replace files that are there.")
    var overwrites = false

    private struct Written: Encodable {
      let path: String
      let cards: Int
      let communes: Int
    }

    func run() throws {
      let output = global.output
      let store = try OfficeAccess.store(global.home)
      let found = try store.job(job)
      try PrintFile.check(out, overwrites: overwrites)
      guard let date = Clock.today else { throw BenchError.impossible }
      let cards = try store.goodCards(inJob: job)
      guard !cards.isEmpty else { throw JobError.nothingToHandOver(job) }
      let communes = try Self.communes(cards, on: date, output)
      let list = HandoverList(
        office: IssueFlow.issuerName, lot: found.title.isEmpty ? "Đợt \(job)" : "Đợt \(job): \(found.title)",
        date: date,
        communes: communes)
      let document = try list.pdf(try Typesetter(), output.language, label: "\(job)")
      try PrintFile.write(
        document.withOctets { span in (0..<span.count).map { span[$0] } }, to: out, overwrites: overwrites)
      let written = Written(path: out, cards: cards.count, communes: communes.count)
      try output.result(written) {
        output.pick(
          "Đã ghi “\(out)”: \(cards.count) thẻ, \(communes.count) xã.",
          "Written “\(out)”: \(cards.count) cards, \(communes.count) communes.")
      }
    }

    /// By province, then commune, each headed by its own: a job may have people of several provinces.
    private static func communes(
      _ cards: [(number: CardNumber, holder: Applicant)], on date: CalendarDate, _ output: Output
    ) throws -> [HandoverCommune] {
      let provinces = Dictionary(grouping: cards) { $0.holder.province }.sorted { $0.key < $1.key }
      return try provinces.flatMap { code, cards in
        let province =
          ProvinceRegister.embedded.province(code: code, on: date)?.fullName ?? BilingualText(vi: code, en: code)
        return try Dictionary(grouping: cards) { $0.holder.commune }.sorted { $0.key < $1.key }.map { code, cards in
          HandoverCommune(
            name: code.isEmpty ? output.pick("(chưa ghi xã)", "(no commune)") : "Xã \(code)", province: province,
            rows: try cards.compactMap(Self.row))
        }
      }
    }

    private static func row(_ card: (number: CardNumber, holder: Applicant)) throws -> HandoverRow? {
      guard let birthDate = PartialDate(text: card.holder.birthDate) else { return nil }
      return HandoverRow(
        name: try PersonName(card.holder.name), birthDate: birthDate,
        maskedPersonalID: Mask.tail(card.holder.personalID), cardNumber: card.number)
    }
  }
}
