import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import LedgerStore
import PCSC
import PayoutPoint
import Printing
import SecureChannel
import TransactionService
import VietnamReference

@testable import SoftCard
@testable import ansinh

/// A set of codes with an error for each. The switches have no default: a new code needs an example to compile.
protocol Exemplified: MessageCode {
  /// An error that is told by this code.
  var example: any Error { get }
}

extension CommandCode: Exemplified {
  var example: any Error {
    switch self {
    case .commandLine: Told(message: ErrorReport.commandLine("Unknown option '--pin'"))
    case .interrupted: InterruptedError(cause: CancellationError())
    case .unexpected: CancellationError()
    case .system: SystemCallError(operation: "rename", code: ENOSPC)
    case .noTerminal: SecretEntryError.noTerminal
    case .notDigits: SecretEntryError.notDigits
    case .newPINsDiffer: SecretEntryError.differ
    case .newPINTooEasy: SecretEntryError.easy
    case .passphraseLength: SecretEntryError.passphraseLength
    case .passphrasesDiffer: SecretEntryError.passphrasesDiffer
    case .issuerFile: IssuerFileError.unreadable("issuer.der")
    case .benchSystem: BenchError.system(EACCES)
    case .benchImpossible: BenchError.impossible
    case .benchRefused: BenchError.refused("HTTP/1.1 503")
    }
  }
}

/// A message that no error stands behind.
struct Told: Error, UserFacing {
  let message: UserMessage
  func userMessage(moneyWasPaid: Bool?) -> UserMessage { message }
}

extension UsageCode: Exemplified {
  var example: any Error {
    let usage: UsageError =
      switch self {
      case .listUnreadable: .listUnreadable(path: "danh-sach.csv")
      case .rejectsUnwritable: .rejectsUnwritable(path: "dong-loi.csv")
      case .scanKind: .scanKind(path: "c72a.pdf")
      case .pointElsewhere: .pointElsewhere(point: "BD-79-003", commune: "26734", agent: "VNPOST")
      case .pointCode: .pointCode
      case .communeCode: .communeCode
      case .noOffice: .noOffice(home: "an-sinh")
      case .unknownPerson: .unknownPerson
      case .stateNotEmpty: .stateNotEmpty(home: "an-sinh")
      case .window: .window
      }
    return usage
  }
}

extension ListCode: Exemplified {
  var example: any Error {
    switch self {
    case .refused:
      ListRefusedError(
        rows: [ListRow(BilingualText(vi: "Dòng 7, cột so_tien: …", en: "Line 7, column so_tien: …"))], more: 24,
        goodRows: 100)
    case .givenUpTooOften: ListImportError.givenUpTooOften
    case .nothingUsable: ListImportError.nothingUsable(rejects: "danh-sach.dong-loi-1f2e3d4c.csv")
    case .stale: ListImportError.stale
    case .unfinished: ListImportError.unfinished(lists: ["DS-B39A61D49175318A"])
    case .monthFirst: ListImportError.monthFirst(rows: 25)
    }
  }
}

extension ChannelCode: Exemplified {
  var example: any Error {
    let channel: CardChannelError =
      switch self {
      case .sessionEnded: .sessionEnded
      case .malformedAnswer: .malformedResponse(.responseTooShort(1))
      case .secureMessaging: .secureMessaging(reason: "MAC")
      case .tooLong: .tooLong(300)
      case .cardRemoved: .cardLost(.removed)
      case .cardReset: .cardLost(.reset)
      case .cardUnpowered: .cardLost(.unpowered)
      case .readerGone: .cardLost(.readerGone)
      case .serviceGone: .cardLost(.serviceGone)
      }
    return channel
  }
}

extension ReaderCode: Exemplified {
  var example: any Error {
    let readers = ["ACS ACR1252 00 00", "HID OMNIKEY 5422 00 00"]
    let choice: CardChoiceError =
      switch self {
      case .noSuchReader: .noSuchReader("ACR38")
      case .severalCards: .severalCards(readers)
      case .severalReaders: .severalReaders(part: "00", readers)
      }
    return choice
  }
}

