import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import VietnamReference

extension PointCommand {
  /// `ansinh point register`
  struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "register",
      abstract: "Đăng ký thiết bị của điểm với trung tâm. / Register the point's terminal at the centre.",
      discussion: """
        Chạy tại điểm, với mã truy cập của người có quyền (quản trị hoặc cơ quan cấp thẻ). Sau đó điểm tự chứng minh \
        bằng khóa của mình. / Run at the point with the token of an administrator or of the office. From then on the \
        point proves itself with its own key.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: PointOptions
    @OptionGroup var centre: CentreOptions

    private struct Registered: Encodable {
      let point: String
      let agent: String
      let terminal: String
    }

    func run() async throws {
      let output = global.output
      let home = global.home
      let place = try place.resolve(home)
      try home.make(home.point(place.point))
      let key = try PointKey.open(home.point(place.point))
      try await CentreAccess.with(home, url: centre.service, point: place.point) { client in
        try await PayFlow.register(key, place, client)
      }
      try place.save(home)
      let terminal = Digest.sha256.hash(key.publicKey.point).hex
      try output.result(Registered(point: place.point, agent: place.agent, terminal: terminal)) {
        output.pick(
          "Đã đăng ký thiết bị \(terminal.prefix(16))… của điểm \(place.point), tổ chức \(place.agent).",
          "Terminal \(terminal.prefix(16))… of point \(place.point), agent \(place.agent), is registered.")
      }
    }
  }
}
