import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import SecureChannel
import Testing
import VietnamReference

@testable import SoftCard
@testable import ansinh

/// Text that must never come out of a message.
private let secret = "mac-mismatch-at-7-1234567890123456"

private struct Unforeseen: Error {
  let detail = secret
}

/// At least one value of every case of every mapped error.
private func allErrors() -> [any UserFacing] {
  let paths: [CardLoss] = [.removed, .reset, .unpowered, .readerGone, .serviceGone]
  let channels: [CardChannelError] =
    paths.map { .cardLost($0) } + [
      .sessionEnded, .malformedResponse(.responseTooShort(1)), .secureMessaging(reason: secret), .tooLong(300),
      .transport(Unforeseen()), .transport(VPCDLinkError.closed),
    ]
  let crypto: [CryptoError] = [
    .openSSL(operation: secret, reason: secret), .keyLength(expected: 16, given: 8), .blockLength(3), .invalidPoint,
    .invalidScalar, .malformed(secret), .verificationFailed,
  ]
  let pace: [PACEError] = [
    .channel(.sessionEnded), .wrongPassword(triesLeft: nil), .wrongPassword(triesLeft: 0), .wrongPassword(triesLeft: 1),
    .wrongPassword(triesLeft: 2), .suspended, .blocked, .deactivated,
    .refused(step: "MSE:Set AT", status: .unknownError), .cardNotAuthentic, .malformedAnswer(step: "step 1"),
    .parametersNotOffered, .crypto(.invalidPoint),
  ]
  let layouts: [LayoutError] = [
    .encoding(.truncated(offset: 1)), .expected(0x80), .length(0x5F37, 63), .value(0x86), .trailing,
  ]
  let scp03: [SCP03Error] = [
    .channel(.cardLost(.removed)), .refused(step: "INITIALIZE UPDATE", status: .authenticationBlocked),
    .malformedAnswer, .otherMode(wanted: .s16, offered: .s8), .wrongKeys, .crypto(.verificationFailed),
  ]
  let personalisation: [PersonalisationError] = [
    .channel(.sessionEnded), .secureChannel(.wrongKeys), .refused(step: "PUT KEY", status: .incorrectData),
    .malformedAnswer(step: "GENERATE"), .custodian(KeyFileError.missing(path: "/keys", name: "master")),
    .custodian(Unforeseen()), .notFresh,
  ]
  let session: [CardSessionError] = [
    .channel(.cardLost(.removed)), .pace(.blocked), .notThisScheme,
    .refused(command: "AUTHORISE PAYOUT", status: .conditionsNotSatisfied),
    .malformedAnswer(command: "SELECT", .trailing), .foreignCertificate,
  ]
  let profile = [ProfileFault.Reason.syntax("line 3\n" + secret), .range(lowest: 4, highest: 12)].map { reason in
    CardProfileError([ProfileFault(line: 31, column: 7, key: "pin.length", reason: reason)])
  }
  let causes: [Int32] = [ENOSPC, EACCES, ENOENT, EEXIST, EROFS, EIO, 999]
  let files: [KeyFileError] =
    causes.map { .system(path: "/var/lib/ansinh/1234567890123456", operation: "open", code: $0) } + [
      .malformed(path: "/keys"), .permissions(path: "/keys"), .missing(path: "/keys", name: "master"),
      .exists(path: "/keys"), .passphraseNeeded(path: "/keys"), .wrongPassphrase(path: "/keys"),
      .damaged(path: "/keys"),
    ]
  let links: [VPCDLinkError] = [
    .notListening(host: "127.0.0.1", port: 35_963), .closed, .system(operation: "recv", code: ECONNRESET),
  ]
  let groups: [[any UserFacing]] = [
    paths, channels, crypto, pace, layouts, scp03, personalisation, session, profile, files, links,
    [CardStorageError("fsync")],
  ]
  return groups.flatMap { $0 }
}

private let commands = [
  "AUTHORISE PAYOUT", "COMPLETE PAYOUT", "GET LAST CERTIFICATE", "GET PAYOUT STATUS", "READ BINARY", "SELECT",
]
private let statuses: [UInt16] = [
  0x6200, 0x6300, 0x6581, 0x6982, 0x6985, 0x6A80, 0x6A81, 0x6A82, 0x6A84, 0x6A88, 0x6D00, 0x6E00, 0x6F00, 0x1234,
]

