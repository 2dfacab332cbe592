internal import CPKCS11
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Musl
#endif

/// A PKCS #11 module in this process: the library and its table of functions.
///
/// A module is initialised for a whole process (PKCS #11 v2.40 §5.4), not for one user of it. So this process has one
/// list of the modules in use, with the number of users of each: the first user initialises, the last one finalises,
/// and only when this list initialised it. A library is never unloaded, since it may have left threads and exit
/// handlers behind.
final class PKCS11Module: @unchecked Sendable {
  // @unchecked: the table belongs to the library, is never written and stays until the process ends.
  let functions: UnsafePointer<CK_FUNCTION_LIST>
  private let library: UInt

  private struct Use {
    var users: Int
    let isOurs: Bool
  }
  // By the loader's handle, which is the same however the path is written.
  private static let uses = Mutex<[UInt: Use]>([:])

  /// Loads the library at `path` and initialises it unless that is done.
  init(path: String) throws(PKCS11Error) {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .moduleNotLoaded(path: path, reason: dlerror().map { String(cString: $0) } ?? "")
    }
    guard let symbol = dlsym(handle, "C_GetFunctionList") else {
      dlclose(handle)
      throw .notPKCS11(path: path)
    }
    let list = unsafeBitCast(symbol, to: CK_C_GetFunctionList.self)
    var table: UnsafeMutablePointer<CK_FUNCTION_LIST>?
    try Self.check(list(&table), "C_GetFunctionList")
    guard let table, table.pointee.version.major == 2 else { throw .notPKCS11(path: path) }
    functions = UnsafePointer(table)
    library = UInt(bitPattern: handle)
    try Self.enter(library, functions)
  }

  deinit { Self.leave(library, functions) }

  /// One more user.
  private static func enter(_ library: UInt, _ functions: UnsafePointer<CK_FUNCTION_LIST>) throws(PKCS11Error) {
    try uses.withLock { (uses) throws(PKCS11Error) in
      guard uses[library] == nil else {
        uses[library]?.users += 1
        return
      }
      var arguments = CK_C_INITIALIZE_ARGS()
      arguments.flags = CK_FLAGS(CKF_OS_LOCKING_OK)
      let result = withUnsafeMutablePointer(to: &arguments) { functions.pointee.C_Initialize?($0) }
      let isOthers = result == PKCS11Error.Code.alreadyInitialised.rawValue
      if !isOthers { try check(result, "C_Initialize") }
      uses[library] = Use(users: 1, isOurs: !isOthers)
    }
  }

  /// One user less.
  private static func leave(_ library: UInt, _ functions: UnsafePointer<CK_FUNCTION_LIST>) {
    uses.withLock { uses in
      guard let use = uses[library] else { return }
      uses[library] = use.users > 1 ? Use(users: use.users - 1, isOurs: use.isOurs) : nil
      // What it answers can't be told to anyone any more, and nothing of ours is left in the module.
      if use.users == 1, use.isOurs { _ = functions.pointee.C_Finalize?(nil) }
    }
  }

  /// Throws unless a function is there and answered `CKR_OK`.
  static func check(_ result: CK_RV?, _ function: String) throws(PKCS11Error) {
    let code = result.map { PKCS11Error.Code(rawValue: $0) } ?? .functionNotSupported
    guard code == .ok else { throw PKCS11Error(function, code) }
  }

  /// The slots that have a token, with its label.
  func tokens() throws(PKCS11Error) -> [(slot: CK_SLOT_ID, label: String)] {
    var found: [(slot: CK_SLOT_ID, label: String)] = []
    for slot in try slots() {
      var information = CK_TOKEN_INFO()
      let result = functions.pointee.C_GetTokenInfo?(slot, &information)
      // A token may have gone since the list was made, and one that this module can't read may be in a reader.
      let code = result.map { PKCS11Error.Code(rawValue: $0) }
      if code == .tokenNotPresent || code == .tokenNotRecognised { continue }
      try Self.check(result, "C_GetTokenInfo")
      found.append((slot, Self.text(withUnsafeBytes(of: information.label) { Array($0) })))
    }
    return found
  }

  private func slots() throws(PKCS11Error) -> [CK_SLOT_ID] {
    // A token may come between the two calls: then the list is longer than its length was.
    for _ in 0..<4 {
      var count: CK_ULONG = 0
      try Self.check(functions.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), nil, &count), "C_GetSlotList")
      guard count <= Self.maximumSlots else { throw .malformedAnswer(function: "C_GetSlotList") }
      var slots = [CK_SLOT_ID](repeating: 0, count: Int(count) + 1)
      count = CK_ULONG(slots.count)
      let result = functions.pointee.C_GetSlotList?(CK_BBOOL(CK_TRUE), &slots, &count)
      if result == PKCS11Error.Code.bufferTooSmall.rawValue { continue }
      try Self.check(result, "C_GetSlotList")
      return Array(slots.prefix(Int(clamping: count)))
    }
    throw .malformedAnswer(function: "C_GetSlotList")
  }

  private static let maximumSlots: CK_ULONG = 4_096

  /// The text of a field that is filled up with blanks.
  static func text(_ octets: [UInt8]) -> String {
    let end = octets.lastIndex { $0 != 0x20 && $0 != 0 } ?? -1
    return String(decoding: octets[...end], as: UTF8.self)
  }
}
