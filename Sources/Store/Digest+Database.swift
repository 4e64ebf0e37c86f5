import Foundation
import Ledger

extension Digest {
  /// As a blob.
  var data: Data { Data(bytes) }
}

extension [UInt8] {
  /// As a blob.
  var data: Data { Data(self) }
}
