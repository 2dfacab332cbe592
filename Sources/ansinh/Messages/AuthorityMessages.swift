import Issuance
import SecureChannel
import VietnamReference

/// The certificate authority: `Issuance`.
extension AuthorityError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .none, .exists, .expired, .noVerifier, .otherCurve, .tooEarly, .usedUp, .clock: authorityMessage
    case .revoked, .notRevocable, .unknownReference, .otherProvince, .beyondVerifier: certificateMessage
    case .unknownProvince, .days, .ceiling, .text: optionMessage
    case .actsBroken, .register: registerMessage
    }
  }

  private var authorityMessage: UserMessage {
    switch self {
    case .none:
      UserMessage(
        AuthorityCode.none, .usage, vi: "Thư mục này chưa có cơ quan chứng thực gốc (CVCA).",
        en: "There is no certificate authority (CVCA) in this folder.",
        remedy: BilingualText(
          vi: "Chạy “ansinh ca init” trước, hoặc chọn thư mục khác bằng --state.",
          en: "Run “ansinh ca init” first, or choose another folder with --state."))
    case .exists(let holder):
      UserMessage(
        AuthorityCode.exists, .refused, vi: "Thư mục này đã có cơ quan chứng thực gốc \(holder).",
        en: "There is a certificate authority in this folder already: \(holder).",
        remedy: BilingualText(
          vi: "Thêm --renew nếu muốn tạo khóa kế tiếp kèm chứng thư liên kết.",
          en: "Add --renew to make its next key with a link certificate."))
    case .expired(let holder, let day): Self.expired(holder, day)
    case .noVerifier(let province):
      UserMessage(
        AuthorityCode.noVerifier, .refused, vi: "Tỉnh \(province) chưa có chứng thư đơn vị chứng thực (DV).",
        en: "Province \(province) has no document verifier (DV) yet.",
        remedy: BilingualText(
          vi: "Cấp cho tỉnh bằng “ansinh ca dv”, rồi làm lại.",
          en: "Make one with “ansinh ca dv”, then try again."))
    case .otherCurve:
      UserMessage(
        AuthorityCode.otherCurve, .refused,
        vi: "Khóa của điểm chi trả dùng đường cong khác với cơ quan chứng thực nên thẻ không đọc được chứng thư.",
        en: "The point's key is on another curve than the authority's; cards could not read its certificate.",
        remedy: BilingualText(
          vi: "Tạo khóa kế tiếp của cơ quan chứng thực bằng “ansinh ca init --renew --curve P-256”, rồi cấp lại DV.",
          en: "Make the authority's next key with “ansinh ca init --renew --curve P-256”, then renew the DV."))
    case .tooEarly(let day):
      UserMessage(
        AuthorityCode.tooEarly, .refused,
        vi: "Sau lần thu hồi, thẻ chỉ nhận chứng thư DV ký từ ngày \(CertificateTexts.day(day, .vietnamese)).",
        en: "After the revocation cards take only DV certificates signed from \(day) on.",
        remedy: BilingualText(
          vi: "Chạy lại lệnh này từ ngày đó (giờ UTC).", en: "Run this command again from that day on (UTC)."))
    case .usedUp:
      UserMessage(
        AuthorityCode.usedUp, .failure, vi: "Đã dùng hết số thứ tự dành cho chứng thư này.",
        en: "All sequence numbers for this certificate are used up.", remedy: Remedy.administrator)
    default:
      UserMessage(
        AuthorityCode.clock, .failure, vi: "Đồng hồ máy này sai, hoặc chạy lùi so với chứng thư đã ký.",
        en: "This machine's clock is wrong, or behind a certificate that was signed before.",
        remedy: BilingualText(vi: "Chỉnh đồng hồ rồi làm lại.", en: "Set the clock, then try again."))
    }
  }

  private static func expired(_ holder: HolderReference, _ day: CVDate) -> UserMessage {
    guard holder.mnemonic.hasPrefix("DV") else {
      return UserMessage(
        AuthorityCode.rootExpired, .refused,
        vi: "Chứng thư gốc \(holder) đã hết hạn ngày \(CertificateTexts.day(day, .vietnamese)).",
        en: "The CVCA certificate \(holder) expired on \(day).",
        remedy: BilingualText(
          vi: "Khóa đã hết hạn không ký được nữa; báo quản trị hệ thống để lập cơ quan chứng thực mới.",
          en: "An expired key signs no more; tell the system administrator to set up a new authority."))
    }
    return UserMessage(
      AuthorityCode.verifierExpired, .refused,
      vi: "Thẻ không còn nhận chứng thư đơn vị chứng thực \(holder) (ngày \(CertificateTexts.day(day, .vietnamese))).",
      en: "Cards no longer take the document verifier \(holder) (\(day)).",
      remedy: BilingualText(
        vi: "Cấp lại cho tỉnh bằng “ansinh ca dv”, rồi làm lại.",
        en: "Renew it with “ansinh ca dv”, then try again."))
  }

  private var certificateMessage: UserMessage {
    switch self {
    case .revoked(let holder):
      UserMessage(
        AuthorityCode.revoked, .refused, vi: "\(holder) đã bị thu hồi nên không được cấp lại.",
        en: "\(holder) was revoked, so it is not renewed.",
        remedy: BilingualText(
          vi: "Điểm chi trả cần khóa mới; đơn vị chứng thực của tỉnh được lập lại bằng --after-revocation.",
          en: "A point needs a new key; a province's verifier begins anew with --after-revocation."))
    case .notRevocable(let holder):
      UserMessage(
        AuthorityCode.notRevocable, .usage, vi: "Không thu hồi được chứng thư gốc \(holder).",
        en: "The CVCA \(holder) can't be revoked.",
        remedy: BilingualText(
          vi: "Tạo khóa kế tiếp bằng “ansinh ca init --renew”; thẻ chuyển sang khóa mới bằng chứng thư liên kết.",
          en: "Make its next key with “ansinh ca init --renew”; cards go on to it by the link certificate."))
    case .unknownReference(let reference):
      UserMessage(
        AuthorityCode.unknownReference, .failure,
        vi: "Sổ chứng thư không có “\(Mask.printable(reference))”.",
        en: "“\(Mask.printable(reference))” is not in the register of certificates.",
        remedy: BilingualText(
          vi: "Xem các tên đã cấp bằng “ansinh ca list”.", en: "See the names given out with “ansinh ca list”."))
    case .otherProvince(let holder):
      UserMessage(
        AuthorityCode.otherProvince, .refused, vi: "Khóa này đã được cấp cho điểm chi trả ở tỉnh khác (\(holder)).",
        en: "This key was certified for a point in another province (\(holder)).",
        remedy: BilingualText(
          vi: "Kiểm tra --province, hoặc tạo khóa mới cho điểm chi trả.",
          en: "Check --province, or make a new key for the point."))
    default:
      UserMessage(
        AuthorityCode.beyondVerifier, .refused,
        vi: "Đơn vị chứng thực của tỉnh không có quyền: \(words).",
        en: "The province's verifier does not have these rights itself: \(words).",
        remedy: BilingualText(
          vi: "Bỏ các quyền đó khỏi --rights, hoặc cấp lại DV với đủ quyền.",
          en: "Take them out of --rights, or renew the DV with them."))
    }
  }

  private var words: String {
    if case .beyondVerifier(let words) = self { words.joined(separator: ", ") } else { "" }
  }

  private var optionMessage: UserMessage {
    switch self {
    case .unknownProvince(let code):
      UserMessage(
        AuthorityCode.unknownProvince, .usage, vi: "“\(Mask.printable(code))” không phải mã tỉnh hiện hành.",
        en: "“\(Mask.printable(code))” is not the code of a present province.",
        remedy: BilingualText(
          vi: "Ghi mã hai chữ số, ví dụ --province 79.", en: "Give its two digits, for example --province 79."))
    case .days(let bounds):
      UserMessage(
        AuthorityCode.days, .usage,
        vi: "Chứng thư này chỉ có hạn từ \(bounds.lowerBound) đến \(bounds.upperBound) ngày.",
        en: "This certificate lasts \(bounds.lowerBound) to \(bounds.upperBound) days.",
        remedy: BilingualText(
          vi: "Ghi lại --days; điểm chi trả ngoại tuyến có hạn tối đa 21 ngày.",
          en: "Correct --days; a point that pays offline has at most 21."))
    case .ceiling:
      UserMessage(
        AuthorityCode.ceiling, .usage, vi: "Bậc hạn mức ngoại tuyến không hợp lệ.",
        en: "The step of the offline ceiling is not valid.",
        remedy: BilingualText(
          vi: "Ghi --ceiling từ 0 đến 16, và chỉ khi --rights có offline.",
          en: "Give --ceiling from 0 to 16, and only when --rights has offline."))
    default:
      UserMessage(
        AuthorityCode.text, .usage, vi: "Tên người làm hoặc lý do không hợp lệ.",
        en: "The name of who acts, or the reason, is not valid.",
        remedy: BilingualText(
          vi: "Ghi từ 1 đến 200 ký tự trên một dòng sau --maker hoặc --reason.",
          en: "Give 1 to 200 characters on one line after --maker or --reason."))
    }
  }

  private var registerMessage: UserMessage {
    switch self {
    case .actsBroken(let act):
      UserMessage(
        AuthorityCode.actsBroken, .refused,
        vi: "Sổ chứng thư đã bị sửa: chuỗi việc đứt ở việc số \(act), hoặc chứng thư không khớp với các việc đã ghi.",
        en: "The register was altered: its acts break at number \(act), or a certificate does not agree with them.",
        remedy: BilingualText(
          vi: "Không cấp thêm chứng thư nào, giữ nguyên thư mục và báo kiểm soát viên.",
          en: "Certify nothing more, leave the folder as it is and tell the checker."))
    default:
      UserMessage(
        AuthorityCode.register, .failure, vi: "Không mở hoặc ghi được sổ chứng thư (mã \(code)).",
        en: "The register of certificates can't be opened or written (code \(code)).",
        remedy: BilingualText(
          vi: "Kiểm tra ổ đĩa và quyền của thư mục trạng thái, rồi làm lại.",
          en: "Check the disk and the state folder's permissions, then try again."))
    }
  }

  private var code: Int32 { if case .register(let code) = self { code } else { 0 } }
}

