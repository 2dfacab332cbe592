internal import VietnamReference

/// Problems with what a row of a list is owed beside or because of.
extension ProblemCode {
  var claimText: Text {
    switch self {
    case .arrearsOutOfTurn:
      text(
        "Lần truy lĩnh trước của tháng đó chưa có trong danh sách nào; không dòng nào được nhận.",
        "The payment of that month's arrears before this one is on no list; no row was taken.",
        do: "Ghi đúng lần truy lĩnh: lần đầu chỉ ghi tháng, lần hai ghi 2026-08/2.",
        "Say which payment it is: the month alone for the first, 2026-08/2 for the second.")
    case .funeralUnclaimed:
      text(
        "Chưa ghi nhận ai lo mai táng cho người chết này theo chương trình và danh sách đó.",
        "Nobody has claimed this funeral grant of that programme on that list.",
        do: "Ghi nhận người lo mai táng trước (ansinh person funeral).",
        "Record who claims it first (ansinh person funeral).")
    case .funeralCredited:
      text(
        "Mai táng phí này đã được ghi có.", "The funeral grant was credited.",
        do: "Hoàn trả hết khoản đã ghi có rồi mới rút.", "Have all that was credited go back first.")
    default:
      text(
        "Có khoản truy lĩnh cho tháng sau khi người hưởng chết; không dòng nào được nhận.",
        "There are arrears for a month after the person's death; no row was taken.",
        do: "Bỏ dòng nêu dưới đây rồi nhập lại; tháng chết vẫn được hưởng.",
        "Take out the row named below and import again; the month of death is owed.")
    }
  }
}
