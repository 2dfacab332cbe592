import PCSC

@testable import ansinh

extension PadCode: Exemplified {
  var example: any Error {
    switch self {
    case .none: NoReaderPadError()
    case .cancelled: ReaderPACEError.refused(.cancelled)
    case .timeout: ReaderPACEError.refused(.timeout)
    case .refused: ReaderPACEError.refused(.unknownPassword)
    case .malformedAnswer: ReaderPACEError.truncated
    }
  }
}
