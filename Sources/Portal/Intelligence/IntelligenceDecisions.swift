package import Domain
package import Foundation
import HTTPTypes
package import Postgres
import Web

/// What is decided about an item after it was sent.
extension IntelligenceStore {
  /// Changes whom an item names. Those who opened it before stay in its log.
  package func name(_ readers: [UUID], _ groups: [IntelligenceGroup] = [], on item: IntelligenceItem, by officer: Officer) async throws {
    try await database.write(by: officer, at: environment.now()) { transaction in
      let gone = try await transaction.execute("DELETE FROM intelligence_audience WHERE item_id = \(item.id) AND NOT account_id = ANY(\(readers))")
      let come = try await transaction.execute(
        """
        INSERT INTO intelligence_audience (item_id, csp_id, account_id, named_by)
        SELECT \(item.id), \(Int16(item.csp)), r.id, \(officer.id) FROM sec.intelligence_readers(\(Int16(item.csp))) r WHERE r.id = ANY(\(readers))
        ON CONFLICT DO NOTHING
        """)
      let left = try await transaction.execute("DELETE FROM intelligence_group WHERE item_id = \(item.id) AND NOT kind || '-' || number = ANY(\(groups.map(\.text)))")
      let before = try await transaction.value("SELECT count(*) FROM intelligence_group WHERE item_id = \(item.id)", as: Int.self)
      try await Self.nameGroups(groups, item.id, item.csp, by: officer.id, in: transaction)
      let joined = Set(groups).count - before
      var changes = "\(come) named, \(gone) no longer"
      if joined + left > 0 { changes += "; \(joined) groups named, \(left) no longer" }
      return .done(AuditEntry(.nameReaders, of: item.id, detail: ["reference": item.reference, "changes": changes]))
    }
  }

  /// Says what became of an item, which closes it.
  package func decide(_ outcome: IntelligenceOutcome, on item: IntelligenceItem, seen version: Int, by officer: Officer) async throws {
    let today = environment.today()
    try await change(item, seen: version, by: officer, AuditEntry(.decideIntelligence, of: item.id, detail: ["reference": item.reference, "outcome": outcome.name])) {
      """
      UPDATE intelligence_item SET outcome = \(outcome), outcome_on = \(today), state = 'closed', version = version + 1
       WHERE id = \(item.id) AND version = \(version) AND state IN ('received', 'closed')
      """
    }
  }

  /// Sends a submission back to whoever sent it: its text could identify somebody, and is destroyed. Only the rules that it broke are kept.
  package func sendBack(_ item: IntelligenceItem, for rules: [ChildRule], seen version: Int, by officer: Officer) async throws {
    let today = environment.today(), now = environment.now()
    try await change(
      item, seen: version, by: officer, AuditEntry(.returnIntelligence, of: item.id, detail: ["reference": item.reference, "rules": rules.map(\.rawValue).joined(separator: ", ")])
    ) {
      """
      UPDATE intelligence_item SET state = 'returned', outcome = 'identifying_data', outcome_on = \(today), returned_rules = \(rules.map(\.rawValue)), destroyed_at = \(now),
             ciphertext = NULL, nonce = NULL, wrapped_key = NULL, version = version + 1
       WHERE id = \(item.id) AND version = \(version) AND state = 'received' AND kind = 'submission' AND NOT sec.is_held(id)
      """
    }
  }

  /// Takes back what one sent: its text and the key to it are destroyed, and nobody opens it again. Under a legal hold they stay sealed until the
  /// hold is lifted; nobody opens it even so.
  package func recall(_ item: IntelligenceItem, by officer: Officer) async throws {
    let now = environment.now()
    try await database.write(by: officer, at: now) { transaction in
      let held = try await transaction.value("SELECT sec.is_held(\(item.id))", as: Bool.self)
      let changed = try await transaction.execute(
        held
          ? "UPDATE intelligence_item SET state = 'recalled', recalled_at = \(now), version = version + 1 WHERE id = \(item.id) AND author = \(officer.id) AND state IN ('received', 'closed')"
          : """
          UPDATE intelligence_item SET state = 'recalled', recalled_at = \(now), destroyed_at = \(now), ciphertext = NULL, nonce = NULL, wrapped_key = NULL, version = version + 1
           WHERE id = \(item.id) AND author = \(officer.id) AND state IN ('received', 'closed')
          """)
      guard changed == 1 else {
        throw Problem(.conflict, "It cannot be recalled", "It has come to its end already: nobody can open it.", wayOn: ("See your submissions", Path.submissions))
      }
      return .done(AuditEntry(.recallIntelligence, of: item.id, detail: ["reference": item.reference, "text": held ? "stays sealed under a legal hold" : "was destroyed"]))
    }
  }

  // MARK: - Reviews

