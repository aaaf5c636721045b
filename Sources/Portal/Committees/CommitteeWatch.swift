import Domain
import Foundation
import Logging
import Postgres
package import ServiceLifecycle

/// Writes what committees are to be told into the outbox: that training runs out, and that a fixed panel may not sit any more. Which of it
/// was written is kept beside the message and in its transaction, so that whoever dies leaves neither half a message nor a second one.
/// It sets nothing: who is trained and which panel may sit is asked of the day whenever it is read.
package struct CommitteeWatch: Service {
  let environment: Environment
  package init(environment: Environment) { self.environment = environment }

  package func run() async throws {
    // A panel may break at any moment; training runs out at midnight, and is looked at every ten minutes.
    var round = 0
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      defer { round += 1 }
      do { try await workOnce(reminding: round.isMultiple(of: 20)) } catch {
        environment.logger.error("the watch over committees stumbled", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(30)) }
    }
  }

  private struct Reminded: RowDecodable, Sendable {
    var member: UUID
    var authority: Int
    init(row: Row) throws {
      member = try row.get("member_id")
      authority = try row.get("authority_id")
    }
  }

  private struct Told: RowDecodable, Sendable {
    var hearing: UUID
    var authority: Int
    var reference: String
    var recipients: Int
    init(row: Row) throws {
      hearing = try row.get("hearing_id")
      authority = try row.get("authority_id")
      reference = try row.get("reference")
      recipients = try row.get("recipients")
    }
  }

  private struct Broken: Encodable {
    var hearing: UUID
    var panel: UUID
    var day: String
    var what: [String]
  }

  /// One round: says how many reminders and notices of panels it wrote.
  @discardableResult package func workOnce(reminding: Bool = true) async throws -> (reminders: Int, panels: Int) {
    let now = environment.now()
    let today = environment.today()
    let steps = environment.settings.committees.expiringWindows.map { Int16($0) }
    return try await environment.database.pool.transaction(.readWrite) { transaction in
      // One at a time: what was looked at is what is written about.
      guard try await transaction.value("SELECT pg_try_advisory_xact_lock(hashtextextended('committee watch', 0))", as: Bool.self) else { return (0, 0) }
      let id = try await transaction.value("SELECT account_id FROM sec.enter_committee_watch()", as: UUID.self)
      let watch = Officer(
        id: id, sessionID: id, name: "Reminders and notices", email: "", identity: .committeeWatch, hasSecondStep: true, reach: [:], lastSeen: now)
      let reminded = !reminding ? [] : try await transaction.all(
        "SELECT member_id, authority_id FROM sec.write_member_reminders(\(today), \(steps), \(environment.origin), \(now))", as: Reminded.self)
      let views = try await HearingStore(environment).fixed(from: today, limit: 5000, for: watch)
      let broken = views.filter(\.isBroken).compactMap { view in
        view.hearing.panelID.map {
          Broken(hearing: view.hearing.id, panel: $0, day: view.hearing.heldOn.iso, what: Array(Set(view.blocking.map(\.code.rawValue))).sorted())
        }
      }
      let sound = views.filter { !$0.isBroken }.map(\.hearing.id)
      let json = String(decoding: try JSONEncoder().encode(broken), as: UTF8.self)
      let told = try await transaction.all(
        "SELECT * FROM sec.note_panels(\(json)::jsonb, \(sound), \(today), \(environment.origin), \(now))", as: Told.self)
      var entries = Dictionary(grouping: reminded, by: \.authority).sorted { $0.key < $1.key }.map { authority, rows in
        let members = Array(Set(rows.map(\.member)))
        var entry = AuditEntry(.remindMembers, authority: authority, detail: ["count": members.count == 1 ? "one member" : "\(members.count) members"])
        entry.subjects = members.sorted { $0.uuidString < $1.uuidString }
        return entry
      }
      entries += told.map {
        AuditEntry(.noticePanel, of: $0.hearing, authority: $0.authority, detail: ["reference": $0.reference, "count": $0.recipients == 1 ? "one officer" : "\($0.recipients) officers"])
      }
      if !entries.isEmpty { try await AuditChain.append(entries, by: watch, at: now, in: transaction) }
      return (reminded.count, told.count)
    }
  }
}
