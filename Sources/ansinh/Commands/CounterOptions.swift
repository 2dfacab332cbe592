import ArgumentParser
import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// A counter with a terminal of its own, which proves itself to the card and has the card prove itself.
struct CounterOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Mã quầy có chứng thư trong thư mục này, ví dụ CQ-79-001. / Code of the counter whose certificates are in this \
      state folder.
      """)
  var point = "CQ-79-001"

  @Option(
    name: .customLong("can-fd"),
    help: """
      Đọc số CAN từ bộ mô tả tệp N; không nhập ở bàn phím của đầu đọc, vì quầy chứng minh quyền của mình trong phiên \
      do chính nó mở. / Read the CAN from file descriptor N; it is not typed on the reader's pad, as the counter \
      proves its rights in a session that it opens itself.
      """)
  var canDescriptor: Int32?

  @Option(
    name: .long, help: ArgumentHelp("Chứng thư cơ quan cấp thẻ (DER). / The issuer's certificate.", valueName: "file"),
    completion: .file(extensions: ["der"]))
  var issuer: String?

  /// What the counter proves itself for.
  ///
  /// - Parameter needed: rights that the command is of no use without.
  func access(
    _ home: StateHome, needing needed: AuthenticationTerminalRights,
    _ purpose: (TerminalCredential, TerminalAccess.ChipTrust) -> TerminalAccess
  ) throws -> TerminalAccess {
    let credential = try PointCertificates.require(point, home)
    let access = purpose(credential, TerminalAccess.ChipTrust(issuers: try issuers(home), time: Clock.seconds))
    // Told before the card is asked, which would only say no.
    let rights = credential.terminal.content.authorization.rights
    let missing = TerminalRights(chip: access.request.authorization.rights.union(needed).subtracting(rights))
    guard missing.chip.isEmpty else {
      throw PointAccessError.missingRights(point: point, Self.words(missing.chip))
    }
    return access
  }

  /// The words of a certificate's rights that have one of these bits.
  private static func words(_ bits: AuthenticationTerminalRights) -> [String] {
    TerminalRights.Word.allCases.filter { !$0.rights.chip.isDisjoint(with: bits) }.map(\.rawValue)
  }

  /// The issuers whose cards are believed: the one named, or those of this state's office and centre.
  private func issuers(_ home: StateHome) throws -> [Certificate] {
    if let issuer {
      guard let data = FileManager.default.contents(atPath: issuer), let read = try? Certificate(der: [UInt8](data))
      else { throw IssuerFileError.unreadable(issuer) }
      return [read]
    }
    return [home.office, home.centre + "/issuers"].flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".der") }
        .compactMap { FileManager.default.contents(atPath: folder + "/" + $0) }
        .compactMap { try? Certificate(der: [UInt8]($0)) }
    }
  }

  /// Tells whose turn it is before anything is changed: the number on the card in the clerk's hand.
  func tellCard(_ card: OpenedCard, _ output: Output) async throws -> CardNumber {
    let info = try await card.payout().cardInfo()
    output.note(
      "Thẻ \(info.cardNumber.grouped). Đối chiếu với thẻ và giấy tờ tùy thân của người đang ngồi trước quầy.",
      "Card \(info.cardNumber.grouped). Compare it with the card and the identity document of the person here."
    )
    return info.cardNumber
  }

  /// Refuses an act with a PIN that this one person, or nobody, may do, before the card is changed.
  func allow(_ act: PINAct.Act, _ card: CardNumber, _ hands: OfficeHands, _ home: StateHome) throws {
    try home.make(home.office)
    let store = try OfficeStore(folder: home.office)
    switch try store.life(of: card.digits)?.state {
    case .replaced, .returned, .terminated: throw CardLifeError.ended
    default: break
    }
    try hands.require(two: try store.needsTwo(for: act, card: card.digits, at: Clock.seconds))
  }

  /// Keeps what was done in the office's records.
  func record(
    _ act: PINAct.Act, _ card: CardNumber, _ access: TerminalAccess, _ hands: OfficeHands, _ identity: IdentityCheck,
    _ home: StateHome
  ) throws {
    try OfficeStore(folder: home.office).record(
      PINAct(
        card: card.digits, act: act, terminal: access.credential.terminal.content.holder.description,
        actor: hands.maker, checker: hands.checker, time: Clock.seconds), identity: identity)
  }

  /// The card, opened with the printed CAN.
  func open(
    _ channel: any CardChannel, _ access: TerminalAccess, _ output: Output
  ) async throws -> OpenedCard {
    let can = try SecretOptions.read(
      canDescriptor, prompt: output.pick("Nhập số CAN in trên mặt thẻ: ", "CAN printed on the card: "))
    return try await OpenedCard.open(channel, .can, password: can, terminal: access)
  }
}

/// A certificate file that was named and can't be used.
enum IssuerFileError: Error {
  /// Not there, or not one DER certificate.
  case unreadable(String)
}
