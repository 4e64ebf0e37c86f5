/// How the accuracy of given examples falls as N_a, the number of masked pairs, grows: exact for every N_a, from one pass.
///
/// It shows what an unlearning would do before it is done; the smallest N_a that suffices follows from `lostFrom` (Method §6).
package struct ForgettingCurve: Sendable {
  /// Number of examples followed.
  package let examples: Int
  /// Right answers at each N_a from 0 to the length of the ranking.
  package let correct: [Int]
  /// For each example the smallest N_a from which on it is never recognised again; 0 if it never was, nil if it still is
  /// when the whole ranking is masked.
  package let lostFrom: [Int?]

  /// The longest ranking, that is the largest N_a.
  package var pairs: Int { correct.count - 1 }
}
