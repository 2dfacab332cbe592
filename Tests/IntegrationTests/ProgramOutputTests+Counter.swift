import Foundation
import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// What is decided about payouts; the last payout of the town's point is taken back and its card paid again later.
  func counter(_ town: ByHand, _ seen: Seen) async throws {
    let two = ["--maker", "Nguyễn A", "--checker", "Lê B", "--reason", "chi nhầm"]
    let voucher = try await run(["point", "voucher"], [], input: "", town, seen)
    let transaction = try #require((voucher.first as? [String: Any])?["transaction"] as? String)
    try await proofs(transaction, town, seen)
    let notes = try await run(["point", "notes"], ["1234000", "--have", "500000=2,1000=300"], input: "", town, seen)
    #expect((notes.first as? [String: Any])?["missing"] as? Int == 0)
    let reversed = try await run(["point", "reverse"], [String(transaction.suffix(12))] + two, input: "", town, seen)
    #expect((reversed.first as? [String: Any])?["transaction"] as? String == transaction)
    try await byHand(two, town, seen)
    try await transfers(two, town, seen)
    let steps: [([String], [String])] = [
      (["open"], ["--float", "100000", "--by-hand", "--bag"]), (["add"], ["50000"]), (["show"], []),
      (["close"], ["--counted", "50000=3"]),
    ]
    for (words, arguments) in steps {
      #expect(try await run(["point", "shift"] + words, arguments, input: "", town, seen).count == 1, "\(words)")
    }
    let limits = ["--visit", "0", "--card-day", "0", "--terminal-day", "0"] + two
    for (words, arguments) in [(["set"], limits), (["show"], [])] {
      #expect(try await run(["point", "limits"] + words, arguments, input: "", town, seen).count == 1, "\(words)")
    }
  }

  /// A payout is proven, and the chain exported, for somebody who has nothing but the centre's public key.
  private func proofs(_ transaction: String, _ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    let (file, bundle, key) = (files.path + "/proof.json", files.path + "/bundle", files.path + "/records.pub")
    let proof = try await run(["point", "proof"], [transaction, "--out", file], input: "", town, seen)
    #expect(try await run(["audit", "export"], ["--out", bundle], input: "", town, seen).count == 1)
    try FileManager.default.copyItem(atPath: town.home + "/centre/records.pub", toPath: key)
    // On another machine: a state of its own with nothing in it.
    let elsewhere = ["--key", key, "--state", files.path + "/state", "--json"]
    let proven = try await Ansinh.run(["audit", "proof", file] + elsewhere)
    #expect(proven.exitCode == 0 && proven.output.contains(transaction), "\(proven)")
    await seen.add(["audit", "proof"])
    #expect((proof.first as? [String: Any])?["transaction"] as? String == transaction)
    let checked = try await Ansinh.run(["audit", "verify", "--bundle", bundle] + elsewhere)
    let found = try checked.json() as? [String: Any]
    #expect(checked.exitCode == 0 && found?["problemCount"] as? Int == 0, "\(checked)")
    let chain = bundle + "/chain.jsonl"
    let text = try String(contentsOfFile: chain, encoding: .utf8)
    try Data(text.replacing("\"leaf\":1", with: "\"leaf\":9", maxReplacements: 1).utf8)
      .write(to: URL(fileURLWithPath: chain))
    #expect(try await Ansinh.run(["audit", "verify", "--bundle", bundle] + elsewhere).exitCode == 4)
    try await anchors(files.path + "/anchor.json", town, seen)
  }

  /// An anchor that somebody keeps is in the master chain, and it shows when the chain is another one.
  private func anchors(_ kept: String, _ town: ByHand, _ seen: Seen) async throws {
    let first = try await run(["audit", "anchor"], ["--out", kept], input: "", town, seen)
    let number = try #require((first.first as? [String: Any])?["number"] as? Int)
    let again = try await run(["audit", "anchor"], ["--expect", kept], input: "", town, seen)
    #expect(((again.first as? [String: Any])?["number"] as? Int ?? 0) >= number)
    let state = ["--state", town.home, "--json"]
    #expect(try await Ansinh.run(["audit", "anchor", "--out", kept] + state).exitCode == 1)
    let text = try String(contentsOfFile: kept, encoding: .utf8)
    try Data(text.replacing("\"number\":\(number)", with: "\"number\":\(number + 1)").utf8)
      .write(to: URL(fileURLWithPath: kept))
    let changed = try await Ansinh.run(["audit", "anchor", "--expect", kept] + state)
    #expect(changed.exitCode == 4 && changed.diagnostics.contains("anchor.signer"), "\(changed)")
    // The kept line is still where it was, but what comes after it does not come from it.
    let path = town.home + "/centre/anchors.jsonl"
    let chain = try String(contentsOfFile: path, encoding: .utf8)
    var lines = chain.split(separator: "\n")
    try #require(lines.count > 3)
    try Data(lines[0].utf8).write(to: URL(fileURLWithPath: kept))
    let whole = try await Ansinh.run(["audit", "verify", "--expect", kept] + state)
    #expect(whole.exitCode == 0, "\(whole.diagnostics)")
    lines.remove(at: 1)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    for noun in ["anchor", "verify"] {
      let broken = try await Ansinh.run(["audit", noun, "--expect", kept] + state)
      #expect(broken.exitCode == 4 && broken.diagnostics.contains("anchor.fork"), "\(broken)")
    }
    try Data(chain.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// Somebody whose card is at home is paid by a signed list, once.
  private func byHand(_ two: [String], _ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    let (list, scan) = (files.path + "/c72a.csv", files.path + "/c72a.pdf")
    let rows = "so_dinh_danh,chuong_trinh,ky,so_tien,ly_do\n\(Integration.ByHandTests.pensioner),,,1000,quên thẻ\n"
    try Data(rows.utf8).write(to: URL(fileURLWithPath: list))
    try Data("%PDF-1.7 bản quét".utf8).write(to: URL(fileURLWithPath: scan))
    let arguments = [list, "--scan", scan, "--list", "C72a-79-1"] + two
    let paid = try await run(["point", "by-hand"], arguments, input: "", town, seen)
    #expect((paid.first as? [String: Any])?["amount"] as? Int == 1_000)
  }

  /// The same person's account: ordered, confirmed by the bank, given back, counted.
  private func transfers(_ two: [String], _ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    let (list, bank, statement) = (files.path + "/tk.csv", files.path + "/ck.csv", files.path + "/sk.csv")
    let rows = """
      so_dinh_danh,ngan_hang,so_tai_khoan,chu_tai_khoan,chuong_trinh,ky,so_tien
      \(Integration.ByHandTests.pensioner),970436,0071001234417,NGUYEN THI HOA,,,2000\n
      """
    try Data(rows.utf8).write(to: URL(fileURLWithPath: list))
    let ordered = try await run(
      ["benefit", "transfer", "order"], [list, "--batch", "CK-1", "--out", bank] + two, input: "", town, seen)
    #expect((ordered.first as? [String: Any])?["count"] as? Int == 1)
    let sent = try String(contentsOfFile: bank, encoding: .utf8).split(whereSeparator: \.isNewline)
    let reference = try #require(sent.last?.split(separator: ",").first)
    #expect(sent.last?.contains("0071001234417") == true)
    try Data("so_tham_chieu,so_tien,ket_qua\n\(reference),2000,da-chuyen\n".utf8)
      .write(to: URL(fileURLWithPath: statement))
    let settled = try await run(
      ["benefit", "transfer", "confirm"], [statement, "--statement", "SK-1"] + two, input: "", town, seen)
    #expect((settled.first as? [String: Any])?["amount"] as? Int == 2_000)
    let back = [String(reference), "--amount", "2000", "--bank-reference", "BC 7"] + two
    let returned = try await run(["benefit", "transfer", "returned"], back, input: "", town, seen)
    #expect((returned.first as? [String: Any])?["amount"] as? Int == 2_000)
    for words in [["benefit", "transfer", "list"], ["settle", "cashless"]] {
      #expect(try await run(words, [], input: "", town, seen).count == 1, "\(words)")
    }
  }
}
