import VietnamReference

@testable import Benefits
@testable import ansinh

extension CatalogueFaultCode: Exemplified {
  var example: any Error {
    let (key, reason) = shapeExample ?? dateExample ?? ruleExample
    return ProgrammeError.content(
      path: "chuong-trinh",
      CatalogueError([CatalogueFault(file: "bao.yaml", line: 31, column: 7, key: key, reason: reason)]))
  }

  private var shapeExample: (String, CatalogueFault.Reason)? {
    switch self {
    case .syntax: ("", .syntax("did not find expected key"))
    case .duplicateKey: ("evidence", .duplicateKey(firstLine: 12))
    case .unknownKey: ("programmes[1].rythm", .unknownKey(nearest: "rhythm"))
    case .missingKey: ("programmes[1].periods[1].legal-base", .missingKey)
    case .empty: ("programmes[1].periods[1].evidence", .empty)
    case .kind: ("programmes[1].wire-code", .kind(.wireCode))
    case .range: ("programmes[1].periods[1].amount.percent", .range(lowest: "0.000001", highest: "100"))
    case .word: ("programmes[1].periods[1].unit", .word(["BHXH", "SNV", "SYT", "XA"]))
    case .form: ("programmes[1].periods[1].funder", .form(["one", "choice", "split"]))
    case .count: ("groups.storm.members", .count(lowest: 2, highest: 60))
    case .repeated: ("groups.storm.members[2]", .repeated)
    case .nameTaken: ("programmes[2]", .nameTaken(file: "btxh.yaml", line: 5))
    case .wireCodeTaken: ("programmes[2].wire-code", .wireCodeTaken(code: "BTXH-KC"))
    case .tooMany: ("programmes[9]", .tooManyProgrammes(highest: 128))
    default: nil
    }
  }

  private var dateExample: (String, CatalogueFault.Reason)? {
    switch self {
    case .reversed: ("programmes[1].periods[1].to", .reversed)
    case .overlap: ("programmes[1].periods[2].from", .overlap(with: "2026-01-01 – 2026-08-31"))
    case .gap: ("programmes[1].periods[2].from", .gap(from: "2026-08-30", to: "2026-08-31"))
    case .noGap: ("programmes[1].periods[2].after-gap", .noGap)
    case .parameterGap:
      ("programmes[1].periods[1].amount.parameter", .parameterGap(from: "2014-06-01", to: "2025-05-09"))
    case .deadline: ("programmes[1].periods[1].uncollected.day", .deadline)
    default: nil
    }
  }

  private var ruleExample: (String, CatalogueFault.Reason) {
    let amount = "programmes[1].periods[1].amount"
    return switch self {
    case .unknownParameter: (amount + ".parameter", .unknownParameter(nearest: "luong_co_so"))
    case .plannedParameter: (amount + ".parameter", .plannedParameter)
    case .unknownProgramme: ("groups.storm.members[2]", .unknownProgramme(nearest: "BTXH-KC"))
    case .unknownCalendar: ("programmes[1].periods[1].calendar", .unknownCalendar(nearest: "budget-monthly"))
    case .unknownAgency: ("programmes[1].periods[1].paid-by", .unknownAgency(nearest: "commune"))
    case .unknownInput: (amount + ".each", .unknownInput(nearest: "people"))
    case .inputType: (amount + ".each", .inputType(needed: ["whole"]))
    case .inputWords: (amount + ".when", .inputWords(["yes", "no"]))
    case .inputBounds: ("programmes[1].periods[1].conditions[1].to", .inputBounds(lowest: 0, highest: 130))
    case .cap: (amount + ".cap", .capWithoutParameter)
    case .tiers: (amount + ".rows[2].from", .tiers(at: 51))
    case .shares: ("programmes[1].periods[1].funder.split", .shares(total: "90"))
    case .funder: ("programmes[1].periods[1].funder", .funder)
    case .cycle: ("groups.storm.members", .cycle(["BAO-1", "BAO-2", "BAO-1"]))
    case .noVector: ("programmes[1].periods[1]", .noVector)
    case .vectorAmount: ("programmes[1].vectors[1].amount", .vectorAmount(expected: 750_000, found: 700_000))
    case .vectorMonths: ("programmes[1].vectors[1].months", .vectorMonths(expected: 4, found: 3))
    default:
      ("programmes[1].vectors[1]", .vector(RuleFault("inputs", .unknownInput("lots", nearest: "lost"))))
    }
  }
}

extension ProgrammeCode: Exemplified {
  var example: any Error {
    let error: ProgrammeError =
      switch self {
      case .unreadable: .unreadable(path: "chuong-trinh")
      case .refused: .refused(count: 2)
      case .notFound: .notFound(code: "BHXH-X")
      case .day: .day("31/02/2026")
      case .inputForm: .input("months-paid")
      case .sides: .sides
      case .cover: .cover
      default: .rule(code: "BHTN-TCTN", RuleFault(rulePlace, ruleReason))
      }
    return error
  }

  private var rulePlace: String { self == .notInForce ? "" : self == .inputMissing ? "amount.cap" : "inputs" }

  private var ruleReason: RuleFault.Reason {
    let date = CalendarDate(year: 2019, month: 1, day: 1)
    switch self {
    case .inputMissing: return .missingInput("region", values: "region-1, region-2, region-3, region-4")
    case .inputUnknown: return .unknownInput("regoin", nearest: "region")
    case .inputValue: return .inputRange("months-paid", values: "0…720")
    case .noTier: return .noTier("months-paid", 3)
    case .condition:
      return .unmetCondition(BilingualText(vi: "số tháng đã đóng từ 12", en: "months paid in from 12"))
    case .noParameter: return date.map { .noParameter("ltt_vung1", $0) } ?? .overflow
    case .notInForce: return date.map { .notInForce("BHTN-TCTN", $0) } ?? .overflow
    default: return .overflow
    }
  }
}
