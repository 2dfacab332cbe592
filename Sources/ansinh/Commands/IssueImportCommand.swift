import ArgumentParser
import Foundation
import Issuance
import VietnamReference

extension IssueCommand {
  /// `ansinh issue import LIST`
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Nhận người cần cấp thẻ từ danh sách. / Take the people of a list in.",
      discussion: """
        Danh sách người cần cấp thẻ (CSV hoặc mỗi dòng một đối tượng JSON) hay danh sách chi trả; nhận ra theo tên \
        cột. \
        Người trùng, dữ liệu khác nhau và số cần xác minh nằm ở “ansinh issue worklist”. / A list of people (CSV, or \
        JSON lines) or a payout list; its columns tell which. Possible duplicates, data that differs and IDs to be \
        verified are in “ansinh issue worklist”.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Argument(help: "Tệp CSV hoặc JSON lines. / CSV or JSON lines.", completion: .file(extensions: ["csv", "jsonl"]))
    var list: String
    @OptionGroup var reading: ListOptions
    @Flag(
      name: .customLong("accept-valid"),
      help: "Nhận các dòng đúng, ghi các dòng lỗi ra tệp riêng. / Take the good rows, write the bad ones to a file.")
    var acceptValid = false
    @Option(
      name: .long, help: "Tệp dòng lỗi (mặc định cạnh danh sách). / File of rejects (default beside the list).",
      completion: Completions.list)
    var rejects: String?

    func run() async throws {
      let output = global.output
      let result =
        try PeopleFlow.isPeople(list, encoding: reading.encoding) ? takePeople(output) : await takePayments(output)
      if let path = result.rejectsFile {
        output.note(
          "\(result.rejected) dòng lỗi ở tệp “\(path)”: sửa rồi nhập tệp đó bằng chính lệnh này.",
          "\(result.rejected) bad rows are in “\(path)”: correct them and import that file with this very command.")
      }
      try output.result(result) { text(result, output) }
    }

    private func takePeople(_ output: Output) throws -> PeopleResult {
      let options = ImportOptions(
        sampleData: reading.sampleData, acceptsValid: acceptValid, rejects: rejects, language: output.language)
      try global.home.make(global.home.office)
      var bar: ProgressBar?
      let flow = PeopleFlow(
        store: try OfficeStore(folder: global.home.office), actor: maker.name, options: options,
        encoding: reading.encoding
      ) { done, size in
        guard size > ImportProgress.longList else { return }
        if bar == nil {
          bar = ProgressBar(
            BilingualText(vi: "Nhận (KB)", en: "Taking in (kB)"), total: size / 1_000, language: output.language,
            output: output.progress)
        }
        bar?.update(done: done / 1_000)
      }
      let result = try flow.run(list)
      bar?.finish()
      return result
    }

    /// People of a payment list, each once.
    private func takePayments(_ output: Output) async throws -> PeopleResult {
      guard !acceptValid, rejects == nil else {
        throw ValidationError("--accept-valid, --rejects: danh sách người / lists of people")
      }
      let file = try reading.file(list, output)
      try file.requireAllGood()
      let people = try await IssueFlow.applicants(file)
      try global.home.make(global.home.office)
      let store = try OfficeStore(folder: global.home.office)
      let counts = try store.importPeople(reference: file.reference, actor: maker.name, time: Clock.seconds) { adding in
        for person in people { try adding.add(person) }
      }
      var result = PeopleResult(counts)
      let all = try store.counts()
      (result.applicants, result.withCard) = (all.applicants, all.made)
      return result
    }

    private func text(_ result: PeopleResult, _ output: Output) -> String {
      let work = result.differing + result.twins + result.toVerify
      return output.pick(
        "Đã nhận \(result.new) người mới; tất cả \(result.applicants) người, \(result.withCard) người đã có thẻ.",
        "\(result.new) new people taken in; \(result.applicants) in all, \(result.withCard) of them have a card.")
        + (work == 0
          ? ""
          : "\n"
            + output.pick(
              "\(result.differing) người đã có nhưng dữ liệu khác, \(result.twins) người có thể trùng, "
                + "\(result.toVerify) người cần xác minh: xem “ansinh issue worklist”.",
              "\(result.differing) known with other data, \(result.twins) possible twins, \(result.toVerify) to be "
                + "verified: see “ansinh issue worklist”."))
    }
  }
}
