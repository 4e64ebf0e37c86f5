/// Reads the tensors of a safetensors file.
///
/// Opening reads the header and compares the file's size with it: a file with one byte too few or too many is refused before any
/// of its data are seen. Elements then come from any tensor in any order, in buffers that the caller sizes; memory doesn't grow with
/// the file. Every floating-point value is checked to be finite before it is handed out.
///
/// ## Topics
///
/// ### Opening
/// - ``init(path:)``
/// - ``header``
///
/// ### Reading
/// - ``tensor(_:)``
/// - ``read(_:of:into:)``
/// - ``load(_:as:)``
package final class SafetensorsReader {
  /// The bytes that are read and checked at a time.
  private static let blockBytes = 1 << 20

  /// The file as the caller named it.
  package let path: String
  /// What the header says.
  package let header: SafetensorsHeader
  private let file: InputFile

  /// Opens a file and reads its header.
  ///
  /// - throws: ``SafetensorsError`` for a file that can't be read, isn't safetensors, or isn't as long as its header says.
  package init(path: String) throws(SafetensorsError) {
    do {
      file = try InputFile(path: path)
    } catch {
      throw SafetensorsError(path: path, error)
    }
    self.path = path
    header = try SafetensorsHeader(readingFrom: file, path: path)
    let (expected, actual) = (header.dataByteCount, file.size - header.dataOffset)
    guard actual >= expected else { throw fail(.dataTruncated(expected: expected, actual: max(actual, 0))) }
    guard actual == expected else { throw fail(.trailingBytes(actual - expected)) }
  }

  /// The tensor of a name. O(n).
  ///
  /// - throws: ``SafetensorsError`` where there is none.
  package func tensor(_ name: String) throws(SafetensorsError) -> SafetensorsHeader.Tensor {
    guard let found = header.tensors.first(where: { $0.name == name }) else { throw fail(.missingTensor(name)) }
    return found
  }

  /// Reads some elements of a tensor, in the order of its rows, little-endian.
  ///
  /// The buffer must be as long as the elements. What it holds after an error is unspecified.
  ///
  /// - throws: ``SafetensorsError`` when the file can't be read or became shorter since it was opened, and for a value that is not
  ///   finite.
  package func read(
    _ elements: Range<Int>, of tensor: SafetensorsHeader.Tensor, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SafetensorsError) {
    let dtype = tensor.description.dtype
    precondition(elements.lowerBound >= 0 && elements.upperBound <= tensor.description.count, "elements beyond the tensor")
    precondition(buffer.count == elements.count * dtype.size, "the buffer is not as long as the elements")
    let start = tensor.range.lowerBound + elements.lowerBound * dtype.size
    var done = 0
    while done < buffer.count {
      let block = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<min(done + Self.blockBytes, buffer.count)])
      let got = try fill(block, at: header.dataOffset + start + done)
      guard got == block.count else { throw fail(.dataTruncated(expected: header.dataByteCount, actual: start + done + got)) }
      if let index = firstNonFinite(in: UnsafeRawBufferPointer(block), dtype: dtype) {
        let value = printedFloat(in: UnsafeRawBufferPointer(block), at: index, dtype: dtype)
        throw fail(.nonFinite(tensor.name, element: elements.lowerBound + done / dtype.size + index, value: value))
      }
      done += block.count
    }
  }

  /// Reads a whole tensor into an array.
  ///
  /// Memory is taken only for bytes that the file has, since its size was compared with the header.
  ///
  /// - throws: ``SafetensorsError`` as ``read(_:of:into:)`` does, and where the elements are of another type.
  package func load<Element: TensorElement>(
    _ tensor: SafetensorsHeader.Tensor, as type: Element.Type = Element.self
  ) throws(SafetensorsError) -> [Element] {
    let (dtype, count) = (tensor.description.dtype, tensor.description.count)
    guard dtype == Element.dtype else { throw fail(.wrongDType(tensor.name, dtype, expected: Element.dtype)) }
    var failure: SafetensorsError?
    let array = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(SafetensorsError) {
        let whole = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        try read(0..<count, of: tensor, into: whole)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return array
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SafetensorsError) -> Int {
    do {
      return try file.fill(buffer, at: offset)
    } catch {
      throw SafetensorsError(path: path, error)
    }
  }

  private func fail(_ fault: SafetensorsError.Fault) -> SafetensorsError { SafetensorsError(path: path, fault: fault) }
}
