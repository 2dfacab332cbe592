import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// `ansinh ca list`
struct AuthorityListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Sổ chứng thư, và kiểm tra chuỗi việc đã ghi. / The register, and a check of its recorded acts.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var authority: AuthorityOptions
  @Flag(name: .long, help: "In cả các việc đã làm: ai, lúc nào, vì sao. / Print the acts too: who, when, why.")
  var acts = false

  private struct Act: Codable {
    let sequence: Int64
    let time: String
    let actor: String
    let what: String
    let reference: String
    let reason: String
  }

  private struct Register: Codable {
    let certificates: [CertificateView]
    let acts: [Act]?
    let actCount: Int64
    let isWhole: Bool
    let brokenAct: Int64?
    let strays: [String]
    let minimumVerifierDate: String?
    let centre: AuthorityFlow.Told
  }

  func run() async throws {
    let output = global.output
    let flow = authority.flow(global.home)
    let authority = try flow.open()
    let check = try authority.check()
    // A register that was altered is shown, and nothing is done on its word.
    let told =
      check.isWhole
      ? try await flow.tell(authority)
      : AuthorityFlow.Told(waiting: try authority.pendingRevocations().map(\.terminal))
    let register = Register(
      // Of an altered register as much as can still be read.
      certificates: Self.views(
        check.isWhole ? try authority.certificates() : (try? authority.certificates()) ?? []),
      acts: acts ? try authority.acts().map(Self.act) : nil, actCount: check.acts, isWhole: check.isWhole,
      brokenAct: check.brokenAct, strays: check.strays,
      minimumVerifierDate: (check.isWhole
        ? try authority.minimumVerifierDate() : try? authority.minimumVerifierDate())?.description, centre: told)
    try output.result(register) { Self.text(register, output) }
    AuthorityFlow.note(told, output)
    if !check.isWhole { throw AuthorityError.actsBroken(at: check.brokenAct ?? check.acts) }
  }

  private static func views(_ certificates: [RegisteredCertificate]) -> [CertificateView] {
    let revoked = Set(certificates.filter { $0.kind == .verifier && $0.isRevoked }.map(\.reference))
    return certificates.map { CertificateView($0, revoked: revoked, today: AuthorityFlow.today) }
  }

  private static func act(_ act: AuthorityAct) -> Act {
    Act(
      sequence: act.sequence, time: Date(timeIntervalSince1970: Double(act.time)).formatted(.iso8601),
      actor: act.actor, what: act.what, reference: act.reference, reason: act.reason)
  }

  private static func text(_ register: Register, _ output: Output) -> String {
    let language = output.language
    var table = TextTable(columns: [
      .init(output.pick("Tên", "Name")), .init(output.pick("Loại", "Kind")), .init(output.pick("Điểm", "Point")),
      .init(output.pick("Hiệu lực", "Valid")), .init(output.pick("Trạng thái", "State")),
      .init(output.pick("Quyền", "Rights"), maximumWidth: 40),
    ])
    for view in register.certificates {
      table.addRow([
        view.reference, CertificateTexts.kind(view)(language), view.name ?? view.province ?? "",
        view.validity(language), CertificateTexts.state(view.state)(language),
        view.kind == "root" || view.kind == "link" ? output.pick("tất cả", "all") : view.rightsText(language),
      ])
    }
    var parts = [table.rendered()]
    if let acts = register.acts {
      var table = TextTable(columns: [
        .init(output.pick("Số", "No."), .trailing), .init(output.pick("Lúc (UTC)", "Time (UTC)")),
        .init(output.pick("Người làm", "Actor"), maximumWidth: 24), .init(output.pick("Việc", "Act")),
        .init(output.pick("Tên", "Name")), .init(output.pick("Lý do", "Reason"), maximumWidth: 40),
      ])
      for act in acts {
        table.addRow([
          String(act.sequence), act.time, act.actor, CertificateTexts.act(act.what)(language), act.reference,
          act.reason,
        ])
      }
      parts.append(table.rendered())
    }
    if let minimum = register.minimumVerifierDate {
      parts.append(
        output.pick(
          "Thẻ chỉ được nhận DV ký từ ngày \(CertificateView.day(minimum, .vietnamese)) (E2 8B).",
          "Cards are to take only DVs signed from \(minimum) on (E2 8B)."))
    }
    parts.append(
      register.isWhole
        ? output.pick(
          "Sổ có \(register.actCount) việc nối tiếp nhau, khớp với mọi chứng thư.",
          "The register's \(register.actCount) acts are an unbroken chain and agree with every certificate.")
        : output.pick("SỔ ĐÃ BỊ SỬA", "THE REGISTER WAS ALTERED")
          + (register.strays.isEmpty ? "" : ": " + register.strays.joined(separator: ", ")))
    return parts.joined(separator: "\n\n")
  }
}

