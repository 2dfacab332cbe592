import ArgumentParser
import Foundation
import Issuance
import VietnamReference

extension IssueCommand {
  /// `ansinh issue correct`
  struct Correct: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "correct",
      abstract: "Sửa hồ sơ của một người; sau đó đối chiếu lại. / Correct a person's data, to be checked again.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Option(name: .long, help: "Mã người, hoặc số định danh. / The person's key, or personal ID.") var person: String
    @Option(name: .long, help: "Lý do, ghi vào sổ. / Why, for the record.") var reason: String
    @Option(name: .long, help: "Họ và tên. / Name.") var name: String?
    @Option(name: .long, help: "Ngày sinh: 17/05/1952, --/05/1952, 1952. / Birth date.") var birthDate: String?
    @Option(name: .long, help: "Giới tính: nam, nữ. / Sex: male, female.") var sex: String?
    @Option(name: .long, help: "Mã tỉnh. / Province code.") var province: String?
    @Option(name: .long, help: "Mã xã, 5 chữ số. / Commune code.") var commune: String?
    @Option(name: .long, help: "Loại thẻ: adult, child, collector. / Kind of card.") var profile: ApplicantProfile?
    @Option(name: .long, help: "Số định danh người giám hộ. / Guardian's personal ID.") var guardian: String?
    @Option(name: .long, help: "Điện thoại. / Phone.") var phone: String?
    @Option(name: .long, help: "Địa chỉ. / Address.") var address: String?
    @Option(name: .long, help: "Số định danh mới (xác lập lại). / New personal ID (re-established).")
    var personalID: String?
    @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
    var sampleData = false

    private struct Corrected: Codable {
      let person: String
      let register: String
    }

    func run() throws {
      let output = global.output
      let store = try global.home.openOffice()
      let key = person.utf8.count == 12 ? try store.personKey(person) : person
      guard let key else { throw OfficeError.unknownPerson }
      let changed = try store.correct(key, actor: maker.name, reason: reason, time: Clock.seconds, change)
      try output.result(Corrected(person: changed, register: RegisterState.unchecked.rawValue)) {
        output.pick(
          "Đã sửa hồ sơ; cần đối chiếu lại với dữ liệu dân cư. Mã người: \(changed)",
          "Corrected; to be checked against the register again. The person's key: \(changed)")
      }
    }

    private func change(_ person: inout Applicant) throws {
      guard let today = Clock.today else { throw CentreAccessError.noLoopback }
      if let name {
        guard let name = try? PersonName(name) else { throw ValidationError("--name") }
        person.name = name.text
      }
      if let birthDate {
        guard let date = PartialDate(text: birthDate), date.year >= 1900, date.earliest <= today else {
          throw ValidationError("--birth-date: 17/05/1952, --/05/1952, 1952")
        }
        person.birthDate = date.iso
      }
      if let sex {
        switch LabelKey.key(sex) {
        case "nam", "male": person.sex = .male
        case "nu", "female": person.sex = .female
        default: throw ValidationError("--sex: nam, nữ")
        }
      }
      if let province {
        guard ProvinceRegister.embedded.province(code: province, on: today) != nil else {
          throw ValidationError("--province: a present province's code")
        }
        person.province = province
      }
      if let commune {
        guard commune.utf8.count == 5, commune != "00000", commune.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw ValidationError("--commune: 00001…99999") }
        person.commune = commune
      }
      if let profile { person.profile = profile }
      if let guardian { person.guardianID = try validated(guardian, today, "--guardian") }
      if let personalID { person.personalID = try validated(personalID, today, "--personal-id") }
      if person.profile != .child { person.guardianID = "" }
      guard person.profile != .child || !person.guardianID.isEmpty && person.guardianID != person.personalID else {
        throw ValidationError("--profile child: --guardian")
      }
      if let phone { person.phone = phone }
      if let address { person.address = address }
    }

    private func validated(_ text: String, _ today: CalendarDate, _ option: String) throws -> String {
      guard let id = try? PersonalID.validate(text, today: today, allowingSampleData: sampleData).value else {
        throw ValidationError("\(option): 12 chữ số / 12 digits")
      }
      return id.digits
    }
  }
}