extension PCSCMessageCode: Exemplified {
  var example: any Error {
    let code: SCARDCode =
      switch self {
      case .noCard: .noSmartcard
      case .unresponsiveCard: .unresponsiveCard
      case .unsupportedCard: .unsupportedCard
      case .protocolMismatch: .protoMismatch
      case .communication: .commError
      case .cancelled: .cancelled
      case .timeout: .timeout
      case .invalidHandle: .invalidHandle
      case .noService: .noService
      case .noReader: .noReadersAvailable
      case .unknownReader: .unknownReader
      case .readerUnavailable: .readerUnavailable
      case .readerUnsupported: .readerUnsupported
      case .sharingViolation: .sharingViolation
      case .notReady: .notReady
      case .tooBusy: .serverTooBusy
      case .unsupportedOperation: .unexpected
      case .noMemory: .noMemory
      case .answerTooLong: .insufficientBuffer
      case .accessDenied: .noAccess
      case .other: .internalError
      }
    return PCSCError(PCSCError.Code(rawValue: UInt32(code.rawValue)), in: "SCardTransmit")
  }
}

extension PACECode: Exemplified {
  var example: any Error {
    switch self {
    case .wrongCAN: PACEError.wrongPassword(triesLeft: nil)
    case .wrongPIN: PACEError.wrongPassword(triesLeft: 2)
    case .wrongPINSuspended: PACEError.wrongPassword(triesLeft: 1)
    case .suspended: PACEError.suspended
    case .deactivated: PACEError.deactivated
    case .blocked: PACEError.blocked
    case .wrongPUK: PUKError.wrong
    case .exhaustedPUK: PUKError.exhausted
    case .refused: PACEError.refused(step: "MSE:Set AT", status: .incorrectData)
    case .parametersNotOffered: PACEError.parametersNotOffered
    case .malformedAnswer: PACEError.malformedAnswer(step: "MSE:Set AT")
    case .cardNotAuthentic: PACEError.cardNotAuthentic
    }
  }
}

private enum TestDates {
  /// Always a day of the calendar.
  static var clockBehind: any Error {
    CVDate(yyyymmdd: 20_261_201).map { PointAccessError.clockBehind(point: "BD-79-003", since: $0) }
      ?? PointAccessError.noCertificates(point: "BD-79-003", province: "79")
  }
}

extension SessionCode: Exemplified {
  var example: any Error {
    switch self {
    case .notThisScheme: CardSessionError.notThisScheme
    case .foreignCertificate: CardSessionError.foreignCertificate
    case .untied: CardSessionError.untiedSession
    case .notActivated: CardSessionError.refused(command: "SELECT", status: .securityStatusNotSatisfied)
    case .cardLocked: CardSessionError.refused(command: "SELECT", status: .deactivated)
    case .noCertificates: PointAccessError.noCertificates(point: "BD-79-003", province: "79")
    case .missingRights: PointAccessError.missingRights(point: "CQ-79-001", ["pin-management", "can-allowed"])
    case .clockBehind: TestDates.clockBehind
    case .pointKeyExists: PointKeyError.exists(folder: "an-sinh/point/BD-79-003")
    }
  }
}

extension CardCommandCode: Exemplified {
  private func refused(_ command: String, _ status: StatusWord) -> CardSessionError {
    .refused(command: command, status: status)
  }

