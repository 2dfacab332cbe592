import ServiceAPI
import VietnamReference

extension ServiceOperation {
  /// Every path of the service; the document's tests hold it against `RouteAccess.table` and against what the service
  /// answers.
  static let table: [ServiceOperation] =
    service + terminals + cards + staff + money + agents + lists + items + people + lives + counter + transfers + shifts
    + months

  private static let service: [ServiceOperation] = [
    .get(
      "/v1/health", "health", "Dịch vụ có nhận việc không", "Whether the service works", gives: HealthAnswer.self,
      [.unavailable]),
    .get(
      "/v1/issuer", "issuer", "Khóa ký phiếu hoàn tất", "The key whose completions cards obey",
      gives: IssuerAnswer.self),
    ServiceOperation(
      route: "GET /v1/openapi.json", id: "openapi",
      summary: BilingualText(vi: "Tài liệu này", en: "This document"), status: 200, answer: .document, problems: []),
    ServiceOperation(
      route: "GET /metrics", id: "metrics", summary: BilingualText(vi: "Số đo vận hành", en: "Metrics for Prometheus"),
      status: 200, answer: .text("text/plain"), problems: []),
    .get(
      "/v1/audit", "audit", "Kiểm tra toàn bộ sổ", "Verifies the whole ledger", gives: AuditAnswer.self),
    .get(
      "/v1/ledger/head", "ledgerHead", "Mốc mới nhất của sổ, có chữ ký", "The newest signed head of the ledger's chain",
      gives: LedgerHeadAnswer.self, [.notFound, .unavailable]),
    .get(
      "/v1/ledger/heads/{sequence}", "ledgerBatch", "Một mốc của sổ, có chữ ký", "A batch of the chain, signed",
      gives: LedgerBatchAnswer.self, [.malformedRequest, .notFound, .unavailable]),
    .get(
      "/v1/ledger/anchor", "newestAnchor", "Mốc mới nhất của chuỗi neo", "The newest link of the master chain",
      gives: Anchor.self, [.notFound]),
    .get(
      "/v1/ledger/anchors", "anchors", "Các mốc của chuỗi neo", "Links of the master chain, at most 1,000",
      query: [
        .query(
          "after", ["type": "integer", "minimum": 0, "maximum": 9_223_372_036_854_775_807], "Goes on after this number."
        )
      ],
      gives: [Anchor].self, [.malformedRequest, .unavailable]),
    .get(
      "/v1/ledger/anchors/{number}", "anchor", "Một mốc của chuỗi neo", "A link of the master chain",
      gives: Anchor.self, [.malformedRequest, .notFound, .unavailable]),
    .act(
      "/v1/ledger/heads", "reportHeads", "Đối chiếu mốc trong nhật ký của điểm chi", "Compares a journal's heads",
      takes: .json(LedgerHeadsRequest.self), gives: LedgerHeadsAnswer.self,
      [.notTheTerminal, .unknownTerminal, .terminalRevoked, .signatureInvalid, .historyDiffers, .journalNotAwaited],
      note: "Only what is complete after a restoring, and what contradicts the chain, is kept."),
    .get(
      "/v1/ledger/journals", "ledgerJournals", "Nhật ký còn chờ sau khi khôi phục", "Journals that are waited for",
      gives: LedgerJournalsAnswer.self),
    .act(
      "/v1/ledger/journals/{keyHash}/waiver", "waiveJournal", "Thôi chờ nhật ký của một thiết bị",
      "Waits no more for a terminal's journal", takes: .json(HandsRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .journalNotAwaited]),
    ServiceOperation(
      route: "POST /v1/backups/{request}", id: "backUp",
      summary: BilingualText(vi: "Sao lưu trạng thái", en: "Backs the state up"), status: 200,
      answer: .json(BackupAnswer.self), problems: [.notFound],
      note: "The request lies in the centre's own folder; the path of the backup never comes by HTTP."),
  ]

