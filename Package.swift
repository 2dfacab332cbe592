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

  dependencies: [],
  targets: [
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CPCSC", pkgConfig: "libpcsclite", providers: [.apt(["libpcsclite-dev"])]),
    .target(name: "ISO7816", swiftSettings: strict),
    .target(name: "CardCrypto", dependencies: ["COpenSSL"], swiftSettings: strict),
    .target(name: "SecureChannel", dependencies: ["ISO7816", "CardCrypto"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
