import ArgumentParser
import CardCrypto
import Foundation
import Issuance

/// `ansinh key …`: the issuing office's master keys and certificate key.
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Khóa của cơ quan cấp thẻ: lập, xem, thay, khôi phục. / The office's keys: make, show, change, restore.",
    discussion: """
      Khóa chủ sinh ra khóa của từng thẻ; khóa chứng thư ký chứng thư trên thẻ. Mỗi lần lập hoặc thay khóa có một biên \
      bản được ký, không bao giờ ghi khóa. / Each card's keys come from the masters; the certificate key signs what \
      cards carry. Every ceremony leaves a signed record, in which no key is.
      """,
    subcommands: [
      Begin.self, Show.self, Check.self, Record.self, Rotate.self, Restore.self, Share.self, Passphrase.self, TLS.self,
    ])

  /// `ansinh key init`
  struct Begin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "Lập khóa đầu tiên của cơ quan cấp thẻ. / Make the office's first keys.",
      discussion: """
        Với --shares, khóa sao lưu được chia cho các người giữ: đủ --threshold người mới khôi phục được. / With \
        --shares the backup key is split: --threshold holders together can restore.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var place: KeyPlaceOptions
    @OptionGroup var keys: OfficeKeyOptions
    @OptionGroup var passphrases: SharePassphraseOptions
    @Option(name: .long, help: "Số mảnh khóa. / How many shares.") var shares: Int?
    @Option(name: .long, help: "Số mảnh cần để khôi phục. / How many of them restore.") var threshold: Int?
    @Option(name: .customLong("holder"), help: "Người giữ mảnh, mỗi mảnh một lần. / A share's holder; once for each.")
    var holders: [String] = []
    @Option(
      name: .long, help: ArgumentHelp("Thư mục ghi các mảnh. / Folder for the shares.", valueName: "dir"),
      completion: .directory)
    var out: String?

    func validate() throws {
      guard (shares == nil) == (threshold == nil), (shares == nil) == (out == nil) else {
        throw ValidationError("Cần cả --shares, --threshold và --out. / Give --shares, --threshold and --out together.")
      }
      guard holders.count == shares ?? 0 else {
        throw ValidationError("Cần một --holder cho mỗi mảnh. / Give one --holder for each share.")
      }
    }

    func run() async throws {
      let output = global.output
      try global.home.make(global.home.office)
      var order: ShareOrder?
      if let threshold, let out {
        order = ShareOrder(
          threshold: threshold, holders: holders.map(\.precomposedStringWithCanonicalMapping), folder: out)
      }
      let desk = ceremony.desk(
        passphrase: { try keys.newPassphrase() }, sharePassphrase: { try passphrases.new($0, $1) })
      let outcome = try IssueFlow.keys(global.home).initialise(place.place, shares: order, desk)
      try KeyFlow.tell(outcome, global.home, output)
      if order != nil {
        output.note(
          "Trao mỗi mảnh cho người giữ, xóa khỏi máy này; cất bản .backup ở nơi khác với các mảnh.",
          "Hand each share to its holder and remove it from this machine; keep the .backup apart from the shares.")
      }
    }
  }

  /// `ansinh key rotate`
  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate",
      abstract: "Lập thế hệ khóa kế tiếp; thẻ cũ vẫn dùng khóa cũ. / Make the next generation; old cards keep theirs.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var keys: OfficeKeyOptions
    @Flag(name: .customLong("masters"), help: "Chỉ khóa chủ. / The masters only.") var masters = false
    @Flag(name: .customLong("certificate"), help: "Chỉ khóa chứng thư. / The certificate key only.")
    var certificate = false

    func run() async throws {
      let output = global.output
      guard FileManager.default.fileExists(atPath: global.home.office) else { throw KeyCeremonyError.noKeys }
      let both = masters == certificate
      let outcome = try IssueFlow.keys(global.home).rotate(
        masters: masters || both, certificate: certificate || both,
        ceremony.desk(passphrase: { try keys.passphrase() }))
      try KeyFlow.tell(outcome, global.home, output)
      if certificate || both {
        output.note(
          "Gửi issuer-*-link.der cho trung tâm (thư mục issuers); giữ lại chứng thư cũ vì thẻ cũ cần nó.",
          "Send issuer-*-link.der to the centre (folder issuers); keep the old certificate, which old cards need.")
      }
    }
  }

  /// `ansinh key restore`
  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore",
      abstract: "Khôi phục khóa từ các mảnh và bản sao lưu. / Have the keys back from shares and backups.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var ceremony: CeremonyOptions
    @OptionGroup var place: KeyPlaceOptions
    @OptionGroup var keys: OfficeKeyOptions
    @OptionGroup var passphrases: SharePassphraseOptions
    @Argument(help: "Tệp mảnh khóa, hoặc bản gõ lại từ giấy. / Share files, or texts typed from paper.")
    var shares: [String]
    @Option(
      name: .customLong("backup"),
      help: """
        Bản sao lưu, mỗi bản một lần; mặc định các bản trong thư mục cơ quan. / A backup, once for each; default those \
        in the office's folder.
        """,
      completion: .file(extensions: ["backup"]))
    var backups: [String] = []

    func run() async throws {
      let output = global.output
      try global.home.make(global.home.office)
      let office = IssueFlow.keys(global.home)
      // Before anybody types a passphrase.
      guard try office.place() == .none else { throw KeyCeremonyError.exists }
      let found = backups.isEmpty ? try office.backups() : try backups.map { try KeyBackup(path: $0) }
      guard !found.isEmpty else { throw KeyCeremonyError.noBackup }
      let given = try shares.map { try passphrases.open($0) }
      let outcome = try office.restore(
        given, backups: found, to: place.place, ceremony.desk(passphrase: { try keys.newPassphrase() }))
      try KeyFlow.tell(outcome, global.home, output)
    }
  }

  /// `ansinh key passphrase`
  struct Passphrase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "passphrase", abstract: "Đổi mật khẩu của tệp khóa. / Change the key file's passphrase.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var keys: OfficeKeyOptions
    @Option(
      name: .customLong("new-passphrase-fd"),
      help: "Đọc mật khẩu mới từ bộ mô tả tệp N. / Read the new passphrase from file descriptor N.")
    var newDescriptor: Int32?

    private struct Changed: Codable {
      let place: String
    }

    func run() async throws {
      let output = global.output
      guard FileManager.default.fileExists(atPath: global.home.office) else { throw KeyCeremonyError.noKeys }
      let office = IssueFlow.keys(global.home)
      try office.changePassphrase(
        from: { try keys.passphrase() },
        to: {
          try PassphraseEntry.new(
            newDescriptor, prompt: "Mật khẩu mới cho tệp khóa / New passphrase of the key file: ",
            again: "Nhập lại / Again: ")
        })
      try output.result(Changed(place: try office.place().word)) {
        output.pick("Đã đổi mật khẩu của tệp khóa.", "The key file's passphrase was changed.")
      }
    }
  }
}