  private static let terminals: [ServiceOperation] = [
    .ask(
      "/v1/challenges", "challenge", "Hỏi số tiền chi được và lấy thách đố",
      "What can be paid on a card, and the centre's challenge", takes: .json(ChallengeRequest.self),
      gives: ChallengeAnswer.self,
      [
        .notTheTerminal, .unknownCard, .cardBlocked, .cardTerminated, .unknownTerminal, .terminalRevoked,
        .lineSuspended, .personDead, .unknownPaper, .representativeExpired, .representativeNotCovering,
        .collectionOver, .journalAwaited,
      ]),
    .act(
      "/v1/payouts", "payout", "Ghi một lần chi", "Posts a payout certificate", takes: .json(PayoutRequest.self),
      gives: PayoutAnswer.self,
      [
        .notTheTerminal, .unknownCard, .signatureInvalid, .certificateOfOtherTerminal, .payoutKindNotOpen, .logTooEarly,
        .offlineNotOpen, .counterDecided, .cardFork, .cardBlocked, .cardTerminated, .transactionVoid,
        .transactionReused, .unknownTerminal, .terminalRevoked, .terminalElsewhere, .lineNotOfPerson, .lineSuspended,
        .personDead, .unknownPaper, .representativeExpired, .representativeNotCovering, .collectionOver, .periodNotOpen,
        .amountOverOpen, .agentLimit, .challengeInvalid, .challengeExpired, .visitOverLimit, .cardVisitsOver,
        .terminalOverLimit, .journalAwaited, .journalNotAwaited, .amountOverflow,
      ]),
    .act(
      "/v1/payout-records", "payoutRecord", "Báo kết quả một lần chi", "What became of a payout at the point",
      takes: .json(RecordRequest.self), gives: RecordAnswer.self,
      [
        .notTheTerminal, .signatureInvalid, .transactionVoid, .unknownTerminal, .terminalRevoked,
        .recordOfOtherTerminal, .alreadyPaid, .nothingToVoid, .amountOverflow,
      ], note: "Signed by the terminal; the octets are E4 and its signature."),
    .act(
      "/v1/receipts", "receipt", "Biên nhận của thẻ", "A card's answer to a completion",
      takes: .json(ReceiptRequest.self), gives: RegisteredAnswer.self,
      [.unknownCard, .signatureInvalid, .completionOrder]),
    .act(
      "/v1/cards/{number}/completions", "completion", "Lấy phiếu hoàn tất cho thẻ", "The next completion of a card",
      takes: .unread, gives: CompletionAnswer.self, [.unknownCard, .completionOrder, .amountOverflow]),
    .get(
      "/v1/cards/{number}/updates", "pendingUpdates", "Cập nhật chờ thẻ", "What waits for a card",
      query: [.query("terminal", OperationParameter.bounded(.hex(32)), "The terminal's key hash.", isRequired: true)],
      gives: PendingUpdatesAnswer.self, [.malformedRequest, .notTheTerminal, .unknownCard]),
    .act(
      "/v1/card-updates/{id}/results", "reportUpdate", "Báo kết quả cập nhật thẻ", "What the card answered to a script",
      takes: .json(CardUpdateResultRequest.self), gives: RegisteredAnswer.self,
      [.notTheTerminal, .unknownTerminal, .terminalRevoked, .completionOrder, .notFound]),
    .get(
      "/v1/payouts/{id}", "payoutStatus", "Trạng thái một lần chi", "What became of a payout",
      gives: PayoutStatusAnswer.self, [.malformedRequest]),
    .get(
      "/v1/payouts/{id}/proof", "payoutProof", "Chứng minh một lần chi có trong sổ", "That a payout is in the chain",
      gives: PayoutProofAnswer.self, [.malformedRequest, .notFound, .notTheTerminal, .unavailable],
      note: "A terminal is given those of its own payouts."),
    .get(
      "/v1/cards/{number}/payable", "payable", "Khoản chi được theo thẻ", "What can be paid on a card",
      gives: [PayableLine].self, [.unknownCard, .cardBlocked, .cardTerminated, .personDead]),
  ]

