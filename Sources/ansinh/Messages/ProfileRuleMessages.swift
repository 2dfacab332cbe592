import CardApplication
import VietnamReference

/// What is said of profiles that are against themselves or the platform.
extension ProfileFault {
  var holderText: Text? {
    switch reason {
    case .guardian:
      Text(
        .guardian, "hồ sơ trẻ em, và chỉ hồ sơ trẻ em, cần người giám hộ",
        "a child's profile needs a guardian, and no other does", "Sửa holder.guardian hoặc holder.kind.",
        "Correct holder.guardian or holder.kind.")
    case .pinChooser:
      Text(
        .pinChooser, "không có người giám hộ để chọn mã PIN", "there is no guardian to choose the PIN",
        "Ghi pin-chosen-by: holder để chủ thẻ tự chọn.", "Write pin-chosen-by: holder.")
    case .untilAge:
      Text(
        .untilAge, "hồ sơ trẻ em, và chỉ hồ sơ trẻ em, có tuổi cuối cùng",
        "a child's profile has a last age, and no other does", "Thêm life.until-age cho trẻ em, bỏ ở hồ sơ khác.",
        "Add life.until-age for a child, take it out elsewhere.")
    case .authority:
      Text(
        .authority, "hồ sơ người lĩnh thay, và chỉ hồ sơ đó, có hạn ủy quyền",
        "a collector's profile says how long an authority lasts, and no other does",
        "Thêm holder.authority-months cho người lĩnh thay, bỏ ở hồ sơ khác.",
        "Add holder.authority-months for a collector, take it out elsewhere.")
    case .span:
      Text(
        .span, "thời hạn của thẻ phải là years hoặc days, không phải cả hai",
        "how long a card lasts is said in years or in days, not in both",
        "Giữ đúng một trong hai mục life.years và life.days.",
        "Keep exactly one of life.years and life.days.")
    case .renewal(let days):
      Text(
        .renewal, "thẻ chỉ có \(days) ngày, không thể gia hạn sớm đến thế",
        "the card lasts \(days) days and can't be renewed that early", "Ghi số ngày nhỏ hơn \(days).",
        "Give fewer than \(days) days.")
    case .testName:
      Text(
        .testName, "tên thẻ thử phải có chữ “thử” và “test”", "a test card's name has to say “thử” and “test”",
        "Sửa name.vi và name.en.", "Correct name.vi and name.en.")
    case .testLife(let days):
      Text(
        .testLife, "thẻ thử không được dùng quá \(days) ngày", "a test card must not last more than \(days) days",
        "Ghi life.days nhỏ hơn.", "Give life.days, and fewer.")
    case .transportPIN:
      Text(
        .transportPIN, "dài bằng mã PIN: thẻ không phân biệt được với PIN tạm",
        "as long as the PIN: the card could not tell the transport PIN from it", "Ghi một độ dài khác pin.length.",
        "Give a length other than pin.length.")
    case .sharedID(let name):
      Text(
        .sharedID, "hồ sơ “\(Mask.printable(name, limit: 100))” đã dùng số này",
        "the profile “\(Mask.printable(name, limit: 100))” has this id already", "Chọn một số hồ sơ chưa dùng.",
        "Choose an id that no profile has.")
    case .sharedVersion(let name):
      Text(
        .sharedVersion, "“\(Mask.printable(name, limit: 100))” có cùng số và phiên bản nhưng làm ra thẻ khác",
        "“\(Mask.printable(name, limit: 100))” has the same id and version and makes other cards",
        "Tăng version, hoặc chọn số hồ sơ khác nếu đây là hồ sơ mới.",
        "Raise version, or choose another id if this is a new profile.")
    default: nil
    }
  }

