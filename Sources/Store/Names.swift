/// Names of models and data sets: short, printable, safe in a shell and in `name@number`.
package enum Names {
  /// - Throws: `StoreError.badName` unless `name` is 1 to 100 ASCII letters, digits, `.`, `_` and `-`, beginning with a letter or
  ///   digit.
  package static func check(_ name: String, kind: String) throws(StoreError) {
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard allowed, let first = name.first, first.isLetter || first.isNumber, name.utf8.count <= 100 else {
      throw .badName(kind: kind, name: name)
    }
  }
}
