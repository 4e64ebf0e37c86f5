import Bottleneck
import Ledger
import Store
import Testing

@testable import Engine

/// Normalised embeddings, a projection of principal components and keys by k-means, through training, forgetting and training again.
@Suite struct LearntProjectionTests {
  private static func request(_ model: String = "pets") -> TrainRequest {
    var request = Workbench.training(model)
    (request.projection, request.components, request.normalization) = (.principal, 5, .power)
    (request.keyMethod, request.keyEpochs, request.counted) = (.means, 1, 0.1)
    return request
  }

  @Test func whatIsStoredIsWhatWasTrainedByHand() throws {
    let parts = Workbench.examples()
    let bench = try Workbench.trained(parts)
    let record = try bench.engine.train(Self.request("others"))
    let stored = try bench.model("others")
    let shape = try BottleneckShape(
      inputDimension: Examples.dimension, codebooks: 8, keys: 10, keyDimension: 4, classes: 4, normalization: .power)
    #expect(stored.bottleneck.shape == shape)
    let source = try #require(parts[.train]).matrix()
    let components = try PrincipalComponents(of: source, shape: shape, count: 5, seed: 7)
    var settings = KeyLearnerSettings()
    (settings.method, settings.epochs) = (.means, 1)
    let learnt = try KeyLearner.learn(
      source: source, shape: shape, settings: settings, seed: 7, projection: Projection.principal(shape, components, seed: 7))
    #expect(stored.bottleneck.projection == learnt.projection)
    #expect(stored.codes[.train] == learnt.codes)
    let fields = try CanonicalJSON.parse(Array(record.configuration.utf8))
    #expect(fields["components"] == .integer(5) && fields["normalization"] == .string("power"))
    #expect(fields["key_training"]?["method"] == .string("means") && fields["key_training"]?["decay"] == nil)
  }

  @Test func aTrainingCanBeRepeatedAndForgottenFrom() throws {
    let bench = try Workbench.trained()
    _ = try bench.engine.train(Self.request("others"))
    #expect(try bench.engine.recompute("others@1").verification.findings.isEmpty)
    _ = try bench.engine.forget(ForgetRequest(model: "others", classes: ["bee"], reason: "asked"))
    #expect(try bench.engine.recompute("others@2").verification.findings.isEmpty)
    let again = try bench.engine.train(Self.request("others"))
    #expect(try bench.engine.recompute("others@3").verification.findings.isEmpty)
    // Neither projection nor keys have seen the class: they are those of examples without it.
    let examples = try #require(Workbench.examples()[.train])
    let rows = examples.labels.indices.filter { examples.labels[$0] != 1 }
    let rest = try EmbeddingMatrix(dimension: Examples.dimension, values: rows.flatMap { examples[$0] })
    let model = try bench.model(again.name).bottleneck
    let components = try PrincipalComponents(of: rest, shape: model.shape, count: 5, seed: 7)
    #expect(model.projection == Projection.principal(model.shape, components, seed: 7))
  }

  @Test func aFileCarriesTheNormalization() throws {
    let bench = try Workbench.trained()
    _ = try bench.engine.train(Self.request("others"))
    let path = bench.folder.path("others.safetensors")
    _ = try bench.engine.exportCheckpoint("others@1", to: path)
    _ = try bench.engine.importCheckpoint(CheckpointImportRequest(model: "again", path: path, dataset: "animals"))
    let (before, after) = (try bench.model("others"), try bench.model("again"))
    #expect(after.bottleneck.shape.normalization == .power)
    #expect(after.checkpoint.digest == before.checkpoint.digest && after.codes[.test] == before.codes[.test])
  }

  @Test(arguments: [#""other""#, "5", "true", "null", "{}"]) func aNormalizationThatCannotBeReadIsRefused(_ lie: String) throws {
    func text(_ normalization: String) -> String {
      #"{"classes":4,"codebooks":8,"engine":"dkvb/v1","input_dimension":12,"key_dimension":4,"keys":10,\#(normalization)"top_k":1}"#
    }
    func read(_ normalization: String) throws -> Normalization {
      try ModelConfiguration.shape(of: text(normalization), checkpoint: "lie.safetensors").normalization
    }
    #expect(throws: EngineError.self) { try read(#""normalization":\#(lie),"#) }
    #expect(try read(#""normalization":"power","#) == .power)
    #expect(try read("") == .none)
  }

  @Test func settingsThatDoNotFitAreRefused() throws {
    let bench = try Workbench.trained()
    for (components, projection) in [(0, Projection.principal), (5, .random)] {
      var request = Self.request("others")
      (request.components, request.projection) = (components, projection)
      #expect(throws: EngineError.self) { try bench.engine.train(request) }
    }
    #expect(throws: StoreError.self) { try bench.checkpoint("others@1") }
  }
}
