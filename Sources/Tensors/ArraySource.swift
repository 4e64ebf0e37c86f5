/// Where an array's bytes come from, front to back: a file of its own, a member of an npz archive, a tensor of a safetensors file.
protocol ArraySource: AnyObject {
  /// The bytes that there are, or that an archive claims for its member.
  var size: Int { get }

  /// Fills the buffer and returns the number of bytes read, smaller than the buffer only at the end.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(NpyError.Fault) -> Int
}

extension ArraySource {
  /// Reads the next bytes, fewer than `count` only at the end.
  func bytes(_ count: Int) throws(NpyError.Fault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try bytes.withUnsafeMutableBufferPointer { buffer throws(NpyError.Fault) in
      try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    bytes.removeLast(count - got)
    return bytes
  }
}

/// A file that holds nothing else.
final class PlainSource: ArraySource {
  private let file: InputFile

  init(path: String) throws(NpyError.Fault) {
    do { file = try InputFile(path: path) } catch { throw NpyError.Fault(error) }
  }

  var size: Int { file.size }

  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(NpyError.Fault) -> Int {
    do { return try file.fill(buffer) } catch { throw NpyError.Fault(error) }
  }
}

/// The elements of one tensor of a safetensors file.
final class TensorSource: ArraySource {
  let description: TensorDescription
  private let reader: SafetensorsReader
  private let tensor: SafetensorsHeader.Tensor
  private var position = 0

  /// - parameter name: the tensor's; nil for a file that has only one.
  init(path: String, tensor name: String?) throws(NpyError.Fault) {
    do throws(SafetensorsError) {
      reader = try SafetensorsReader(path: path)
      if let name {
        tensor = try reader.tensor(name)
      } else {
        let tensors = reader.header.tensors
        guard tensors.count == 1 else { throw SafetensorsError(path: path, fault: .tensorUnnamed(tensors.prefix(12).map(\.name))) }
        tensor = tensors[0]
      }
    } catch {
      throw .safetensors(error.fault)
    }
    description = tensor.description
  }

  var size: Int { description.byteCount }

  /// The buffer must hold whole elements, as rows do.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(NpyError.Fault) -> Int {
    let width = description.dtype.size
    let count = min(buffer.count / width, description.count - position)
    let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * width)])
    do {
      try reader.read(position..<(position + count), of: tensor, into: target)
    } catch {
      throw .safetensors(error.fault)
    }
    position += count
    return target.count
  }
}