  /// Records what was decided when an item was looked at again. A disposal destroys its text and the key to it, and takes somebody other than
  /// whoever proposed it.
  package func review(_ item: IntelligenceItem, _ step: IntelligenceStep, reason: String, next: Day? = nil, seen version: Int, once sent: SentForm? = nil, by officer: Officer) async throws {
    let today = environment.today(), now = environment.now()
    guard item.version == version, item.after(step) != nil else { throw Self.changed(item) }
    if step == .dispose, item.disposalProposedBy == officer.id {
      throw Problem(.forbidden, "Somebody else disposes of it", "You proposed it. A disposal takes two people.", wayOn: ("See the item", item.path))
    }
    let second = step == .dispose ? item.disposalProposedBy : nil
    try await database.write(by: officer, at: now, once: sent) { transaction in
      let change: SQL = switch step {
      case .dispose: "state = 'disposed', destroyed_at = \(now), ciphertext = NULL, nonce = NULL, wrapped_key = NULL"
      case .proposeDisposal: "disposal_proposed_by = \(officer.id)"
      case .refuseDisposal: "disposal_proposed_by = NULL, review_by = \(next)"
      default: "review_by = \(next)"
      }
      let changed = try await transaction.execute(
        "UPDATE intelligence_item SET \(change), version = version + 1 WHERE id = \(item.id) AND version = \(version) AND state IN ('received', 'closed')")
      guard changed == 1 else { throw Self.changed(item) }
      try await transaction.execute(
        """
        INSERT INTO intelligence_review (item_id, csp_id, decision, reason, decided_on, next_review, decided_by, second_person)
        VALUES (\(item.id), \(Int16(item.csp)), \(step), \(reason), \(today), \(next), \(officer.id), \(second))
        """)
      var detail = ["reference": item.reference, "what": step.past]
      if let next { detail["until"] = next.words }
      return Written((), AuditEntry(.reviewIntelligence, of: item.id, detail: detail)).leading(to: item.path)
    }
  }

  /// What was decided about an item at its reviews, the latest first.
  func reviews(_ item: UUID, for officer: Officer) async throws -> [IntelligenceReviewRow] {
    try await database.read(
      as: officer,
      Query<IntelligenceReviewRow>(
        """
        SELECT r.decision, r.reason, r.decided_on, r.next_review, (SELECT n.name FROM sec.account_names(ARRAY[r.decided_by]) n) AS decider,
               (SELECT n.name FROM sec.account_names(ARRAY[r.second_person]) n) AS second
          FROM intelligence_review r WHERE r.item_id = \(item) ORDER BY r.recorded_at DESC, r.id
        """))
  }

  // MARK: - Legal holds

  /// Places a legal hold: until it is lifted nothing of the item is destroyed.
  package func hold(_ item: IntelligenceItem, reason: String, once sent: SentForm? = nil, by officer: Officer) async throws {
    guard !item.isDestroyed, !item.isHeld else { throw Self.changed(item) }
    try await database.write(by: officer, at: environment.now(), once: sent) { transaction in
      let placed = try await transaction.execute(
        """
        INSERT INTO intelligence_hold (item_id, csp_id, reason, placed_by, placed_on)
        VALUES (\(item.id), \(Int16(item.csp)), \(reason), \(officer.id), \(environment.today())) ON CONFLICT DO NOTHING
        """)
      guard placed == 1 else { throw Self.changed(item) }
      return Written((), AuditEntry(.holdIntelligence, of: item.id, detail: ["reference": item.reference, "what": "placed a legal hold on", "reason": reason])).leading(to: item.path)
    }
  }

  /// Lifts a legal hold, by somebody other than whoever placed it. What was recalled meanwhile is destroyed then.
  package func lift(_ hold: IntelligenceHold, on item: IntelligenceItem, because reason: String, once sent: SentForm? = nil, by officer: Officer) async throws {
    guard hold.placedBy != officer.id else {
      throw Problem(.forbidden, "Somebody else lifts it", "You placed it. Lifting a hold takes two people.", wayOn: ("See the item", item.path))
    }
    let now = environment.now()
    try await database.write(by: officer, at: now, once: sent) { transaction in
      let lifted = try await transaction.execute(
        """
        UPDATE intelligence_hold SET lifted_by = \(officer.id), lifted_on = \(environment.today()), lifted_because = \(reason) WHERE id = \(hold.id) AND lifted_on IS NULL
        """)
      guard lifted == 1 else { throw Self.changed(item) }
      try await transaction.execute(
        """
        UPDATE intelligence_item SET destroyed_at = \(now), ciphertext = NULL, nonce = NULL, wrapped_key = NULL, version = version + 1
         WHERE id = \(item.id) AND state = 'recalled' AND destroyed_at IS NULL
        """)
      return Written((), AuditEntry(.holdIntelligence, of: item.id, detail: ["reference": item.reference, "what": "lifted the legal hold on", "reason": reason])).leading(to: item.path)
    }
  }

  /// The hold that stands, with who placed it.
  func hold(on item: UUID, for officer: Officer) async throws -> IntelligenceHold? {
    try await database.read(
      as: officer,
      Query<IntelligenceHold>(
        """
        SELECT h.id, h.reason, h.placed_by, h.placed_on, (SELECT n.name FROM sec.account_names(ARRAY[h.placed_by]) n) AS placer
          FROM intelligence_hold h WHERE h.item_id = \(item) AND h.lifted_on IS NULL
        """)).first
  }

