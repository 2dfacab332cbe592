// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "ansinh",

  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2")
  ],
  targets: [
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CPCSC", pkgConfig: "libpcsclite", providers: [.apt(["libpcsclite-dev"])]),
    .target(name: "ISO7816", swiftSettings: strict),
    .target(name: "CardCrypto", dependencies: ["COpenSSL"], swiftSettings: strict),
    .target(
      name: "CardApplication",
      dependencies: ["ISO7816", "CardCrypto", .product(name: "Yams", package: "Yams")],
      resources: [.embedInCode("Resources/CardProfiles/adult-pin.yaml")], swiftSettings: strict),
    .target(name: "SecureChannel", dependencies: ["ISO7816", "CardCrypto"], swiftSettings: strict),
    .target(
      name: "CardTerminal", dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel"],
      swiftSettings: strict),
    .target(
      name: "SoftCard", dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel"],
      swiftSettings: strict),
    .target(
      name: "VietnamReference",
      resources: [
        .embedInCode("Resources/provinces.csv"), .embedInCode("Resources/provinces_mergers_2025.csv"),
        .embedInCode("Resources/bhyt_subjects.tsv"),
      ], swiftSettings: strict),
    .target(name: "Ledger", swiftSettings: strict),
    .target(
      name: "Benefits", dependencies: ["VietnamReference", "Ledger"],
      resources: [
        .embedInCode("Resources/programmes.csv"), .embedInCode("Resources/programme_funders.csv"),
      ], swiftSettings: strict),
    .target(
      name: "Issuance",
      dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel", "CardTerminal", "VietnamReference"],
      swiftSettings: strict),
    .testTarget(
      name: "SoftCardTests",
      dependencies: ["SoftCard", "CardTerminal", "Issuance", "CardApplication", "SecureChannel", "CardCrypto", "ISO7816"],
      swiftSettings: strict),
    .testTarget(
      name: "VietnamReferenceTests", dependencies: ["VietnamReference"], exclude: ["Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "BenefitsTests", dependencies: ["Benefits", "VietnamReference", "Ledger"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
