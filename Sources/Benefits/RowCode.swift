internal import VietnamReference

/// The stable words by which programs tell one fault of a list from another. ``RowProblem/code`` is the raw value.
///
/// A code is never given another meaning.
public enum RowCode: String, CaseIterable, Sendable {
  // Amounts.
  case amountEmpty = "amount.empty"
  case amountNegative = "amount.negative"
  case amountDecimal = "amount.decimal"
  case amountSeparators = "amount.separators"
  case amountDigits = "amount.digits"
  case amountTooLarge = "amount.too-large"
  case amountGrouping = "amount.grouping"
  case amountScientific = "amount.scientific"
  case amountZero = "amount.zero"
  case amountRule = "amount.not-the-rule"
  // Arrears.
  case arrearsFuture = "arrears.future"
  case arrearsOnDeath = "arrears.on-death"
  case arrearsShape = "arrears.shape"
  // Birth dates.
  case birthDateAge = "birth-date.age"
  case birthDateMonthFirst = "birth-date.month-first"
  case birthDateRange = "birth-date.range"
  case birthDateSerial = "birth-date.serial"
  case birthDateShape = "birth-date.shape"
  case birthDateTwoDigitYear = "birth-date.two-digit-year"
  // The shape of the file.
  case csvUnbalancedQuote = "csv.unbalanced-quote"
  case csvBareQuote = "csv.bare-quote"
  case csvUTF8 = "csv.utf8"
  case csvRagged = "csv.ragged"
  case csvEmptyLine = "csv.empty-line"
  case csvLineEnd = "csv.line-end"
  case csvTooLong = "csv.too-long"
  case csvCut = "csv.cut"
  // Its character set.
  case encodingAmbiguous = "encoding.ambiguous"
  case encodingUnknown = "encoding.unknown"
  // Dead people, of funeral grants.
  case deceasedMissing = "deceased.missing"
  case deceasedSelf = "deceased.self"
  case deceasedUnneeded = "deceased.unneeded"
  // Files that are no lists.
  case fileArchive = "file.archive"
  case fileBinary = "file.binary"
  case fileChanged = "file.changed"
  case fileEmpty = "file.empty"
  case fileHtml = "file.html"
  case filePdf = "file.pdf"
  case fileRtf = "file.rtf"
  case fileXls = "file.xls"
  case fileXlsx = "file.xlsx"
  // Funding sources.
  case funderNotAllowed = "funder.not-allowed"
  case funderSplit = "funder.split"
  case funderUnknown = "funder.unknown"
  // The line of column names.
  case headerAbsent = "header.absent"
  case headerMissing = "header.missing"
  case headerRepeated = "header.repeated"
  case headerOrder = "header.order"
  case headerUnknown = "header.unknown"
  // Lists of people who are to have a card.
  case communeShape = "commune.shape"
  case guardianMissing = "guardian.missing"
  case guardianSelf = "guardian.self"
  case jsonField = "json.field"
  case jsonSyntax = "json.syntax"
  case jsonType = "json.type"
  case phoneShape = "phone.shape"
  case photoShape = "photo.shape"
  case profileUnknown = "profile.unknown"
  case provinceScope = "province.scope"
  case sexUnknown = "sex.unknown"
  case textControl = "text.control-character"
  case textTooLong = "text.too-long"
  // Personal IDs.
  case idEmpty = "id.empty"
  case idLength = "id.length"
  case idCharacter = "id.character"
  case idProvince = "id.province"
  case idCountry = "id.country"
  case idLevel = "id.level"
  case idLeadingZero = "id.leading-zero"
  case idOldCard = "id.old-card"
  case idScientific = "id.scientific"
  // Personal IDs that are taken, but should be checked.
  case idBirthYearInFuture = "id.birth-year-in-future"
  case idBirthYearMismatch = "id.birth-year-mismatch"
  case idSexMismatch = "id.sex-mismatch"
  case idCountryCode = "id.country-code"
  case idUnknownSubject = "id.unknown-subject"
  // The list as a whole.
  case listEmpty = "list.empty"
  case listTooLong = "list.too-long"
  // Names.
  case nameEmpty = "name.empty"
  case nameControlCharacter = "name.control-character"
  case nameTooLong = "name.too-long"
  case nameNoLetter = "name.no-letter"
  case nameLostLetters = "name.lost-letters"
  case nameSign = "name.sign"
  // Months, people, points, programmes, provinces, rows, units.
  case periodAhead = "period.ahead"
  case periodDate = "period.date"
  case periodShape = "period.shape"
  case personBirthDate = "person.birth-date"
  case personName = "person.name"
  case pointProvince = "point.province"
  case pointShape = "point.shape"
  case programmeNotInForce = "programme.not-in-force"
  case programmeNotPayable = "programme.not-payable"
  case programmeUnknown = "programme.unknown"
  case provinceClosed = "province.closed"
  case provinceLeadingZero = "province.leading-zero"
  case provinceUnknown = "province.unknown"
  case rowDuplicate = "row.duplicate"
  case rowEarlierList = "row.earlier-list"
  case rowExcluded = "row.excluded"
  case unitProvince = "unit.province"
  case unitShape = "unit.shape"
}

extension RowCode {
  /// The code of a wrong amount.
  init(_ error: AmountError) {
    self =
      switch error {
      case .empty: .amountEmpty
      case .negative: .amountNegative
      case .decimal: .amountDecimal
      case .separators: .amountSeparators
      case .notDigits: .amountDigits
      case .tooLarge: .amountTooLarge
      }
  }

  /// The code of a wrong personal ID.
  init(_ error: IdentifierError) {
    self =
      switch error {
      case .empty: .idEmpty
      case .wrongLength: .idLength
      case .wrongCharacter: .idCharacter
      case .unassignedProvince: .idProvince
      case .countryCode: .idCountry
      case .unknownLevel: .idLevel
      }
  }

  /// The code of what should be checked about a personal ID.
  init(_ finding: IdentifierFinding) {
    self =
      switch finding {
      case .birthYearInFuture: .idBirthYearInFuture
      case .birthYearMismatch: .idBirthYearMismatch
      case .sexMismatch: .idSexMismatch
      case .countryCode: .idCountryCode
      case .unknownSubject: .idUnknownSubject
      }
  }

  /// The code of a wrong name.
  init(_ error: PersonNameError) {
    self =
      switch error {
      case .empty: .nameEmpty
      case .controlCharacter: .nameControlCharacter
      case .tooLong: .nameTooLong
      case .noLetter: .nameNoLetter
      }
  }
}
