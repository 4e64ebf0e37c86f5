/// What `verify` can find: the raw values are part of the JSON contract and never change their meaning.
public enum FindingCode: String, Sendable, CaseIterable, CustomStringConvertible {
  // MARK: The file

  /// A table, view, index or trigger that is not the one of this schema version, is missing, or does not belong here.
  case schemaChanged = "schema.changed"
  /// SQLite's own check of its pages, indexes and types found something.
  case databaseDamaged = "database.damaged"
  /// The disk did not give the bytes.
  case databaseUnreadable = "store.io_error"
  /// A row names a row that is not there.
  case danglingReference = "database.dangling_reference"

  // MARK: The log

  case logGap = "log.gap"
  case leafMalformed = "log.leaf_malformed"
  case fieldAdded = "log.field_added"
  case fieldChanged = "log.field_changed"
  case fieldRemoved = "log.field_removed"
  case nodeAdded = "log.node_added"
  case nodeChanged = "log.node_changed"
  case nodeRemoved = "log.node_removed"
  /// The public key in the store cannot be read, so that no signature can be checked.
  case keyMalformed = "log.key_malformed"
  /// A signed tree head of a size that the log does not have.
  case headUnexpected = "log.head_unexpected"
  case headMalformed = "log.head_malformed"
  case headMissing = "log.head_missing"
  /// A tree head that the log's key did not sign, or somebody else signed as well.
  case signatureBad = "log.signature_bad"
  /// A tree head that was signed for another log than the one that lies here.
  case rootMismatch = "log.root_mismatch"
  /// The log is shorter than a tree head that was kept elsewhere: the file was put back to an earlier state.
  case rewound = "log.rewound"
  /// The log does not begin with the entries under a tree head that was kept elsewhere: it was put back and went on otherwise.
  case forked = "log.forked"
  /// A tree head that was kept elsewhere is of a log of this name and not signed by this store's key: it was signed anew.
  case keyReplaced = "log.key_replaced"
  /// A tree head that was signed with a key of this log, but not with the one that was in force by then.
  case keyRetired = "log.key_retired"
  /// A cosignature that is not the witness's, or not of this tree head.
  case cosignatureBad = "log.cosignature_bad"
  /// No tree head has the cosignatures of as many of the known witnesses as were asked for.
  case tooFewWitnesses = "log.too_few_witnesses"
  /// An entry has an earlier time than the one before it: the writer's clock was put back. A warning; the order is that of the
  /// entries.
  case timeBackwards = "log.time_backwards"

  // MARK: Rows

  case rowsChanged = "rows.changed"
  case rowsRemoved = "rows.removed"
  /// A text that may be blanked is neither the one committed to nor blanked.
  case textChanged = "rows.text_changed"
  /// Two commitments with one salt: whoever knows one text can tell whether the other is the same.
  case saltReused = "rows.salt_reused"
  /// A table from which answers are read does not repeat what the log and the records say.
  case linesChanged = "lines.changed"
  /// A record contradicts the schema's meaning.
  case recordCorrupt = "record.corrupt"

  // MARK: Arrays

  case chunkStoredBytesChanged = "chunk.stored_bytes_changed"
  case chunkCorrupt = "chunk.corrupt"
  /// A chunk that no tensor accounts for.
  case chunkUnreferenced = "chunk.unreferenced"
  case tensorCorrupt = "tensor.corrupt"
  case tensorChunksChanged = "tensor.chunks_changed"
  case tensorChunksMisnumbered = "tensor.chunks_misnumbered"
  case tensorBaseDerived = "tensor.base_derived"
  case tensorDerivedWithChunks = "tensor.derived_with_chunks"
  case rowListCorrupt = "row_list.corrupt"
  /// Bytes of something that a record says was erased.
  case tensorNotErased = "tensor.not_erased"
  /// Something is read whose bytes are gone, which no answer but this one should meet.
  case erased = "erased"

  // MARK: Lineage

  case checkpointDigestMismatch = "checkpoint.digest_mismatch"
  case splitIncomplete = "split.incomplete"
  case splitDigestMismatch = "split.digest_mismatch"
  /// A head move that does not begin where the one before it ended.
  case headMoveBroken = "head.broken"
  case modelHeadMissing = "head.missing"

  // MARK: Recomputing

  /// Unlearning or training, repeated, gives other arrays than were recorded.
  case arraysDiffer = "recompute.arrays_differ"
  /// The unlearning, repeated, masks another number of pairs than its event says.
  case eventDiffers = "recompute.event_differs"
  /// A measurement, repeated, gives another figure than was recorded.
  case figureDiffers = "recompute.figure_differs"

  // MARK: The check itself

  /// A check ended with an error that is none of the above; the message says which.
  case checkFailed = "check.failed"

  /// The code as commands print it.
  public var description: String { rawValue }
}
