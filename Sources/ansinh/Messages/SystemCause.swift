import Foundation
import VietnamReference

/// Why a system call failed, by its `errno`.
struct SystemCause {
  /// The reason, to end a sentence with.
  let reason: BilingualText
  /// What to do.
  let remedy: BilingualText

  init(code: Int32) {
    switch code {
    case ENOSPC, EDQUOT:
      reason = BilingualText(vi: "ổ đĩa đã đầy", en: "the disk is full")
      remedy = BilingualText(vi: "Giải phóng chỗ trống trên ổ đĩa.", en: "Free space on the disk.")
    case EACCES, EPERM:
      reason = BilingualText(vi: "không có quyền truy cập", en: "access is denied")
      remedy = BilingualText(
        vi: "Chạy bằng đúng tài khoản, hoặc sửa quyền của tệp và thư mục.",
        en: "Run under the right account, or correct the permissions of file and folder.")
    case ENOENT, ENOTDIR:
      reason = BilingualText(vi: "không tìm thấy tệp hoặc thư mục", en: "the file or folder was not found")
      remedy = BilingualText(vi: "Kiểm tra lại đường dẫn.", en: "Check the path.")
    case EEXIST:
      reason = BilingualText(vi: "tệp đã có sẵn", en: "the file exists already")
      remedy = BilingualText(
        vi: "Chọn tên khác, hoặc kiểm tra tệp đang có.", en: "Choose another name, or look at the file that is there.")
    case EROFS:
      reason = BilingualText(vi: "ổ đĩa chỉ cho đọc", en: "the disk is read-only")
      remedy = BilingualText(vi: "Chọn thư mục ghi được.", en: "Choose a folder that can be written.")
    case EIO:
      reason = BilingualText(vi: "lỗi phần cứng của ổ đĩa", en: "the disk has a hardware fault")
      remedy = BilingualText(
        vi: "Dừng sử dụng, sao lưu dữ liệu và thay ổ đĩa.", en: "Stop, back the data up and replace the disk.")
    default:
      reason = BilingualText(vi: "lỗi hệ thống số \(code)", en: "system error \(code)")
      remedy = Remedy.administrator
    }
  }
}
