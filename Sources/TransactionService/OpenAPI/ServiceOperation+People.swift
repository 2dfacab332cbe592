import ServiceAPI

extension ServiceOperation {
  /// What every decision about a person may meet.
  private static let decision: Set<ProblemCode> = [.fourEyesNeeded, .notAppointed, .unknownPerson]

  static let people: [ServiceOperation] = [
    .get(
      "/v1/people/{person}", "person", "Trang của một người", "Everything about a person", query: [.full],
      gives: PersonAnswer.self, [.unknownPerson]),
    .get(
      "/v1/cards/{number}/person", "personOfCard", "Trang của chủ thẻ", "Everything about a card's holder",
      query: [.full], gives: PersonAnswer.self, [.unknownCard]),
    .get(
      "/v1/people/{person}/lines", "lines", "Các chế độ của một người",
      "A person's lines; a card's number names its holder",
      gives: PersonLinesAnswer.self, [.malformedRequest, .notFound]),
    .get(
      "/v1/people/{person}/receivables", "receivables", "Khoản chi sai của một người", "What a person was overpaid",
      gives: ReceivablesAnswer.self, [.malformedRequest, .notFound]),
    .get(
      "/v1/people/{person}/deductions", "deductions", "Lệnh khấu trừ của một người", "Deduction orders of a person",
      gives: DeductionsAnswer.self, [.malformedRequest, .notFound]),
    .get(
      "/v1/presences/due", "presencesDue", "Người cần xác nhận còn sống", "Who is to be seen again",
      query: [.query("after", ["type": "string", "pattern": "^(?:[0-9a-fA-F]{2})*$"], "Goes on after this id.")],
      gives: PresencesDueAnswer.self, [.malformedRequest]),
    .act(
      "/v1/people/{person}/death", "recordDeath", "Ghi nhận qua đời", "Records a death",
      takes: .json(DeathRequest.self),
      gives: ActAnswer.self, decision.union([.deathKnown, .amountOverflow])),
    .act(
      "/v1/people/{person}/heir", "inherit", "Chuyển khoản chưa lĩnh cho người thừa kế",
      "What a dead person had not received goes to an heir", takes: .json(PersonNameRequest.self),
      gives: ActAnswer.self,
      decision.union([.lineSuspended, .personNotDead, .heirDead, .nothingToInherit, .amountOverflow])),
    .act(
      "/v1/people/{person}/identity", "changeIdentity", "Đổi số định danh", "Who a person is from now on",
      takes: .json(PersonNameRequest.self), gives: ActAnswer.self,
      decision.union([.identityKnown, .personHasCard])),
    .act(
      "/v1/people/{person}/funeral", "claimFuneral", "Đề nghị mai táng phí", "Claims a funeral grant",
      takes: .json(FuneralRequest.self), gives: ActAnswer.self,
      decision.union([.personNotDead, .personDead, .funeralKnown])),
    .act(
      "/v1/people/{person}/funeral-withdrawals", "withdrawFuneral", "Rút đề nghị mai táng phí",
      "Withdraws the claim to a funeral grant", takes: .json(HandsRequest.self), gives: ActAnswer.self,
      decision.union([.funeralUnclaimed, .funeralCredited])),
    .act(
      "/v1/people/{person}/representatives", "registerRepresentative", "Đăng ký người lĩnh thay, giám hộ",
      "Registers who acts for a person", takes: .json(RepresentativeRequest.self), gives: ActAnswer.self,
      decision.union([
        .personDead, .paperKnown, .representativeKnown, .representativeExpired, .representativeNotCovering,
      ])),
    .act(
      "/v1/people/{person}/representative-ends", "endRepresentative", "Chấm dứt việc lĩnh thay",
      "Ends a paper", takes: .json(RepresentativeEndRequest.self), gives: ActAnswer.self,
      decision.union([.unknownPaper, .representativeExpired])),
    .act(
      "/v1/people/{person}/presences", "recordPresence", "Xác nhận còn sống", "A clerk saw the person",
      takes: .json(PresenceRequest.self), gives: ActAnswer.self,
      decision.union([.personDead, .presenceNotAttested, .presenceNotOwn])),
  ]

