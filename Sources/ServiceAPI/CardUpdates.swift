/// `POST /v1/cards/{number}/updates`: a script of the issuing office, for the card alone to read.
public struct CardUpdateRequest: Hashable, Sendable, Codable {
  /// Made by the office, 16 octets.
  public var id: WireBytes
  /// The office's number, > 0: a higher one takes the place of every lower one of the card.
  public var serial: Int64
  /// What it changes, one word.
  public var kind: String
  /// The script, at most 32,768 octets.
  public var script: WireBytes

  /// From its fields.
  public init(id: WireBytes, serial: Int64, kind: String, script: WireBytes) {
    self.id = id
    self.serial = serial
    self.kind = kind
    self.script = script
  }
}

/// Answer of `GET /v1/cards/{number}/updates?terminal=KEYHASH`: what waits for the card.
public struct PendingUpdatesAnswer: Hashable, Sendable, Codable {
  /// None or one.
  public var updates: [CardUpdateRequest]

  /// From its field.
  public init(updates: [CardUpdateRequest]) { self.updates = updates }
}

/// `POST /v1/card-updates/{id}/results`: what the card answered.
public struct CardUpdateResultRequest: Hashable, Sendable, Codable {
  /// SHA-256 of the terminal's public point, 32 octets.
  public var terminalKeyHash: WireBytes
  /// The answers as they came, at most 16,384 octets.
  public var answers: WireBytes

  /// From its fields.
  public init(terminalKeyHash: WireBytes, answers: WireBytes) {
    self.terminalKeyHash = terminalKeyHash
    self.answers = answers
  }
}

/// Answer of `GET /v1/card-updates/{id}`.
public struct CardUpdateAnswer: Hashable, Sendable, Codable {
  /// Sixteen digits.
  public var cardNumber: String
  /// The office's number.
  public var serial: Int64
  /// A script with a higher number came for this card.
  public var isSuperseded: Bool
  /// What terminals have reported, by time.
  public var results: [CardUpdateResultRequest]

  /// From its fields.
  public init(cardNumber: String, serial: Int64, isSuperseded: Bool, results: [CardUpdateResultRequest]) {
    self.cardNumber = cardNumber
    self.serial = serial
    self.isSuperseded = isSuperseded
    self.results = results
  }
}
