public import VietnamReference

extension ProblemCode {
  /// What happened and what to do.
  public var text: (detail: BilingualText, remedy: BilingualText) {
    switch self {
    case .malformedRequest, .idempotencyKeyMissing, .idempotencyKeyReused, .requestInFlight, .notFound, .bodyTooLarge,
      .unavailable, .amountOverflow:
      requestText
    case .tooManyRequests, .notAuthenticated, .notPermitted, .notTheTerminal, .notTheOfficial: accessText
    case .listRefused, .listTooLong, .duplicateItem, .programmeExcluded, .monthOverRule, .unknownList, .fundTooLow,
      .listSealed, .listAbandoned,
      .listRowsKnown, .listOpen, .listIncomplete, .listChecked, .listUnchecked, .listOfOtherRules, .listApproved,
      .listUnapproved:
      listText
    case .alreadyRegistered, .unknownAgent, .certificateNotTrusted, .unknownCard, .unknownTerminal, .terminalRevoked,
      .terminalElsewhere:
      registerText
    case .signatureInvalid, .certificateOfOtherTerminal, .payoutKindNotOpen, .challengeInvalid, .challengeExpired,
      .logTooEarly, .offlineNotOpen, .cardBlocked,
      .cardFork,
      .counterDecided, .transactionVoid, .transactionReused:
      certificateText
    case .fourEyesNeeded, .personHasCard, .cardOfOtherPerson, .cardTerminated, .cardNotBlocked, .blockFinal,
      .cardInUse, .reserveEmpty, .releaseTooEarly:
      cardText
    case .historyDiffers, .journalAwaited, .journalNotAwaited: chainText
    case .dayOutOfLife, .notInsured, .coPaymentKnown: healthText
    case .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed, .funeralCredited: claimText
    case .inheritanceStands, .funeralStands: deathText
    case .unknownLine, .lineSuspended, .lineNotSuspended, .lineEnded, .monthAfterEnd, .programmeSuspended, .termOver,
      .personDiffers, .holderDiffers:
      entitlementText
    case .unknownItem, .amountNotLower, .termNotOver, .nothingUncollected, .unknownReceivable, .amountOverRest,
      .amountOverPaid, .receivableElsewhere, .unknownDeduction, .deductionStopped, .shareTooHigh, .agentPaymentKnown:
      itemText
    case .unknownPerson, .deathKnown, .personNotDead, .personDead, .heirDead, .nothingToInherit, .funeralKnown,
      .collectionOver, .paperKnown, .representativeKnown, .unknownPaper, .representativeExpired,
      .representativeNotCovering,
      .presenceNotAttested, .presenceNotOwn, .identityKnown, .notAppointed, .administratorFirst,
      .lastAdministrator, .alreadyAppointed, .roleNotHeld:
      peopleText
    case .unknownPayout, .payoutReversed, .payoutNotPaid, .cardReasonNeeded, .handPaidBefore:
      counterText
    case .unknownTransfer, .transferConfirmed, .transferRejected, .transferAmount, .transferKnown,
      .transferUnconfirmed, .transferReturned:
      transferText
    case .shiftOpen, .unknownShift, .shiftClosed: shiftText
    case .visitOverLimit, .cardVisitsOver, .terminalOverLimit: limitText
    case .lineNotOfPerson, .periodNotOpen, .amountOverOpen, .agentLimit: moneyText
    case .recordOfOtherTerminal, .alreadyPaid, .nothingToVoid, .completionOrder: recordText
    }
  }

  typealias Text = (detail: BilingualText, remedy: BilingualText)

  func text(_ vi: String, _ en: String, do viRemedy: String, _ enRemedy: String) -> Text {
    (BilingualText(vi: vi, en: en), BilingualText(vi: viRemedy, en: enRemedy))
  }

