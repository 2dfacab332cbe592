import Foundation
import ISO7816
import Issuance
import SecureChannel

@testable import ansinh

/// Names and days of the examples.
private enum Sample {
  static let root = name("ANSINH")
  static let verifier = name("DV79")
  static let terminal = name("79T00042")
  static let day = date(20_270_503)

  private static func name(_ mnemonic: String) -> HolderReference {
    guard let name = HolderReference(country: "VN", mnemonic: mnemonic, sequence: "00001") else {
      preconditionFailure(mnemonic)
    }
    return name
  }

  private static func date(_ yyyymmdd: UInt32) -> CVDate {
    guard let date = CVDate(yyyymmdd: yyyymmdd) else { preconditionFailure("\(yyyymmdd)") }
    return date
  }
}

extension AuthorityCode: Exemplified {
  var example: any Error {
    switch self {
    case .none: AuthorityError.none
    case .exists: AuthorityError.exists(Sample.root)
    case .rootExpired: AuthorityError.expired(Sample.root, Sample.day)
    case .verifierExpired: AuthorityError.expired(Sample.verifier, Sample.day)
    case .noVerifier: AuthorityError.noVerifier(province: "79")
    case .unknownProvince: AuthorityError.unknownProvince("02")
    case .days: AuthorityError.days(1...21)
    case .ceiling: AuthorityError.ceiling
    case .rightWord: CertificateFileError.rightWord("pay")
    case .beyondVerifier: AuthorityError.beyondVerifier(["override", "can-allowed"])
    case .otherCurve: AuthorityError.otherCurve
    case .otherProvince: AuthorityError.otherProvince(Sample.terminal)
    case .unknownReference: AuthorityError.unknownReference("VN79T0004200001")
    case .notRevocable: AuthorityError.notRevocable(Sample.root)
    case .revoked: AuthorityError.revoked(Sample.terminal)
    case .tooEarly: AuthorityError.tooEarly(Sample.day)
    case .usedUp: AuthorityError.usedUp
    case .text: AuthorityError.text
    case .clock: AuthorityError.clock
    case .actsBroken: AuthorityError.actsBroken(at: 7)
    case .register: AuthorityError.register(code: 14)
    }
  }
}

extension EACCode: Exemplified {
  var example: any Error {
    let eac: EACError =
      switch self {
      case .unknownAuthority: .unknownAuthority([Sample.root])
      case .certificateRefused: .certificateRefused(Sample.terminal, status: .authenticationFailed)
      case .refused: .refused(step: "EXTERNAL AUTHENTICATE", status: .authenticationFailed)
      case .malformedAnswer: .malformedAnswer(step: "GET CHALLENGE")
      case .cardNotAuthentic: .cardNotAuthentic
      case .cardSecurity: .cardSecurity
      }
    return eac
  }
}

extension CertificateCode: Exemplified {
  var example: any Error {
    let error: CertificateFileError =
      switch self {
      case .unreadable: .unreadable(path: "diem-79-003.csr")
      case .request: .request(path: "diem-79-003.csr")
      case .damaged: .certificates(path: "diem-79-003.cvc")
      case .order: .chain(.order(place: 2))
      case .otherKey: .otherKey(point: "BD-79-003")
      case .otherAnchor: .chain(.otherAnchor(Sample.root))
      case .notYetValid: .chain(.notYetValid(Sample.terminal, Sample.day))
      case .expired: .chain(.expired(Sample.terminal, Sample.day))
      case .refused: .chain(.refused(Sample.terminal))
      }
    return error
  }
}
