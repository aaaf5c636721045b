package import Domain
package import Foundation
package import Postgres
import Web

/// A hearing with its latest panel.
package struct Hearing: RowDecodable, Sendable {
  package enum Status: String, Sendable, CaseIterable, PostgresEncodable, PostgresDecodable {
    case scheduled, held, cancelled
    var name: String { rawValue.capitalizedFirst }
  }

  package var id: UUID
  package var authority: Int
  package var committee: UUID
  package var committeeName: String
  package var kind: HearingKind
  package var reference: String
  package var subject: String
  package var ward: String
  package var heldOn: Day
  package var startsAt: String
  package var periodEndsOn: Day?
  package var noticeGivenOn: Day?
  package var status: Status
  package var minutes: String
  package var version: Int
  package var panelID: UUID?
  package var panelNumber: Int
  /// The day for which the panel was chosen.
  package var panelFor: Day?
  /// Members of the panel, who presides first.
  package var panel: [UUID]
  package var overrideReason: String?
  /// What the reason puts aside: "CODE member" of each finding against local rule at that moment.
  package var overridden: Set<String>
  package var interests: [UUID: String]
  /// The licence it is about, where the register has it, and its reference.
  package var licence: UUID?
  package var licenceReference: String

  static let columns: SQL = """
    h.id, h.authority_id, h.committee_id, k.name AS committee_name, h.kind, h.reference, h.subject, h.ward, h.held_on, h.starts_at,
    h.period_ends_on, h.notice_given_on, h.status, h.minutes_reference, h.version, h.registration_id, h.licence_reference, p.id AS panel_id, coalesce(p.number, 0) AS panel_number, p.for_day,
    p.findings::text AS findings, p.override_reason,
    coalesce((SELECT string_agg(s.member_id::text, ' ' ORDER BY s.seat) FROM panel_seat s WHERE s.panel_id = p.id), '') AS seats,
    coalesce((SELECT jsonb_object_agg(i.member_id, i.what)::text FROM hearing_interest i WHERE i.hearing_id = h.id), '{}') AS interests
    """
  static let tables: SQL = """
    hearing h JOIN committee k ON k.id = h.committee_id
      LEFT JOIN LATERAL (SELECT * FROM panel x WHERE x.hearing_id = h.id ORDER BY x.number DESC LIMIT 1) p ON true
    """

  package init(row: Row) throws {
    id = try row.get("id")
    authority = try row.get("authority_id")
    committee = try row.get("committee_id")
    committeeName = try row.get("committee_name")
    kind = try row.get("kind")
    reference = try row.get("reference")
    subject = try row.get("subject")
    ward = try row.get("ward")
    heldOn = try row.get("held_on")
    startsAt = try row.get("starts_at")
    periodEndsOn = try row.get("period_ends_on")
    noticeGivenOn = try row.get("notice_given_on")
    status = try row.get("status")
    minutes = try row.get("minutes_reference")
    version = try row.get("version")
    licence = try row.get("registration_id")
    licenceReference = try row.get("licence_reference")
    panelID = try row.get("panel_id")
    panelNumber = try row.get("panel_number")
    panelFor = try row.get("for_day")
    panel = try row.get("seats", as: String.self).split(separator: " ").compactMap { UUID(uuidString: String($0)) }
    overrideReason = try row.get("override_reason")
    let findings = try JSONDecoder().decode([EmpanelFinding].self, from: Data((try row.get("findings", as: String?.self) ?? "[]").utf8))
    overridden = overrideReason == nil ? [] : Set(findings.filter { $0.severity == .blockPolicy }.map(\.mark))
    let interests = try JSONDecoder().decode([String: String].self, from: Data(try row.get("interests", as: String.self).utf8))
    self.interests = Dictionary(uniqueKeysWithValues: interests.compactMap { key, what in UUID(uuidString: key).map { ($0, what) } })
  }

  /// The case as the check asks about it.
  package func hearingCase(_ settings: Settings, asked: Day, on day: Day? = nil) -> HearingCase {
    HearingCase(
      day: day ?? heldOn, timetable: settings.timetable(of: kind), ward: ward.isEmpty ? nil : ward, periodEnd: periodEndsOn, noticeGiven: noticeGivenOn,
      interests: interests, asked: asked)
  }
}

extension EmpanelFinding {
  /// The text beside the member's own name: "CSE awareness ended on 12 June 2026".
  func words(without name: String) -> String {
    guard text.hasPrefix(name), !name.isEmpty else { return text }
    return String(text.dropFirst(name.count).drop { $0 == ":" || $0 == " " }).capitalizedFirst
  }

  /// What an override puts aside: this finding of this member, no other.
  var mark: String { "\(code.rawValue) \(member?.uuidString ?? "")" }
}

/// A hearing with what the check finds of its panel now.
package struct PanelView: Sendable {
  package enum Light: String, Sendable { case lawful, warned, overridden, broken, none, over }
  package var hearing: Hearing
  package var findings: [EmpanelFinding]
  package var names: [UUID: String]

  /// Findings that forbid the panel and are not put aside by a reason.
  package var blocking: [EmpanelFinding] { findings.filter { $0.severity == .blockStatutory || ($0.severity == .blockPolicy && !hearing.overridden.contains($0.mark)) } }

  package var light: Light {
    if hearing.status != .scheduled { return .over }
    if hearing.panel.isEmpty { return .none }
    if !blocking.isEmpty { return .broken }
    if findings.contains(where: { $0.severity == .blockPolicy }) { return .overridden }
    return findings.isEmpty ? .lawful : .warned
  }

  /// A fixed panel that may no longer sit.
  package var isBroken: Bool { light == .broken }

  var statusLight: StatusLight {
    switch light {
    case .lawful: StatusLight("Panel", .inOrder, "May sit")
    case .warned: StatusLight("Panel", .due, "May sit; advice: \(findings.first?.text ?? "")\(findings.count > 1 ? ", and \(findings.count - 1) more" : "")")
    case .overridden: StatusLight("Panel", .due, "Sits by override")
    case .broken: StatusLight("Panel", .overdue, "May not sit: " + (blocking.first?.text ?? ""))
    case .none: StatusLight("Panel", .unknown, "No panel yet")
    case .over: StatusLight("Panel", .notOwed, hearing.status.name)
    }
  }

  var panelWords: String { hearing.panel.map { names[$0] ?? "?" }.joined(separator: ", ") }
}
