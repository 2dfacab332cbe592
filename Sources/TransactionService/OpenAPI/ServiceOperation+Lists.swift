import ServiceAPI

extension ServiceOperation {
  private static let rows: Set<ProblemCode> = [
    .listRefused, .listTooLong, .listSealed, .listAbandoned, .listRowsKnown, .listIncomplete, .duplicateItem,
    .programmeExcluded, .monthOverRule, .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed, .monthAfterEnd,
    .programmeSuspended, .termOver, .personDiffers, .notAppointed,
    .amountOverflow,
  ]

  static let lists: [ServiceOperation] = [
    .act(
      "/v1/payment-lists", "importList", "Nhập danh sách chi trả", "Takes a short payment list", takes: .list,
      query: [.query("maker", ["type": "string"], "Who made it, 1…64 characters.", isRequired: true), .sampleData],
      gives: ListAnswer.self, rows, note: "The key is the list's reference."),
    .act(
      "/v1/payment-lists/{list}/rows", "importRows", "Nhập một phần danh sách", "Takes one chunk of a list",
      takes: .list,
      query: [
        .query(
          "first", ["type": "integer", "minimum": 1, "maximum": 10_000_000], "Place of the first row, from 1.",
          isRequired: true), .sampleData,
      ], gives: ListRowsAnswer.self, rows),
    .ask(
      "/v1/payment-lists/{list}/duplicates", "duplicates", "Dòng đã có ở danh sách khác",
      "Which rows other lists have", takes: .list, query: [.sampleData], gives: ListDuplicatesAnswer.self,
      [.listRefused, .listTooLong]),
    .act(
      "/v1/payment-lists/{list}/seal", "sealList", "Chốt danh sách", "The list is complete",
      takes: .json(ListSealRequest.self), gives: ListStateAnswer.self,
      [
        .unknownList, .listSealed, .listAbandoned, .listIncomplete, .notAppointed, .duplicateItem, .programmeExcluded,
        .programmeSuspended, .termOver, .personDiffers,
        .monthOverRule, .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed, .monthAfterEnd,
      ]),
    .act(
      "/v1/payment-lists/{list}/abandonment", "abandonList", "Bỏ danh sách", "Gives a list up, a chunk at a time",
      takes: .unread, gives: ListAbandonAnswer.self, [.unknownList, .listSealed]),
    .act(
      "/v1/payment-lists/{list}/check", "checkList", "Kiểm tra danh sách", "Somebody else has checked the list",
      takes: .json(ListHandRequest.self), gives: RegisteredAnswer.self,
      [.unknownList, .listOpen, .listAbandoned, .fourEyesNeeded, .listChecked, .listOfOtherRules, .notAppointed]),
    .act(
      "/v1/payment-lists/{list}/approval", "approveList", "Duyệt danh sách", "Approves a list and sets its money aside",
      takes: .json(ListHandRequest.self), gives: ListApprovedAnswer.self,
      [
        .unknownList, .listOpen, .listAbandoned, .fourEyesNeeded, .listUnchecked, .listOfOtherRules, .listApproved,
        .fundTooLow,
        .notAppointed, .amountOverflow,
      ]),
    .act(
      "/v1/payment-lists/{list}/credits", "creditList", "Ghi có theo danh sách", "Credits the next chunk of a list",
      takes: .unread, gives: CreditAnswer.self,
      [.unknownList, .listOpen, .listAbandoned, .listUnapproved, .amountOverflow]),
    .get(
      "/v1/payment-lists/{list}", "list", "Một danh sách", "What became of a list", gives: ListStateAnswer.self,
      [.unknownList]),
    .get(
      "/v1/payment-lists/{list}/totals", "listTotals", "Tổng theo đơn vị và nguồn", "What a list asks of each funder",
      gives: [ListTotal].self, [.unknownList]),
  ]

