import ArgumentParser
import Foundation

extension KeyCommand {
  /// `ansinh key tls`
  struct TLS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tls",
      abstract: "Khóa và chứng thư TLS của dịch vụ trung tâm. / TLS key and certificate of the centre's service.",
      discussion: """
        Chứng thư tự ký: máy khách tin chính tệp này (“service/trust.pem”). Có chứng thư của đơn vị cấp chứng thư thì \
        dùng chứng thư đó. / Self-signed: clients trust this very file (“service/trust.pem”). A certificate of a \
        certification authority does as well.
        """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Tên máy hay địa chỉ IP của dịch vụ; ghi được nhiều lần. / Host name or IP address.")
    var host: [String]
    @Option(name: .long, help: "Số ngày có hiệu lực. / Days it is good for.") var days = 365
    @Option(name: .long, help: "Thư mục nhận tls.pem và tls.key. / Folder for tls.pem and tls.key.") var out: String?

    func validate() throws {
      guard (1...3_650).contains(days) else { throw ValidationError("--days: 1…3650") }
      guard !host.isEmpty else { throw ValidationError("--host: ít nhất một / at least one") }
    }

    func run() async throws {
      let home = global.home
      let folder = out ?? home.centre
      try home.make(folder)
      let files = try TLSFiles(folder: folder, hosts: host, days: days)
      let output = global.output
      try output.result(["certificate": files.certificate, "key": files.key, "fingerprint": files.fingerprint]) {
        output.pick(
          """
          Chứng thư: \(files.certificate)
          Khóa:      \(files.key) (chỉ chủ tệp đọc được)
          SHA-256:   \(files.fingerprint)
          Đặt trong serve.yaml: tls-certificate, tls-key. Chép chứng thư cho các điểm chi: service/trust.pem.
          """,
          """
          Certificate: \(files.certificate)
          Key:         \(files.key) (for its owner alone)
          SHA-256:     \(files.fingerprint)
          Name them in serve.yaml: tls-certificate, tls-key. Copy the certificate to the points: service/trust.pem.
          """)
      }
    }
  }
}
