public import CardApplication
import VietnamReference

extension Applicant {
  /// What is put on this person's card, with the first card number there is in place of the one to come; `nil` when
  /// the data can't be put on a card.
  ///
  /// - Parameter time: time of issue, Unix seconds.
  public func order(_ profile: CardProfile, time: Int64) -> PersonalisationOrder? {
    guard let holder, let province = UInt8(province), (1...99).contains(province),
      let number = CardNumber(sequence: 1)
    else { return nil }
    var order = PersonalisationOrder(cardNumber: number, holder: holder, province: province, time: time)
    order.identity = identity(holder, from: time, until: order.cardInfo(profile).validUntil)
    return order
  }

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