  private var requestText: Text {
    switch self {
    case .malformedRequest:
      text(
        "Yêu cầu không đọc được.", "The request can't be read.", do: "Kiểm tra định dạng rồi gửi lại.",
        "Check its form and send it again.")
    case .idempotencyKeyMissing:
      text(
        "Thiếu tiêu đề Idempotency-Key.", "The header Idempotency-Key is missing.",
        do: "Gửi lại kèm một mã riêng cho mỗi yêu cầu.", "Send it again with a key of its own for each request.")
    case .idempotencyKeyReused:
      text(
        "Mã yêu cầu đã dùng cho một nội dung khác.", "The key was used for another payload.",
        do: "Dùng mã mới cho nội dung mới.", "Use a new key for a new payload.")
    case .requestInFlight:
      text(
        "Yêu cầu mang mã này đang được xử lý.", "A request with this key is being decided.",
        do: "Chờ một chút rồi gửi lại đúng yêu cầu ấy với mã cũ để nhận kết quả.",
        "Wait a moment and send the same request with the same key again: its answer comes then.")
    case .notFound:
      text("Không tìm thấy.", "Not found.", do: "Kiểm tra lại đường dẫn.", "Check the path.")
    case .bodyTooLarge:
      text(
        "Nội dung yêu cầu quá lớn.", "The request's body is too large.",
        do: "Chia nhỏ nội dung rồi gửi lại.", "Split it and send it again.")
    case .amountOverflow:
      text(
        "Tổng số tiền vượt quá giới hạn.", "A total exceeds what can be kept.", do: "Báo quản trị hệ thống.",
        "Tell the system administrator.")
    default:
      text(
        "Trung tâm tạm thời không ghi được giao dịch.", "The centre can't record transactions right now.",
        do: "Chưa chi tiền. Thử lại sau ít phút.", "Pay nothing. Try again in a few minutes.")
    }
  }

  private var listText: Text {
    switch self {
    case .listRefused:
      text(
        "Danh sách chi trả có dòng sai; không dòng nào được nhận.", "The payout list has bad rows; no row was taken.",
        do: "Sửa các dòng nêu dưới đây rồi nhập lại.", "Mend the rows named below and import it again.")
    case .listTooLong:
      text(
        "Yêu cầu có quá 1.000 dòng.", "The request has more than 1,000 rows.",
        do: "Gửi danh sách thành nhiều phần, mỗi phần không quá 1.000 dòng, rồi chốt danh sách.",
        "Send the list in chunks of at most 1,000 rows, then seal it.")
    case .listSealed, .listAbandoned, .listRowsKnown, .listOpen, .listIncomplete: listStateText
    case .listChecked, .listUnchecked, .listOfOtherRules, .listApproved, .listUnapproved: cycleText
    case .duplicateItem:
      text(
        "Có khoản đã được nhập trước đây; không dòng nào được nhận.",
        "An item was imported before; no row was taken.",
        do: "Bỏ khoản trùng nêu dưới đây rồi nhập lại.", "Take out the repeated item named below and import again.")
    case .programmeExcluded:
      text(
        "Có người đang ở danh sách của chương trình không được hưởng cùng; không dòng nào được nhận.",
        "Somebody is on a list of a programme that excludes this one; no row was taken.",
        do: "Bỏ dòng nêu dưới đây rồi nhập lại.", "Take out the row named below and import again.")
    case .monthOverRule:
      text(
        "Cộng với khoản đã ghi thì vượt mức tháng hoặc số tháng hưởng của chương trình; không dòng nào được nhận.",
        "With what is listed, the month's amount or the months are over the programme's; no row was taken.",
        do: "Xem khoản đã ghi của người đó; chỉ truy lĩnh phần còn thiếu. Khoản ghi sai thì rút cả khoản rồi lập lại.",
        "Look at what is listed for the person; arrears are what is still owed. Take a wrong item back whole first.")
    case .unknownList:
      text(
        "Không có danh sách này.", "There is no such list.", do: "Nhập danh sách trước.", "Import the list first.")
    default:
      text(
        "Kinh phí của chương trình không đủ cho danh sách.", "The programme's fund is too low for the list.",
        do: "Ghi nhận kinh phí rồi làm lại.", "Book the funding and try again.")
    }
  }

  private var listStateText: Text {
    switch self {
    case .listSealed:
      text(
        "Danh sách đã chốt, không nhận thêm dòng và không hủy được.",
        "The list is sealed: it takes no more rows and can't be given up.",
        do: "Lập danh sách bổ sung nếu còn thiếu.", "Make a supplementary list for what is missing.")
    case .listAbandoned:
      text(
        "Danh sách này đã bị hủy.", "This list was given up.", do: "Nhập lại danh sách.", "Import the list again.")
    case .listRowsKnown:
      text(
        "Phần này của danh sách đã được nhận với nội dung khác.",
        "This part of the list was taken before with other rows.",
        do: "Nhập lại danh sách từ đầu.", "Import the list again from the start.")
    case .listOpen:
      text(
        "Danh sách chưa chốt nên chưa ghi có được.", "The list is not sealed, so nothing of it can be credited.",
        do: "Nhập tiếp cho hết danh sách.", "Finish importing the list.")
    default:
      text(
        "Danh sách còn thiếu dòng hoặc tổng tiền không khớp.",
        "Rows of the list are missing, or its total is another one.",
        do: "Nhập lại danh sách từ đầu.", "Import the list again from the start.")
    }
  }

