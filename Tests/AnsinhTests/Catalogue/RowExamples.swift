import Testing
import VietnamReference

@testable import Benefits

/// One list for each code of a row, read as the program reads it; what it is told with.
///
/// The switches have no default: a new code needs a list that shows it to compile.
extension RowCode {
  /// The problem as the program tells it.
  func example() throws -> RowProblem {
    let today = try #require(CalendarDate(text: "2026-10-25"))
    let options = PaymentList.Options(today: today, allowsSampleData: self != .idProvince)
    let problems: [RowProblem]
    switch try sample() {
    case .problem(let problem): return problem
    case .list(let text):
      guard case .failure(let refusal) = PaymentList.parse(Array(text.utf8), options: options) else {
        return try none()
      }
      problems = refusal.problems
    case .cell(let column, let text):
      problems = Self.survey(Array(Self.lines([Self.columns, Self.row([column: text])], ";").utf8), options)
    case .file(let bytes): problems = Self.survey(bytes, options)
    case .people(let text): problems = Self.people(Array(text.utf8), options)
    }
    return try #require(problems.first { $0.code == rawValue }, "\(rawValue): \(problems)")
  }

  private func none() throws -> RowProblem { try #require(nil as RowProblem?, "\(rawValue): taken") }

  private static func survey(_ bytes: [UInt8], _ options: PaymentList.Options) -> [RowProblem] {
    switch PaymentListFile.survey(chunks: [bytes], options: PaymentListFile.Options(content: options)) {
    case .success(let survey): survey.problems + survey.warnings
    case .failure(let refusal): refusal.problems
    }
  }

  private static func people(_ bytes: [UInt8], _ options: PaymentList.Options) -> [RowProblem] {
    var reader = ApplicantListReader(options: PaymentListFile.Options(content: options))
    reader.feed(bytes)
    reader.finish()
    var problems: [RowProblem] = []
    while let entry = reader.next() {
      if case .reject(let reject) = entry { problems += reject.problems }
    }
    return problems + (reader.refusal?.problems ?? [])
  }

  private func sample() throws -> Sample {
    switch self {
    case .amountEmpty, .amountNegative, .amountDecimal, .amountSeparators, .amountDigits, .amountTooLarge,
      .amountGrouping, .amountScientific, .amountZero:
      amountSample
    case .amountRule, .birthDateAge: ruleSample
    case .birthDateMonthFirst: .cell(.birthDate, "12/31/1950")
    case .birthDateRange: .cell(.birthDate, "1899")
    case .birthDateSerial: .cell(.birthDate, "19131")
    case .birthDateShape: .cell(.birthDate, "31/02/1952")
    case .birthDateTwoDigitYear: .cell(.birthDate, "17/05/52")
    case .csvUnbalancedQuote, .csvBareQuote, .csvUTF8, .csvRagged, .csvEmptyLine, .csvLineEnd, .csvTooLong, .csvCut:
      csvSample
    case .encodingAmbiguous, .encodingUnknown, .fileArchive, .fileBinary, .fileChanged, .fileEmpty, .fileHtml,
      .filePdf, .fileRtf, .fileXls, .fileXlsx, .listEmpty, .listTooLong:
      fileSample
    case .funderNotAllowed: .cell(.funder, "QBHTN")
    case .funderUnknown: .cell(.funder, "QUY")
    case .headerAbsent, .headerMissing, .headerRepeated, .headerOrder, .headerUnknown: headerSample
    case .idEmpty, .idLength, .idCharacter, .idProvince, .idCountry, .idLevel, .idLeadingZero, .idOldCard,
      .idScientific, .idBirthYearInFuture, .idBirthYearMismatch, .idSexMismatch, .idCountryCode, .idUnknownSubject:
      idSample
    case .nameEmpty: .cell(.name, "")
    case .nameControlCharacter: .cell(.name, "Nguyễn\u{7} Hòa")
    case .nameTooLong: .cell(.name, String(repeating: "Nguyễn ", count: 60))
    case .nameNoLetter: .list(Self.lines([Self.columns, Self.row([.name: "..."])]))
    case .nameLostLetters: .cell(.name, "Nguy?n Th? Hòa")
    case .nameSign: .cell(.name, "=Hòa")
    case .communeShape, .guardianMissing, .guardianSelf, .jsonField, .jsonSyntax, .jsonType, .phoneShape, .photoShape,
      .profileUnknown, .provinceScope, .sexUnknown, .textControl, .textTooLong:
      try applicantSample()
    case .deceasedMissing, .deceasedSelf, .deceasedUnneeded, .funderSplit, .arrearsFuture, .arrearsOnDeath,
      .arrearsShape, .periodAhead, .periodDate, .periodShape, .personBirthDate, .personName,
      .pointProvince, .pointShape, .programmeNotInForce,
      .programmeNotPayable, .programmeUnknown, .provinceClosed, .provinceLeadingZero, .provinceUnknown, .rowDuplicate,
      .rowEarlierList, .rowExcluded, .unitProvince, .unitShape:
      try otherSample()
    }
  }
}