  private static let cards: [ServiceOperation] = [
    .get(
      "/v1/cards/{number}", "card", "Một thẻ", "A card and everything done with it", gives: CardAnswer.self,
      [.malformedRequest, .unknownCard]),
    .act(
      "/v1/cards", "registerCard", "Đăng ký thẻ", "Registers a card", takes: .json(CardRequest.self),
      gives: RegisteredAnswer.self,
      [
        .certificateNotTrusted, .unknownCard, .fourEyesNeeded, .alreadyRegistered, .personHasCard, .cardOfOtherPerson,
        .cardTerminated, .personDead, .notAppointed,
      ]),
    .act(
      "/v1/cards/{number}/acts", "actOnCard", "Khóa, mở, báo mất, kết thúc thẻ", "Something an office does with a card",
      takes: .json(CardActRequest.self), gives: CardActAnswer.self,
      [
        .unknownCard, .fourEyesNeeded, .cardBlocked, .cardTerminated, .cardNotBlocked, .blockFinal, .cardInUse,
        .reserveEmpty, .releaseTooEarly, .notAppointed, .amountOverflow,
      ], note: "Only the first six acts can be asked for."),
    .act(
      "/v1/cards/{number}/pin-acts", "recordPIN", "Ghi việc với mã PIN", "What an office did with a PIN",
      takes: .json(PINActRequest.self), gives: RegisteredAnswer.self, [.unknownCard, .fourEyesNeeded, .notAppointed]),
    .act(
      "/v1/cards/{number}/updates", "postUpdate", "Gửi cập nhật cho thẻ", "A script for a card",
      takes: .json(CardUpdateRequest.self), gives: RegisteredAnswer.self,
      [.unknownCard, .cardTerminated, .completionOrder]),
    .get(
      "/v1/card-updates/{id}", "cardUpdate", "Một cập nhật thẻ", "A script and what came back",
      gives: CardUpdateAnswer.self, [.notFound]),
  ]

  private static let staff: [ServiceOperation] = [
    .act(
      "/v1/agents", "registerAgent", "Đăng ký đại lý chi trả", "Registers an agent", takes: .json(AgentRequest.self),
      gives: RegisteredAnswer.self, [.alreadyRegistered]),
    .act(
      "/v1/terminals", "registerTerminal", "Đăng ký thiết bị", "Registers a terminal",
      takes: .json(TerminalRequest.self), gives: RegisteredAnswer.self, [.alreadyRegistered, .unknownAgent],
      note: "The point's code names its province, as in BD-79-003; the commune is one of that province."),
    .act(
      "/v1/terminals/{keyHash}/revocation", "revokeTerminal", "Thu hồi khóa thiết bị", "Revokes a terminal's key",
      takes: .unread, gives: RegisteredAnswer.self, [.unknownTerminal, .terminalRevoked]),
    .get("/v1/staff", "staff", "Cán bộ và vai trò", "Who holds which role", gives: StaffAnswer.self),
    .act(
      "/v1/staff/appointments", "appoint", "Giao vai trò", "Gives a role", takes: .json(StaffRequest.self),
      gives: ActAnswer.self, [.fourEyesNeeded, .notAppointed, .administratorFirst, .alreadyAppointed]),
    .act(
      "/v1/staff/dismissals", "dismiss", "Thôi vai trò", "Takes a role away", takes: .json(StaffRequest.self),
      gives: ActAnswer.self, [.fourEyesNeeded, .notAppointed, .administratorFirst, .lastAdministrator, .roleNotHeld]),
  ]

  private static let money: [ServiceOperation] = [
    .act(
      "/v1/fundings", "fund", "Nhận kinh phí", "Money received for a funder's programmes",
      takes: .json(FundingRequest.self), gives: BookedAnswer.self, [.fourEyesNeeded, .notAppointed, .amountOverflow]),
    .act(
      "/v1/advances", "advance", "Tạm ứng cho đại lý", "An advance to an agent", takes: .json(AdvanceRequest.self),
      gives: BookedAnswer.self, [.fourEyesNeeded, .notAppointed, .unknownAgent, .amountOverflow]),
    .act(
      "/v1/funding-returns", "returnFunding", "Hoàn trả kinh phí", "Money that goes back to its funder",
      takes: .json(FundingReturnRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .fundTooLow, .amountOverflow]),
    .act(
      "/v1/third-parties/{party}/payments", "payThirdParty", "Chuyển khoản khấu trừ", "Pays what was deducted",
      takes: .json(ThirdPartyPaymentRequest.self), gives: ActAnswer.self,
      [.fourEyesNeeded, .notAppointed, .amountOverRest, .amountOverflow]),
  ]
}
