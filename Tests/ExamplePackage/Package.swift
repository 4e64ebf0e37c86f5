// swift-tools-version: 6.1
import PackageDescription

// A package of its own, as a user of the library has one: it sees what is public, and nothing else. tools/test builds and runs it.
let package = Package(
  name: "example",
  dependencies: [.package(name: "lethe", path: "../..")],
  targets: [
    .executableTarget(
      name: "forget-a-class",
      dependencies: [.product(name: "LetheEngine", package: "lethe")])
  ]
)
