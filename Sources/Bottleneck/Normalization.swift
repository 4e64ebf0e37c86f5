import CKernels

/// What is done to each embedding, by itself, before it is projected.
public enum Normalization: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nothing: the paper's way.
  case none
  /// Each number becomes the square root of its share in the sum of absolute values, with its sign: x ← ±√(|x|/Σ|x|), of unit L2
  /// length. Distances then compare shares instead of sizes, so that a few large numbers do not decide alone. Zeros stay zeros.
  ///
  /// Source: Arandjelović and Zisserman, *Three things everyone should know to improve object retrieval*, CVPR 2012, section 3 (Hellinger
  /// kernel); for numbers of both signs Perronnin et al., *Improving the Fisher Kernel*, ECCV 2010, section 3.2.
  case power

  /// Normalises one embedding of D finite numbers in place; correctly rounded steps in a fixed order, so the same bits everywhere.
  func apply(_ row: UnsafeMutablePointer<Float>, dimension: Int) {
    switch self {
    case .none: break
    case .power: lethe_power_normalize(row, dimension)
    }
  }
}
