public import Printing

/// A document on its way to a printer. It may hold a card's secrets: its octets are overwritten when it is released,
/// so keep it no longer than the stream needs it.
public final class PrintDocument: Sendable {
  /// What it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// Both faces of a card, with its CAN.
    case face
    /// A sealed slip with PIN and PUK.
    case mailer
    /// The list by which cards are handed over; without secrets.
    case handover
  }

  /// How it is written.
  public enum Format: String, CaseIterable, Sendable {
    /// Portable Document Format.
    case pdf
    /// Scalable Vector Graphics; one face.
    case svg
    /// Portable Network Graphics; one face.
    case png
  }

  /// What it is.
  public let kind: Kind
  /// How it is written.
  public let format: Format
  /// What tells it from others of its kind: ASCII letters, digits and hyphens, 1…64 of them. Never a secret, a name or
  /// a personal ID: it stands in file names and on printers' screens.
  public let label: String
  private let octets: DocumentOctets

  /// From its parts.
  public init(_ kind: Kind, _ format: Format, label: String, octets: DocumentOctets) {
    self.kind = kind
    self.format = format
    self.label = label
    self.octets = octets
  }

  /// Number of octets.
  public var count: Int { octets.count }

  /// Lends the octets in place.
  public func withOctets<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try octets.withOctets(body)
  }

  /// `face-000123.pdf`; `nil` when ``label`` is not as it says.
  public var fileName: String? {
    let isPlain = label.utf8.allSatisfy { octet in
      octet == UInt8(ascii: "-") || (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet)
        || (0x61...0x7A).contains(octet)
    }
    guard isPlain, (1...64).contains(label.utf8.count) else { return nil }
    return "\(kind.rawValue)-\(label).\(format.rawValue)"
  }
}

/// Where documents with secrets go: the only way out of the program for them.
public protocol PrintStream: Sendable {
  /// Hands a document on. When this returns, the document is printed, or in keeping of whoever prints it.
  ///
  /// - Throws: ``PrintStreamError``. The document may then be printed again: no half of it stays behind where this
  ///   program could have left it.
  func take(_ document: PrintDocument) async throws
}

/// Why a document could not be handed on. Never carries its content.
public enum PrintStreamError: Error, Hashable, Sendable {
  /// The document's label can't be part of a file name.
  case badLabel
  /// A file of this name is there already; it stays as it is.
  case exists(fileName: String)
  /// The system refused; the error number of the call.
  case system(operation: String, code: Int32)
  /// The command ended with this status, or by this signal.
  case commandFailed(status: Int32, isSignal: Bool)
  /// The command ended well without having read the whole document.
  case notTaken
  /// Nobody took the document in time, seconds.
  case timedOut(seconds: Int)
  /// A bare stream takes one document only: a second one could not be told from the first.
  case holdsOneDocument
  /// The stream broke off inside a document before this one.
  case broken
}