  private var cycleText: Text {
    switch self {
    case .listChecked:
      text(
        "Danh sách đã được kiểm soát.", "The list was checked before.",
        do: "Trình người phê duyệt: “ansinh benefit cycle approve”.",
        "Have it approved: ansinh benefit cycle approve.")
    case .listUnchecked:
      text(
        "Danh sách chưa được kiểm soát.", "Nobody has checked the list yet.",
        do: "Người không lập danh sách kiểm soát trước: “ansinh benefit cycle check”.",
        "Somebody who did not make it checks it first: ansinh benefit cycle check.")
    case .listOfOtherRules:
      text(
        "Danh sách được lập theo tệp chương trình khác với tệp của trung tâm.",
        "The list was made by other programme files than the centre's.",
        do: "Lập lại danh sách theo tệp chương trình của trung tâm, không dùng --programmes.",
        "Make the list again by the centre's programme files, without --programmes.")
    case .listApproved:
      text(
        "Danh sách đã được phê duyệt.", "The list was approved before.",
        do: "Ghi có bằng “ansinh benefit cycle credit”.", "Credit it: ansinh benefit cycle credit.")
    default:
      text(
        "Danh sách chưa được phê duyệt nên chưa ghi có được.",
        "The list is not approved, so nothing of it can be credited.",
        do: "Kiểm soát rồi phê duyệt: “ansinh benefit cycle check”, “ansinh benefit cycle approve”.",
        "Check and approve it: ansinh benefit cycle check, then approve.")
    }
  }

  private var registerText: Text {
    switch self {
    case .alreadyRegistered:
      text(
        "Mã này đã được đăng ký.", "This is registered already.", do: "Không cần làm gì thêm, hoặc dùng mã khác.",
        "Nothing is to be done, or use another code.")
    case .unknownAgent:
      text(
        "Chưa đăng ký tổ chức dịch vụ chi trả này.", "This payment service organisation is not registered.",
        do: "Đăng ký tổ chức trước.", "Register it first.")
    case .certificateNotTrusted:
      text(
        "Chứng thư của thẻ không do cơ quan cấp thẻ được tin cậy ký.",
        "The card's certificate was not signed by a trusted issuing office.",
        do: "Kiểm tra chứng thư của cơ quan cấp thẻ tại trung tâm.",
        "Check the issuing office's certificate at the centre.")
    case .unknownCard:
      text(
        "Thẻ này chưa được đăng ký tại trung tâm.", "This card is not registered at the centre.",
        do: "Vui lòng liên hệ cơ quan cấp thẻ.", "Please contact the issuing office.")
    case .unknownTerminal:
      text(
        "Thiết bị đầu cuối này chưa được đăng ký.", "This terminal is not registered.",
        do: "Đăng ký thiết bị với trung tâm trước khi chi trả.", "Register it at the centre before paying.")
    case .terminalRevoked:
      text(
        "Thiết bị đầu cuối này đã bị thu hồi quyền.", "This terminal's key was revoked.",
        do: "Ngừng chi trả, báo quản trị hệ thống.", "Stop paying and tell the system administrator.")
    default:
      text(
        "Thiết bị đăng ký ở tỉnh khác với tỉnh ghi trong lệnh chi.",
        "The terminal is registered in another province than the order says.",
        do: "Kiểm tra cấu hình của điểm chi trả.", "Check the payout point's configuration.")
    }
  }

