@testable import CardApplication

extension BadProfile {
  /// What only the reader finds: profiles against themselves or against the platform.
  static let rules: [BadProfile] = holderRules + fileRules + accessRules + offlineRules + faceRules

  private static let holderRules: [BadProfile] = [
    // An explicit tag, with which a schema has no quarrel.
    BadProfile("profile: 1", "profile: !!int 1", "profile", .kind(.whole), at: "!!int"),
    BadProfile("guardian: none", "guardian: required", "holder.guardian", .guardian, at: "required"),
    BadProfile(
      "guardian: required, pin-chosen-by: guardian", "guardian: none, pin-chosen-by: holder", "holder.guardian",
      .guardian, at: "none", in: .child),
    BadProfile(
      "pin-chosen-by: holder", "pin-chosen-by: guardian", "holder.pin-chosen-by", .pinChooser, at: "guardian }"),
    BadProfile(", authority-months: 12", "", "holder.authority-months", .authority, at: "{ kind: coll", in: .collector),
    BadProfile(
      "by: holder }", "by: holder, authority-months: 6 }", "holder.authority-months", .authority, at: "6 }\nlife"),
    BadProfile(", until-age: 16", "", "life.until-age", .untilAge, at: "{ years: 5", in: .child),
    BadProfile("years: 10", "years: 10, until-age: 18", "life.until-age", .untilAge, at: "18, renewal"),
    BadProfile("years: 10", "years: 10, days: 3650", "life", .span, at: "{ years: 10, days"),
    BadProfile("years: 10, ", "", "life", .span, at: "{ renewal"),
    BadProfile(
      "years: 10, renewal-days: 90", "days: 80, renewal-days: 80", "life.renewal-days", .renewal(days: 80), at: "80 }"),
    BadProfile(
      "transport-length: 5", "transport-length: 6", "pin.transport-length", .transportPIN, at: "6 }\npuk"),
    BadProfile("en: Test card", "en: Trial card", "name", .testName, at: "vi: Thẻ thử", in: .test),
    BadProfile("Thẻ thử nghiệm", "Thẻ mẫu", "name", .testName, at: "vi: Thẻ mẫu", in: .test),
    BadProfile("days: 90", "days: 181", "life.days", .testLife(days: 180), at: "181", in: .test),
    BadProfile("days: 90", "years: 1", "life.years", .testLife(days: 180), at: "1, renewal", in: .test),
  ]

  private static let fileRules: [BadProfile] = [
    BadProfile(
      "[atr-info, dir, ", "[atr-info, ", "applications.master-file", .needed(["dir"]), at: "[atr-info"),
    BadProfile(
      "    - snapshot\n", "", "applications.payout", .needed(["snapshot"]), at: "- card-info",
      and: [("  snapshot: pin\n", "")]),
    BadProfile("DG4, DG5, ", "", "applications.eid", .needed(["DG4", "DG5"]), at: "[DG1"),
    BadProfile(
      "    - photo\n", "", "read.photo", .withoutFile("photo"), at: "terminal\ncommands",
      and: [(", photo-bytes: 16384", "")]),
    BadProfile(
      "    - photo\n", "", "files.photo-bytes", .withoutFile("photo"), at: "16384", and: [("  photo: terminal\n", "")]),
    BadProfile(", photo-bytes: 16384", "", "files.photo-bytes", .fileWithout("photo"), at: "{ log-slots"),
    BadProfile("  lines: pin-or-terminal\n", "", "read.lines", .fileWithout("lines"), at: "card-info: any"),
    BadProfile(
      "log-slot-bytes: 640", "log-slot-bytes: 4096", "files", .memory(needed: 162_816, available: 102_400),
      at: "{ log-slots"),
    BadProfile("log-slots: 30", "log-slots: 5", "files.log-slots", .logSlots(6), at: "5, log-slot-bytes"),
  ]

  private static let accessRules: [BadProfile] =
    [
      BadProfile(
        "holder: pin-or-terminal", "holder: any-password", "read.holder", .stranger, at: "any-password\n  lines"),
      BadProfile("photo: terminal", "photo: any-password", "read.photo", .stranger, at: "any-password\ncommands"),
      BadProfile(
        "snapshot: pin", "snapshot: any-password", "read.snapshot", .stranger, at: "any-password\n  payout-key"),
      BadProfile(
        "snapshot: pin", "snapshot: pin-or-terminal", "read.snapshot", .withoutPIN,
        at: "pin-or-terminal\n  payout-key"),
      BadProfile("snapshot: pin", "snapshot: terminal", "read.snapshot", .withoutPIN, at: "terminal\n  payout-key"),
      BadProfile("card-info: any-password", "card-info: pin", "read.card-info", .closed, at: "pin\n  holder"),
      BadProfile("lines: pin-or-terminal", "lines: never", "read.lines", .closed, at: "never\n  snapshot"),
      BadProfile(
        "payout-log: pin-or-terminal", "payout-log: never", "read.payout-log", .closed, at: "never\n  offline"),
      BadProfile(
        "complete-payout: any-password", "complete-payout: never", "commands.complete-payout", .closed,
        at: "never\n  get"),
      BadProfile(
        "get-payout-status: pin-or-terminal", "get-payout-status: any-password", "commands.get-payout-status",
        .stranger,
        at: "any-password\n  get-last"),
      BadProfile(
        "get-last-certificate: pin-or-terminal", "get-last-certificate: never", "commands.get-last-certificate",
        .closed,
        at: "never\n# Milli"),
      BadProfile(
        "override: { uses: 2, ceiling: 2000000 }", "override: { uses: 0, ceiling: 2000000 }", "override", .override,
        at: "{ uses: 0"),
      BadProfile(
        "override: { uses: 0, ceiling: 0 }", "override: { uses: 1, ceiling: 5 }", "override", .override,
        at: "{ uses: 1, c", in: .collector),
    ]
    + ["any-password", "never", "pin", "terminal", "pin-or-terminal"].map { condition in
      BadProfile(
        "authorise-payout: pin-and-terminal-or-override", "authorise-payout: \(condition)", "commands.authorise-payout",
        .unguarded, at: "\(condition)\n  complete")
    }

