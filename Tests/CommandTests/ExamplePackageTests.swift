import Foundation
import Testing

/// The package for users of the library: `tools/test` builds and runs it, and here the article is compared with it.
@Suite("Example package")
struct ExamplePackageTests {
  @Test("what the article shows stands in the package, line by line")
  func article() throws {
    let folder = URL(fileURLWithPath: Schemas.folder).appendingPathComponent("../../Tests/ExamplePackage").standardized
    let sources = try ["Package.swift", "Sources/forget-a-class/main.swift"].map {
      try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
    }.joined()
    let blocks = try Article("Sources/Engine/Engine.docc/UsingTheLibrary.md").blocks("swift")
    #expect(blocks.count == 4)
    for block in blocks { #expect(sources.contains(block), "\(block)") }
  }
}
