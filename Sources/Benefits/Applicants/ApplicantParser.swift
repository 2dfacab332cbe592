internal import VietnamReference

/// Reads the texts of one row of an applicant list and keeps what is wrong with them.
struct ApplicantParser {
  /// What is wrong with the row read last, by column.
  private(set) var problems: [RowProblem] = []
  private let forms: PaymentFieldForms
  private let repairsCapitals: Bool
  private var line = 0

  static let maximumAddress = 256
  static let maximumPhoto = 128

  /// - Parameter repairsCapitals: for lists in TCVN3, which has no capitals with tones.
  init(options: PaymentList.Options, repairsCapitals: Bool) {
    forms = PaymentFieldForms(options: options)
    self.repairsCapitals = repairsCapitals
  }

  /// The row of `texts`, one for each ``ApplicantColumn``, trimmed; `nil` when something is wrong.
  mutating func read(_ texts: [String], line: Int) -> ApplicantRow? {
    problems.removeAll(keepingCapacity: true)
    self.line = line
    let forms = forms
    let repairs = repairsCapitals
    let id = field(.personalID, texts) { text throws(FieldDefect) in try forms.personalID(text) }
    let name = field(.name, texts) { text throws(FieldDefect) in
      try forms.name(repairs ? TextDecoder.capitalised(text) : text)
    }
    let birthDate = field(.birthDate, texts) { text throws(FieldDefect) in try forms.birthDate(text) }
    let sex = field(.sex, texts, Self.sex)
    let province = field(.province, texts) { text throws(FieldDefect) in try forms.province(text) }
    let commune = field(.commune, texts, Self.commune)
    let kind = field(.profile, texts, Self.kind)
    let guardian = guardian(texts, of: id?.value, kind)
    let phone = field(.phone, texts, Self.phone)
    let address = field(.address, texts) { text throws(FieldDefect) in try Self.text(text, Self.maximumAddress) }
    let photo = field(.photo, texts, Self.photo)
    guard problems.isEmpty, let id, let name, let birthDate, let sex, let province, let commune, let kind, let guardian,
      let phone, let address, let photo
    else { return nil }
    let findings =
      id.findings + [id.value.mismatch(birthDate: birthDate), id.value.mismatch(sex: sex)].compactMap { $0 }
    return ApplicantRow(
      line: line, personalID: id.value, name: name, birthDate: birthDate, sex: sex, provinceCode: province,
      communeCode: commune, kind: kind, guardianID: guardian.id, phone: phone, address: address, photo: photo,
      findings: findings)
  }

  private mutating func field<Value>(
    _ column: ApplicantColumn, _ texts: [String], _ read: (String) throws(FieldDefect) -> Value
  ) -> Value? {
    let text = texts[column.index]
    do throws(FieldDefect) {
      return try read(text)
    } catch {
      problems.append(
        RowProblem(
          code: error.code, line: line, column: column.rawValue, value: column.shown(text), reason: error.reason,
          remedy: error.remedy))
      return nil
    }
  }

  private mutating func guardian(
    _ texts: [String], of child: PersonalID?, _ kind: ApplicantKind?
  ) -> (id: PersonalID?, Void)? {
    let forms = forms
    return field(.guardian, texts) { text throws(FieldDefect) in
      guard !text.isEmpty else {
        guard kind != .child else {
          throw FieldDefect(
            code: .guardianMissing,
            reason: BilingualText(vi: "thẻ trẻ em phải có người giám hộ", en: "a child's card needs a guardian"),
            remedy: BilingualText(
              vi: "ghi số định danh cá nhân của người giám hộ", en: "write the guardian's personal ID"))
        }
        return (nil, ())
      }
      let guardian = try forms.personalID(text).value
      guard guardian != child else {
        throw FieldDefect(
          code: .guardianSelf,
          reason: BilingualText(
            vi: "người giám hộ không thể là chính người được cấp thẻ", en: "nobody is one's own guardian"),
          remedy: BilingualText(
            vi: "ghi số định danh cá nhân của người giám hộ", en: "write the guardian's personal ID"))
      }
      return (guardian, ())
    }
  }

