/// What `danh-sach-loi-mau.csv` is made to show.
enum SpoiltSample {
  /// Lines that are only unusual in their spelling.
  static let goodLines = [2, 11, 18, 19]
  static let badRows = 25
  /// Everything that is wrong with the others when read as a file.
  static let places = [
    "3 so_dinh_danh row.duplicate", "4 so_dinh_danh id.length", "5 ho_ten name.empty", "6 ngay_sinh birth-date.shape",
    "7 chuong_trinh programme.unknown", "8 chuong_trinh programme.not-in-force", "9 ho_ten person.name",
    "9 ky period.shape", "10 so_tien amount.negative", "12 so_tien amount.decimal", "13 nguon funder.not-allowed",
    "14 tinh province.closed", "15 don_vi unit.province", "16 diem_chi point.shape", "17 - csv.ragged",
    "20 so_dinh_danh id.leading-zero", "21 so_dinh_danh id.scientific", "22 ngay_sinh birth-date.month-first",
    "23 ngay_sinh birth-date.two-digit-year", "24 so_tien amount.grouping", "25 ky period.date",
    "26 ho_ten name.lost-letters", "27 tinh province.leading-zero", "28 ngay_sinh birth-date.serial",
    "29 so_tien amount.scientific", "30 ho_ten person.name",
  ]
}
