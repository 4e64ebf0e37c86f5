import CKernels

/// The projections of a few neighbouring codebooks in the layout of the projection kernel.
///
/// Their columns are joined before they are cut into panels of sixteen, so only the last panel has padding.
final class Panels {
  let codebooks: Range<Int>
  let count: Int
  private let shape: BottleneckShape
  private let panels: AlignedBuffer<Float>

  /// Floats between the outputs of two rows.
  var stride: Int { count * 16 }

  /// Packs `codebooks` from a projection [C][D][d]; memory 64·D bytes a panel.
  init(_ projection: [Float], shape: BottleneckShape, codebooks: Range<Int>) {
    self.codebooks = codebooks
    self.shape = shape
    count = (codebooks.count * shape.keyDimension + 15) / 16
    panels = AlignedBuffer(count * shape.inputDimension * 16, zeroed: false)
    projection.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      lethe_pack_panels(
        base + codebooks.lowerBound * shape.inputDimension * shape.keyDimension, codebooks.count, shape.inputDimension,
        shape.keyDimension, panels.pointer)
    }
  }

  /// Projects n rows into `out` [n][stride]; codebook c of the group begins at column (c − first)·d.
  func project(_ rows: UnsafePointer<UnsafePointer<Float>?>, _ n: Int, into out: UnsafeMutablePointer<Float>) {
    lethe_project(rows, n, shape.inputDimension, panels.pointer, count, out, stride)
  }

  /// Cuts codebooks into groups and packs each.
  ///
  /// Sixteen codebooks a group make whole panels for every d, and still enough groups for the threads to share.
  static func groups(
    _ projection: [Float], shape: BottleneckShape, codebooks: Range<Int>, threads: Int
  ) -> [Panels] {
    let size = max(1, min(16, codebooks.count / max(threads, 1)))
    let count = (codebooks.count + size - 1) / size
    return Parallel.map(count, threads: threads) { index in
      let start = codebooks.lowerBound + index * size
      return Panels(projection, shape: shape, codebooks: start..<min(start + size, codebooks.upperBound))
    }
  }

  /// Scratch for the widest group, [rows][stride], one for each worker.
  static func tiles(_ groups: [Panels], rows: Int, workers: Int) -> [AlignedBuffer<Float>] {
    let widest = groups.map(\.stride).max() ?? 0
    return (0..<max(workers, 1)).map { _ in AlignedBuffer(rows * widest, zeroed: false) }
  }
}