  private static func sex(_ text: String) throws(FieldDefect) -> Sex {
    switch text {
    case "nam", "Nam": return .male
    case "nữ", "Nữ": return .female
    default: break
    }
    switch LabelKey.key(text) {
    case "nam", "male", "m": return .male
    case "nu", "female", "f": return .female
    default:
      throw FieldDefect(
        code: .sexUnknown, reason: BilingualText(vi: "giới tính không rõ", en: "the sex can't be read"),
        remedy: BilingualText(vi: "ghi nam hoặc nữ", en: "write “nam” (male) or “nữ” (female)"))
    }
  }

  private static func commune(_ text: String) throws(FieldDefect) -> String {
    guard text.utf8.count == 5, PaymentFieldForms.isDigits(text), text != "00000" else {
      throw FieldDefect(
        code: .communeShape, reason: BilingualText(vi: "mã xã không hợp lệ", en: "the commune code is not valid"),
        remedy: BilingualText(
          vi: "ghi năm chữ số của mã xã, phường, đặc khu; giữ số 0 ở đầu", en: "write its five digits, zeros and all"))
    }
    return text
  }

  private static func kind(_ text: String) throws(FieldDefect) -> ApplicantKind {
    if text.isEmpty { return .adult }
    if let kind = ApplicantKind(rawValue: text) { return kind }
    switch LabelKey.key(text) {
    case "adult", "nguoilon": return .adult
    case "child", "treem", "tre": return .child
    case "collector", "linhthay", "nguoilinhthay", "nhanthay", "nguoinhanthay": return .collector
    default:
      throw FieldDefect(
        code: .profileUnknown, reason: BilingualText(vi: "không có loại thẻ này", en: "there is no such kind of card"),
        remedy: BilingualText(
          vi: "ghi người lớn, trẻ em hoặc lĩnh thay", en: "write adult, child or collector"))
    }
  }

  /// `0912345678`, `0912 345 678`, `+84 912 345 678`.
  private static func phone(_ text: String) throws(FieldDefect) -> String {
    guard !text.isEmpty else { return "" }
    if text.utf8.count == 10, text.utf8.first == UInt8(ascii: "0"), PaymentFieldForms.isDigits(text) { return text }
    var digits = text.filter { !" .-()\u{A0}".contains($0) }
    if digits.hasPrefix("+84") { digits = "0" + digits.dropFirst(3) }
    guard digits.utf8.count == 10, PaymentFieldForms.isDigits(digits), digits.hasPrefix("0") else {
      throw FieldDefect(
        code: .phoneShape,
        reason: BilingualText(vi: "số điện thoại không hợp lệ", en: "the phone number is not valid"),
        remedy: BilingualText(
          vi: "ghi mười chữ số bắt đầu bằng 0, hoặc để trống", en: "write ten digits that begin with 0, or nothing"))
    }
    return digits
  }

  private static func photo(_ text: String) throws(FieldDefect) -> String {
    let text = try Self.text(text, maximumPhoto)
    guard !text.contains("/"), !text.contains("\\"), !text.hasPrefix(".") else {
      throw FieldDefect(
        code: .photoShape,
        reason: BilingualText(vi: "tên ảnh có đường dẫn thư mục", en: "the photo's name has a folder in it"),
        remedy: BilingualText(vi: "chỉ ghi tên tệp hoặc mã ảnh", en: "write the file's name or number only"))
    }
    return text
  }

  private static func text(_ text: String, _ maximum: Int) throws(FieldDefect) -> String {
    guard text.utf8.count <= maximum else {
      throw FieldDefect(
        code: .textTooLong,
        reason: BilingualText(vi: "nội dung dài quá \(maximum) byte", en: "the text takes more than \(maximum) bytes"),
        remedy: BilingualText(vi: "ghi ngắn lại", en: "make it shorter"))
    }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
      throw FieldDefect(
        code: .textControl,
        reason: BilingualText(vi: "nội dung có ký tự điều khiển", en: "the text has control characters"),
        remedy: BilingualText(vi: "ghi lại trên một dòng", en: "write it on one line"))
    }
    return text
  }
}
