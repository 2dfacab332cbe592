import ArgumentParser
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import SecureChannel

/// Where a PIN or CAN comes from: a file descriptor, or the terminal without echo. Never an argument.
struct SecretOptions: ParsableArguments {
  @Option(name: .customLong("pin-fd"), help: "Đọc mã PIN từ bộ mô tả tệp N. / Read the PIN from file descriptor N.")
  var pinDescriptor: Int32?

  @Option(name: .customLong("can-fd"), help: "Đọc số CAN từ bộ mô tả tệp N. / Read the CAN from file descriptor N.")
  var canDescriptor: Int32?

  /// The holder's PIN.
  func pin(_ output: Output) throws -> SecretBytes {
    try Self.read(pinDescriptor, prompt: output.pick("Nhập mã PIN: ", "PIN: "))
  }

  /// A card opened with the CAN, on the reader's pad when that is used and no `--can-fd` is given.
  func openWithCAN(_ channel: any CardChannel, _ output: Output) async throws -> OpenedCard {
    if canDescriptor == nil, let reader = channel as? any ReaderPACE {
      return try await OpenedCard.openByReader(reader, .can)
    }
    return try await OpenedCard.open(channel, .can, password: try can(output))
  }

  /// The number printed on the card.
  func can(_ output: Output) throws -> SecretBytes {
    try Self.read(canDescriptor, prompt: output.pick("Nhập số CAN in trên mặt thẻ: ", "CAN printed on the card: "))
  }

  static func read(_ descriptor: Int32?, prompt: String) throws -> SecretBytes {
    if let descriptor { return try line(from: descriptor) }
    let terminal = try SilentTerminal()
    terminal.write(prompt)
    let secret = try line(from: terminal.descriptor)
    terminal.write("\n")
    return secret
  }

  /// Octet by octet, so that nothing stays in a buffer and nothing after the line is taken. Ends when the task is
  /// cancelled, too.
  private static func line(from descriptor: Int32) throws -> SecretBytes {
    var octets = try octets(from: descriptor, most: 16) ?? []
    defer { SecretBytes.clear(&octets) }
    guard (4...12).contains(octets.count), octets.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw SecretEntryError.notDigits
    }
    return SecretBytes(octets)
  }

  /// A line, which is the caller's to overwrite; `nil` for one that is longer than `most` octets.
  static func octets(from descriptor: Int32, most: Int) throws -> [UInt8]? {
    var octets: [UInt8] = []
    // An array that moves would leave what was typed behind.
    octets.reserveCapacity(most + 1)
    var octet: UInt8 = 0
    while try isReadable(descriptor), Foundation.read(descriptor, &octet, 1) == 1, octet != 0x0A {
      if octet != 0x0D { octets.append(octet) }
      guard octets.count <= most else {
        SecretBytes.clear(&octets)
        return nil
      }
    }
    return octets
  }

  /// Waits until there is something to read, or the end of it.
  private static func isReadable(_ descriptor: Int32) throws -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&wanted, 1, 50) == 0 { try Task.checkCancellation() }
    return true
  }
}

/// A PIN that somebody chooses: typed twice on the terminal, or read once from a file descriptor.
struct NewPINOptions: ParsableArguments {
  @Option(
    name: .customLong("new-pin-fd"),
    help: "Đọc mã PIN mới từ bộ mô tả tệp N. / Read the new PIN from file descriptor N.")
  var newPINDescriptor: Int32?

  /// Six digits that are not the first that anybody would try.
  ///
  /// - Throws: ``SecretEntryError``: not digits, two entries that differ, or too easy.
  func newPIN(_ output: Output) throws -> SecretBytes {
    let first = try SecretOptions.read(
      newPINDescriptor, prompt: output.pick("Nhập mã PIN mới (6 số): ", "New PIN (6 digits): "))
    guard first.count == 6 else { throw SecretEntryError.notDigits }
    if newPINDescriptor == nil {
      let second = try SecretOptions.read(nil, prompt: output.pick("Nhập lại mã PIN mới: ", "The new PIN again: "))
      guard first.isEqual(to: second) else { throw SecretEntryError.differ }
    }
    guard !Self.isEasy(first) else { throw SecretEntryError.easy }
    return first
  }

