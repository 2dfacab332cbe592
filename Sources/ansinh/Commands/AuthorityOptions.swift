public import ArgumentParser
public import CardCrypto
import Foundation
import Issuance
import VietnamReference

extension Curve: ExpressibleByArgument {
  /// `P-256`, `brainpoolP256r1`, in either case of letters.
  public init?(argument: String) {
    guard let found = Curve.scheme.first(where: { $0.label.lowercased() == argument.lowercased() }) else {
      return nil
    }
    self = found
  }

  /// As it is written.
  public var defaultValueDescription: String { label }
  /// Those of this scheme.
  public static var allValueStrings: [String] { Curve.scheme.map(\.label) }
}

/// Who acts, and where the centre is.
struct AuthorityOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Người làm, ghi vào sổ; mặc định là tài khoản máy. / Who acts, for the record; default the account.")
  var maker: String?
  @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

  func flow(_ home: StateHome) -> AuthorityFlow {
    AuthorityFlow(home: home, actor: maker ?? NSUserName(), service: service)
  }
}

/// Rights by their words.
struct RightsOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Quyền, cách nhau bằng dấu phẩy: online, offline, override, can-allowed, pin-management, read-identity. / Rights, \
      with commas between them.
      """, valueName: "rights"))
  var rights: String?
  @Option(name: .long, help: "Bậc hạn mức một lần chi ngoại tuyến, 0…16. / Step of the offline ceiling.")
  var ceiling: Int?

  /// The words given; `nil` when none were.
  func words() throws -> Set<TerminalRights.Word>? {
    guard let rights else { return nil }
    return Set(
      try rights.split(separator: ",", omittingEmptySubsequences: false).map { text in
        guard let word = TerminalRights.Word(rawValue: text.trimmingCharacters(in: .whitespaces).lowercased()) else {
          throw CertificateFileError.rightWord(String(text))
        }
        return word
      })
  }
}

/// Where a file goes.
struct CertificateOutput: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Ghi ra tệp. / Write to this file.", valueName: "file"),
    completion: Completions.certificate)
  var out: String?
  @Flag(name: .customLong("ghi-de"), help: "Thay tệp đã có. / Replace a file that is there.") var overwrites = false

  /// Refuses, before anything is signed, a file that can't be written.
  func check() throws {
    if let out { try PrintFile.check(out, overwrites: overwrites) }
  }

  func write(_ octets: [UInt8]) throws {
    if let out { try PrintFile.write(octets, to: out, overwrites: overwrites) }
  }
}
