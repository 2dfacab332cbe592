import ServiceAPI

/// What agents are owed, deaths that were none, health insurance.
extension ServiceOperation {
  static let agents: [ServiceOperation] = [
    .get(
      "/v1/agents/owed", "agentsOwed", "Tiền còn nợ tổ chức chi trả", "What units owe agents",
      gives: AgentDebtsAnswer.self),
    .act(
      "/v1/agents/{agent}/payments", "payAgent", "Trả tiền còn nợ tổ chức chi trả", "Pays an agent what it is owed",
      takes: .json(AgentPaymentRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownAgent, .agentPaymentKnown, .amountOverRest, .amountOverflow]),
  ]

  static let lives: [ServiceOperation] = [
    .act(
      "/v1/people/{person}/death-withdrawals", "withdrawDeath", "Hủy ghi nhận qua đời nhầm",
      "Withdraws a death that was recorded by mistake", takes: .json(HandsRequest.self),
      gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownPerson, .personNotDead, .inheritanceStands, .funeralStands,
        .amountOverflow,
      ]),
    .get(
      "/v1/people/{person}/health-insurance", "healthInsurance", "Bảo hiểm y tế của một người",
      "A person's health insurance and co-payments",
      query: [.query("on", ["type": "integer"], "The day, year * 10000 + month * 100 + day; today unless given.")],
      gives: HealthInsuranceAnswer.self, [.malformedRequest, .unknownPerson]),
    .act(
      "/v1/people/{person}/health-covers", "keepHealthCover", "Ghi thẻ bảo hiểm y tế", "Keeps a health insurance",
      takes: .json(HealthCoverRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownPerson, .personDead, .dayOutOfLife, .amountOverflow]),
    .act(
      "/v1/people/{person}/co-payments", "keepCoPayment", "Ghi tiền cùng chi trả", "Keeps a co-payment",
      takes: .json(CoPaymentRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownPerson, .personDead, .dayOutOfLife, .notInsured, .coPaymentKnown,
        .amountOverflow,
      ]),
  ]
}