private func allMessages(moneyWasPaid: Bool?) -> [UserMessage] {
  var messages = allErrors().map { $0.userMessage(moneyWasPaid: moneyWasPaid) }
  for command in commands {
    messages += statuses.map {
      UserMessage(command: command, status: StatusWord(rawValue: $0), moneyWasPaid: moneyWasPaid)
    }
  }
  messages += SCARDCode.allCases.map { UserMessage(scardCode: $0.rawValue, moneyWasPaid: moneyWasPaid) }
  messages.append(UserMessage(scardCode: 0x8010_0FFF, moneyWasPaid: moneyWasPaid))
  messages.append(UserMessage(Unforeseen(), moneyWasPaid: moneyWasPaid))
  return messages
}

@Suite("Messages")
struct MessagesTests {
  @Test(arguments: [nil, false, true] as [Bool?])
  func everyTextIsWhole(_ moneyWasPaid: Bool?) {
    for message in allMessages(moneyWasPaid: moneyWasPaid) {
      for text in [message.problem, message.remedy] {
        check(text.vi)
        check(text.en)
        #expect(text.vi != text.en)
        #expect(text.vi.unicodeScalars.contains { (0xC0...0x1B0).contains($0.value) || $0.value >= 0x1EA0 })
      }
      #expect([1, 3, 4].contains(message.exitCode))
    }
  }

  private func check(_ text: String) {
    #expect(text.count > 5)
    #expect(Array(text.utf8) == Array(text.precomposedStringWithCanonicalMapping.utf8), "\(text)")
    #expect(text.last == ".", "\(text)")
    #expect(text.first?.isUppercase == true, "\(text)")
    for mark in ["\\(", "Optional", "nil", "%", "{", "}", "  ", "..", "\n", "()"] {
      #expect(!text.contains(mark), "\(text)")
    }
  }

  @Test func nothingSecretComesOut() {
    for message in allMessages(moneyWasPaid: nil) {
      for text in [message.problem.vi, message.problem.en, message.remedy.vi, message.remedy.en] {
        #expect(!text.contains("1234567890123456"), "\(text)")
      }
    }
    let checks: [any UserFacing] = [
      CardChannelError.secureMessaging(reason: secret), CryptoError.malformed(secret),
      CryptoError.openSSL(operation: secret, reason: secret),
    ]
    for error in checks {
      #expect(!error.userMessage(moneyWasPaid: nil).problem.en.contains("mismatch"))
    }
    #expect(UserMessage(Unforeseen()).problem.vi == "Có lỗi ngoài dự kiến (Unforeseen).")
  }

  @Test func moneyIsSpokenOfOnlyWhenItIsKnown() {
    for message in allMessages(moneyWasPaid: nil) {
      #expect(!message.problem.vi.contains("Chưa chi tiền"))
      #expect(!message.problem.vi.contains("Tiền đã được chi"))
    }
    for message in allMessages(moneyWasPaid: false) {
      #expect(message.problem.vi.hasSuffix(" Chưa chi tiền."), "\(message.problem.vi)")
      #expect(message.problem.en.hasSuffix(" No money has been paid out."))
    }
  }

  @Test func aPaidTransactionIsNeverRepeated() {
    for message in allMessages(moneyWasPaid: true) {
      #expect(message.problem.vi.hasSuffix(" Tiền đã được chi."), "\(message.problem.vi)")
      #expect(message.remedy.vi.hasPrefix("Không chi tiền lần nữa"), "\(message.remedy.vi)")
      #expect(message.remedy.en.hasPrefix("Do not pay again"))
      for step in ["làm lại", "chạy lại", "thử lại", "giao dịch mới"] {
        #expect(!message.remedy.vi.contains(step), "\(message.remedy.vi)")
      }
      for step in ["try again", "retry", "start again", "run the command", "new transaction"] {
        #expect(!message.remedy.en.contains(step), "\(message.remedy.en)")
      }
    }
  }

