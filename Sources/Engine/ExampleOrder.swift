import Bottleneck

/// The pairs of a class in the order in which its examples, drawn one by one, bring them in.
///
/// It makes of Algorithm 2 a ranking like Algorithm 1's: masking the pairs of the first n examples is masking a prefix, so the same
/// curve answers how many examples are needed.
struct ExampleOrder {
  /// Examples in the order in which they are drawn.
  let examples: [Int]
  /// Every active pair once: by the first example that selects it, then by number.
  let ranking: [UInt32]
  /// Pairs that the first n+1 examples bring in together.
  private let covered: [Int]

  init(_ members: [Int], codes: CodeTable, shape: BottleneckShape, seed: UInt64) {
    let examples = Unlearning.exampleOrder(members, seed: seed)
    var (seen, ranking, covered) = ([Bool](repeating: false, count: shape.pairs), [UInt32](), [Int]())
    let (row, width) = (codes.codebooks * codes.width, codes.width)
    codes.codes.withUnsafeBufferPointer { codes in
      for example in examples {
        let first = ranking.count
        for slot in 0..<row where slot % width < shape.topK {
          let code = codes[example * row + slot]
          let pair = slot / width * shape.keys + Int(code)
          if code != CodeTable.none, !seen[pair] {
            seen[pair] = true
            ranking.append(UInt32(pair))
          }
        }
        // Codebooks come in ascending order; only several keys of one can be out of it.
        if shape.topK > 1 { ranking[first...].sort() }
        covered.append(ranking.count)
      }
    }
    (self.examples, self.ranking, self.covered) = (examples, ranking, covered)
  }

  /// How many pairs of the ranking the first `count` examples bring in.
  func pairs(of count: Int) -> Int { count < 1 || covered.isEmpty ? 0 : covered[min(count, covered.count) - 1] }

  /// The fewest examples whose pairs are at least the first `pairs` of the ranking.
  func count(covering pairs: Int) -> Int {
    pairs == 0 ? 0 : (covered.firstIndex { $0 >= pairs } ?? covered.count - 1) + 1
  }
}
