/// What `rollback` did: `schema/json/predicate-rollback.json`. The subject is the checkpoint that the model has now.
package struct RollbackPredicate: Sendable, Hashable {
  package var log: LogPlace
  /// When, by the writer's clock.
  package var time: String
  package var model: String
  /// The head before.
  package var from: NamedCheckpoint
  /// The checkpoint gone back to.
  package var to: NamedCheckpoint
  /// The head from then on: `to` itself unless forgetting was applied to it again.
  package var child: NamedCheckpoint
  /// Acts of forgetting that were applied to it again.
  package var reappliedEvents: [Int64]
  /// Acts of forgetting that are no longer in force, by an explicit order.
  package var reinstatedEvents: [Int64]
  /// The program that made the child.
  package var engineVersion: String
  package var measurements: [MeasuredFigure]
  /// Figures of single classes that were recorded and are not here, since there are too many of them.
  package var measurementsLeftOut: Int64
  /// Commitments to actor, reason and approver, as in the entry.
  package var sealed: [String: Digest]

  package init(
    log: LogPlace, time: String, model: String, from: NamedCheckpoint, to: NamedCheckpoint, child: NamedCheckpoint,
    reappliedEvents: [Int64], reinstatedEvents: [Int64], engineVersion: String, measurements: [MeasuredFigure],
    measurementsLeftOut: Int64, sealed: [String: Digest]
  ) {
    (self.log, self.time, self.model, self.from, self.to, self.child) = (log, time, model, from, to, child)
    (self.reappliedEvents, self.reinstatedEvents, self.engineVersion) = (reappliedEvents, reinstatedEvents, engineVersion)
    (self.measurements, self.measurementsLeftOut, self.sealed) = (measurements, measurementsLeftOut, sealed)
  }

  init(_ reader: PredicateReader) throws(PredicateError) {
    log = try LogPlace(reader.reader("log"))
    time = try reader.text("time", .time)
    model = try reader.text("model", .name)
    from = try NamedCheckpoint(reader.reader("from"))
    to = try NamedCheckpoint(reader.reader("to"))
    child = try NamedCheckpoint(reader.reader("child"))
    reappliedEvents = try reader.integers("reapplied_events")
    reinstatedEvents = try reader.integers("reinstated_events")
    engineVersion = try reader.text("engine_version", .nonEmpty)
    measurements = try MeasuredFigure.list(reader.readers("measurements"))
    measurementsLeftOut = try reader.integer("measurements_left_out")
    sealed = try reader.sealed()
  }

  var value: JSONValue {
    .object([
      "log": log.value, "time": .string(time), "model": .string(model), "from": from.value, "to": to.value, "child": child.value,
      "reapplied_events": .integers(reappliedEvents), "reinstated_events": .integers(reinstatedEvents),
      "engine_version": .string(engineVersion), "measurements": .array(measurements.map(\.json)),
      "measurements_left_out": .integer(measurementsLeftOut), "sealed": .digests(sealed),
    ])
  }
}
