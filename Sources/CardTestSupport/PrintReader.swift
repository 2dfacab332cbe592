import Foundation

/// What the system's poppler, librsvg and zbar commands make of a print: readers that share nothing with what made it.
public final class PrintReader: Sendable {
  /// A word with its box, in points from the page's top left corner.
  public struct Word: Sendable {
    /// Its page, from 1.
    public let page: Int
    /// Its letters.
    public let text: String
    /// Left edge.
    public let left: Double
    /// Upper edge.
    public let top: Double
    /// Right edge.
    public let right: Double
    /// Lower edge.
    public let bottom: Double
  }

  /// A font of a PDF.
  public struct Font: Sendable {
    /// Name, after the subset's tag.
    public let name: String
    /// Whether it is in the file.
    public let isEmbedded: Bool
    /// Whether only the letters in use are.
    public let isSubset: Bool
    /// Whether text can be taken out of it again.
    public let hasUnicode: Bool
  }

  /// A command that did not take its input.
  public struct Failure: Error {
    /// Which one.
    public let command: String
    /// Its exit status.
    public let status: Int32
  }

  /// Whether the commands are installed.
  public static let isAvailable = ["pdftotext", "pdfinfo", "pdffonts", "pdftoppm", "rsvg-convert", "zbarimg"].allSatisfy
  {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
  }
  /// What is missing when they are not.
  public static let requirement = "needs poppler-utils, librsvg2-bin and zbar-tools (Tools/setup)"

  private let folder: URL
  private var file: String { folder.appendingPathComponent("print").path }

  /// A page as dots.
  public struct Dots: Sendable, Equatable {
    /// How many in a row.
    public let width: Int
    /// How many rows.
    public let height: Int
    /// Red, green and blue of each dot, row by row, 0…255.
    public let levels: [UInt8]

    /// Red, green and blue at a place.
    public func colour(x: Int, y: Int) -> [UInt8] {
      let start = 3 * (y * width + x)
      return Array(levels[start..<start + 3])
    }
  }

  /// A reader of these octets, a PDF, an SVG or a PNG.
  public init(_ octets: [UInt8]) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(octets).write(to: folder.appendingPathComponent("print"))
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.lastPathComponent)")
    }
  }

  /// The PDF's text in the order in which it was drawn, as it is encoded there.
  public func text() throws -> String { try run("pdftotext", "-raw", "-enc", "UTF-8", file, "-") }

  /// The text of one page, from 1.
  public func text(page: Int) throws -> String {
    try run("pdftotext", "-raw", "-enc", "UTF-8", "-f", "\(page)", "-l", "\(page)", file, "-")
  }

  /// Its text without white space: lines and cells as they wrap make no difference.
  public func letters() throws -> String { Self.letters(try text()) }

  /// A text without white space.
  public static func letters(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  /// The fields of `pdfinfo`, among them `Page    1 size`.
  public func information() throws -> [String: String] {
    let lines = try run("pdfinfo", "-f", "1", "-l", "999", file).split(separator: "\n")
    return lines.reduce(into: [:]) { fields, line in
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2 { fields[parts[0].split(separator: " ").joined(separator: " ")] = parts[1] }
    }
  }

  /// Width and height of each page, in points.
  public func pageSizes() throws -> [[Double]] {
    let fields = try information()
    return (1...max(1, Int(fields["Pages"] ?? "") ?? 0)).map { page in
      (fields["Page \(page) size"] ?? "").split(separator: " ").compactMap { Double($0) }
    }
  }

  /// The fonts.
  public func fonts() throws -> [Font] {
    try run("pdffonts", file).split(separator: "\n").dropFirst(2).compactMap { line in
      let parts = line.split(separator: " ").map(String.init)
      guard parts.count >= 7 else { return nil }
      let flags = parts.suffix(5).prefix(3).map { $0 == "yes" }
      let name = parts[0].split(separator: "+").last.map(String.init) ?? parts[0]
      return Font(name: name, isEmbedded: flags[0], isSubset: flags[1], hasUnicode: flags[2])
    }
  }

  /// The words with their boxes.
  public func words() throws -> [Word] {
    var page = 0
    return try run("pdftotext", "-bbox", file, "-").split(separator: "\n").compactMap { line in
      if line.contains("<page ") { page += 1 }
      guard let start = line.range(of: "<word "), let open = line.range(of: "\">"),
        let close = line.range(of: "</word>")
      else { return nil }
      let numbers = line[start.upperBound..<open.lowerBound].split(separator: "\"").compactMap { Double($0) }
      guard numbers.count == 4 else { return nil }
      return Word(
        page: page, text: String(line[open.upperBound..<close.lowerBound]), left: numbers[0], top: numbers[1],
        right: numbers[2], bottom: numbers[3])
    }
  }

  /// What the QR codes of a PNG say.
  public func codes() throws -> [String] {
    try run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file).split(separator: "\n").map(String.init)
  }

  /// What the Code 128 bar codes of a PNG say.
  public func barCodes() throws -> [String] {
    try run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Scode128.enable", file).split(separator: "\n")
      .map(String.init)
  }

  /// An SVG as a PNG, on white.
  public func svgPicture(dotsPerInch: Int) throws -> [UInt8] {
    [UInt8](
      try output("rsvg-convert", ["-d", "\(dotsPerInch)", "-p", "\(dotsPerInch)", "-b", "white", "-f", "png", file]))
  }

  /// A page of a PDF as a JPEG.
  public func jpeg(page: Int = 1, dotsPerInch: Int) throws -> [UInt8] {
    [UInt8](try output("pdftoppm", ["-jpeg", "-f", "\(page)", "-l", "\(page)", "-r", "\(dotsPerInch)", file]))
  }

  /// A page of a PDF as dots.
  public func dots(page: Int = 1, dotsPerInch: Int) throws -> Dots {
    let octets = [UInt8](
      try output("pdftoppm", ["-f", "\(page)", "-l", "\(page)", "-r", "\(dotsPerInch)", file]))
    // Portable pixmap: `P6`, width, height, 255, then the levels.
    let head = octets.split(separator: UInt8(ascii: "\n"), maxSplits: 3)
    let sides =
      head.count > 1 ? String(decoding: head[1], as: UTF8.self).split(separator: " ").compactMap { Int($0) } : []
    guard head.count == 4, sides.count == 2, octets.count >= 3 * sides[0] * sides[1] else {
      throw Failure(command: "pdftoppm", status: -1)
    }
    return Dots(width: sides[0], height: sides[1], levels: Array(octets.suffix(3 * sides[0] * sides[1])))
  }

  private func run(_ command: String, _ arguments: String...) throws -> String {
    String(decoding: try output(command, arguments), as: UTF8.self)
  }

  private func output(_ command: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + command)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(command: command, status: process.terminationStatus)
    }
    return output
  }
}
