import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Completions from a provider's file: upload, say what the columns are, decide on the lines in doubt, record.
enum ProviderFileRoutes {
  /// Lines in doubt on a page: each is a decision of its own.
  private static let doubts = 25

  static func add(to routes: Routes) {
    routes.may(.recordTraining, .get, "driver-training/imports") { try await list($0) }
    routes.may(.recordTraining, .post, "driver-training/imports", upload)
    routes.may(.recordTraining, .get, "driver-training/imports/{id}", show)
    routes.may(.recordTraining, .get, "driver-training/imports/{id}/columns") { visit in
      let run = try await run(visit)
      return try visit.page(try await columns(run, nil, visit))
    }
    routes.may(.recordTraining, .post, "driver-training/imports/{id}/columns", map)
    routes.may(.recordTraining, .post, "driver-training/imports/{id}/decisions", decide)
    routes.may(.recordTraining, .post, "driver-training/imports/{id}/rest") { visit in
      _ = try await visit.form()
      let run = try await run(visit)
      try await store(visit).leaveRest(of: run, by: visit.officer)
      return visit.redirect(to: Path.completionImport(run.id), saying: "The lines that were in doubt are left out.")
    }
    routes.may(.recordTraining, .post, "driver-training/imports/{id}/application") { visit in
      let fields = try await visit.form()
      let run = try await run(visit)
      try await store(visit).apply(run, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.completionImport(run.id), saying: "The completions of \(run.fileName) are recorded.")
    }
    routes.may(.recordTraining, .post, "driver-training/imports/{id}/cancellation") { visit in
      _ = try await visit.form()
      let run = try await run(visit)
      try await store(visit).cancel(run, by: visit.officer)
      return visit.redirect(to: Path.completionImports, saying: "\(run.fileName) is left out. Nothing was recorded.")
    }
    routes.may(.recordTraining, .get, "driver-training/imports/{id}/lines", lines)
  }

  private static func store(_ visit: OfficerVisit) -> ProviderFileStore { ProviderFileStore(visit.environment) }

