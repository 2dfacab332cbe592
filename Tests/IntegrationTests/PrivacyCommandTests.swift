import CardTestSupport
import Foundation
import Testing

extension Integration {
  /// An office answers people about their data: the commands in processes of their own.
  @Suite("Privacy", .enabled(if: OpenSSLCommand.isAvailable, "no openssl command"))
  struct PrivacyCommandTests {
    /// A certificate for encryption at `path`, and its key at `path`.key.
    static func makeRecipient(_ path: String, _ key: [String] = ["rsa:2048"]) throws {
      let made = try OpenSSLCommand().run(
        ["req", "-x509", "-newkey"] + key + [
          "-nodes", "-keyout", path + ".key", "-out", path, "-subj", "/CN=Thanh tra", "-days", "2",
        ])
      try #require(made.status == 0, "\(made.output)")
    }

    private let town: ByHand
    private let files: TemporaryFolder

    init() async throws {
      town = try ByHand()
      files = try TemporaryFolder()
      let taken = try await town.run("issue", "import", sampleList, "--cho-phep-du-lieu-mau")
      try #require(taken.exitCode == 0, "\(taken.diagnostics)")
    }

    private func refused(_ arguments: [String], _ code: String, _ exitCode: Int32) async throws {
      let end = try await Ansinh.run(arguments + ["--state", town.home, "--json"])
      let told = end.diagnostics.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
      let object = try JSONSerialization.jsonObject(with: told) as? [String: Any]
      #expect(end.exitCode == exitCode && object?["code"] as? String == code, "\(arguments): \(end.diagnostics)")
      #expect(!end.diagnostics.contains(ByHandTests.pensioner), "\(arguments)")
    }

    @Test("A person who never had a card asks to be erased, and is")
    func erased() async throws {
      let person = ByHandTests.pensioner
      let opened = try await town.run(
        "privacy", "request", "open", "--kind", "deletion", "--person", person, "--maker", "lan", "--json")
      #expect(opened.exitCode == 0 && !opened.output.contains(person), "\(opened.diagnostics)")
      #expect(try opened.object()["state"] as? String == "open")
      _ = try await town.runBoth("privacy", "request", "list", shows: ["xóa", "chưa trả lời"])
      let shown = try await town.runBoth(
        "privacy", "request", "show", "1", "--person", person,
        shows: ["Hồ sơ xóa được", "privacy-request-opened  lan"])
      #expect((shown as? [String: Any])?["erasure"] as? String == "possible")
      try await refused(["privacy", "request", "close", "1"], "privacy.request-not-answered", 4)
      let answer = [
        "privacy", "request", "answer", "1", "--decision", "granted", "--basis", "Luật 91/2025/QH15", "--execute",
        "--person",
      ]
      try await refused(answer + ["003152999999"], "privacy.other-person", 4)
      try await refused(answer + ["12"], "privacy.personal-id", 2)
      let done = try await Ansinh.run(answer + [person, "--state", town.home, "--json"])
      #expect(try done.object()["isExecuted"] as? Bool == true)
      try await refused(["issue", "status", "--person", person], "usage.unknown-person", 2)
      let closed = try await town.run("privacy", "request", "close", "1", "--lang", "vi")
      #expect(closed.output.contains("đã xong"))
      try await refused(["privacy", "request", "show", "9"], "privacy.request-unknown", 2)
    }

    @Test("An export is read by its recipient with openssl, and is refused to a weak key")
    func exported() async throws {
      let certificate = files.path + "/a.pem"
      try Self.makeRecipient(certificate)
      let list = files.path + "/nguoi.txt"
      try Data("# thanh tra\n\(ByHandTests.pensioner)\n\n".utf8).write(to: URL(fileURLWithPath: list))
      let out = files.path + "/xuat.cms"
      let rest = ["--out", out, "--purpose", "thanh tra", "--basis", "Quyết định 12/QĐ", "--fields", "name,birth-date"]
      let export = ["privacy", "export", "--list", list, "--to", certificate] + rest
      let made = try await Ansinh.run(export + ["--state", town.home, "--lang", "vi"])
      #expect(made.exitCode == 0 && made.output.contains("của 1 người"), "\(made.output) \(made.diagnostics)")
      let opened = try OpenSSLCommand().run(
        "cms", "-decrypt", "-binary", "-inform", "der", "-in", out, "-recip", certificate, "-inkey",
        certificate + ".key")
      #expect(opened.status == 0 && opened.output.contains("\"birth-date\""), "\(opened.output)")
      #expect(!opened.output.contains(ByHandTests.pensioner))
      try await refused(export, "export.exists", 2)
      let weak = files.path + "/weak.pem"
      try Self.makeRecipient(weak, ["rsa:1024"])
      let again = ["privacy", "export", "--person", ByHandTests.pensioner, "--to"]
      try await refused(again + [weak] + rest, "recipient.weak-key", 4)
      try await refused(again + [list] + rest, "recipient.not-certificate", 2)
      try await refused(again + [files.path + "/khong-co"] + rest, "recipient.unreadable", 2)
      try Data("003152000017x\n".utf8).write(to: URL(fileURLWithPath: list))
      try await refused(export, "privacy.list-line", 2)
      try await refused(
        again + [
          certificate, "--out", files.path + "/b.cms", "--purpose", "cho \(ByHandTests.pensioner)", "--basis", "x",
        ],
        "privacy.text", 2)
      #expect(!FileManager.default.fileExists(atPath: files.path + "/b.cms"))
    }

    @Test("The declaration is printed in both languages and as JSON")
    func fields() async throws {
      let shown = try await town.runBoth(
        "privacy", "fields", shows: ["DỮ LIỆU CÁ NHÂN", "số định danh cá nhân", "Luật Kế toán"])
      let fields = try #require((shown as? [String: Any])?["fields"] as? [[String: Any]])
      #expect(fields.count >= 15 && fields.allSatisfy { ($0["places"] as? [Any])?.isEmpty == false })
      let english = try await town.run("privacy", "fields", "--lang", "en")
      #expect(english.output.contains("PERSONAL DATA THAT IS KEPT"))
    }
  }
}
