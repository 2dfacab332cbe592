import Benefits
import CardCrypto
import Foundation
import ISO7816
import Issuance
import VietnamReference

/// What taking a list of people in came to.
struct PeopleResult: Codable, Sendable {
  /// New people, with those in `twins` and `toVerify`.
  var new: Int
  /// Known already with the same data.
  var known: Int
  /// Known with other data.
  var differing: Int
  /// New, and perhaps somebody else's second entry.
  var twins: Int
  /// New, with a personal ID that does not agree with birth year or sex.
  var toVerify: Int
  /// Rows that were not taken.
  var rejected = 0
  /// Where they are.
  var rejectsFile: String?
  /// All people of the office.
  var applicants = 0
  /// Of them, those with a card.
  var withCard = 0

  init(_ counts: PeopleCounts) {
    (new, known, differing, twins, toVerify) = (
      counts.new, counts.known, counts.differing, counts.twins, counts.toVerify
    )
  }
}

/// A list of people who are to have a card, on its way into the office's database: all of it or nothing, unless the
/// good rows are to be taken without the bad ones.
struct PeopleFlow {
  let store: OfficeStore
  let actor: String
  let options: ImportOptions
  var encoding: TextEncoding?
  /// Told of octets read and octets in all.
  var progress: (Int, Int) -> Void = { _, _ in }

  /// Problems that are shown.
  private static let shownProblems = 200

  /// Whether the file is a list of people; what it is not is read as a payment list.
  static func isPeople(_ path: String, encoding: TextEncoding?) throws -> Bool {
    var isPeople = false
    try ListFile.chunks(path) { chunk in
      isPeople = ApplicantListReader.isApplicantList(Array(chunk.prefix(65_536)), encoding: encoding)
      return false
    }
    return isPeople
  }

  /// Everybody in a list of either kind, each once; every row has to be good.
  static func people(_ path: String, sampleData: Bool) async throws -> [Applicant] {
    guard try isPeople(path, encoding: nil) else {
      let file = try ListFile(path, sampleData: sampleData)
      try file.requireAllGood()
      return try await IssueFlow.applicants(file)
    }
    var people: [Applicant] = []
    var rejects: [RejectedRow] = []
    _ = try read(path, try reader(sampleData, nil), { _ in }) { entry in
      switch entry {
      case .row(let row): people.append(applicant(row))
      case .reject(let reject): rejects.append(reject)
      }
    }
    guard rejects.isEmpty else {
      throw ListRefusedError(rows: rejects.flatMap(\.problems).prefix(shownProblems).map(ListRow.init))
    }
    return people
  }

  /// Takes the people of the file in.
  func run(_ path: String) throws -> PeopleResult {
    let (hash, size) = try Self.fingerprint(path)
    let reference = "DS-" + hash.prefix(8).hex
    let reader = try Self.reader(options.sampleData, encoding)
    let scope = try store.scope()
    var taking = Taking(options: options, path: path, reference: reference)
    do {
      let counts = try store.importPeople(reference: reference, actor: actor, time: Clock.seconds) { adding in
        let handover = Self.sealed(path, reader, store)
        defer { handover.stop() }
        var read: [UInt8] = []
        while let batch = try handover.next() {
          for entry in batch.entries {
            switch entry {
            case .row(let row, let person): try taking.take(row, person, adding, scope)
            case .reject(let reject): try taking.reject(reject)
            }
          }
          progress(batch.octets, size)
          read = batch.hash ?? read
        }
        guard read == hash else { throw Self.refused(ApplicantListReader.changed) }
        try taking.finish()
      }
      var result = PeopleResult(counts)
      result.rejected = taking.bad
      result.rejectsFile = taking.bad > 0 ? taking.rejects?.path : nil
      let all = try store.counts()
      (result.applicants, result.withCard) = (all.applicants, all.made)
      return result
    } catch {
      taking.rejects?.discard()
      throw error
    }
  }

  /// Rows that were read together.
  private struct Batch: Sendable {
    enum Entry {
      case row(ApplicantRow, PreparedPerson)
      case reject(RejectedRow)
    }
    var entries: [Entry] = []
    /// Read so far.
    var octets = 0
    /// Of the whole file, with the last batch.
    var hash: [UInt8]?
  }

  /// Reads and seals on a thread of its own, while the database writes what was read before.
  private static func sealed(_ path: String, _ reader: ApplicantListReader, _ store: OfficeStore) -> Handover<Batch> {
    let handover = Handover<Batch>(room: 8)
    handover.start { handover in
      struct Unwanted: Error {}
      var batch = Batch()
      let hash = try read(path, reader, { batch.octets = $0 }) { entry in
        switch entry {
        case .row(let row):
          batch.entries.append(
            .row(row, try store.prepare(applicant(row), findings: row.findings.map { "id." + $0.code })))
        case .reject(let reject): batch.entries.append(.reject(reject))
        }
        guard batch.entries.count >= 1_000 else { return }
        guard handover.put(batch) else { throw Unwanted() }
        batch.entries = []
      }
      batch.hash = hash
      _ = handover.put(batch)
    }
    return handover
  }

