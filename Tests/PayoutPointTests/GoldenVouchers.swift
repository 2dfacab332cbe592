/// The pension of `VoucherTests` in Vietnamese, 72 columns.
let vietnamesePension = """
                     CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                        Độc lập - Tự do - Hạnh phúc
                        ───────────────────────────

                         GIẤY NHẬN TIỀN / PHIẾU CHI
                                   LIÊN 1

  Cơ quan chi trả:          Bưu điện Thành phố Hồ Chí Minh
  Điểm chi trả:             700100 - Bưu cục Bến Thành
  Nơi chi trả:              Thành phố Hồ Chí Minh
  Thiết bị đầu cuối:        BT-03
  Số chứng từ:              PC-20261105-000123
  Thời gian:                05/11/2026 09:30:15
  Giao dịch:                trực tuyến
  ────────────────────────────────────────────────────────────────────────
  Người hưởng:              NGUYỄN THỊ HỒNG PHƯƠNG
  Số định danh cá nhân:     ********0123
  Số thẻ an sinh:           ****4417
  ────────────────────────────────────────────────────────────────────────
  Các khoản đã chi trả
  1. Lương hưu hằng tháng                                      4.183.567 đ
     Tháng hưởng: tháng 11/2026
     Nguồn kinh phí: Quỹ hưu trí và tử tuất
     Chi hộ cho: Bảo hiểm xã hội tỉnh Thái Nguyên
  ────────────────────────────────────────────────────────────────────────
  Tổng số tiền (bằng số):   4.183.567 đ
  Bằng chữ:                 Bốn triệu một trăm tám mươi ba nghìn năm trăm
                            sáu mươi bảy đồng
  Hình thức chi trả:        chi tiền mặt
  Số tiền còn được lĩnh:    0 đ
  Mã kiểm tra chứng từ:     7K2M-9QXD-41

                          Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2026
            NGƯỜI NHẬN TIỀN                      NGƯỜI CHI TIỀN
        (ký tên hoặc điểm chỉ)                      (ký tên)
          (ghi rõ họ và tên)                   (ghi rõ họ và tên)




     .............................        .............................

  Vui lòng đếm tiền trước khi rời điểm chi trả.

  """

/// The same with English beside or below the Vietnamese.
let englishPension = """
                     CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                        Độc lập - Tự do - Hạnh phúc
                       SOCIALIST REPUBLIC OF VIET NAM
                     Independence - Freedom - Happiness
                        ───────────────────────────

                         GIẤY NHẬN TIỀN / PHIẾU CHI
                       RECEIPT / CASH PAYMENT VOUCHER
                              LIÊN 1 / COPY 1

  Cơ quan chi trả /               Bưu điện Thành phố Hồ Chí Minh
  Paying agency:
  Điểm chi trả / Payout point:    700100 - Bưu cục Bến Thành
  Nơi chi trả / Place of payout:  Thành phố Hồ Chí Minh
  Thiết bị đầu cuối / Terminal:   BT-03
  Số chứng từ / Document number:  PC-20261105-000123
  Thời gian / Date and time:      05/11/2026 09:30:15
  Giao dịch / Transaction:        trực tuyến / online
  ────────────────────────────────────────────────────────────────────────
  Người hưởng / Beneficiary:      NGUYỄN THỊ HỒNG PHƯƠNG
  Số định danh cá nhân /          ********0123
  Personal ID:
  Số thẻ an sinh / Card number:   ****4417
  ────────────────────────────────────────────────────────────────────────
  Các khoản đã chi trả / Benefits paid
  1. Lương hưu hằng tháng / Monthly pension                    4.183.567 đ
     Tháng hưởng / Benefit month: tháng 11/2026
     Nguồn kinh phí / Funded by: Quỹ hưu trí và tử tuất / Pension and
     survivor fund
     Chi hộ cho / Paid on behalf of: Bảo hiểm xã hội tỉnh Thái Nguyên
  ────────────────────────────────────────────────────────────────────────
  Tổng số tiền (bằng số) /        4.183.567 đ
  Total in figures:
  Bằng chữ / In words:            Bốn triệu một trăm tám mươi ba nghìn năm
                                  trăm sáu mươi bảy đồng
  Hình thức chi trả / Paid by:    chi tiền mặt / cash payout
  Số tiền còn được lĩnh /         0 đ
  Still collectable:
  Mã kiểm tra chứng từ /          7K2M-9QXD-41
  Verification code:

                          Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2026
            NGƯỜI NHẬN TIỀN                      NGƯỜI CHI TIỀN
               RECIPIENT                              PAYER
        (ký tên hoặc điểm chỉ)                      (ký tên)
      (signature or fingerprint)                   (signature)
          (ghi rõ họ và tên)                   (ghi rõ họ và tên)
         (full name in print)                 (full name in print)




     .............................        .............................

  Vui lòng đếm tiền trước khi rời điểm chi trả.
  Please count the money before you leave.
  Bản tiếng Việt có giá trị pháp lý.
  The Vietnamese text is the legal one.

  """
