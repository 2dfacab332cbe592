/// Slips of the pen.
public enum Spelling {
  /// Longest word that is compared, in characters.
  private static let longest = 40

  /// The word that differs in two letters at most, and not in all of them.
  public static func nearest(_ name: String, _ words: some Sequence<String>) -> String? {
    guard name.count <= longest else { return nil }
    let letters = Array(name)
    let distances = words.sorted().map { ($0, distance(letters, Array($0))) }
    return distances.min { $0.1 < $1.1 }.flatMap { $0.1 <= 2 && $0.1 < letters.count ? $0.0 : nil }
  }

  /// Letters put in, taken out or changed to make one of the other.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
