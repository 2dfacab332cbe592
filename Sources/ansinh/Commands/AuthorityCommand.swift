import ArgumentParser
import CardApplication
import CardCrypto
import Foundation
import Issuance
import SecureChannel
import VietnamReference

/// `ansinh ca …`: the authority whose certificates cards trust terminals by.
struct AuthorityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ca",
    abstract: "Chứng thư của điểm chi trả, để thẻ kiểm tra. / Terminals' certificates, which cards check.",
    discussion: """
      Gốc quốc gia (CVCA) → đơn vị chứng thực (DV) của tỉnh → điểm chi trả. Mọi việc được ghi vào sổ, việc sau nối với \
      việc trước. / The national CVCA, a document verifier for each province, its terminals. Every act is recorded, \
      chained to the one before.
      """,
    subcommands: [
      Begin.self, Verifier.self, TerminalCommand.self, AuthorityListCommand.self, AuthorityShowCommand.self,
      AuthorityRevokeCommand.self,
    ])

  /// `ansinh ca init`
  struct Begin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "Lập khóa gốc CVCA, hoặc khóa kế tiếp. / Make the CVCA, or its next key.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var authority: AuthorityOptions
    @OptionGroup var file: CertificateOutput
    @Flag(name: .long, help: "Khóa kế tiếp, kèm chứng thư liên kết. / The next key, with a link certificate.")
    var renew = false
    @Option(name: .long, help: "Đường cong: P-256, brainpoolP256r1. / Curve.") var curve: Curve?

    func run() async throws {
      let output = global.output
      try file.check()
      let flow = authority.flow(global.home)
      let authority = try flow.open(creates: !renew)
      var made: [CVCertificate] = []
      if renew {
        let (link, root) = try authority.renew(curve: curve)
        made = [link, root]
      } else {
        made = [try authority.initialise(curve: curve ?? .p256)]
      }
      // For the office, whose cards get it as their anchor: the self-signed one.
      try file.write(made[made.count - 1].bytes)
      try Self.tell(made, output, renew: renew)
      AuthorityFlow.note(try await flow.tell(authority), output)
    }

    private static func tell(_ made: [CVCertificate], _ output: Output, renew: Bool) throws {
      let views = made.map { CertificateView($0, today: AuthorityFlow.today) }
      try output.result(views) { views.map { $0.text(output) }.joined(separator: "\n\n") }
      if renew {
        output.note(
          "Cấp lại DV cho từng tỉnh bằng “ansinh ca dv” để dùng khóa mới; thẻ cũ nhận chứng thư liên kết khi quẹt.",
          "Renew each province's DV with “ansinh ca dv” to use the new key; cards get the link certificate at a tap.")
      } else {
        output.note(
          "Giữ thư mục ca và bản sao lưu ở nơi an toàn: mất khóa gốc thì không cấp được chứng thư nào nữa.",
          "Keep the folder ca and its backup in a safe place: without this key nothing can be certified any more.")
      }
    }
  }

  /// `ansinh ca dv`
  struct Verifier: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "dv",
      abstract: "Cấp hoặc cấp lại đơn vị chứng thực của một tỉnh. / Make or renew a province's document verifier.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var authority: AuthorityOptions
    @OptionGroup var rights: RightsOptions
    @OptionGroup var file: CertificateOutput
    @Option(name: .long, help: "Mã tỉnh, 2 số. / Province code, 2 digits.") var province: String
    @Option(name: .long, help: "Số ngày hiệu lực, 1…366. / Days it lasts.") var days = 180
    @Flag(
      name: .long, help: "Lập lại sau khi đơn vị cũ bị thu hồi. / Begin anew where the last one was revoked.")
    var afterRevocation = false

    func run() async throws {
      let output = global.output
      try file.check()
      let flow = authority.flow(global.home)
      let authority = try flow.open()
      let words = try rights.words()
      let ceiling = rights.ceiling ?? (words?.contains(.offline) ?? true ? PayoutRights.ceilingSteps : 0)
      guard (0...PayoutRights.ceilingSteps).contains(ceiling), ceiling == 0 || words?.contains(.offline) ?? true else {
        throw AuthorityError.ceiling
      }
      let given = TerminalRights(words ?? Set(TerminalRights.Word.allCases), ceiling: ceiling)
      let certificate = try authority.certifyVerifier(
        province: province, days: days, rights: given, afterRevocation: afterRevocation)
      try file.write(certificate.bytes)
      var view = CertificateView(certificate, today: AuthorityFlow.today)
      view.province = province
      let shown = view
      try output.result(shown) { shown.text(output) }
      AuthorityFlow.note(try await flow.tell(authority), output)
    }
  }

  /// `ansinh ca terminal`
  struct TerminalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "terminal",
      abstract: "Cấp chứng thư cho một điểm chi trả. / Certify a payout point's terminal.",
      discussion: """
        Từ đơn do “ansinh point request” ghi, hoặc cho điểm trong cùng thư mục trạng thái. Có quyền offline thì hạn \
        tối đa 21 ngày. / From a request that “ansinh point request” wrote, or for a point in the same state folder. \
        With the right offline it lasts 21 days at most.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var authority: AuthorityOptions
    @OptionGroup var rights: RightsOptions
    @OptionGroup var file: CertificateOutput
    @Option(name: .long, help: "Mã tỉnh, 2 số; với --point là tỉnh của điểm. / Province code, 2 digits.")
    var province: String?
    @Option(
      name: .long, help: ArgumentHelp("Tệp đơn xin chứng thư. / The request.", valueName: "file"),
      completion: Completions.certificate)
    var request: String?
    @Option(name: .long, help: "Điểm chi trả trong thư mục này, ví dụ BD-79-003. / Point in this state folder.")
    var point: String?
    @Option(name: .long, help: "Số ngày hiệu lực. / Days it lasts.") var days = 21

    func validate() throws {
      guard (request == nil) != (point == nil) else {
        throw ValidationError("Cần --request hoặc --point. / Give --request or --point.")
      }
      guard point != nil || (province != nil && file.out != nil) else {
        throw ValidationError("Với --request cần --province và --out. / --request needs --province and --out.")
      }
    }

    func run() async throws {
      let output = global.output
      try file.check()
      let home = global.home
      let flow = authority.flow(home)
      let authority = try flow.open()
      let words = try rights.words() ?? [.online]
      let local = try point.map { try PointCertificates($0, home) }
      let wish = try local?.request() ?? CertificateFile.request(request ?? "")
      let chain = try authority.certifyTerminal(
        wish, province: province ?? local?.province ?? "", name: point ?? wish.holder.mnemonic, days: days,
        words: words, ceiling: rights.ceiling)
      try file.write(chain.bytes)
      try local?.install(chain, anchor: try authority.anchor(under: chain))
      try tell(chain, output)
      AuthorityFlow.note(try await flow.tell(authority), output)
    }

    private func tell(_ chain: CertificateChain, _ output: Output) throws {
      var view = CertificateView(chain.terminal, today: AuthorityFlow.today)
      view.province = province ?? String(chain.terminal.content.holder.mnemonic.prefix(2))
      let shown = view
      try output.result(shown) { shown.text(output) }
      let content = chain.terminal.content
      if content.expiration == chain.verifier.content.expiration {
        output.note(
          "Hạn dừng ở ngày hết hạn của \(content.authority); cấp lại bằng “ansinh ca dv” để có hạn dài hơn.",
          "It ends with \(content.authority); renew that with “ansinh ca dv” for a longer one.")
      }
      if let point {
        output.note("Điểm chi trả \(point) đã có chứng thư.", "Point \(point) has its certificate.")
      } else if let out = file.out {
        output.note(
          "Đã ghi “\(out)”; tại điểm chi trả: “ansinh point install”.",
          "Written: “\(out)”; at the point: “ansinh point install”.")
      }
    }
  }
}
