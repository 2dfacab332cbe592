/// What is wrong in one place of a programme file.
public struct CatalogueFault: Hashable, Sendable {
  /// What a value has to be.
  public enum Kind: String, CaseIterable, Sendable {
    /// Text of one to 300 characters, not blank.
    case text
    /// A short name in small Latin letters, digits, `-` and `_`, beginning with a letter.
    case name
    /// A programme's code: capital letters, digits and `-`, at most fifteen.
    case code
    /// Four hexadecimal digits in quotes, not `0000`.
    case wireCode
    /// A whole number in plain digits.
    case whole
    /// A number in plain digits, with a decimal point and six digits after it at most.
    case decimal
    /// `yes` or `no`.
    case flag
    /// A day that exists, `yyyy-MM-dd`.
    case date
    /// Where a fact comes from: begins with `S` and a source, or with `K` for general knowledge.
    case evidence
    /// A list.
    case list
    /// A section with keys of its own.
    case section
  }

  /// Why a value is refused; those up to ``count(lowest:highest:)`` are what the JSON Schema refuses too.
  public enum Reason: Hashable, Sendable {
    /// Not YAML, in the parser's own words.
    case syntax(String)
    /// The key stands in this section already, in the line that is named.
    case duplicateKey(firstLine: Int)
    /// No key of this place; with a slip of the pen in its name a value would be lost.
    case unknownKey(nearest: String?)
    /// The section lacks the key.
    case missingKey
    /// The key has no value.
    case empty
    /// The value is of another kind.
    case kind(Kind)
    /// The number is outside of these bounds.
    case range(lowest: String, highest: String)
    /// None of these words.
    case word([String])
    /// A rule is one of these, and this section begins none or several.
    case form([String])
    /// The list has another number of entries.
    case count(lowest: Int, highest: Int)

    /// An entry comes a second time.
    case repeated
    /// The name is given to something else already, in the file and line named.
    case nameTaken(file: String, line: Int)
    /// Another programme has the wire code.
    case wireCodeTaken(code: String)
    /// More programmes pay than payment lists can tell apart.
    case tooManyProgrammes(highest: Int)
    /// The last day lies before the first.
    case reversed
    /// Two periods have a day in common.
    case overlap(with: String)
    /// Days between two periods are in none, and `after-gap` does not say why.
    case gap(from: String, to: String)
    /// `after-gap` where there is no gap.
    case noGap
    /// There is no such parameter.
    case unknownParameter(nearest: String?)
    /// All that is known of the parameter is planned, and plans never apply.
    case plannedParameter
    /// The parameter has no value in force on these days of the period.
    case parameterGap(from: String, to: String)
    /// There is no such programme.
    case unknownProgramme(nearest: String?)
    /// There is no such calendar.
    case unknownCalendar(nearest: String?)
    /// There is no such agency.
    case unknownAgency(nearest: String?)
    /// There is no such input.
    case unknownInput(nearest: String?)
    /// The input is of a type that the rule cannot use here.
    case inputType(needed: [String])
    /// The input has other words than these, or not all of them have a rule.
    case inputWords([String])
    /// The bounds lie outside of the input's own.
    case inputBounds(lowest: Int64, highest: Int64)
    /// A cap is a parameter times something, so that it moves with it.
    case capWithoutParameter
    /// The tiers leave a number out or have one twice.
    case tiers(at: Int64)
    /// The shares of a split are not 100 % together.
    case shares(total: String)
    /// A programme that pays has a funder, and a counter has none.
    case funder
    /// Pays by hand only in its last days, yet has no last day; or a deadline before the period begins.
    case deadline
    /// Groups of which one puts a programme before another, and one the other way round.
    case cycle([String])
    /// The period has no worked example.
    case noVector
    /// The rule gives another amount than the worked example says.
    case vectorAmount(expected: Int64, found: Int64)
    /// The rule gives another number of months than the worked example says.
    case vectorMonths(expected: Int64, found: Int64?)
    /// The rule can't be worked out with the example's inputs.
    case vector(RuleFault)
  }

  /// The file's name.
  public let file: String
  /// Line, from 1.
  public let line: Int
  /// Column, from 1, counted in Unicode scalars.
  public let column: Int
  /// The key with those above it, entries of lists by number: `programmes[3].periods[1].amount`.
  public let key: String
  /// What is wrong.
  public let reason: Reason
}

/// Why programme files are refused.
public struct CatalogueError: Error, Hashable, Sendable {
  /// Most faults that are told at once.
  public static let maximumFaults = 100

  /// What is wrong, by file, from the top down; at least one.
  public let faults: [CatalogueFault]

  init(_ faults: [CatalogueFault]) {
    let sorted = faults.enumerated().sorted {
      ($0.element.file, $0.element.line, $0.element.column, $0.offset)
        < ($1.element.file, $1.element.line, $1.element.column, $1.offset)
    }
    self.faults = Array(sorted.map(\.element).prefix(Self.maximumFaults))
  }
}
