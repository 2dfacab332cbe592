import CardCrypto
import Foundation
import GRDB
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// `ansinh ca …`, `ansinh point request` and `… install`, in processes of their own.
  @Suite("The certificate authority by hand")
  struct AuthorityCommandTests {
    private func good(_ town: ByHand, _ arguments: String...) async throws -> Any {
      let end = try await Ansinh.run(arguments + ["--state", town.home, "--json"])
      #expect(end.exitCode == 0, "\(arguments): \(end.diagnostics)")
      return try end.json()
    }

    private func refused(
      _ town: ByHand, _ code: String, _ exitCode: Int32, _ arguments: String..., says: (vi: String, en: String)
    ) async throws {
      let json = try await Ansinh.run(arguments + ["--state", town.home, "--json"])
      #expect(json.exitCode == exitCode, "\(arguments): \(json.diagnostics)")
      let last = try #require(json.diagnostics.split(separator: "\n").last)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
      #expect(object["code"] as? String == code, "\(arguments): \(last)")
      for (language, text) in [("vi", says.vi), ("en", says.en)] {
        let end = try await Ansinh.run(arguments + ["--state", town.home, "--lang", language])
        #expect(end.exitCode == exitCode && end.diagnostics.contains(text), "\(language): \(end.diagnostics)")
      }
    }

    @Test("Office and point on two machines: request, chain, installation, and what the point then has")
    func twoMachines() async throws {
      let (office, point, files) = (try ByHand(), try ByHand(), try TemporaryFolder())
      let (request, chain) = (files.path + "/diem.csr", files.path + "/diem.cvc")
      let anchor = files.path + "/goc.cvc"
      let root = try await good(office, "ca", "init", "--out", anchor) as? [[String: Any]]
      #expect(root?.first?["reference"] as? String == "VNANSINH00001")
      _ = try await good(office, "ca", "dv", "--province", "79")
      let asked = try await good(point, "point", "request", "--out", request) as? [String: Any]
      #expect(asked?["reference"] as? String == "VN79BD00300001")
      let given = try await good(
        office, "ca", "terminal", "--province", "79", "--request", request, "--rights", "online,offline", "--ceiling",
        "5", "--out", chain)
      let view = try #require(given as? [String: Any])
      #expect(
        view["reference"] as? String == "VN79T0000100001" && view["rights"] as? [String] == ["online", "offline"])
      #expect(view["ceiling"] as? Int == 5 && view["keyHash"] as? String == asked?["keyHash"] as? String)
      _ = try await good(point, "point", "install", chain, "--anchor", anchor)
      let home = StateHome(path: point.home)
      let key = try PointKey.open(home.point("BD-79-003"))
      let credential = try #require(try PointCertificates.load("BD-79-003", home, key: key))
      #expect(credential.terminal.content.holder.description == "VN79T0000100001")
      #expect(try PointCertificates.load("BD-79-004", home, key: key) == nil)
      let other = try ECPrivateKey(generate: .p256)
      #expect(throws: CertificateFileError.otherKey(point: "BD-79-003")) {
        try PointCertificates.load("BD-79-003", home, key: other)
      }
      let end = try #require(credential.terminal.content.expiration.calendarDate)
      let midnight = Int64(end.dayNumber + 1) * 86_400
      #expect(try PointCertificates.load("BD-79-003", home, key: key, now: midnight - 601) != nil)
      let content = credential.terminal.content
      for now in [midnight - 600, midnight, midnight + 86_400 * 100] {
        #expect(throws: CertificateFileError.chain(.expired(content.holder, content.expiration))) {
          try PointCertificates.load("BD-79-003", home, key: key, now: now)
        }
      }
      let shown = try await good(point, "ca", "show", chain) as? [[String: Any]]
      #expect(shown?.map { $0["kind"] as? String ?? "" } == ["verifier", "terminal"])
      #expect(shown?.last?["isSignatureValid"] as? Bool == true && shown?.first?["isSignatureValid"] == nil)
      let again = files.path + "/lai.cvc"
      _ = try await good(office, "ca", "show", "VN79T0000100001", "--out", again)
      #expect(try Data(contentsOf: URL(fileURLWithPath: again)) == Data(contentsOf: URL(fileURLWithPath: chain)))
    }

    @Test("A request or chain that was changed, or is for another point, is refused in both languages")
    func damaged() async throws {
      let (town, files) = (try ByHand(), try TemporaryFolder())
      let (request, chain) = (files.path + "/a.csr", files.path + "/a.cvc")
      for words in [["ca", "init"], ["ca", "dv", "--province", "79"], ["point", "request", "--out", request]] {
        #expect(try await Ansinh.run(words + ["--state", town.home]).exitCode == 0)
      }
      _ = try await good(town, "ca", "terminal", "--province", "79", "--request", request, "--out", chain)
      func change(_ path: String, _ place: Int) throws -> String {
        var octets = try Data(contentsOf: URL(fileURLWithPath: path))
        octets[place < 0 ? octets.count + place : place] ^= 1
        try octets.write(to: URL(fileURLWithPath: path + ".bad"))
        return path + ".bad"
      }
      try await refused(
        town, "certificate-file.request", 4, "ca", "terminal", "--province", "79", "--request", try change(request, -9),
        "--out", files.path + "/b.cvc", says: ("chữ ký của đơn không đúng", "its signature does not verify"))
      try await refused(
        town, "certificate-file.refused", 4, "point", "install", try change(chain, -9),
        says: ("Chữ ký của chứng thư VN79T0000100001", "The certificate VN79T0000100001 is not signed"))
      try await refused(
        town, "certificate-file.damaged", 4, "point", "install", request,
        says: ("không phải tệp chứng thư", "does not hold certificates"))
      try await refused(
        town, "certificate-file.other-key", 4, "point", "install", chain, "--point", "BD-79-004",
        says: ("không phải cho khóa của điểm chi trả BD-79-004", "not for the key of point BD-79-004"))
      try await refused(
        town, "certificate-file.unreadable", 2, "point", "install", files.path + "/khong-co.cvc",
        says: ("Không đọc được tệp chứng thư", "can't be read"))
      try await refused(
        town, "print.exists", 2, "point", "request", "--out", request, says: ("đã có sẵn", "exists already"))
      #expect(!FileManager.default.fileExists(atPath: town.home + "/point/BD-79-003/certificates.cvc"))
    }

    @Test("What the rules refuse, with code and both languages")
    func refusals() async throws {
      let town = try ByHand()
      try await refused(
        town, "ca.none", 2, "ca", "dv", "--province", "79", says: ("chưa có cơ quan chứng thực gốc", "There is no"))
      #expect(!FileManager.default.fileExists(atPath: town.home + "/ca"))
      _ = try await good(town, "ca", "init")
      try await refused(town, "ca.exists", 4, "ca", "init", says: ("đã có cơ quan chứng thực gốc", "already"))
      try await refused(
        town, "ca.unknown-province", 2, "ca", "dv", "--province", "02", says: ("“02” không phải", "“02” is not"))
      try await refused(
        town, "ca.no-verifier", 4, "ca", "terminal", "--point", "BD-79-003", says: ("Tỉnh 79 chưa có", "Province 79"))
      _ = try await good(town, "ca", "dv", "--province", "79", "--rights", "online", "--days", "5")
      try await refused(
        town, "ca.beyond-verifier", 4, "ca", "terminal", "--point", "BD-79-003", "--rights", "online,override",
        says: ("không có quyền: override", "rights itself: override"))
      try await refused(
        town, "ca.right-word", 2, "ca", "terminal", "--point", "BD-79-003", "--rights", "pay",
        says: ("tên “pay”", "called “pay”"))
      try await refused(
        town, "ca.days", 2, "ca", "terminal", "--point", "BD-79-003", "--days", "181",
        says: ("từ 1 đến 180 ngày", "lasts 1 to 180 days"))
      try await refused(
        town, "usage.point-code", 2, "point", "request", "--point", "../../x", "--out", town.home + "/x",
        says: ("Mã điểm chi trả", "A point code"))
      try await refused(
        town, "ca.unknown-reference", 1, "ca", "revoke", "VN79T0000900001", "--reason", "x",
        says: ("Sổ chứng thư không có", "not in the register"))
      try await refused(
        town, "command.line", 2, "ca", "revoke", "VN79T0000900001", says: ("--reason", "--reason"))
      let mode = try FileManager.default.attributesOfItem(atPath: town.home + "/ca")[.posixPermissions] as? Int
      #expect(mode == 0o700)
      for file in try FileManager.default.contentsOfDirectory(atPath: town.home + "/ca") {
        let path = town.home + "/ca/" + file
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600, "\(file)")
      }
    }

    @Test("A terminal revoked is revoked at the centre, at once or when it can be reached")
    func revocation() async throws {
      let town = try ByHand()
      _ = try await good(town, "ca", "init", "--maker", "Nguyễn Văn Kiểm")
      _ = try await good(town, "ca", "dv", "--province", "79")
      _ = try await good(town, "ca", "terminal", "--point", "BD-79-003")
      let revoked = try await good(town, "ca", "revoke", "VN79T0000100001", "--reason", "mất máy") as? [String: Any]
      var centre = revoked?["centre"] as? [String: [String]]
      // No centre here yet, and none is begun for this.
      #expect(centre?["waiting"] == ["VN79T00001"] && !FileManager.default.fileExists(atPath: town.home + "/centre"))
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      // The centre does not know the terminal, which may still be registered: it stays to be told.
      centre = try #require(try await good(town, "ca", "list") as? [String: Any])["centre"] as? [String: [String]]
      #expect(centre?["waiting"] == ["VN79T00001"])
      try await CentreAccess.with(StateHome(path: town.home)) { client in
        let place = PointPlace(agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734")
        _ = try await PayFlow(home: StateHome(path: town.home), client: client, place: place)
      }
      centre =
        try #require(try await good(town, "ca", "revoke", "--tell") as? [String: Any])["centre"] as? [String: [String]]
      #expect(centre?["told"] == ["VN79T00001"] && centre?["waiting"] == [])
      let key = try PointKey.open(town.home + "/point/BD-79-003")
      let hash = Digest.sha256.hash(key.publicKey.point)
      let isKnown = try await CentreAccess.with(StateHome(path: town.home)) { client in
        do throws(ServiceClientError) {
          try await client.revokeTerminal(hash)
          return false
        } catch {
          return error.isRefusal(.terminalRevoked)
        }
      }
      #expect(isKnown)
      try await refused(
        town, "ca.revoked", 4, "ca", "terminal", "--point", "BD-79-003",
        says: ("đã bị thu hồi nên không được cấp lại", "was revoked, so it is not renewed"))
      let list = try #require(try await good(town, "ca", "list", "--acts") as? [String: Any])
      let acts = try #require(list["acts"] as? [[String: Any]])
      #expect(acts.map { $0["what"] as? String } == ["root", "verifier", "terminal", "revocation", "told"])
      #expect(acts[0]["actor"] as? String == "Nguyễn Văn Kiểm" && acts[3]["reason"] as? String == "mất máy")
      #expect(list["isWhole"] as? Bool == true)
    }

    @Test("An altered register is shown as such, ends with 4, and gives nothing more out")
    func altered() async throws {
      let town = try ByHand()
      for words in [["init"], ["dv", "--province", "79"], ["terminal", "--point", "BD-79-003"]] {
        #expect(try await Ansinh.run(["ca"] + words + ["--state", town.home]).exitCode == 0)
      }
      try town.alter("UPDATE act SET actor = 'ai khác' WHERE sequence = 2")
      for (language, text) in [("vi", "SỔ ĐÃ BỊ SỬA"), ("en", "THE REGISTER WAS ALTERED")] {
        let end = try await town.run("ca", "list", "--lang", language)
        #expect(end.exitCode == 4 && end.output.contains(text), "\(end.output)")
      }
      let json = try await town.run("ca", "list", "--json")
      let list = try json.object()
      #expect(list["isWhole"] as? Bool == false && list["brokenAct"] as? Int == 2 && json.exitCode == 4)
      try await refused(
        town, "ca.acts-broken", 4, "ca", "terminal", "--point", "BD-79-003",
        says: ("đứt ở việc số 2", "break at number 2"))
    }

    @Test("A verifier revoked says the day for the cards; the next key of the CVCA leads on by a link")
    func verifiers() async throws {
      let town = try ByHand()
      let made = [
        ["init"], ["dv", "--province", "79"], ["dv", "--province", "01"], ["terminal", "--point", "BD-79-003"],
        ["init", "--renew"],
      ]
      for words in made {
        #expect(try await Ansinh.run(["ca"] + words + ["--state", town.home]).exitCode == 0)
      }
      let revoked = try await good(town, "ca", "revoke", "VNDV7900001", "--reason", "khóa bị lộ") as? [String: Any]
      let today = try #require(AuthorityFlow.today?.calendarDate?.adding(days: 1))
      #expect(revoked?["minimumVerifierDate"] as? String == today.iso)
      #expect(revoked?["refusedVerifiers"] as? [String] == ["VNDV0100001"])
      let english = try await Ansinh.run(["ca", "list", "--state", town.home, "--lang", "en"])
      #expect(english.output.contains("revoked") && english.output.contains("only DVs signed from \(today.iso)"))
      let vietnamese = try await Ansinh.run(["ca", "list", "--acts", "--state", town.home, "--lang", "vi"])
      for text in ["đã thu hồi", "đơn vị chứng thực", "khóa bị lộ", "DV đã thu hồi", "Sổ có 7 việc nối tiếp nhau"] {
        #expect(vietnamese.output.contains(text), "\(text): \(vietnamese.output)")
      }
      let shown = try await good(town, "ca", "show", "VNANSINH00002") as? [[String: Any]]
      #expect(shown?.map { $0["kind"] as? String ?? "" } == ["root", "link"])
      #expect(shown?.allSatisfy { $0["isSignatureValid"] as? Bool == true } == true)
    }
  }
}

extension ByHand {
  /// Changes the certificate authority's register behind the program's back, its trigger taken away.
  fileprivate func alter(_ sql: String) throws {
    let queue = try DatabaseQueue(path: home + "/ca/authority.sqlite")
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER act_stays")
      try db.execute(sql: sql)
    }
  }
}
