// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the product's manifest stays free of fuzzers, and only what reads octets of a card, a reader
// or a terminal is compiled again, with coverage. `Sources` holds links to the product's folders; what needs a package
// (Yams) or a library of readers (libpcsclite) is left out.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]
// The harness looks at what a card has in memory and makes MACs over octets of its own.
let opened = strict + [.unsafeFlags(["-enable-testing"])]

/// A new fuzzer is a name here and a file `Targets/NAME/NAME.swift`.
let fuzzers = [
  "apdu", "tlv", "card", "securemessaging", "terminal", "layouts", "x509", "cvc", "eac", "cms", "eid", "pad",
  "register",
]
let product: [Target.Dependency] = [
  "ISO7816", "CardCrypto", "SecureChannel", "CardApplication", "CardTerminal", "SoftCard", "PCSC", "ServiceAPI",
]

let package = Package(
  name: "ansinh-fuzz",
  targets: [
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPKCS11", pkgConfig: "p11-kit-1", providers: [.apt(["libp11-kit-dev"])]),
    .target(name: "ISO7816", swiftSettings: strict),
    .target(name: "CardCrypto", dependencies: ["COpenSSL", "CPKCS11"], swiftSettings: strict),
    .target(
      name: "VietnamReference",
      resources: [
        .embedInCode("Resources/provinces.csv"), .embedInCode("Resources/provinces_mergers_2025.csv"),
        .embedInCode("Resources/bhyt_subjects.tsv"), .embedInCode("Resources/public_holidays.csv"),
      ], swiftSettings: strict),
    .target(name: "ServiceAPI", dependencies: ["VietnamReference"], swiftSettings: strict),
    .target(name: "PCSC", dependencies: ["ISO7816"], swiftSettings: strict),
    .target(
      name: "CardApplication", dependencies: ["ISO7816", "CardCrypto"],
      exclude: ["Profile", "CardTimes.swift", "TapModel.swift", "TapStep.swift", "Resources"],
      swiftSettings: strict),
    .target(name: "SecureChannel", dependencies: ["ISO7816", "CardCrypto"], swiftSettings: opened),
    .target(
      name: "CardTerminal", dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel"],
      swiftSettings: strict),
    .target(
      name: "SoftCard", dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel"],
      swiftSettings: opened),
    .target(
      name: "CardTestSupport", dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel"],
      swiftSettings: strict),
    .target(name: "FuzzSupport", dependencies: product + ["CardTestSupport"], path: "Support", swiftSettings: strict),
  ]
    + fuzzers.map { name in
      .executableTarget(
        name: name, dependencies: product + ["FuzzSupport", "CardTestSupport"], path: "Targets/\(name)",
        swiftSettings: strict)
    },
  swiftLanguageModes: [.v6]
)