  static let items: [ServiceOperation] = [
    .act(
      "/v1/lines/{line}/acts", "actOnLine", "Tạm dừng, chi lại, kết thúc chế độ", "Suspends, resumes or ends a line",
      takes: .json(LineActRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownLine, .lineSuspended, .lineNotSuspended, .lineEnded, .personDead,
        .amountOverflow,
      ]),
    .act(
      "/v1/items/corrections", "correct", "Sửa khoản ghi thừa", "Corrects an item that was credited wrongly",
      takes: .json(CorrectionRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownItem, .amountNotLower, .amountOverflow]),
    .act(
      "/v1/uncollected/acts", "actOnUncollected", "Khoản không lĩnh", "What becomes of items nobody collected",
      takes: .json(UncollectedActRequest.self), gives: ActAnswer.self,
      [
        .fourEyesNeeded, .notAppointed, .unknownItem, .lineSuspended, .lineEnded, .termNotOver, .termOver,
        .nothingUncollected, .amountOverflow,
      ]),
    .get(
      "/v1/uncollected", "uncollected", "Danh sách chưa lĩnh", "Items not collected",
      query: [
        .query("unit", OperationParameter.bounded(.unit), "Accounting unit.", isRequired: true),
        .query("after", ["type": "integer", "minimum": 0, "maximum": 4_294_967_295], "The line to go on after."),
      ], gives: UncollectedAnswer.self, [.malformedRequest]),
    .act(
      "/v1/receivables", "findOverpayment", "Ghi khoản chi sai", "An overpayment found by hand",
      takes: .json(OverpaymentRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownAgent, .unknownItem, .amountOverPaid, .amountOverflow]),
    .act(
      "/v1/receivables/{number}/acts", "actOnReceivable", "Thu hồi hay xóa khoản chi sai",
      "Recovers an overpayment or writes it off", takes: .json(ReceivableActRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownReceivable, .amountOverRest, .amountOverflow],
      note: "A reference is there exactly when it is recovered."),
    .act(
      "/v1/deductions", "orderDeduction", "Lệnh khấu trừ", "Takes something of every regular item of a line",
      takes: .json(DeductionRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownLine, .unknownReceivable, .receivableElsewhere, .shareTooHigh],
      note: "Exactly one of receivable and party, and of amount and percent; a total only with party."),
    .act(
      "/v1/deductions/{number}/stop", "stopDeduction", "Dừng khấu trừ", "Stops a deduction order",
      takes: .json(HandsRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .unknownDeduction, .deductionStopped]),
  ]

  static let months: [ServiceOperation] = [
    .get(
      "/v1/cashless/{window}", "cashless", "Chi không dùng tiền mặt", "Who was paid by transfer",
      gives: [CashlessLine].self, [.malformedRequest]),
    .get(
      "/v1/settlement/{window}", "settlement", "Bù trừ giữa các đơn vị", "What units owe each other",
      gives: SettlementAnswer.self, [.malformedRequest]),
    .get(
      "/v1/units/{unit}/months/{month}", "month", "Quyết toán tháng", "What became of a unit's month",
      gives: MonthAnswer.self, [.malformedRequest]),
    .get(
      "/v1/units/{unit}/needs/{month}", "needs", "Nhu cầu kinh phí", "What a unit needs for a month",
      gives: NeedAnswer.self, [.malformedRequest]),
    .get(
      "/v1/units/{unit}/dues", "dues", "Danh sách chi trả tại điểm", "Who collects at the points",
      query: [.query("point", ["type": "string"], "Of this point alone.")], gives: DueAnswer.self, [.malformedRequest]),
    .get(
      "/v1/forecasts/{month}", "forecast", "Dự báo tiền mặt", "Cash to come",
      query: [
        .query("unit", OperationParameter.bounded(.unit), "Of this unit."),
        .query("province", OperationParameter.bounded(.digits(2)), "Of all units of this province."),
        .query("point", ["type": "string"], "Of this point alone."),
      ], gives: ForecastAnswer.self, [.malformedRequest], note: "One of unit and province is needed."),
  ]
}
