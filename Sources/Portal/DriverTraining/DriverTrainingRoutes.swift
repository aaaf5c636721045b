import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// What districts ask of drivers' training, and who does not meet it.
enum DriverTrainingRoutes {
  static func add(to routes: Routes) {
    routes.may(.readRegister, .get, "driver-training", list)
    routes.may(.exportRegister, .get, "driver-training.csv", export)
    routes.may(.readRegister, .get, "driver-training/schedule", TrainingSchedule.show)
    routes.may(.exportRegister, .get, "driver-training/schedule.csv", TrainingSchedule.export)
    routes.may(.readRegister, .get, "driver-training/rules") { visit in
      try visit.require(.readRegister, of: .drivers)
      let rules = try await visit.environment.database.read(as: visit.officer, DriverRuleStore.rules(on: visit.today))
      return try visit.page(DriverTrainingRulesPage(
        rules: rules, officer: visit.officer, settings: visit.environment.settings, tokens: visit.formTokens, today: visit.today))
    }
    routes.may(.setDriverTraining, .get, "driver-training/rules/new") { try $0.page(page($0, DriverRuleForm())) }
    routes.may(.setDriverTraining, .post, "driver-training/rules/new", set)
    routes.may(.setDriverTraining, .post, "driver-training/rules/{id}/withdrawal") { visit in
      _ = try await visit.form()
      let id = try visit.id()
      let rules = try await visit.environment.database.read(as: visit.officer, DriverRuleStore.rules(on: visit.today))
      guard let rule = rules.first(where: { $0.id == id }) else { throw Problem.notFound }
      guard visit.officer.may(.setDriverTraining, in: rule.authority) else { throw Problem.forbidden }
      try await DriverRuleStore(visit.environment).withdraw(rule, by: visit.officer)
      return visit.redirect(to: Path.driverTraining + "/rules", saying: "The rule was taken back.")
    }
  }

  private static func districts(_ visit: OfficerVisit) -> [Settings.Authority] {
    visit.officer.authorities(.setDriverTraining).compactMap(visit.environment.settings.authority)
  }

  private static func page(
    _ visit: OfficerVisit, _ form: DriverRuleForm, _ preview: [DriverTrainingPreview]? = nil, weeks: [DriverTrainingWeek] = [], errors: Errors = []
  ) -> DriverTrainingFormPage {
    DriverTrainingFormPage(
      form: form, districts: districts(visit), preview: preview, weeks: weeks, settings: visit.environment.settings, tokens: visit.formTokens, errors: errors)
  }

  private static func filter(_ query: QueryItems, _ visit: OfficerVisit) -> UntrainedFilter {
    UntrainedFilter(
      authority: query["district"].flatMap { visit.environment.settings.authority(slug: $0)?.id },
      kind: Register.drivers.kinds.first { $0.rawValue == query["kind"] }, show: query["show"].flatMap(UntrainedFilter.Show.init),
      lacks: query["lacks"].flatMap(TrainingLack.init))
  }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.readRegister, of: .drivers)
    let query = try visit.queryItems()
    let position = KeysetPosition<UntrainedCursor>(query)
    let (fetched, counts, rules, awaiting) = try await visit.environment.database.read(
      as: visit.officer, DriverRuleStore.untrained(filter(query, visit), on: visit.today, at: position, limit: 51),
      DriverRuleStore.counts(on: visit.today), DriverRuleStore.rules(on: visit.today), AttemptStore.awaiting)
    let page = KeysetPage(fetched, limit: 50, at: position) { UntrainedCursor(name: $0.sortName, id: $0.id) }
    return try visit.page(UntrainedDriversPage(
      rows: page.rows, query: query, pagination: page.pagination(query), counts: counts.first, awaiting: awaiting.first?.value ?? 0, settings: visit.environment.settings,
      hasRules: rules.contains(where: \.isInForce), mayExport: visit.officer.may(.exportRegister), mayRecord: visit.officer.may(.recordTraining)))
  }

  private static func export(_ visit: OfficerVisit) async throws -> Response {
    try visit.require(.exportRegister, of: .drivers)
    let query = try visit.queryItems().at(Path.driverTraining)
    let filter = filter(query, visit)
    let words = ["Drivers without valid training", filter.authority.flatMap { visit.environment.settings.authority($0)?.name }, filter.kind?.name, filter.show?.words, filter.lacks?.name]
      .compactMap { $0 }.joined(separator: ", ")
    let rows = try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
      let rows = try await transaction.all(DriverRuleStore.untrained(filter, on: visit.today, at: .first, limit: 20_000))
      return Written(rows, AuditEntry(.exportList, of: visit.officer.id, detail: ["rows": String(rows.count), "filter": words]))
    }
    let table = UntrainedDriversPage.table(visit.environment.settings)
    var bytes = table.csvHead
    for row in rows { table.appendCSV(row, to: &bytes) }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "training-of-drivers-\(visit.today.iso).csv")
  }

  /// Looks first, and saves what was looked at.
  private static func set(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = DriverRuleForm(fields)
    switch form.validated(allowed: districts(visit)) {
    case .invalid(let errors): return try visit.page(page(visit, form, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let store = DriverRuleStore(visit.environment)
      guard fields["do"] == "save", fields["seen"] == form.words else { 
        return try visit.page(page(visit, form, try await store.preview(new, for: visit.officer), weeks: try await store.weeks(new, for: visit.officer)))
      }
      guard try await store.add(new, once: SentForm(fields), by: visit.officer) else {
        let error = FieldError(field: "from", message: "One of these districts has a rule from \(new.startsOn.words) already. Take that back first, or choose another day")
        return try visit.page(page(visit, form, errors: [error]), status: .unprocessableContent)
      }
      return visit.redirect(to: Path.driverTraining + "/rules", saying: "The rule is saved. It begins on \(new.startsOn.words).")
    }
  }
}
