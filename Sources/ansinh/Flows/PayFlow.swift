import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import Ledger
import PayoutPoint
import SecureChannel
import ServiceAPI
import VietnamReference

/// Where a payout point stands and who runs it.
struct PointPlace: Sendable, Codable {
  var agent: String
  var point: String
  var province: String
  var commune: String

  /// The place of a point: as it was registered when it is known here, else as the options say.
  ///
  /// - Throws: ``UsageError`` when the options contradict what is registered, or something is missing.
  static func resolve(_ point: String, commune: String?, agent: String?, _ home: StateHome) throws -> PointPlace {
    if let known = known(point, home) {
      guard commune ?? known.commune == known.commune, agent ?? known.agent == known.agent else {
        throw UsageError.pointElsewhere(point: point, commune: known.commune, agent: known.agent)
      }
      return known
    }
    let parts = point.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let today = Clock.today,
      ProvinceRegister.embedded.province(code: String(parts[1]), on: today) != nil
    else {
      throw UsageError.pointCode
    }
    guard let commune, commune.utf8.count == 5, UInt32(commune) != nil else {
      throw UsageError.communeCode
    }
    return PointPlace(agent: agent ?? "VNPOST", point: point, province: String(parts[1]), commune: commune)
  }

  /// The place of a point that was registered from here.
  static func known(_ point: String, _ home: StateHome) -> PointPlace? {
    FileManager.default.contents(atPath: home.point(point) + "/place.json")
      .flatMap { try? JSONDecoder().decode(PointPlace.self, from: $0) }
  }

  /// Keeps the place once the centre has it.
  func save(_ home: StateHome) throws {
    try JSONEncoder().encode(self).write(
      to: URL(fileURLWithPath: home.point(point) + "/place.json"), options: .atomic)
  }
}

/// Why a point can't prove itself to cards.
enum PointAccessError: Error {
  /// It has no certificates.
  case noCertificates(point: String, province: String)
  /// Its certificate begins later than this machine's clock says.
  case clockBehind(point: String, since: CVDate)
  /// Its certificate lacks rights that this needs; their words.
  case missingRights(point: String, [String])
}

/// A payout point's work, shared by the commands and the demonstration.
struct PayFlow: Sendable {
  let home: StateHome
  let client: ServiceClient
  let place: PointPlace
  let desk: PayoutDesk
  let terminal: Terminal

  /// Opens the point's folder, registers its key at the centre, and ends what an earlier run left open.
  init(home: StateHome, client: ServiceClient, place: PointPlace) async throws {
    self.home = home
    self.client = client
    self.place = place
    let folder = home.point(place.point)
    try home.make(folder)
    terminal = Terminal(
      agent: place.agent, point: place.point, province: place.province, commune: place.commune,
      key: try PointKey.open(folder))
    let journal = try Journal(folder: folder)
    let keeper = HeadKeeper(folder: folder, journal: journal, clock: { Clock.milliseconds })
    desk = PayoutDesk(
      terminal: terminal, journal: journal, client: client, keeper: keeper, clock: { Clock.milliseconds })
    try await register()
    try place.save(home)
  }

  /// What the point proves itself to cards with for payouts.
  ///
  /// - Throws: ``PointAccessError/noCertificates(point:province:)``, or what is wrong with the certificates there are.
  func payoutAccess() throws -> TerminalAccess {
    let credential = try PointCertificates.require(place.point, home, key: terminal.key)
    let chain = [credential.verifier, credential.terminal].map { TerminalRights($0.content).payout }
    guard chain.allSatisfy({ $0.contains(.online) }) else {
      throw PointAccessError.missingRights(point: place.point, [TerminalRights.Word.online.rawValue])
    }
    return .payout(credential)
  }

  /// Behind TLS an official registers a point (`ansinh point register`): then there is nothing to do here.
  private func register() async throws {
    do {
      try await Self.register(terminal.key, place, client)
    } catch let error as ServiceClientError {
      guard error.isRefusal(.notPermitted) || error.isRefusal(.notAuthenticated) else { throw error }
    }
  }

  /// Registers the agent and the terminal's key, where they are not known yet.
  static func register(_ key: any ECSigner, _ place: PointPlace, _ client: ServiceClient) async throws {
    try await CycleFlow.registerAgent(place.agent, client)
    let request = TerminalRequest(
      publicKey: WireBytes(key.publicKey.point), agent: place.agent, point: place.point,
      province: place.province, commune: place.commune)
    do {
      _ = try await client.post(
        "/v1/terminals", key: "terminal-" + Digest.sha256.hash(key.publicKey.point).prefix(16).hex, request,
        RegisteredAnswer.self)
    } catch {
      guard error.isRefusal(.alreadyRegistered) else { throw error }
    }
  }
}

