import Foundation
import Testing

@testable import Report

/// The page of an experiment shows every mean, draws every curve, and takes any name.
@Suite struct ExperimentPageTests {
  private static func answer(_ experiment: String, name: String, curves: Bool) -> ExperimentAnswer {
    func summary(_ method: String, _ metric: String, role: String?, at: Double? = nil, _ mean: Double) -> ExperimentAnswer.Summary {
      .init(
        method: method, metric: metric, role: role, split: role == nil ? nil : "test", at: at, mean: mean, deviation: 0.012,
        classes: 3,
        best: mean / 2)
    }
    var summaries = [
      summary("DKVB: \(name)", "accuracy", role: "forget", 0.5), summary("DKVB: \(name)", "accuracy", role: "retain", 0.875),
      summary("linear", "accuracy", role: "retain", 0.25), summary("linear", "flops_with_encoder", role: nil, 4.363e12),
      summary("linear", "loss_mia", role: nil, 0.512),
      summary("linear", "something_new", role: nil, 0.125),
    ]
    if curves {
      for role in ["forget", "retain"] {
        summaries += (0...4).map { summary("sweep", "accuracy", role: role, at: Double($0) / 4, 1 - Double($0) / 5) }
      }
    }
    return ExperimentAnswer(
      experiment: experiment, dataset: name, engineVersion: "0.1.0",
      settings: .init(
        codebooks: 256, keys: 1024, keyDimension: 14, topK: 1, projection: "principal", components: 128, normalization: "power",
        keyMethod: "means", keyEpochs: 10, epochs: 4, seed: .max),
      bestClass: name,
      classes: [name, "b", "c"], summaries: summaries, figures: [])
  }

  @Test func everyMeanAndEveryCurve() throws {
    let page = try #require(HTML(ExperimentPage(Self.answer("activations", name: "frog", curves: true)).html))
    func percent(_ share: Double) -> String { FigureText.percent(share) }
    for text in [
      "\(percent(0.5)) ± 1.2 (\(percent(0.25)))", "\(percent(0.875)) ± 1.2 (\(percent(0.4375)))", "4363G", percent(0.512),
      "forget, test", "flops with encoder", "Other figures", "something new", "frog, b, c", "went through CLIP ViT-B/32",
      "principal projection of 128 components, power normalization, keys by means",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
    // Means, and the best-learnt class: a curve each for what goes and what stays.
    #expect(page.elements.filter { $0 == "svg" }.count == 2 && page.elements.filter { $0 == "polyline" }.count == 4)
    let plain = try #require(HTML(ExperimentPage(Self.answer("initial", name: "frog", curves: false)).html))
    #expect(!plain.elements.contains("svg") && plain.elements.contains("table"))
  }

  @Test(arguments: PageTests.texts) func namesNeverBecomeMarkup(_ name: String) throws {
    for experiment in ["examples", "multiclass"] {
      let plain = try #require(HTML(ExperimentPage(Self.answer(experiment, name: "plain", curves: true)).html))
      let hostile = try #require(HTML(ExperimentPage(Self.answer(experiment, name: name, curves: true)).html))
      #expect(hostile.elements.filter { $0 != "title" } == plain.elements.filter { $0 != "title" })
      #expect(Set(hostile.attributes.flatMap(\.keys)) == Set(plain.attributes.flatMap(\.keys)))
    }
  }
}
