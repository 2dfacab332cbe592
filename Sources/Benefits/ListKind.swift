internal import VietnamReference

/// A kind of list: which columns it has, and what people call them.
struct ListKind: Sendable {
  /// The columns' codes, in their order.
  let columns: [String]
  /// Those that a file must have, by their places in ``columns``.
  let required: Set<Int>
  /// What people call the columns, as ``LabelKey``, with the column's place.
  let labels: [String: Int]
  /// What to do about a wrong line of column names.
  let remedy: BilingualText

  /// - Parameter names: what people call a column besides its code, in ``LabelKey``'s form between spaces.
  private init(
    _ columns: [String], required: Set<Int>, names: [String], remedy: (String) -> BilingualText
  ) {
    self.columns = columns
    self.required = required
    self.remedy = remedy(columns.joined(separator: ","))
    var labels: [String: Int] = [:]
    for (index, column) in columns.enumerated() {
      labels[LabelKey.key(column)] = index
      for name in names[index].split(whereSeparator: \.isWhitespace) { labels[String(name)] = index }
    }
    self.labels = labels
  }

  /// Payment lists.
  static let payments = ListKind(
    PaymentColumn.allCases.map(\.rawValue), required: Set(PaymentColumn.required.map(\.index)),
    names: PaymentColumn.allCases.map(\.names)
  ) { _ in
    let needed = PaymentColumn.required.map(\.rawValue).joined(separator: ",")
    let others = PaymentColumn.allCases.filter { !$0.isRequired }.map(\.rawValue).joined(separator: ",")
    return BilingualText(
      vi: "dòng đầu ghi tên mười cột: \(needed); khi cần thêm \(others); bỏ các cột khác",
      en: "name the ten columns in the first line: \(needed); where needed also \(others); leave others out")
  }

  /// Lists of people who are to have a card.
  static let applicants = ListKind(
    ApplicantColumn.allCases.map(\.rawValue),
    required: Set(ApplicantColumn.allCases.filter(\.isRequired).map(\.index)),
    names: ApplicantColumn.allCases.map(\.names)
  ) {
    let needed = ApplicantColumn.allCases.filter(\.isRequired).map(\.rawValue).joined(separator: ",")
    return BilingualText(
      vi: "dòng đầu ghi tên các cột, phải có \(needed); các cột được nhận: \($0)",
      en: "name the columns in the first line, with at least \(needed); columns taken: \($0)")
  }

  /// The kind that a line of column names is of: the first whose own columns, which no other of `kinds` has, are there;
  /// else the last.
  static func recognise(_ cells: [String], _ kinds: [ListKind]) -> ListKind {
    let keys = cells.map(LabelKey.key)
    let kind = kinds.dropLast().first { kind in
      let others = kinds.filter { $0.columns != kind.columns }
      return keys.contains { key in kind.labels[key] != nil && !others.contains { $0.labels[key] != nil } }
    }
    return kind ?? kinds[kinds.count - 1]
  }
}

extension PaymentColumn {
  /// What people call the column, as ``LabelKey``.
  fileprivate var names: String {
    switch self {
    case .personalID: ListNames.personalID
    case .name: ListNames.name
    case .birthDate: ListNames.birthDate
    case .programme: "chuongtrinh machuongtrinh chedo machedo loaichedo loaitrocap chuongtrinhtrocap programme"
    case .period: "ky kychitra kychi kyhuong kytrocap thang thanghuong thangchitra thangtrocap period"
    case .amount:
      "sotien sotiendong sotienvnd sotienhuong sotienchitra sotienduochuong muchuong muctrocap amount"
    case .funder: "nguon manguon nguonkinhphi manguonkinhphi nguonkp nguonchi funder"
    case .unit: "donvi madonvi donvichitra madonvichitra donviquanly coquanchitra unit"
    case .province: ListNames.province
    case .point: "diemchi madiemchi diemchitra madiemchitra point"
    case .arrears:
      "thangtruylinh truylinhthang truylinhchothang kytruylinh truylinhky thangno arrears arrearsfor arrearsmonth"
    case .deceased:
      "sodinhdanhnguoichet cccdnguoichet nguoiquadoi sodinhdanhnguoiquadoi nguoimat nguoidamat deceased deceasedid"
    }
  }
}

extension ApplicantColumn {
  /// What people call the column, as ``LabelKey``.
  fileprivate var names: String {
    switch self {
    case .personalID: ListNames.personalID
    case .name: ListNames.name + " hotennguoiduoccap hovatennguoiduoccap nguoiduoccapthe"
    case .birthDate: ListNames.birthDate
    case .sex: "gioitinh phai sex gender"
    case .province: ListNames.province
    case .commune: "xa maxa xaphuong maxaphuong phuongxa xaphuongdackhu noithuongtru commune communecode"
    case .profile: "loaithe maloaithe hosothe profile cardprofile"
    case .guardian:
      "giamho nguoigiamho sodinhdanhgiamho sodinhdanhnguoigiamho cccdnguoigiamho cccdgiamho guardian guardianid"
    case .phone: "dienthoai sodienthoai dt sdt sodt didong phone phonenumber mobile"
    case .address: "diachi diachithuongtru choohientai noio address"
    case .photo: "anh tepanh maanh anhchandung photo photoreference"
    }
  }
}

/// What people call the columns that lists of payments and of people share.
private enum ListNames {
  static let personalID = """
    sodinhdanhcanhan sodinhdanh madinhdanh madinhdanhcanhan sodinhdanhcccd cccd socccd sothecccd socancuoc
    socancuoccongdan sothecancuoc sothecancuoccongdan cancuoccongdan cancuoc sddcn personalid
    """
  static let name = """
    hoten hovaten hochudemvaten hochulotvaten hotennguoihuong hovatennguoihuong tennguoihuong nguoihuong
    nguoithuhuong hotennguoithuhuong fullname name
    """
  static let birthDate = "ngaysinh ngaythangnamsinh namsinh ngaynamsinh birthdate dateofbirth"
  static let province = "tinh matinh tinhthanhpho matinhthanhpho tinhthanh matinhthanh tinhtp matinhtp province"
}