  /// One digit only, or digits that rise or fall by one: 000000, 123456, 654321.
  private static func isEasy(_ pin: borrowing SecretBytes) -> Bool {
    pin.withOctets { digits in
      let steps = Set(zip(digits, digits.dropFirst()).map { Int($1) - Int($0) })
      return steps.count == 1 && (-1...1).contains(steps.first ?? 2)
    }
  }
}

/// The PUK of the PIN mailer.
struct PUKOptions: ParsableArguments {
  @Option(name: .customLong("puk-fd"), help: "Đọc mã PUK từ bộ mô tả tệp N. / Read the PUK from file descriptor N.")
  var pukDescriptor: Int32?

  /// The card opened with the PUK, on the reader's pad when that is used and no `--puk-fd` is given.
  func openCard(_ channel: any CardChannel, _ output: Output) async throws -> OpenedCard {
    if pukDescriptor == nil, let reader = channel as? any ReaderPACE {
      return try await OpenedCard.openByReader(reader, .puk)
    }
    return try await OpenedCard.open(channel, .puk, password: try puk(output))
  }

  private func puk(_ output: Output) throws -> SecretBytes {
    try SecretOptions.read(
      pukDescriptor, prompt: output.pick("Nhập mã PUK (trong phiếu mã PIN): ", "PUK (in the PIN mailer): "))
  }
}

/// A session that the holder opens with the PIN.
struct PINOptions: ParsableArguments {
  @OptionGroup var secrets: SecretOptions
  @Flag(
    name: .customLong("mo-lai"),
    help: "Mã PIN bị tạm khóa: nhập số CAN để thử lần cuối. / Resume a suspended PIN with the CAN.")
  var resume = false

  /// The card opened with the PIN, after the CAN when a suspended PIN is to be resumed, and nothing selected on it.
  ///
  /// Typed on the reader's pad when that is used and no descriptor is given for what is asked.
  func openCard(_ channel: any CardChannel, _ output: Output) async throws -> OpenedCard {
    let hasDescriptor = secrets.pinDescriptor != nil || (resume && secrets.canDescriptor != nil)
    if !hasDescriptor, let reader = channel as? any ReaderPACE {
      return try await OpenedCard.openByReader(reader, .pin, resumesWithCAN: resume)
    }
    guard resume else { return try await OpenedCard.open(channel, .pin, password: try secrets.pin(output)) }
    return try await OpenedCard.open(
      channel, .pin, password: try secrets.pin(output), resumingWithCAN: try secrets.can(output))
  }

  /// A session with the PIN as ``openCard(_:_:)`` opens it.
  func open(_ channel: any CardChannel, _ output: Output) async throws -> CardSession {
    try await openCard(channel, output).payout()
  }

  /// A session with the PIN, after one with the CAN when a suspended PIN is to be resumed, in which a payout point
  /// proves itself.
  func open(
    _ channel: any CardChannel, _ output: Output, terminal: TerminalAccess
  ) async throws -> CardSession {
    guard resume else {
      return try await CardSession.open(channel, .pin, password: try secrets.pin(output), terminal: terminal)
    }
    return try await CardSession.open(
      channel, .pin, password: try secrets.pin(output), terminal: terminal, resumingWithCAN: try secrets.can(output))
  }
}

/// Why no PIN or CAN was had.
enum SecretEntryError: Error {
  /// There is no terminal to ask on and no `--pin-fd`.
  case noTerminal
  /// What was given is not 4…12 digits.
  case notDigits
  /// The new PIN was typed differently the second time.
  case differ
  /// The new PIN is one that anybody would try first.
  case easy
  /// A new passphrase is shorter than ``PassphraseEntry/leastLength``, or one is longer than any.
  case passphraseLength
  /// The new passphrase was typed differently the second time.
  case passphrasesDiffer
}

/// The controlling terminal without echo; as it was before at the end of its life.
final class SilentTerminal {
  let descriptor: Int32
  private var saved = termios()

  init() throws {
    descriptor = Foundation.open("/dev/tty", O_RDWR)
    guard descriptor >= 0, tcgetattr(descriptor, &saved) == 0 else { throw SecretEntryError.noTerminal }
    var silent = saved
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(descriptor, TCSAFLUSH, &silent)
  }

  deinit {
    if descriptor >= 0 {
      tcsetattr(descriptor, TCSAFLUSH, &saved)
      close(descriptor)
    }
  }

  func write(_ text: String) {
    let octets = Array(text.utf8)
    _ = Foundation.write(descriptor, octets, octets.count)
  }
}
