import Domain
import Foundation
import Hummingbird
import Web

/// Councillors and memberships come in from a file: a dry run that shows every line, then all of it or nothing.
enum MemberImportRoutes {
  /// Lines of a file travel back with the form that applies them.
  private static let most = 2 << 20

  static func add(to routes: Routes) {
    routes.may(.manageCommittees, .get, "members/import") { visit in try visit.page(page(visit, district: "", from: DateFields(visit.today))) }
    routes.may(.manageCommittees, .post, "members/import", check)
    routes.may(.manageCommittees, .post, "members/import/application", apply)
  }

  private static func page(_ visit: OfficerVisit, district: String, from: DateFields, errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Bring in councillors and memberships",
      lead: "A CSV file with the headings councillor and ward, and where you have them council, committee and role; or the JSON of a committee system. Nothing is changed before you have seen every line.",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb("Bring in councillors")],
      form: FormView(
        action: Path.members + "/import", tokens: visit.formTokens, isMultipart: true,
        parts: [
          .field(.file("file", "File", accept: ".csv,.json,.txt", hint: "CSV or JSON, 2 MB or less")),
          .field(.select("district", "District, where the file does not say", district, [.init("", "The file says")] + visit.places(.manageCommittees).map { .init($0.slug, $0.name) })),
          .field(.date("from", "New memberships and terms of office begin on", from)),
        ], buttons: [.init("Check the file"), .init("Cancel", .link(address: Path.committees))], errors: errors))
  }

  private static func plan(_ lines: [MemberFile.Line], from day: Day, district: String, _ visit: OfficerVisit) async throws -> MemberImport {
    let settings = visit.environment.settings
    let (members, committees, current) = try await CommitteeStore(visit.environment).matching(for: visit.officer, on: day)
    return MemberImport.plan(
      lines, from: day, chosen: settings.authority(slug: district)?.id, members: members, committees: committees, current: current, settings: settings, officer: visit.officer)
  }

  private static func check(_ visit: OfficerVisit) async throws -> Response {
    let (fields, file) = try await visit.formWithFile()
    let from = DateFields("from") { fields[$0] }
    var errors = Errors()
    let day = OfficerVisit.day(from, "from", of: "The first day", &errors)
    var lines: [MemberFile.Line] = []
    if let file {
      if file.bytes.count > most { errors.add("file", "Choose a file of 2 MB or less") } else {
        do { lines = try MemberFile.read(file.bytes) } catch MemberFile.Refusal.words(let words) { errors.add("file", words) }
      }
    } else { errors.add("file", "Choose a file, CSV or JSON") }
    guard errors.isEmpty, let day, let file else {
      return try visit.page(page(visit, district: fields["district"] ?? "", from: from, errors: errors), status: .unprocessableContent)
    }
    let found = try await plan(lines, from: day, district: fields["district"] ?? "", visit)
    let settings = visit.environment.settings
    let table = Table<MemberImport.Row>(rowHeader: "name", [
      .number("line", "Line") { $0.line.number }, .text("name", "Member") { $0.line.name }, .text("ward", "Ward") { $0.line.ward },
      .text("district", "District") { $0.authority.flatMap { settings.authority($0)?.name } ?? $0.line.council },
      .tag("outcome", "What happens") { row in
        switch row.outcome {
        case .newMember: StatusTag("New", .green)
        case .known: StatusTag("Held already")
        case .leftOut: StatusTag("Left out", .orange)
        }
      },
      .text("seat", "Membership") { row in row.seat.map { "\($0.committee.name), \($0.role.name.lowercased())" } },
      .text("why", "Note") { row in if case .leftOut(let why) = row.outcome { why } else { row.note.isEmpty ? nil : row.note } },
    ])
    let data = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
    let form = FormView(
      action: Path.members + "/import/application", tokens: visit.formTokens, isMultipart: true,
      parts: [
        .field(.hidden("lines", data)), .field(.hidden("name", file.name)), .field(.hidden("from", day.iso)), .field(.hidden("district", fields["district"] ?? "")),
      ], buttons: [.init("Bring them in"), .init("Another file", .link(address: Path.members + "/import"))])
    var sheet = Sheet(title: "What the file would change")
    sheet.crumbs = [Breadcrumb("Committees", Path.committees), Breadcrumb("Bring in councillors", Path.members + "/import"), Breadcrumb("Check")]
    sheet.lead = "\(found.summary). Nothing has been changed yet."
    let something = found.added > 0 || found.seats > 0
    sheet.sections = [.init(nil, something ? form.html : .none), .init("Every line", table.html(found.rows, caption: "Lines of the file"))]
    if !something { sheet.sections[0].words = "The file changes nothing." }
    return try visit.page(SheetPage(sheet))
  }

  private static func apply(_ visit: OfficerVisit) async throws -> Response {
    var limits = MultipartReader.Limits(fileBytes: 1)
    limits.fieldBytes = most * 2
    let fields = try await MultipartReader(visit.request, limits: limits).read(visit.request.body) { _ in nil }
    try visit.check(fields)
    guard let day = Day(iso: fields["from"] ?? ""), let lines = try? JSONDecoder().decode([MemberFile.Line].self, from: Data((fields["lines"] ?? "").utf8)) else {
      throw Problem(.unprocessableContent, "The file could not be brought in", "Check it again from the beginning. Nothing was saved.", wayOn: ("Bring in councillors", Path.members + "/import"))
    }
    // Matched anew: somebody may have added one of them meanwhile.
    let found = try await plan(lines, from: day, district: fields["district"] ?? "", visit)
    do { try await CommitteeStore(visit.environment).apply(found, file: fields["name"] ?? "", by: visit.officer) } catch CommitteeConflict.twoChairs {
      throw Problem(.conflict, "Nothing was brought in", "The file names a chair for a committee that has one. End that appointment first, or change the file.", wayOn: ("Committees", Path.committees))
    } catch CommitteeConflict.overlaps {
      throw Problem(.conflict, "Nothing was brought in", "Somebody has an appointment to one of these committees that overlaps.", wayOn: ("Committees", Path.committees))
    }
    return visit.redirect(to: Path.committees, saying: "Brought in: \(found.summary).")
  }
}
