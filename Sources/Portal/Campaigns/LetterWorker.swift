import Crypto
import Domain
import Foundation
import Logging
import Postgres
package import ServiceLifecycle
package import Web

/// Makes the files of letters that were asked for, as the person who asked. A claim lapses after five minutes, so that whatever dies leaves
/// its file to another; only who holds the claim says that it is made, and what is written twice is the same.
package struct LetterWorker: Service {
  let environment: Environment
  let renderer: Renderer
  /// Tries before a file is given up.
  static let most = 3

  package init(environment: Environment, renderer: Renderer) {
    self.environment = environment
    self.renderer = renderer
  }

  package func run() async throws {
    guard environment.pdf != nil else { return try await gracefulShutdown() }
    await withTaskGroup(of: Void.self) { group in
      // Two at once, as there are two processes that make them.
      for _ in 0..<2 { group.addTask { await keepWorking() } }
    }
  }

  private func keepWorking() async {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        while try await workOnce(), !Task.isShuttingDownGracefully {}
      } catch {
        environment.logger.error("the letters' worker stumbled", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(2)) }
    }
  }

  private struct Claim: RowDecodable, Sendable {
    var id: UUID
    var attempt: Int
    init(row: Row) throws {
      id = try row.get("id")
      attempt = try row.get("attempt")
    }
  }

  private struct Person: RowDecodable, Sendable {
    var id: UUID
    var name: String
    init(row: Row) throws {
      id = try row.get("account_id")
      name = try row.get("name")
    }
  }

  /// Makes one file, if any waits.
  package func workOnce() async throws -> Bool {
    guard let pdf = environment.pdf else { return false }
    let pool = environment.database.pool
    let claimed = try await pool.transaction(.readWrite) { try await $0.all("SELECT id, attempt FROM sec.claim_letters(\(environment.now()))", as: Claim.self) }
    guard let claim = claimed.first else { return false }
    let door: SQL = "SELECT account_id FROM sec.enter_letters(\(claim.id))"
    let (campaigns, texts, letters, people) = try await pool.read(
      options: .readWrite, prelude: [door],
      Query<Campaign>("SELECT \(Campaign.columns) FROM campaign c JOIN letter_batch b ON b.campaign_id = c.id WHERE b.id = \(claim.id)"),
      Query<Scalar<String>>(LetterText.words("(SELECT c.version_id FROM campaign c JOIN letter_batch b ON b.campaign_id = c.id WHERE b.id = \(claim.id))")),
      Query<Letter>(Letter.of(claim.id)), Query<Person>("SELECT * FROM sec.enter_letters(\(claim.id))"))
    guard let campaign = campaigns.first, let person = people.first else {
      // Who asked may not do so any more: it waits for somebody who may.
      try await pool.transaction(.readWrite) { _ = try await $0.execute("SELECT sec.stop_letters(\(claim.id), \(Int16(claim.attempt)))") }
      return true
    }
    do {
      let page = LetterText(versionName: campaign.versionName, text: texts.first?.value, sender: environment.settings.letterSender)
      let html = try renderer.render("campaigns/letters-file", page.file(letters, title: "\(campaign.name): letters"))
      let file = try await pdf.pdf(html)
      try LetterFile.write(file, to: LetterFile.url(claim.id, home: environment.home))
      try await settle(claim, door, "made_at = \(environment.now()), bytes = \(file.count), hash = \(Array(SHA256.hash(data: file))), failure = NULL, state = 'made', lease_until = NULL")
    } catch where !(error is PostgresError) {
      environment.logger.error("letters could not be made", metadata: ["batch": "\(claim.id)", "for": "\(person.id)", "error": "\(error)"])
      let words = (error as? PDFRefusal)?.description ?? "Something went wrong on our side. Have it made again; if it happens again, tell your administrator."
      try await settle(
        claim, door, claim.attempt % Self.most == 0 ? "failure = \(words), state = 'failed', lease_until = NULL" : "lease_until = \(environment.now().addingTimeInterval(5))")
    }
    return true
  }

  /// Only who holds the claim. That a file was asked for is in the log; that it was made is its row.
  private func settle(_ claim: Claim, _ door: SQL, _ setting: SQL) async throws {
    let settled = try await environment.database.pool.transaction(.readWrite, prelude: [door]) {
      try await $0.execute("UPDATE letter_batch SET \(setting) WHERE id = \(claim.id) AND state = 'waiting' AND attempts = \(Int16(claim.attempt))")
    }
    if settled == 0 { environment.logger.warning("letters were made by another", metadata: ["batch": "\(claim.id)"]) }
  }
}