  var example: any Error {
    switch self {
    case .authorisePINMissing: refused("AUTHORISE PAYOUT", .securityStatusNotSatisfied)
    case .authoriseConditions: refused("AUTHORISE PAYOUT", .conditionsNotSatisfied)
    case .authoriseMalformed: refused("AUTHORISE PAYOUT", .incorrectData)
    case .authoriseNotSupported: refused("AUTHORISE PAYOUT", .functionNotSupported)
    case .authoriseLogFull: refused("AUTHORISE PAYOUT", .notEnoughMemory)
    case .completeConditions: refused("COMPLETE PAYOUT", .conditionsNotSatisfied)
    case .completeMalformed: refused("COMPLETE PAYOUT", .incorrectData)
    case .completeUnknownKey: refused("COMPLETE PAYOUT", .referencedDataNotFound)
    case .completeSignature: refused("COMPLETE PAYOUT", .authenticationFailed)
    case .certificateOtherTerminal: refused("GET LAST CERTIFICATE", .warning)
    case .certificateNone: refused("GET LAST CERTIFICATE", .referencedDataNotFound)
    case .applicationMissing: refused("SELECT", .fileNotFound)
    case .warning: refused("READ BINARY", .warning)
    case .authentication: refused("READ BINARY", .authenticationFailed)
    case .memoryFailure: refused("READ BINARY", .memoryFailure)
    case .securityStatus: refused("READ BINARY", .securityStatusNotSatisfied)
    case .conditions: refused("READ BINARY", .conditionsNotSatisfied)
    case .notSupported: refused("READ BINARY", .instructionNotSupported)
    case .memoryFull: refused("READ BINARY", .notEnoughMemory)
    case .notFound: refused("READ BINARY", .fileNotFound)
    case .refused: refused("READ BINARY", .unknownError)
    case .pinForm: refused("RESET RETRY COUNTER", .wrongLength)
    case .pinManagementMissing: refused("RESET RETRY COUNTER", .securityStatusNotSatisfied)
    }
  }
}

extension ServiceCode: Exemplified {
  var example: any Error {
    switch self {
    case .unreachable: ServiceClientError.unreachable("connection refused")
    case .unreadable: ServiceClientError.malformedAnswer(status: 200)
    }
  }
}

extension ServeCode: Exemplified {
  var example: any Error {
    let (certificate, key) = ("/etc/ansinh/tls.pem", "/etc/ansinh/tls.key")
    switch self {
    case .configuration:
      return ServeConfigurationError(faults: [
        ServeSettingFault(
          place: "serve.yaml:1", key: "lisen",
          reason: BilingualText(
            vi: "không có thiết lập này; có phải “listen”?", en: "is no setting; is it “listen”?"))
      ])
    case .certificate: return ServerIdentityError.certificate(path: certificate)
    case .key: return ServerIdentityError.key(path: key)
    case .mismatch: return ServerIdentityError.mismatch(certificate: certificate, key: key)
    case .date: return ServerIdentityError.date(path: certificate, from: 1_767_200_400, until: 1_798_736_400)
    }
  }
}

extension StoreCode: Exemplified {
  var example: any Error {
    switch self {
    case .locked: LedgerStoreError.locked(processID: 4711)
    case .file: LedgerStoreError.file(operation: "fsync", errno: EIO)
    case .notDurable: LedgerStoreError.notDurable(pragma: "synchronous", readBack: "1")
    case .failed: LedgerStoreError.sqlite(code: 14, message: "unable to open database file")
    case .constraint: LedgerStoreError.constraint(message: "CHECK constraint failed")
    case .corrupt: LedgerStoreError.corrupt(place: "transfer 7")
    case .otherVersion: LedgerStoreError.otherVersion
    case .stopped: LedgerStoreError.stopped
    case .fenced: LedgerStoreError.fenced
    case .portInUse: CentreServerError.portInUse(8_741)
    case .notListening: CentreAccessError.lockedWithoutEndpoint
    case .noLoopback: CentreAccessError.noLoopback
    case .keysMissing: CentreAccessError.keysMissing
    case .ledgerBehind:
      CentreServerError.ledgerBehind(
        anchor: 81, tip: "centre/3/120/" + String(repeating: "0123456789abcdef", count: 4), isShort: true)
    case .anchorFile: AnchorError.file(operation: "fsync", path: "/srv/ansinh/centre/anchors.jsonl", errno: EIO)
    case .anchorUnreadable: AnchorError.unreadable(path: "/srv/ansinh/centre/anchors.jsonl")
    case .anchorSigner: AnchorError.signature(path: "/srv/ansinh/centre/anchors.jsonl", number: 81)
    case .anchorFork: AnchorFork(number: 81, fault: .other)
    case .trust: CentreAccessError.trust(path: "/var/lib/ansinh/service/trust.pem")
    case .auditProblems: AuditProblemsError(count: 3)
    case .headNotSigned: ChainEvidence.Fault.head
    case .notProven: ChainEvidence.Fault.leaves
    }
  }
}
