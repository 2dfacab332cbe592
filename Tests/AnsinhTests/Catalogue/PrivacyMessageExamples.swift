import CardCrypto
import Foundation
import Issuance
import VietnamReference

@testable import ansinh

extension PrivacyCode: Exemplified {
  var example: any Error {
    switch self {
    case .requestUnknown, .requestClosed, .requestNotAnswered, .requestNotExecuted, .requestExecuted,
      .requestExtended, .requestTermEnded, .requestExtension, .requestReceived, .otherPerson:
      requestExample
    case .text: PrivacyRequestError.text("--basis")
    case .nothingToExecute: PrivacyRequestError.nothingToExecute(.access)
    case .refusedAndExecuted: PrivacyRequestError.refusedAndExecuted
    case .noRecord: PrivacyRequestError.noRecord
    case .cardMade: PrivacyRequestError.cardMade
    case .numberGivenOut: PrivacyRequestError.numberGivenOut
    case .correction: PrivacyRequestError.correction
    case .correctionOption: PrivacyUsageError.correction(option: "--birth-date")
    case .personalID: PrivacyUsageError.personalID
    case .date: PrivacyUsageError.date
    case .listUnreadable: PrivacyUsageError.listUnreadable(path: "danh-sach.txt")
    case .listLine: PrivacyUsageError.listLine(3)
    case .noCalendar: WorkingCalendarError.noTable(year: 2028)
    }
  }

  private var requestExample: PrivacyRequestError {
    switch self {
    case .requestClosed: .closed(7)
    case .requestNotAnswered: .notAnswered(7)
    case .requestNotExecuted: .notExecuted(7)
    case .requestExecuted: .executed(7)
    case .requestExtended: .extendedBefore(7)
    case .requestTermEnded: .termEnded(7)
    case .requestExtension: .extensionLength(15)
    case .requestReceived: .receivedLater
    case .otherPerson: .otherPerson(7)
    default: .unknown(7)
    }
  }
}

extension ExportCode: Exemplified {
  var example: any Error {
    switch self {
    case .field: ExportError.field("payouts")
    case .nothing: ExportError.nothing
    case .unknownPerson: ExportError.unknownPerson(at: 2)
    case .exists: EncryptedFileError.exists(path: "xuat.cms")
    case .unusableName: EncryptedFileError.unusable(path: "xuat/")
    case .system: EncryptedFileError.system(operation: "write", path: "xuat.cms", code: ENOSPC)
    }
  }
}

extension RecipientCode: Exemplified {
  var example: any Error {
    switch self {
    case .unreadable: PrivacyUsageError.certificateUnreadable(path: "nguoi-nhan.pem")
    case .notCertificate: RecipientError.notCertificate
    case .notYetValid: RecipientError.notYetValid(1_793_847_600)
    case .expired: RecipientError.expired(1_793_847_600)
    case .keyUsage: RecipientError.keyUsage
    case .weakKey: RecipientError.weakKey("RSA 1024")
    case .unsupportedKey: RecipientError.unsupportedKey
    }
  }
}
