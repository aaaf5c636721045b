import Domain
import Foundation
import Postgres

/// A return that an organisation owes for a period, and what came of it.
struct OwedReturn: RowDecodable, Sendable {
  var kind: ReturnKind
  var organisation: Int
  var period: Day
  var due: Day
  var items: Int
  var supplied: Int
  var id: UUID?
  var received: Day?

  init(row: Row) throws {
    kind = try row.get("kind")
    organisation = try row.get("organisation_id")
    period = try row.get("period")
    due = try row.get("due_on")
    items = try row.get("items")
    supplied = try row.get("supplied")
    id = try row.get("return_id", as: UUID?.self)
    received = try row.get("received_on", as: Day?.self)
  }

  var words: String { ReturnPeriod(kind, from: period)?.words ?? period.words }
  func state(on today: Day) -> ReturnState { ReturnState(supplied: supplied, of: items, received: received, due: due, today: today) }
  /// The form in which it is entered.
  var entry: String { Path.returns + "/new?kind=\(kind.rawValue)&organisation=\(organisation)&period=\(period.iso)" }
}

/// A return as it was entered.
struct PartnerReturn: RowDecodable, Sendable {
  var id: UUID
  var kind: ReturnKind
  var organisation: Int
  var period: Day
  var received: Day
  var note: String
  var recordedBy: UUID
  var author: String?
  var approvedOn: Day?
  var approver: String?
  var withdrawn: String?
  /// Whether a later return of the period takes its place.
  var isReplaced: Bool

  static let columns: SQL = """
    r.id, r.kind, r.organisation_id, r.period, r.received_on, r.note, r.recorded_by, (SELECT n.name FROM sec.account_names(ARRAY[r.recorded_by]) n) AS author,
    a.approved_on, (SELECT n.name FROM sec.account_names(ARRAY[a.recorded_by]) n) AS approver, w.reason AS withdrawn,
    EXISTS (SELECT FROM partner_return x WHERE x.kind = r.kind AND x.period = r.period AND x.organisation_id = r.organisation_id AND x.recorded_at > r.recorded_at
              AND NOT EXISTS (SELECT FROM return_withdrawal y WHERE y.return_id = x.id)) AS replaced
    """
  static let tables: SQL = "partner_return r LEFT JOIN return_approval a ON a.return_id = r.id LEFT JOIN return_withdrawal w ON w.return_id = r.id"

  init(row: Row) throws {
    id = try row.get("id")
    kind = try row.get("kind")
    organisation = try row.get("organisation_id")
    period = try row.get("period")
    received = try row.get("received_on")
    note = try row.get("note")
    recordedBy = try row.get("recorded_by")
    author = try row.get("author", as: String?.self)
    approvedOn = try row.get("approved_on", as: Day?.self)
    approver = try row.get("approver", as: String?.self)
    withdrawn = try row.get("withdrawn", as: String?.self)
    isReplaced = try row.get("replaced")
  }

  var path: String { Path.partnerReturn(id) }
  var words: String { ReturnPeriod(kind, from: period)?.words ?? period.words }
}

/// Counts of one order in one district.
struct DisruptionLine: RowDecodable, Sendable, Equatable {
  var authority: Int
  var code: String
  var obtained: Int
  var breached: Int
  var refused: Int

  init(authority: Int, code: String, obtained: Int, breached: Int, refused: Int) {
    self.authority = authority
    self.code = code
    self.obtained = obtained
    self.breached = breached
    self.refused = refused
  }
  init(row: Row) throws {
    authority = try row.get("authority_id")
    code = try row.get("code")
    obtained = try row.get("obtained")
    breached = try row.get("breached")
    refused = try row.get("refused")
  }
}

/// The same of a quarter, over all organisations.
struct DisruptionCount: RowDecodable, Sendable {
  var period: Day
  var line: DisruptionLine
  init(row: Row) throws {
    period = try row.get("period")
    line = try DisruptionLine(row: row)
  }
}

/// The figure of one item of the dataset.
struct DatasetValue: RowDecodable, Sendable {
  var code: String
  var value: Int
  init(row: Row) throws {
    code = try row.get("code")
    value = try row.get("value")
  }
}

/// What an agency assures of its staff's training.
struct Assurance: RowDecodable, Sendable, Equatable {
  var staff: Int
  var trained: Int
  var assures: Bool
  var contracts: Bool
  var words: String
  var evidence: String

