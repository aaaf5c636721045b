import Crypto
import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// One page for the hearing bundle: who sat, trained when, signed, what the check finds as at the day, and the entry of the audit
/// log that fixed the panel.
enum CertificatePage {
  private struct Proof: RowDecodable, Sendable {
    var seq: Int64
    var hash: [UInt8]
    var verb: String
    var by: String
    var at: String
    init(row: Row) throws {
      seq = try row.get("seq")
      hash = row.bytes("hash_hex") ?? []
      verb = try row.get("verb")
      by = try row.get("by_name")
      at = try row.get("at")
    }
    static func of(_ hearing: UUID) -> Query<Proof> {
      Query("""
        SELECT seq, encode(hash, 'hex') AS hash_hex, body::jsonb ->> 'verb' AS verb, body::jsonb ->> 'name' AS by_name, body::jsonb ->> 'at' AS at
          FROM audit.committee_history(\(hearing), 200) WHERE body::jsonb ->> 'verb' = 'choosePanel' ORDER BY seq DESC LIMIT 1
        """)
    }
  }

  struct Seat: Sendable {
    var name: String
    var ward: String
    var role: String
    var appointed: String
    var courses: [String: String]
  }

  private struct Held: RowDecodable, Sendable {
    var member: UUID
    var record: TrainingRecord
    init(row: Row) throws {
      member = try row.get("member_id")
      record = try TrainingRecord(row: row)
    }
    static func of(_ members: [UUID]) -> Query<Held> {
      Query("""
        SELECT v.member_id, v.training_id, v.course_id, c.title, v.source, v.starts_on, v.ends_before, v.signed, coalesce(t.provider, '') AS provider, t.score,
               coalesce(t.evidence, '') AS evidence, t.file_name, g.signed_name, g.signed_on, '' AS note, coalesce(t.attempt, 1) AS attempt
          FROM unnest(\(members)) s (member_id) CROSS JOIN LATERAL (SELECT * FROM member_cover x WHERE x.member_id = s.member_id OFFSET 0) v
          JOIN training_course c ON c.id = v.course_id LEFT JOIN member_training t ON t.id = v.training_id
          LEFT JOIN training_signature g ON g.training_id = v.training_id
         ORDER BY v.starts_on DESC, v.training_id
        """)
    }
  }

  static func show(_ visit: OfficerVisit) async throws -> Response {
    let hearing = try await visit.hearing()
    let settings = visit.environment.settings
    guard !hearing.panel.isEmpty else {
      throw Problem(.notFound, "There is no certificate yet", "No panel is chosen for this hearing.", wayOn: ("See the hearing", Path.hearing(hearing.id)))
    }
    let check = try await HearingRoutes.check(hearing, visit)
    let (proofs, held) = try await visit.environment.database.read(as: visit.officer, Proof.of(hearing.id), Held.of(hearing.panel))
    let view = try await HearingStore(visit.environment).views([hearing], for: visit.officer).first
    guard let view else { throw Problem.notFound }
    let (seats, table) = seating(hearing, check, held)
    let duties = check.duties.filter { $0.days.contains(hearing.heldOn) }
    var sheet = Sheet(title: "Certificate of the panel: \(hearing.reference)")
    sheet.crumbs = [Breadcrumb("Hearings", Path.hearings), Breadcrumb(hearing.reference, Path.hearing(hearing.id)), Breadcrumb("Certificate")]
    sheet.line = Sheet.line(nil, hearing.subject, hearing.heldOn.longWords, hearing.committeeName, settings.authority(hearing.authority)?.name)
    sheet.lead = view.blocking.isEmpty
      ? "Nothing forbids this panel to sit on \(hearing.heldOn.words), by statute or by local rule\(hearing.overrideReason == nil ? "" : " not put aside")."
      : "This panel may not sit on \(hearing.heldOn.words)."
    if !view.blocking.isEmpty { sheet.warning = "This is not a proof that the panel may sit: see what the check finds." }
    sheet.sections = [
      .init("Members, who presides first", table),
      .init("Checks as at \(hearing.heldOn.words)", words: hearing.overrideReason.map { "Local rule put aside, with this reason: \($0)" }, HearingPages.findings(view.findings, overridden: hearing.overridden, caption: "Checks as at the day of the hearing")),
    ]
    // The page's own figures, so that a copy can be held against the service: what it says, in one line each.
    let said = ([hearing.reference, hearing.heldOn.iso] + seats.map { "\($0.name)|\($0.role)|\($0.appointed)|" + duties.map { d in d.course + "=" }.joined() } + zip(seats, seats.indices).map { seat, _ in duties.map { seat.courses[$0.course] ?? "" }.joined(separator: "|") } + view.findings.map { "\($0.severity.rawValue) \($0.code.rawValue) \($0.text)" })
      .joined(separator: "\n")
    let digest = SHA256.hash(data: Data(said.utf8)).map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    sheet.factsBelow = SummaryList([
      .init("Decides", hearing.kind.name), .init("Minutes", hearing.minutes),
      .init("Panel fixed", proofs.first.map { "by \($0.by), \(moment($0.at))" }),
      .init("Audit log", proofs.first.map { "Entry \($0.seq)" }, note: proofs.first.map { String(decoding: $0.hash, as: UTF8.self) }),
      .init("Printed", visit.today.words, note: "sha256 of what it says: \(digest)"),
    ])
    return try visit.page(SheetPage(sheet))
  }

