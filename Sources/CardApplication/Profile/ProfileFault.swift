/// What is wrong in one place of a profile file.
public struct ProfileFault: Hashable, Sendable {
  /// What a value has to be.
  public enum Kind: String, CaseIterable, Sendable {
    /// Text of one to 120 characters, not blank.
    case text
    /// A whole number in plain digits.
    case whole
    /// A number in plain digits, with a decimal point or without.
    case decimal
    /// `true` or `false`.
    case flag
    /// A list.
    case list
    /// A section with keys of its own.
    case section
    /// `#RRGGBB`.
    case colour
  }

  /// Why a value is refused; those up to ``count(lowest:highest:)`` are what the JSON Schema refuses too.
  public enum Reason: Hashable, Sendable {
    /// Not YAML, in the parser's own words.
    case syntax(String)
    /// The key stands in this section already, in the line that is named.
    case duplicateKey(firstLine: Int)
    /// No key of a profile in this place; with a slip of the pen in its name a value would be lost.
    case unknownKey(nearest: String?)
    /// The section lacks the key.
    case missingKey
    /// The key has no value.
    case empty
    /// The value is of another kind.
    case kind(Kind)
    /// The number is outside of these bounds.
    case range(lowest: Double, highest: Double)
    /// None of these words.
    case word([String])
    /// The list has another number of entries.
    case count(lowest: Int, highest: Int)

    /// An entry comes a second time.
    case repeated
    /// What the list lacks.
    case needed([String])
    /// The transport PIN is as long as the PIN: the card could not tell them apart.
    case transportPIN
    /// The ceilings do not rise.
    case ceilings
    /// A step that a terminal could never use: more than the card has available.
    case ceilingAboveAvailable(Int64)
    /// A payout of more than is available.
    case payoutAboveAvailable(Int64)
    /// A payout of more than the highest step of a terminal's ceiling.
    case payoutAboveCeilings(Int64)
    /// Some of the offline limits are 0 and some are not.
    case offlineHalf
    /// An authority that ends before the next period does.
    case offlinePeriod(days: Int)
    /// An authority that outlives the card.
    case offlineLife(days: Int)
    /// A collector's card that pays offline: whether the authority still stands only the centre knows.
    case offlineCollector
    /// Fewer slots than offline certificates and the one after them need.
    case logSlots(Int)
    /// More than the platform has room for.
    case memory(needed: Int, available: Int)
    /// Whoever has the card in hands could read it with the printed number.
    case stranger
    /// A terminal with the holder's PIN could not do what it has to.
    case closed
    /// What only the holder may see is open to a terminal without the PIN.
    case withoutPIN
    /// A payout without the PIN and a terminal.
    case unguarded
    /// The command's rule and the limits do not agree on whether there is an override.
    case override
    /// A rule or a size for a file that the card does not have.
    case withoutFile(String)
    /// A file without its rule or size.
    case fileWithout(String)
    /// A child without a guardian, or a guardian for another kind of holder.
    case guardian
    /// A guardian chooses the PIN of somebody who has none.
    case pinChooser
    /// The last age is not that of a child's card.
    case untilAge
    /// How long an authority lasts is not that of a collector's card.
    case authority
    /// Neither years nor days, or both.
    case span
    /// A renewal that begins before the card does.
    case renewal(days: Int)
    /// A test card without a mark on its face.
    case unmarkedTest
    /// A mark on the face of a card in use.
    case markedLive
    /// A test card whose name does not say so.
    case testName
    /// A test card that lasts too long.
    case testLife(days: Int)
    /// Not the size of an ID-1 card.
    case faceSize
    /// Not within the card's face, less the margin.
    case outsideFace(margin: Double)
    /// The number that opens the card stands on the front, which offices copy.
    case openFront
    /// Covers another field of its side.
    case overlap(String)
    /// Too low for one line of its letters.
    case lineHeight(millimetres: Double)
    /// Too small for a barcode that a counter's scanner reads.
    case barcode
    /// Another of the profiles has this id.
    case sharedID(String)
    /// Another profile has this id and version, and says something else.
    case sharedVersion(String)
  }

  /// Line, from 1.
  public let line: Int
  /// Column, from 1, counted in Unicode scalars.
  public let column: Int
  /// The key with those above it, `pin.transport-length`, entries of lists by number, `print.fields[2].x`; empty for
  /// the file as a whole.
  public let key: String
  /// What is wrong.
  public let reason: Reason

  /// From its parts.
  public init(line: Int, column: Int, key: String, reason: Reason) {
    self.line = line
    self.column = column
    self.key = key
    self.reason = reason
  }
}

/// Why a profile file is refused.
public struct CardProfileError: Error, Hashable, Sendable {
  /// What is wrong, from the top of the file down; at least one, at most ``maximumFaults``.
  public let faults: [ProfileFault]

  /// Most faults that are told of one file.
  public static let maximumFaults = 50

  /// From the faults found, of which there is one at least.
  public init(_ faults: [ProfileFault]) {
    let sorted = faults.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
    }
    self.faults = Array(sorted.map(\.element).prefix(Self.maximumFaults))
  }
}
