import PayoutPoint

@testable import ansinh

extension HistoryCode: Exemplified {
  var example: any Error {
    let (path, key) = ("/srv/ansinh/point/BD-79-003/records.pub", "04" + String(repeating: "ab", count: 64))
    let head = "centre/3/120/" + String(repeating: "0123456789abcdef", count: 4)
    return switch self {
    case .noHead: HistoryError.noHead
    case .otherKey: HistoryError.otherKey(path: path, kept: key, told: key)
    case .keyFile: HistoryError.keyFile(path: path)
    case .fork: HistoryError.fork(kept: head, told: head)
    case .missing: HistoryError.missing(kept: head)
    case .denied: HistoryError.denied(kept: head)
    }
  }
}
