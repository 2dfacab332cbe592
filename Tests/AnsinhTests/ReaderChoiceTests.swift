import Foundation
import ISO7816
import PCSC
import PayoutPoint
import Testing
import VietnamReference

@testable import ansinh

@Suite("Readers chosen and shown")
struct ReaderChoiceTests {
  private static let acs = "ACS ACR1252 00 00"
  private static let hid = "HID OMNIKEY 5422 00 00"
  private static let second = "HID OMNIKEY 5422 00 01"

  /// Readers by name; a card in those of `present`.
  private func states(_ names: [String] = [acs, hid, second], present: [String] = [acs]) -> [ReaderState] {
    names.map { ReaderState(reader: $0, flags: present.contains($0) ? .present : .empty) }
  }

  private func choose(_ wanted: String?, _ states: [ReaderState], first: Bool = true) throws -> String? {
    try ReaderChoice.choose(wanted, states, isFirstLook: first)
  }

  @Test func withoutAName() throws {
    #expect(try choose(nil, states()) == Self.acs)
    #expect(try choose(nil, states(present: [])) == nil)
    #expect(throws: CardChoiceError.severalCards([Self.acs, Self.hid])) {
      try choose(nil, states(present: [Self.acs, Self.hid]))
    }
    #expect(throws: CardChoiceError.noReader) { try choose(nil, []) }
    #expect(try choose(nil, [], first: false) == nil)
  }

  @Test func byNameAndByPart() throws {
    for name in [Self.acs, "ACS", "acr1252", "s acr"] { #expect(try choose(name, states()) == Self.acs, "\(name)") }
    #expect(try choose(Self.hid, states()) == nil)
    #expect(try choose("5422 00 01", states(present: [Self.second])) == Self.second)
    #expect(throws: CardChoiceError.severalReaders(part: "omnikey", [Self.hid, Self.second])) {
      try choose("omnikey", states(present: [Self.hid]))
    }
    // A whole name that is also a part of another one means itself.
    let nested = states(["Reader", "Reader 2"], present: ["Reader", "Reader 2"])
    #expect(try choose("Reader", nested) == "Reader")
    #expect(throws: CardChoiceError.noSuchReader("")) { try choose("", states()) }
    #expect(throws: CardChoiceError.noSuchReader("Gemalto")) { try choose("Gemalto", states()) }
    #expect(try choose("Gemalto", states(), first: false) == nil)
  }

  @Test func messagesNameTheFlags() {
    for error in [
      CardChoiceError.severalCards([Self.acs, Self.hid]), .severalReaders(part: "00", [Self.acs, Self.hid]),
    ] {
      let message = UserMessage(error)
      #expect(message.exitCode == 3)
      for text in [message.remedy.vi, message.remedy.en] {
        #expect(text.hasSuffix("\n  --reader \"\(Self.acs)\"\n  --reader \"\(Self.hid)\""), "\(text)")
      }
    }
  }

  @Test func anInterruptionTellsOfTheMoney() {
    let stopped = UserMessage(InterruptedError(cause: CancellationError()))
    #expect(stopped.problem.vi == "Đã dừng theo yêu cầu." && stopped.exitCode == 3)
    let payout = UserMessage(InterruptedError(cause: PayoutError.nothingPayable))
    #expect(payout.problem.vi == "Đã dừng theo yêu cầu. Chưa chi tiền.")
    let journal = PayoutError.journal(JournalError.uncertain)
    #expect(UserMessage(InterruptedError(cause: journal)) == UserMessage(journal))
  }

  @Test func entries() {
    func entry(_ flags: ReaderState.Flags) -> ReaderEntry {
      ReaderEntry(ReaderState(reader: "R", flags: flags, atr: ATR([0x3B, 0x0A])))
    }
    #expect(entry(.empty).state == .empty && entry(.empty).atr == nil && entry(.empty).use == .none)
    #expect(entry(.present).atr == "3B 0A" && entry(.present).state == .present)
    #expect(entry([.present, .inUse]).use == .shared)
    #expect(entry([.present, .inUse, .exclusive]).use == .exclusive)
    #expect(entry([.present, .mute]).state == .mute)
    #expect(entry(.unavailable).state == .unavailable)
  }

  @Test func pads() {
    func pad(_ tags: UInt8...) -> ReaderEntry.Pad {
      ReaderEntry.Pad(ReaderFeatures(tags.flatMap { [$0, 4, 0, 0, 0, $0] }))
    }
    func text(_ pad: ReaderEntry.Pad?) -> String { ReaderEntry.Pad.text(pad, .vietnamese) }
    #expect(text(pad(0x20, 0x06)) == "PACE, VERIFY" && text(pad(0x20)) == "PACE" && text(pad(0x06)) == "VERIFY")
    #expect(text(pad(0x12)) == "không" && text(pad()) == "không" && text(nil) == "không rõ")
    #expect(pad(0x12, 0xF7).features == ["GET_TLV_PROPERTIES", "F7"])
    let state = ReaderState(reader: "R", flags: .empty)
    func remark(_ pad: ReaderFeatures?) -> String? {
      ReaderCommand.List.remark(ReaderEntry(state, features: pad), Output(language: .vietnamese, json: false))
    }
    #expect(remark(ReaderFeatures([0x06, 4, 0, 0, 0, 1]))?.contains("mã PIN được nhập ở máy tính") == true)
    #expect(remark(ReaderFeatures([0x20, 4, 0, 0, 0, 1, 0x06, 4, 0, 0, 0, 1])) == nil)
    #expect(remark(nil) == nil && remark(ReaderFeatures([])) == nil)
  }

  @Test func happenings() throws {
    // 2026-11-01 17:00:00.042 UTC is midnight in Vietnam.
    let time: Int64 = 1_793_552_400_042
    let state = ReaderState(reader: Self.acs, flags: .present, atr: ATR([0x3B, 0x00]))
    let inserted = ReaderHappening(.cardInserted(state), milliseconds: time)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(
      String(decoding: try encoder.encode(inserted), as: UTF8.self)
        == #"{"atr":"3B 00","event":"cardInserted","reader":"\#(Self.acs)","time":"2026-11-01T17:00:00.042Z"}"#)
    #expect(inserted.text(.vietnamese) == "00:00:00  Có thẻ trong “\(Self.acs)”, ATR 3B 00")
    let gone = ReaderHappening(.serviceGone, milliseconds: time)
    #expect(gone.text(.english) == "00:00:00  The card reader service (pcscd) is not running; waiting")
    let mute = ReaderHappening(.cardInserted(ReaderState(reader: "R", flags: .mute)), milliseconds: time)
    #expect(mute.text(.english) == "00:00:00  Card put into “R” does not answer")
  }
}
