import Domain
import Foundation
import HTTPTypes
import Postgres
import Web

/// Reads partnership plans and writes what partnerships undertake and see of it.
struct PartnershipStore: Sendable {
  let environment: Environment
  var database: Database { environment.database }
  init(_ environment: Environment) { self.environment = environment }

  /// The latest year first. A county has two or three a year: one page of thirty years.
  func list(on day: Day, for officer: Officer) async throws -> [PartnershipPlan] {
    try await database.read(as: officer, Query<PartnershipPlan>("SELECT \(PartnershipPlan.columns(on: day)) FROM partnership_plan p ORDER BY p.year DESC, p.csp_id LIMIT 90"))
  }

  func plan(_ id: UUID, on day: Day, for officer: Officer) async throws -> PartnershipPlan? {
    try await database.read(as: officer, Query<PartnershipPlan>("SELECT \(PartnershipPlan.columns(on: day)) FROM partnership_plan p WHERE p.id = \(id)")).first
  }

  func items(of plan: UUID, for officer: Officer) async throws -> [PartnershipItem] {
    try await database.read(as: officer, Query<PartnershipItem>("SELECT \(PartnershipItem.columns) FROM \(PartnershipItem.tables) WHERE i.plan_id = \(plan) ORDER BY i.number"))
  }

  func item(_ id: UUID, for officer: Officer) async throws -> PartnershipItem? {
    try await database.read(as: officer, Query<PartnershipItem>("SELECT \(PartnershipItem.columns) FROM \(PartnershipItem.tables) WHERE i.id = \(id)")).first
  }

  /// Entries of monitoring, and risk assessments; each latest first, two hundred at most.
  func notes(of item: UUID, for officer: Officer) async throws -> (entries: [PartnershipNote], risks: [PartnershipNote]) {
    let (entries, risks) = try await database.read(
      as: officer,
      Query<PartnershipNote>(
        """
        SELECT e.on_day, e.standing AS kind, e.words, e.evidence, n.name AS by_name FROM partnership_entry e LEFT JOIN LATERAL sec.account_names(ARRAY[e.recorded_by]) n ON true
         WHERE e.item_id = \(item) ORDER BY e.on_day DESC, e.recorded_at DESC LIMIT 200
        """),
      Query<PartnershipNote>(
        """
        SELECT r.assessed_on AS on_day, r.level AS kind, r.words, '' AS evidence, n.name AS by_name
          FROM partnership_risk r LEFT JOIN LATERAL sec.account_names(ARRAY[r.recorded_by]) n ON true
         WHERE r.item_id = \(item) ORDER BY r.assessed_on DESC, r.recorded_at DESC LIMIT 200
        """))
    return (entries, risks)
  }

  /// Begins the plan of a year, with the items of an earlier one that are carried forward: due a year later, open, and to be assessed anew.
  func begin(_ partnership: Int, _ year: PlanYear, copying source: PartnershipPlan? = nil, items: [UUID] = [], once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      do {
        try await transaction.execute(
          """
          INSERT INTO partnership_plan (id, csp_id, year, copied_from, recorded_by)
          VALUES (\(id), \(Int16(partnership)), \(Int16(year.year)), \(source?.id), \(officer.id))
          """)
      } catch let error as PostgresError where error.constraint == "partnership_plan_once" {
        throw Problem(.conflict, "There is a plan for \(year.words) already", "Somebody was quicker.", wayOn: ("See the plans", Path.partnershipPlans))
      }
      if let source {
        try await transaction.execute(
          """
          INSERT INTO partnership_item (plan_id, csp_id, number, what, part, tags, organisation_id, lead, due_on, copied_from, recorded_by)
          SELECT \(id), i.csp_id, row_number() OVER (ORDER BY i.number), i.what, i.part, i.tags, i.organisation_id, i.lead, (i.due_on + interval '1 year')::date, i.id, \(officer.id)
            FROM partnership_item i WHERE i.plan_id = \(source.id) AND i.id = ANY (\(items))
          """)
      }
      return Written(id, entry(source == nil ? "began" : "copied forward", id, partnership, year)).leading(to: Path.partnershipPlan(id))
    }
  }

  func add(_ new: NewPartnershipItem, to plan: PartnershipPlan, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      // Two who add at once wait for one another's number.
      try await transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(plan.id.uuidString), 1))")
      try await transaction.execute(
        """
        INSERT INTO partnership_item (id, plan_id, csp_id, number, what, part, tags, organisation_id, lead, due_on, recorded_by)
        SELECT \(id), \(plan.id), \(Int16(plan.partnership)), coalesce(max(i.number), 0) + 1, \(new.what), \(new.part), \(new.tags.map(\.rawValue)), \(Int16(new.organisation)),
               \(new.lead), \(new.due), \(officer.id) FROM partnership_item i WHERE i.plan_id = \(plan.id)
        """)
      return Written(id, entry("added to", id, plan.partnership, plan.year, new.what)).leading(to: Path.partnershipItem(id))
    }
  }

  func change(_ new: NewPartnershipItem, of item: PartnershipItem, version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let changed = try await transaction.execute(
        """
        UPDATE partnership_item SET what = \(new.what), part = \(new.part), tags = \(new.tags.map(\.rawValue)), organisation_id = \(Int16(new.organisation)),
               lead = \(new.lead), due_on = \(new.due), version = version + 1 WHERE id = \(item.id) AND version = \(version)
        """)
      guard changed == 1 else { throw Problem(.conflict, "The item has changed meanwhile", "Somebody was quicker. Look at it again.", wayOn: ("See the item", item.path)) }
      return Written((), entry("changed an item of", item.id, item.partnership, item.year, new.what)).leading(to: item.path)
    }
  }

  func assess(_ item: PartnershipItem, _ level: RiskLevel, _ words: String, on day: Day, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO partnership_risk (item_id, csp_id, assessed_on, level, words, recorded_by)
        VALUES (\(item.id), \(Int16(item.partnership)), \(day), \(level), \(words), \(officer.id))
        """)
      return Written((), entry("assessed a risk in", item.id, item.partnership, item.year, item.what)).leading(to: item.path)
    }
  }

  /// - Returns: what forbids the entry, in a sentence; nil where it is written.
  func enter(_ new: NewPartnershipEntry, on item: PartnershipItem, once sent: SentForm? = nil, by officer: Officer) async throws -> String? {
    do {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        try await transaction.execute(
          """
          INSERT INTO partnership_entry (item_id, csp_id, standing, words, evidence, on_day, recorded_by)
          VALUES (\(item.id), \(Int16(item.partnership)), \(new.standing), \(new.words), \(new.evidence), \(new.on), \(officer.id))
          """)
        return Written((), entry(new.standing == .verified ? "verified an item of" : "monitored an item of", item.id, item.partnership, item.year, item.what)).leading(to: item.path)
      }
      return nil
    } catch let error as PostgresError where error.constraint == "partnership_entry_verified_by_another" {
      return "You reported it as done: somebody else has to verify it"
    } catch let error as PostgresError where error.constraint == "partnership_entry_done_first" {
      return "It can be verified once it is reported as done"
    }
  }

  private func entry(_ what: String, _ id: UUID, _ partnership: Int, _ year: PlanYear, _ item: String? = nil) -> AuditEntry {
    var detail = ["what": what, "partnership": environment.settings.partnership(partnership)?.name ?? "", "year": year.words]
    detail["item"] = item
    return AuditEntry(.planPartnership, of: id, detail: detail)
  }
}