  private var certificateText: Text {
    switch self {
    case .certificateOfOtherTerminal:
      text(
        "Chứng nhận chi trả nêu tên thiết bị đầu cuối khác.", "The payout certificate names another terminal.",
        do: "Không chi tiền. Chi trên đúng thiết bị đã quẹt thẻ.",
        "Pay nothing. Pay at the terminal that took the card.")
    case .payoutKindNotOpen:
      text(
        "Chưa nhận chi trả không dùng mã PIN qua dịch vụ này.",
        "Payouts without the PIN are not taken by this service yet.",
        do: "Không chi tiền. Nhập mã PIN của thẻ, kể cả khi lĩnh thay.",
        "Pay nothing. Enter the card's PIN, also when somebody collects for the holder.")
    case .signatureInvalid:
      text(
        "Không xác thực được chữ ký.", "A signature does not verify.",
        do: "Không chi tiền. Giữ lại giao dịch và báo trung tâm.",
        "Pay nothing. Keep the transaction and tell the centre.")
    case .challengeInvalid:
      text(
        "Mã thử thách không phải của giao dịch này.", "The challenge is not of this transaction.",
        do: "Không chi tiền. Làm lại từ đầu với thẻ.", "Pay nothing. Start again with the card.")
    case .challengeExpired:
      text(
        "Giao dịch đã quá thời hạn.", "The transaction took too long.",
        do: "Không chi tiền. Làm lại từ đầu với thẻ.", "Pay nothing. Start again with the card.")
    case .logTooEarly:
      text(
        "Giao dịch trong nhật ký thẻ còn có thể đang được xử lý.",
        "The transaction in the card's log may still be in progress.",
        do: "Gửi lại sau mười phút.", "Send it again after ten minutes.")
    case .offlineNotOpen:
      text(
        "Trung tâm chưa nhận giao dịch ngoại tuyến.", "The centre does not take offline transactions yet.",
        do: "Chi trả trực tuyến.", "Pay online.")
    case .cardBlocked:
      text(
        "Thẻ đã bị khóa.", "The card is blocked.",
        do: "Không chi tiền. Mời chủ thẻ liên hệ cơ quan cấp thẻ.",
        "Pay nothing. Ask the cardholder to contact the issuing office.")
    case .cardFork:
      text(
        "Thẻ có hai giao dịch mâu thuẫn nhau nên đã bị khóa.",
        "Two transactions of this card contradict each other; it is now blocked.",
        do: "Không chi tiền. Mời chủ thẻ liên hệ cơ quan cấp thẻ.",
        "Pay nothing. Ask the cardholder to contact the issuing office.")
    case .counterDecided:
      text(
        "Giao dịch này của thẻ đã được xử lý trước đó.", "This transaction of the card was decided before.",
        do: "Không chi tiền. Làm lại từ đầu với thẻ.", "Pay nothing. Start again with the card.")
    case .transactionVoid:
      text(
        "Giao dịch đã bị hủy.", "The transaction is void.", do: "Không chi tiền. Làm lại từ đầu với thẻ.",
        "Pay nothing. Start again with the card.")
    default:
      text(
        "Số giao dịch đã được dùng.", "The transaction number was used before.",
        do: "Không chi tiền. Làm lại từ đầu với thẻ.", "Pay nothing. Start again with the card.")
    }
  }

  private var moneyText: Text {
    switch self {
    case .lineNotOfPerson:
      text(
        "Khoản này không thuộc chủ thẻ.", "This entitlement is not the cardholder's.",
        do: "Không chi tiền. Làm lại từ đầu với thẻ.", "Pay nothing. Start again with the card.")
    case .periodNotOpen:
      text(
        "Kỳ này không có khoản nào chờ chi.", "Nothing is open for this month.",
        do: "Khoản có thể đã được chi trả; xem lịch sử.", "It may have been paid already; see the history.")
    case .amountOverOpen:
      text(
        "Không đủ số dư.", "Insufficient balance.", do: "Không chi tiền. Xem lại số tiền còn được lĩnh.",
        "Pay nothing. Look at the amount still collectable.")
    default:
      text(
        "Vượt hạn mức tạm ứng của tổ chức dịch vụ chi trả.", "The organisation's advance limit would be exceeded.",
        do: "Không chi tiền. Đề nghị cấp thêm tạm ứng.", "Pay nothing. Ask for a further advance.")
    }
  }

  private var recordText: Text {
    switch self {
    case .recordOfOtherTerminal:
      text(
        "Báo cáo này không phải của thiết bị đã chi.", "The record is not of the terminal that paid.",
        do: "Gửi từ đúng thiết bị.", "Send it from the right terminal.")
    case .alreadyPaid:
      text(
        "Khoản này đã được báo là đã chi.", "This was reported as paid.", do: "Muốn hoàn lại phải làm bút toán đảo.",
        "Only a reversal takes it back.")
    case .nothingToVoid:
      text(
        "Giao dịch đã bị từ chối từ trước, không có gì để hủy.", "The payout was refused: there is nothing to void.",
        do: "Không cần làm gì thêm.", "Nothing is to be done.")
    default:
      text(
        "Thông tin ghi lên thẻ không đúng thứ tự.", "A completion or receipt is out of its order.",
        do: "Đặt lại thẻ lên đầu đọc để làm lại.", "Put the card on the reader again.")
    }
  }
}
