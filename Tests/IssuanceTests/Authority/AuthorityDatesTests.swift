import Issuance
import SecureChannel
import Testing

@Suite("Dates of certificates")
struct AuthorityDatesTests {
  @Test(
    "Ten years, a leap day's on the last of February, none beyond 2099",
    arguments: [
      ("2026-11-05", "2036-11-05"), ("2028-02-29", "2038-02-28"), ("2086-02-28", "2096-02-28"),
      ("2089-12-31", "2099-12-31"), ("2090-01-01", "2099-12-31"), ("2096-02-29", "2099-12-31"),
      ("2099-12-31", "2099-12-31"),
    ])
  func root(_ day: String, _ last: String) throws {
    let root = try AuthorityScene(day).open().initialise()
    #expect(root.content.effective.description == day && root.content.expiration.description == last)
  }

  @Test(
    "The first day counts: 21 days over a leap day, the end of a year, one day",
    arguments: [
      ("2028-02-20", 10, "2028-02-29"), ("2028-02-20", 11, "2028-03-01"), ("2027-02-20", 10, "2027-03-01"),
      ("2027-12-15", 21, "2028-01-04"), ("2028-02-29", 1, "2028-02-29"),
    ])
  func terminal(_ day: String, _ days: Int, _ last: String) throws {
    let chain = try AuthorityScene(day).begun("79").terminal(days: days)
    #expect(chain.terminal.content.effective.description == day)
    #expect(chain.terminal.content.expiration.description == last)
  }

  @Test("No certificate outlasts the one above it, and what has expired signs nothing")
  func bounds() throws {
    let scene = try AuthorityScene("2026-11-05")
    let authority = try scene.begun()
    let verifier = try authority.certifyVerifier(province: "79", days: 10)
    #expect(verifier.content.expiration.description == "2026-11-14")
    #expect(try authority.terminal(days: 11).terminal.content.expiration == verifier.content.expiration)
    try scene.set("2026-11-14")
    #expect(try authority.terminal().terminal.content.expiration == verifier.content.expiration)
    try scene.set("2026-11-15")
    #expect(throws: AuthorityError.expired(verifier.content.holder, verifier.content.expiration)) {
      try authority.terminal()
    }
    try scene.set("2036-11-01")
    let last = try authority.certifyVerifier(province: "79")
    #expect(last.content.expiration.description == "2036-11-05")
    try scene.set("2036-11-06")
    let root = try authority.anchor()
    for act in [
      { _ = try authority.certifyVerifier(province: "79") }, { _ = try authority.terminal() },
      { _ = try authority.renew() },
    ] {
      #expect(throws: AuthorityError.expired(root.holder, root.expiration)) { try act() }
    }
  }

  @Test("The day is the one in UTC; a clock before the CVCA's or outside 2000…2099 signs nothing")
  func clock() throws {
    let scene = try AuthorityScene("2026-11-05")
    let authority = try scene.begun("79")
    // 6 November in Vietnam, still the 5th in UTC.
    scene.set(unixSeconds: 1_793_916_000)
    #expect(try authority.terminal().terminal.content.effective.description == "2026-11-05")
    try scene.set("2026-11-04")
    #expect(throws: AuthorityError.clock) { try authority.terminal() }
    for day in ["1999-12-31", "2100-01-01"] {
      try scene.set(day)
      #expect(throws: AuthorityError.clock) { try authority.terminal() }
    }
  }
}
