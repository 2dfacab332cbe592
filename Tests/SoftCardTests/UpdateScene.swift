import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// The office's side of an update, and what the card holds before and after.
extension TestCard {
  /// The sequence counter of a card's first update: personalisation takes two sessions.
  static let firstUpdate: UInt32 = 3

  /// Another name, photo and family name.
  static func newHolder() throws -> Holder {
    Holder(
      name: "Nguyễn Thị Hòa Bình", asciiName: "NGUYEN THI HOA BINH",
      birthDate: try #require(CardDate(yyyymmdd: 19_520_518)))
  }
  static let newPhoto = [UInt8](repeating: 0xD8, count: CardUpdate.maximumContent)
  static func newIdentity() throws -> [UInt8] {
    var person = try IdentityTests.person()
    (person.givenNames, person.birthName) = ("Thị Hòa Bình", "Nguyễn Thị Hòa")
    let groups = try person.dataGroups
    return groups.filter { [.givenNames, .birthName].contains($0.key) }.sorted { $0.key.rawValue < $1.key.rawValue }
      .flatMap(\.value)
  }
  static func wholeUpdate() throws -> CardUpdate {
    try #require(
      CardUpdate(contents: [.holder: newHolder().bytes, .photo: newPhoto, .identity: newIdentity()]))
  }

  func request(_ counter: UInt32 = firstUpdate, mode: SCP03Mode = .s8) -> SCP03SessionRequest {
    SCP03SessionRequest(
      serial: made.serial, keyVersion: made.keyVersion, mode: mode, sequenceCounter: counter,
      application: ApplicationName.payout, hostChallenge: [UInt8](repeating: UInt8(counter), count: mode.length))
  }

  func secrets(_ request: SCP03SessionRequest, length: AESKeyLength = .aes128) throws -> PredictedSCP03Session {
    try CustodianSessions(custodian, length: length).secrets(for: request)
  }

  func script(_ commands: [CommandAPDU], counter: UInt32 = firstUpdate) throws -> SCP03Script {
    let request = request(counter)
    return try SCP03Script(request, secrets: try secrets(request), commands: commands)
  }

  func script(_ update: CardUpdate, counter: UInt32 = firstUpdate) throws -> SCP03Script {
    try script(update.commands, counter: counter)
  }

  func script(_ change: CardStatusChange, counter: UInt32 = firstUpdate) throws -> SCP03Script {
    try script(try #require(CardUpdate(status: change)), counter: counter)
  }

  func verdict(_ script: SCP03Script, _ played: PlayedUpdate) throws -> SCP03ScriptVerdict {
    try script.verify(played.answers, secrets: try secrets(script.request))
  }

  /// Plays a script in a session of its own with the holder's PIN, and expects it to be obeyed.
  func obeys(_ script: SCP03Script, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let session = try await withPIN().payout(evenLocked: true)
    let played = await session.relay(script.relayed)
    guard case .done = try verdict(script, played) else {
      Issue.record("\(played.end)", sourceLocation: sourceLocation)
      return
    }
  }

  /// Plays commands that the office wrapped, of which the last is refused with `status`; the card keeps its contents.
  func refuses(
    _ commands: [CommandAPDU], counter: UInt32, _ status: StatusWord, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try await contents()
    let session = try await withPIN().payout(evenLocked: true)
    let script = try script(commands, counter: counter)
    let played = await session.relay(script.relayed)
    let verdict = try verdict(script, played)
    #expect(verdict == .refused(step: commands.count + 1, status: status), sourceLocation: sourceLocation)
    #expect(try await contents() == before, sourceLocation: sourceLocation)
  }

  /// What an update can change, read as terminals read it.
  struct Contents: Equatable {
    var holder: [UInt8]
    var photo: [UInt8]?
    var identity: EIDRecord
  }

  func contents() async throws -> Contents {
    let session = try await withPIN(.payout(try pki.terminal())).payout()
    let holder = try await session.read(.holder)
    // A card without one has no such file.
    let photo = try? await session.read(.photo)
    let reader = TerminalAccess.identity(try pki.terminal(.readAll, payout: []), chipTrust)
    let identity = try await withPIN(reader).identity(EIDDataGroup.allCases)
    return Contents(holder: holder, photo: photo, identity: identity)
  }

  /// INITIALIZE UPDATE as it is before the session's secure messaging.
  static let initialize = CommandAPDU(
    cla: 0x80, ins: 0x50, data: [UInt8](repeating: 7, count: 8), expectedLength: 256)
}
