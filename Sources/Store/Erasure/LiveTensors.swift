/// Which tensors something in the store still needs: what is left is what an erasure may take.
///
/// Needed are the arrays of checkpoints that were not erased, the codes under their trainings, and the embeddings and labels of the
/// data sets; all of them as they are now, erased rows blanked. What derived tensors are derived from is not counted.
enum LiveTensors {
  static func ids(in snapshot: Snapshot) throws -> Set<Int64> {
    let sql = """
      WITH kept AS (
        SELECT id, coalesce(base, id) AS training FROM checkpoint WHERE id NOT IN (SELECT checkpoint FROM erased_checkpoint))
      SELECT tensor FROM checkpoint_tensor WHERE checkpoint IN (SELECT id FROM kept)
      UNION
      SELECT coalesce((SELECT tensor FROM erased_codes x WHERE x.code_table = t.id ORDER BY x.id DESC LIMIT 1), t.tensor)
        FROM code_table t WHERE t.checkpoint IN (SELECT training FROM kept)
      UNION
      SELECT coalesce((SELECT embeddings FROM erased_rows x WHERE x.split = s.id ORDER BY x.id DESC LIMIT 1), s.embeddings)
        FROM split s WHERE s.event IS NULL
      UNION
      SELECT coalesce((SELECT labels FROM erased_rows x WHERE x.split = s.id ORDER BY x.id DESC LIMIT 1), s.labels)
        FROM split s WHERE s.event IS NULL
      """
    return Set(try snapshot.rows(sql).compactMap { try $0.value("tensor") as Int64? })
  }
}
