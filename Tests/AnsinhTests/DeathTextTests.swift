import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

@Suite("A withdrawn death as people read it")
struct DeathTextTests {
  private static func text(_ amount: Int64, cards: Int, _ language: Language = .vietnamese) -> String {
    PersonTexts.deathWithdrawn(
      ActAnswer(sequence: 4, amount: amount, withdrawn: DeathWithdrawnAnswer(lines: 2, cards: cards)),
      Output(language: language, json: false))
  }

  @Test("What was released, what is to be listed again, and the cards, which do not come back")
  func told() {
    let whole = Self.text(1_000_000, cards: 1)
    for words in [
      "việc số 4: 2 khoản trở lại như trước", "đã xóa: 1.000.000", "lập lại danh sách chi trả", "lập truy lĩnh",
      "1 thẻ đã hết giá trị, không tự mở lại",
    ] {
      #expect(whole.contains(words), "\(whole)")
    }
    let plain = Self.text(0, cards: 0)
    #expect(!plain.contains("Nợ") && !plain.contains("thẻ") && plain.contains("truy lĩnh"))
    #expect(Self.text(0, cards: 1, .english).contains("issue a new one"))
  }
}
