// Forgets a class through the library: a store, a data set, a model, the act, its effect, its history, and a check of all of it.
//
// usage: forget-a-class DATA FOLDER      DATA is data/fashion-mnist of Lethe's repository; the store is made in FOLDER
import Engine
import Foundation
import Ledger
import Store

guard CommandLine.arguments.count == 3 else { fatalError("usage: forget-a-class DATA FOLDER") }
let (data, folder) = (CommandLine.arguments[1], CommandLine.arguments[2])

// The key lies outside of the store. Whoever has it can sign for the store, so keep it where you keep such things.
let key = try SigningKey.create(path: folder + "/key", name: "example")
let path = folder + "/lethe.db"
try Store.create(at: path, origin: "example.com/library", key: key, entry: NewEntry(.`init`, actor: "example"))
let store = try Store.open(at: path)
let engine = Engine(store: store, key: { key }, actor: "example", threads: 2)

// Arrays are read from npy, npz or safetensors files, in blocks.
func files(_ part: Part) -> (part: Part, files: PartFiles) {
  (part, PartFiles(embeddings: "\(data)/\(part)_x.npy", labels: "\(data)/\(part)_y.npy"))
}
let clothes = try engine.importDataset(
  ImportRequest(
    name: "clothes", parts: Part.allCases.map(files), classes: data + "/classes.txt", license: "MIT", scale: 1 / 42.5))
print("\(clothes.name): \(clothes.splits.map { "\($0.count) \($0.part)" }.joined(separator: ", "))")

var training = TrainRequest(model: "wardrobe", dataset: clothes.name)
(training.codebooks, training.keys, training.keyEpochs, training.epochs) = (32, 64, 1, 2)
let trained = try engine.train(training)
print("trained \(trained.name), \(trained.digest)")

// What it would take, without writing anything; then the act itself, in one transaction with its log entry.
var request = ForgetRequest(model: "wardrobe", classes: ["Bag"], reason: "the licence of these images ended")
request.amount = .until(0)
let preview = try engine.previewForget(request)
print("would mask \(preview.maskedPairs) of \(preview.usablePairs) pairs")
let event = try engine.forget(request)
print("\(event.whatIsForgotten.joined(separator: ", ")) forgotten: \(event.parentName) → \(event.childName)")

// What it achieves now on examples that nobody trained with; a forgotten class has a figure of its own.
func recognised(_ checkpoint: String) throws -> Double {
  let result = try engine.evaluate(checkpoint, part: .test)
  let bag = result.dataset.classes.first { $0.name == "Bag" }?.id
  return result.measured.first { $0.record.classID == bag && bag != nil }?.record.value ?? .nan
}
let (before, after) = try (recognised(event.parentName), recognised(event.childName))
print("Bag: \(before) → \(after)")
precondition(before > 0.5 && after == 0)

// Going back does not bring it back.
let back = try engine.rollback(RollbackRequest(model: "wardrobe", number: 1, reason: "to show that it stays forgotten"))
let still = try recognised(back.child.name)
print("\(back.child.name), made from \(back.to.name): \(still)")
precondition(still == 0)

// Who did what, when and why; and who still knows the class. All of one read is of one moment.
try store.read { snapshot in
  for entry in try snapshot.history(HistoryFilter(model: "wardrobe")) {
    print("\(entry.time) \(entry.action) \(entry.child ?? "") \(entry.reason ?? "")")
  }
  for standing in try snapshot.standings(ofClass: "Bag", dataset: clothes.id) {
    print("\(standing.head) \(standing.knows ? "knows" : "has forgotten") Bag")
    print("still known to \(standing.knowing.joined(separator: ", "))")
  }
}

// Errors say what is wrong and what to do.
do {
  _ = try engine.evaluate("wardrobe@9", part: .test)
} catch let error as StoreError {
  print("\(error.code): \(error.message); \(error.remedy)")
}

let verification = store.verify()
for finding in verification.findings { print("\(finding.code): \(finding.subject), \(finding.message)") }
precondition(verification.ok)
print("verified \(verification.logSize) log entries and \(verification.checkedBytes) bytes")
try store.close()
