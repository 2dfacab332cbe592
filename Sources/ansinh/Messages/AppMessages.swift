import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import TransactionService
import VietnamReference

extension ServiceClientError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unreachable:
      UserMessage(
        ServiceCode.unreachable, .failure, vi: "Không kết nối được với dịch vụ trung tâm.",
        en: "The centre's service can't be reached.",
        remedy: BilingualText(
          vi: "Kiểm tra mạng và dịch vụ (ansinh serve), rồi làm lại.",
          en: "Check the network and the service (ansinh serve), then try again.")
      ).mentioningMoney(moneyWasPaid)
    case .refused(let problem):
      UserMessage(problem).withRowsBeforeRemedy
    case .malformedAnswer(let status):
      UserMessage(
        ServiceCode.unreadable, .failure, vi: "Dịch vụ trung tâm trả lời không đúng dạng (HTTP \(status)).",
        en: "The centre's service gave an unreadable answer (HTTP \(status)).",
        remedy: BilingualText(
          vi: "Kiểm tra địa chỉ dịch vụ và phiên bản chương trình.",
          en: "Check the service's address and the program's version.")
      ).mentioningMoney(moneyWasPaid)
    }
  }
}

extension UserMessage {
  /// What to do, after the rows that a refused list names.
  fileprivate var withRowsBeforeRemedy: UserMessage {
    guard !rows.isEmpty else { return self }
    var message = self
    message.remedy = BilingualText(
      vi: (rows.map(\.text.vi) + [remedy.vi]).joined(separator: "\n"),
      en: (rows.map(\.text.en) + [remedy.en]).joined(separator: "\n"))
    return message
  }
}

extension PayoutError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .card(let error): error.userMessage(moneyWasPaid: false)
    case .cardDuringPayout(let error): error.userMessage(moneyWasPaid: false)
    case .service(let error), .serviceDuringPayout(let error): error.userMessage(moneyWasPaid: false)
    case .nothingPayable:
      UserMessage(
        PointCode.nothingOpen, .refused, vi: "Thẻ này không có khoản nào chờ chi.", en: "Nothing is open on this card.",
        remedy: BilingualText(
          vi: "Khoản của tháng này có thể đã được chi trả, hoặc danh sách chưa được ghi có.",
          en: "This month may have been paid already, or the list is not credited yet."))
    case .overOpen(let open):
      UserMessage(
        PointCode.overOpen, .refused, vi: "Không đủ số dư: còn được lĩnh \(VND.text(open)).",
        en: "Insufficient balance: \(VND.text(open)) can be collected.",
        remedy: BilingualText(
          vi: "Nhập số tiền nhỏ hơn, hoặc chi hết.", en: "Give a smaller amount, or pay everything."))
    case .history(let error): error.userMessage(moneyWasPaid: false)
    case .journal(JournalError.uncertain): JournalError.uncertain.userMessage(moneyWasPaid: moneyWasPaid)
    case .journal:
      UserMessage(
        PointCode.journalFailed, .failure, vi: "Không ghi được nhật ký của điểm chi trả; chưa chi tiền.",
        en: "The point's journal can't be written; no money has been paid.",
        remedy: BilingualText(
          vi: "Ngừng chi trả, kiểm tra ổ đĩa rồi chạy lại.", en: "Stop paying, check the disk, then run again."))
    }
  }
}

