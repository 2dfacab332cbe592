import ServiceAPI
import VietnamReference

/// Messages about items besides payouts.
extension WireSamples {
  static var items: [any Encodable] {
    let item = ItemReference(line: 1, period: 202_611, number: 2)
    let credited = CreditedItem(
      period: 202_611, kind: .regular, credited: 1, paid: 0, taken: 0, open: 1, uncollected: 0, deducted: 0,
      overpaid: 0, number: 2)
    let line = EntitlementLine(
      line: 1, programme: "BHXH-HUU", programmeName: BilingualText(vi: "a", en: "a"), unit: "BHXH-19",
      funder: "QHTTT@VN", homeProvince: "19", state: .ended, lastPeriod: 202_611, items: [credited])
    let late = UncollectedLine(
      item: item, programme: "BHXH-HUU", funder: "QHTTT@VN", open: 1, uncollected: 0, rule: .deadline,
      lastDay: 20_261_130, isOver: false, months: 1, isUnlisted: false)
    let owed = ReceivableLine(
      number: 1, line: 1, agent: "VNPOST", unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, rest: 1, act: 1,
      openedAt: 1)
    let order = DeductionLine(
      number: 1, line: 1, receivable: 1, party: "a", amount: 1, percent: 1, total: 1, cap: 30, taken: 0,
      isStopped: false)
    let debt = AgentDebtLine(agent: "VNPOST", unit: "BHXH-19", funder: "QHTTT@VN", owed: 1, paid: 0)
    return [
      debt, AgentDebtsAnswer(agents: [debt]),
      AgentPaymentRequest(unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, reference: "a", hands: hands), item,
      CorrectionRequest(item: item, amount: 1, hands: hands),
      UncollectedActRequest(act: .lapse, items: [item], hands: hands),
      FundingReturnRequest(unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, reference: "a", hands: hands),
      OverpaymentRequest(item: item, amount: 1, agent: "VNPOST", hands: hands),
      ReceivableActRequest(act: .recover, amount: 1, reference: "a", hands: hands),
      DeductionRequest(
        line: 1, receivable: 1, party: "a", amount: 1, percent: 1, total: 1, cap: 30, hands: hands),
      ThirdPartyPaymentRequest(unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, reference: "a", hands: hands),
      credited, line, PersonLinesAnswer(lines: [line]), late, UncollectedAnswer(items: [late], next: 1), owed,
      ReceivablesAnswer(receivables: [owed]), order, DeductionsAnswer(deductions: [order]),
    ]
  }
}
