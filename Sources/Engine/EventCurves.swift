import Bottleneck
import Store

/// The curves of an act of forgetting that is done, or why there are none.
package struct EventCurves: Sendable {
  /// Class, amount and curve, in the order in which the classes were masked; none of classes from which nothing was learnt.
  package var curves: [(name: String, amount: Int, curve: ForgetCurve)] = []
  /// Why they are left out, in a sentence without its full stop.
  package var leftOut: String?
}

extension Engine {
  /// Traces the curves of an act of forgetting anew, from its parent and the examples that the store still has.
  ///
  /// It is the work of `forget --dry-run`: each class on the model that those before it left, with as many pairs masked as the event
  /// records. What earlier goals masked again between two classes is not repeated. Once bytes are erased that this needs, or where no
  /// amount was chosen, the reason stands in place of the curves.
  /// - Throws: whatever hinders reading the records.
  package func curves(of event: EventRecord, in snapshot: Snapshot) throws -> EventCurves {
    guard event.exampleCount == 0 else { return EventCurves(leftOut: "single examples went, not a number of pairs") }
    let method = try event.forgetMethod()
    guard method != .counting else { return EventCurves(leftOut: "counts were subtracted, so no number of pairs was chosen") }
    do {
      return try EventCurves(curves: traced(event, method: method, in: snapshot))
    } catch let error as StoreError where error.isForgotten {
      return EventCurves(leftOut: error.message)
    } catch let error as EngineError {
      return EventCurves(leftOut: error.message)
    }
  }

  private func traced(
    _ event: EventRecord, method: ForgetMethod, in snapshot: Snapshot
  ) throws -> [(name: String, amount: Int, curve: ForgetCurve)] {
    let parent = try LoadedModel(head: snapshot.checkpoint(event.parent), in: snapshot, of: store)
    try refuseErased(parent.dataset.splits, after: snapshot.logIndex(ofCheckpoint: event.parent), in: snapshot)
    var request = ForgetRequest(model: event.modelName, classes: [], reason: "")
    (request.method, request.choice, request.seed) = (method, try event.choice(), UInt64(bitPattern: event.seed))
    let (codes, labels) = (try parent.codes(.train), try snapshot.labels(.train, of: parent.dataset))
    let classes = event.classes.sorted { $0.ordinal < $1.ordinal }
    let masks = try classes.map { item in
      try chooseMask(
        item.ordinal, of: parent, codes: codes, labels: labels, method: method, amount: .count(item.amount), choice: request.choice,
        seed: request.seed, snapshot: snapshot)
    }
    return try zip(zip(classes, masks), curves(of: masks, by: request, on: parent, in: snapshot)).compactMap { item, curve in
      curve.map { (item.0.name, item.1.amount, $0) }
    }
  }
}
