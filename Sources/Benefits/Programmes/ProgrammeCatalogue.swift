public import Ledger
internal import StrictYAML
public import VietnamReference

/// All programmes with what their rules refer to: parameters, calendars, inputs and groups.
///
/// Facts are data: the files in `Programmes` are compiled into the library, and a folder may be read on top of them, so
/// that a new programme needs no new build.
public struct ProgrammeCatalogue: Sendable {
  /// A file of programmes: its name and its text.
  public struct File: Sendable {
    /// The name that faults are told with.
    public let name: String
    /// YAML.
    public let yaml: String

    /// A file's name and text.
    public init(name: String, yaml: String) {
      self.name = name
      self.yaml = yaml
    }
  }

  /// A worked example that ``init(files:onTopOf:)`` has run.
  public struct Vector: Hashable, Sendable {
    /// The programme.
    public let code: String
    /// The day.
    public let date: CalendarDate
    /// What the rule is told.
    public let inputs: [String: InputValue]
    /// What it gives: đồng.
    public let amount: Int64
    /// Where the expected amount comes from.
    public let source: String
  }

  /// Every programme, in wire-code order.
  public let programmes: [Programme]
  /// Parameters by name.
  public let parameters: [String: Parameter]
  /// Agencies by name.
  public let agencies: [String: Agency]
  /// Calendars by name.
  public let calendars: [String: PayCalendar]
  /// Inputs by name.
  public let inputs: [String: InputDeclaration]
  /// Groups in the order of their names.
  public let groups: [ProgrammeGroup]
  /// The worked examples, by programme and day.
  public let vectors: [Vector]
  let rowRules = RowRules()
  private let layers: [[File]]
  private let byCode: [String: Programme]
  private let byWireCode: [UInt16: Programme]

  private static let embeddedFiles: [File] = [
    ("bhxh.yaml", PackageResources.bhxh_yaml), ("bhtn.yaml", PackageResources.bhtn_yaml),
    ("btxh.yaml", PackageResources.btxh_yaml), ("ncc.yaml", PackageResources.ncc_yaml),
    ("gn.yaml", PackageResources.gn_yaml), ("bhyt.yaml", PackageResources.bhyt_yaml),
    ("khan-cap.yaml", PackageResources.khan_cap_yaml), ("chung.yaml", PackageResources.chung_yaml),
    ("parameters.yaml", PackageResources.parameters_yaml),
  ].map { File(name: $0.0, yaml: String(decoding: $0.1, as: UTF8.self)) }

  /// The catalogue shipped with the library.
  public static let embedded: ProgrammeCatalogue = {
    do throws(CatalogueError) {
      return try ProgrammeCatalogue(files: embeddedFiles)
    } catch {
      // The files are part of the program, and tests read them whole.
      preconditionFailure("embedded programmes: \(error.faults)")
    }
  }()

  /// The programme with this code; `nil` when there is none.
  public func programme(code: String) -> Programme? { byCode[code] }

  /// The programme with this code on the card; `nil` when there is none.
  public func programme(wireCode: UInt16) -> Programme? { byWireCode[wireCode] }

  /// The programme with this code and its rules on `date`; `nil` when there is none in force.
  public func programme(code: String, on date: CalendarDate) -> (programme: Programme, rules: ProgrammePeriod)? {
    byCode[code].flatMap { programme in programme.period(on: date).map { (programme, $0) } }
  }

  /// Reads files, checks them and runs every worked example.
  ///
  /// - Parameters:
  ///   - files: what to read.
  ///   - base: what they are read on top of: what has the same code or name is replaced as a whole.
  /// - Throws: everything that is wrong; nothing is left out or guessed.
  public init(files: [File], onTopOf base: ProgrammeCatalogue? = nil) throws(CatalogueError) {
    try self.init(layers: (base?.layers ?? []) + [files])
  }

  private init(layers: [[File]]) throws(CatalogueError) {
    var merge = CatalogueMerge()
    for layer in layers { merge.add(layer) }
    try merge.finish()
    let check = CatalogueCheck(merge: merge, catalogue: ProgrammeCatalogue(merge: merge, vectors: [], layers: layers))
    check.run()
    try merge.finish()
    let vectors = check.vectors()
    try merge.finish()
    self.init(merge: merge, vectors: vectors, layers: layers)
  }

  private init(merge: CatalogueMerge, vectors: [Vector], layers: [[File]]) {
    programmes = merge.programmes.values.map(\.value.programme).sorted {
      ($0.wireCode, $0.code) < ($1.wireCode, $1.code)
    }
    parameters = merge.parameters.mapValues(\.value)
    agencies = merge.agencies.mapValues(\.value)
    calendars = merge.calendars.mapValues(\.value)
    inputs = merge.inputs.mapValues(\.value)
    groups = merge.groups.values.map(\.value).sorted { $0.name < $1.name }
    byCode = Dictionary(uniqueKeysWithValues: programmes.map { ($0.code, $0) })
    byWireCode = Dictionary(programmes.map { ($0.wireCode, $0) }) { first, _ in first }
    self.vectors = vectors
    self.layers = layers
  }

  /// Everything that the catalogue was read from, in the order of reading: equal for equal rules, so that a hash of it
  /// tells by which rules something was decided.
  ///
  /// Number of layers (4), for each one the number of its files (4), for each of these name and text as UTF-8, both
  /// after their length (4); numbers big-endian.
  public var octets: [UInt8] {
    var octets: [UInt8] = []
    func add(_ number: Int) {
      withUnsafeBytes(of: UInt32(clamping: number).bigEndian) { octets.append(contentsOf: $0) }
    }
    add(layers.count)
    for layer in layers {
      add(layer.count)
      for text in layer.flatMap({ [$0.name, $0.yaml] }) {
        add(text.utf8.count)
        octets.append(contentsOf: text.utf8)
      }
    }
    return octets
  }

