import CardApplication
import VietnamReference

extension BilingualText {
  /// A profile's own text.
  init(_ text: CardText) { self.init(vi: text.vi, en: text.en) }
}

/// A card profile as it is shown.
struct ProfileView: Codable {
  let profile: UInt8
  let version: UInt8
  let title: BilingualText
  /// Octets of the files when every one is full, and what the card has for them.
  let memory: Int
  let memoryAvailable: Int
  /// Every value by its key.
  let values: [String: String]
  /// The keys in the order of a file.
  private let keys: [String]

  private enum CodingKeys: CodingKey {
    case profile, version, title, memory, memoryAvailable, values, keys
  }

  init(_ profile: CardProfile) {
    self.profile = profile.policy.profileID
    version = profile.policy.profileVersion
    title = BilingualText(profile.name)
    memory = profile.memory
    memoryAvailable = CardPlatform.javaCard.fileMemory
    values = Dictionary(uniqueKeysWithValues: profile.entries.map { ($0.key, $0.value) })
    keys = profile.entries.map(\.key)
  }

  /// The profile's name, and three tables: what it says, who may do what, what is printed where.
  func text(_ output: Output) -> String {
    let head =
      title(output.language) + " · "
      + output.pick("hồ sơ \(profile), phiên bản \(version)", "profile \(profile), version \(version)")
    return [head, general(output), access(output), face(output)].joined(separator: "\n\n")
  }

  private func general(_ output: Output) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Mục", "Item"), maximumWidth: 44), .init(output.pick("Giá trị", "Value"), maximumWidth: 60),
    ])
    for key in keys where !["read", "commands", "print", "name"].contains(key.prefix { $0 != "." }) {
      guard let value = values[key], key != "profile", key != "version" else { continue }
      table.addRow([
        ProfileTexts.label(key)(output.language), ProfileTexts.value(key, value)(output.language),
      ])
    }
    let percent = memory * 100 / max(1, memoryAvailable)
    table.addRow([
      output.pick("Bộ nhớ cho tệp", "Memory for files"),
      output.pick(
        "\(memory) / \(memoryAvailable) byte (\(percent) %)", "\(memory) of \(memoryAvailable) bytes (\(percent)%)"),
    ])
    return table.rendered()
  }

  private func access(_ output: Output) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Tệp hoặc lệnh", "File or command")),
      .init(output.pick("Ai được", "Who may"), maximumWidth: 70),
    ])
    for key in keys where key.hasPrefix("read.") || key.hasPrefix("commands.") {
      let condition = AccessCondition.allCases.first { $0.name == values[key] }
      table.addRow([
        ProfileTexts.label(key)(output.language), condition.map { ProfileTexts.condition($0)(output.language) } ?? "",
      ])
    }
    return table.rendered()
  }

  private func face(_ output: Output) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Trên mặt thẻ", "On the face")),
      .init(output.pick("Vị trí và kiểu chữ", "Place and letters"), maximumWidth: 80),
    ])
    for key in keys where key.hasPrefix("print.") {
      table.addRow([ProfileTexts.label(key)(output.language), values[key] ?? ""])
    }
    return table.rendered()
  }
}
