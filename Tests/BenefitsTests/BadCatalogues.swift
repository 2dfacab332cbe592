import VietnamReference

@testable import Benefits

extension BadCatalogue {
  private static func shape(
    _ old: String, _ new: String, _ key: String, _ reason: CatalogueFault.Reason, at: String
  ) -> BadCatalogue { BadCatalogue(old, new, key, reason, at: at, isShape: true) }

  private static let first = "programmes[1].periods[1]"
  private static let second = "programmes[1].periods[2]"
  private static let sum = "programmes[1].periods[2].amount.sum"
  private static let forms = [
    "fixed", "parameter", "individual", "input", "percent", "health-level", "tiers", "each", "sum", "highest", "lowest",
    "choose", "pension",
  ]

  /// What reader and JSON Schema refuse.
  static let shapes: [BadCatalogue] = [
    shape("inputs:\n", "input:\n", "input", .unknownKey(nearest: "inputs"), at: "input:"),
    shape("inputs:\n", "inputs: [\n", "", .syntax("did not find expected ',' or ']'"), at: "roof:"),
    shape(
      "legal-base: QĐ thử Đ1", "legal-bases: QĐ thử Đ1", first + ".legal-bases", .unknownKey(nearest: "legal-base"),
      at: "legal-bases"),
    shape(
      "        legal-base: QĐ thử Đ2\n", "", second + ".legal-base", .missingKey,
      at: "from: 2026-09-01\n        evidence"),
    shape(
      "legal-base: QĐ thử Đ1", "legal-base:", first + ".legal-base", .empty,
      at: "\n        evidence: K\n        funder: { split"),
    shape("legal-base: QĐ thử Đ1", "legal-base: \"  \"", first + ".legal-base", .kind(.text), at: "\"  \""),
    shape("legal-base: QĐ thử Đ1", "legal-base: 12", first + ".legal-base", .kind(.text), at: "12\n        evidence"),
    shape("evidence: S1\n", "evidence: maybe\n", "programmes[2].periods[1].evidence", .kind(.evidence), at: "maybe"),
    shape("evidence: S1\n", "evidence: Kay\n", "programmes[2].periods[1].evidence", .kind(.evidence), at: "Kay"),
    shape(
      "evidence: S1\n", "evidence: S\n", "programmes[2].periods[1].evidence", .kind(.evidence),
      at: "S\n        funder: { choice"),
    shape(
      "evidence: S1\n", "evidence: S1\n        evidence: S2\n", "evidence", .duplicateKey(firstLine: 101),
      at: "evidence: S2"),
    shape("code: BAO-1\n", "code: bao-1\n", "programmes[1].code", .kind(.code), at: "bao-1"),
    shape("\"1001\"", "\"0000\"", "programmes[1].wire-code", .kind(.wireCode), at: "\"0000\""),
    shape("\"1001\"", "1001", "programmes[1].wire-code", .kind(.wireCode), at: "1001"),
    shape("\"1001\"", "\"10g1\"", "programmes[1].wire-code", .kind(.wireCode), at: "\"10g1\""),
    shape(
      "rhythm: one-off-mass", "rhythm: weekly", "programmes[1].rhythm",
      .word([
        "monthly", "quarterly", "half-yearly", "yearly", "one-off", "one-off-mass", "on-death", "per-claim", "counter",
      ]), at: "weekly"),
    shape(
      "pillar: BTXH", "pillar: BHX", "programmes[1].pillar",
      .word(["BHXH", "BHTN", "BTXH", "NCC", "GN", "BHYT", "ALL"]), at: "BHX\n"),
    shape(
      "{ one: NSDP }", "{ one: QKHAC }", second + ".funder.one",
      .word(["NSTW", "NSDP", "QHTTT", "QTNLD", "QBHTN", "QBHYT"]), at: "QKHAC"),
    shape("{ one: NSDP }", "{}", second + ".funder", .form(["one", "choice", "split"]), at: "{}"),
    shape("NSTW: 70, NSDP: 30", "NSTW: 100", first + ".funder.split", .count(lowest: 2, highest: 6), at: "{ NSTW: 100"),
    shape(
      "NSTW: 70, NSDP: 30", "NSTW: 170, NSDP: 30", first + ".funder.split.NSTW",
      .range(lowest: "0.000001", highest: "100"), at: "170"),
    shape("unit: XA", "unit: UBND", first + ".unit", .word(["BHXH", "SNV", "SYT", "XA"]), at: "UBND"),
    shape("decided-by: storm-board", "decided-by: Storm Board", first + ".decided-by", .kind(.name), at: "Storm Board"),
    shape("from: 2026-01-01\n", "from: 01/01/2026\n", first + ".from", .kind(.date), at: "01/01/2026"),
    shape("from: 2026-01-01\n", "from: 1899-12-31\n", first + ".from", .kind(.date), at: "1899"),
    shape(
      "term: reserve, months: 3", "term: reserve", second + ".uncollected.months", .missingKey, at: "{ term: reserve"),
    shape(
      "term: reserve, months: 3", "term: carry, months: 3", second + ".uncollected.months", .unknownKey(nearest: nil),
      at: "3 }\n        conditions"),
    shape(
      "term: carry }", "term: forget }", "programmes[2].periods[1].uncollected.term",
      .word(["never-lapses", "reserve", "carry", "deadline", "none"]), at: "forget"),
    shape(
      "amount-is: least", "amount-is: more", second + ".amount-is", .word(["exact", "least", "start"]), at: "more"),
    shape(
      "{ to: 1000, direction: down }", "{ to: 500, direction: down }", first + ".rounding.to",
      .word(["1", "10", "100", "1000"]), at: "500, dir"),
    shape(
      "{ to: 1000, direction: down }", "{ to: 1000, direction: away }", first + ".rounding.direction",
      .word(["nearest", "down", "up"]), at: "away"),
    shape(
      "amount: { fixed: 5000000 }", "amount: { fixed: 5.000.000 }", first + ".amount.fixed", .kind(.whole),
      at: "5.000.000"),
    shape(
      "amount: { fixed: 5000000 }", "amount: { fixed: -1 }", first + ".amount.fixed",
      .range(lowest: "0", highest: "1000000000000"), at: "-1 }"),
    shape("amount: { fixed: 5000000 }", "amount: 5000000", first + ".amount", .kind(.section), at: "5000000\n"),
    shape("amount: { fixed: 5000000 }", "amount: { times: 3 }", first + ".amount", .form(forms), at: "{ times"),
    shape(
      "amount: { fixed: 5000000 }", "amount: { fixed: 1, parameter: muc_bao }", first + ".amount", .form(forms),
      at: "{ fixed: 1,"),
    shape(
      "amount: { fixed: 5000000 }", "amount: { fixed: 1, times: 2 }", first + ".amount.times",
      .unknownKey(nearest: nil), at: "times: 2"),
    shape(
      "times: 1.5", "times: 0", sum + "[1].rows[1].amount.times", .range(lowest: "0.000001", highest: "1000"),
      at: "0 } }\n                - { from: 50"),
    shape("times: 1.5", "times: a", sum + "[1].rows[1].amount.times", .kind(.decimal), at: "a } }"),
    shape(
      "percent: 33.333", "percent: 133", sum + "[2].when.tile.percent", .range(lowest: "0.000001", highest: "100"),
      at: "133"),
    shape(
      "percent: 33.333", "percent: -3", sum + "[2].when.tile.percent", .range(lowest: "0.000001", highest: "100"),
      at: "-3,"),
    shape("is: no }", "is: maybe }", second + ".conditions[2].any[2].is", .kind(.flag), at: "maybe"),
    shape(
      "{ input: lost, from: 30, to: 100 }", "{ input: lost }", second + ".conditions[1]",
      .form(["from, to", "in", "is"]), at: "{ input: lost }"),
    shape(
      "{ input: lost, from: 30, to: 100 }", "{ from: 30 }", second + ".conditions[1]", .form(["input", "all", "any"]),
      at: "{ from: 30 }"),
    shape("in: [tin, tile]", "in: []", second + ".conditions[2].any[1].in", .count(lowest: 1, highest: 20), at: "[]"),
    shape(
      "members: [BAO-1, BAO-2]", "members: [BAO-1]", "groups.storm.members", .count(lowest: 2, highest: 60),
      at: "[BAO-1]"),
    shape("members: [BAO-1, BAO-2]", "members: BAO-1", "groups.storm.members", .kind(.list), at: "BAO-1\n"),
    shape(
      "channel: commune", "channel: pigeon", "calendars.storm.windows[1].channel",
      .word(["bank", "point", "post-office", "home", "commune", "citizen-account"]), at: "pigeon"),
    shape(
      "from-day: 3, to-day: 9", "from-day: 3, to-day: 32", "calendars.storm.windows[2].to-day",
      .range(lowest: "1", highest: "31"), at: "32 }"),
    shape(
      "working-days: 3", "working-days: 3, same-day: yes", "calendars.storm.windows[3]",
      .form(["from-day, to-day", "from, to", "working-days", "same-day"]), at: "{ channel: home"),
    shape(
      "cut-off-day: 20", "cut-off-day: 29", "calendars.storm.cut-off-day", .range(lowest: "1", highest: "28"),
      at: "29"),
    shape(
      "status: planned, evidence: K }\n  muc_sau", "status: hoped, evidence: K }\n  muc_sau",
      "parameters.muc_bao.values[3].status", .word(["in-force", "planned"]), at: "hoped"),
    shape("vnd: 300000", "vnd: 300000.5", "parameters.muc_bao.values[1].vnd", .kind(.whole), at: "300000.5"),
    shape("  muc_bao:", "  Muc bao:", "parameters.Muc bao", .kind(.name), at: "Muc bao"),
    shape(
      "type: whole, from: 0, to: 100", "type: yes-no, from: 0", "inputs.lost.from", .unknownKey(nearest: nil),
      at: "0 }\n  roof"),
    shape(
      "type: whole, from: 0, to: 100", "type: float", "inputs.lost.type",
      .word(["money", "whole", "yes-no", "word", "health-subject"]), at: "float"),
    shape(
      "amount: 600000, source: K", "source: K", "programmes[1].vectors[2].amount", .missingKey,
      at: "{ on: 2026-09-10, inputs: { lost: 30"),
    shape(
      "inputs: { lost: 30, roof: tin }", "inputs: { lost: [30] }", "programmes[1].vectors[2].inputs.lost", .kind(.text),
      at: "[30]"),
    shape(
      "part-year: dropped", "part-year: months", "programmes[2].periods[1].amount.part-year",
      .word(["dropped", "half-years"]), at: "months\n"),
  ]

