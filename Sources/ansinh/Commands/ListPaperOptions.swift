import ArgumentParser
import PayoutPoint
import Printing
import VietnamReference

/// Where a list is written to as a form to print and sign.
struct ListPaperOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ghi ra tệp PDF khổ A4 ngang, theo mẫu, để in và ký. / Write the form, A4 across, to print and sign.",
      valueName: "file.pdf"),
    completion: Completions.pdf)
  var pdf: String?
  @Flag(name: .customLong("ghi-de"), help: "Thay tệp đã có. / Replace a file that is there.")
  var overwrites = false

  /// Refuses what can't be printed or written, before the centre is asked.
  func check() throws {
    guard let pdf else { return }
    _ = try Typesetter()
    try PrintFile.check(pdf, overwrites: overwrites)
  }

  /// Writes what `make` prints, when a file was named; it makes the head of a unit's list by the unit's code and the
  /// point's.
  func write(
    _ output: Output,
    _ make: (_ head: (String, String?) -> ListPaperHead, Language) throws -> [UInt8]
  ) throws {
    guard let pdf, let today = Clock.today else { return }
    let octets = try make(
      { unit, point in
        ListPaperHead(
          unitName: Names.unit(unit, on: today), unit: unit,
          point: point.map { "\($0), \(Names.point($0, on: today))" }, date: today)
      }, output.language)
    try PrintFile.write(octets, to: pdf, overwrites: overwrites)
    output.note("Đã ghi “\(pdf)”.", "Written: “\(pdf)”.")
  }
}