  /// Row level security shows an import only to who may record training in every district that it was matched with.
  private static func run(_ visit: OfficerVisit) async throws -> ProviderFile {
    guard let run = try await store(visit).get(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return run
  }

  private static let crumbs = [Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Completions from files", Path.completionImports)]

  private static func list(_ visit: OfficerVisit, errors: Errors = []) async throws -> Response {
    let runs = try await store(visit).list(for: visit.officer)
    let form = FormView(
      action: Path.completionImports, tokens: visit.formTokens, isMultipart: true,
      parts: [.field(.file("file", "A provider’s file", accept: ".csv,.xlsx,.txt", hint: "CSV or .xlsx of 5 MB or less, with a badge or licence reference, a name, and the day of completion. Its lines are matched with the drivers of your districts"))],
      buttons: [.init("Upload")], errors: errors)
    let table = Table<ProviderFile>(rowHeader: "file", [
      .link("file", "File", to: { Path.completionImport($0.id) }) { $0.fileName }, .text("when", "Uploaded") { London.time(of: $0.startedAt) }, .tag("state", "State") { $0.state.tag },
      .number("all", "Lines") { $0.counts.all }, .number("will", "Recorded or to be recorded") { $0.counts.willBe }, .number("doubt", "In doubt") { $0.counts.undecided },
    ])
    var sheet = Sheet(title: "Completions from files")
    sheet.crumbs = [Breadcrumb("Training of drivers", Path.driverTraining), Breadcrumb("Completions from files")]
    sheet.errorSummary = form.errorSummary
    sheet.sections = [.init(nil, form.html), .init("Files", table.html(runs, caption: "Files of completions, the latest first", empty: .init("No file yet")))]
    return try visit.page(SheetPage(sheet), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func upload(_ visit: OfficerVisit) async throws -> Response {
    let id = UUID()
    let file = ImportFile(id, home: visit.environment.home)
    let sink = try UploadFile(file)
    // The lines are kept in the database; the file itself has served once they are read.
    defer { sink.discard() }
    let reader = try MultipartReader(visit.request, limits: .init(fileBytes: SmallFile.most))
    let fields = try await reader.read(visit.request.body) { part in
      guard part.field == "file", !part.fileName.isEmpty else { return nil }
      sink.named(part.fileName)
      return sink
    }
    try visit.check(fields)
    let hash = try sink.finish()
    guard sink.bytes > 0 else { return try await list(visit, errors: [FieldError(field: "file", message: "Choose a file, CSV or .xlsx, with something in it")]) }
    do {
      try await store(visit).start(id, try await ProviderTable(file), fileName: String(sink.name.prefix(255)), hash: hash, by: visit.officer)
    } catch let refusal as ImportRefusal {
      return try await list(visit, errors: [FieldError(field: "file", message: refusal.description)])
    } catch let refusal as TableRefusal { return try await list(visit, errors: [FieldError(field: "file", message: refusal.description)]) }
    return visit.redirect(to: Path.completionImport(id) + "/columns", saying: "\(sink.name) was uploaded. Now say what its columns are.")
  }

  // MARK: - Columns

  /// What each column is, as chosen.
  private struct ColumnsForm: Sendable {
    var columns: [ProviderField: String] = [:]
    var order = DateOrder.dayFirst.rawValue
    var course = "Safeguarding awareness for drivers"
    var provider = ""
    var name = ""

    init(_ mapping: ProviderMapping, _ headings: [String]) {
      columns = mapping.places(in: headings).mapValues { headings[$0] }
      order = mapping.order.rawValue
      course = mapping.course
      provider = mapping.provider
    }

    init(suggestedFor headings: [String]) { columns = ProviderField.suggested(headings).mapValues { headings[$0] } }

    init(_ fields: FormFields, _ headings: [String]) {
      for field in ProviderField.allCases {
        if let index = fields["column-\(field.rawValue)"].flatMap(Int.init), headings.indices.contains(index) { columns[field] = headings[index] }
      }
      order = fields["order"] ?? ""
      course = fields.trimmed("course")
      provider = fields.trimmed("provider")
      name = fields.trimmed("name")
    }

    func validated() -> Validated<ProviderMapping> {
      var errors = Errors()
      let named = columns[.name] != nil || columns[.family] != nil
      if columns[.badge] == nil, columns[.reference] == nil, !named { errors.add("column-badge", "Choose a column that says whose line it is: badge, reference or name") }
      if columns[.completed] == nil { errors.add("column-completed", "Choose the column with the day of completion") }
      if columns[.course] == nil, course.isEmpty { errors.add("course", "Enter the course, or choose its column") }
      if course.count > 120 { errors.add("course", "Enter a name of 120 characters or fewer") }
      if provider.count > 120 { errors.add("provider", "Enter a provider of 120 characters or fewer") }
      if name.count > 60 { errors.add("name", "Enter a name of 60 characters or fewer") }
      if Set(columns.values).count < columns.count { errors.add("column-badge", "Choose each column for one thing only") }
      let dates = DateOrder(rawValue: order)
      if dates == nil { errors.add("order", "Choose in which order dates stand") }
      guard errors.isEmpty, let dates else { return .invalid(errors) }
      return .valid(ProviderMapping(columns: columns, order: dates, course: course, provider: provider))
    }
  }

  private static func columns(_ run: ProviderFile, _ typed: ColumnsForm?, _ visit: OfficerVisit, errors: Errors = []) async throws -> TaskPage {
    guard run.state == .uploaded || run.state == .checked else { throw Problem.notFound }
    let saved = try await store(visit).mappings(for: visit.officer)
    let wanted = try visit.query()["mapping"]
    // A kept mapping that knows every one of its columns here is taken unasked.
    let fitting = saved.first { kept in kept.name == wanted } ?? saved.first { kept in wanted == nil && kept.mapping.places(in: run.headings).count == kept.mapping.columns.count }
    let form = typed ?? run.mapping.map { ColumnsForm($0, run.headings) } ?? fitting.map { ColumnsForm($0.mapping, run.headings) } ?? ColumnsForm(suggestedFor: run.headings)
    let first = try await store(visit).rows(run.id, "true", limit: 3, for: visit.officer)
    let columns = run.headings.enumerated().map { index, heading in
      let examples = first.compactMap { index < $0.cells.count && !$0.cells[index].isEmpty ? String($0.cells[index].prefix(24)) : nil }
      return Field.Choice(String(index), examples.isEmpty ? heading : "\(heading) (\(examples.joined(separator: ", ")))")
    }
    let picks = ProviderField.allCases.map { field -> FormView.Part in
      let place = form.columns[field].flatMap { heading in run.headings.firstIndex(of: heading) }
      return .field(.select("column-\(field.rawValue)", field.words, place.map(String.init) ?? "", [.init("", "No column")] + columns))
    }
    let kept: [FormView.Part] = saved.isEmpty ? [] : [.html(HTMLBuffer.build { out in
      out.append("<p class=\"govuk-body app-links\">Kept choices: ")
      for mapping in saved {
        out.append("<a class=\"govuk-link\"")
        out.append(href: QueryItems(path: Path.completionImport(run.id) + "/columns", [("mapping", mapping.name)]).address)
        out.append(">")
        out.append(escaping: mapping.name)
        out.append("</a> ")
      }
      out.append("</p>")
    })]
    return TaskPage(
      title: "What are the columns?", lead: "\(run.fileName), \(run.counts.all.grouped) lines." + (fitting.map { typed == nil && run.mapping == nil ? " Read as kept under “\($0.name)”." : "" } ?? ""),
      crumbs: crumbs + [Breadcrumb(run.fileName)],
      form: FormView(
        action: Path.completionImport(run.id) + "/columns", tokens: visit.formTokens,
        parts: kept + picks + [
          .field(.radios("order", "In which order do dates stand?", form.order, DateOrder.allCases.map { .init($0.rawValue, $0.words) })),
          .field(.text("course", "Course, where no column says it", form.course)), .field(.text("provider", "Provider, where no column says it", form.provider, width: .thirty, isOptional: true)),
          .field(.text("name", "Keep these choices under a name", form.name, hint: "Files of this provider are then read alike", width: .twenty, isOptional: true)),
        ], buttons: [.init("Match the lines"), .init("Cancel", .link(address: Path.completionImports))], errors: errors))
  }

  private static func map(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let run = try await run(visit)
    let form = ColumnsForm(fields, run.headings)
    switch form.validated() {
    case .invalid(let errors): return try visit.page(try await columns(run, form, visit, errors: errors), status: .unprocessableContent)
    case .valid(let mapping):
      try await store(visit).check(run, mapping, savingAs: form.name.isEmpty ? nil : form.name, by: visit.officer)
      return .redirect(to: Path.completionImport(run.id))
    }
  }

  // MARK: - What it would record

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    guard run.state != .uploaded else { return .redirect(to: Path.completionImport(run.id) + "/columns") }
    return try visit.page(SheetPage(try await sheet(run, visit)))
  }

  private static func sheet(_ run: ProviderFile, _ visit: OfficerVisit, typed: FormFields? = nil, errors: Errors = []) async throws -> Sheet {
    let path = Path.completionImport(run.id)
    func of(_ outcome: String) -> String { path + "/lines?outcome=" + outcome }
    let counts = run.counts
    var sheet = Sheet(title: run.fileName)
    sheet.crumbs = crumbs + [Breadcrumb(run.fileName)]
    sheet.line = Sheet.line(run.state.tag, London.time(of: run.startedAt))
    sheet.figures = Figures([
      .init(counts.ready, "certain", of("ready")), .init(counts.taken, "taken by decision", of("taken")), .init(counts.undecided, "in doubt", "#doubt", state: counts.undecided > 0 ? .due : nil),
      .init(counts.known, "known already", of("known")), .init(counts.left, "left out", of("left")), .init(counts.rejected, "unreadable", of("rejected"), state: counts.rejected > 0 ? .overdue : nil),
    ])
    guard run.state == .checked else {
      sheet.lead = run.state == .applied ? "What it held is recorded. The same file again adds nothing." : "Nothing of it was recorded."
      return sheet
    }
    sheet.lead = "Nothing has been recorded yet."
    let tokens = visit.formTokens
    if counts.undecided > 0 {
      let rows = try await store(visit).rows(run.id, "x.outcome = 'doubt' AND x.decision IS NULL", limit: doubts, for: visit.officer)
      let drivers = try await store(visit).drivers(rows.flatMap(\.candidates), for: visit.officer)
      let parts = rows.flatMap { row -> [FormView.Part] in
        let candidates = row.candidates.compactMap { drivers[$0] }.map { driver in
          Field.Choice(driver.id.uuidString, "\(driver.name), \(driver.reference), \(visit.environment.settings.authority(driver.authority)?.name ?? "")" + (row.needsReview ? ": to be reviewed" : ""))
        }
        return [
          .heading("Line \(row.line): \(row.who)"), .paragraph("\(row.reason). \(row.what)\(row.on.map { ", \($0.words)" } ?? "")."),
          .field(.select("row-\(row.line)", "Whose is line \(row.line)?", typed?["row-\(row.line)"] ?? "", [.init("", "Decide later")] + candidates + [.init("leave", "Nobody’s: leave it out")])),
          .field(.text("other-\(row.line)", "Or the reference or badge of another driver, line \(row.line)", typed?.trimmed("other-\(row.line)") ?? "", width: .ten, autocomplete: "off", isOptional: true)),
        ]
      }
      let form = FormView(action: path + "/decisions", tokens: tokens, parts: parts, buttons: [.init("Keep these decisions")], errors: errors)
      sheet.errorSummary = form.errorSummary
      let rest = FormView(action: path + "/rest", tokens: tokens, parts: [], buttons: [.init("Leave out all that are still in doubt", .secondary)])
      sheet.sections = [
        .init("In doubt", id: "doubt", words: counts.undecided > doubts ? "The first \(doubts) of \(counts.undecided.grouped)." : nil, form.html), .init(nil, rest.html),
      ]
    } else if counts.willBe > 0 {
      let form = FormView(
        action: path + "/application", tokens: tokens, parts: [],
        buttons: [.init("Record \(counts.willBe == 1 ? "one completion" : "\(counts.willBe.grouped) completions")")])
      sheet.sections = [.init(nil, form.html)]
    } else { sheet.sections = [.init("There is nothing to record", words: "Every line is known already, left out or unreadable.")] }
    let cancel = FormView(action: path + "/cancellation", tokens: tokens, parts: [], buttons: [.init("Record nothing of it", .secondary)])
    sheet.sections.append(.init(nil, cancel.html, links: [.init("Change what the columns are", path + "/columns")]))
    return sheet
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let run = try await run(visit)
    var decisions: [Int: ProviderFileStore.Decision] = [:]
    var errors = Errors()
    for name in fields.names where name.hasPrefix("row-") {
      guard let line = Int(name.dropFirst(4)) else { continue }
      let other = fields.trimmed("other-\(line)")
      if !other.isEmpty {
        if let driver = try await store(visit).named(other, in: run, for: visit.officer) { decisions[line] = .take(driver) } else {
          errors.add("other-\(line)", "Line \(line): no driver of your districts, or several, have “\(other.prefix(40))”")
        }
      } else if fields[name] == "leave" { decisions[line] = .leave } else if let driver = fields[name].flatMap(UUID.init) { decisions[line] = .take(driver) }
    }
    guard errors.isEmpty else { return try visit.page(SheetPage(try await sheet(run, visit, typed: fields, errors: errors)), status: .unprocessableContent) }
    let done = try await store(visit).decide(decisions, of: run, by: visit.officer)
    return visit.redirect(to: Path.completionImport(run.id), saying: done == 0 ? "No line was decided on." : done == 1 ? "One decision is kept." : "\(done) decisions are kept.")
  }

  private static let outcomes: [(key: String, title: String, condition: String)] = [
    ("ready", "Certain", "ready"), ("taken", "Taken by decision", "take"), ("known", "Known already", "known"), ("left", "Left out", "leave"), ("rejected", "Unreadable", "rejected"),
  ]

  private static func lines(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let query = try visit.query()
    let outcome = outcomes.first { $0.key == query["outcome"] } ?? outcomes[0]
    let after = query["after"].flatMap(Int.init) ?? 0
    let rows = try await store(visit).rows(
      run.id, ["taken", "left"].contains(outcome.key) ? "x.outcome = 'doubt' AND x.decision = \(outcome.condition)" : "x.outcome = \(outcome.condition)", after: after, limit: 101, for: visit.officer)
    let table = Table<ProviderRow>(rowHeader: "line", [
      .number("line", "Line") { $0.line }, .text("who", "In the file") { $0.who },
      Column("driver", "Driver") { row in row.driver.map { .titled(address: Path.licence($0), text: row.driverName ?? "", note: row.driverReference ?? "") } ?? .nothing },
      .text("what", "What") { $0.what }, .date("on", "Completed") { $0.on?.short }, .text("why", "Note") { $0.reason.isEmpty ? nil : $0.reason },
    ])
    var sheet = Sheet(title: "\(outcome.title): \(run.fileName)")
    sheet.crumbs = crumbs + [Breadcrumb(run.fileName, Path.completionImport(run.id)), Breadcrumb(outcome.title)]
    sheet.sections = [.init(nil, table.html(Array(rows.prefix(100)), caption: outcome.title, empty: .init("No line")))]
    if rows.count > 100 {
      sheet.pagination = Pagination(previous: nil, next: QueryItems(path: Path.completionImport(run.id) + "/lines", [("outcome", outcome.key), ("after", String(rows[99].line))]).address)
    }
    return try visit.page(SheetPage(sheet))
  }
}