  /// What only the reader finds: files that contradict themselves or one another.
  static let rules: [BadCatalogue] = dateRules + referenceRules + amountRules + vectorRules

  private static let dateRules: [BadCatalogue] = [
    BadCatalogue("from: 2026-01-01\n", "from: 2026-02-30\n", first + ".from", .kind(.date), at: "2026-02-30"),
    BadCatalogue("    to: 2026-08-31\n", "    to: 2025-08-31\n", first + ".to", .reversed, at: "2025-08-31"),
    BadCatalogue(
      "    to: 2026-08-31\n", "    to: 2026-09-01\n", second + ".from", .overlap(with: "2026-01-01 – 2026-09-01"),
      at: "2026-09-01\n        legal-base: QĐ thử Đ2"),
    BadCatalogue(
      "        to: 2026-08-31\n", "", second + ".from", .overlap(with: "2026-01-01 – …"),
      at: "2026-09-01\n        legal-base: QĐ thử Đ2"),
    BadCatalogue(
      "    to: 2026-08-31\n", "    to: 2026-08-29\n", second + ".from", .gap(from: "2026-08-30", to: "2026-08-31"),
      at: "2026-09-01\n        legal-base: QĐ thử Đ2"),
    BadCatalogue(
      "legal-base: QĐ thử Đ2", "after-gap: none\n        legal-base: QĐ thử Đ2", second + ".after-gap", .noGap,
      at: "none\n"),
    BadCatalogue(
      "legal-base: QĐ thử Đ1", "after-gap: none\n        legal-base: QĐ thử Đ1", first + ".after-gap", .noGap,
      at: "none\n"),
    BadCatalogue(
      "to: 2026-08-31, vnd", "to: 2026-09-01, vnd", "parameters.muc_bao.values[2].from",
      .overlap(with: "2026-01-01 – 2026-09-01"), at: "2026-09-01, vnd: 400000"),
    BadCatalogue(
      "to: 2026-08-31, vnd", "to: 2026-08-30, vnd", "parameters.muc_bao.values[2].from",
      .gap(from: "2026-08-31", to: "2026-08-31"), at: "2026-09-01, vnd: 400000"),
    BadCatalogue(
      "to: 2026-08-31, vnd", "to: 2025-08-30, vnd", "parameters.muc_bao.values[1].to", .reversed, at: "2025-08-30"),
    BadCatalogue(
      "vnd: 400000, status: in-force", "to: 2026-10-31, vnd: 400000, status: in-force",
      sum + "[1].rows[1].amount.parameter", .parameterGap(from: "2026-11-01", to: "…"), at: "muc_bao, times: 1.5"),
    BadCatalogue(
      "amount: { fixed: 5000000 }", "amount: { parameter: ltt_vung1, times: 2 }", first + ".amount.parameter",
      .vector(RuleFault("", .overflow)), at: "nothing"),
    BadCatalogue(
      "{ to: 2026-09-30, name: { vi: Ban cũ", "{ from: 2026-01-01, to: 2026-09-30, name: { vi: Ban cũ",
      "agencies.storm-board.values[1].from", .gap(from: "…", to: "2025-12-31"), at: "2026-01-01, to: 2026-09-30"),
    BadCatalogue(
      "{ from: 2026-10-01, name", "{ from: 2026-10-01, to: 2026-12-31, name", "agencies.storm-board.values[2].to",
      .gap(from: "2027-01-01", to: "…"), at: "2026-12-31, name"),
    BadCatalogue("day: 2026-12-31", "day: 2025-12-31", first + ".uncollected.day", .deadline, at: "2025-12-31"),
    BadCatalogue(
      "from: 2026-09-10, to: 2026-12-31", "from: 2026-09-10, to: 2026-08-31", "calendars.storm.windows[1].to",
      .reversed, at: "2026-08-31 }\n      - { channel: bank"),
    BadCatalogue(
      "from-day: 3, to-day: 9", "from-day: 10, to-day: 9", "calendars.storm.windows[2].to-day", .reversed,
      at: "9 }\n      - { channel: home"),
    BadCatalogue(
      "    from: 2026-09-01\n    to: 2026-12-31", "    from: 2026-09-01\n    to: 2026-08-31", "groups.storm.to",
      .reversed, at: "2026-08-31\n    legal-base"),
  ].filter { $0.at != "nothing" }

