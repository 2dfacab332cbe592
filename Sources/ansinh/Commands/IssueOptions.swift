public import ArgumentParser
import CardApplication
import Foundation
import Issuance
import VietnamReference

extension IdentityCheck.Document: ExpressibleByArgument {}
extension CardDelivery.Recipient: ExpressibleByArgument {}

/// Who acts at an office, and who agrees.
struct HandsOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Người làm, ghi vào sổ; mặc định là tài khoản máy. / Who acts, for the record; default the account.")
  var maker: String?

  @Option(
    name: .long,
    help: """
      Người phê duyệt, phải khác người làm; bắt buộc với việc cần hai người. / Who approves: somebody else; needed \
      for what takes two persons.
      """)
  var checker: String?

  func validate() throws { try Self.require(checker) }

  /// Refuses a checker who is given and is nobody, so that no centre ever sees a decision of one person for one of two.
  static func require(_ checker: String?) throws {
    guard let checker, checker.allSatisfy(\.isWhitespace) else { return }
    throw ValidationError("--checker: thiếu tên người kiểm soát / the checker has no name")
  }

  var hands: OfficeHands { OfficeHands(maker: maker ?? NSUserName(), checker: checker ?? "") }
}

/// Somebody's identity document, looked at.
struct IdentityOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Giấy tờ tùy thân đã xem: can-cuoc, vneid, ho-chieu, giay-khai-sinh, khac. / The identity document that was \
      looked at.
      """)
  var document: IdentityCheck.Document

  @Option(
    name: .long,
    help: """
      Bốn ký tự cuối của số giấy tờ; không bao giờ ghi cả số. / The last four characters of its number, never the \
      whole of it.
      """)
  var documentTail: String

  func validate() throws {
    guard IdentityCheck(document, tail: documentTail) != nil else {
      throw ValidationError(
        "--document-tail: chỉ bốn ký tự cuối của số giấy tờ / only the last four characters of the number")
    }
  }

  func check() throws -> IdentityCheck {
    guard let check = IdentityCheck(document, tail: documentTail) else { throw ValidationError("--document-tail") }
    return check
  }
}

/// Which of the office's cards.
struct OfficeCardOptions: ParsableArguments {
  @Option(name: .long, help: "Số thẻ, 16 chữ số. / Card number, 16 digits.")
  var card: String?

  @Option(name: .long, help: "Số định danh của chủ thẻ. / The holder's personal ID.")
  var person: String?

  func validate() throws {
    guard (card == nil) != (person == nil) else {
      throw ValidationError("cần một trong hai: --card, --person / give one of --card, --person")
    }
  }

  /// The card as the office knows it.
  func find(_ store: OfficeStore) throws -> IssuedCardLife { try Self.find(store, card: card, person: person) }

  static func find(_ store: OfficeStore, card: String?, person: String?) throws -> IssuedCardLife {
    if let person {
      guard try store.applicant(person) != nil else { throw UsageError.unknownPerson }
      guard let number = try store.currentCard(of: person) else { throw CardLifeError.noLiveCard }
      guard let life = try store.life(of: number) else { throw CardLifeError.unknownCard }
      return life
    }
    let digits = (card ?? "").filter { !$0.isWhitespace }
    guard CardNumber(digits) != nil, let life = try store.life(of: digits) else { throw CardLifeError.unknownCard }
    return life
  }
}

/// Why, for the record.
struct ReasonOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Lý do; ghi vào sổ mãi mãi, không nêu tên ai. / Why; kept for ever, so name nobody.
      """)
  var reason: String
}

/// Where the centre is.
struct CentreOptions: ParsableArguments {
  @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
}
