import Testing

extension Integration.ProgramOutputTests {
  /// What a service behind TLS is set up with.
  func service(_ town: ByHand, _ seen: Seen) async throws {
    let files = try TemporaryFolder()
    let name = "Trần Thị Quản"
    let steps: [([String], [String])] = [
      (["key", "tls"], ["--host", "127.0.0.1"]),
      (["staff", "token", "issue"], [name, "--out", files.path + "/token"]), (["staff", "token", "list"], []),
      (["staff", "token", "revoke"], [name]),
      (["point", "register"], ["--point", "BD-79-009", "--commune", "26734"]),
      (["bench", "serve"], ["--cards", "1000", "--seconds", "1"]),
    ]
    for (words, arguments) in steps {
      #expect(try await run(words, arguments, input: "", town, seen).count == 1, "\(words)")
    }
    let check = try await town.run("serve", "--check", "--json")
    #expect(try good(check, "serve --check").count == 1)
    let open = try await town.run("serve", "--host", "0.0.0.0", "--json")
    try bad(open, "serve.configuration", 2, "serve --host")
  }
}
