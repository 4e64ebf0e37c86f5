import GRDB
import Ledger

extension Snapshot {
  /// The checkpoints of a model that still hold what was learnt from a class, oldest first.
  ///
  /// A checkpoint knows a class of its data set unless an act of forgetting that holds in it removed the class, its arrays were
  /// erased, or its keys and values were learnt here after the class's examples had been erased. Forgetting goes by the name of the
  /// class, whichever data set a checkpoint was trained on.
  /// - Parameter model: all models if nil.
  package func checkpoints(knowing className: String, model: Int64? = nil) throws -> [CheckpointRecord] {
    let sql = """
      SELECT c.id FROM checkpoint c JOIN class k ON k.dataset = c.dataset AND k.name = ?1
      JOIN checkpoint t ON t.id = coalesce(c.base, c.id)
      WHERE (?2 IS NULL OR c.model = ?2)
        AND NOT EXISTS (SELECT 1 FROM applied_event a JOIN forgotten_class f ON f.event = a.event JOIN class g ON g.id = f.class
                        WHERE a.checkpoint = c.id AND g.name = ?1)
        AND NOT EXISTS (SELECT 1 FROM erased_checkpoint x WHERE x.checkpoint = c.id)
        AND (t.kind = 'imported' OR NOT EXISTS (SELECT 1 FROM erased_class x JOIN erased_rows r ON r.erasure = x.erasure JOIN split s ON s.id = r.split
                        WHERE x.class = k.id AND s.dataset = k.dataset AND s.part = 'train' AND x.entry < t.entry))
      ORDER BY c.id
      """
    return try rows(sql, [className, model]).map { try checkpoint($0.value("id") as Int64) }
  }
}
