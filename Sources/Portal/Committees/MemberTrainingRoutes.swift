import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The matrix, what runs out, sessions and requirements; and a member's own page.
enum MemberTrainingRoutes {
  static func add(to routes: Routes) {
    routes.may(.readCommittees, .get, "training", matrix)
    routes.may(.readCommittees, .get, "training.csv", export)
    routes.may(.readCommittees, .get, "training/reminders", reminders)
    NoticeRoutes.add(to: routes)
    CompletionImportRoutes.add(to: routes)
    SessionRoutes.add(to: routes)
    RequirementRoutes.add(to: routes)
    MyTrainingRoutes.add(to: routes)
  }

  private static func matrix(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.queryItems()
    let settings = visit.environment.settings
    let filter = MatrixFilter(query, today: visit.today, settings: settings)
    let after = query["after"].flatMap { KeysetCursor.decode($0, as: MatrixCursor.self) }
    let (courses, committees) = try await visit.environment.database.read(as: visit.officer, Course.all, CommitteeStore.list(on: visit.today))
    let isForPaper = query["paper"] == "yes"
    let most = isForPaper ? 1000 : 50
    let found = try await MatrixStore(environment: visit.environment).page(filter, after: after, limit: most + 1, for: visit.officer)
    let rows = Array(found.prefix(most))
    let next = found.count > most ? rows.last.map { KeysetCursor.encode(MatrixCursor(name: $0.sortName, id: $0.id)) } : nil
    let pagination = next.map { Pagination(previous: nil, next: query.removing("after").setting("after", $0).address) }
    // The forecast of the committee that is asked about; a chair sees those of their own committees without asking.
    let forecast = filter.committee.map { id in committees.filter { $0.id == id } } ?? (visit.officer.may(.ownTraining) ? Array(committees.prefix(3)) : [])
    return try visit.page(SheetPage(MatrixPages.matrix(
      rows, courses: courses, committees: committees, pools: after == nil ? try await HearingRoutes.pools(visit, of: forecast) : [], filter: filter, query: query, pagination: pagination, isForPaper: isForPaper,
      settings: settings, officer: visit.officer)))
  }

  private static func export(_ visit: OfficerVisit) async throws -> Response {
    let settings = visit.environment.settings
    let filter = MatrixFilter(try visit.queryItems(), today: visit.today, settings: settings)
    let (courses, committees) = try await visit.environment.database.read(as: visit.officer, Course.all, CommitteeStore.list(on: visit.today))
    let rows = try await MatrixStore(environment: visit.environment).export(filter, sentence: filter.sentence(settings, committees), by: visit.officer)
    let table = MatrixPages.table(courses, filter, settings)
    var bytes = table.csvHead
    for row in rows { table.appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "members-training-\(filter.day.iso).csv")
  }

  private static func reminders(_ visit: OfficerVisit) async throws -> Response {
    let settings = visit.environment.settings
    let query = try visit.query()
    let month = query["month"].flatMap { Day(iso: $0 + "-01") }
    let code = query["course"] ?? ""
    let within = settings.committees.expiringWindows.max() ?? 90
    let of: (code: String, month: Day)? = month.map { (code: code, month: $0) }
    let (rows, heat, courses) = try await visit.environment.database.read(
      as: visit.officer, MatrixStore.reminders(on: visit.today, within: within, of: of), MatrixStore.heat(on: visit.today, months: 12), Course.all)
    let only = of.flatMap { of in courses.first { $0.code == of.code }.map { "\($0.title) that runs out in \(of.month.monthWords)" } }
    return try visit.page(SheetPage(MatrixPages.reminders(
      rows, heat: heat, courses: courses, on: visit.today, settings: settings, maySeeSent: visit.officer.may(.recordMemberTraining), only: only)))
  }
}
