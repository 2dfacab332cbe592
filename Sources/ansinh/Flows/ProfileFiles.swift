import CardApplication
import Foundation

/// Card profiles as commands name them: by the name of one that is shipped, or by a file.
enum ProfileFiles {
  /// Most bytes of such a file.
  static let maximumBytes = 65_536

  /// What a file says; `nil` for one that is not there, may not be read, is too long or is not UTF-8.
  static func text(_ path: String) -> String? {
    let file = FileHandle(forReadingAtPath: path)
    guard let data = try? file?.read(upToCount: maximumBytes + 1), data.count <= maximumBytes else { return nil }
    return String(validating: data, as: UTF8.self)
  }

  /// The profile in the text of a file.
  static func profile(_ yaml: String, _ path: String) throws -> CardProfile {
    do {
      return try CardProfile(yaml: yaml)
    } catch {
      throw ProfileFileError.content(path: path, error)
    }
  }

  /// A profile by name or file.
  static func read(_ nameOrPath: String) throws -> CardProfile {
    if let profile = try CardProfile.named(nameOrPath) { return profile }
    guard let yaml = text(nameOrPath) else { throw ProfileFileError.unreadable(path: nameOrPath) }
    return try profile(yaml, nameOrPath)
  }
}
