// swift-tools-version: 6.1
import PackageDescription

/// Swift settings of every target of ours: language mode 6 (by the tools version), warnings are errors.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-warnings-as-errors"]),
]

let package = Package(
  name: "lethe",
  products: [
    .executable(name: "lethe", targets: ["lethe"]),
    // What other packages may use: the declarations of these modules that are public, and nothing else.
    .library(name: "LetheEngine", targets: ["Engine", "Store", "Ledger"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CMinizip", pkgConfig: "minizip", providers: [.apt(["libminizip-dev"])]),
    // Optimised in debug builds too (kernels at -O0 are 14 times slower, which no test could bear); contraction is
    // off so that every instruction set gives the same bits.
    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])]),
    .target(name: "CFilters", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
    .target(name: "BoundedJSON", swiftSettings: strict),
    .target(name: "Tensors", dependencies: ["BoundedJSON", "CMinizip"], swiftSettings: strict),
    .target(
      name: "Ledger", dependencies: ["BoundedJSON", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(name: "Bottleneck", dependencies: ["CKernels", "Tensors"], swiftSettings: strict),
    // The numbered migrations, compiled in, so that the binary needs no files beside it.
    .target(
      name: "Schema", path: "schema", exclude: ["FORMAT.md", "json"], sources: ["Schema.swift"],
      resources: [
        .embedInCode("001-store.sql"), .embedInCode("002-packing.sql"), .embedInCode("003-indexes.sql"),
        .embedInCode("004-erasure.sql"), .embedInCode("005-keys.sql"), .embedInCode("006-counting.sql"),
        .embedInCode("007-requests.sql"),
        .embedInCode("008-examples.sql"), .embedInCode("009-notices.sql"),
        .embedInCode("010-lines.sql"), .embedInCode("011-classes.sql"), .embedInCode("012-nodes.sql"),
        .embedInCode("013-lineage.sql"), .embedInCode("014-erasures.sql"),
      ],
      swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "CFilters", "CLZ4", "Ledger", "Schema", "Tensors", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "Engine",
      dependencies: ["Bottleneck", "Ledger", "Store", "Tensors", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    .target(name: "Report", dependencies: ["Ledger", "Store"], swiftSettings: strict),
    .executableTarget(
      name: "lethe",
      dependencies: [
        "Bottleneck", "Engine", "Ledger", "Report", "Store", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // Measures parts of the library that whole commands hide; tools/bench measures those. Nothing depends on it.
    .executableTarget(
      name: "lethe-bench",
      dependencies: [
        "Bottleneck", "Ledger", "Report", "Store", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: strict),
    .testTarget(name: "LedgerTests", dependencies: ["Ledger"], swiftSettings: strict),
    .testTarget(name: "BottleneckTests", dependencies: ["Bottleneck", "CKernels"], swiftSettings: strict),
    .testTarget(name: "StoreTests", dependencies: ["CFilters", "Schema", "Store"], swiftSettings: strict),
    .testTarget(name: "EngineTests", dependencies: ["Engine", "Report"], swiftSettings: strict),
    .testTarget(name: "ReportTests", dependencies: ["Engine", "Report"], exclude: ["Golden"], swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["lethe"], exclude: ["Museum", "Shim"], swiftSettings: strict),
  ]
)
