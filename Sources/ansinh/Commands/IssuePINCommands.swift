import ArgumentParser
import CardApplication
import CardTerminal
import Foundation
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

extension IssueCommand {
  /// `ansinh issue activate`
  struct Activate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "activate",
      abstract: "Tại quầy: chủ thẻ chọn mã PIN, thẻ được kích hoạt. / At the counter: the holder chooses the PIN.",
      discussion: """
        Dùng khi trao thẻ, hoặc khi chủ thẻ quên mã PIN hay hết lượt PUK. Kiểm tra giấy tờ tùy thân trước. Một người \
        làm được trong ngày trao thẻ (ansinh issue deliver), những lần khác cần hai người (--checker). Thiết bị \
        cần chứng thư có quyền pin-management và can-allowed. / When a card is handed over, or the holder has \
        forgotten the PIN or used the PUK up. Check the person's identity first. The terminal needs a certificate with \
        the rights pin-management and can-allowed. One person may on the day the card is handed over \
        (ansinh issue deliver); any other time it takes two (--checker).
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var counter: CounterOptions
    @OptionGroup var new: NewPINOptions
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let (counter, new, home) = (counter, new, global.home)
      let (hands, identity) = (hands.hands, try identity.check())
      try hands.require(two: false)
      let access = try counter.access(home, needing: [.pinManagement, .canAllowed]) { .pinManagement($0, $1) }
      try await readers.withCard(output) { channel in
        let card = try await counter.open(channel, access, output)
        let number = try await counter.tellCard(card, output)
        try counter.allow(.set, number, hands, home)
        try await card.setPIN(try new.newPIN(output))
        try counter.record(.set, number, access, hands, identity, home)
      }
      try await CardLifeFlow(home, service: centre.service).tellPINActs(output)
      try output.result(PINOutcome(outcome: "set")) {
        output.pick("Đã đặt mã PIN; thẻ đang hoạt động.", "The PIN is set; the card is active.")
      }
    }
  }

  /// `ansinh issue unblock`
  struct UnblockAtCounter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unblock",
      abstract: "Tại quầy: mở khóa mã PIN không cần mã PUK. / At the counter: unblock the PIN without the PUK.",
      discussion: "Cần hai người: --checker. / Takes two persons: --checker.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var counter: CounterOptions
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var hands: HandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let (counter, home) = (counter, global.home)
      let (hands, identity) = (hands.hands, try identity.check())
      try hands.require(two: true)
      let access = try counter.access(home, needing: [.pinManagement, .canAllowed]) { .pinManagement($0, $1) }
      try await readers.withCard(output) { channel in
        let card = try await counter.open(channel, access, output)
        let number = try await counter.tellCard(card, output)
        try counter.allow(.unblocked, number, hands, home)
        try await card.unblockPIN()
        try counter.record(.unblocked, number, access, hands, identity, home)
      }
      try await CardLifeFlow(home, service: centre.service).tellPINActs(output)
      try output.result(PINOutcome(outcome: "unblocked")) {
        output.pick("Đã mở khóa mã PIN; mã PIN không đổi.", "The PIN is unblocked and has not changed.")
      }
    }
  }
}

extension CardCommand {
  /// `ansinh card identity`
  struct Identity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "identity",
      abstract:
        "Đọc dữ liệu định danh trên thẻ, tại nơi có quyền. / Read the card's identity data, where that is allowed.",
      discussion: """
        Thiết bị cần chứng thư có quyền read-identity và can-allowed; chip được kiểm tra là thật. / The terminal needs \
        a certificate with the rights read-identity and can-allowed; the chip is checked to be genuine.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var counter: CounterOptions

    private struct Shown: Codable {
      let name: String
      let dataGroups: [String: String]
    }

    func run() async throws {
      let output = global.output
      let (counter, home) = (counter, global.home)
      let access = try counter.access(home, needing: [.readAll, .canAllowed]) { .identity($0, $1) }
      let record = try await readers.withCard(output) { channel in
        let card = try await counter.open(channel, access, output)
        return try await card.identity(EIDDataGroup.allCases.filter { $0 != .reserved })
      }
      let groups = record.groups.compactMap { group in
        record[group].map { (group, Self.text($0, output)) }
      }
      let shown = Shown(
        name: record.fullName ?? "",
        dataGroups: Dictionary(groups.map { ("DG\($0.0.rawValue)", $0.1) }) { first, _ in first })
      try output.result(shown) {
        let labels = groups.map { group in
          let label = IdentityTexts.label(group.0)
          return output.pick(label.vi, label.en)
        }
        let width = labels.map(\.count).max() ?? 0
        let rows = zip(labels, groups).map { label, group in
          label + String(repeating: " ", count: width - label.count) + "  " + group.1
        }
        return (["\(output.pick("Chủ thẻ", "Cardholder")): \(shown.name)"] + rows).joined(separator: "\n")
      }
    }

    private static func text(_ value: EIDValue, _ output: Output) -> String {
      if case .sex(let sex) = value {
        switch sex {
        case .male: return output.pick("Nam", "Male")
        case .female: return output.pick("Nữ", "Female")
        case .unspecified: return output.pick("Không ghi", "Not stated")
        }
      }
      if case .municipalityID(let code) = value { return code.octets.hex }
      return value.text ?? output.pick("(có dữ liệu)", "(data)")
    }
  }
}