extension PointPlace {
  /// The voucher of a payout at this point, with the names of the day it was made.
  func voucher(
    _ payout: PaidPayout, _ copy: VoucherCopy = .copy1, reprintTime: Int64? = nil, reprintNumber: Int? = nil
  ) -> VoucherData {
    let day = CalendarDate(unixSeconds: payout.time, zone: .vietnam)
    func province(_ code: String) -> String {
      day.flatMap { ProvinceRegister.embedded.province(code: code, on: $0)?.fullName.vi } ?? code
    }
    let lines = payout.facts.lines.map { line in
      VoucherLine(
        programmeName: line.programmeName,
        period: "tháng \(line.period % 100)/\(line.period / 100)", amount: line.amount,
        funderName: Names.funder(line.funder), homeUnitName: Names.unit(line.unit, on: day),
        homeProvinceName: province(line.homeProvince))
    }
    return VoucherData(
      agencyName: Names.agent(agent), pointCode: point, pointName: Names.point(point, on: day),
      terminalID: payout.terminalKeyHash.prefix(4).hex, documentNumber: String(payout.transaction.suffix(12)),
      time: payout.time, copy: copy, holderName: payout.facts.holderName,
      maskedPersonalID: payout.facts.maskedPersonalID, cardLastFour: payout.facts.cardLastFour, lines: lines,
      totalAmount: payout.amount, channel: payout.facts.list == nil ? .cash : .byHand,
      collector: payout.facts.collector,
      remainingBalance: payout.facts.remaining,
      hostProvinceName: province(self.province), verificationCode: Names.verificationCode(payout.certificateHash),
      isOnline: true, reprintTime: reprintTime, reprintNumber: reprintNumber, list: payout.facts.list)
  }
}

/// Names that people read for the codes that programs use.
enum Names {
  static func funder(_ text: String) -> BilingualText {
    guard let funder = Funder(text: text) else { return BilingualText(vi: text, en: text) }
    return switch funder.kind {
    case .centralBudget: BilingualText(vi: "Ngân sách trung ương", en: "Central budget")
    case .localBudget:
      BilingualText(vi: "Ngân sách địa phương (\(funder.owner))", en: "Local budget (\(funder.owner))")
    case .pensionSurvivorFund: BilingualText(vi: "Quỹ hưu trí và tử tuất", en: "Pension and survivors' fund")
    case .workInjuryFund:
      BilingualText(vi: "Quỹ tai nạn lao động, bệnh nghề nghiệp", en: "Work injury fund")
    case .unemploymentFund: BilingualText(vi: "Quỹ bảo hiểm thất nghiệp", en: "Unemployment insurance fund")
    case .healthFund: BilingualText(vi: "Quỹ bảo hiểm y tế", en: "Health insurance fund")
    }
  }

  static func unit(_ text: String, on date: CalendarDate?) -> String {
    guard let unit = AccountingUnit(text: text) else { return text }
    let place = province(unit.provinceCode, on: date)
    return switch unit.kind {
    case .socialInsurance: "Bảo hiểm xã hội \(place)"
    case .homeAffairs: "Sở Nội vụ \(place)"
    case .health: "Sở Y tế \(place)"
    case .commune: "UBND xã \(unit.communeCode ?? ""), \(place)"
    }
  }

  static func province(_ code: String, on date: CalendarDate?) -> String {
    date.flatMap { ProvinceRegister.embedded.province(code: code, on: $0)?.name } ?? code
  }

  /// Payment service organisations by their codes.
  static let agents = ["VNPOST": "Bưu điện Việt Nam", "NHCSXH": "Ngân hàng Chính sách xã hội"]

  static func agent(_ code: String) -> String { agents[code] ?? code }

  /// `BD-79-003` → `Bưu điện 003, Hồ Chí Minh`.
  static func point(_ code: String, on date: CalendarDate?) -> String {
    let parts = code.split(separator: "-").map(String.init)
    guard parts.count == 3 else { return code }
    let kind = ["BD": "Bưu cục", "NH": "Điểm giao dịch ngân hàng", "XA": "Điểm chi xã"][parts[0]] ?? parts[0]
    return "\(kind) \(parts[2]), \(province(parts[1], on: date))"
  }

  /// Twelve hexadecimal digits of the certificate's hash in three groups.
  static func verificationCode(_ hash: [UInt8]) -> String {
    let digits = Array(hash.prefix(6).hex)
    return stride(from: 0, to: 12, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: "-")
  }
}