/// A file with certificates or a request that can't be used.
enum CertificateFileError: Error, Hashable {
  /// It can't be read.
  case unreadable(path: String)
  /// It is no request, or not signed by the key that it brings.
  case request(path: String)
  /// It has no certificates.
  case certificates(path: String)
  /// Its certificates are not for the point's key.
  case otherKey(point: String)
  /// Its certificates are no chain that a card would take.
  case chain(CertificateChainError)
  /// There is no such word among the rights.
  case rightWord(String)
}

extension CertificateFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unreadable(let path):
      UserMessage(
        CertificateCode.unreadable, .usage, vi: "Không đọc được tệp chứng thư “\(path)”.",
        en: "The certificate file “\(path)” can't be read.",
        remedy: BilingualText(
          vi: "Kiểm tra tên tệp và quyền đọc.", en: "Check the file's name and that it may be read."))
    case .request(let path):
      UserMessage(
        CertificateCode.request, .refused,
        vi: "Tệp “\(path)” không phải đơn xin chứng thư còn nguyên vẹn; chữ ký của đơn không đúng.",
        en: "The file “\(path)” is not an intact certificate request; its signature does not verify.",
        remedy: BilingualText(
          vi: "Tạo lại đơn tại điểm chi trả bằng “ansinh point request” và gửi lại.",
          en: "Make the request again at the point with “ansinh point request” and send it again."))
    case .certificates(let path):
      UserMessage(
        CertificateCode.damaged, .refused, vi: "Tệp “\(path)” không phải tệp chứng thư, hoặc đã hỏng.",
        en: "The file “\(path)” does not hold certificates, or is damaged.", remedy: Self.getAgain)
    case .otherKey(let point):
      UserMessage(
        CertificateCode.otherKey, .refused, vi: "Chứng thư này không phải cho khóa của điểm chi trả \(point).",
        en: "These certificates are not for the key of point \(point).",
        remedy: BilingualText(
          vi: "Kiểm tra --point, hoặc xin chứng thư cho khóa hiện có bằng “ansinh point request”.",
          en: "Check --point, or ask for a certificate of the present key with “ansinh point request”."))
    case .chain(let error): Self.message(error)
    case .rightWord(let word):
      UserMessage(
        AuthorityCode.rightWord, .usage, vi: "Không có quyền nào tên “\(Mask.printable(word))”.",
        en: "There is no right called “\(Mask.printable(word))”.",
        remedy: BilingualText(
          vi: "Ghi các quyền sau --rights, cách nhau bằng dấu phẩy: \(Self.words).",
          en: "Give the rights after --rights with commas between them: \(Self.words)."))
    }
  }

  private static let words = TerminalRights.Word.allCases.map(\.rawValue).joined(separator: ", ")

  private static let getAgain = BilingualText(
    vi: "Lấy lại tệp từ cơ quan chứng thực rồi làm lại.",
    en: "Get the file from the certificate authority again, then try again.")

  private static func message(_ error: CertificateChainError) -> UserMessage {
    switch error {
    case .size, .certificate, .order:
      UserMessage(
        CertificateCode.order, .refused,
        vi: "Các chứng thư trong tệp không nối thành một chuỗi từ gốc đến điểm chi trả.",
        en: "The file's certificates do not lead from an authority to a terminal.", remedy: getAgain)
    case .otherAnchor(let holder):
      UserMessage(
        CertificateCode.otherAnchor, .refused, vi: "Chuỗi chứng thư không bắt đầu từ chứng thư gốc \(holder).",
        en: "The chain of certificates does not begin at the CVCA \(holder).", remedy: getAgain)
    case .notYetValid(let holder, let day):
      UserMessage(
        CertificateCode.notYetValid, .refused,
        vi: "Chứng thư \(holder) có hiệu lực từ ngày \(CertificateTexts.day(day, .vietnamese)).",
        en: "The certificate \(holder) is valid from \(day).",
        remedy: BilingualText(
          vi: "Kiểm tra đồng hồ máy này, hoặc đợi đến ngày đó.",
          en: "Check this machine's clock, or wait for that day."))
    case .expired(let holder, let day):
      UserMessage(
        CertificateCode.expired, .refused,
        vi: "Chứng thư \(holder) đã hết hạn ngày \(CertificateTexts.day(day, .vietnamese)).",
        en: "The certificate \(holder) expired on \(day).",
        remedy: BilingualText(
          vi: "Xin chứng thư mới bằng “ansinh point request”; các lần chi đã ghi vẫn báo cáo được.",
          en: "Ask for a new one with “ansinh point request”; payouts on record can still be reported."))
    case .refused(let holder):
      UserMessage(
        CertificateCode.refused, .refused,
        vi: "Chữ ký của chứng thư \(holder) không đúng, hoặc thẻ sẽ không nhận chứng thư này.",
        en: "The certificate \(holder) is not signed by its authority, or a card would refuse it.", remedy: getAgain)
    }
  }
}
