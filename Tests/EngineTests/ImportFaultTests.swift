import Store
import Tensors
import Testing

@testable import Engine

/// Whatever is wrong with whichever file, the error says what, and the store is as it was.
@Suite struct ImportFaultTests {
  private func refused<Failure: Error & Equatable>(
    as expected: Failure, _ change: (Workbench, inout ImportRequest) throws -> Void
  ) throws {
    try refused(change) { $0 as? Failure == expected }
  }

  private func refused(
    _ change: (Workbench, inout ImportRequest) throws -> Void, because fits: (any Error) -> Bool
  ) throws {
    let bench = try Workbench()
    var request = try bench.request("animals", Workbench.examples())
    try change(bench, &request)
    let before = try tableCounts(bench.store)
    #expect { try bench.engine.importDataset(request) } throws: { fits($0) }
    #expect(try tableCounts(bench.store) == before)
    #expect(bench.findings() == [])
    // The name is free and the store is writable.
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples()))
  }

  @Test func labelsOfAnotherLength() throws {
    let bench = try Workbench()
    var request = try bench.request("animals", Workbench.examples())
    let files = request.parts[1].files
    request.parts[1].files.labels = request.parts[0].files.labels
    let expected = EngineError.rowCountsDiffer(
      file: files.embeddings, rows: 48, other: request.parts[0].files.labels, otherRows: 120)
    #expect(throws: expected) { try bench.engine.importDataset(request) }
    #expect(try bench.store.read { try $0.datasets() }.isEmpty)
  }

  @Test(arguments: [119, 121]) func idsOfAnotherLength(_ count: Int) throws {
    try refused { bench, request in
      request.parts[0].files.ids = try bench.folder.write((0..<count).map(String.init), to: "ids.txt")
    } because: {
      guard case .rowCountsDiffer(_, 120, _, let found)? = $0 as? EngineError else { return false }
      return found == count
    }
  }

  @Test func partsOfAnotherDimensionOrType() throws {
    try refused { bench, request in
      let zeros = [Float](repeating: 0, count: 60 * 11)
      request.parts[2].files.embeddings = try bench.folder.write(zeros, shape: [60, 11], to: "narrow.npy")
    } because: {
      guard case .embeddingsDiffer(_, "11 × float32", "12 × float32")? = $0 as? EngineError else { return false }
      return true
    }
    try refused { bench, request in
      let zeros = [Float16](repeating: 0, count: 60 * 12)
      request.parts[2].files.embeddings = try bench.folder.write(zeros, shape: [60, 12], to: "half.npy")
    } because: {
      guard case .embeddingsDiffer(_, "12 × float16", "12 × float32")? = $0 as? EngineError else { return false }
      return true
    }
  }

  @Test func aPartWithoutExamples() throws {
    try refused { bench, request in
      request.parts[1].files.embeddings = try bench.folder.write([Float](), shape: [0, 12], to: "empty.npy")
      request.parts[1].files.labels = try bench.folder.write([UInt16](), shape: [0], to: "none.npy")
    } because: {
      guard case .noExamples? = $0 as? EngineError else { return false }
      return true
    }
  }

  /// The last part's last number: everything else has been written when it is read.
  @Test func aNumberThatIsNone() throws {
    try refused { bench, request in
      var examples = Examples(60, part: .test, classes: 4, seed: 1)
      examples.values[60 * 12 - 1] = .nan
      request.parts[2].files.embeddings = try bench.folder.write(examples.values, shape: [60, 12], to: "nan.npy")
    } because: {
      $0 is NpyError
    }
  }

  @Test func aLabelWithoutAName() throws {
    try refused { bench, request in
      request.classes = try bench.folder.write(["ant", "bee", "cat"], to: "three.txt")
    } because: {
      $0 is NpyError
    }
  }

  @Test func aFileThatIsNotThere() throws {
    try refused { bench, request in
      request.parts[2].files.labels = bench.folder.path("nothing.npy")
    } because: {
      $0 is NpyError
    }
  }

  @Test func aNameThatIsTakenOrBad() throws {
    try refused(as: StoreError.badName(kind: "dataset", name: "../x")) { _, request in request.name = "../x" }
    let bench = try Workbench()
    _ = try bench.engine.importDataset(bench.request("animals", Workbench.examples()))
    let before = try tableCounts(bench.store)
    #expect(throws: StoreError.exists(kind: "dataset", name: "animals")) {
      try bench.engine.importDataset(bench.request("animals", Workbench.examples(seed: 2)))
    }
    #expect(try tableCounts(bench.store) == before)
  }

  @Test func noPartAtAll() throws {
    try refused { _, request in
      request.parts = []
    } because: {
      $0 is EngineError
    }
  }

  @Test func aPartTwice() throws {
    try refused { _, request in
      request.parts.append(request.parts[0])
    } because: {
      $0 is EngineError
    }
  }
}
