public import VietnamReference

/// What stands between the cells of a list.
public enum ListSeparator: UInt8, CaseIterable, Sendable, Codable {
  /// `,`
  case comma = 0x2C
  /// `;`, which Excel writes where the comma is the decimal mark, as in Vietnam.
  case semicolon = 0x3B
  /// The tab of “Unicode Text”.
  case tab = 0x09
}

/// What the first reading of a list file found, and what the second needs.
///
/// Holds no names and, besides masked problems, no personal IDs but those whose rows contradict each other.
public struct PaymentListSurvey: Sendable {
  /// Rows that can be paid.
  public let goodRows: Int
  /// Rows that cannot; each has at least one problem.
  public let badRows: Int
  /// Rows with nothing in them, which are passed over.
  public let emptyRows: Int
  /// The sum of the good rows, in đồng.
  public let total: Int64
  /// The first problems found, by line, then by column; at most ``PaymentListFile/Options/maximumProblems``.
  ///
  /// Of a person whose rows contradict each other the first row and those from the contradiction on are here; the
  /// second reading names every one.
  public let problems: [RowProblem]
  /// How many problems there are in all.
  public let problemCount: Int
  /// The first things to check that refuse nothing; at most ``PaymentListFile/Options/maximumWarnings``.
  public let warnings: [RowProblem]
  /// How many of them there are in all.
  public let warningCount: Int
  /// The character set the file is in.
  public let encoding: TextEncoding
  /// What stands between its cells.
  public let separator: ListSeparator
  /// Whether the last row has no line end, so that the file may have been cut off. That row is bad.
  public let isCutOff: Bool
  /// Rows whose birth date is written month first, as `12/31/1950`.
  public let monthFirstRows: Int
  /// Rows whose birth date can only be read day first, as `31/12/1950`.
  public let dayFirstRows: Int
  /// The length of the file, in bytes.
  public let bytes: Int

  let options: PaymentListFile.Options
  let fingerprint: ContentFingerprint
  let findings: ListFindings
}

/// What only a reading of the whole list can tell about its rows.
struct ListFindings: Sendable {
  /// A row that repeats the due of an earlier one.
  struct Duplicate: Sendable {
    let line: UInt32
    let firstLine: UInt32
  }

  /// A person with two names or birth dates.
  struct Contradiction: Sendable {
    let firstLine: UInt32
    let nameHash: UInt64
    let birthDate: UInt32
    /// The first line with another name; 0 for none.
    var nameLine: UInt32 = 0
    /// The first line with another birth date; 0 for none.
    var birthLine: UInt32 = 0

    /// Where another name than this row's stands; `nil` when all agree.
    func otherName(_ hash: UInt64) -> Int? {
      nameLine == 0 ? nil : Int(hash == nameHash ? nameLine : firstLine)
    }

    /// Where another birth date than this row's stands; `nil` when all agree.
    func otherBirthDate(_ date: PackedDate) -> Int? {
      birthLine == 0 ? nil : Int(date.bits == birthDate ? birthLine : firstLine)
    }
  }

  /// Of the hashes of names.
  let seed: UInt64
  /// In the order of lines.
  private(set) var duplicates = PagedList<Duplicate>()
  private(set) var duplicateCount = 0
  /// Lines of benefits whose rows are not what their funders pay, in their order.
  private(set) var splits = PagedList<UInt32>()
  private(set) var splitCount = 0
  private(set) var contradictory: CompactIndex
  private(set) var contradictions = PagedList<Contradiction>()

  init(seed: UInt64) {
    self.seed = seed
    contradictory = CompactIndex(seed: seed)
  }

  mutating func add(_ duplicate: Duplicate) {
    duplicates.append(duplicate)
    duplicateCount += 1
  }

  mutating func addSplit(line: UInt32) {
    splits.append(line)
    splitCount += 1
  }

  /// What contradicts itself about a person.
  func contradiction(of personalID: UInt64) -> Contradiction? {
    contradictory.find(personalID).map { contradictions[$0] }
  }

  /// Changes what is known to contradict itself about a person.
  mutating func note(_ contradiction: Contradiction, of personalID: UInt64) {
    let (place, isNew) = contradictory.place(of: personalID)
    if isNew { contradictions.append(contradiction) } else { contradictions[place] = contradiction }
  }

  /// The problems of a row whose person contradicts himself elsewhere in the list.
  func problems(_ row: ScannedRow, _ person: () -> (PersonalID, PersonName, PartialDate)?) -> [RowProblem] {
    guard let id = row.personalID, let hash = row.nameHash, let date = row.birthDate,
      let contradiction = contradiction(of: id), let (personalID, name, birthDate) = person()
    else { return [] }
    var problems: [RowProblem] = []
    if let line = contradiction.otherName(hash) {
      problems.append(.otherName(name, of: personalID, line: row.line, otherLine: line))
    }
    if let line = contradiction.otherBirthDate(date) {
      problems.append(.otherBirthDate(birthDate, of: personalID, line: row.line, otherLine: line))
    }
    return problems
  }
}
