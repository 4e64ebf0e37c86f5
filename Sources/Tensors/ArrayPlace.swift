/// Where an array lies, as a user writes it: `x.npy`, `data.npz:train_x`, `data.safetensors:train_x`; an archive with one array in it
/// needs no name.
///
/// A file whose own name holds such a colon comes first, so that every file can be named.
enum ArrayPlace: Equatable {
  case npy(path: String)
  case npz(path: String, member: String?)
  case safetensors(path: String, tensor: String?)

  init(_ text: String) {
    if InputFile.isFile(text) {
      self.init(file: text, name: nil)
      return
    }
    for mark in [".npz:", ".safetensors:"] {
      // The last one that leads to a file, so that a folder may be called `a.npz:b`.
      var end = text.endIndex
      while let colon = text[..<end].lastIndex(of: ":") {
        let file = String(text[..<colon])
        if (file + ":").lowercased().hasSuffix(mark), InputFile.isFile(file) {
          self.init(file: file, name: String(text[text.index(after: colon)...]))
          return
        }
        end = colon
      }
    }
    self = .npy(path: text)
  }

  private init(file: String, name: String?) {
    let lower = file.lowercased()
    if lower.hasSuffix(".npz") {
      self = .npz(path: file, member: name)
    } else if lower.hasSuffix(".safetensors") {
      self = .safetensors(path: file, tensor: name)
    } else {
      self = .npy(path: file)
    }
  }
}