  // MARK: - Hot spots

  /// Hot spots of the item's partnership that have not ended, the nearest first, and whether they rest on it.
  func hotSpots(near item: IntelligenceItem, for officer: Officer) async throws -> [LinkableHotSpot] {
    try await database.read(
      as: officer,
      Query<LinkableHotSpot>(
        """
        SELECT h.id, h.authority_id, h.reference, h.name, round(st_distance(h.area, i.point))::integer AS metres,
               EXISTS (SELECT FROM hot_spot_item l WHERE l.hot_spot_id = h.id AND l.item_id = i.id AND l.unlinked_on IS NULL) AS is_linked
          FROM hot_spot h JOIN intelligence_item i ON i.id = \(item.id) AND i.csp_id = h.csp_id
         WHERE h.ended_on IS NULL ORDER BY st_distance(h.area, i.point) NULLS LAST, h.reference COLLATE "C" LIMIT 100
        """))
  }

  /// Says which hot spots rest on an item.
  package func link(_ item: IntelligenceItem, to chosen: Set<UUID>, by officer: Officer) async throws {
    guard item.state.isOpenable else { throw Self.changed(item) }
    let spots = try await hotSpots(near: item, for: officer)
    let today = environment.today()
    try await database.write(by: officer, at: environment.now()) { transaction in
      var entries: [AuditEntry] = []
      for spot in spots where spot.isLinked != chosen.contains(spot.id) {
        if spot.isLinked {
          try await transaction.execute(
            "UPDATE hot_spot_item SET unlinked_by = \(officer.id), unlinked_on = \(today) WHERE hot_spot_id = \(spot.id) AND item_id = \(item.id)")
        } else {
          try await transaction.execute(
            """
            INSERT INTO hot_spot_item (hot_spot_id, authority_id, item_id, csp_id, linked_by, linked_on)
            VALUES (\(spot.id), \(Int16(spot.authority)), \(item.id), \(Int16(item.csp)), \(officer.id), \(today))
            ON CONFLICT (hot_spot_id, item_id) DO UPDATE SET unlinked_by = NULL, unlinked_on = NULL, linked_by = excluded.linked_by, linked_on = excluded.linked_on
            """)
        }
        entries.append(AuditEntry(
          .linkIntelligence, of: item.id, detail: ["reference": item.reference, "what": spot.isLinked ? "took the link away between" : "linked", "hotSpot": spot.reference]))
      }
      return Written((), entries: entries)
    }
  }

  // MARK: - In common

  private func change(_ item: IntelligenceItem, seen version: Int, by officer: Officer, _ entry: AuditEntry, _ statement: () -> SQL) async throws {
    let sql = statement()
    try await database.write(by: officer, at: environment.now()) { transaction in
      guard try await transaction.execute(sql) == 1 else { throw Self.changed(item) }
      return .done(entry)
    }
  }

  private static func changed(_ item: IntelligenceItem) -> Problem {
    Problem(.conflict, "The item has changed meanwhile", "Somebody was quicker, or a legal hold stands. Look at it again.", wayOn: ("See the item", item.path))
  }
}

extension IntelligenceStep {
  /// "kept", after the name of whoever decided it.
  var past: String {
    switch self {
    case .decide: "closed"
    case .sendBack: "returned"
    case .recall: "recalled"
    case .keep: "kept"
    case .proposeDisposal: "proposed to dispose of"
    case .refuseDisposal: "refused to dispose of"
    case .dispose: "disposed of"
    }
  }
}

/// What was decided at a review.
package struct IntelligenceReviewRow: RowDecodable, Sendable {
  package var step: IntelligenceStep
  package var reason: String
  package var on: Day
  package var next: Day?
  package var decider: String?
  package var second: String?

  package init(row: Row) throws {
    step = try row.get("decision")
    reason = try row.get("reason")
    on = try row.get("decided_on")
    next = try row.get("next_review")
    decider = try row.get("decider")
    second = try row.get("second")
  }
}

/// A legal hold that stands.
package struct IntelligenceHold: RowDecodable, Sendable {
  package var id: UUID
  package var reason: String
  package var placedBy: UUID
  package var placedOn: Day
  package var placer: String?

  package init(row: Row) throws {
    id = try row.get("id")
    reason = try row.get("reason")
    placedBy = try row.get("placed_by")
    placedOn = try row.get("placed_on")
    placer = try row.get("placer")
  }
}

/// A hot spot that may rest on an item.
struct LinkableHotSpot: RowDecodable, Sendable {
  var id: UUID
  var authority: Int
  var reference: String
  var name: String
  /// From the item's point to its edge; nil where the item has none.
  var metres: Int?
  var isLinked: Bool

  init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    reference = try row.get("reference")
    name = try row.get("name")
    metres = try row.get("metres")
    isLinked = try row.get("is_linked")
  }
}
