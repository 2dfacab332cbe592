/// Programmes as data, beside the faults of their files (`CatalogueFaultCode`).
enum ProgrammeCode: String, MessageCode {
  case unreadable = "programme.unreadable"
  case refused = "programme.refused"
  case notFound = "programme.not-found"
  case day = "programme.day"
  case inputForm = "programme.input-form"
  case sides = "programme.sides"
  case cover = "programme.cover"
  case notInForce = "programme.no-period"
  case inputMissing = "programme.input-missing"
  case inputUnknown = "programme.input-unknown"
  case inputValue = "programme.input-value"
  case noTier = "programme.no-tier"
  case noParameter = "programme.no-parameter"
  case condition = "programme.condition"
  case overflow = "programme.overflow"
}
