import Domain
package import Foundation
package import Postgres

/// Copies the policy of `Config/` into the database, where policies of row level security and set rules read it.
/// Another county is another `Config/`: rows that it no longer names are kept, since history points at them.
package enum ConfigSync {
  /// Runs on a connection of the owner, after the migrations.
  package static func run(_ directory: URL, in transaction: Transaction) async throws {
    let county = try text("county.json", in: directory)
    let kinds = try text("licence-kinds.json", in: directory)
    let roles = try text("roles.json", in: directory)
    let policy = try text("policy.json", in: directory)
    let committees = try text("committees.json", in: directory)
    let returns = try text("returns.json", in: directory)
    let ofRegisters = Permission.allCases.filter(\.isOfRegister).map(\.rawValue)
    let statements: [SQL] = [
      """
      INSERT INTO csp (id, name)
      SELECT id, name FROM jsonb_to_recordset(\(county)::jsonb -> 'partnerships') AS x (id smallint, name text)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name
      """,
      """
      INSERT INTO authority (id, code, name, slug, csp_id, starts_on, ends_before)
      SELECT id, code, name, slug, partnership, coalesce("from", '1974-04-01'), until
        FROM jsonb_to_recordset(\(county)::jsonb -> 'authorities')
          AS x (id smallint, code text, name text, slug text, partnership smallint, "from" date, until date)
      ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, slug = excluded.slug,
        csp_id = excluded.csp_id, starts_on = excluded.starts_on, ends_before = excluded.ends_before
      """,
      """
      INSERT INTO scheme (code, name, position)
      SELECT x ->> 'code', x ->> 'name', n FROM jsonb_array_elements(coalesce(\(county)::jsonb -> 'schemes', '[]')) WITH ORDINALITY AS s (x, n)
      ON CONFLICT (code) DO UPDATE SET name = excluded.name, position = excluded.position
      """,
      """
      INSERT INTO organisation (id, kind, name, starts_on, ends_before)
      SELECT id, kind, name, coalesce("from", '1974-04-01'), until
        FROM jsonb_to_recordset(\(county)::jsonb -> 'organisations')
          AS x (id smallint, kind text, name text, "from" date, until date)
      ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name,
        starts_on = excluded.starts_on, ends_before = excluded.ends_before
      """,
      """
      INSERT INTO organisation_authority (organisation_id, authority_id, starts_on, ends_before)
      SELECT x.id, a::smallint, coalesce(x."from", '1974-04-01'), x.until
        FROM jsonb_to_recordset(\(county)::jsonb -> 'organisations')
          AS x (id smallint, "from" date, until date, authorities jsonb), jsonb_array_elements_text(x.authorities) a
      ON CONFLICT (organisation_id, authority_id, starts_on) DO UPDATE SET ends_before = excluded.ends_before
      """,
      """
      INSERT INTO licence_kind (code, register, legal_base, term_months, position)
      SELECT x ->> 'code', x ->> 'register', x ->> 'legalBase',
             ARRAY(SELECT m::smallint FROM jsonb_array_elements_text(x -> 'termMonths') m), n
        FROM jsonb_array_elements(\(kinds)::jsonb -> 'kinds') WITH ORDINALITY AS k (x, n)
      ON CONFLICT (code) DO UPDATE SET register = excluded.register, legal_base = excluded.legal_base,
        term_months = excluded.term_months, position = excluded.position
      """,
      """
      UPDATE policy SET (guidance_due_days, renewal_before_days, renewal_after_days, training_expiring_days) =
        (SELECT "guidanceDueDays", "renewalGuidanceBeforeDays", "renewalGuidanceAfterDays", "trainingExpiringDays"
           FROM jsonb_to_record(\(policy)::jsonb) AS x ("guidanceDueDays" smallint, "renewalGuidanceBeforeDays" smallint,
             "renewalGuidanceAfterDays" smallint, "trainingExpiringDays" smallint))
      """,
      """
      UPDATE policy SET (return_due_days, awareness_target_percent, plan_within_days, hot_spot_buffer_metres) =
        (SELECT "dueDays", "awarenessTargetPercent", "planWithinDays", "hotSpotBufferMetres"
           FROM jsonb_to_record(\(returns)::jsonb) AS x ("dueDays" smallint, "awarenessTargetPercent" smallint, "planWithinDays" smallint,
             "hotSpotBufferMetres" smallint))
      """,
      """
      INSERT INTO order_kind (code, name, reporters, position)
      SELECT x ->> 'code', x ->> 'name', ARRAY(SELECT r FROM jsonb_array_elements_text(x -> 'reporters') r), n
        FROM jsonb_array_elements(\(returns)::jsonb -> 'orders') WITH ORDINALITY AS o (x, n)
      ON CONFLICT (code) DO UPDATE SET name = excluded.name, reporters = excluded.reporters, position = excluded.position
      """,
      """
      INSERT INTO return_duty (organisation_id, kind, starts_on, ends_before)
      SELECT o::smallint, x.kind, x."from", x.until
        FROM jsonb_to_recordset(\(returns)::jsonb -> 'duties') AS x (kind text, "from" date, until date, organisations jsonb),
             jsonb_array_elements_text(x.organisations) o
      ON CONFLICT (organisation_id, kind, starts_on) DO UPDATE SET ends_before = excluded.ends_before
      """,
      """
      INSERT INTO training_course (code, title, topic, minutes, position)
      SELECT x ->> 'code', x ->> 'title', x ->> 'topic', (x ->> 'minutes')::smallint, n
        FROM jsonb_array_elements(\(committees)::jsonb -> 'courses') WITH ORDINALITY AS c (x, n)
      ON CONFLICT (code) DO UPDATE SET title = excluded.title, topic = excluded.topic, minutes = excluded.minutes, position = excluded.position
      """,
      "DELETE FROM sec.role_permission",
      """
      INSERT INTO sec.role_permission (role, permission)
      SELECT x ->> 'role', p || CASE WHEN p = ANY(\(ofRegisters)) THEN coalesce('@' || (x ->> 'of'), '') ELSE '' END FROM jsonb_array_elements(\(roles)::jsonb -> 'roles') x, jsonb_array_elements_text(x -> 'may') p
      """,
      "DELETE FROM sec.scope_authority",
      """
      INSERT INTO sec.scope_authority (scope, scope_id, authority_id)
      SELECT 'authority', id, id FROM authority
      UNION SELECT 'csp', csp_id, id FROM authority WHERE csp_id IS NOT NULL
      UNION SELECT 'organisation', organisation_id, authority_id FROM organisation_authority
             WHERE ends_before IS NULL OR ends_before > current_date
      """,
    ]
    for statement in statements { try await transaction.execute(statement) }
  }

  private static func text(_ name: String, in directory: URL) throws -> String {
    do {
      return try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
    } catch {
      throw SettingsError(file: name, reason: "it cannot be read")
    }
  }
}
