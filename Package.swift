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
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CPCSC", pkgConfig: "libpcsclite", providers: [.apt(["libpcsclite-dev"])]),
    .systemLibrary(
      name: "CPKCS11", pkgConfig: "p11-kit-1", providers: [.apt(["libp11-kit-dev"])]),
    .systemLibrary(
      name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .systemLibrary(
      name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CEAC", pkgConfig: "libeac", providers: [.apt(["libeac-dev"])]),
    .target(name: "ISO7816", swiftSettings: strict),
    .target(name: "CardCrypto", dependencies: ["COpenSSL", "CPKCS11"], swiftSettings: strict),
    .target(name: "PCSC", dependencies: ["CPCSC", "ISO7816"], swiftSettings: strict),
    .target(name: "StrictYAML", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: strict),
    .target(
      name: "CardApplication",
      dependencies: ["ISO7816", "CardCrypto", "StrictYAML", .product(name: "Yams", package: "Yams")],
      exclude: ["Resources/CardProfiles/profile.schema.json"],
      resources: [
        .embedInCode("Resources/CardProfiles/adult.yaml"), .embedInCode("Resources/CardProfiles/child.yaml"),
        .embedInCode("Resources/CardProfiles/collector.yaml"), .embedInCode("Resources/CardProfiles/test.yaml"),
        .embedInCode("Resources/CardModels/j3r180.yaml"),
      ], swiftSettings: strict),
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
        .embedInCode("Resources/bhyt_subjects.tsv"), .embedInCode("Resources/public_holidays.csv"),
      ], swiftSettings: strict),
    .target(
      name: "Printing", dependencies: ["CPangoCairo", "CQREncode", "CTurboJPEG", "VietnamReference"],
      swiftSettings: strict),
    .target(name: "Ledger", swiftSettings: strict),
    .target(
      name: "Benefits", dependencies: ["VietnamReference", "Ledger", "StrictYAML"],
      exclude: ["Resources/Programmes/programmes.schema.json"],
      resources: [
        .embedInCode("Resources/Programmes/bhxh.yaml"), .embedInCode("Resources/Programmes/bhtn.yaml"),
        .embedInCode("Resources/Programmes/btxh.yaml"), .embedInCode("Resources/Programmes/ncc.yaml"),
        .embedInCode("Resources/Programmes/gn.yaml"), .embedInCode("Resources/Programmes/bhyt.yaml"),
        .embedInCode("Resources/Programmes/khan-cap.yaml"), .embedInCode("Resources/Programmes/chung.yaml"),
        .embedInCode("Resources/Programmes/parameters.yaml"),
      ], swiftSettings: strict),
    .target(
      name: "LedgerStore",
      dependencies: [
        "Ledger", "Benefits", "CardCrypto", "CWALBuffer", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .target(name: "ServiceAPI", dependencies: ["VietnamReference"], swiftSettings: strict),
    .target(
      name: "TransactionService",
      dependencies: [
        "ServiceAPI", "LedgerStore", "Ledger", "Benefits", "CardApplication", "CardCrypto", "VietnamReference",
        "StrictYAML",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ], swiftSettings: strict),
    .target(
      name: "PopulationRegister",
      dependencies: [
        "ServiceAPI", "CardCrypto", "VietnamReference", .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ], resources: [.embedInCode("Resources/population-register.openapi.json")], swiftSettings: strict),
    .target(
      name: "PayoutPoint",
      dependencies: [
        "ServiceAPI", "CardTerminal", "CardApplication", "CardCrypto", "SecureChannel", "ISO7816", "VietnamReference",
        "Printing",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: strict),
    .target(
      name: "Issuance",
      dependencies: [
        "ISO7816", "CardCrypto", "CardApplication", "SecureChannel", "CardTerminal", "ServiceAPI", "VietnamReference",
        "Printing",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Yams", package: "Yams"),
      ], resources: [.embedInCode("Resources/PersonalData/personal_data.yaml")], swiftSettings: strict),
    .target(
      name: "Conformance",
      dependencies: [
        "ISO7816", "CardCrypto", "CardApplication", "SecureChannel", "CardTerminal", "Issuance", "VietnamReference",
      ], swiftSettings: strict),
    .target(
      name: "CardTestSupport", dependencies: ["ISO7816", "CardCrypto", "CardApplication", "SecureChannel"],
      swiftSettings: strict),
    .target(
      name: "CentreTestSupport",
      dependencies: [
        "TransactionService", "PayoutPoint", "Issuance", "PopulationRegister", "SoftCard", "CardTerminal",
        "CardApplication", "SecureChannel", "CardCrypto", "CardTestSupport", "ISO7816", "Ledger", "LedgerStore",
        "ServiceAPI", "Benefits",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], path: "Tests/CentreTestSupport", swiftSettings: strict),
    .target(name: "EACPeer", dependencies: ["CEAC", "ISO7816"], path: "Tests/EACPeer", swiftSettings: strict),
    .target(name: "CFaultVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "CWALBuffer", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "ansinh",
      dependencies: [
        "PCSC", "SoftCard", "CardTerminal", "CardApplication", "SecureChannel", "CardCrypto", "ISO7816", "Ledger",
        "LedgerStore", "Benefits", "VietnamReference", "ServiceAPI", "Issuance", "TransactionService", "PayoutPoint",
        "PopulationRegister", "Printing", "Conformance",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: strict),
    .testTarget(name: "ISO7816Tests", dependencies: ["ISO7816", "CardTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CardCryptoTests", dependencies: ["ISO7816", "CardCrypto", "CardTestSupport", "CPKCS11"],
      swiftSettings: strict),
    .testTarget(name: "PrintingTests", dependencies: ["Printing", "CardTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SecureChannelTests",
      dependencies: ["ISO7816", "CardCrypto", "SecureChannel", "CardTestSupport", "EACPeer"],
      swiftSettings: strict),
    .testTarget(name: "LedgerTests", dependencies: ["Ledger"], swiftSettings: strict),
    .testTarget(
      name: "LedgerStoreTests",
      dependencies: [
        "LedgerStore", "Ledger", "CardCrypto", "CFaultVFS", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TransactionServiceTests",
      dependencies: [
        "TransactionService", "CentreTestSupport", "CardTestSupport", "PayoutPoint", "CardTerminal", "CardApplication",
        "Benefits", "CardCrypto", "ISO7816", "Issuance", "Ledger", "LedgerStore", "SecureChannel", "ServiceAPI",
        "SoftCard", "CFaultVFS",
        "VietnamReference", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "Logging", package: "swift-log"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ], swiftSettings: strict),
    .testTarget(
      name: "CardApplicationTests",
      dependencies: ["CardApplication", "CardCrypto", "CardTestSupport", "ISO7816"], swiftSettings: strict),
    .testTarget(
      name: "CardTerminalTests",
      dependencies: [
        "CardTerminal", "CentreTestSupport", "CardTestSupport", "SoftCard", "Issuance", "CardApplication", "CardCrypto",
        "SecureChannel", "ISO7816",
      ], swiftSettings: strict),
    .testTarget(
      name: "IssuanceTests",
      dependencies: [
        "Issuance", "CentreTestSupport", "CardTestSupport", "SoftCard", "CardTerminal", "CardApplication", "CardCrypto",
        "SecureChannel", "ISO7816", "ServiceAPI", "PayoutPoint", "PopulationRegister", "VietnamReference", "Printing",
        "Benefits", "LedgerStore", "TransactionService",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "PayoutPointTests",
      dependencies: [
        "PayoutPoint", "VietnamReference", "CentreTestSupport", "CardTestSupport", "CardTerminal", "CardApplication",
        "CardCrypto", "ISO7816", "LedgerStore", "Printing", "ServiceAPI", "SoftCard",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], swiftSettings: strict),
    .testTarget(
      name: "AnsinhTests",
      dependencies: [
        "ansinh", "VietnamReference", "ISO7816", "CardCrypto", "SecureChannel", "CardApplication", "CardTerminal",
        "Benefits", "Issuance", "LedgerStore", "PCSC", "PayoutPoint", "Printing", "ServiceAPI", "SoftCard",
        "TransactionService",
      ], exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests",
      dependencies: [
        "Conformance", "SoftCard", "Issuance", "CardApplication", "SecureChannel", "CardCrypto", "ISO7816",
        "VietnamReference",
      ], swiftSettings: strict),
    .testTarget(name: "PCSCTests", dependencies: ["PCSC", "ISO7816", "CPCSC"], swiftSettings: strict),
    .testTarget(
      name: "SoftCardTests",
      dependencies: [
        "SoftCard", "CardTerminal", "Issuance", "CardApplication", "SecureChannel", "CardCrypto", "ISO7816", "EACPeer",
        "CardTestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "ansinh", "PCSC", "SoftCard", "CardTerminal", "CardApplication", "SecureChannel", "CardCrypto", "ISO7816",
        "Issuance", "PayoutPoint", "PopulationRegister", "TransactionService", "LedgerStore", "Ledger", "ServiceAPI",
        "VietnamReference", "CardTestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
    .testTarget(
      name: "VietnamReferenceTests", dependencies: ["VietnamReference"], exclude: ["Vectors"],
      swiftSettings: strict),
    .testTarget(
      name: "BenefitsTests", dependencies: ["Benefits", "CardTestSupport", "VietnamReference", "Ledger"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
