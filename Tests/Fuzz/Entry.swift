import Foundation

/// The parser under test, by the name in `LETHE_FUZZ`.
private let check: @Sendable ([UInt8]) -> Void =
  switch ProcessInfo.processInfo.environment["LETHE_FUZZ"] {
  case "note": checkNote
  case "proof": checkProof
  case "envelope": checkEnvelope
  case "json": checkJSON
  default: fatalError("LETHE_FUZZ names none of note, proof, envelope, json")
  }

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  check(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