  @Test func wrongPINSaysTheTriesLeft() {
    let two = PACEError.wrongPassword(triesLeft: 2).userMessage(moneyWasPaid: nil)
    #expect(two.problem.vi == "Mã PIN không đúng, còn 2 lần thử.")
    #expect(two.problem.en == "The PIN is not correct, 2 tries left.")
    #expect(two.exitCode == 4)
    let one = PACEError.wrongPassword(triesLeft: 1).userMessage(moneyWasPaid: nil)
    #expect(one.problem.vi.hasPrefix("Mã PIN không đúng, còn 1 lần thử."))
    #expect(one.remedy.vi.contains("số CAN in trên mặt thẻ"))
    let none = PACEError.wrongPassword(triesLeft: 0).userMessage(moneyWasPaid: nil)
    #expect(none == PACEError.blocked.userMessage(moneyWasPaid: nil))
    #expect(none.problem.vi.hasPrefix("Mã PIN đã bị khóa"))
    #expect(PACEError.suspended.userMessage(moneyWasPaid: nil).remedy.vi.contains("số CAN in trên mặt thẻ"))
    #expect(PACEError.wrongPassword(triesLeft: nil).userMessage(moneyWasPaid: nil).problem.vi.contains("CAN"))
  }

  @Test func errorsOfLowerLayersKeepTheirWords() {
    let removed = CardLoss.removed.userMessage(moneyWasPaid: false)
    #expect(CardSessionError.channel(.cardLost(.removed)).userMessage(moneyWasPaid: false) == removed)
    #expect(CardSessionError.pace(.channel(.cardLost(.removed))).userMessage(moneyWasPaid: false) == removed)
    #expect(UserMessage(scardCode: 0x8010_0069, moneyWasPaid: false) == removed)
    #expect(
      UserMessage(CardChannelError.transport(VPCDLinkError.closed))
        == VPCDLinkError.closed.userMessage(moneyWasPaid: nil))
    #expect(removed.problem.vi == "Thẻ đã bị rút ra giữa chừng. Chưa chi tiền.")
    #expect(removed.exitCode == 3)
  }

  @Test func payoutStatusWordsDiffer() {
    let payout: [UInt16] = [0x6982, 0x6985, 0x6A80, 0x6A81, 0x6A84, 0x6581]
    let texts = payout.map {
      UserMessage(command: "AUTHORISE PAYOUT", status: StatusWord(rawValue: $0)).problem.vi
    }
    #expect(Set(texts).count == payout.count)
    let completion: [UInt16] = [0x6985, 0x6A80, 0x6A88, 0x6300, 0x6581]
    let others = completion.map {
      UserMessage(command: "COMPLETE PAYOUT", status: StatusWord(rawValue: $0)).problem.vi
    }
    #expect(Set(others).count == completion.count)
    #expect(UserMessage(command: "AUTHORISE PAYOUT", status: .conditionsNotSatisfied).exitCode == 4)
    #expect(UserMessage(command: "AUTHORISE PAYOUT", status: .memoryFailure).exitCode == 3)
    #expect(UserMessage(command: "READ BINARY", status: .unknownError).problem.vi.contains("6F00"))
  }

  @Test func commonReaderCodesHaveTheirOwnWords() {
    let own: [SCARDCode] = [
      .noService, .noReadersAvailable, .noSmartcard, .sharingViolation, .removedCard, .resetCard, .unresponsiveCard,
      .protoMismatch, .timeout, .cancelled, .unpoweredCard, .commError, .readerUnavailable, .unsupportedFeature,
      .noMemory, .insufficientBuffer, .serverTooBusy, .unknownReader, .notReady, .invalidHandle, .serviceStopped,
      .noAccess, .readerUnsupported, .unsupportedCard,
    ]
    #expect(Set(own.map { UserMessage(scardCode: $0.rawValue) }).count == own.count)
  }

  @Test func otherReaderCodesShowTheirNumber() {
    #expect(UserMessage(scardCode: 0x8010_0020).problem.vi == "Đầu đọc thẻ báo lỗi 0x80100020.")
    #expect(UserMessage(scardCode: 7).problem.vi == "Đầu đọc thẻ báo lỗi 0x00000007.")
    // A LONG of 32 bits comes sign-extended.
    let narrow = Int64(Int32(bitPattern: 0x8010_001D))
    #expect(UserMessage(scardCode: narrow) == UserMessage(scardCode: SCARDCode.noService.rawValue))
  }

  @Test func everyCodeHasItsMessageInOneGroup() {
    for code in SCARDCode.allCases {
      let groups = [code.card(nil), code.reader(nil), code.program(nil)].compactMap { $0 }
      #expect(groups.count <= 1)
    }
  }
}
