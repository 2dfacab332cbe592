internal import VietnamReference

/// Problems with lines and items.
extension ProblemCode {
  var entitlementText: Text {
    switch self {
    case .unknownLine:
      text(
        "Không có khoản hưởng nào mang số này.", "No entitlement line has this number.",
        do: "Xem lại số khoản hưởng của người này.", "Look the person's lines up.")
    case .lineSuspended:
      text(
        "Khoản hưởng đang tạm dừng.", "The entitlement is suspended.",
        do:
          "Không chi, không cho thừa kế. Nếu được hưởng, hai người làm “ansinh benefit line resume” trước; khoản của "
          + "tháng không được hưởng thì điều chỉnh về 0.",
        "Pay nothing, to an heir neither. If it is owed, two persons run ansinh benefit line resume first; an item of "
          + "a month that is not owed is corrected to 0.")
    case .lineNotSuspended:
      text(
        "Khoản hưởng không tạm dừng.", "The entitlement is not suspended.", do: "Không cần làm gì thêm.",
        "Nothing is to be resumed.")
    case .monthAfterEnd:
      text(
        "Có khoản cho tháng sau tháng cuối của khoản hưởng đã thôi hưởng; không dòng nào được nhận.",
        "There is an item for a month after the last one of an entitlement that has ended; no row was taken.",
        do:
          "Nếu được hưởng lại, hai người làm “ansinh benefit line resume” rồi nhập lại; nếu không, bỏ dòng "
          + "nêu dưới đây. Khoản đã thôi có thể ở đơn vị khác: chuyển nơi hưởng thì thôi hưởng với --moved.",
        "If it is granted again, two persons run ansinh benefit line resume, then import again; else take the row "
          + "out. It may have ended at another unit: for somebody who moved it is ended with --moved.")
    case .programmeSuspended:
      text(
        "Có người đang bị tạm dừng chương trình này ở đơn vị hoặc nguồn khác; không dòng nào được nhận.",
        "Somebody's benefit of this programme is suspended at another unit or funder; no row was taken.",
        do:
          "Không đưa vào danh sách khác. Nếu được hưởng, hai người làm “ansinh benefit line resume” cho khoản "
          + "đang tạm dừng rồi nhập lại; nếu không, bỏ dòng nêu dưới đây.",
        "Do not list it elsewhere. If it is owed, two persons run ansinh benefit line resume for the suspended line, "
          + "then import again; else take the row out.")
    case .termOver:
      text(
        "Đã qua hạn cuối để nhận tiền của tháng này; tiền trả hẳn về nguồn kinh phí.",
        "The last day to collect this month is over; its money goes back to the funder for good.",
        do:
          "Không truy lĩnh khoản đã hết hạn, không lập truy lĩnh cho tháng đó. Nếu thôi hưởng nhầm làm hạn đến sớm, "
          + "hai người làm “ansinh benefit line resume” trước.",
        "Neither reclaim it nor list arrears for that month. If a mistaken end made the term end early, two persons "
          + "resume the line before (ansinh benefit line resume).")
    case .personDiffers:
      text(
        "Số định danh đã có trong sổ với họ tên hoặc ngày sinh khác; không dòng nào được nhận.",
        "A personal ID is known here with another name or birth date; no row was taken.",
        do:
          "Xem “ansinh person show”. Danh sách ghi sai thì sửa danh sách. Người hưởng đã cải chính thì hai người làm "
          + "“ansinh person identity” (đã có thẻ: “ansinh issue replace” với lý do đổi thông tin) rồi nhập lại.",
        "Look it up by ansinh person show. If the list is wrong, mend it. If the person's data have changed, two "
          + "persons run ansinh person identity (with a card: ansinh issue replace, for changed data), then import "
          + "again.")
    case .holderDiffers:
      text(
        "Chủ tài khoản không phải người hưởng, cũng không phải người lĩnh thay đã đăng ký; không lệnh nào được lập.",
        "An account is neither the person's nor that of a registered representative; nothing was ordered.",
        do:
          "Đối chiếu giấy tờ. Đúng là tài khoản người khác thì đăng ký giấy (“ansinh person representative add”) hoặc "
          + "ghi lý do vào cột ly_do_chu_tai_khoan.",
        "Check the papers. If it is meant, register the paper (ansinh person representative add), or write why in the "
          + "column ly_do_chu_tai_khoan.")
    default:
      text(
        "Khoản hưởng đã thôi hưởng.", "The entitlement has ended.",
        do: "Nếu thôi hưởng nhầm hoặc được hưởng lại, hai người làm “ansinh benefit line resume”.",
        "If it ended by mistake, or is granted again, two persons run ansinh benefit line resume.")
    }
  }
}