  static let counter: [ServiceOperation] = [
    .get(
      "/v1/cards/{number}/counter", "counter", "Điều cán bộ cần biết trước khi chi",
      "What a clerk sees before a payout",
      gives: CounterAnswer.self, [.unknownCard, .cardBlocked, .cardTerminated, .personDead]),
    .ask(
      "/v1/collectables", "collectables", "Khoản chi được theo danh sách", "What people of a list can collect",
      takes: .json(CollectableRequest.self), gives: [CollectableAnswer].self),
    .act(
      "/v1/hand-payouts", "payByHand", "Ghi chi bằng danh sách giấy", "Records a signed list",
      takes: .json(HandPayoutRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownAgent, .transactionReused, .unknownPerson, .personDead, .unknownPaper,
        .representativeExpired, .representativeNotCovering, .collectionOver, .cardReasonNeeded, .handPaidBefore,
        .lineNotOfPerson, .lineSuspended, .periodNotOpen, .amountOverOpen, .agentLimit, .amountOverflow,
      ]),
    .act(
      "/v1/payouts/{id}/reversal", "reversePayout", "Hủy một lần chi", "Takes a payout back",
      takes: .json(ReversalRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownPayout, .transactionVoid, .payoutReversed, .payoutNotPaid,
        .amountOverflow,
      ]),
    .get(
      "/v1/payout-limits", "payoutLimits", "Hạn mức chi", "What payouts may come to", gives: PayoutLimitsAnswer.self),
    .act(
      "/v1/payout-limits", "setPayoutLimits", "Đặt hạn mức chi", "Sets what payouts may come to",
      takes: .json(PayoutLimitsRequest.self), gives: ActAnswer.self, [.fourEyesNeeded, .notAppointed]),
  ]

  static let transfers: [ServiceOperation] = [
    .act(
      "/v1/transfers", "orderTransfers", "Lệnh chuyển khoản", "Orders the transfers of a payment file",
      takes: .json(TransferOrderRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .holderDiffers, .transferKnown, .unknownPerson, .personDead,
        .lineNotOfPerson, .lineSuspended, .collectionOver, .periodNotOpen, .amountOverOpen, .amountOverflow,
      ]),
    .act(
      "/v1/transfers/{reference}/return", "returnTransfer", "Ngân hàng trả lại tiền", "A confirmed transfer came back",
      takes: .json(TransferReturnRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownTransfer, .transferUnconfirmed, .transferRejected, .transferReturned,
        .transferAmount, .amountOverflow,
      ]),
    .act(
      "/v1/transfer-statements", "settleTransfers", "Sao kê của ngân hàng", "A statement of the bank",
      takes: .json(TransferStatementRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownTransfer, .transferConfirmed, .transferRejected, .transferAmount,
        .amountOverflow,
      ]),
    .get(
      "/v1/transfers", "transfers", "Các khoản chuyển", "Transfers, at most 1,000",
      query: [.query("after", ["type": "string"], "Goes on after this reference.")], gives: [TransferAnswer].self),
  ]

  static let shifts: [ServiceOperation] = [
    .get(
      "/v1/shifts", "shifts", "Các ca đang mở", "Open shifts of a point",
      query: [
        .query("agent", ["type": "string"], "Agent code."), .query("point", ["type": "string"], "Point code."),
      ], gives: [ShiftAnswer].self, [.amountOverflow]),
    .act(
      "/v1/shifts", "openShift", "Mở ca", "Opens a drawer or a bag", takes: .json(ShiftRequest.self),
      gives: ActAnswer.self, [.fourEyesNeeded, .notAppointed, .unknownAgent, .unknownTerminal, .shiftOpen]),
    .act(
      "/v1/shifts/{id}/top-ups", "topUpShift", "Bổ sung quỹ ca", "Adds cash to a shift",
      takes: .json(ShiftAmountRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownShift, .shiftClosed, .amountOverflow]),
    .act(
      "/v1/shifts/{id}/closing", "closeShift", "Chốt ca", "Closes a shift with what was counted",
      takes: .json(ShiftAmountRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownShift, .shiftClosed, .amountOverflow]),
  ]
}
