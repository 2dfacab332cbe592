import Foundation

/// Other programs whose figures stand beside ours.
enum Program {
  /// What a program prints; nil when it ends with another code than 0. It is started with no signal blocked: `openssl
  /// speed` stops by an alarm, and threads of this process block it.
  ///
  /// - Throws: ``BenchError/system(_:)`` when it can't be started.
  static func output(_ arguments: [String]) throws -> String? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw BenchError.system(errno) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, environ)
    close(ends[1])
    guard code == 0 else { throw BenchError.system(code) }
    let octets = FileHandle(fileDescriptor: ends[0]).readDataToEndOfFile()
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return status == 0 ? String(decoding: octets, as: UTF8.self) : nil
  }
}