  var limitText: Text? {
    switch reason {
    case .ceilings:
      Text(
        .ceilings, "mỗi mức trần phải cao hơn mức trước", "each ceiling has to be above the one before",
        "Xếp 16 mức theo thứ tự tăng dần.", "Put the sixteen in rising order.")
    case .ceilingAboveAvailable(let amount):
      Text(
        .ceilingAboveAvailable, "cao hơn số dự trữ ngoại tuyến \(VND.text(amount)): không thẻ nào chi được",
        "more than is available offline, \(VND.text(amount)): no card could pay it",
        "Hạ mức trần hoặc tăng offline.available.", "Lower the ceiling or raise offline.available.")
    case .payoutAboveAvailable(let amount):
      Text(
        .payoutAboveAvailable, "một lần chi lớn hơn tổng số dự trữ \(VND.text(amount))",
        "one payout of more than is available in all, \(VND.text(amount))",
        "Hạ offline.payout hoặc tăng offline.available.",
        "Lower offline.payout or raise offline.available.")
    case .payoutAboveCeilings(let amount):
      Text(
        .payoutAboveCeilings, "lớn hơn mức trần cao nhất của điểm chi trả \(VND.text(amount))",
        "more than the highest ceiling of a terminal, \(VND.text(amount))",
        "Hạ offline.payout hoặc tăng mức trần cuối.",
        "Lower offline.payout or raise the last ceiling.")
    case .offlineHalf:
      Text(
        .offlineHalf, "các giới hạn ngoại tuyến phải cùng là 0 hoặc cùng khác 0",
        "the offline limits are all 0 or none is", "Ghi giá trị còn thiếu, hoặc 0 cho tất cả để chỉ chi trực tuyến.",
        "Give the missing value, or 0 for all of them to pay online only.")
    case .offlinePeriod(let days):
      Text(
        .offlinePeriod, "hạn mức ngoại tuyến hết trước kỳ sau; cần ít nhất \(days) ngày",
        "the offline authority ends before the next period does; it takes \(days) days", "Ghi ít nhất \(days) ngày.",
        "Give \(days) days at least.")
    case .offlineLife(let days):
      Text(
        .offlineLife, "hạn mức ngoại tuyến dài hơn thời hạn của thẻ, \(days) ngày",
        "the offline authority outlives the card, which lasts \(days) days",
        "Hạ offline.days hoặc kéo dài thời hạn thẻ.",
        "Lower offline.days or let the card last longer.")
    case .offlineCollector:
      Text(
        .offlineCollector, "người lĩnh thay không được nhận tiền ngoại tuyến: chỉ trung tâm biết ủy quyền còn hiệu lực",
        "a collector is not paid offline: whether the authority still stands only the centre knows",
        "Ghi 0 cho mọi giới hạn ngoại tuyến.", "Give 0 for every offline limit.")
    case .logSlots(let slots):
      Text(
        .logSlots, "nhật ký cần ít nhất \(slots) ngăn: mỗi lần chi ngoại tuyến một ngăn và một ngăn cho lần sau",
        "the log needs \(slots) slots: one for each offline certificate and one for the next",
        "Ghi ít nhất \(slots) ngăn.",
        "Give \(slots) slots at least.")
    case .memory(let needed, let available):
      Text(
        .memory, "cần \(needed) byte, thẻ có \(available) byte cho tệp",
        "it takes \(needed) bytes, and the card has \(available) for files", "Bớt nhóm dữ liệu, ảnh hoặc ngăn nhật ký.",
        "Take data groups, the photo or slots of the log out.")
    case .repeated:
      Text(.repeated, "có hai lần", "it stands twice", "Bỏ một trong hai.", "Take one of the two out.")
    case .needed(let names):
      Text(
        .needed, "thiếu \(names.joined(separator: ", ")), mà thẻ nào cũng phải có",
        "\(names.joined(separator: ", ")) is missing, which every card has to have", "Thêm những gì còn thiếu.",
        "Add what is missing.")
    default: nil
    }
  }