  /// Who sat, with what counted on the day of the hearing; and the table of it.
  private static func seating(_ hearing: Hearing, _ check: EmpanelCheck, _ held: [Held]) -> ([Seat], TrustedHTML) {
    let duties = check.duties.filter { $0.days.contains(hearing.heldOn) }
    let trainings = Dictionary(grouping: held, by: \.member)
    let seats = hearing.panel.map { id -> Seat in
      let person = check.candidate(id)
      let appointment = person?.appointments.first { $0.days.contains(hearing.heldOn) }
      let courses = duties.map { duty -> (String, String) in
        let records = (trainings[id] ?? []).map(\.record).filter { $0.title == duty.title && $0.days.contains(hearing.heldOn) }
        guard let best = records.first(where: { $0.isSigned }) ?? records.first else { return (duty.course, "Not valid on this day") }
        let days = best.days.shortWords
        let signed = switch best.source {
        case .training: best.signedName.map { "signed \($0), \(best.signedOn?.short ?? "")" } ?? "not signed"
        case .equivalence: "by decision on equivalence"
        case .dispensation: "dispensation"
        }
        return (duty.course, "\(days); \(signed)")
      }
      return Seat(
        name: person?.name ?? "Somebody unknown", ward: person?.ward ?? "", role: appointment?.role.name ?? "Not on the committee that day",
        appointed: appointment.map(\.days.shortWords) ?? "", courses: Dictionary(courses, uniquingKeysWith: { first, _ in first }))
    }
    var columns: [Column<Seat>] = [
      Column("name", "Member", plain: { $0.name }, write: { seat, out in
        out.append(escaping: seat.name)
        out.append("<span class=\"app-note\">")
        out.append(escaping: [seat.ward, seat.role].filter { !$0.isEmpty }.joined(separator: ", "))
        out.append("</span>")
      }),
      .text("appointed", "On the committee") { $0.appointed },
    ]
    for duty in duties { columns.append(.text(duty.course, duty.title) { $0.courses[duty.course] }) }
    return (seats, Table<Seat>(rowHeader: "name", columns).html(seats, caption: "Members of the panel of \(hearing.reference)"))
  }

  /// The panels that heard a licence, each with what the check finds as at its day; and the same in lines, to be hashed.
  static func sections(of licence: UUID, _ visit: OfficerVisit) async throws -> (sections: [Sheet.Section], lines: [String]) {
    let hearings = try await visit.environment.database.read(as: visit.officer, Query<Hearing>("""
      SELECT \(Hearing.columns) FROM \(Hearing.tables) WHERE h.registration_id = \(licence) ORDER BY h.held_on DESC, h.id LIMIT 50
      """))
    let views = try await HearingStore(visit.environment).views(hearings, for: visit.officer)
    var sections: [Sheet.Section] = []
    var lines: [String] = []
    for view in views {
      let hearing = view.hearing
      let heading = "Hearing \(hearing.reference), \(hearing.heldOn.words)"
      let about = [hearing.kind.name, hearing.committeeName, hearing.status.name, hearing.minutes.isEmpty ? "" : "minutes \(hearing.minutes)"].filter { !$0.isEmpty }.joined(separator: "; ")
      lines.append("\(hearing.reference)|\(hearing.heldOn.iso)|\(about)")
      guard !hearing.panel.isEmpty else {
        sections.append(.init(heading, words: about + ". No panel is fixed."))
        continue
      }
      let check = try await HearingRoutes.check(hearing, visit)
      let (proofs, held) = try await visit.environment.database.read(as: visit.officer, Proof.of(hearing.id), Held.of(hearing.panel))
      let (seats, table) = seating(hearing, check, held)
      lines += seats.map { seat in "\(seat.name)|\(seat.role)|\(seat.appointed)|" + seat.courses.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "|") }
      lines += view.findings.map { "\($0.severity.rawValue) \($0.code.rawValue) \($0.text)" }
      let fixed = proofs.first.map { " The panel was fixed by \($0.by), \(moment($0.at)): entry \($0.seq) of the audit log, \(String(decoding: $0.hash, as: UTF8.self))." } ?? ""
      let aside = hearing.overrideReason.map { " Local rule put aside, with this reason: \($0)" } ?? ""
      sections.append(.init(heading, words: about + "." + fixed + aside, TrustedHTML.joined([
        table, HearingPages.findings(view.findings, overridden: hearing.overridden, caption: "Checks of \(hearing.reference) as at \(hearing.heldOn.words)"),
      ])))
    }
    return (sections, lines)
  }

  private static func moment(_ text: String) -> String { (try? Date(text, strategy: .iso8601)).map(London.time) ?? text }
}