extension JournalError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .locked:
      UserMessage(
        PointCode.journalLocked, .failure, vi: "Một chương trình khác đang dùng điểm chi trả này.",
        en: "Another program is using this payout point.",
        remedy: BilingualText(vi: "Đóng chương trình kia rồi làm lại.", en: "Close the other program and try again."))
    case .uncertain:
      UserMessage(
        PointCode.journalUncertain, .failure, vi: "Không rõ nhật ký của điểm chi trả đã ghi được hay chưa.",
        en: "It is not known whether the point's journal was written.",
        remedy: BilingualText(
          vi: "Ngừng chi trả, chưa đưa tiền. Kiểm tra ổ đĩa rồi chạy lại: chương trình sẽ cho biết giao dịch cuối.",
          en: "Stop paying, hand nothing over. Check the disk and run again: the program tells of the last one."))
    case .damaged(let line):
      UserMessage(
        PointCode.journalDamaged, .failure, vi: "Nhật ký của điểm chi trả bị sửa ở dòng \(line).",
        en: "The point's journal was altered at line \(line).",
        remedy: BilingualText(
          vi: "Ngừng chi trả, giữ nguyên tệp và báo kiểm soát viên.",
          en: "Stop paying, leave the file as it is and tell the checker."))
    case .system(let operation, let code):
      UserMessage(
        PointCode.journalSystem, .failure, vi: "Không ghi được nhật ký của điểm chi trả (\(operation), mã \(code)).",
        en: "The point's journal can't be written (\(operation), code \(code)).",
        remedy: BilingualText(vi: "Ngừng chi trả, kiểm tra ổ đĩa.", en: "Stop paying and check the disk."))
    }
  }
}

extension LedgerStoreError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .locked(let processID):
      UserMessage(
        StoreCode.locked, .failure,
        vi: "Trạng thái trung tâm đang được tiến trình \(processID.map(String.init) ?? "khác") sử dụng.",
        en: "The centre's state is in use by process \(processID.map(String.init) ?? "?").",
        remedy: BilingualText(
          vi: "Dừng tiến trình đó, hoặc chọn thư mục khác bằng --state.",
          en: "Stop that process, or choose another folder with --state."))
    case .notDurable(let pragma, let value):
      UserMessage(
        StoreCode.notDurable, .failure, vi: "Cơ sở dữ liệu không bảo đảm ghi xuống đĩa (\(pragma) = \(value)).",
        en: "The database would not be durable (\(pragma) = \(value)).",
        remedy: BilingualText(
          vi: "Không chạy trung tâm; báo quản trị hệ thống.", en: "Don't run; tell the administrator."))
    case .otherVersion:
      UserMessage(
        StoreCode.otherVersion, .failure, vi: "Trạng thái trung tâm do một phiên bản khác của chương trình tạo ra.",
        en: "The centre's state was made by another version of this program.",
        remedy: BilingualText(
          vi: "Dùng đúng phiên bản đó, hoặc chọn thư mục trạng thái khác bằng --state.",
          en: "Use that version, or choose another state folder with --state."))
    case .file(let operation, let code): Self.file(operation, SystemCause(code: code))
    case .sqlite:
      UserMessage(
        StoreCode.failed, .failure, vi: "Không mở hoặc ghi được sổ của trung tâm.",
        en: "The centre's ledger can't be opened or written.",
        remedy: BilingualText(
          vi: "Kiểm tra ổ đĩa và quyền của thư mục trạng thái.",
          en: "Check the disk and the state folder's permissions."))
    case .constraint:
      UserMessage(
        StoreCode.constraint, .failure, vi: "Sổ của trung tâm không nhận bút toán này vì trái với ràng buộc của sổ.",
        en: "The centre's ledger did not take this entry: it breaks a constraint.", remedy: Remedy.administrator)
    case .corrupt(let place):
      UserMessage(
        StoreCode.corrupt, .failure, vi: "Dữ liệu trong sổ của trung tâm không nhất quán (\(Mask.printable(place))).",
        en: "What the centre's ledger holds is not consistent (\(Mask.printable(place))).",
        remedy: BilingualText(
          vi: "Dừng trung tâm, giữ nguyên các tệp và báo kiểm soát viên.",
          en: "Stop the centre, leave its files as they are and tell the checker."))
    case .stopped:
      UserMessage(
        StoreCode.stopped, .failure, vi: "Trung tâm đã ngừng ghi sổ vì không bảo đảm được dữ liệu xuống đĩa.",
        en: "The centre has stopped posting: its data could not be made durable.",
        remedy: BilingualText(
          vi: "Kiểm tra ổ đĩa rồi khởi động lại “ansinh serve”.",
          en: "Check the disk, then start “ansinh serve” again."))
    case .fenced:
      UserMessage(
        StoreCode.fenced, .failure,
        vi: "Một tiến trình khác đã mở sổ của trung tâm sau tiến trình này; tiến trình này không ghi sổ nữa.",
        en: "Another process has opened the centre's ledger after this one, which posts nothing any more.",
        remedy: BilingualText(
          vi: "Chỉ để một trung tâm chạy trên thư mục trạng thái này.",
          en: "Let only one centre run on this state folder."))
    }
  }

  private static func file(_ operation: String, _ cause: SystemCause) -> UserMessage {
    UserMessage(
      StoreCode.file, .failure, vi: "Không dùng được tệp của trung tâm (\(operation)): \(cause.reason.vi).",
      en: "A file of the centre can't be used (\(operation)): \(cause.reason.en).", remedy: cause.remedy)
  }
}

