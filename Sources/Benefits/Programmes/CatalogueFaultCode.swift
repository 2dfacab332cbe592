/// A stable word for programs, one for each ``CatalogueFault/Reason``.
public enum CatalogueFaultCode: String, CaseIterable, Sendable {
  /// ``CatalogueFault/Reason/syntax(_:)``.
  case syntax = "programme.syntax"
  /// ``CatalogueFault/Reason/duplicateKey(firstLine:)``.
  case duplicateKey = "programme.duplicate-key"
  /// ``CatalogueFault/Reason/unknownKey(nearest:)``.
  case unknownKey = "programme.unknown-key"
  /// ``CatalogueFault/Reason/missingKey``.
  case missingKey = "programme.missing-key"
  /// ``CatalogueFault/Reason/empty``.
  case empty = "programme.empty"
  /// ``CatalogueFault/Reason/kind(_:)``.
  case kind = "programme.kind"
  /// ``CatalogueFault/Reason/range(lowest:highest:)``.
  case range = "programme.range"
  /// ``CatalogueFault/Reason/word(_:)``.
  case word = "programme.word"
  /// ``CatalogueFault/Reason/form(_:)``.
  case form = "programme.form"
  /// ``CatalogueFault/Reason/count(lowest:highest:)``.
  case count = "programme.count"
  /// ``CatalogueFault/Reason/repeated``.
  case repeated = "programme.repeated"
  /// ``CatalogueFault/Reason/nameTaken(file:line:)``.
  case nameTaken = "programme.name-taken"
  /// ``CatalogueFault/Reason/wireCodeTaken(code:)``.
  case wireCodeTaken = "programme.wire-code-taken"
  /// ``CatalogueFault/Reason/tooManyProgrammes(highest:)``.
  case tooMany = "programme.too-many"
  /// ``CatalogueFault/Reason/reversed``.
  case reversed = "programme.reversed"
  /// ``CatalogueFault/Reason/overlap(with:)``.
  case overlap = "programme.overlap"
  /// ``CatalogueFault/Reason/gap(from:to:)``.
  case gap = "programme.gap"
  /// ``CatalogueFault/Reason/noGap``.
  case noGap = "programme.no-gap"
  /// ``CatalogueFault/Reason/unknownParameter(nearest:)``.
  case unknownParameter = "programme.unknown-parameter"
  /// ``CatalogueFault/Reason/plannedParameter``.
  case plannedParameter = "programme.planned-parameter"
  /// ``CatalogueFault/Reason/parameterGap(from:to:)``.
  case parameterGap = "programme.parameter-gap"
  /// ``CatalogueFault/Reason/unknownProgramme(nearest:)``.
  case unknownProgramme = "programme.unknown-programme"
  /// ``CatalogueFault/Reason/unknownCalendar(nearest:)``.
  case unknownCalendar = "programme.unknown-calendar"
  /// ``CatalogueFault/Reason/unknownAgency(nearest:)``.
  case unknownAgency = "programme.unknown-agency"
  /// ``CatalogueFault/Reason/unknownInput(nearest:)``.
  case unknownInput = "programme.unknown-input"
  /// ``CatalogueFault/Reason/inputType(needed:)``.
  case inputType = "programme.input-type"
  /// ``CatalogueFault/Reason/inputWords(_:)``.
  case inputWords = "programme.input-words"
  /// ``CatalogueFault/Reason/inputBounds(lowest:highest:)``.
  case inputBounds = "programme.input-bounds"
  /// ``CatalogueFault/Reason/capWithoutParameter``.
  case cap = "programme.cap"
  /// ``CatalogueFault/Reason/tiers(at:)``.
  case tiers = "programme.tiers"
  /// ``CatalogueFault/Reason/shares(total:)``.
  case shares = "programme.shares"
  /// ``CatalogueFault/Reason/funder``.
  case funder = "programme.funder"
  /// ``CatalogueFault/Reason/deadline``.
  case deadline = "programme.deadline"
  /// ``CatalogueFault/Reason/cycle(_:)``.
  case cycle = "programme.cycle"
  /// ``CatalogueFault/Reason/noVector``.
  case noVector = "programme.no-vector"
  /// ``CatalogueFault/Reason/vectorAmount(expected:found:)``.
  case vectorAmount = "programme.vector-amount"
  /// ``CatalogueFault/Reason/vectorMonths(expected:found:)``.
  case vectorMonths = "programme.vector-months"
  /// ``CatalogueFault/Reason/vector(_:)``.
  case vector = "programme.vector"
}
