/// What writing a store's site did: `site`.
package struct SiteAnswer: Answer {
  package static let schema = "lethe/site/v1"

  package var folder: String
  package var pages: Int
  package var written: Int
  package var bytesWritten: Int
  package var logSize: Int64
  package var personalData: Bool

  package init(_ folder: SiteFolder, logSize: Int64, personalData: Bool) {
    (self.folder, self.logSize, self.personalData) = (folder.path, logSize, personalData)
    (pages, written, bytesWritten) = (folder.tally.pages, folder.tally.written, folder.tally.bytesWritten)
  }
}