extension CentreServerError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .portInUse(let port):
      UserMessage(
        StoreCode.portInUse, .failure, vi: "Cổng \(port) đang được chương trình khác sử dụng.",
        en: "Port \(port) is in use.",
        remedy: BilingualText(vi: "Chọn cổng khác bằng --port.", en: "Choose another one with --port."))
    case .ledgerBehind(let anchor, let tip, let isShort): AnchorMessages.behind(anchor, tip, isShort: isShort)
    }
  }
}

extension CentreAccessError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .lockedWithoutEndpoint:
      UserMessage(
        StoreCode.notListening, .failure,
        vi: "Trung tâm đang được một chương trình khác sử dụng nhưng chưa nhận kết nối.",
        en: "Another program holds the centre's state and does not listen yet.",
        remedy: BilingualText(vi: "Chờ giây lát rồi thử lại.", en: "Wait a moment and try again."))
    case .noLoopback:
      UserMessage(
        StoreCode.noLoopback, .failure, vi: "Không khởi động được dịch vụ trên 127.0.0.1.",
        en: "The service can't be started on 127.0.0.1.",
        remedy: BilingualText(vi: "Kiểm tra cấu hình mạng của máy.", en: "Check the machine's network."))
    case .keysMissing:
      UserMessage(
        StoreCode.keysMissing, .failure,
        vi: "Thiếu tệp khóa centre/centre.keys của sổ này; trung tâm không tự tạo khóa khác.",
        en: "The key file centre/centre.keys of this ledger is missing; no other key is made in its place.",
        remedy: BilingualText(
          vi: "Đặt lại bản sao của centre.keys vào thư mục centre rồi chạy lại.",
          en: "Put the copy of centre.keys back into the centre folder and start again."))
    case .trust(let path):
      UserMessage(
        StoreCode.trust, .usage,
        vi: "Không dùng được chứng thư tin cậy “\(Mask.printable(path, limit: 200))” hoặc khóa của điểm.",
        en: "The trusted certificates “\(Mask.printable(path, limit: 200))” or the point's key can't be used.",
        remedy: BilingualText(
          vi: "Đặt tệp PEM chứng thư của dịch vụ vào “service/trust.pem” trong thư mục trạng thái.",
          en: "Put the service's certificate, a PEM file, at “service/trust.pem” of the state folder."))
    }
  }
}

extension SecretEntryError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noTerminal:
      UserMessage(
        CommandCode.noTerminal, .usage, vi: "Không có màn hình để nhập mã PIN.",
        en: "There is no terminal to enter the PIN on.",
        remedy: BilingualText(vi: "Dùng --pin-fd N (hoặc --can-fd N).", en: "Use --pin-fd N (or --can-fd N)."))
    case .notDigits:
      UserMessage(
        CommandCode.notDigits, .usage, vi: "Mã chỉ gồm các chữ số.", en: "The code consists of digits only.",
        remedy: BilingualText(vi: "Nhập lại, từ 4 đến 12 chữ số.", en: "Enter it again, 4 to 12 digits."))
    case .differ:
      UserMessage(
        CommandCode.newPINsDiffer, .usage, vi: "Hai lần nhập mã PIN mới không giống nhau; mã PIN chưa đổi.",
        en: "The two entries of the new PIN differ; the PIN was not changed.",
        remedy: BilingualText(vi: "Làm lại và nhập cùng một mã hai lần.", en: "Try again and enter the same PIN twice.")
      )
    case .easy:
      UserMessage(
        CommandCode.newPINTooEasy, .usage, vi: "Mã PIN này quá dễ đoán; mã PIN chưa đổi.",
        en: "This PIN is too easy to guess; the PIN was not changed.",
        remedy: BilingualText(
          vi: "Chọn mã khác, không dùng một chữ số lặp lại hay dãy số liên tiếp.",
          en: "Choose another one, neither one digit repeated nor digits in a row."))
    case .passphraseLength:
      UserMessage(
        CommandCode.passphraseLength, .usage, vi: "Mật khẩu quá ngắn hoặc quá dài.",
        en: "The passphrase is too short or too long.",
        remedy: BilingualText(
          vi: "Chọn mật khẩu từ \(PassphraseEntry.leastLength) ký tự, tốt nhất là vài từ không liên quan với nhau.",
          en: "Choose one of \(PassphraseEntry.leastLength) characters or more, best a few unrelated words."))
    case .passphrasesDiffer:
      UserMessage(
        CommandCode.passphrasesDiffer, .usage, vi: "Hai lần nhập mật khẩu không giống nhau.",
        en: "The two entries of the passphrase differ.",
        remedy: BilingualText(
          vi: "Làm lại và nhập cùng một mật khẩu hai lần.", en: "Try again and enter the same passphrase twice."))
    }
  }
}

