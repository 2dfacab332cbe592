import ArgumentParser
import CardApplication
import CardCrypto
import Conformance
import Foundation
import ISO7816
import SoftCard
import VietnamReference

/// `ansinh card conformance`
struct CardConformanceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Nghiệm thu một thẻ trắng theo thiết kế thẻ. / Acceptance test of a fresh card against the card design.",
    discussion: """
      Thẻ được cá thể hóa bằng khóa dùng một lần, kiểm tra rồi bỏ: PIN bị khóa, PUK hết lượt, thẻ bị kết thúc. Thẻ không
      còn trắng bị từ chối và giữ nguyên. --reader virtual:THƯ_MỤC với thư mục trống làm một thẻ phần mềm mới. Mã thoát
      4 khi có điểm không đạt. / The card is personalised with throw-away keys, tested and used up: its PIN is blocked,
      its PUK spent, the card terminated. A card that is not fresh is refused and left as it is. --reader virtual:FOLDER
      with an empty folder makes a fresh software card. Exit code 4 when a check fails.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var readers: ReaderOptions
  @OptionGroup var transport: TransportKeyOptions
  @Option(
    name: .long, help: "Tệp hồ sơ thẻ, thay cho hồ sơ có sẵn. / Card profile instead of the one shipped.",
    completion: .file(extensions: ["yaml"]))
  var profile: String?
  @Option(
    name: .long, help: "Ghi kết quả ra tệp JUnit XML. / Write the results to a JUnit XML file.",
    completion: .file(extensions: ["xml"]))
  var junit: String?
  @Flag(name: .long, help: "Đồng ý dùng hỏng thẻ này. / Agree to use this card up.") var yes = false

  func run() async throws {
    let output = global.output
    let profile = try Self.read(profile)
    let key = try transport.key()
    if let junit { try PrintFile.check(junit, overwrites: true) }
    try confirm(output)
    let suite = ConformanceSuite(
      profile: profile, transportKey: key, transportVersion: SoftCard.transportKeyVersion, time: Clock.seconds)
    let start = ContinuousClock.now
    let readers = readers
    let results = try await Interruption.cancelling {
      let card = try await readers.conformanceCard(output)
      try await suite.requireFresh(card)
      var bar = ProgressBar(
        BilingualText(vi: "Kiểm tra thẻ", en: "Testing the card"), total: suite.checks.count,
        language: output.language, output: output.progress)
      defer { bar.finish() }
      return try await suite.run(card) { _ in bar.advance() }
    }
    let report = ConformanceReport(results, duration: .now - start)
    if let junit { try PrintFile.write(Array(report.junit.utf8), to: junit, overwrites: true) }
    try output.result(report) { report.text(output) }
    guard report.failed == 0 else { throw ConformanceError.failed(count: report.failed) }
  }

  /// The profile in a file, or an adult's.
  private static func read(_ path: String?) throws -> CardProfile {
    guard let path else { return try CardProfile.adult() }
    guard let yaml = ProfileFiles.text(path) else { throw ConformanceError.profileUnreadable(path: path) }
    return try ProfileFiles.profile(yaml, path)
  }

  /// The card is lost to every other use: said before it begins, and agreed to.
  private func confirm(_ output: Output) throws {
    output.note(
      "Thẻ này sẽ không dùng được nữa sau khi kiểm tra: PIN bị khóa, PUK hết lượt, thẻ bị kết thúc.",
      "The test uses this card up: its PIN will be blocked, its PUK spent, the card terminated.")
    if yes { return }
    guard !output.json, isatty(STDIN_FILENO) == 1 else { throw ConformanceError.notConfirmed }
    Output.diagnose(output.pick("Gõ “yes” để tiếp tục:", "Type “yes” to go on:"))
    guard readLine()?.trimmingCharacters(in: .whitespaces) == "yes" else { throw ConformanceError.notConfirmed }
  }
}

/// The static key that fresh cards come with.
struct TransportKeyOptions: ParsableArguments {
  @Option(
    name: .customLong("transport-key-fd"),
    help: """
      Đọc khóa vận chuyển của thẻ trắng, chữ số thập lục phân, từ bộ mô tả tệp N. / Read the fresh card's transport \
      key, in hexadecimal, from file descriptor N.
      """)
  var descriptor: Int32?

  /// The key given, or GlobalPlatform's published test key.
  func key() throws -> SecretBytes {
    guard let descriptor else { return SecretBytes(SoftCard.transportKey) }
    var digits: [UInt8] = []
    defer { SecretBytes.clear(&digits) }
    var octet: UInt8 = 0
    while digits.count <= 64, Foundation.read(descriptor, &octet, 1) == 1, octet != 0x0A {
      if octet != 0x0D { digits.append(octet) }
    }
    var text = String(decoding: digits, as: UTF8.self)
    defer { text = "" }
    guard [32, 48, 64].contains(digits.count), var octets = [UInt8](hex: text) else {
      throw ConformanceError.transportKey
    }
    return SecretBytes(taking: &octets)
  }
}
