import ArgumentParser
import Foundation
import Issuance
import VietnamReference

/// `ansinh privacy …`: personal data, its exports, and the requests of those whose it is.
struct PrivacyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "privacy", abstract: "Dữ liệu cá nhân và quyền của chủ thể. / Personal data and its subjects' rights.",
    subcommands: [Fields.self, Export.self, PrivacyRequestCommand.self])

  /// `ansinh privacy fields`
  struct Fields: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fields",
      abstract:
        "Mọi dữ liệu cá nhân được lưu: căn cứ, nơi lưu, bảo vệ, thời hạn. / All personal data kept, and why and how.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let output = global.output
      let declaration = PersonalData.embedded
      try output.result(PersonalDataView(declaration)) { PrivacyTexts.fields(declaration, output.language) }
    }
  }

  /// `ansinh privacy export`
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Xuất dữ liệu, mã hóa cho một người nhận. / Export data, encrypted to one recipient.",
      discussion: """
        Người nhận mở bằng khóa của mình: openssl cms -decrypt -binary -inform der -in TỆP -recip CHỨNG_THƯ -inkey \
        KHÓA. Mỗi người một dòng JSON. Mỗi lần xuất được ghi vào chuỗi việc của cơ quan. / The recipient opens it with \
        openssl as shown: one line of JSON a person. Each export is kept in the office's chain of acts.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var doer: DoerOptions
    @Option(name: .long, help: "Số định danh của một người. / One person's ID.") var person: String?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Tệp có mỗi dòng một số định danh. / File with one personal ID a line.", valueName: "file"),
      completion: .file())
    var list: String?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Chứng thư X.509 của người nhận (PEM hoặc DER). / The recipient's X.509 certificate.", valueName: "file"),
      completion: .file(extensions: ["pem", "crt", "cer", "der"]))
    var to: String
    @Option(
      name: .long, help: ArgumentHelp("Tệp mã hóa sẽ ghi. / The encrypted file to write.", valueName: "file"),
      completion: .file(extensions: ["cms"]))
    var out: String
    @Option(name: .long, help: "Mục đích, không ghi dữ liệu cá nhân. / What for, without personal data.")
    var purpose: String
    @Option(name: .long, help: "Căn cứ pháp lý. / By what right.") var basis: String
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Các trường cần xuất, cách nhau bằng dấu phẩy; mặc định là tất cả. / Fields, with commas; default all.",
        valueName: "fields"),
      completion: .list(PersonalData.embedded.exportable.map(\.id)))
    var fields: String?

    private struct Exported: Encodable {
      let number: Int64
      let people: Int
      let fields: [String]
      let path: String
      let recipient: RecipientView
    }

    func validate() throws {
      guard (person == nil) != (list == nil) else {
        throw ValidationError("--person hoặc --list, một trong hai. / Either --person or --list.")
      }
    }

    func run() throws {
      let output = global.output
      let store = try PrivacyFlow.office(global.home)
      let people = try person.map { [try PrivacyFlow.personalID($0)] } ?? PrivacyFlow.people(list ?? "")
      let words = fields.map { $0.split(separator: ",").map(String.init) }
      let recipient = try PrivacyFlow.recipient(to)
      let order = ExportOrder(
        people: people, fields: words ?? PersonalData.embedded.exportable.map(\.id), purpose: purpose, basis: basis)
      let made = try store.export(order, to: recipient, path: out, by: doer.doer)
      let exported = Exported(
        number: made.number, people: made.people, fields: made.fields, path: out, recipient: RecipientView(recipient))
      try output.result(exported) {
        let view = exported.recipient
        return output.pick(
          """
          Đã xuất dữ liệu của \(made.people) người vào “\(out)” (lần xuất số \(made.number)).
          Người nhận: \(view.subject), khóa \(view.key)
          Dấu chứng thư (SHA-256): \(view.fingerprint)
          """,
          """
          The data of \(made.people) people is in “\(out)” (export \(made.number)).
          Recipient: \(view.subject), key \(view.key)
          Fingerprint (SHA-256): \(view.fingerprint)
          """)
      }
    }
  }
}

/// Who acts, for the record.
struct DoerOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Người làm, ghi vào sổ; mặc định là tài khoản máy. / Who acts, for the record; default the account.")
  var maker: String?

  var doer: Doer { Doer(maker ?? NSUserName(), time: Clock.seconds) }
}
