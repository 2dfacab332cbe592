import ArgumentParser
import PayoutPoint
import Printing
import VietnamReference

/// Where a voucher is printed to, besides the text.
struct PrintOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Ghi giấy nhận tiền khổ A5 ra tệp PDF. / Write the voucher, A5 PDF.", valueName: "file.pdf"),
    completion: Completions.pdf)
  var voucher: String?
  @Option(
    name: .long,
    help: ArgumentHelp("Ghi biên lai khổ 80 mm ra tệp PDF. / Write the 80 mm receipt, PDF.", valueName: "file.pdf"),
    completion: Completions.pdf)
  var receipt: String?
  @Flag(name: .customLong("ghi-de"), help: "Thay tệp đã có. / Replace files that are there.")
  var overwrites = false

  private var files: [(form: VoucherForm, path: String)] {
    [voucher.map { (.sheet, $0) }, receipt.map { (.receipt, $0) }].compactMap { $0 }
  }

  /// Refuses, before any money moves, what can't be printed or written.
  func check() throws {
    guard !files.isEmpty else { return }
    _ = try Typesetter()
    if let voucher, voucher == receipt { throw PrintFileError.unusable(path: voucher) }
    for file in files { try PrintFile.check(file.path, overwrites: overwrites) }
  }

  /// Writes the files. What goes wrong is told in the result and never stops the caller.
  func write(_ data: VoucherData, copies: [VoucherCopy], _ language: Language) -> [PrintedFile] {
    write([data], copies: copies, language)
  }

  /// The same for several vouchers, all of them in each file.
  func write(_ data: [VoucherData], copies: [VoucherCopy], _ language: Language) -> [PrintedFile] {
    files.map { file in
      do {
        let octets = try VoucherData.pdf(data, file.form, language, copies: copies)
        try PrintFile.write(octets, to: file.path, overwrites: overwrites)
        return PrintedFile(form: file.form.rawValue, path: file.path, isWritten: true, problem: nil)
      } catch {
        let message = UserMessage(error)
        return PrintedFile(
          form: file.form.rawValue, path: file.path, isWritten: false,
          problem: message.problem + BilingualText(vi: " ", en: " ") + message.remedy)
      }
    }
  }

  /// Tells what was written and what was not.
  static func tell(_ files: [PrintedFile], _ output: Output) {
    for file in files {
      if let problem = file.problem {
        output.note(problem.vi, problem.en)
      } else {
        output.note("Đã ghi “\(file.path)”.", "Written: “\(file.path)”.")
      }
    }
  }
}
