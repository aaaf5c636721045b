import Domain
import Foundation
import Postgres
import Web

/// What a file of councillors would do, line by line: looked at first, then done, all of it or nothing.
struct MemberImport: Sendable {
  enum Outcome: Sendable, Equatable {
    case newMember, known, leftOut(String)
  }
  struct Row: Sendable {
    var line: MemberFile.Line
    var authority: Int?
    var member: UUID?
    var outcome: Outcome
    /// Nil where the line names no committee.
    var seat: (committee: Committee, role: CommitteeRole)?
    var note: String
  }

  var rows: [Row]
  var from: Day

  /// Matches by name, in the district that the line names or that was chosen; a name borne twice also by ward.
  static func plan(
    _ lines: [MemberFile.Line], from day: Day, chosen: Int?, members: [Member], committees: [Committee], current: [(committee: UUID, member: UUID)], settings: Settings, officer: Officer
  ) -> MemberImport {
    let byKey = Dictionary(grouping: members) { "\($0.authority) \(NewMember.key($0.name))" }
    var promised: Set<String> = []
    let rows = lines.map { line -> Row in
      var row = Row(line: line, authority: nil, member: nil, outcome: .known, seat: nil, note: "")
      let place = line.council.isEmpty ? chosen : authority(line.council, settings)
      guard let place else {
        row.outcome = .leftOut(line.council.isEmpty ? "No district: choose one, or name it in the file" : "\(line.council) is not a licensing authority of this county")
        return row
      }
      guard officer.may(.manageCommittees, in: place) else {
        row.outcome = .leftOut("\(settings.authority(place)?.name ?? "That district") is not yours")
        return row
      }
      guard line.name.count <= 120, line.ward.count <= 120 else {
        row.outcome = .leftOut("The name or the ward is longer than 120 characters")
        return row
      }
      guard !["vacancy", "vacant", "vacant seat"].contains(NewMember.key(line.name)) else {
        row.outcome = .leftOut("A vacant seat, nobody’s name")
        return row
      }
      row.authority = place
      let key = "\(place) \(NewMember.key(line.name))"
      let found = byKey[key] ?? []
      let same = found.count > 1 ? found.filter { NewMember.key($0.ward) == NewMember.key(line.ward) } : found
      if let member = same.first, same.count == 1 {
        row.member = member.id
        if !line.ward.isEmpty, NewMember.key(member.ward) != NewMember.key(line.ward) { row.note = "Held with the ward \(member.ward): it is kept" }
      } else if found.count > 1 {
        row.outcome = .leftOut("Two members have this name: their ward does not tell them apart")
        return row
      } else {
        row.outcome = promised.insert(key).inserted ? .newMember : .known
      }
      guard !line.committee.isEmpty else { return row }
      // Some systems glue the role to the committee's name: "Lord Mayor's Show LtdDirector".
      let named = committees.filter { $0.authority == place && NewMember.key($0.name) == NewMember.key(line.committee) }
      guard let committee = named.first else {
        row.note = "No committee is called “\(line.committee)”: the membership is left out"
        return row
      }
      guard let role = MemberFile.role(line.role) else {
        row.note = "The role “\(line.role)” is not known: the membership is left out"
        return row
      }
      if let member = row.member, current.contains(where: { $0.committee == committee.id && $0.member == member }) {
        row.note = "On the committee already"
        return row
      }
      row.seat = (committee, role)
      return row
    }
    return MemberImport(rows: rows, from: day)
  }

  /// "Worcester City Council" is Worcester City; the county council is none.
  private static func authority(_ text: String, _ settings: Settings) -> Int? {
    func plain(_ text: String) -> String {
      PersonName.folded(text).split(separator: " ").filter { !["council", "city", "district", "borough", "of"].contains($0) }.joined(separator: " ")
    }
    return settings.county.authorities.first { plain($0.name) == plain(text) || $0.slug == text || $0.code == text }?.id
  }

  var added: Int { rows.count { $0.outcome == .newMember } }
  var seats: Int { rows.count { $0.seat != nil } }
  var leftOut: Int { rows.count { if case .leftOut = $0.outcome { true } else { false } } }
  var summary: String { "\(added) new members, \(rows.count - added - leftOut) held already, \(seats) memberships, \(leftOut) lines left out" }
}

extension CommitteeStore {
  /// Everything that matching looks at.
  func matching(for officer: Officer, on day: Day) async throws -> (members: [Member], committees: [Committee], current: [(committee: UUID, member: UUID)]) {
    struct Pair: RowDecodable, Sendable {
      var committee: UUID
      var member: UUID
      init(row: Row) throws {
        committee = try row.get("committee_id")
        member = try row.get("member_id")
      }
    }
    let (members, committees, pairs) = try await database.read(
      as: officer, Query<Member>("SELECT \(Member.columns) FROM member m WHERE coalesce(m.office_before, 'infinity') > \(day) ORDER BY m.sort_name, m.id LIMIT 20000"),
      Self.list(on: day), Query<Pair>("SELECT committee_id, member_id FROM appointment WHERE coalesce(ends_before, 'infinity') > \(day)"))
    return (members, committees, pairs.map { ($0.committee, $0.member) })
  }

  func apply(_ plan: MemberImport, file: String, by officer: Officer) async throws {
    try await conflicts {
      try await database.write(by: officer, at: environment.now()) { transaction in
        var made: [String: UUID] = [:]
        for row in plan.rows {
          guard let authority = row.authority else { continue }
          if case .leftOut = row.outcome { continue }
          let key = "\(authority) \(NewMember.key(row.line.name))"
          var member = row.member ?? made[key]
          if member == nil {
            member = try await Self.insert(NewMember(authority: authority, name: row.line.name, ward: row.line.ward, office: DayRange(from: plan.from, before: nil)), in: transaction)
            made[key] = member
          }
          if let member, let seat = row.seat {
            try await transaction.execute(
              """
              INSERT INTO appointment (authority_id, committee_id, member_id, role, starts_on, recorded_by)
              VALUES (\(Int16(authority)), \(seat.committee.id), \(member), \(seat.role), \(plan.from), \(officer.id))
              """)
          }
        }
        return .done(AuditEntry(.importMembers, of: officer.id, detail: ["file": file, "counts": plan.summary]))
      }
    }
  }
}
