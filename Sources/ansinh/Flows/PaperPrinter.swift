import CardApplication
import Foundation
import Issuance
import Printing
import VietnamReference

/// Prints a card's face and its sealed PIN slip, and hands both to where paper is: a command's standard input or a
/// folder of the officer's. The secrets are on no disk of this program's choosing.
actor PaperPrinter: CardPrinter {
  private let typesetter: Typesetter
  private let stream: any PrintStream
  private let photos: String?
  private let office: String

  /// - Parameters:
  ///   - photos: folder with the holders' pictures; `nil` prints a box in their place.
  ///   - office: what stands as the office's name on the slip.
  init(_ stream: any PrintStream, photos: String?, office: String) throws {
    typesetter = try Typesetter()
    self.stream = stream
    self.photos = photos
    self.office = office
  }

  func print(
    _ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder, _ profile: CardProfile
  ) async throws {
    let info = order.cardInfo(profile)
    guard let name = try? PersonName(holder.name), let from = info.validFrom.calendarDate,
      let until = info.validUntil.calendarDate
    else { throw OfficeError.applicant(String(holder.personalID.suffix(4))) }
    let province =
      ProvinceRegister.embedded.province(code: holder.province, on: from)?.fullName
      ?? BilingualText(vi: holder.province, en: holder.province)
    let label = card.cardNumber.digits
    let face = try CardFace(typesetter, layout: profile.face).pdf(
      CardFaceContent(
        name: name, cardNumber: card.cardNumber, validFrom: from, validUntil: until, province: province,
        photo: try photo(holder)), can: card.secrets.can, label: label)
    try await stream.take(face)
    let place = holder.commune.isEmpty ? province.vi : "xã \(holder.commune), \(province.vi)"
    let slip = try PINMailer(typesetter).pdf(
      PINMailerContent(
        name: name, commune: place, cardLastFour: String(card.cardNumber.digits.suffix(4)),
        office: office + " " + province.vi, date: from), pin: card.secrets.pin, puk: card.secrets.puk, label: label)
    try await stream.take(slip)
  }

  /// The holder's picture, as its file is; a name that leads out of the folder finds none.
  private func photo(_ holder: Applicant) throws -> [UInt8]? {
    guard let photos, !holder.photo.isEmpty, !holder.photo.contains("/"), !holder.photo.hasPrefix(".") else {
      return nil
    }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: photos + "/" + holder.photo)))
  }
}

extension CardDate {
  /// The same day in the calendar; `nil` for a date without a day.
  var calendarDate: CalendarDate? {
    CalendarDate(year: Int(yyyymmdd / 10_000), month: Int(yyyymmdd / 100 % 100), day: Int(yyyymmdd % 100))
  }
}
