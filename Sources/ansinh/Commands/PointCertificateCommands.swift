import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import SecureChannel
import VietnamReference

extension PointCommand {
  /// `ansinh point request`
  struct Request: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "request",
      abstract: "Ghi đơn xin chứng thư cho khóa của điểm chi trả. / Write a request for the point's certificate.",
      discussion: """
        Gửi tệp đơn cho cơ quan chứng thực (ansinh ca terminal --request). / Send the file to the certificate \
        authority (ansinh ca terminal --request).
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var file: CertificateOutput
    @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"

    private struct Written: Codable {
      let point: String
      let reference: String
      let keyHash: String
      let file: String
    }

    @Option(
      name: .long,
      help: ArgumentHelp(
        "Khóa nằm trong mô-đun an toàn PKCS #11 này. / The key lives in the token of this PKCS #11 module.",
        valueName: "module"), completion: .file(extensions: ["so"]))
    var tokenModule: String?
    @Option(name: .long, help: "Nhãn của mô-đun an toàn. / The token's label.") var tokenLabel: String?
    @Option(
      name: .long,
      help: ArgumentHelp(
        "Tệp chứa mã PIN của mô-đun an toàn, chỉ chủ tệp đọc được. / File with the token's PIN, mode 0600.",
        valueName: "file"), completion: .file())
    var tokenPinFile: String?

    func validate() throws {
      guard file.out != nil else { throw ValidationError("Cần --out TỆP. / Give --out FILE.") }
      guard (tokenModule == nil) == (tokenLabel == nil), (tokenModule == nil) == (tokenPinFile == nil) else {
        throw ValidationError(
          "Cần cả --token-module, --token-label và --token-pin-file. / Give all three --token options.")
      }
    }

    func run() async throws {
      let output = global.output
      try file.check()
      let certificates = try PointCertificates(point, global.home)
      if let tokenModule, let tokenLabel, let tokenPinFile {
        try certificates.makeKey(
          PointKey.Token(module: tokenModule, label: tokenLabel, key: point, pinFile: tokenPinFile))
      }
      let request = try certificates.request()
      try file.write(request.bytes)
      let written = Written(
        point: point, reference: request.holder.description, keyHash: request.publicKey.hash.hex, file: file.out ?? "")
      try output.result(written) {
        output.pick(
          "Đã ghi đơn của điểm \(point) vào “\(written.file)”. Mã khóa: \(written.keyHash)",
          "The request of point \(point) is in “\(written.file)”. Key hash: \(written.keyHash)")
      }
    }
  }

  /// `ansinh point install`
  struct Install: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install",
      abstract: "Nhận chứng thư do cơ quan chứng thực cấp. / Take in the certificates that the authority gave.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"
    @Option(
      name: .long,
      help: ArgumentHelp("Chứng thư gốc CVCA để kiểm tra cả chuỗi. / The CVCA's, to check it all.", valueName: "file"),
      completion: Completions.certificate)
    var anchor: String?
    @Argument(help: "Tệp chuỗi chứng thư. / File with the chain.", completion: Completions.certificate)
    var file: String

    func run() async throws {
      let output = global.output
      let certificates = try PointCertificates(point, global.home)
      let chain = try CertificateFile.chain(file)
      try certificates.install(chain, anchor: try anchor.map(Self.anchor))
      let view = CertificateView(chain.terminal, today: AuthorityFlow.today)
      try output.result(view) { view.text(output) }
      output.note("Điểm chi trả \(point) đã có chứng thư.", "Point \(point) has its certificate.")
    }

    private static func anchor(_ path: String) throws -> TrustAnchor {
      guard let anchor = try CertificateFile.certificates(path).compactMap({ TrustAnchor($0) }).last else {
        throw CertificateFileError.certificates(path: path)
      }
      return anchor
    }
  }
}
