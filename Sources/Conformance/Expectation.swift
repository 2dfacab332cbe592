import ISO7816
import VietnamReference

/// What checks expect, and how they tell what they saw instead.
enum Expectation {
  /// A finding with both texts.
  static func finding(_ vi: String, _ en: String) -> ConformanceFinding {
    ConformanceFinding(reason: BilingualText(vi: vi, en: en))
  }

  /// An answer with another status than one of `wanted`.
  static func status(_ what: String, _ answer: ResponseAPDU, _ wanted: String) -> ConformanceFinding {
    let seen = "\(answer.status)" + (answer.data.isEmpty ? "" : " + \(answer.data.count)")
    return finding(
      "\(what): thẻ trả lời \(seen), phải là \(wanted)", "\(what): the card answered \(seen), expected \(wanted)")
  }
}

/// The answer has one of these statuses.
func expect(_ what: String, _ answer: ResponseAPDU, _ wanted: StatusWord...) throws {
  guard wanted.contains(answer.status) else {
    throw Expectation.status(what, answer, wanted.map(\.description).joined(separator: "/"))
  }
  guard !answer.status.isError || answer.data.isEmpty else {
    throw Expectation.status(what, answer, "\(answer.status) + 0")
  }
}

/// The answer is an error or a failed authentication, without data.
func expectRefused(_ what: String, _ answer: ResponseAPDU) throws {
  guard answer.status.isError || answer.status.sw1 == 0x63, answer.data.isEmpty else {
    throw Expectation.status(what, answer, "64XX…6FXX/63XX")
  }
}

/// Something about the card's answers holds.
func require(_ holds: Bool, _ vi: String, _ en: String) throws {
  guard holds else { throw Expectation.finding(vi, en) }
}

/// Two values that have to be equal; neither is a secret.
func expectEqual<Value: Equatable>(_ what: String, _ seen: Value, _ wanted: Value) throws {
  guard seen == wanted else {
    let (seen, wanted) = (Expectation.text(seen), Expectation.text(wanted))
    throw Expectation.finding("\(what): thấy \(seen), phải là \(wanted)", "\(what): saw \(seen), expected \(wanted)")
  }
}

extension Expectation {
  /// Octets by their number and first four, everything else as it describes itself.
  fileprivate static func text(_ value: some Any) -> String {
    guard let octets = value as? [UInt8] else { return "\(value)" }
    return octets.count <= 8 ? "[\(octets.hex)]" : "[\(octets.prefix(4).hex)… \(octets.count)]"
  }
}
