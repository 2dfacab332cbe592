@testable import ansinh

extension EntitlementCode: Exemplified {
  var example: any Error {
    switch self {
    case .unknownPerson: EntitlementError.unknownPerson
    case .noLine: EntitlementError.noLine
    case .severalLines: EntitlementError.severalLines([12, 15])
    case .nothingToMove: EntitlementError.nothingToMove
    }
  }
}
