import Foundation
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What a killed process leaves beside a file is removed by the next one that writes it, and nothing else is.
@Suite struct OutputFileTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private var names: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) }
  }

  @Test func leftoversOfTheDeadAreRemoved() throws {
    let others = ["b.npy.1f.partial", "a.npy.1f", "a.npy.partial", "a.npy..partial", "a.npy.xyz.partial", "a.npy.sig.1f.partial"]
    for name in others + ["a.npy.1f.partial", "a.npy.ffffffffffffffff.partial"] { _ = try folder.file([1, 2, 3], name) }
    try FileManager.default.createDirectory(atPath: folder.path("a.npy.2.partial"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: folder.path("a.npy.3.partial"), withDestinationPath: folder.path("a.npy.1f"))
    try NpyWriter.write([Float](repeating: 1, count: 4), shape: [2, 2], to: folder.path("a.npy"))
    #expect(try names == Set(others + ["a.npy", "a.npy.2.partial", "a.npy.3.partial"]))
  }

  @Test func whatSomebodyStillWritesStays() throws {
    let path = try folder.file([1, 2, 3], "a.npy.1f.partial")
    let other = open(path, O_RDONLY | O_CLOEXEC)
    try #require(other >= 0 && flock(other, LOCK_EX) == 0)
    try NpyWriter.write([Float](repeating: 1, count: 4), shape: [2, 2], to: folder.path("a.npy"))
    #expect(try names == ["a.npy", "a.npy.1f.partial"])
    close(other)
    // Two of one process meet no more than two processes do.
    let (first, second) = (try OutputFile(path: folder.path("b.npy")), try OutputFile(path: folder.path("b.npy")))
    try first.commit()
    try second.commit()
    #expect(try names == ["a.npy", "a.npy.1f.partial", "b.npy"])
  }
}
