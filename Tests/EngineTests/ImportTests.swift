import Bottleneck
import Store
import Tensors
import Testing

@testable import Engine

@Suite struct ImportTests {
  /// Rows and columns such that an array of 32-bit numbers takes three chunks of 256 KiB, the last one partly.
  private static let shape = [2500, 64]

  /// Imports one training part and reads it back in blocks of two sizes.
  private func imported<Element: TensorElement>(_ elements: [Element], scale: Float? = nil) throws -> (DType, [Float], [Float]) {
    let bench = try Workbench()
    let embeddings = try bench.folder.write(elements, shape: Self.shape, to: "x.npy")
    let labels = try bench.folder.write((0..<Self.shape[0]).map { UInt16($0 % 3) }, shape: [Self.shape[0]], to: "y.npy")
    let dataset = try bench.engine.importDataset(
      ImportRequest(name: "set", parts: [(.train, PartFiles(embeddings: embeddings, labels: labels))], scale: scale))
    let split = try #require(dataset.split(.train))
    let stream = try EmbeddingStream(split, of: dataset, in: bench.store)
    #expect(stream.count == Self.shape[0] && stream.dimension == Self.shape[1])
    let dtype = try bench.store.read { try $0.tensor(#require(split.embeddings)).description.dtype }
    #expect(bench.findings() == [])
    return (dtype, try readAll(stream, block: 256), try readAll(stream, block: 37))
  }

  private static func numbers(_ seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed, label: "embeddings")
    return (0..<(shape[0] * shape[1])).map { _ in generator.normal() * 10 }
  }

  @Test func float32ComesBackAsItWas() throws {
    let numbers = Self.numbers(1).map(Float.init)
    let (dtype, read, again) = try imported(numbers)
    #expect(dtype == .float32 && read == numbers && again == numbers)
  }

  @Test func float16IsWidenedExactly() throws {
    let numbers = Self.numbers(2).map { Float16($0) }
    let (dtype, read, again) = try imported(numbers)
    #expect(dtype == .float16 && read == numbers.map(Float.init) && again == read)
  }

  @Test func float64IsRoundedOnce() throws {
    let numbers = Self.numbers(3)
    let (dtype, read, again) = try imported(numbers)
    #expect(dtype == .float32 && read == numbers.map(Float.init) && again == read)
  }

  @Test func bytesAreScaled() throws {
    var generator = SeededGenerator(seed: 4, label: "bytes")
    let bytes = (0..<(Self.shape[0] * Self.shape[1])).map { _ in UInt8(generator.uniform(below: 256)) }
    let (dtype, read, again) = try imported(bytes, scale: 0.037)
    #expect(dtype == .uint8 && read == bytes.map { Float($0) * 0.037 } && again == read)
  }

  @Test func labelsNamesAndDescriptionAreKept() throws {
    let (bench, parts) = (try Workbench(), Workbench.examples())
    var request = try bench.request("animals", parts)
    (request.encoder, request.license) = ("frozen", "CC0")
    let dataset = try bench.engine.importDataset(request)
    #expect(dataset.classes.map(\.name) == Workbench.classes && dataset.classes.map(\.ordinal) == [0, 1, 2, 3])
    #expect(dataset.encoder == "frozen" && dataset.license == "CC0" && dataset.dimension == Examples.dimension)
    #expect(dataset.splits.map(\.part) == [.train, .validation, .test])
    for (part, examples) in parts {
      #expect(dataset.split(part)?.count == examples.count)
      #expect(try bench.store.read { try $0.labels(part, of: dataset) } == examples.labels)
    }
  }

  @Test func withoutAFileClassesAreNamedByTheirLabels() throws {
    let (bench, parts) = (try Workbench(), Workbench.examples())
    var request = try bench.request("animals", parts)
    request.classes = nil
    #expect(try bench.engine.importDataset(request).classes.map(\.name) == ["0", "1", "2", "3"])
  }

  @Test func examplesAreFoundByTheirIDs() throws {
    let (bench, parts) = (try Workbench(), Workbench.examples())
    var request = try bench.request("animals", parts)
    request.parts[0].files.ids = try bench.folder.write((0..<120).map { "person \($0)" }, to: "ids.txt")
    let dataset = try bench.engine.importDataset(request)
    let found = try bench.store.read { try $0.examples(externalID: "person 117") }
    #expect(found.map(\.ordinal) == [117] && found.map(\.split.id) == [dataset.split(.train)?.id])
    #expect(try bench.store.read { try $0.examples(externalID: "person 120") }.isEmpty)
    #expect(bench.findings() == [])
  }

  @Test func theSameFilesGiveTheSameSplitDigests() throws {
    let digests = try (0..<2).map { _ in
      let bench = try Workbench()
      return try bench.engine.importDataset(bench.request("animals", Workbench.examples())).splits.map(\.digest)
    }
    #expect(digests[0] == digests[1] && Set(digests[0]).count == 3)
  }
}
