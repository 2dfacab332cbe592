import CardCrypto
import Issuance

@testable import ansinh

extension KeyCode: Exemplified {
  var example: any Error {
    switch self {
    case .noKeys: KeyCeremonyError.noKeys
    case .exists: KeyCeremonyError.exists
    case .lost: KeyCeremonyError.lost(path: "office/custodian.keys")
    case .noFile: KeyCeremonyError.noFile
    case .holders: KeyCeremonyError.holders
    case .person: KeyCeremonyError.person
    case .noBackup: KeyCeremonyError.noBackup
    case .otherKeys: KeyCeremonyError.otherKeys(name: "master-256")
    case .usedUp: KeyCeremonyError.usedUp
    case .record: KeyCeremonyError.record(number: 2)
    case .broken: KeyCeremonyError.broken(number: 2, step: 7)
    case .noMaster: KeyCustodianError.noMaster(generation: 3, length: .aes256)
    case .noCertificateKey: KeyCustodianError.noCertificateKey(generation: 3)
    case .cardBudget: SessionBudgetError.card(serial: "00112233445566778899", limit: 8)
    case .jobBudget: SessionBudgetError.job("dot-12", limit: 30_000)
    case .noSession: SessionBudgetError.noSession(serial: "00112233445566778899")
    case .budgetNotKept: SessionBudgetError.notKept(reason: "disk full")
    }
  }
}

extension ShareCode: Exemplified {
  var example: any Error {
    let path = "share-2-of-5.share"
    return switch self {
    case .parameters: KeyShareError.parameters
    case .malformed: KeyShareError.malformed(path: path)
    case .damaged: KeyShareError.damaged(path: path)
    case .wrongPassphrase: KeyShareError.wrongPassphrase(path: path)
    case .line: KeyShareError.line(3, path: "share-2.txt")
    case .otherSet: KeyShareError.otherSet(share: 2)
    case .notGenuine: KeyShareError.notGenuine(share: 2)
    case .duplicate: KeyShareError.duplicate(share: 2)
    case .tooFew: KeyShareError.tooFew(given: 2, needed: 3)
    case .backup: KeyShareError.backup(path: "custodian-1.backup")
    case .inconsistent: SecretSharingError.inconsistent
    }
  }
}
