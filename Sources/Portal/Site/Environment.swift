package import Foundation
package import Domain
package import Logging
package import Web

/// What a request may lean on: the clock, the settings, the database. Tests give their own.
package struct Environment: Sendable {
  package var settings: Settings
  package var database: Database
  package var now: @Sendable () -> Date
  /// Time since any fixed moment, for rates: it never goes back, whatever happens to the clock on the wall.
  package var uptime: @Sendable () -> Duration
  package var logger: Logger
  /// Whether the data are invented, so that every page says so.
  package var demonstration: Bool
  /// The address people type, for links in letters and invitations: "http://localhost:8080".
  package var origin: String
  /// Uploads, checkpoints and keys lie below this directory.
  package var home: URL
  /// What GOV.UK Notify shows when it reports on messages (`ReceiptRoutes`); nil: it may not.
  package var receiptToken: String?
  /// What makes PDF files; nil: it is not installed, and documents are printed from the browser.
  package var pdf: PDFWorker?

  package init(
    settings: Settings, database: Database, now: @escaping @Sendable () -> Date = { Date() },
    uptime: @escaping @Sendable () -> Duration = RateLimiter.uptime, logger: Logger, demonstration: Bool, origin: String, home: URL, receiptToken: String? = nil,
    pdf: PDFWorker? = nil
  ) {
    self.settings = settings
    self.database = database
    self.now = now
    self.uptime = uptime
    self.logger = logger
    self.demonstration = demonstration
    self.origin = origin
    self.home = home
    self.receiptToken = receiptToken
    self.pdf = pdf
  }

  /// The legal day, in London.
  package func today() -> Day { London.day(of: now()) }
}
