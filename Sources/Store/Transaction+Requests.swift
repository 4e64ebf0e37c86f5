import Ledger

extension Transaction {
  /// Records the rules that hold from now on.
  package func insertRequestPolicy(twoPeople: Bool, procedure: String?) throws {
    _ = try insert(.requestPolicy, [twoPeople, procedure])
  }

  /// Records a request; whom it is about is a sealed field of the entry.
  package func insertRequest(
    ground: RequestGround, channel: RequestChannel, identityChecked: Bool, received: CalendarDate, due: CalendarDate,
    procedure: String?
  ) throws -> Int64 {
    let id = try insert(
      .request, [ground.rawValue, channel.rawValue, identityChecked, received.description, due.description, procedure])
    facts["request"] = .integer(id)
    return id
  }

  /// Records that a request has more time.
  package func insertRequestExtension(_ request: Int64, due: CalendarDate) throws {
    _ = try insert(.requestExtension, [request, due.description])
    facts["request"] = .integer(request)
  }

  /// Records the answer to a request.
  package func insertRequestAnswer(_ request: Int64, outcome: RequestOutcome, basis: String?) throws {
    _ = try insert(.requestAnswer, [request, outcome.rawValue, basis])
    facts["request"] = .integer(request)
  }

  /// Records that what this entry did was done for a request.
  package func insertRequestWork(_ request: Int64, event: Int64? = nil, erasure: Int64? = nil) throws {
    _ = try insert(.requestWork, [request, event, erasure])
    facts["request"] = .integer(request)
  }

  /// Records that an export went to somebody, who is a sealed field of the entry.
  package func insertRecipient(checkpoint: CheckpointRecord, fileDigest: Digest, byteCount: Int) throws -> Int64 {
    facts["model"] = .string(checkpoint.modelName)
    facts["parent"] = .string(checkpoint.name)
    facts["parent_digest"] = .string(checkpoint.digest.description)
    return try insert(.recipient, [checkpoint.id, fileDigest.data, byteCount])
  }

  /// Records that a recipient was told of everything that was forgotten until now.
  package func insertRecipientNotice(_ recipient: Int64) throws {
    _ = try insert(.recipientNotice, [recipient])
  }

  /// Records that a report was handed out.
  /// - Parameter scope: what it covers, as canonical JSON.
  package func insertReport(scope: JSONValue, digest: Digest) throws {
    _ = try insert(.report, [String(decoding: try CanonicalJSON.encode(scope), as: UTF8.self), digest.data])
    facts["report_digest"] = .string(digest.description)
  }
}
