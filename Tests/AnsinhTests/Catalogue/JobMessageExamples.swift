import CardCrypto
import Foundation
import Issuance

@testable import ansinh

extension JobCode: Exemplified {
  var example: any Error {
    switch self {
    case .noSuchJob: JobError.noSuchJob(7)
    case .closed: JobError.closed(7)
    case .nobodyWaits: JobError.nobodyWaits
    case .busy: JobError.busy(7)
    case .nothingToHandOver: JobError.nothingToHandOver(7)
    case .attemptsUsedUp: JobError.attemptsUsedUp(serial: [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x01, 0x23])
    case .wrongKeys: JobStop.wrongKeys
    case .keys: JobStop.keys(PKCS11Error.noSuchToken(label: "an-sinh", present: []))
    case .storage: JobStop.storage(CocoaError(.fileWriteOutOfSpace))
    case .printer: JobStop.printer(CocoaError(.fileWriteOutOfSpace))
    case .noDesk: JobStop.noDesk
    }
  }
}
