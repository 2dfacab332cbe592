/// Which words can be Vietnamese syllables: an onset, a rhyme and a tone that go together.
///
/// Used to tell which character set a file was written in, so it is wide: every spelling in use is taken (`quí` beside
/// `quý`, the tone mark on any vowel), and rare rhymes are in.
enum VietnameseSyllable {
  /// Whether a word of letters, in any case, is a syllable.
  static func isValid(_ word: [VietnameseLetters.Letter], _ asciiLetters: [UInt8]) -> Bool {
    guard word.count <= 8, let (spelling, tone) = split(word, asciiLetters) else { return false }
    for length in stride(from: min(3, spelling.count), through: 0, by: -1) {
      let onset = String(spelling[..<length])
      guard length == 0 || onsets.contains(onset) else { continue }
      let rhyme = String(spelling[length...])
      if rhymes.contains(rhyme) { return isAllowed(tone: tone, rhyme: rhyme) }
    }
    return false
  }

  /// The word in lower case without its tone; `nil` when it has two tones.
  private static func split(
    _ word: [VietnameseLetters.Letter], _ asciiLetters: [UInt8]
  ) -> (spelling: [Character], tone: Int)? {
    var spelling: [Character] = []
    var tone = 0
    for (letter, ascii) in zip(word, asciiLetters) {
      if letter.isVowel {
        guard letter.tone == 0 || tone == 0 else { return nil }
        tone = max(tone, letter.tone)
        let scalar = VietnameseLetters.scalar(vowel: letter.vowel, tone: 0, isUpper: false)
        guard let plain = Unicode.Scalar(scalar) else { return nil }
        spelling.append(Character(plain))
      } else if letter.isBarredD {
        spelling.append("đ")
      } else {
        spelling.append(Character(Unicode.Scalar(ascii | 0x20)))
      }
    }
    return (spelling, tone)
  }

  /// Closed by a stop (c, ch, p, t), a syllable has only sắc or nặng.
  private static func isAllowed(tone: Int, rhyme: String) -> Bool {
    guard let last = rhyme.last, "cpth".contains(last), !rhyme.hasSuffix("nh") else { return true }
    return tone == 4 || tone == 5
  }

  private static let onsets = Set(
    "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x q".split(separator: " ").map(String.init))

  private static let rhymes = Set(
    """
    a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu iê
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong oong
    ooc op ot ô ôc ôi ôm ôn ông ôp ôt ôông ơ ơi ơm ơn ơp ơt ơc ơng
    u ua uân uâng uât uây uc ue uê uêch uên uênh uêt ui um un ung uơ up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    uô uôc uôi uôm uôn uông uôp uôt uơn uau uă uăn uăng uăt uao uai uan uang uanh uat uac uach uay ueo uen uet
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươ ươc ươi ươm ươn ương ươp ươt ươu
    y ych ym yn ynh yp yt yu yêm yên yêng yêt yêu
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