/// `ansinh ca show`
struct AuthorityShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Mọi điều một chứng thư nói, theo tên hoặc từ tệp. / All that a certificate says, by name or file.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var authority: AuthorityOptions
  @OptionGroup var file: CertificateOutput
  @Argument(
    help: "Tên trong sổ, ví dụ VN79T0000100001, hoặc tệp. / A name of the register, or a file.",
    completion: .file())
  var certificate: String

  func run() async throws {
    let output = global.output
    try file.check()
    let isFile = FileManager.default.fileExists(atPath: certificate)
    guard CertificateAuthority.exists(folder: global.home.authority) else {
      // A name, where there is no register to look it up in.
      guard isFile else { throw AuthorityError.none }
      return try show(try fromFile(), output)
    }
    let flow = authority.flow(global.home)
    let authority = try flow.open()
    do {
      try show(try fromRegister(authority), output)
    } catch AuthorityError.unknownReference where isFile {
      try show(try fromFile(), output)
    }
    AuthorityFlow.note(try await flow.tell(authority), output)
  }

  private func fromRegister(_ authority: CertificateAuthority) throws -> [CertificateView] {
    let found = try authority.certificates(named: certificate)
    try file.write(try Self.octets(found, authority))
    let registered = try authority.certificates()
    let revoked = Set(registered.filter { $0.kind == .verifier && $0.isRevoked }.map(\.reference))
    return found.map { entry in
      var view = CertificateView(entry, revoked: revoked, today: AuthorityFlow.today)
      view.isSignatureValid = Self.verifies(entry.certificate, registered.map(\.certificate))
      return view
    }
  }

  /// A terminal's whole chain, as it was given out; of the CVCA the self-signed certificate.
  private static func octets(
    _ found: [RegisteredCertificate], _ authority: CertificateAuthority
  ) throws -> [UInt8] {
    let last = found[found.count - 1]
    if last.kind == .terminal { return try authority.chain(of: last).bytes }
    return (found.first { $0.kind == .root } ?? last).certificate.bytes
  }

  /// Whether the authority's signature holds; `nil` without the authority's certificate.
  private static func verifies(_ certificate: CVCertificate, _ others: [CVCertificate]) -> Bool? {
    others.first { $0.content.holder == certificate.content.authority }.map {
      $0.content.publicKey.verifies(certificate.signature, of: certificate.body)
    }
  }

  private func fromFile() throws -> [CertificateView] {
    let found = try CertificateFile.certificates(certificate)
    return found.map { certificate in
      var view = CertificateView(certificate, today: AuthorityFlow.today)
      view.isSignatureValid = Self.verifies(certificate, found)
      return view
    }
  }

  private func show(_ views: [CertificateView], _ output: Output) throws {
    try output.result(views) { views.map { $0.text(output) }.joined(separator: "\n\n") }
  }
}

/// `ansinh ca revoke`
struct AuthorityRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Thu hồi một điểm chi trả hoặc đơn vị chứng thực. / Revoke a terminal or a document verifier.",
    discussion: """
      Điểm chi trả bị thu hồi cũng bị thu hồi tại trung tâm. / A terminal that is revoked is revoked at the centre too.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var authority: AuthorityOptions
  @Argument(help: "Tên trong sổ, ví dụ VN79T0000100001. / A name of the register.") var reference: String?
  @Option(name: .long, help: "Lý do, ghi vào sổ. / Why, for the record.") var reason: String?
  @Flag(name: .long, help: "Chỉ báo trung tâm những gì chưa báo. / Only tell the centre what it does not know yet.")
  var tell = false

  private struct Revoked: Codable {
    var certificate: CertificateView?
    var minimumVerifierDate: String?
    var refusedVerifiers: [String] = []
    var centre = AuthorityFlow.Told()
  }

  func validate() throws {
    guard tell ? reference == nil && reason == nil : reference != nil && reason != nil else {
      throw ValidationError(
        "Cần tên và --reason, hoặc chỉ --tell. / Give a name and --reason, or --tell alone.")
    }
  }

  func run() async throws {
    let output = global.output
    let flow = authority.flow(global.home)
    let authority = try flow.open()
    var made = Revoked()
    if let reference, let reason {
      let revocation = try authority.revoke(reference, reason: reason)
      made.certificate = CertificateView(
        revocation.certificate.certificate, isRevoked: true, today: AuthorityFlow.today)
      made.minimumVerifierDate = revocation.minimumVerifierDate?.description
      made.refusedVerifiers = revocation.refusedVerifiers
    }
    made.centre = try await flow.tell(authority)
    let result = made
    try output.result(result) { Self.text(result, output) }
    AuthorityFlow.note(result.centre, output)
  }

  private static func text(_ revoked: Revoked, _ output: Output) -> String {
    guard let certificate = revoked.certificate else {
      return output.pick(
        "Đã báo: \(revoked.centre.told.count); còn chờ: \(revoked.centre.waiting.count).",
        "Told: \(revoked.centre.told.count); waiting: \(revoked.centre.waiting.count).")
    }
    var lines = [output.pick("Đã thu hồi \(certificate.reference).", "\(certificate.reference) is revoked.")]
    if let minimum = revoked.minimumVerifierDate {
      lines.append(
        output.pick(
          "Ngày hiệu lực tối thiểu của DV ghi vào thẻ (E2 8B): \(CertificateView.day(minimum, .vietnamese)).",
          "Minimum DV effective date for the cards (E2 8B): \(minimum)."))
      lines.append(
        output.pick(
          "Lập lại DV của tỉnh từ ngày đó: “ansinh ca dv --province … --after-revocation”.",
          "Begin the province's DV anew from that day on: “ansinh ca dv --province … --after-revocation”."))
    }
    if !revoked.refusedVerifiers.isEmpty {
      let names = revoked.refusedVerifiers.joined(separator: ", ")
      lines.append(
        output.pick(
          "Các DV ký trước ngày đó cũng bị thẻ từ chối, cần cấp lại: \(names).",
          "Cards refuse these DVs from before that day too; renew them: \(names)."))
    }
    return lines.joined(separator: "\n")
  }
}
