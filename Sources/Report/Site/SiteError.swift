/// Why a folder cannot become a store's site.
package enum SiteError: Error, Equatable {
  /// It holds something else.
  case notASite(folder: String)
  /// It is the site of another store.
  case otherStore(folder: String, origin: String)
  /// The system does not let a page be written.
  case unwritable(path: String, reason: String)

  /// A short, stable name for programs.
  package var code: String {
    switch self {
    case .notASite: "site.not_a_site"
    case .otherStore: "site.other_store"
    case .unwritable: "site.unwritable"
    }
  }

  /// What is wrong, in a sentence.
  package var message: String {
    switch self {
    case .notASite(let folder): "\(folder) is not empty and no site of lethe's"
    case .otherStore(let folder, let origin): "\(folder) is the site of another store, \(origin)"
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }

  /// What the reader can do about it.
  package var remedy: String {
    switch self {
    case .notASite, .otherStore: "name a new folder, an empty one, or the one that this store's site is in; nothing was written"
    case .unwritable: "see that you may write there and that the disk is not full, and run the command again"
    }
  }
}
