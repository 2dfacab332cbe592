@testable import ansinh

extension ConformanceCode: Exemplified {
  var example: any Error {
    let error: ConformanceError =
      switch self {
      case .failed: .failed(count: 3)
      case .notConfirmed: .notConfirmed
      case .transportKey: .transportKey
      case .profileUnreadable: .profileUnreadable(path: "ho-so.yaml")
      }
    return error
  }
}
