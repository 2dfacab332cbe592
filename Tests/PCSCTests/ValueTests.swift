import CPCSC
import Glibc
import ISO7816
import Testing

@testable import PCSC

@Suite("PC/SC values")
struct ValueTests {
  @Test("codes have the values of pcsclite.h")
  func codes() {
    let pairs: [(PCSCError.Code, Int)] = [
      (.cancelled, SCARD_E_CANCELLED), (.timeout, SCARD_E_TIMEOUT), (.noService, SCARD_E_NO_SERVICE),
      (.readerUnavailable, SCARD_E_READER_UNAVAILABLE), (.sharingViolation, SCARD_E_SHARING_VIOLATION),
      (.unsupportedFeature, SCARD_E_UNSUPPORTED_FEATURE), (.communicationDataLost, SCARD_E_COMM_DATA_LOST),
      (.communicationError, SCARD_F_COMM_ERROR), (.resetCard, SCARD_W_RESET_CARD),
      (.removedCard, SCARD_W_REMOVED_CARD), (.unpoweredCard, SCARD_W_UNPOWERED_CARD),
      (.notAuthenticated, SCARD_W_CARD_NOT_AUTHENTICATED),
    ]
    for (code, value) in pairs { #expect(Int(code.rawValue) == value, "\(code)") }
    #expect(PCSCError.Code.allNamed.count == 59)
    #expect(Set(PCSCError.Code.allNamed.map(\.name)).count == 59)
  }

  @Test("an unknown code is kept and shown by its digits")
  func unknownCode() {
    let error = PCSCError(PCSCError.Code(rawValue: 0xDEAD_0001), in: "SCardConnect")
    #expect(error.description == "SCardConnect: DEAD0001 (unknown code)")
    #expect(error.cardLoss == nil)
    #expect(error.channelError.code == error.code && error.channelError.loss == nil)
  }

  @Test(
    "a service that goes down before it answered looks like one that turns away",
    arguments: ["SCardEstablishContext", "SCardListReaders", "SCardGetStatusChange"])
  func outages(function: String) {
    for code in [PCSCError.Code.noService, .communicationError, .securityViolation, .noAccess] {
      #expect(PCSCError(code, in: function).isOutage, "\(code)")
    }
    #expect(!PCSCError(.securityViolation, in: "SCardConnect").isOutage)
    #expect(!PCSCError(.timeout, in: "SCardEstablishContext").isOutage)
  }

  @Test(
    "codes that mean a lost card",
    arguments: [
      (.resetCard, .reset), (.removedCard, .removed), (.noSmartCard, .removed), (.unpoweredCard, .unpowered),
      (.readerUnavailable, .readerGone), (.unknownReader, .readerGone), (.noService, .serviceGone),
      (.serviceStopped, .serviceGone), (.communicationDataLost, .serviceGone), (.communicationError, .serviceGone),
    ] as [(PCSCError.Code, CardLoss)])
  func losses(code: PCSCError.Code, loss: CardLoss) {
    #expect(PCSCError(code, in: "SCardTransmit").channelError.loss == loss)
  }

  @Test("errors match by code")
  func matching() {
    func thrown() throws { throw PCSCError(.timeout, in: "SCardGetStatusChange") }
    do {
      try thrown()
      Issue.record("nothing thrown")
    } catch PCSCError.Code.noService {
      Issue.record("matched another code")
    } catch PCSCError.Code.timeout {
    } catch {
      Issue.record("not matched: \(error)")
    }
  }

  @Test(
    "answers to reset",
    arguments: [
      ("3B80800101", [0, 1], "", true),
      ("3B00", [0], "", true),
      ("3B8F8001804F0CA000000306030001000000006A", [0, 1], "804F0CA0000003060300010000000", true),
      ("3BF81300008131FE454A434F5076323431B7", [1], "4A434F5076323431", true),
      ("3B800101", [1], "", false),
      ("3B80800102", [0, 1], "", false),
      ("3B02", [0], "", false),
      ("0000", [0], "", false),
      ("", [0], "", false),
    ] as [(String, [UInt8], String, Bool)])
  func answerToReset(hex: String, protocols: [UInt8], historical: String, isWellFormed: Bool) throws {
    let atr = ATR(try #require([UInt8](hex: hex)))
    #expect(atr.protocols == protocols)
    #expect(atr.isWellFormed == isWellFormed)
    #expect(atr.historicalBytes.hex.hasPrefix(historical))
    #expect(atr.description == hex)
  }

  @Test("no cut or changed answer to reset traps, and none of its cuts is well formed")
  func damagedAnswerToReset() throws {
    let whole = try #require([UInt8](hex: "3BF81300008131FE454A434F5076323431B7"))
    for length in 0..<whole.count { #expect(!ATR(Array(whole.prefix(length))).isWellFormed) }
    for index in 1..<whole.count {
      for bit in 0..<8 {
        var changed = whole
        changed[index] ^= 1 << bit
        #expect(!ATR(changed).isWellFormed, "octet \(index), bit \(bit)")
      }
    }
    #expect(!ATR([UInt8](repeating: 0xFF, count: 200)).isWellFormed)
  }

  @Test("multi-strings")
  func multiStrings() {
    let characters = "Reader A 00 00\0Reader B\0\0".utf8.map { CChar(bitPattern: $0) }
    #expect(Context.strings(characters) == ["Reader A 00 00", "Reader B"])
    #expect(Context.strings([0]) == [])
    #expect(Context.strings([]) == [])
  }

  @Test("events between two looks at the readers")
  func events() {
    let empty = ReaderState(reader: "A", flags: .empty, eventCount: 2)
    let full = ReaderState(reader: "A", flags: [.present, .inUse], eventCount: 3, atr: ATR([0x3B, 0]))
    let other = ReaderState(reader: "A", flags: .present, eventCount: 5, atr: ATR([0x3B, 0]))
    #expect(ReaderEvent.between([], [empty]) == [.readerAdded("A")])
    #expect(ReaderEvent.between([], [full]) == [.readerAdded("A"), .cardInserted(full)])
    #expect(ReaderEvent.between([empty], [full]) == [.cardInserted(full)])
    #expect(ReaderEvent.between([full], [full]) == [])
    #expect(ReaderEvent.between([full], [other]) == [.cardRemoved(other), .cardInserted(other)])
    #expect(ReaderEvent.between([full], [empty]) == [.cardRemoved(empty)])
    #expect(ReaderEvent.between([full], []) == [.cardRemoved(full), .readerRemoved("A")])
  }

  @Test("without a service there is a clear error")
  func noService() async {
    await #expect(processExitsWith: .success) {
      // The library reads the socket's name once in a process, hence a process of its own.
      setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1)
      do throws(PCSCError) {
        _ = try await Context()
        exit(1)
      } catch {
        guard error.code == .noService, error.cardLoss == .serviceGone else { exit(2) }
        guard error.description.contains("pcscd) is not running") else { exit(3) }
      }
      do throws(PCSCError) {
        for try await _ in ReaderMonitor() { exit(4) }
        exit(5)
      } catch {
        exit(error.code == .noService ? 0 : 6)
      }
    }
  }
}
