import Foundation

/// Published test vectors, one JSON file each in `Tests/Vectors`; each file names its source.
public enum VectorFile {
  /// `Tests/Vectors` of this package.
  public static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Tests").appendingPathComponent("Vectors").path

  /// The contents of `name`.json.
  public static func load<Contents: Decodable>(
    _ name: String, as type: Contents.Type = Contents.self
  ) throws -> Contents {
    let file = URL(fileURLWithPath: folder).appendingPathComponent(name + ".json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}
