import ArgumentParser
import CardCrypto
import Foundation
import Issuance

/// The passphrase of the office's key file.
struct OfficeKeyOptions: ParsableArguments {
  @Option(
    name: .customLong("passphrase-fd"),
    help: "Đọc mật khẩu tệp khóa từ bộ mô tả tệp N. / Read the key file's passphrase from file descriptor N.")
  var passphraseDescriptor: Int32?

  /// The one that the file is under.
  func passphrase() throws -> SecretBytes {
    try PassphraseEntry.existing(
      passphraseDescriptor, prompt: "Mật khẩu tệp khóa của cơ quan cấp thẻ / Passphrase of the key file: ")
  }

  /// The first one of a file.
  func newPassphrase() throws -> SecretBytes {
    try PassphraseEntry.new(
      passphraseDescriptor, prompt: "Mật khẩu mới cho tệp khóa / New passphrase of the key file: ",
      again: "Nhập lại / Again: ")
  }
}

/// Where keys are put.
struct KeyPlaceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Khóa nằm trong mô-đun an toàn PKCS #11 này. / The keys live in the token of this PKCS #11 module.",
      valueName: "module"), completion: .file(extensions: ["so"]))
  var tokenModule: String?
  @Option(name: .long, help: "Nhãn của mô-đun an toàn. / The token's label.") var tokenLabel: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Tệp chứa mã PIN của mô-đun an toàn, chỉ chủ tệp đọc được. / File with the token's PIN, mode 0600.",
      valueName: "file"), completion: .file())
  var tokenPinFile: String?
  @Flag(name: .long, help: "Tệp khóa không mật khẩu, chỉ để thử. / A key file without a passphrase, for tests only.")
  var plain = false

  func validate() throws {
    guard (tokenModule == nil) == (tokenLabel == nil), (tokenModule == nil) == (tokenPinFile == nil) else {
      throw ValidationError(
        "Cần cả --token-module, --token-label và --token-pin-file. / Give all three --token options.")
    }
    guard !plain || tokenModule == nil else {
      throw ValidationError("Chọn --plain hoặc --token-module. / Give --plain or --token-module, not both.")
    }
  }

  var place: KeyPlace {
    if let tokenModule, let tokenLabel, let tokenPinFile {
      // Read from wherever the office is run.
      let pinFile = URL(fileURLWithPath: tokenPinFile).path
      return .token(TokenPlace(module: tokenModule, label: tokenLabel, pinFile: pinFile))
    }
    return plain ? .plain : .sealed
  }
}

/// Who is at a ceremony.
struct CeremonyOptions: ParsableArguments {
  @Option(name: .customLong("by"), help: "Người chủ trì, ghi vào biên bản. / Who leads, for the record.")
  var leader: String
  @Option(name: .customLong("witness"), help: "Người làm chứng, mỗi người một lần. / A witness; once for each.")
  var witnesses: [String] = []

  func desk(
    passphrase: @escaping () throws -> SecretBytes,
    sharePassphrase: @escaping (_ number: Int, _ holder: String) throws -> SecretBytes = { _, _ in
      throw SecretEntryError.noTerminal
    }
  ) -> CeremonyDesk {
    CeremonyDesk(
      leader: leader.precomposedStringWithCanonicalMapping,
      witnesses: witnesses.map(\.precomposedStringWithCanonicalMapping), clock: { Clock.seconds },
      passphrase: passphrase, sharePassphrase: sharePassphrase)
  }
}

/// Passphrases of shares: a line for each, in their order.
struct SharePassphraseOptions: ParsableArguments {
  @Option(
    name: .customLong("share-passphrase-fd"),
    help: """
      Đọc mật khẩu các mảnh từ bộ mô tả tệp N, mỗi mảnh một dòng. / Read the shares' passphrases from file descriptor \
      N, a line each.
      """)
  var shareDescriptor: Int32?

  func new(_ number: Int, _ holder: String) throws -> SecretBytes {
    try PassphraseEntry.new(
      shareDescriptor, prompt: "Mảnh \(number), \(holder) chọn mật khẩu / Share \(number), passphrase: ",
      again: "Nhập lại / Again: ")
  }

  func existing(_ path: String) throws -> SecretBytes {
    try PassphraseEntry.existing(
      shareDescriptor, prompt: "Mật khẩu của mảnh \(path) / Passphrase of the share \(path): ")
  }

  /// The share in a file, or typed in from paper.
  func open(_ path: String) throws -> KeyShare {
    if try KeyShare.isPrinted(path) { return try KeyShare(printed: path) }
    return try KeyShare(path: path, passphrase: try existing(path))
  }
}
