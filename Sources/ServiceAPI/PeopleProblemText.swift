internal import VietnamReference

/// Problems with people and officials.
extension ProblemCode {
  var peopleText: Text {
    switch self {
    case .unknownPerson:
      text(
        "Không có ai mang số định danh này.", "Nobody is known by this personal ID.",
        do: "Kiểm tra lại số định danh.", "Check the personal ID.")
    case .deathKnown:
      text(
        "Người này đã được ghi là đã chết.", "The person's death is recorded already.",
        do: "Không ghi lần thứ hai. Nếu người này còn sống: rút ghi nhận chết (ansinh person death-withdraw).",
        "Do not record it twice. If the person lives: withdraw the death (ansinh person death-withdraw).")
    case .personNotDead:
      text(
        "Chưa có ghi nhận người này đã chết.", "The person is not known to be dead.",
        do: "Ghi nhận việc chết với giấy tờ trước; ghi nhận đã rút thì không rút lần nữa.",
        "Record the death by its document first; one that was withdrawn is not withdrawn again.")
    case .personDead:
      text(
        "Người này đã chết.", "The person is dead.",
        do: "Không chi tiền. Hướng dẫn thân nhân làm thủ tục nhận số tiền chưa lĩnh.",
        "Pay nothing. Show the family how to claim what was not collected.")
    case .heirDead:
      text(
        "Người thừa kế đã chết hoặc chính là người đã chết.", "The heir is dead, or is the dead person.",
        do: "Chọn người thừa kế khác.", "Name another heir.")
    case .nothingToInherit:
      text(
        "Người đã chết không còn khoản nào chưa lĩnh.", "Nothing is left of the dead person.", do: "Không cần làm gì.",
        "Nothing is to be done.")
    case .funeralKnown:
      text(
        "Mai táng phí của người này đã có người nhận.", "Somebody has claimed this funeral grant already.",
        do: "Mỗi người chết chỉ chi một lần, một mức cao nhất.", "It is paid once for each death, the highest alone.")
    default: representativeText
    }
  }

  private var representativeText: Text {
    switch self {
    case .paperKnown:
      text(
        "Giấy tờ này đã được đăng ký.", "The paper is registered already.", do: "Xem lại số giấy tờ.",
        "Look at the number of the paper.")
    case .representativeKnown:
      text(
        "Người này đã có người lĩnh thay cho chương trình đó.",
        "The person has a collector for that programme already.",
        do: "Kết thúc giấy ủy quyền cũ trước.", "End the earlier paper first.")
    case .unknownPaper:
      text(
        "Không có giấy tờ nào mang số này của người hưởng.", "No such paper is registered for the person.",
        do: "Đăng ký giấy ủy quyền đã chứng thực trước.", "Register the certified paper first.")
    case .representativeExpired:
      text(
        "Giấy tờ chưa có hiệu lực hoặc đã hết hiệu lực.", "The paper is not valid yet, or is not valid any more.",
        do: "Không chi tiền cho người lĩnh thay. Làm giấy mới.", "Do not pay the collector. Have a new paper made.")
    case .representativeNotCovering:
      text(
        "Giấy tờ không dùng được để lĩnh khoản này.", "The paper does not cover this entitlement.",
        do: "Dùng giấy ủy quyền của đúng chương trình, mỗi lần một chương trình.",
        "Use the paper of that programme, one programme at a time.")
    case .collectionOver:
      text(
        "Đã hết hạn nhận khoản này.", "The last day to collect this is over.",
        do: "Không chi. Khoản này chờ chuyển hết hạn rồi trả về nguồn kinh phí.",
        "Do not pay. It is to lapse and to go back to its funder.")
    default: presenceText
    }
  }

  private var presenceText: Text {
    switch self {
    case .presenceNotAttested:
      text(
        "Chưa xác nhận người hưởng có mặt và giống ảnh.", "Nobody attests that the holder was there.",
        do: "Nhìn người hưởng, so với ảnh, rồi xác nhận.", "Look at the holder, compare the photo, then attest it.")
    case .presenceNotOwn:
      text(
        "Lần chi trả này không do chính người hưởng nhận.", "The person did not make that payout in person.",
        do: "Chỉ ghi nhận khi chính người hưởng có mặt.", "Record it when the person is there.")
    case .identityKnown:
      text(
        "Số định danh mới là của người khác.", "The new personal ID is somebody else's.",
        do: "Kiểm tra lại với cơ sở dữ liệu dân cư.", "Check it with the population register.")
    default: staffText
    }
  }

  private var staffText: Text {
    switch self {
    case .notAppointed:
      text(
        "Người làm hoặc người duyệt chưa được giao vai trò cho việc này.",
        "The maker or the checker lacks the role for this.",
        do: "Xem bảng vai trò; đề nghị quản trị viên giao vai trò.",
        "See the table of roles; ask an administrator to appoint.")
    case .administratorFirst:
      text(
        "Người đầu tiên phải là quản trị viên.", "The first to be appointed is an administrator.",
        do: "Giao vai trò quản trị viên trước.", "Appoint an administrator first.")
    case .lastAdministrator:
      text(
        "Đây là quản trị viên cuối cùng.", "This is the last administrator.",
        do: "Giao vai trò cho quản trị viên khác trước.", "Appoint another administrator first.")
    case .alreadyAppointed:
      text(
        "Người này đã có vai trò đó.", "The official has that role already.", do: "Không cần giao lại.",
        "Nothing is to be appointed.")
    default:
      text(
        "Người này không có vai trò đó.", "The official does not have that role.", do: "Xem danh sách vai trò.",
        "Look at who holds which role.")
    }
  }
}
