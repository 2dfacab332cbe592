import CardApplication
import VietnamReference

extension Applicant {
  /// The eID application's content: what the office knows of a person who is to have `holder`'s card; `nil` for a
  /// personal ID that is none.
  ///
  /// Họ is the first word of the name, the rest goes to the given names.
  func identity(_ holder: Holder, from: Int64, until: CardDate) -> EIDContent? {
    guard let personalID = PersonalID(digits: personalID), holder.birthDate.yyyymmdd > 0 else { return nil }
    let words = holder.name.split(separator: " ")
    return EIDContent(
      familyNames: words.count > 1 ? String(words[0]) : "",
      givenNames: words.dropFirst(words.count > 1 ? 1 : 0).joined(separator: " "),
      sex: personalID.sex == .male ? .male : .female, dateOfBirth: holder.birthDate,
      dateOfIssuance: CardDate(unixTime: from), dateOfExpiry: until)
  }
}
