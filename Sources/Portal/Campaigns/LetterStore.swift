package import Domain
package import Foundation
package import Postgres
import Web

/// A file of letters: asked for, and made by the work.
package struct LetterBatch: RowDecodable, Sendable {
  package enum State: String, Codable, Sendable, PostgresEncodable, PostgresDecodable { case waiting, made, failed }

  package var id: UUID
  package var number: Int
  package var letters: Int
  package var state: State
  package var askedBy: String?
  package var askedAt: Date
  package var madeAt: Date?
  package var bytes: Int?
  package var failure: String?

  static let columns: SQL = """
    b.id, b.number, b.letters, b.state, (SELECT n.name FROM sec.account_names(ARRAY[b.asked_by]) n) AS asker_name, b.asked_at, b.made_at, b.bytes, b.failure
    """

  package init(row: Row) throws {
    id = try row.get("id")
    number = try row.get("number")
    letters = try row.get("letters")
    state = try row.get("state")
    askedBy = try row.get("asker_name")
    askedAt = try row.get("asked_at")
    madeAt = try row.get("made_at")
    bytes = try row.get("bytes")
    failure = try row.get("failure")
  }
}

/// A letter of a file.
package struct Letter: RowDecodable, Sendable {
  package var number: Int
  package var kind: LicenceKind
  package var reference: String
  package var name: String
  package var address: String
  package var postcode: String?
  package var issuedOn: Day

  static func of(_ batch: UUID) -> SQL {
    "SELECT number, kind, reference, name, address, postcode, issued_on FROM letter WHERE batch_id = \(batch) ORDER BY number"
  }

  package init(row: Row) throws {
    number = try row.get("number")
    kind = try row.get("kind")
    reference = try row.get("reference")
    name = try row.get("name")
    address = try row.get("address")
    postcode = try row.get("postcode")
    issuedOn = try row.get("issued_on")
  }

  init(_ recipient: Recipient, number: Int, on day: Day) {
    self.number = number
    kind = recipient.kind
    reference = recipient.reference
    name = recipient.name
    address = recipient.address
    postcode = recipient.postcode
    issuedOn = recipient.issuedOn ?? day
  }
}

/// Where the files of letters lie: below the service's home, which only the service reads. Each can be made anew from its rows.
enum LetterFile {
  static func url(_ batch: UUID, home: URL) -> URL {
    home.appendingPathComponent("letters").appendingPathComponent(batch.uuidString.lowercased() + ".pdf")
  }

  /// Whole or not at all, whatever dies meanwhile.
  static func write(_ data: Data, to url: URL) throws {
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try data.write(to: url, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
  }
}

/// Asks for files of letters and reads what became of them.
package struct LetterStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  package init(_ environment: Environment) { self.environment = environment }

  /// Letters of one file: as many as an office printer takes at a time.
  package static let size = 250

  /// The files of a campaign, and how many letters are in none yet.
  package func batches(_ campaign: Campaign, for officer: Officer) async throws -> (batches: [LetterBatch], given: Int, without: Int) {
    let (batches, given, without) = try await database.read(
      as: officer,
      Query<LetterBatch>("SELECT \(LetterBatch.columns) FROM letter_batch b WHERE b.campaign_id = \(campaign.id) ORDER BY b.number"),
      Query<Scalar<Int>>("SELECT count(*) AS value FROM campaign_recipient r WHERE r.campaign_id = \(campaign.id) AND r.state = 'issued'"),
      Query<Scalar<Int>>(
        """
        SELECT count(*) AS value FROM campaign_recipient r WHERE r.campaign_id = \(campaign.id) AND r.state = 'issued'
           AND NOT EXISTS (SELECT FROM letter l WHERE l.campaign_id = r.campaign_id AND l.registration_id = r.registration_id AND l.attempt = r.attempt)
        """))
    return (batches, given.first?.value ?? 0, without.first?.value ?? 0)
  }

  func batch(_ id: UUID, of campaign: Campaign, for officer: Officer) async throws -> LetterBatch? {
    try await database.read(
      as: officer, Query<LetterBatch>("SELECT \(LetterBatch.columns) FROM letter_batch b WHERE b.id = \(id) AND b.campaign_id = \(campaign.id)")
    ).first
  }

  /// Asks for files of all letters that are in none yet; says how many letters that is.
  package func ask(_ campaign: Campaign, size: Int = LetterStore.size, once sent: SentForm? = nil, by officer: Officer) async throws -> Int {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let many = try await transaction.value("SELECT ask_for_letters(\(campaign.id), \(size)::integer, \(environment.now()))", as: Int.self)
      guard many > 0 else { return Written(0, entries: []).leading(to: campaign.path + "/letters") }
      return Written(many, entries: CampaignStore.entries(
        .changeCampaign, campaign.id, campaign.authorities, ["name": campaign.name, "what": "had \(many == 1 ? "one letter" : "\(many) letters") made of"])
      ).leading(to: campaign.path + "/letters")
    }
  }

  /// Has a file made anew: one that could not be made, or whose file is no longer there.
  func again(_ batch: LetterBatch, of campaign: Campaign, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let moved = try await transaction.execute(
        """
        UPDATE letter_batch SET state = 'waiting', asked_by = \(officer.id), asked_at = \(environment.now()), lease_until = NULL, failure = NULL
         WHERE id = \(batch.id) AND state <> 'waiting'
        """)
      guard moved == 1 else { return Written((), entries: []) }
      return Written((), entries: CampaignStore.entries(
        .changeCampaign, campaign.id, campaign.authorities, ["name": campaign.name, "what": "had file \(batch.number) of the letters made again of"]))
    }
  }

  /// The posting list of a file; taking it away is logged, as of every list.
  func postingList(_ batch: LetterBatch, of campaign: Campaign, by officer: Officer) async throws -> [Letter] {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let letters = try await transaction.all(Letter.of(batch.id), as: Letter.self)
      return Written(letters, Self.taken(batch, campaign, "posting list", by: officer))
    }
  }

  /// Logs that the file was taken away.
  func take(_ batch: LetterBatch, of campaign: Campaign, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { _ in Written.done(Self.taken(batch, campaign, "letters", by: officer)) }
  }

  private static func taken(_ batch: LetterBatch, _ campaign: Campaign, _ what: String, by officer: Officer) -> AuditEntry {
    AuditEntry(.exportList, of: officer.id, campaign.id, detail: ["rows": String(batch.letters), "filter": "Campaign \(campaign.name), file \(batch.number), \(what)"])
  }
}
