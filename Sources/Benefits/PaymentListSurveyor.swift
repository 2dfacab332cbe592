internal import Ledger
internal import VietnamReference

/// The first reading of a list file, fed with chunks; see ``PaymentListFile/survey(chunks:options:progress:)``.
public struct PaymentListSurveyor: Sendable {
  /// What is known of a person: when first seen, and of all his rows.
  private struct Person: Sendable {
    let nameHash: UInt64
    var goodSum: Int64 = 0
    let line: UInt32
    let birthDate: UInt32
    var rows: UInt32 = 0
    var goodRows: UInt32 = 0
  }

  private let options: PaymentListFile.Options
  private var feed: PaymentListFeed
  private var scanner: PaymentRowScanner?
  private var findings: ListFindings
  private var refusal: PaymentListRefusal?
  private var goodRows = 0
  private var badRows = 0
  private var total: Int64 = 0
  private var problems: [RowProblem] = []
  private var problemCount = 0
  private var warnings: [RowProblem] = []
  private var warningCount = 0
  private var isCutOff = false
  private var monthFirstRows = 0
  private var dayFirstRows = 0
  private var peopleIndex: CompactIndex
  private var people = PagedList<Person>()
  private var split = FunderSplit()
  private var dueIndex: CompactIndex
  private var dueLines = PagedList<UInt32>()
  private var arrearsIndex: CompactIndex
  private var arrearsLines = PagedList<UInt32>()

  /// A reading that has not begun.
  public init(options: PaymentListFile.Options) {
    var generator = SystemRandomNumberGenerator()
    self.init(options: options, seed: generator.next())
  }

  /// - Parameter seed: of the tables and of the hashes of names.
  init(options: PaymentListFile.Options, seed: UInt64) {
    self.options = options
    feed = PaymentListFeed(encoding: options.encoding)
    findings = ListFindings(seed: seed)
    peopleIndex = CompactIndex(seed: seed)
    dueIndex = CompactIndex(seed: seed)
    arrearsIndex = CompactIndex(seed: seed)
  }

  /// How many bytes were read.
  public var bytes: Int { feed.fingerprint.bytes }

  /// Whether the file is refused already, so that reading on is in vain.
  public var isRefused: Bool { refusal != nil || feed.refusal != nil }

  /// Reads the next bytes.
  public mutating func read(_ chunk: [UInt8]) {
    guard !isRefused else { return }
    feed.feed(chunk)
    drain()
  }

  /// Ends the file and sums up.
  public mutating func finish() -> Result<PaymentListSurvey, PaymentListRefusal> {
    if !isRefused {
      feed.finish()
      drain()
    }
    if let refusal = refusal ?? feed.refusal { return .failure(refusal) }
    closeSplit()
    guard goodRows + badRows > 0, let separator = ListSeparator(rawValue: feed.splitter.separator) else {
      return .failure(PaymentListRefusal(problems: [ListFileRefusal.noRows], warnings: []))
    }
    takeBackContradictions()
    return .success(
      PaymentListSurvey(
        goodRows: goodRows, badRows: badRows, emptyRows: feed.emptyRecords, total: total,
        problems: RowProblem.sorted(problems), problemCount: problemCount, warnings: warnings,
        warningCount: warningCount, encoding: feed.encoding, separator: separator, isCutOff: isCutOff,
        monthFirstRows: monthFirstRows, dayFirstRows: dayFirstRows, bytes: bytes,
        options: options, fingerprint: feed.fingerprint, findings: findings))
  }

  private mutating func drain() {
    while refusal == nil, feed.next() {
      if scanner == nil, let columns = feed.columns {
        scanner = PaymentRowScanner(
          options: options.content, columns: columns, repairsCapitals: feed.encoding == .tcvn3, seed: findings.seed)
      }
      guard let row = scanner?.scan(feed.splitter) else { return }
      guard goodRows + badRows < PaymentList.maximumRows else {
        refusal = PaymentListRefusal(problems: [ListFileRefusal.tooLong], warnings: [])
        return
      }
      take(row)
    }
  }

  private mutating func take(_ row: ScannedRow) {
    isCutOff = feed.splitter.isUnended
    keepFindings()
    if let date = row.birthDate, date.day > 12 { dayFirstRows += 1 }
    if scanner?.problems.contains(where: { $0.code == RowCode.birthDateMonthFirst.rawValue }) == true {
      monthFirstRows += 1
    }
    var isBad = row.isBad
    if let id = row.personalID {
      if let programme = row.programme, let period = row.period {
        if takeSplit(id, programme, period, row) == .first {
          let month = scanner?.codes.programmes[programme].dueMonth(period) ?? period
          isBad = takeDue(CompactIndex.dueKey(id, programme, month.yyyymm), row) || isBad
        }
      } else {
        closeSplit()
      }
      if let hash = row.nameHash, let date = row.birthDate {
        takePerson(id, hash, date, row, goodAmount: isBad ? nil : row.amount)
      }
    }
    if isBad {
      badRows += 1
    } else {
      goodRows += 1
      total += row.amount ?? 0
    }
  }

  /// Problems and warnings of the row by itself.
  private mutating func keepFindings() {
    guard let scanner else { return }
    problemCount += scanner.problems.count
    problems += scanner.problems.prefix(max(0, options.maximumProblems - problems.count))
    warningCount += scanner.warnings.count
    warnings += scanner.warnings.prefix(max(0, options.maximumWarnings - warnings.count))
  }