extension PUKError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .exhausted:
      UserMessage(
        PACECode.exhaustedPUK, .refused, vi: "Mã PUK đã hết lượt dùng.", en: "The PUK has no uses left.",
        remedy: BilingualText(
          vi: "Mang thẻ và giấy tờ tùy thân đến cơ quan cấp thẻ để đặt lại mã PIN. Khoản tiền chưa lĩnh không bị mất.",
          en: "Bring the card and an identity document to the issuing office to have the PIN set again. Money not "
            + "collected yet is not lost."))
    case .wrong:
      UserMessage(
        PACECode.wrongPUK, .refused, vi: "Mã PUK không đúng.", en: "The PUK is not correct.",
        remedy: BilingualText(
          vi: "Xem mã PUK 10 số trong phiếu mã PIN rồi nhập lại.",
          en: "Look at the PUK of ten digits in the PIN mailer and enter it again."))
    }
  }
}

extension IssuerFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unreadable(let path):
      UserMessage(
        CommandCode.issuerFile, .usage, vi: "Tệp “\(path)” không phải là một chứng thư của cơ quan cấp thẻ.",
        en: "The file “\(path)” is not an issuer's certificate.",
        remedy: BilingualText(
          vi: "Dùng tệp issuer.der của cơ quan cấp thẻ.", en: "Use the issuing office's issuer.der."))
    }
  }
}

extension ListRefusedError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let rest = more > 0 ? BilingualText(vi: "\n… và \(more) chỗ sai nữa.", en: "\n… and \(more) more faults.") : nil
    let shown = BilingualText(
      vi: rows.map(\.text.vi).joined(separator: "\n") + (rest?.vi ?? ""),
      en: rows.map(\.text.en).joined(separator: "\n") + (rest?.en ?? ""))
    let count = rows.count + more
    let remedy: BilingualText
    if remedyIsToAcceptValid {
      let good =
        goodRows.map { BilingualText(vi: "\($0) dòng đúng", en: "the \($0) good rows") }
        ?? BilingualText(vi: "các dòng còn lại", en: "the other rows")
      remedy = BilingualText(
        vi:
          "Sửa các dòng trên rồi nhập lại. Hoặc thêm --accept-valid để nhận ngay \(good.vi); các dòng lỗi được ghi ra "
          + "một tệp riêng để sửa và nhập sau.",
        en: "Mend these rows and import it again. Or add --accept-valid to take \(good.en) now; the bad ones are "
          + "written to a file, to be mended and imported afterwards.")
    } else {
      remedy = BilingualText(vi: "Sửa các chỗ trên rồi nhập lại.", en: "Mend this and import it again.")
    }
    var message = UserMessage(
      ListCode.refused, .refused, vi: "Danh sách có \(count) chỗ sai; không dòng nào được nhận.\n\(shown.vi)",
      en: "The list has \(count) faults; no row was taken.\n\(shown.en)", remedy: remedy)
    message.rows = rows
    return message
  }
}
