import CardApplication

@testable import ansinh

extension ProfileCode: Exemplified {
  var example: any Error {
    switch self {
    case .unreadable: return ProfileFileError.unreadable(path: "the-thu.yaml")
    case .refused: return ProfileFileError.refused(count: 2)
    default: break
    }
    let (key, reason) = shapeExample ?? limitExample ?? otherExample
    return ProfileFileError.content(
      path: "the-thu.yaml", CardProfileError([ProfileFault(line: 31, column: 7, key: key, reason: reason)]))
  }

  private var shapeExample: (String, ProfileFault.Reason)? {
    switch self {
    case .syntax: ("", .syntax("did not find expected key"))
    case .duplicateKey: ("pace", .duplicateKey(firstLine: 12))
    case .unknownKey: ("files.log-slot", .unknownKey(nearest: "log-slots"))
    case .missingKey: ("pace", .missingKey)
    case .empty: ("pace", .empty)
    case .kind: ("pin.tries", .kind(.whole))
    case .range: ("profile", .range(lowest: 1, highest: 255))
    case .word: ("pace", .word(["P-256", "brainpoolP256r1"]))
    case .count: ("offline-ceilings", .count(lowest: 16, highest: 16))
    default: nil
    }
  }

  private var limitExample: (String, ProfileFault.Reason)? {
    switch self {
    case .repeated: ("print.fields[9]", .repeated)
    case .needed: ("applications.payout", .needed(["snapshot"]))
    case .transportPIN: ("pin.transport-length", .transportPIN)
    case .ceilings: ("offline-ceilings[2]", .ceilings)
    case .ceilingAboveAvailable: ("offline-ceilings[16]", .ceilingAboveAvailable(2_500_000))
    case .payoutAboveAvailable: ("offline.payout", .payoutAboveAvailable(1_500_000))
    case .payoutAboveCeilings: ("offline.payout", .payoutAboveCeilings(3_000_000))
    case .offlineHalf: ("offline.days", .offlineHalf)
    case .offlinePeriod: ("offline.days", .offlinePeriod(days: 62))
    case .offlineLife: ("offline.days", .offlineLife(days: 90))
    case .offlineCollector: ("offline", .offlineCollector)
    case .logSlots: ("files.log-slots", .logSlots(6))
    case .memory: ("files", .memory(needed: 162_816, available: 102_400))
    case .stranger: ("read.holder", .stranger)
    case .closed: ("read.lines", .closed)
    case .withoutPIN: ("read.snapshot", .withoutPIN)
    case .unguarded: ("commands.authorise-payout", .unguarded)
    case .override: ("override", .override)
    default: nil
    }
  }

  private var otherExample: (String, ProfileFault.Reason) {
    switch self {
    case .withoutFile: ("read.photo", .withoutFile("photo"))
    case .fileWithout: ("files.photo-bytes", .fileWithout("photo"))
    case .guardian: ("holder.guardian", .guardian)
    case .pinChooser: ("holder.pin-chosen-by", .pinChooser)
    case .untilAge: ("life.until-age", .untilAge)
    case .authority: ("holder.authority-months", .authority)
    case .span: ("life", .span)
    case .renewal: ("life.renewal-days", .renewal(days: 90))
    case .unmarkedTest: ("print", .unmarkedTest)
    case .markedLive: ("print.mark", .markedLive)
    case .testName: ("name", .testName)
    case .testLife: ("life.days", .testLife(days: 180))
    case .faceSize: ("print.face", .faceSize)
    case .outsideFace: ("print.fields[1]", .outsideFace(margin: 1))
    case .openFront: ("print.fields[11]", .openFront)
    case .overlap: ("print.fields[5]", .overlap("name"))
    case .lineHeight: ("print.fields[1].height", .lineHeight(millimetres: 2.65))
    case .barcode: ("print.fields[9]", .barcode)
    case .sharedID: ("profile", .sharedID("adult"))
    case .sharedVersion: ("version", .sharedVersion("adult"))
    default: ("", .syntax(""))
    }
  }
}