  // MARK: Amounts

  var names: AmountRule.Names { AmountRule.Names(inputs: inputs, parameters: parameters) }

  /// Values of inputs as commands and files write them.
  ///
  /// - Throws: an input that the programme's rules do not ask for, or a value that is none of its type.
  public func inputs(
    _ texts: [(name: String, text: String)], for rules: ProgrammePeriod
  ) throws(RuleFault) -> [String: InputValue] {
    var values: [String: InputValue] = [:]
    let known = rules.inputs
    for (name, text) in texts {
      guard known.contains(name), let declared = inputs[name] else {
        throw RuleFault("inputs", .unknownInput(name, nearest: Spelling.nearest(name, known)))
      }
      do throws(RuleFault.Reason) {
        values[name] = try declared.value(text)
      } catch {
        throw RuleFault("inputs", error)
      }
    }
    return values
  }

  /// What a programme pays by its rule of a day.
  ///
  /// - Parameters:
  ///   - code: the programme.
  ///   - date: the day whose rule and parameters apply: for a monthly benefit the first of its month.
  ///   - values: what the rule is told.
  /// - Throws: what is missing, unknown or out of bounds; a condition that the inputs do not meet.
  public func amount(
    _ code: String, on date: CalendarDate, inputs values: [String: InputValue]
  ) throws(RuleFault) -> AmountDerivation {
    guard let programme = byCode[code] else { throw RuleFault("", .unknownProgramme(code)) }
    guard let rules = programme.period(on: date) else { throw RuleFault("", .notInForce(code, date)) }
    let known = rules.inputs
    for name in values.keys.sorted() where !known.contains(name) {
      throw RuleFault("inputs", .unknownInput(name, nearest: Spelling.nearest(name, known)))
    }
    var open: [BilingualText] = []
    for (index, condition) in rules.conditions.enumerated() {
      switch condition.isMet(values) {
      case true: break
      case false: throw RuleFault("conditions[\(index + 1)]", .unmetCondition(condition.words(inputs)))
      default: open.append(condition.words(inputs))
      }
    }
    var evaluation = AmountEvaluation(names: names, date: date, inputs: values)
    let (amount, components) = try evaluation.amount(rules.rule, rules.rounding)
    return AmountDerivation(
      code: code, date: date, amount: amount, components: components,
      months: try Self.months(rules.duration, values, inputs), steps: evaluation.steps, parameters: evaluation.used,
      openConditions: open, period: rules)
  }

  private static func months(
    _ duration: DurationRule?, _ values: [String: InputValue], _ declared: [String: InputDeclaration]
  ) throws(RuleFault) -> Int64? {
    guard let duration, case .number(let paidIn)? = values[duration.input] else { return nil }
    guard let months = duration.months(paidIn: paidIn) else {
      throw RuleFault("lasts", .noTier(duration.input, paidIn))
    }
    return months
  }

  /// A period's rule in words.
  public func words(of rules: ProgrammePeriod) -> BilingualText { rules.rule.words(names) }

  /// How long a period's benefit lasts, in words; `nil` without such a rule.
  public func durationWords(of rules: ProgrammePeriod) -> BilingualText? { rules.duration?.words(inputs) }

  /// A condition in words.
  public func words(of condition: Condition) -> BilingualText { condition.words(inputs) }

  /// An input's value in words.
  public func words(of value: InputValue, for input: String) -> BilingualText {
    inputs[input]?.text(of: value) ?? BilingualText(vi: input, en: input)
  }

  // MARK: Programmes together

  /// Which of a person's programmes must not be paid together on `date`.
  public func conflicts(of codes: some Sequence<String>, on date: CalendarDate) -> [ProgrammeConflict] {
    let codes = Set(codes)
    return groups.compactMap { group in
      guard group.covers(date) else { return nil }
      let found = group.members.filter { codes.contains($0) }
      return found.count > 1 ? ProgrammeConflict(group: group, codes: found) : nil
    }
  }

  /// The programmes that are not paid together with `code` on some day of the month `period`, whatever the amounts.
  public func excluded(by code: String, in period: Period) -> Set<String> {
    Set(exclusions(of: code, in: period).map(\.code))
  }

  /// What is not paid together with `code` on some day of the month `period`, by code.
  public func exclusions(of code: String, in period: Period) -> [ProgrammeExclusion] {
    let month = Int(period.yyyymm)
    var found: Set<ProgrammeExclusion> = []
    for group in groups where group.members.contains(code) {
      let isOpen =
        group.from.map { $0.year * 100 + $0.month <= month } ?? true
        && group.to.map { month <= $0.year * 100 + $0.month } ?? true
      guard isOpen else { continue }
      for other in group.members where other != code {
        found.insert(
          ProgrammeExclusion(
            code: other, from: bound(of: other, in: group, period), ownFrom: bound(of: code, in: group, period)))
      }
    }
    return found.sorted { ($0.code, $0.from, $0.ownFrom) < ($1.code, $1.from, $1.ownFrom) }
  }

  /// Đồng from which on a member stands in the way; 0 for every amount.
  private func bound(of code: String, in group: ProgrammeGroup, _ month: Period) -> Int64 {
    guard let parameter = group.unlessBelow[code].flatMap({ parameters[$0] }),
      let first = CalendarDate(year: month.year, month: month.month, day: 1)
    else { return 0 }
    return parameter.value(on: first)?.amount ?? 0
  }
}
