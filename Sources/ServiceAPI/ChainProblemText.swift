import VietnamReference

extension ProblemCode {
  /// What is wrong with the chain, or with what a restored ledger waits for.
  var chainText: Text {
    switch self {
    case .historyDiffers:
      text(
        "Mốc sổ có chữ ký mà điểm chi giữ không có trong sổ của trung tâm: lịch sử đã bị sửa, hoặc một bản sao cũ "
          + "được đặt lại mà không ghi nhận.",
        "The centre's chain does not have the signed head that the point holds: history was rewritten, or an older "
          + "copy was put back without a word.",
        do: "Ngừng chi trả; giữ nguyên nhật ký của điểm và bản sao sổ; báo ngay thanh tra và quản trị.",
        "Stop paying; keep the point's journal and a copy of the ledger as they are; tell inspector and administrator.")
    case .journalAwaited:
      text(
        "Sổ của trung tâm vừa được khôi phục; điểm chi này, hoặc điểm chi mà thẻ đã lĩnh lần trước, chưa gửi lại nhật "
          + "ký.",
        "The centre's ledger was restored; this point, or the one where the card was paid before, has not sent its "
          + "journal again yet.",
        do: "Chạy “ansinh point sync” ở từng điểm chi; quản trị xem điểm còn thiếu bằng “ansinh state journals”.",
        "Run ansinh point sync at each point; the administrator sees those that are missing by ansinh state journals.")
    default:
      text(
        "Trung tâm không chờ nhật ký của thiết bị này.", "The centre does not wait for this terminal's journal.",
        do: "Xem các thiết bị đang chờ bằng “ansinh state journals”.",
        "See the terminals that are waited for by ansinh state journals.")
    }
  }
}
