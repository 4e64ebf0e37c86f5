import Testing

@testable import Store

/// What an error suggests for a mistyped name.
@Suite("Nearest names")
struct NearestNameTests {
  @Test(
    "a slip of the finger leads to the name",
    arguments: [
      ("pest", "pets"), ("pet", "pets"), ("petss", "pets"), ("Pets", "pets"), ("bets", "pets"), ("clohtes", "clothes"),
      ("fashion-minst", "fashion-mnist"), ("naïve", "naive"), ("PETS", "pets"),
    ])
  func slips(typed: String, meant: String) {
    #expect(NearestName.of(typed, among: ["zebras", "clothes", "fashion-mnist", "naive", "pets"]) == meant)
  }

  @Test("what is too far off leads nowhere", arguments: ["", "hen", "x", "pe", "stop", String(repeating: "p", count: 100_000)])
  func strangers(typed: String) {
    #expect(NearestName.of(typed, among: ["pets", "horse", "ab", ""]) == nil)
  }

  @Test("the nearest wins, then the first; the typed name itself is no suggestion")
  func order() {
    #expect(NearestName.of("clothes", among: ["cloths", "clothes2", "clothe"]) == "cloths")
    #expect(NearestName.of("clothing", among: ["clothes", "clothin"]) == "clothin")
    #expect(NearestName.of("pets", among: ["pets"]) == nil)
  }

  @Test("an error lists what there is where nothing is near, and takes numbers for no names")
  func hints() {
    let names = (1...9).map { "model-\($0)" }
    #expect(
      StoreError.unknown(kind: "model", name: "modle-3", known: names).message
        == "there is no model named modle-3; did you mean model-3?")
    #expect(
      StoreError.unknown(kind: "model", name: "faces", known: names).message
        == "there is no model named faces (there is model-1, model-2, model-3, model-4, model-5, …)")
    #expect(StoreError.unknown(kind: "hold", name: "3", known: ["2"]).message == "there is no hold named 3 (there is 2)")
    #expect(StoreError.unknown(kind: "model", name: "faces", known: []).message == "there is no model named faces")
  }
}
