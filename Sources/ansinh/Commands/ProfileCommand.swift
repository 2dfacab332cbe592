import ArgumentParser
import CardApplication
import VietnamReference

/// `ansinh profile`
struct ProfileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Hồ sơ thẻ: kiểm tra, xem, so sánh. / Card profiles: check, show, compare.",
    discussion: """
      Hồ sơ thẻ nói thẻ có gì, ai được làm gì với thẻ, dùng bao lâu và in ra sao. Hồ sơ có sẵn: adult, child, \
      collector, test; thẻ chỉ được làm theo các hồ sơ có sẵn này. / A card profile says what a card holds, who may do \
      what with it, how long it lasts and what is printed on it. Supplied: adult, child, collector, test; cards are \
      made by these only, not by a file.
      """,
    subcommands: [ProfileCheckCommand.self, ProfileShowCommand.self, ProfileDiffCommand.self])
}

/// `ansinh profile check`
struct ProfileCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Kiểm tra tệp hồ sơ thẻ. / Check card profile files.",
    discussion: """
      Tìm lỗi cú pháp, mục lạ hoặc thiếu, mâu thuẫn trong hồ sơ và với thẻ, và hồ sơ khác nội dung nhưng trùng số và \
      phiên bản; mỗi lỗi kèm dòng và cách sửa. Mã thoát 4 khi có tệp bị từ chối. / Finds wrong syntax, unknown and \
      missing keys, contradictions in the profile and with the card, and another content under an id and version that \
      are taken; each with its line and what to do. Exit code 4 when a file is refused.
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Tệp hồ sơ thẻ. / Card profile files.", completion: Completions.profile) var files: [String]

  /// What is wrong in one place.
  private struct Fault: Codable {
    let code: String
    let line: Int
    let column: Int
    let key: String
    let problem: BilingualText
    let remedy: BilingualText

    init(_ fault: ProfileFault) {
      (code, line, column, key) = (fault.code.rawValue, fault.line, fault.column, fault.key)
      (problem, remedy) = (fault.why, fault.remedy)
    }
  }

  /// What has come of one file; without a profile when it is refused.
  private struct Checked: Codable {
    let path: String
    let isGood: Bool
    var profile: UInt8?
    var version: UInt8?
    var name: BilingualText?
    var faults: [Fault] = []
  }

  private struct Report: Codable {
    let files: [Checked]
    let refused: Int
  }

  func run() async throws {
    let output = global.output
    // All of them first: a wrong name is no verdict on the others.
    let texts = try files.map { path in
      guard let text = ProfileFiles.text(path) else { throw ProfileFileError.unreadable(path: path) }
      return (path: path, text: text)
    }
    var known = try CardProfile.embedded()
    var checked: [Checked] = []
    for (path, text) in texts {
      do throws(CardProfileError) {
        let profile = try CardProfile(yaml: text)
        for other in known { try profile.requireOwnVersion(in: text, beside: other) }
        known.append((name: path, profile: profile))
        checked.append(
          Checked(
            path: path, isGood: true, profile: profile.policy.profileID, version: profile.policy.profileVersion,
            name: BilingualText(profile.name)))
      } catch {
        checked.append(Checked(path: path, isGood: false, faults: error.faults.map(Fault.init)))
      }
    }
    let report = Report(files: checked, refused: checked.count { !$0.isGood })
    try output.result(report) { checked.map { Self.text($0, output) }.joined(separator: "\n") }
    guard report.refused == 0 else { throw ProfileFileError.refused(count: report.refused) }
  }

  private static func text(_ file: Checked, _ output: Output) -> String {
    let path = Mask.printable(file.path, limit: 200)
    guard file.isGood, let name = file.name, let profile = file.profile, let version = file.version else {
      return (["✘ \(path)"] + file.faults.flatMap { lines($0, output) }).joined(separator: "\n")
    }
    return "✔ \(path): \(name(output.language)) ("
      + output.pick("hồ sơ \(profile), phiên bản \(version)", "profile \(profile), version \(version)") + ")"
  }

  private static func lines(_ fault: Fault, _ output: Output) -> [String] {
    let place = output.pick("dòng \(fault.line), cột \(fault.column)", "line \(fault.line), column \(fault.column)")
    let key = fault.key.isEmpty ? "" : " · \(Mask.printable(fault.key, limit: 100))"
    return ["  \(place)\(key): \(fault.problem(output.language))", "    → \(fault.remedy(output.language))"]
  }
}

/// `ansinh profile show`
struct ProfileShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Xem một hồ sơ thẻ, hoặc các hồ sơ có sẵn. / Show a card profile, or those supplied.")

  @OptionGroup var global: GlobalOptions
  @Argument(
    help: "Tên hồ sơ có sẵn, hoặc tệp. / A name of those supplied, or a file.", completion: Completions.profile)
  var profile: String?

  private struct Listed: Codable {
    let name: String
    let profile: UInt8
    let version: UInt8
    let title: BilingualText
    let holder: String
    let isTest: Bool
  }

  func run() async throws {
    let output = global.output
    if let profile {
      let profile = try ProfileFiles.read(profile)
      return try output.result(ProfileView(profile)) { ProfileView(profile).text(output) }
    }
    let listed = try CardProfile.embedded().map { name, profile in
      Listed(
        name: name, profile: profile.policy.profileID, version: profile.policy.profileVersion,
        title: BilingualText(profile.name), holder: profile.holder.kind.rawValue, isTest: profile.isTest)
    }
    try output.result(listed) {
      var table = TextTable(columns: [
        .init(output.pick("Tên", "Name")), .init(output.pick("Số", "Id"), .trailing),
        .init(output.pick("Phiên bản", "Version"), .trailing), .init(output.pick("Hồ sơ", "Profile")),
        .init(output.pick("Dùng cho", "For")),
      ])
      for one in listed {
        table.addRow([
          one.name, String(one.profile), String(one.version), one.title(output.language),
          one.isTest ? output.pick("thử", "tries") : ProfileTexts.value("holder.kind", one.holder)(output.language),
        ])
      }
      return table.rendered()
    }
  }
}

/// `ansinh profile diff`
struct ProfileDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "So sánh hai hồ sơ thẻ, từng mục một. / Compare two card profiles, key by key.",
    discussion: """
      Đánh dấu những thay đổi cần phiên bản mới: thẻ cùng số và phiên bản hồ sơ phải giống nhau. / Marks the changes \
      that need a new version: cards of one profile id and version are all alike.
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Hồ sơ trước: tên hoặc tệp. / The profile before: name or file.", completion: Completions.profile)
  var before: String
  @Argument(help: "Hồ sơ sau: tên hoặc tệp. / The profile after: name or file.", completion: Completions.profile)
  var after: String

  private struct Change: Codable {
    let key: String
    let from: String?
    let to: String?
    let needsNewVersion: Bool
  }

  private struct Report: Codable {
    let changes: [Change]
    let needsNewVersion: Bool
    let isVersionRaised: Bool
    let isOtherProfile: Bool
  }

  func run() async throws {
    let output = global.output
    let difference = ProfileDifference(from: try ProfileFiles.read(before), to: try ProfileFiles.read(after))
    let report = Report(
      changes: difference.changes.map { change in
        Change(key: change.key, from: change.from, to: change.to, needsNewVersion: change.needsNewVersion)
      }, needsNewVersion: difference.needsNewVersion, isVersionRaised: difference.isVersionRaised,
      isOtherProfile: difference.isOtherProfile)
    try output.result(report) { Self.text(report, output) }
  }

  private static func text(_ report: Report, _ output: Output) -> String {
    guard !report.changes.isEmpty else { return output.pick("Hai hồ sơ như nhau.", "The two profiles are the same.") }
    var table = TextTable(columns: [
      .init(output.pick("Mục", "Key")), .init(output.pick("Trước", "Before"), maximumWidth: 44),
      .init(output.pick("Sau", "After"), maximumWidth: 44), .init(output.pick("Phiên bản mới", "New version")),
    ])
    for change in report.changes {
      table.addRow([
        change.key, change.from ?? "–", change.to ?? "–", change.needsNewVersion ? output.pick("cần", "needed") : "",
      ])
    }
    return table.rendered() + "\n\n" + conclusion(report, output)
  }

  private static func conclusion(_ report: Report, _ output: Output) -> String {
    if report.isOtherProfile { return output.pick("Đây là hai hồ sơ khác nhau.", "These are two different profiles.") }
    if !report.needsNewVersion {
      return output.pick(
        "Không thay đổi nào cần phiên bản mới: thẻ đã cấp không khác.",
        "No change needs a new version: cards in the field are no different.")
    }
    return report.isVersionRaised
      ? output.pick(
        "Cần phiên bản mới, và phiên bản đã tăng.", "A new version is needed, and the version is higher.")
      : output.pick(
        "✘ Cần phiên bản mới nhưng phiên bản chưa tăng: tăng mục version.",
        "✘ A new version is needed and the version is not higher: raise version.")
  }
}