  /// Whether the due was there before.
  private mutating func takeDue(_ key: UInt64, _ row: ScannedRow) -> Bool {
    var isRepeated = false
    defer { if isRepeated { split.drop() } }
    let firstLine: UInt32
    if row.arrearsRound == nil {
      let (place, isNew) = dueIndex.place(of: key)
      if isNew { dueLines.append(UInt32(clamping: row.line)) }
      guard !isNew else { return false }
      firstLine = dueLines[place]
    } else {
      let (place, isNew) = arrearsIndex.place(of: key)
      if isNew { arrearsLines.append(UInt32(clamping: row.line)) }
      guard !isNew else { return false }
      firstLine = arrearsLines[place]
    }
    isRepeated = true
    findings.add(ListFindings.Duplicate(line: UInt32(clamping: row.line), firstLine: firstLine))
    problemCount += 1
    if problems.count < options.maximumProblems, let id = row.personalID.flatMap({ PersonalID(number: $0) }),
      let programme = row.programme, let code = scanner?.codes.programmes[programme].code
    {
      problems.append(.duplicate(id, programme: code, line: row.line, firstLine: Int(firstLine)))
    }
    return true
  }

  /// Whether a row is the first of its benefit, or another funder's part of the one before it.
  private mutating func takeSplit(
    _ id: UInt64, _ programme: Int, _ period: Period, _ row: ScannedRow
  ) -> FunderSplit.Place {
    guard let programme = scanner?.codes.programmes[programme], programme.isSplit else {
      closeSplit()
      return .first
    }
    let part = FunderSplit.Part(
      line: row.line, kind: row.funder, amount: row.amount, unit: row.unit.map(String.init) ?? "",
      province: row.province.map { String($0) } ?? "", isGood: !row.isBad)
    let key = FunderSplit.Key(
      personalID: id, programme: programme.wireCode, period: period, isArrears: row.arrearsRound != nil)
    var closed: [FunderSplit.Closed] = []
    let place = split.take(key, part, programme.funder(in: period)) { closed.append($0) }
    closed.forEach { keep($0) }
    return place
  }

  private mutating func closeSplit() {
    var closed: [FunderSplit.Closed] = []
    split.close { closed.append($0) }
    closed.forEach { keep($0) }
  }

  /// No row of a benefit is good whose rows together are wrong, also of those that came before it was known.
  private mutating func keep(_ split: FunderSplit.Closed) {
    guard split.isWrong, let programme = options.content.catalogue.programme(wireCode: split.key.programme) else {
      return
    }
    for part in split.parts {
      findings.addSplit(line: UInt32(clamping: part.line))
      problemCount += 1
      if problems.count < options.maximumProblems {
        problems.append(.wrongSplit(programme, split.key.period, line: part.line))
      }
      guard part.isGood, let amount = part.amount else { continue }
      goodRows -= 1
      badRows += 1
      total -= amount
      guard let place = peopleIndex.find(split.key.personalID) else { continue }
      people[place].goodRows -= 1
      people[place].goodSum -= amount
    }
  }

  private mutating func takePerson(
    _ id: UInt64, _ hash: UInt64, _ date: PackedDate, _ row: ScannedRow, goodAmount: Int64?
  ) {
    let (place, isNew) = peopleIndex.place(of: id)
    let line = UInt32(clamping: row.line)
    if isNew { people.append(Person(nameHash: hash, line: line, birthDate: date.bits)) }
    people[place].rows += 1
    if let goodAmount {
      people[place].goodRows += 1
      people[place].goodSum += goodAmount
    }
    let first = people[place]
    let differs = (name: first.nameHash != hash, date: first.birthDate != date.bits)
    let before = findings.contradiction(of: id)
    guard differs.name || differs.date || before != nil else { return }
    var now =
      before
      ?? ListFindings.Contradiction(firstLine: first.line, nameHash: first.nameHash, birthDate: first.birthDate)
    if differs.name, now.nameLine == 0 { now.nameLine = line }
    if differs.date, now.birthLine == 0 { now.birthLine = line }
    findings.note(now, of: id)
    keepContradiction(row, now, isFirst: before == nil)
  }

  /// Keeps the problems of a row whose person contradicts himself; the first time also those of his first row.
  private mutating func keepContradiction(_ row: ScannedRow, _ now: ListFindings.Contradiction, isFirst: Bool) {
    guard problems.count < options.maximumProblems else { return }
    let person = scanner?.person(row, feed.splitter)
    let found = findings.problems(row) { person }
    var kept = found
    if isFirst, let (id, _, _) = person {
      let date = PackedDate(bits: now.birthDate).date
      if now.nameLine > 0 { kept.append(.otherName(nil, of: id, line: Int(now.firstLine), otherLine: row.line)) }
      if now.birthLine > 0, let date {
        kept.append(.otherBirthDate(date, of: id, line: Int(now.firstLine), otherLine: row.line))
      }
    }
    problems += kept.prefix(options.maximumProblems - problems.count)
  }

  /// No row of a person who contradicts himself is good, also of those that came before it was known.
  private mutating func takeBackContradictions() {
    for id in findings.contradictory.keys {
      guard let place = peopleIndex.find(id), let contradiction = findings.contradiction(of: id) else { continue }
      let person = people[place]
      let kinds = (contradiction.nameLine > 0 ? 1 : 0) + (contradiction.birthLine > 0 ? 1 : 0)
      problemCount += kinds * Int(person.rows)
      goodRows -= Int(person.goodRows)
      badRows += Int(person.goodRows)
      total -= person.goodSum
    }
  }
}
