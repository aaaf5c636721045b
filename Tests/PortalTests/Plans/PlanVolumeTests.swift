import Domain
import Foundation
@testable import Portal
import Postgres
import TestSupport
import Testing
import Web

/// With years of actions behind it, a list still reads what is open and no more.
/// Delete the index `plan_action_open` (migration 27) to see it red.
@Suite(.database) struct PlanVolumeTests {
  @Test func listsReadWhatIsOpen() async throws {
    let cast = try await PlanCast()
    try await cast.arrange(
      """
      WITH spot AS (
        INSERT INTO hot_spot (authority_id, csp_id, name, area, drawn_from, theme, reason_codes, state, proposed_by, proposed_on, designated_by, designated_on, review_by)
        SELECT 4, 2, 'Place ' || n, st_multi(st_buffer(st_setsrid(st_makepoint(380000 + n * 10, 254900), 27700), 50)), 'circle', 'other', '{transport_hub}', 'designated',
               \(cast.analyst.officer.id), \(cast.today - 90), \(cast.chair.officer.id), \(cast.today - 80), \(cast.today + 10) FROM generate_series(1, 300) n RETURNING id, authority_id),
      begun AS (
        INSERT INTO plan (hot_spot_id, authority_id, objective, begun_on, review_by, created_by)
        SELECT id, authority_id, 'Nobody waits', \(cast.today - 70), \(cast.today + 20), \(cast.analyst.officer.id) FROM spot RETURNING id, authority_id)
      INSERT INTO plan_action (plan_id, authority_id, number, what, theme, organisation_id, lead, due_on, state, state_on, created_by)
      SELECT b.id, b.authority_id, n, 'Action ' || n, 'prevent', CASE WHEN n % 2 = 0 THEN 3 ELSE 14 END, 'A lead', \(cast.today) + (n % 60) - 30,
             CASE WHEN n % 25 = 0 THEN 'in_progress' ELSE 'verified' END, \(cast.today - 60), \(cast.analyst.officer.id) FROM begun b, generate_series(1, 100) n
      """)
    try await TestDatabase.current.owner.pool.transaction(.readWrite) { _ = try await $0.execute("ANALYZE plan_action, plan, hot_spot") }
    var own = PlanActionFilter(), late = PlanActionFilter()
    own.organisation = 3
    late.isOverdue = true
    let cursor = PlanActionCursor(due: cast.today.iso, id: UUID())
    let lists: [(String, PlanActionFilter, KeysetPosition<PlanActionCursor>)] = [
      ("everybody’s", PlanActionFilter(), .first), ("one’s own", own, .after(cursor)), ("overdue", late, .first),
    ]
    for (name, filter, position) in lists {
      let query = PlanActionStore.listing(filter, at: position, limit: 51, on: cast.today)
      let plan = try await TestDatabase.current.app.reading(as: cast.analyst.officer) { try await $0.values("EXPLAIN \(query.sql)", as: String.self) }
      #expect(!plan.contains { $0.contains("Seq Scan on plan_action") }, "\(name): \(plan.joined(separator: "\n"))")
      #expect(try await TestDatabase.current.app.read(as: cast.analyst.officer, query).count > 0, "\(name)")
    }
  }
}
