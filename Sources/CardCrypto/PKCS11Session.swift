internal import CPKCS11

/// One session with a token: the C functions that work in it. Used by one thread at a time.
struct PKCS11Session: @unchecked Sendable {
  // @unchecked: a handle and the module's table, which is never written; PKCS11Token locks the use.
  private let module: PKCS11Module
  private let handle: CK_SESSION_HANDLE

  /// Most objects that are listed, and most octets of an attribute that are read.
  private static let maximumObjects = 10_000
  private static let maximumAttribute: CK_ULONG = 4_096

  private var functions: CK_FUNCTION_LIST { module.functions.pointee }

  /// A read-write session, logged in as the user.
  init(_ module: PKCS11Module, slot: CK_SLOT_ID, pin: borrowing SecretBytes) throws(PKCS11Error) {
    self.module = module
    var handle: CK_SESSION_HANDLE = 0
    let flags = CK_FLAGS(CKF_SERIAL_SESSION | CKF_RW_SESSION)
    try PKCS11Module.check(module.functions.pointee.C_OpenSession?(slot, flags, nil, nil, &handle), "C_OpenSession")
    self.handle = handle
    do throws(PKCS11Error) {
      try logIn(pin)
    } catch {
      close()
      throw error
    }
  }

  private func logIn(_ pin: borrowing SecretBytes) throws(PKCS11Error) {
    let result = pin.withUnsafeBytes { octets in
      // The parameter has no const in the standard, but is only read.
      let start = octets.baseAddress.map { UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self)) }
      return functions.C_Login?(handle, CK_USER_TYPE(CKU_USER), start, CK_ULONG(octets.count))
    }
    // The login counts for all sessions of a process with a token.
    if result == PKCS11Error.Code.userAlreadyLoggedIn.rawValue { return }
    try PKCS11Module.check(result, "C_Login")
  }

  /// Ends the session; the last one of a token ends the login too.
  func close() {
    // Fails only when the session is gone already.
    _ = functions.C_CloseSession?(handle)
  }

  /// The objects that have all of `template`.
  func objects(_ template: PKCS11Template) throws(PKCS11Error) -> [CK_OBJECT_HANDLE] {
    try PKCS11Module.check(
      template.withAttributes { functions.C_FindObjectsInit?(handle, $0, $1) }, "C_FindObjectsInit")
    var found: [CK_OBJECT_HANDLE] = []
    do throws(PKCS11Error) {
      while true {
        var batch = [CK_OBJECT_HANDLE](repeating: 0, count: 64)
        var count: CK_ULONG = 0
        try PKCS11Module.check(
          functions.C_FindObjects?(handle, &batch, CK_ULONG(batch.count), &count), "C_FindObjects")
        if count == 0 { break }
        found += batch.prefix(Int(clamping: count))
        guard found.count <= Self.maximumObjects else { throw .malformedAnswer(function: "C_FindObjects") }
      }
    } catch {
      // The first failure is the one to tell.
      _ = functions.C_FindObjectsFinal?(handle)
      throw error
    }
    try PKCS11Module.check(functions.C_FindObjectsFinal?(handle), "C_FindObjectsFinal")
    return found
  }

  /// The value of an attribute.
  func attribute(_ type: CK_ATTRIBUTE_TYPE, of object: CK_OBJECT_HANDLE) throws(PKCS11Error) -> [UInt8] {
    var attribute = CK_ATTRIBUTE(type: type, pValue: nil, ulValueLen: 0)
    try PKCS11Module.check(functions.C_GetAttributeValue?(handle, object, &attribute, 1), "C_GetAttributeValue")
    let length = attribute.ulValueLen
    guard length <= Self.maximumAttribute else { throw .malformedAnswer(function: "C_GetAttributeValue") }
    var value = [UInt8](repeating: 0, count: Int(length))
    let result = value.withUnsafeMutableBytes {
      attribute = CK_ATTRIBUTE(type: type, pValue: $0.baseAddress, ulValueLen: length)
      return functions.C_GetAttributeValue?(handle, object, &attribute, 1)
    }
    try PKCS11Module.check(result, "C_GetAttributeValue")
    guard attribute.ulValueLen <= length else { throw .malformedAnswer(function: "C_GetAttributeValue") }
    return Array(value.prefix(Int(attribute.ulValueLen)))
  }

  /// The label of an object.
  func label(of object: CK_OBJECT_HANDLE) throws(PKCS11Error) -> String {
    String(decoding: try attribute(CK_ATTRIBUTE_TYPE(CKA_LABEL), of: object), as: UTF8.self)
  }

  /// `count` octets of the token's generator.
  func random(_ count: Int) throws(PKCS11Error) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: count)
    try PKCS11Module.check(functions.C_GenerateRandom?(handle, &octets, CK_ULONG(count)), "C_GenerateRandom")
    return octets
  }

  /// Makes an EC key pair in the token and gives the private half (PKCS #11 v2.40 current mechanisms §2.3.5).
  func generate(publicKey: PKCS11Template, privateKey: PKCS11Template) throws(PKCS11Error) -> CK_OBJECT_HANDLE {
    var mechanism = CK_MECHANISM(mechanism: CK_MECHANISM_TYPE(CKM_EC_KEY_PAIR_GEN), pParameter: nil, ulParameterLen: 0)
    var publicHalf: CK_OBJECT_HANDLE = 0
    var privateHalf: CK_OBJECT_HANDLE = 0
    let result = publicKey.withAttributes { publicStart, publicCount in
      privateKey.withAttributes { privateStart, privateCount in
        functions.C_GenerateKeyPair?(
          handle, &mechanism, publicStart, publicCount, privateStart, privateCount, &publicHalf, &privateHalf)
      }
    }
    try PKCS11Module.check(result, "C_GenerateKeyPair")
    return privateHalf
  }

  /// Makes an AES key in the token (PKCS #11 v2.40 current mechanisms §2.8.4, `CKM_AES_KEY_GEN`).
  func generateSecret(_ template: PKCS11Template) throws(PKCS11Error) -> CK_OBJECT_HANDLE {
    var mechanism = CK_MECHANISM(mechanism: CK_MECHANISM_TYPE(CKM_AES_KEY_GEN), pParameter: nil, ulParameterLen: 0)
    var key: CK_OBJECT_HANDLE = 0
    let result = template.withAttributes { functions.C_GenerateKey?(handle, &mechanism, $0, $1, &key) }
    try PKCS11Module.check(result, "C_GenerateKey")
    return key
  }

  /// Makes an object of the attributes given.
  func create(_ template: PKCS11Template) throws(PKCS11Error) -> CK_OBJECT_HANDLE {
    var object: CK_OBJECT_HANDLE = 0
    try PKCS11Module.check(
      template.withAttributes { functions.C_CreateObject?(handle, $0, $1, &object) }, "C_CreateObject")
    return object
  }

  /// Removes an object.
  func destroy(_ object: CK_OBJECT_HANDLE) throws(PKCS11Error) {
    try PKCS11Module.check(functions.C_DestroyObject?(handle, object), "C_DestroyObject")
  }

  /// The AES-CMAC of `message` (PKCS #11 v2.40 current mechanisms §2.11.3, `CKM_AES_CMAC`): 16 octets.
  func authenticate(_ message: [UInt8], with key: CK_OBJECT_HANDLE) throws(PKCS11Error) -> SecretBytes {
    var mechanism = CK_MECHANISM(mechanism: CK_MECHANISM_TYPE(CKM_AES_CMAC), pParameter: nil, ulParameterLen: 0)
    try PKCS11Module.check(functions.C_SignInit?(handle, &mechanism, key), "C_SignInit")
    var tag = [UInt8](repeating: 0, count: 64)
    defer { cleanse(&tag) }
    var length = CK_ULONG(tag.count)
    var message = message
    try PKCS11Module.check(functions.C_Sign?(handle, &message, CK_ULONG(message.count), &tag, &length), "C_Sign")
    guard length == 16 else { throw .malformedAnswer(function: "C_Sign") }
    return SecretBytes(tag.prefix(16))
  }

  /// ECDSA over a hash value: `r ‖ s` (PKCS #11 v2.40 current mechanisms §2.3.1 and §2.3.6, `CKM_ECDSA`).
  func sign(_ hash: [UInt8], with key: CK_OBJECT_HANDLE, width: Int) throws(PKCS11Error) -> [UInt8] {
    var mechanism = CK_MECHANISM(mechanism: CK_MECHANISM_TYPE(CKM_ECDSA), pParameter: nil, ulParameterLen: 0)
    try PKCS11Module.check(functions.C_SignInit?(handle, &mechanism, key), "C_SignInit")
    // Room for any curve, so that a token can't answer that the room is too small and leave the operation open.
    var signature = [UInt8](repeating: 0, count: 256)
    var length = CK_ULONG(signature.count)
    var hash = hash
    try PKCS11Module.check(functions.C_Sign?(handle, &hash, CK_ULONG(hash.count), &signature, &length), "C_Sign")
    guard length == 2 * width else { throw .malformedAnswer(function: "C_Sign") }
    return Array(signature.prefix(2 * width))
  }
}
