import Domain
import Foundation
import Postgres
import Web

/// The register of problem profiles: what each is, its sanitised summary, and to whom it was made available when.
struct ProfileStore: Sendable {
  let environment: Environment
  init(_ environment: Environment) { self.environment = environment }

  /// The latest hundred.
  func list(for officer: Officer) async throws -> [ProblemProfile] {
    try await environment.database.read(
      as: officer, Query<ProblemProfile>("SELECT \(ProblemProfile.columns) FROM problem_profile p ORDER BY p.published_on DESC, p.recorded_at DESC, p.id LIMIT 100"))
  }

  func one(_ id: UUID, for officer: Officer) async throws -> ProblemProfile? {
    try await environment.database.read(as: officer, Query<ProblemProfile>("SELECT \(ProblemProfile.columns) FROM problem_profile p WHERE p.id = \(id)")).first
  }

  func releases(of id: UUID, for officer: Officer) async throws -> [ProfileRelease] {
    try await environment.database.read(
      as: officer,
      Query<ProfileRelease>(
        """
        SELECT r.on_day, r.body, r.how, n.name AS by_name FROM problem_profile_release r LEFT JOIN LATERAL sec.account_names(ARRAY[r.recorded_by]) n ON true
         WHERE r.profile_id = \(id) ORDER BY r.on_day DESC, r.id LIMIT 100
        """))
  }

  func register(_ new: NewProfile, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    return try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO problem_profile (id, title, scope, csp_id, edition, owner, handling, held_at, covers_from, covers_to, published_on, due_on, summary, recorded_by)
        VALUES (\(id), \(new.title), \(new.scope.rawValue), \(new.partnership.map { Int16($0) }), \(new.edition), \(new.owner),
          \(new.isSensitive ? "official_sensitive" : "official"), \(new.heldAt), \(new.coversFrom), \(new.coversTo), \(new.publishedOn), \(new.dueOn), \(new.summary), \(officer.id))
        """)
      return Written(id, AuditEntry(.keepProfile, of: id, detail: ["what": "registered", "title": new.title, "on": new.publishedOn.words])).leading(to: Path.profile(id))
    }
  }

  func release(_ profile: ProblemProfile, to body: String, on day: Day, how: String, once sent: SentForm? = nil, by officer: Officer) async throws {
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO problem_profile_release (profile_id, body, on_day, how, recorded_by) VALUES (\(profile.id), \(body), \(day), \(how), \(officer.id))
        """)
      return Written((), AuditEntry(.keepProfile, of: profile.id, detail: ["what": "made available", "title": profile.title, "to": body, "on": day.words])).leading(to: profile.path)
    }
  }
}
