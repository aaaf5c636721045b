package import Domain
package import Foundation
import Postgres

/// Licences and what happens to them. Every write is one transaction with its author and its audit entry.
package struct RegisterStore: Sendable {
  let environment: Environment
  private var database: Database { environment.database }

  package init(_ environment: Environment) { self.environment = environment }

  /// The licence as it stands on a day, or nil: not there, or not for this officer. Both look the same from outside.
  package func licence(_ id: UUID, on day: Day, for officer: Officer) async throws -> Licence? {
    try await database.read(as: officer, Self.one(id, on: day)).first
  }

  static func one(_ id: UUID, on day: Day) -> Query<Licence> {
    Query("""
      SELECT \(Licence.columns) FROM registration r JOIN party p ON p.id = r.party_id LEFT JOIN location w ON w.id = r.location_id
        JOIN registration_standing(\(day)) s ON s.registration_id = r.id WHERE r.id = \(id)
      """)
  }

  /// Everything about one licence that the record page shows, in one round trip.
  package func record(_ id: UUID, on day: Day, for officer: Officer) async throws -> (Licence, [LicenceTerm], [LicenceRestriction])? {
    let (licences, terms, restrictions) = try await database.read(
      as: officer, Self.one(id, on: day),
      Query<LicenceTerm>("SELECT \(LicenceTerm.columns) FROM term t WHERE t.registration_id = \(id) ORDER BY t.starts_on DESC, t.id"),
      Query<LicenceRestriction>(
        "SELECT \(LicenceRestriction.columns) FROM restriction b WHERE b.registration_id = \(id) ORDER BY b.starts_on DESC, b.id"))
    return licences.first.map { ($0, terms, restrictions) }
  }

  /// - Throws: `LicenceConflict.referenceTaken`.
  package func add(_ new: NewLicence, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    try await conflicts {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        let holder = new.details.holder
        let party = try await transaction.value(
          """
          INSERT INTO party (authority_id, kind, name, family_name, given_names, email, phone, address, postcode)
          VALUES (\(new.authority), \(holder.isBusiness ? "business" : "person"), \(holder.name), \(holder.familyName), \(holder.givenNames),
                  \(holder.email), \(holder.phone), \(holder.address), \(holder.postcode)) RETURNING id
          """, as: UUID.self)
        let id = try await transaction.value(
          """
          INSERT INTO registration (authority_id, kind, reference, badge, party_id, trading_name, sort_name, postcode_key, anchor_on, location_id)
          VALUES (\(new.authority), \(new.kind), \(new.details.reference), \(new.details.badge), \(party), \(new.details.tradingName),
                  \(new.details.sortName), \(new.details.postcodeKey), \(new.from), \(new.details.settledLocation(in: new.authority))) RETURNING id
          """, as: UUID.self)
        try await transaction.execute(
          """
          INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, granted_on, recorded_by)
          VALUES (\(id), \(new.authority), \(new.kind), 'grant', \(new.from), \(new.before), \(new.from), \(officer.id))
          """)
        try await transaction.execute("SELECT index_names(ARRAY[\(id)]::uuid[])")
        return Written(
          id,
          AuditEntry(.addLicence, of: id, authority: new.authority, detail: ["reference": new.details.reference, "holder": holder.name])
        ).leading(to: Path.licence(id))
      }
    }
  }

  /// Corrects details; `version` is that of the page the officer had before them.
  /// - Throws: `LicenceConflict.stale` with the record as it is now; `.referenceTaken`.
  package func edit(_ licence: Licence, to details: LicenceDetails, version: Int, by officer: Officer) async throws {
    let today = environment.today()
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let changed = try await transaction.execute(
          """
          UPDATE registration SET reference = \(details.reference), badge = \(details.badge), trading_name = \(details.tradingName),
            sort_name = \(details.sortName), postcode_key = \(details.postcodeKey), version = version + 1,
            location_id = \(details.place == licence.place ? SQL("location_id") : details.settledLocation(in: licence.authority))
          WHERE id = \(licence.id) AND version = \(version)
          """)
        guard changed == 1 else {
          guard let current = try await transaction.first(Self.one(licence.id, on: today)) else { throw LicenceConflict.gone }
          throw LicenceConflict.stale(current: current)
        }
        let holder = details.holder
        try await transaction.execute(
          """
          UPDATE party SET kind = \(holder.isBusiness ? "business" : "person"), name = \(holder.name), family_name = \(holder.familyName),
            given_names = \(holder.givenNames), email = \(holder.email), phone = \(holder.phone), address = \(holder.address),
            postcode = \(holder.postcode)
          WHERE id = \(licence.partyID)
          """)
        if let place = details.place, place != licence.place {
          try await transaction.execute(
            """
            UPDATE location w SET uprn = coalesce(\(place.uprn), w.uprn), easting = coalesce(\(place.grid?.easting)::integer, w.easting),
              northing = coalesce(\(place.grid?.northing)::integer, w.northing), version = w.version + 1,
              placed_by = CASE WHEN \(place.grid?.easting)::integer IS NULL THEN w.placed_by ELSE 'officer' END
             WHERE w.id = (SELECT r.location_id FROM registration r WHERE r.id = \(licence.id))
            """)
        }
        if details.place != licence.place, let old = licence.location { try await Self.forget(old, in: transaction) }
        try await transaction.execute("SELECT index_names(ARRAY[\(licence.id)]::uuid[])")
        return .done(AuditEntry(
          .editLicence, of: licence.id, authority: licence.authority,
          detail: ["reference": details.reference, "changes": details.changes(from: LicenceDetails(of: licence))]))
      }
    }
  }

  /// Records a renewal and, in the same transaction, its guidance or the reason why there was none.
  /// - Throws: `LicenceConflict.termOverlaps`.
  package func renew(_ licence: Licence, _ renewal: Renewal, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    try await conflicts {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        let term = try await transaction.value(
          """
          INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, granted_on, recorded_by)
          VALUES (\(licence.id), \(licence.authority), \(licence.kind), 'renewal', \(renewal.from), \(renewal.before), \(renewal.granted), \(officer.id))
          RETURNING id
          """, as: UUID.self)
        // A renewal that does not begin on an anniversary begins a new round of guidance years.
        try await transaction.execute(
          "UPDATE registration SET anchor_on = \(renewal.from) WHERE id = \(licence.id) AND cycle_start(anchor_on, \(renewal.from)) <> \(renewal.from)")
        var detail = ["reference": licence.reference, "from": renewal.from.words]
        if let before = renewal.before { detail["to"] = (before - 1).words }
        if let untrained = renewal.untrained { detail["untrained"] = untrained }
        var entries: [AuditEntry] = []
        switch renewal.guidance {
        case .given(let issue):
          let entry = try await Self.give(issue, to: licence, renewal: term, in: transaction)
          entries.append(entry)
        case .alreadyHeld: break
        case .without(let reason):
          try await transaction.execute(
            """
            INSERT INTO renewal_exception (term_id, registration_id, authority_id, reason, recorded_by)
            VALUES (\(term), \(licence.id), \(licence.authority), \(reason), \(officer.id))
            """)
          detail["without"] = reason
        }
        entries.insert(AuditEntry(.renewLicence, of: licence.id, term, authority: licence.authority, detail: detail), at: 0)
        return Written(term, entries: entries).leading(to: Path.licence(licence.id))
      }
    }
  }

  /// Takes back a renewal within the time allowed: the term goes, and what was given with it no longer counts.
  /// - Throws: `LicenceConflict.tooLateToUndo`.
  package func undoRenewal(_ term: UUID, of licence: Licence, by officer: Officer) async throws {
    let earliest = environment.now().addingTimeInterval(-60 * Double(environment.settings.policy.undoMinutes))
    try await database.write(by: officer, at: environment.now()) { transaction in
      guard
        let from = try await transaction.optionalValue(
          """
          SELECT starts_on FROM term WHERE id = \(term) AND registration_id = \(licence.id) AND event = 'renewal'
            AND recorded_by = \(officer.id) AND recorded_at > \(earliest) FOR UPDATE
          """, as: Day.self)
      else { throw LicenceConflict.tooLateToUndo }
      try await transaction.execute(
        """
        INSERT INTO issuance_void (issuance_id, registration_id, authority_id, how, recorded_by)
        SELECT i.id, i.registration_id, i.authority_id, 'undone', \(officer.id) FROM issuance i
         WHERE i.term_id = \(term) AND NOT EXISTS (SELECT FROM issuance_void x WHERE x.issuance_id = i.id)
        """)
      try await transaction.execute("DELETE FROM term WHERE id = \(term)")
      // The guidance years turn again on the day they turned on before.
      try await transaction.execute(
        """
        UPDATE registration r SET anchor_on = coalesce((SELECT min(t.starts_on) FROM term t WHERE t.registration_id = r.id), anchor_on)
        WHERE r.id = \(licence.id) AND r.anchor_on = \(from)
        """)
      return .done(AuditEntry(
        .undoRenewal, of: licence.id, term, authority: licence.authority, detail: ["reference": licence.reference, "from": from.words]))
    }
  }

  /// - Throws: `LicenceConflict.alreadyRestricted`.
  package func restrict(_ licence: Licence, _ new: NewRestriction, once sent: SentForm? = nil, by officer: Officer) async throws {
    let verb: AuditVerb = switch new.kind {
    case .suspension: .suspendLicence
    case .revocation: .revokeLicence
    case .surrender: .surrenderLicence
    case .refusal: .refuseLicence
    }
    let words = [new.cause?.name, new.reason.isEmpty ? nil : new.reason].compactMap { $0 }.joined(separator: ". ")
    try await conflicts {
      try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
        try await transaction.execute(
          """
          INSERT INTO restriction (registration_id, authority_id, kind, cause, reason, starts_on, recorded_by)
          VALUES (\(licence.id), \(licence.authority), \(new.kind), \(new.cause), \(new.reason), \(new.from), \(officer.id))
          """)
        return .done(AuditEntry(
          verb, of: licence.id, authority: licence.authority,
          detail: ["reference": licence.reference, "from": new.from.words, "reason": words])
        ).leading(to: Path.licence(licence.id))
      }
    }
  }

  /// Ends a restriction from a day: a reinstatement, with its reason.
  package func lift(_ restriction: LicenceRestriction, of licence: Licence, on day: Day, reason: String, by officer: Officer) async throws {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        let changed = try await transaction.execute(
          """
          UPDATE restriction SET lifted_on = \(day), lifted_reason = \(reason), lifted_by = \(officer.id), lifted_at = \(environment.now())
          WHERE id = \(restriction.id) AND registration_id = \(licence.id) AND lifted_at IS NULL
          """)
        guard changed == 1 else { throw LicenceConflict.gone }
        return .done(AuditEntry(
          .liftRestriction, of: licence.id, authority: licence.authority,
          detail: ["reference": licence.reference, "restriction": restriction.kind.name.lowercased(), "from": day.words, "reason": reason]))
      }
    }
  }

  /// A location at which nothing stands any more, and of which nothing else is known, was a slip of the pen.
  private static func forget(_ location: UUID, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      DELETE FROM location l WHERE l.id = \(location) AND NOT EXISTS (SELECT FROM registration r WHERE r.location_id = l.id)
        AND NOT EXISTS (SELECT FROM scheme_membership m WHERE m.location_id = l.id) AND NOT EXISTS (SELECT FROM location_merge g WHERE g.kept_id = l.id)
      """)
  }

  /// The rule for what an issue covers stands in the database (`give_guidance`); this is its one caller in a renewal.
  private static func give(_ issue: NewIssue, to licence: Licence, renewal: UUID, in transaction: Transaction) async throws -> AuditEntry {
    let id = try await transaction.value(
      """
      SELECT give_guidance(\(licence.id), \(issue.version), \(issue.occasion), \(issue.channel), \(issue.on),
                           \(issue.acknowledgement), \(renewal))
      """, as: UUID.self)
    let version = try await transaction.value(
      "SELECT title || ', version ' || number FROM guidance_version_counts WHERE version_id = \(issue.version)", as: String.self)
    var detail = ["version": version, "channel": issue.channel.name.lowercased(), "on": issue.on.words]
    if let method = issue.acknowledgement { detail["acknowledged"] = method.name.lowercased() }
    return AuditEntry(.issueGuidance, of: licence.id, id, authority: licence.authority, detail: detail)
  }

  /// Turns what the database refuses into words an officer can act on.
  private func conflicts<R: Sendable>(_ work: () async throws -> R) async throws -> R {
    do {
      return try await work()
    } catch let error as PostgresError {
      switch error.constraint {
      case "registration_reference_once": throw LicenceConflict.referenceTaken
      case "term_no_overlap": throw LicenceConflict.termOverlaps
      case "restriction_no_overlap", "restriction_only_lifted": throw LicenceConflict.alreadyRestricted
      default: throw error
      }
    }
  }
}

extension LicenceDetails {
  /// The order of lists: family name, given names, folded by the one rule in the database; of a place its own name.
  var sortName: SQL {
    place != nil && !isBase ? "fold_name(\(tradingName ?? holder.name))" : "array_to_string(ARRAY[fold_name(\(holder.familyName)), nullif(fold_name(\(holder.givenNames)), '')], ', ')"
  }
  /// The location that the words name, found or made; nothing for what stands nowhere.
  func settledLocation(in authority: Int) -> SQL {
    guard let place else { return "NULL" }
    return """
      settle_location(\(Int16(authority)), \(tradingName ?? (isBase && holder.isBusiness ? holder.name : "")), \(place.address), \(place.postcode), \(place.uprn),
        \(place.grid?.easting)::integer, \(place.grid?.northing)::integer)
      """
  }
  var postcodeKey: String? { (isBase ? holder.postcode ?? place?.postcode : place?.postcode ?? holder.postcode).map { $0.filter { !$0.isWhitespace } } }
}