  private static let referenceRules: [BadCatalogue] = [
    BadCatalogue(
      "code: BAO-2", "code: BAO-1", "programmes[2]", .nameTaken(file: "bao.yaml", line: 45),
      at: "code: BAO-1\n    wire-code: \"1002\""),
    BadCatalogue(
      "wire-code: \"1002\"", "wire-code: \"1001\"", "programmes[2].wire-code", .wireCodeTaken(code: "BAO-1"),
      at: "\"1001\"\n    pillar: BTXH\n    name: { vi: Hỗ trợ gạo"),
    BadCatalogue(
      "wire-code: \"1002\"", "wire-code: \"0001\"", "programmes[2].wire-code", .wireCodeTaken(code: "BAO-2"),
      at: "nothing"),
    BadCatalogue(
      "parameter: muc_bao, times: 3 ", "parameter: muc_boa, times: 3 ", sum + "[1].rows[2].amount.parameter",
      .unknownParameter(nearest: "muc_bao"), at: "muc_boa"),
    BadCatalogue(
      "parameter: muc_bao, times: 3 ", "parameter: muc_sau, times: 3 ", sum + "[1].rows[2].amount.parameter",
      .plannedParameter, at: "muc_sau, times"),
    BadCatalogue(
      "members: [BAO-1, BAO-2]", "members: [BAO-1, BAO-9]", "groups.storm.members[2]",
      .unknownProgramme(nearest: "BAO-1"), at: "BAO-9"),
    BadCatalogue(
      "members: [BAO-1, BAO-2]", "members: [BAO-1, BAO-2, BAO-1]", "groups.storm.members[3]", .repeated, at: "BAO-1]"),
    BadCatalogue(
      "programmes:\n",
      "  mua: { name: { vi: Mưa, en: Rain }, rule: first, members: [BAO-2, NQ68-TD, BAO-1],\n"
        + "    legal-base: QĐ, evidence: K }\nprogrammes:\n",
      "groups.mua.members", .cycle(["BAO-2", "NQ68-TD", "BAO-1", "BAO-2"]), at: "[BAO-2, NQ68"),
    BadCatalogue(
      "calendar: storm", "calendar: strom", first + ".calendar", .unknownCalendar(nearest: "storm"), at: "strom"),
    BadCatalogue(
      "decided-by: storm-board", "decided-by: strom-board", first + ".decided-by",
      .unknownAgency(nearest: "storm-board"), at: "strom-board"),
    BadCatalogue("tiers: lost", "tiers: lots", sum + "[1].tiers", .unknownInput(nearest: "lost"), at: "lots"),
    BadCatalogue(
      "input: lost, from: 30", "input: nobody, from: 30", second + ".conditions[1].input", .unknownInput(nearest: nil),
      at: "nobody"),
    BadCatalogue(
      "{ choice: [NSTW, NSDP] }", "{ choice: [NSTW, NSTW] }", "programmes[2].periods[1].funder.choice[2]", .repeated,
      at: "NSTW] }"),
    BadCatalogue(
      "NSTW: 70, NSDP: 30", "NSTW: 70, NSDP: 20", first + ".funder.split", .shares(total: "90"),
      at: "{ NSTW: 70, NSDP: 20"),
    BadCatalogue(
      "        funder: { one: NSDP }\n", "", second + ".funder", .funder,
      at: "from: 2026-09-01\n        legal-base: QĐ thử Đ2"),
    BadCatalogue("rhythm: one-off\n", "rhythm: counter\n", "programmes[2].periods[1].funder", .funder, at: "{ choice"),
    BadCatalogue(
      "{ term: carry }", "{ term: none }", "programmes[2].periods[1].uncollected", .funder, at: "{ term: none"),
  ].filter { $0.at != "nothing" }

