import ISO7816
import Testing

/// ISO/IEC 7816-4:2020 §5.6.
@Suite struct StatusWordTests {
  @Test func everyValueIsKept() {
    for value in UInt16.min...UInt16.max {
      let status = StatusWord(rawValue: value)
      guard StatusWord(sw1: status.sw1, sw2: status.sw2) == status, status.rawValue == value,
        status.bytes == [UInt8(value >> 8), UInt8(value & 0xFF)]
      else {
        Issue.record("\(value)")
        return
      }
    }
  }

  @Test func onlyNineThousandIsSuccess() {
    #expect((UInt16.min...UInt16.max).filter { StatusWord(rawValue: $0).isSuccess } == [0x9000])
  }

  @Test func errorsAre64To6F() {
    let errors = (UInt16.min...UInt16.max).filter { StatusWord(rawValue: $0).isError }
    #expect(errors == Array(0x6400...0x6FFF))
  }

  @Test func triesLeft() {
    for tries in 0...15 {
      #expect(StatusWord.triesLeft(tries).rawValue == 0x63C0 | UInt16(tries))
      #expect(StatusWord.triesLeft(tries).triesLeft == tries)
    }
    #expect(StatusWord.triesLeft(-1).triesLeft == 0)
    #expect(StatusWord.triesLeft(16).triesLeft == 15)
    for other: UInt16 in [0x6300, 0x63BF, 0x63D0, 0x62C3, 0x9000] {
      #expect(StatusWord(rawValue: other).triesLeft == nil)
    }
  }

  @Test(arguments: [(0, 0x6100), (1, 0x6101), (255, 0x61FF), (256, 0x6100), (70_000, 0x6100)])
  func moreData(_ count: Int, _ value: Int) {
    #expect(StatusWord.moreData(count).rawValue == UInt16(value))
  }

  @Test func namedValues() {
    let named: [(StatusWord, String)] = [
      (.success, "9000"), (.warning, "6200"), (.dataMayBeCorrupted, "6281"), (.endOfFile, "6282"),
      (.deactivated, "6283"), (.authenticationFailed, "6300"), (.executionError, "6400"), (.memoryFailure, "6581"),
      (.wrongLength, "6700"), (.logicalChannelNotSupported, "6881"), (.secureMessagingNotSupported, "6882"),
      (.lastCommandExpected, "6883"), (.chainingNotSupported, "6884"), (.securityStatusNotSatisfied, "6982"),
      (.authenticationBlocked, "6983"), (.referenceDataNotUsable, "6984"), (.conditionsNotSatisfied, "6985"),
      (.commandNotAllowed, "6986"), (.secureMessagingObjectsMissing, "6987"),
      (.secureMessagingObjectsIncorrect, "6988"), (.incorrectData, "6A80"), (.functionNotSupported, "6A81"),
      (.fileNotFound, "6A82"), (.notEnoughMemory, "6A84"), (.incorrectP1P2, "6A86"),
      (.referencedDataNotFound, "6A88"), (.wrongParameters, "6B00"), (.instructionNotSupported, "6D00"),
      (.classNotSupported, "6E00"), (.unknownError, "6F00"),
    ]
    for (status, digits) in named { #expect(status.description == digits) }
  }
}
