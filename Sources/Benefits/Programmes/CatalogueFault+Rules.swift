internal import VietnamReference

/// What is said of files that contradict themselves or one another.
extension CatalogueFault {
  var dateText: Text? {
    switch reason {
    case .reversed:
      Text(
        .reversed, "ngày hoặc số cuối nhỏ hơn ngày hoặc số đầu", "the last day or number lies before the first",
        "Sửa một trong hai.", "Correct one of the two.")
    case .overlap(let other):
      Text(
        .overlap, "trùng ngày với giai đoạn \(other)", "it has days in common with the period \(other)",
        "Xếp các giai đoạn theo ngày; giai đoạn trước kết thúc ngay trước ngày này.",
        "Put the periods in order of days; let the one before end on the day before this one.")
    case .gap(let from, let to):
      Text(
        .gap, "không có giai đoạn nào từ \(from) đến \(to)", "no period has the days from \(from) to \(to)",
        "Nối liền các giai đoạn, hoặc ghi lý do ở mục after-gap.",
        "Join the periods, or say in after-gap why there is none.")
    case .noGap:
      Text(
        .noGap, "trước giai đoạn này không có ngày nào bị bỏ trống", "there are no days left out before this period",
        "Bỏ mục after-gap.", "Take after-gap out.")
    case .parameterGap(let from, let to):
      Text(
        .parameterGap, "tham số không có giá trị từ \(from) đến \(to), nằm trong giai đoạn",
        "the parameter has no value from \(from) to \(to), days of the period",
        "Bổ sung giá trị có hiệu lực, hoặc tách giai đoạn và ghi quy tắc khác.",
        "Add the value in force, or split the period and give it another rule.")
    case .deadline:
      Text(
        .deadline, "hạn cuối trước ngày bắt đầu giai đoạn", "the deadline lies before the period begins",
        "Sửa ngày.", "Correct the day.")
    default: nil
    }
  }

  var referenceText: Text? {
    switch reason {
    case .repeated:
      Text(
        .repeated, "phần tử lặp lại", "it comes a second time", "Bỏ một trong hai.", "Take one of the two out.")
    case .nameTaken(let file, let line):
      Text(
        .nameTaken, "tên đã dùng ở tệp \(Mask.printable(file, limit: 100)), dòng \(line)",
        "the name is taken in file \(Mask.printable(file, limit: 100)), line \(line)", "Đổi tên một trong hai.",
        "Rename one of the two.")
    case .wireCodeTaken(let code):
      Text(
        .wireCodeTaken, "chương trình \(code) đã dùng mã này trên thẻ", "programme \(code) has this wire code",
        "Chọn mã chưa dùng.", "Choose a code that is free.")
    case .tooManyProgrammes(let highest):
      Text(
        .tooMany, "quá \(highest) chương trình có chi trả", "more than \(highest) programmes that pay",
        "Bỏ chương trình đã hết hạn từ lâu.", "Take out programmes that ended long ago.")
    case .unknownParameter(let nearest):
      Self.unknown(.unknownParameter, nearest, "tham số", "parameter")
    case .unknownProgramme(let nearest):
      Self.unknown(.unknownProgramme, nearest, "chương trình", "programme")
    case .unknownCalendar(let nearest):
      Self.unknown(.unknownCalendar, nearest, "lịch chi trả", "calendar")
    case .unknownAgency(let nearest): Self.unknown(.unknownAgency, nearest, "cơ quan", "agency")
    case .unknownInput(let nearest): Self.unknown(.unknownInput, nearest, "đầu vào", "input")
    case .plannedParameter:
      Text(
        .plannedParameter, "tham số chỉ có giá trị dự kiến, không bao giờ được áp dụng",
        "the parameter has planned values only, which never apply",
        "Chờ văn bản có hiệu lực rồi ghi status: in-force.", "Wait for the decree, then write status: in-force.")
    default: nil
    }
  }

