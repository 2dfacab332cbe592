import CardApplication
import VietnamReference

/// What people call the data groups of the eID application.
enum IdentityTexts {
  static func label(_ group: EIDDataGroup) -> BilingualText {
    switch group {
    case .documentType: BilingualText(vi: "Loại giấy tờ", en: "Document")
    case .issuingEntity: BilingualText(vi: "Nước cấp", en: "Issued by")
    case .dateOfExpiry: BilingualText(vi: "Có giá trị đến", en: "Valid until")
    case .givenNames: BilingualText(vi: "Chữ đệm và tên", en: "Given names")
    case .familyNames: BilingualText(vi: "Họ", en: "Family name")
    case .nomDePlume: BilingualText(vi: "Bút danh", en: "Pen name")
    case .academicTitle: BilingualText(vi: "Học hàm, học vị", en: "Academic title")
    case .dateOfBirth: BilingualText(vi: "Ngày sinh", en: "Date of birth")
    case .placeOfBirth: BilingualText(vi: "Nơi sinh", en: "Place of birth")
    case .nationality: BilingualText(vi: "Quốc tịch", en: "Nationality")
    case .sex: BilingualText(vi: "Giới tính", en: "Sex")
    case .optionalData: BilingualText(vi: "Dữ liệu khác", en: "Other data")
    case .birthName: BilingualText(vi: "Họ tên khai sinh", en: "Birth name")
    case .writtenSignature: BilingualText(vi: "Chữ ký", en: "Signature")
    case .dateOfIssuance: BilingualText(vi: "Ngày cấp", en: "Date of issue")
    case .reserved: BilingualText(vi: "Để dành", en: "Reserved")
    case .placeOfResidence: BilingualText(vi: "Nơi cư trú", en: "Residence")
    case .municipalityID: BilingualText(vi: "Mã xã", en: "Commune code")
    case .residencePermitI, .residencePermitII: BilingualText(vi: "Giấy phép cư trú", en: "Residence permit")
    case .phoneNumber: BilingualText(vi: "Điện thoại", en: "Telephone")
    case .emailAddress: BilingualText(vi: "Thư điện tử", en: "E-mail")
    }
  }
}