  var accessText: Text? {
    switch reason {
    case .stranger:
      Text(
        .stranger, "bất kỳ ai cầm thẻ và đọc số CAN in trên thẻ đều đọc được",
        "whoever holds the card and reads the CAN printed on it could read it", "Chọn điều kiện có PIN hoặc thiết bị.",
        "Choose a condition with the PIN or a terminal.")
    case .closed:
      Text(
        .closed, "điều kiện quá chặt: điểm chi trả hoặc chủ thẻ không dùng được thẻ",
        "too strict: the payout point or the holder could not use the card", "Chọn điều kiện rộng hơn.",
        "Choose a wider condition.")
    case .withoutPIN:
      Text(
        .withoutPIN, "thiết bị đọc được mà không cần mã PIN của chủ thẻ",
        "a terminal could read it without the holder's PIN",
        "Chọn pin, pin-and-terminal hoặc never.", "Choose pin, pin-and-terminal or never.")
    case .unguarded:
      Text(
        .unguarded, "lệnh chi tiền phải cần cả mã PIN và thiết bị đã xác thực",
        "a payout has to need the PIN and an authenticated terminal",
        "Chọn pin-and-terminal hoặc pin-and-terminal-or-override.",
        "Choose pin-and-terminal or pin-and-terminal-or-override.")
    case .override:
      Text(
        .override, "giới hạn chi không PIN không khớp điều kiện của lệnh authorise-payout",
        "the limits of payouts without the PIN do not agree with the condition of authorise-payout",
        "Ghi uses và ceiling lớn hơn 0 với pin-and-terminal-or-override, bằng 0 với pin-and-terminal.",
        "Give uses and ceiling above 0 with pin-and-terminal-or-override, 0 with pin-and-terminal.")
    case .withoutFile(let file):
      Text(
        .withoutFile, "thẻ không có tệp \(file)", "the card has no file \(file)",
        "Bỏ mục này, hoặc thêm tệp vào applications.payout.",
        "Take the key out, or add the file to applications.payout.")
    case .fileWithout(let file):
      Text(
        .fileWithout, "thẻ có tệp \(file) nhưng thiếu mục này",
        "the card has the file \(file), and this key is missing",
        "Thêm mục này, hoặc bỏ tệp khỏi applications.payout.",
        "Add the key, or take the file out of applications.payout.")
    default: nil
    }
  }

  var faceText: Text {
    switch reason {
    case .unmarkedTest:
      Text(
        .unmarkedTest, "thẻ thử phải có dấu trên mặt thẻ", "a test card has to be marked on its face",
        "Thêm print.mark với chữ của thẻ thử.",
        "Add print.mark.")
    case .markedLive:
      Text(
        .markedLive, "chỉ thẻ thử mới có dấu này", "only a test card is marked", "Bỏ print.mark, hoặc ghi use: test.",
        "Take print.mark out, or write use: test.")
    case .faceSize:
      Text(
        .faceSize, "mặt thẻ ID-1 là 85.6 × 53.98 mm", "the face of an ID-1 card is 85.6 × 53.98 mm",
        "Sửa thành width: 85.6 và height: 53.98.", "Write width: 85.6 and height: 53.98.")
    case .outsideFace(let margin):
      Text(
        .outsideFace, "ra ngoài mặt thẻ (chừa lề \(Int(margin)) mm)",
        "it does not fit on the card's face (with a margin of \(Int(margin)) mm)", "Sửa x, y, width hoặc height.",
        "Correct x, y, width or height.")
    case .openFront:
      Text(
        .openFront, "số CAN in ở mặt trước: bản sao mặt trước sẽ mở được thẻ",
        "the CAN on the front: a copy of the front would open the card", "Thêm side: back vào trường đó.",
        "Add side: back to the field.")
    case .overlap(let other):
      Text(
        .overlap, "đè lên trường “\(other)”", "it covers the field “\(other)”",
        "Dời hoặc thu nhỏ một trong hai trường.",
        "Move one of the two, or make it smaller.")
    case .lineHeight(let millimetres):
      Text(
        .lineHeight, "một dòng chữ cỡ này cần \(millimetres) mm", "one line of these letters takes \(millimetres) mm",
        "Tăng height hoặc giảm points.", "Raise height or lower points.")
    case .barcode:
      Text(
        .barcode, "mã vạch phải rộng ít nhất 16.8 mm và cao ít nhất 5 mm để máy đọc được",
        "a barcode has to be 16.8 mm wide and 5 mm high at least to be read", "Tăng width hoặc height.",
        "Raise width or height.")
    default:
      Text(
        .syntax, "sai cú pháp YAML", "not well-formed YAML", "Sửa dòng đó; tệp có sẵn là mẫu.",
        "Correct that line; the files supplied are examples.")
    }
  }
}