  private static func unknown(_ code: CatalogueFaultCode, _ nearest: String?, _ vi: String, _ en: String) -> Text {
    let meant = meant(nearest)
    return Text(
      code, "không có \(vi) tên này" + meant.vi, "there is no such \(en)" + meant.en,
      "Sửa tên, hoặc thêm \(vi) đó vào một tệp của thư mục.",
      "Correct the name, or add the \(en) to a file of the folder.")
  }

  var ruleText: Text {
    switch reason {
    case .inputType(let needed):
      let words = needed.joined(separator: ", ")
      return Text(
        .inputType, "đầu vào ở đây phải có kiểu: \(words)", "the input has to be of the type: \(words)",
        "Dùng đầu vào khác.", "Use another input.")
    case .inputWords(let words):
      let words = words.joined(separator: ", ")
      return Text(
        .inputWords, "phải có đúng một quy tắc cho mỗi giá trị: \(words)",
        "it has to have one rule for each of: \(words)", "Thêm giá trị còn thiếu, bỏ giá trị lạ.",
        "Add those that are missing, take out the others.")
    case .inputBounds(let lowest, let highest):
      return Text(
        .inputBounds, "đầu vào chỉ có giá trị \(lowest)…\(highest)", "the input is within \(lowest)…\(highest)",
        "Ghi giới hạn trong khoảng đó.", "Give a bound within these.")
    case .capWithoutParameter:
      return Text(
        .cap, "mức tối đa phải tính theo một tham số", "a cap has to be worked out from a parameter",
        "Ghi parameter và times; mức tối đa cố định thì dùng lowest.",
        "Give parameter and times; for a fixed cap use lowest.")
    case .tiers(let number):
      return Text(
        .tiers, "các bậc hở hoặc trùng nhau tại \(number)", "the tiers have a gap or a common number at \(number)",
        "Mỗi bậc bắt đầu ngay sau bậc trước.", "Let each tier begin right after the one before.")
    case .shares(let total):
      return Text(
        .shares, "các phần cộng lại là \(total)%, phải là 100%", "the shares are \(total)% together, not 100%",
        "Sửa các tỷ lệ.", "Correct the shares.")
    case .funder:
      return Text(
        .funder, "chương trình chi trả phải có nguồn và kỳ hạn nhận; bộ đếm thì không",
        "a programme that pays has a funder and a term; a counter has none",
        "Thêm funder và uncollected, hoặc ghi rhythm: counter.", "Add funder and uncollected, or write rhythm: counter."
      )
    case .cycle(let codes):
      let words = codes.joined(separator: " → ")
      return Text(
        .cycle, "thứ tự ưu tiên đi vòng: \(words)",
        "the groups put programmes before one another in a circle: \(words)",
        "Bỏ một chương trình khỏi một nhóm.", "Take a programme out of one of the groups.")
    case .noVector:
      return Text(
        .noVector, "giai đoạn không có ví dụ tính sẵn nào", "the period has no worked example",
        "Thêm ít nhất một ví dụ vào vectors.", "Add one at least to vectors.")
    case .vectorAmount(let expected, let found):
      return Text(
        .vectorAmount, "ví dụ ghi \(VND.text(expected)), quy tắc tính ra \(VND.text(found))",
        "the example says \(VND.text(expected)), the rule gives \(VND.text(found))",
        "Đối chiếu hệ số và tham số với văn bản.", "Compare coefficient and parameter with the decree.")
    case .vectorMonths(let expected, let found):
      let months = found.map { String($0) } ?? "–"
      return Text(
        .vectorMonths, "ví dụ ghi \(expected) tháng, quy tắc tính ra \(months)",
        "the example says \(expected) months, the rule gives \(months)", "Đối chiếu mục lasts với văn bản.",
        "Compare lasts with the decree.")
    case .vector(let fault):
      return Text(
        .vector, "không tính được ví dụ: \(fault.why.vi)", "the example can't be worked out: \(fault.why.en)",
        "Sửa ngày hoặc đầu vào của ví dụ.", "Correct the example's day or inputs.")
    default:
      return Text(.syntax, "không đọc được", "not readable", "Sửa tệp.", "Correct the file.")
    }
  }
}