  private static let offlineRules: [BadProfile] = [
    BadProfile("  - 100000\n", "  - 200000\n", "offline-ceilings[2]", .ceilings, at: "200000\n  - 300000\n"),
    BadProfile(
      "available: 3000000", "available: 2500000", "offline-ceilings[16]", .ceilingAboveAvailable(2_500_000),
      at: "3000000\nread"),
    BadProfile(
      "payout: 2000000", "payout: 3000001", "offline.payout", .payoutAboveCeilings(3_000_000), at: "3000001",
      and: [("available: 3000000", "available: 4000000")]),
    BadProfile(
      "payout: 2000000", "payout: 2900000", "offline.payout", .payoutAboveAvailable(2_800_000), at: "2900000",
      and: [("available: 3000000", "available: 2800000"), ("  - 3000000\n", "  - 2800000\n")]),
    BadProfile("certificates: 5", "certificates: 0", "offline.certificates", .offlineHalf, at: "0\n  days"),
    BadProfile(
      "days: 0\n  terminal", "days: 65\n  terminal", "offline.payout", .offlineHalf, at: "0\n  available",
      in: .collector),
    BadProfile(
      "payout: 0\n  available: 0\n  certificates: 0\n  days: 0\n  terminal-days: 0",
      "payout: 5\n  available: 9000000\n  certificates: 1\n  days: 65\n  terminal-days: 1", "offline",
      .offlineCollector,
      at: "payout: 5", in: .collector),
    BadProfile("days: 65", "days: 61", "offline.days", .offlinePeriod(days: 62), at: "61"),
    BadProfile("days: 65", "days: 91", "offline.days", .offlineLife(days: 90), at: "91", in: .test),
  ]

  private static let faceRules: [BadProfile] = [
    BadProfile(
      "{ width: 85.6, height: 53.98 }", "{ width: 86, height: 53.98 }", "print.face", .faceSize, at: "{ width: 86"),
    BadProfile(
      "y: 0, width: 85.6", "y: 0, width: 85.7", "print.boxes[1]", .outsideFace(margin: 0),
      at: "{ side: front, x: 0, y: 0,", in: .child),
    BadProfile(
      "width: 77.6\n      height: 6.6", "width: 80.7\n      height: 6.6", "print.fields[10]", .outsideFace(margin: 1),
      at: "field: contact"),
    BadProfile("x: 13.2\n", "x: 0.9\n", "print.fields[1]", .outsideFace(margin: 1), at: "field: state"),
    BadProfile("height: 9\n", "height: 3.3\n", "print.fields[1].height", .lineHeight(millimetres: 3.36), at: "3.3\n"),
    BadProfile("width: 32\n", "width: 16.7\n", "print.fields[12]", .barcode, at: "field: can-barcode"),
    BadProfile("y: 28.4\n", "y: 27\n", "print.fields[5]", .overlap("name"), at: "field: card-number"),
    BadProfile("width: 32\n", "width: 36\n", "print.fields[12]", .overlap("can"), at: "field: can-barcode"),
    BadProfile(
      "field: can-barcode\n      side: back\n", "field: can-barcode\n", "print.fields[12]", .openFront,
      at: "field: can-barcode",
      and: [("y: 32\n      width: 32\n      height: 9.6\n", "y: 45\n      width: 23.4\n      height: 5.5\n")]),
    BadProfile(
      "field: can\n      side: back\n", "field: can\n      side: front\n", "print.fields[11]", .openFront,
      at: "field: can\n",
      and: [
        (
          "x: 38\n      y: 32\n      width: 43.6\n      height: 9.6\n",
          "x: 3.8\n      y: 45\n      width: 26\n      height: 5.5\n"
        ),
        ("points: 17\n", "points: 7\n"),
      ]),
    BadProfile(
      "field: contact\n", "field: can\n", "print.fields[11]", .repeated,
      at: "field: can\n      side: back\n      text: { vi: Số"),
    BadProfile("field: can\n", "field: header\n", "print.fields", .needed(["can"]), at: "- field: state"),
    BadProfile(
      "use: live", "use: test", "print", .unmarkedTest, at: "face:",
      and: [
        ("en: Adult card", "en: Test card"), ("người lớn", "thử"), ("years: 10", "days: 99"),
      ]),
    BadProfile("use: test", "use: live", "print.mark", .markedLive, at: "text: { vi: THẺ THỬ –", in: .test),
    BadProfile(
      "    height: 36\n", "    height: 8.8\n", "print.mark.height", .lineHeight(millimetres: 8.82),
      at: "8.8\n    points", in: .test),
  ]
}
