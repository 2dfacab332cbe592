import ArgumentParser
import Benefits
import Foundation
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

/// A funeral grant that a dead person's programmes give: `CODE`, or `CODE=AMOUNT` where the rule is not enough.
struct GrantArgument: ExpressibleByArgument {
  /// The programmes that pay on death, of which the highest alone is paid.
  private static let group = ProgrammeCatalogue.embedded.groups.first { $0.name == "funeral" }

  let code: String
  /// Đồng.
  let amount: Int64

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, Self.group?.members.contains(parts[0]) == true else { return nil }
    code = parts[0]
    if parts.count == 2 {
      guard let given = Int64(parts[1]), given > 0 else { return nil }
      amount = given
    } else {
      guard let today = Clock.today,
        let derived = try? ProgrammeCatalogue.embedded.amount(parts[0], on: today, inputs: [:])
      else { return nil }
      amount = derived.amount
    }
  }

  static var allValueStrings: [String] { group?.members ?? [] }

  /// The one that is paid (`winner(amounts:)`).
  static func winner(_ grants: [GrantArgument]) -> GrantArgument? {
    let amounts = Dictionary(grants.map { ($0.code, $0.amount) }) { max($0, $1) }
    guard amounts.count > 1, let today = Clock.today else { return grants.first }
    let conflicts = ProgrammeCatalogue.embedded.conflicts(of: amounts.keys, on: today)
    return conflicts.first?.winner(amounts: amounts).flatMap { code in grants.first { $0.code == code } }
  }
}

extension PersonCommand {
  /// `ansinh person funeral`
  struct Funeral: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "funeral",
      abstract: "Mai táng phí cho người lo mai táng; nhiều chế độ thì chi mức cao nhất. / The funeral grant.",
      discussion: """
        Ghi người lo mai táng, mỗi người chết một lần, rồi lập danh sách một dòng; kiểm soát và phê duyệt như mọi danh \
        sách. Cần --born, ngày sinh người lo mai táng. / Records who asks for it, once for each death, then makes a \
        list of one row, which is checked and approved as every list is. It needs --born, the claimant's birth date.
        """)

    @OptionGroup var act: PersonActOptions
    @OptionGroup var other: OtherPersonOptions
    @Option(
      name: .long,
      help: "Mã chương trình mai táng, hoặc MÃ=SỐ_TIỀN; ghi đủ các mức được hưởng. / Each grant: CODE or CODE=AMOUNT.")
    var grant: [GrantArgument]
    @Option(name: .long, help: "Tháng, YYYY-MM. / Month.") var month: String
    @Option(name: .long, help: "Nguồn, ví dụ NSDP. / Funder.") var funder: String
    @Option(name: .long, help: "Đơn vị, ví dụ XA-40-16681. / Accounting unit.") var unit: String
    @Option(name: .long, help: "Mã tỉnh. / Province code.") var province: String
    @Option(name: .long, help: "Điểm chi trả, ví dụ XA-40-001. / Payout point.") var point: String
    @Option(name: .long, help: "Người phê duyệt danh sách. / Who approves the list.") var approver: String?

    func validate() throws {
      guard !grant.isEmpty else { throw ValidationError("--grant") }
      guard !other.birthDate.isEmpty else {
        throw ValidationError("cần --born, ngày sinh người lo mai táng / give --born, the claimant's birth date")
      }
    }

    func run() async throws {
      guard let winner = GrantArgument.winner(grant) else { throw ValidationError("--grant") }
      let path = NSTemporaryDirectory() + "ansinh-mai-tang-\(PersonFlow.key()).csv"
      let claimant = other.person
      let row = [
        claimant.personalID, claimant.name, claimant.birthDate, winner.code, month, "\(winner.amount)", funder, unit,
        province, point, act.person,
      ]
      let header = "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi,nguoi_chet"
      let quoted = row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",")
      // For its owner alone, as everything this program writes.
      try Data("\(header)\n\(quoted)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let file = try ListFile(path, sampleData: other.sampleData)
      try file.requireAllGood()
      let output = act.global.output
      let result = try await send(file, winner.code)
      try output.result(result) {
        output.pick(
          "Mai táng phí \(winner.code), \(VND.text(winner.amount)): danh sách \(result.list).",
          "Funeral grant \(winner.code), \(VND.text(winner.amount)): list \(result.list).")
      }
    }

    /// The claim first: the centre takes one for each death. Its key is the list's name, so that what was cut off can
    /// be run again.
    private func send(_ file: ListFile, _ programme: String) async throws -> ImportResult {
      let place = "/v1/people/\(PersonFlow.part(act.person))/funeral"
      let checker = approver == nil ? nil : act.names.checker
      let options = ImportOptions(
        maker: act.hands.maker, checker: checker, approver: checker == nil ? nil : approver,
        sampleData: other.sampleData)
      return try await CentreAccess.with(act.global.home, url: act.centre.service, sampleData: other.sampleData) {
        client in
        let flow = ImportFlow(client: client, options: options)
        let list = try await flow.upload(file).list
        let request = FuneralRequest(claimant: other.person, programme: programme, list: list, hands: act.hands)
        _ = try await client.post(place, key: list, request, ActAnswer.self)
        return try await flow.run(file)
      }
    }
  }

  /// `ansinh person funeral-withdraw`
  struct FuneralWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "funeral-withdraw",
      abstract:
        "Rút ghi nhận người lo mai táng khi chưa ghi có đồng nào. / Withdraw a claim of which nothing is credited.",
      discussion: """
        Sau đó người khác có thể nhận. Khoản còn trong danh sách, khi ghi có, trả ngay về nguồn. / Then somebody else \
        can claim. What is still on a list goes back to its fund when it is credited.
        """)

    @OptionGroup var act: PersonActOptions

    func run() async throws {
      try await act.post("funeral-withdrawals", act.hands)
    }
  }
}
