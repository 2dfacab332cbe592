public import VietnamReference

/// A data subject's request to an office, and how far it is (`legal_security`, personal data).
public struct PrivacyRequest: Hashable, Sendable {
  /// What is asked for. Raw values are stored: never renamed.
  public enum Kind: String, CaseIterable, Sendable, Codable {
    /// To see or be given one's data.
    case access
    /// To have it corrected.
    case correction
    /// To have it erased.
    case deletion
    /// An objection to its processing.
    case objection
    /// To have its processing restricted.
    case restriction
    /// Withdrawal of a consent.
    case withdrawal
  }

  /// How far it is. Raw values are stored: never renamed.
  public enum State: String, Sendable, Codable {
    /// Nobody has answered the person yet.
    case open
    /// The person was answered; it remains to be carried out.
    case answered
    /// Done.
    case closed
  }

  /// What the office answered. Raw values are stored: never renamed.
  public enum Decision: String, CaseIterable, Sendable, Codable {
    /// All of it is done.
    case granted
    /// Part of it; of the rest the basis says why not.
    case partly
    /// None of it; the basis says why.
    case refused
  }

  /// Counts up from 1.
  public var number: Int64
  /// What is asked for.
  public var kind: Kind
  /// Whose data: the office's key of the person, 32 hexadecimal digits, known to the office or not.
  public var subject: String
  /// The day it came in.
  public var receivedOn: CalendarDate
  /// Whether a processor or a third party has to act too, which gives the office longer.
  public var withProcessor: Bool
  /// Last day for the first answer.
  public var answerDue: CalendarDate
  /// Last day for carrying it out.
  public var due: CalendarDate
  /// Whether ``due`` was extended; that is possible once.
  public var isExtended: Bool
  /// How far it is.
  public var state: State
  /// What the office answered last.
  public var decision: Decision?
  /// The legal basis of the answer.
  public var basis: String
  /// Whether the office's records were changed as asked for.
  public var isExecuted: Bool

  /// The day on which the office has to have done its next step; `nil` when it is closed.
  public var nextDue: CalendarDate? {
    switch state {
    case .open: min(answerDue, due)
    case .answered: due
    case .closed: nil
    }
  }

  /// Whether the next step is overdue on `day`.
  public func isLate(on day: CalendarDate) -> Bool { nextDue.map { $0 < day } ?? false }
}

/// Who does something, and when.
public struct Doer: Hashable, Sendable {
  /// Who.
  public let actor: String
  /// Unix seconds.
  public let time: Int64

  /// From its fields.
  public init(_ actor: String, time: Int64) {
    self.actor = actor
    self.time = time
  }

  /// The day in Viet Nam.
  var day: CalendarDate? { CalendarDate(unixSeconds: time, zone: .vietnam) }
}

/// What an office can't do with a request.
public enum PrivacyRequestError: Error, Hashable, Sendable {
  /// There is no request of that number.
  case unknown(Int64)
  /// It is closed.
  case closed(Int64)
  /// It was not answered yet.
  case notAnswered(Int64)
  /// It was granted and is not carried out.
  case notExecuted(Int64)
  /// It was carried out already.
  case executed(Int64)
  /// It was extended once.
  case extendedBefore(Int64)
  /// Its term has ended; it can't be extended any more.
  case termEnded(Int64)
  /// The extension is none, or longer than the law allows; most days.
  case extensionLength(Int)
  /// The day it came in is later than today.
  case receivedLater
  /// A text that goes into the record is empty, over 200 characters, or has a control character or nine digits in a
  /// row; the option's name.
  case text(String)
  /// The person named is not the one of the request.
  case otherPerson(Int64)
  /// Nothing of the office's records can be changed for a request of this kind.
  case nothingToExecute(PrivacyRequest.Kind)
  /// A request that is refused can't be carried out.
  case refusedAndExecuted
  /// The person is not in the office's records.
  case noRecord
  /// A card was made for the person: the file is kept by law, a correction is an exchange of the card.
  case cardMade
  /// A card number was given out for the person, whose card was not finished; the number keeps the file.
  case numberGivenOut
  /// The correction changes nothing, or makes a name or birth date that can't be put on a card.
  case correction
}

/// Texts that go into the acts, where no personal data may be.
enum ActText {
  static let maximumLength = 200

  /// `text` without spaces at its ends.
  static func check(_ text: String, _ option: String) throws(PrivacyRequestError) -> String {
    let trimmed = text.split(separator: " ").joined(separator: " ")
    guard !trimmed.isEmpty, trimmed.count <= maximumLength,
      !trimmed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }), !hasIdentifier(trimmed)
    else { throw .text(option) }
    return trimmed
  }

  /// Nine digits are an identity card's number, ten a social-insurance one's, twelve a personal ID.
  private static func hasIdentifier(_ text: String) -> Bool {
    var run = 0
    // Digits that are grouped are a number all the same.
    for character in text where ![" ", ".", "-"].contains(character) {
      run = character.isNumber ? run + 1 : 0
      if run == 9 { return true }
    }
    return false
  }
}