  /// Good and bad rows of one import.
  private struct Taking {
    let options: ImportOptions
    let path: String
    let reference: String
    var rejects: RejectsFile?
    var good = 0
    var bad = 0
    private var problems: [RowProblem] = []
    private var problemCount = 0
    private var monthFirst = 0
    private var dayFirst = 0

    init(options: ImportOptions, path: String, reference: String) {
      (self.options, self.path, self.reference) = (options, path, reference)
    }

    mutating func take(
      _ row: ApplicantRow, _ person: PreparedPerson, _ adding: PeopleImport, _ scope: String?
    ) throws {
      if let scope, row.provinceCode != scope { return try reject(RejectedRow(outside: scope, row)) }
      good += 1
      if (row.birthDate.day ?? 0) > 12 { dayFirst += 1 }
      // Of a list that is refused anyway nothing has to be written.
      guard bad == 0 || options.acceptsValid else { return }
      try adding.add(person)
    }

    mutating func reject(_ reject: RejectedRow) throws {
      bad += 1
      problemCount += reject.problems.count
      problems += reject.problems.prefix(max(0, shownProblems - problems.count))
      if reject.problems.contains(where: { $0.code == RowCode.birthDateMonthFirst.rawValue }) { monthFirst += 1 }
      guard options.acceptsValid else { return }
      if rejects == nil {
        rejects = try RejectsFile(
          path: options.rejects ?? RejectsFile.path(beside: path, reference: reference),
          isChosen: options.rejects != nil, reusesExisting: false, separator: .comma, language: options.language,
          ofApplicants: true)
      }
      try rejects?.append(reject)
    }

    /// Puts the rejects in their place before the good rows count: no row is lost between the two.
    func finish() throws {
      if bad > 0, !options.acceptsValid {
        throw ListRefusedError(
          rows: problems.map(ListRow.init), more: problemCount - problems.count, goodRows: good,
          remedyIsToAcceptValid: good > 0)
      }
      if monthFirst > dayFirst { throw ListImportError.monthFirst(rows: monthFirst) }
      try rejects?.finish()
      if good == 0, let rejects { throw ListImportError.nothingUsable(rejects: rejects.path) }
    }
  }

  /// The person of a row.
  static func applicant(_ row: ApplicantRow) -> Applicant {
    var person = Applicant(
      personalID: row.personalID.digits, name: row.name.text, asciiName: "", birthDate: row.birthDate.iso,
      province: row.provinceCode, sex: row.sex, commune: row.communeCode,
      profile: ApplicantProfile(rawValue: row.kind.rawValue) ?? .adult, guardianID: row.guardianID?.digits ?? "")
    person.phone = row.phone
    person.address = row.address
    person.photo = row.photo
    return person
  }

  private static func reader(_ sampleData: Bool, _ encoding: TextEncoding?) throws -> ApplicantListReader {
    guard let today = Clock.today else { throw CentreAccessError.noLoopback }
    let content = PaymentList.Options(today: today, allowsSampleData: sampleData)
    return ApplicantListReader(options: PaymentListFile.Options(content: content, encoding: encoding))
  }

  /// Reads the file and hands out its rows; the hash of what was read.
  private static func read(
    _ path: String, _ start: ApplicantListReader, _ progress: (Int) -> Void,
    _ handle: (ApplicantEntry) throws -> Void
  ) throws -> [UInt8] {
    var reader = start
    var hashes: [UInt8] = []
    var octets = 0
    var failure: (any Error)?
    func drain() -> Bool {
      do {
        while let entry = reader.next() { try handle(entry) }
        return true
      } catch {
        failure = error
        return false
      }
    }
    try ListFile.chunks(path) { chunk in
      hashes += Digest.sha256.hash(chunk)
      octets += chunk.count
      reader.feed(chunk)
      let goesOn = drain()
      progress(octets)
      return goesOn
    }
    reader.finish()
    if failure == nil { _ = drain() }
    if let failure { throw failure }
    if let refusal = reader.refusal { throw refused(refusal) }
    return Digest.sha256.hash(hashes)
  }

  private static func fingerprint(_ path: String) throws -> (hash: [UInt8], size: Int) {
    var hashes: [UInt8] = []
    var size = 0
    try ListFile.chunks(path) { chunk in
      hashes += Digest.sha256.hash(chunk)
      size += chunk.count
      return true
    }
    return (Digest.sha256.hash(hashes), size)
  }

  private static func refused(_ refusal: PaymentListRefusal) -> ListRefusedError {
    ListRefusedError(rows: refusal.problems.map(ListRow.init))
  }
}