  private static let amountRules: [BadCatalogue] = [
    BadCatalogue(
      "tiers: lost", "tiers: roof", sum + "[1].tiers", .inputType(needed: ["money", "whole"]),
      at: "roof\n              rows"),
    BadCatalogue(
      "choose: roof", "choose: lost", sum + "[2].choose", .inputType(needed: ["word", "yes-no"]),
      at: "lost\n              when"),
    BadCatalogue("choose: roof", "choose: hiv", sum + "[2].when", .inputWords(["yes", "no"]), at: "tin: { fixed: 0 }"),
    BadCatalogue(
      "                tin: { fixed: 0 }\n", "", sum + "[2].when", .inputWords(["tin", "tile"]), at: "tile: { percent"),
    BadCatalogue(
      "in: [tin, tile]", "in: [tin, straw]", second + ".conditions[2].any[1].in[2]", .word(["tin", "tile"]), at: "straw"
    ),
    BadCatalogue(
      "input: hiv, is: no", "input: roof, is: no", second + ".conditions[2].any[2].input",
      .inputType(needed: ["yes-no"]), at: "roof, is: no"),
    BadCatalogue(
      "from: 30, to: 100 }", "from: 30, to: 101 }", second + ".conditions[1].to", .inputBounds(lowest: 0, highest: 100),
      at: "101"),
    BadCatalogue(
      "from: 30, to: 100 }", "from: 30, to: 20 }", second + ".conditions[1].to", .reversed,
      at: "20 }\n          - any"),
    BadCatalogue(
      "cap: { parameter: muc_bao }", "cap: { fixed: 400000 }", sum + "[2].when.tile.cap", .capWithoutParameter,
      at: "{ fixed: 400000"),
    BadCatalogue("{ from: 50, amount", "{ from: 51, amount", sum + "[1].rows[2].from", .tiers(at: 51), at: "51"),
    BadCatalogue(
      "{ from: 50, amount", "{ from: 49, amount", sum + "[1].rows[2].from", .tiers(at: 49),
      at: "49, amount: { parameter: muc_bao, times: 3"),
    BadCatalogue(
      "{ from: 0, to: 49, amount", "{ from: 0, amount", sum + "[1].rows[2].from", .tiers(at: 50), at: "50, amount"),
    BadCatalogue(
      "{ sex: male, from-years: 20,", "{ sex: male, from-years: 21,",
      "programmes[2].periods[1].amount.rates[3].from-years", .tiers(at: 21), at: "21, percent"),
    BadCatalogue(
      "{ sex: female, from-years: 15", "{ sex: man, from-years: 15", "programmes[2].periods[1].amount.rates",
      .inputWords(["female", "male"]), at: "- { sex: man"),
    BadCatalogue(
      "pension: average-wage", "pension: lost", "programmes[2].periods[1].amount.pension",
      .inputType(needed: ["money"]), at: "lost\n          sex"),
    BadCatalogue(
      "lasts: { input: months-paid", "lasts: { input: sex", second + ".lasts.input", .inputType(needed: ["whole"]),
      at: "sex, paid-in"),
    BadCatalogue(
      "paid-in-from: 12, paid-in-to: 36", "paid-in-from: 37, paid-in-to: 36", second + ".lasts.paid-in-to", .reversed,
      at: "36, months"),
  ]