  init(staff: Int, trained: Int, assures: Bool, contracts: Bool, words: String, evidence: String) {
    self.staff = staff
    self.trained = trained
    self.assures = assures
    self.contracts = contracts
    self.words = words
    self.evidence = evidence
  }
  init(row: Row) throws {
    staff = try row.get("staff")
    trained = try row.get("trained")
    assures = try row.get("assures")
    contracts = try row.get("contracts")
    words = try row.get("words")
    evidence = try row.get("evidence")
  }
}

/// What a return says.
enum ReturnContent: Sendable {
  case dataset([String: Int])
  case disruption([DisruptionLine])
  case assurance(Assurance)
}

/// An item of an edition of the common dataset.
struct DatasetItem: RowDecodable, Sendable {
  var id: UUID
  var code: String
  var name: String
  var organisation: Int
  var isYearly: Bool

  init(row: Row) throws {
    id = try row.get("id")
    code = try row.get("code")
    name = try row.get("name")
    organisation = try row.get("organisation_id")
    isYearly = try row.get("frequency", as: String.self) == "yearly"
  }
}

/// An edition of the common dataset.
struct DatasetEdition: RowDecodable, Sendable {
  var id: UUID
  var number: Int
  var recordedBy: UUID
  var author: String?
  var agreedOn: Day?
  var agreedBy: String?
  var items: Int

  static let columns: SQL = """
    e.id, e.number, e.recorded_by, (SELECT n.name FROM sec.account_names(ARRAY[e.recorded_by]) n) AS author, a.agreed_on, a.agreed_by,
    (SELECT count(*) FROM dataset_item i WHERE i.edition_id = e.id) AS items
    """
  static let tables: SQL = "dataset_edition e LEFT JOIN dataset_agreement a ON a.edition_id = e.id"

  init(row: Row) throws {
    id = try row.get("id")
    number = try row.get("number")
    recordedBy = try row.get("recorded_by")
    author = try row.get("author", as: String?.self)
    agreedOn = try row.get("agreed_on", as: Day?.self)
    agreedBy = try row.get("agreed_by", as: String?.self)
    items = try row.get("items")
  }

  var path: String { Path.edition(id) }
}

/// A problem profile as it is registered. The document is not here.
struct ProblemProfile: RowDecodable, Sendable {
  var id: UUID
  var title: String
  var scope: ProfileScope
  var partnership: Int?
  var edition: String
  var owner: String
  var isSensitive: Bool
  var heldAt: String
  var coversFrom: Day
  var coversTo: Day
  var publishedOn: Day
  var dueOn: Day
  var summary: String
  var author: String?
  var releasedOn: Day?

  static let columns: SQL = """
    p.id, p.title, p.scope, p.csp_id, p.edition, p.owner, p.handling, p.held_at, p.covers_from, p.covers_to, p.published_on, p.due_on, p.summary,
    (SELECT n.name FROM sec.account_names(ARRAY[p.recorded_by]) n) AS author, (SELECT min(r.on_day) FROM problem_profile_release r WHERE r.profile_id = p.id) AS released_on
    """

  init(row: Row) throws {
    id = try row.get("id")
    title = try row.get("title")
    scope = ProfileScope(rawValue: try row.get("scope")) ?? .county
    partnership = try row.get("csp_id", as: Int?.self)
    edition = try row.get("edition")
    owner = try row.get("owner")
    isSensitive = try row.get("handling", as: String.self) == "official_sensitive"
    heldAt = try row.get("held_at")
    coversFrom = try row.get("covers_from")
    coversTo = try row.get("covers_to")
    publishedOn = try row.get("published_on")
    dueOn = try row.get("due_on")
    summary = try row.get("summary")
    author = try row.get("author", as: String?.self)
    releasedOn = try row.get("released_on", as: Day?.self)
  }

  var path: String { Path.profile(id) }
}

enum ProfileScope: String, Sendable, CaseIterable {
  case alliance, county, partnership
  var name: String {
    switch self {
    case .alliance: "The police alliance"
    case .county: "The county"
    case .partnership: "One partnership"
    }
  }
}

/// When a profile was made available to whom.
struct ProfileRelease: RowDecodable, Sendable {
  var on: Day
  var body: String
  var how: String
  var by: String?
  init(row: Row) throws {
    on = try row.get("on_day")
    body = try row.get("body")
    how = try row.get("how")
    by = try row.get("by_name", as: String?.self)
  }
}

/// A profile as it is entered.
struct NewProfile: Sendable {
  var title: String
  var scope: ProfileScope
  var partnership: Int?
  var edition: String
  var owner: String
  var isSensitive: Bool
  var heldAt: String
  var coversFrom: Day
  var coversTo: Day
  var publishedOn: Day
  var dueOn: Day
  var summary: String
}
