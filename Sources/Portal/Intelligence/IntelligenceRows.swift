package import Domain
package import Foundation
package import Postgres

/// All of an item but what it says.
package struct IntelligenceItem: RowDecodable, Sendable {
  package var id: UUID
  package var reference: String
  package var csp: Int
  package var theme: IntelligenceTheme
  package var point: GridPoint?
  package var happenedOn: Day?
  package var receivedOn: Day
  package var kind: IntelligenceKind
  /// Nil for a partner's submission, which is not graded.
  package var grading: Grading?
  package var handling: Handling
  package var conditions: String
  package var reviewBy: Day?
  package var originatorReference: String
  package var state: IntelligenceState
  package var outcome: IntelligenceOutcome?
  package var outcomeOn: Day?
  package var author: UUID
  package var version: Int
  /// Whether it names the officer who asks.
  package var isReader: Bool
  /// Whether that officer has opened it before.
  package var wasOpened: Bool
  /// The conditions as that officer acknowledged them.
  package var acknowledged: String?

  /// The sealed columns are not among them: the web may not ask for those.
  static let columns: SQL = """
    i.id, i.reference, i.csp_id, i.theme, st_x(i.point)::integer AS easting, st_y(i.point)::integer AS northing, i.happened_on, i.received_on, i.kind,
    i.source_grade, i.information_grade, i.handling, i.conditions, i.review_by, i.originator_reference, i.state, i.outcome, i.outcome_on, i.author, i.version,
    EXISTS (SELECT FROM intelligence_audience a WHERE a.item_id = i.id AND a.account_id = sec.me()) AS is_reader,
    EXISTS (SELECT FROM intelligence_reading r WHERE r.item_id = i.id AND r.account_id = sec.me()) AS was_opened,
    (SELECT k.conditions FROM intelligence_acknowledgement k WHERE k.item_id = i.id AND k.account_id = sec.me()) AS acknowledged
    """

  package init(row: Row) throws {
    id = try row.get("id")
    reference = try row.get("reference")
    csp = try row.get("csp_id")
    theme = try row.get("theme")
    let easting: Int? = try row.get("easting"), northing: Int? = try row.get("northing")
    if let easting, let northing { point = GridPoint(easting: easting, northing: northing) }
    happenedOn = try row.get("happened_on")
    receivedOn = try row.get("received_on")
    kind = try row.get("kind")
    handling = try row.get("handling")
    let source: Int? = try row.get("source_grade"), information: InformationGrade? = try row.get("information_grade")
    if let source = source.flatMap(SourceGrade.init), let information { grading = Grading(source, information, handling) }
    conditions = try row.get("conditions")
    reviewBy = try row.get("review_by")
    originatorReference = try row.get("originator_reference")
    state = try row.get("state")
    outcome = try row.get("outcome")
    outcomeOn = try row.get("outcome_on")
    author = try row.get("author")
    version = try row.get("version")
    isReader = try row.get("is_reader")
    wasOpened = try row.get("was_opened")
    acknowledged = try row.get("acknowledged")
  }

  var path: String { Path.intelligence(id) }
}

/// An item as it is sent or recorded.
package struct NewIntelligence: Sendable {
  package var csp: Int
  package var kind: IntelligenceKind
  package var theme: IntelligenceTheme
  package var point: GridPoint?
  package var happenedOn: Day?
  package var grading: Grading?
  package var conditions: String
  package var reviewBy: Day?
  package var originatorReference: String
  /// What it says. Sealed before it leaves the process.
  package var text: String
  /// Who may open it. For a submission, those who screen it are named instead.
  package var readers: [UUID]

  package init(
    csp: Int, kind: IntelligenceKind, theme: IntelligenceTheme, point: GridPoint? = nil, happenedOn: Day? = nil, grading: Grading? = nil, conditions: String = "",
    reviewBy: Day? = nil, originatorReference: String = "", text: String, readers: [UUID] = []
  ) {
    self.csp = csp
    self.kind = kind
    self.theme = theme
    self.point = point
    self.happenedOn = happenedOn
    self.grading = grading
    self.conditions = conditions
    self.reviewBy = reviewBy
    self.originatorReference = originatorReference
    self.text = text
    self.readers = readers
  }

  var handling: Handling { grading?.handling ?? .permitted }
}

/// Somebody whom an item may name.
package struct IntelligenceReader: RowDecodable, Sendable {
  package var id: UUID
  package var name: String
  package var mayHandle: Bool

  package init(row: Row) throws {
    id = try row.get("id")
    name = try row.get("name")
    mayHandle = try row.get("may_handle")
  }
}

/// One opening of an item.
package struct IntelligenceReading: RowDecodable, Sendable {
  package var name: String
  package var at: Date

  package init(row: Row) throws {
    name = try row.get("name")
    at = try row.get("at")
  }
}