  private static let vectorRules: [BadCatalogue] = [
    BadCatalogue(
      "      - { on: 2026-02-01, amount: 5000000, source: K }\n", "", first, .noVector,
      at: "from: 2026-01-01\n        to: 2026-08-31"),
    BadCatalogue(
      "times: 1.5", "times: 1.4", "programmes[1].vectors[2].amount", .vectorAmount(expected: 600_000, found: 560_000),
      at: "600000"),
    BadCatalogue(
      "months: 4, source", "months: 5, source", "programmes[1].vectors[3].months", .vectorMonths(expected: 5, found: 4),
      at: "5, source"),
    BadCatalogue(
      "lost: 30, roof: tin", "lost: 29, roof: tin", "programmes[1].vectors[2]",
      .vector(
        RuleFault(
          "conditions[1]",
          .unmetCondition(.init(vi: "phần nhà bị mất từ 30 đến 100", en: "part of the house lost from 30 to 100")))),
      at: "{ on: 2026-09-10, inputs: { lost: 29"),
    BadCatalogue(
      "lost: 30, roof: tin", "lost: 30", "programmes[1].vectors[2]",
      .vector(RuleFault("amount.sum[2]", .missingInput("roof", values: "tin, tile"))),
      at: "{ on: 2026-09-10, inputs: { lost: 30 }"),
    BadCatalogue(
      "lost: 30, roof: tin", "lots: 30, roof: tin", "programmes[1].vectors[2]",
      .vector(RuleFault("inputs", .unknownInput("lots", nearest: "lost"))), at: "{ on: 2026-09-10, inputs: { lots"),
    BadCatalogue(
      "lost: 30, roof: tin", "lost: 101, roof: tin", "programmes[1].vectors[2]",
      .vector(RuleFault("inputs", .inputRange("lost", values: "0…100"))), at: "{ on: 2026-09-10, inputs: { lost: 101"),
  ]
}
