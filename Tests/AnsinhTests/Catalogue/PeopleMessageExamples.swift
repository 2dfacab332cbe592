import Issuance
import ServiceAPI

@testable import ansinh

extension PeopleCode: Exemplified {
  var example: any Error {
    switch self {
    case .unknown: OfficeError.unknownPerson
    case .notMatched: OfficeError.notMatched(.sent)
    case .undecided: OfficeError.undecided
    case .outsideScope: OfficeError.outsideScope(province: "79")
    case .fieldKeys: OfficeError.fieldKeys
    case .personalIDTaken: OfficeError.personalIDTaken
    case .unknownItem: OfficeError.unknownItem
    case .impossibleDecision: OfficeError.impossibleDecision(.twin)
    case .hasCard: OfficeError.hasCard
    case .realPerson: SampleRegisterError.realPerson(line: 3)
    }
  }
}

extension RegisterCode: Exemplified {
  var example: any Error {
    switch self {
    case .notOne: RegisterDocumentError.notOne
    case .version: RegisterDocumentError.version(2)
    case .tooLong: RegisterDocumentError.tooLong
    case .malformed: RegisterDocumentError.malformed(line: 7)
    case .truncated: RegisterDocumentError.truncated(expected: 500, found: 499)
    case .surplus: RegisterDocumentError.surplus(expected: 500)
    case .repeated: RegisterDocumentError.repeated(line: 7)
    case .outOfOrder: RegisterDocumentError.outOfOrder(line: 9, expected: 7)
    case .digest: RegisterDocumentError.digest
    case .unknownBatch: RegisterExchangeError.unknownBatch("YC-0123456789ABCDEF")
    case .withdrawn: RegisterExchangeError.withdrawn("YC-0123456789ABCDEF")
    case .answered: RegisterExchangeError.answered(batch: "YC-0123456789ABCDEF")
    case .changed: RegisterExchangeError.changed(batch: "YC-0123456789ABCDEF")
    case .otherRequest: RegisterExchangeError.otherRequest(batch: "YC-0123456789ABCDEF")
    case .unknownPerson: RegisterExchangeError.unknownPerson(batch: "YC-0123456789ABCDEF", line: 7)
    case .otherAnswer: RegisterExchangeError.otherAnswer(batch: "YC-0123456789ABCDEF")
    }
  }
}
