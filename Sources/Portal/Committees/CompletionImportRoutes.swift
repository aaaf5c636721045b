import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Web

/// Completions come in from a learning system's file: columns are said once, lines in doubt are decided by a person, and nothing is recorded
/// before somebody says so.
enum CompletionImportRoutes {
  private static let most = 2 << 20

  static func add(to routes: Routes) {
    routes.may(.recordMemberTraining, .get, "training/imports") { visit in try await list(visit) }
    routes.may(.recordMemberTraining, .post, "training/imports", upload)
    routes.may(.recordMemberTraining, .get, "training/imports/{id}") { visit in try await show(visit) }
    routes.may(.recordMemberTraining, .post, "training/imports/{id}/mapping", map)
    routes.may(.recordMemberTraining, .post, "training/imports/{id}/decisions", decide)
    routes.may(.recordMemberTraining, .post, "training/imports/{id}/application", apply)
  }

  private static func store(_ visit: OfficerVisit) -> CompletionStore { CompletionStore(visit.environment) }

  private static func run(_ visit: OfficerVisit) async throws -> CompletionImport {
    guard let found = try await store(visit).find(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    guard visit.officer.may(.recordMemberTraining, in: found.authority) else { throw Problem.forbidden }
    return found
  }

  private static let crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("Completions from a file", Path.trainingImports)]

  private static func list(_ visit: OfficerVisit, district: String = "", evidence: String = "lms_completion", errors: Errors = []) async throws -> Response {
    let settings = visit.environment.settings
    let runs = try await visit.environment.database.read(as: visit.officer, CompletionImportLine.latest)
    let places = visit.places(.recordMemberTraining)
    let form = FormView(
      action: Path.trainingImports, tokens: visit.formTokens, isMultipart: true,
      parts: [
        .field(.select("district", "District whose members they are", district.isEmpty && places.count == 1 ? places[0].slug : district, [.init("", "Choose the district")] + places.map { .init($0.slug, $0.name) })),
        .field(.file("file", "File", accept: ".csv,.txt", hint: "CSV with headings, 2 MB or less: who, which course, on which day")),
        .field(.radios("evidence", "What the file is evidence of", evidence, [.init("lms_completion", "Completions in a learning system"), .init("certificate", "Certificates that somebody holds")])),
      ], buttons: [.init("Check the file")], errors: errors)
    let table = Table<CompletionImportLine>(rowHeader: "file", [
      .link("file", "File", to: { Path.trainingImport($0.id) }) { $0.file }, .text("district", "District") { settings.authority($0.authority)?.name }, .number("count", "Lines") { $0.count },
      .date("at", "Uploaded") { London.day(of: $0.madeAt).short }, .text("by", "By") { $0.by }, .tag("state", "State") { $0.isClosed ? StatusTag("Done", .green) : StatusTag("Open", .blue) },
    ])
    var sheet = Sheet(title: "Completions from a file")
    sheet.crumbs = [Breadcrumb("Members’ training", Path.training), Breadcrumb("Completions from a file")]
    sheet.lead = "Nothing is recorded before you have seen every line. A line that may mean two members, or nobody, waits for your decision."
    sheet.errorSummary = form.errorSummary
    sheet.sections = [.init(nil, form.html), .init("Files before", table.html(runs, caption: "Files of completions", empty: .init("No file yet")))]
    return try visit.page(SheetPage(sheet), status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  private static func upload(_ visit: OfficerVisit) async throws -> Response {
    let (fields, file) = try await visit.formWithFile()
    var errors = Errors()
    let district = visit.environment.settings.authority(slug: fields["district"] ?? "")
    if district.map({ !visit.officer.may(.recordMemberTraining, in: $0.id) }) ?? true { errors.add("district", "Choose the district") }
    let evidence = fields["evidence"] ?? ""
    if !["lms_completion", "certificate"].contains(evidence) { errors.add("evidence", "Choose what the file is evidence of") }
    var table: CompletionFile?
    if let file {
      if file.bytes.count > most { errors.add("file", "Choose a file of 2 MB or less") } else {
        do { table = try CompletionFile(file.bytes) } catch MemberFile.Refusal.words(let words) { errors.add("file", words) }
      }
    } else { errors.add("file", "Choose a CSV file") }
    guard errors.isEmpty, let district, let table, let file else { return try await list(visit, district: fields["district"] ?? "", evidence: evidence, errors: errors) }
    let id = try await store(visit).add(table, named: file.name, bytes: file.bytes, in: district.id, evidence: evidence, once: SentForm(fields), by: visit.officer)
    return .redirect(to: Path.trainingImport(id))
  }

  // MARK: One file

  private static func mappingForm(_ run: CompletionImport, _ mapping: CompletionMapping, _ visit: OfficerVisit, _ errors: Errors = []) -> FormView {
    let choices = [Field.Choice("", "Left out")] + CompletionField.allCases.map { .init($0.rawValue, $0.words) }
    let columns = run.headings.enumerated().map { index, heading in
      let example = run.lines.lazy.compactMap { index < $0.cells.count && !$0.cells[index].isEmpty ? $0.cells[index] : nil }.first
      return Field.select("column-\(index)", heading.isEmpty ? "Column \(index + 1)" : heading, mapping.columns[index]?.rawValue ?? "", choices, hint: example.map { "For example \($0.prefix(60))" })
    }
    return FormView(
      action: Path.trainingImport(run.id) + "/mapping", tokens: visit.formTokens,
      parts: [
        .group(legend: "What are the columns?", hint: "Said once: the next file with these headings is read the same way", columns),
        .field(.radios("order", "How dates are written", mapping.dateOrder.rawValue, DateOrder.allCases.map { .init($0.rawValue, $0.words) }, inline: true)),
      ], buttons: [.init("Read it so")], errors: errors)
  }

  private static func show(_ visit: OfficerVisit, mappingErrors: Errors = [], typed: CompletionMapping? = nil) async throws -> Response {
    let run = try await run(visit)
    let settings = visit.environment.settings
    var sheet = Sheet(title: run.file)
    sheet.crumbs = crumbs + [Breadcrumb(run.file)]
    sheet.line = Sheet.line(run.isClosed ? StatusTag("Done", .green) : StatusTag("Open", .blue), settings.authority(run.authority)?.name, "\(run.lines.count) lines", run.by, London.time(of: run.madeAt))
    let askedAgain = try visit.query()["columns"] == "yes"
    guard let mapping = run.mapping, mapping.columns.count == run.headings.count, mapping.problem == nil, !askedAgain, mappingErrors.isEmpty else {
      let form = mappingForm(run, typed ?? run.mapping.flatMap { $0.columns.count == run.headings.count ? $0 : nil } ?? CompletionMapping(headings: run.headings), visit, mappingErrors)
      sheet.errorSummary = form.errorSummary
      sheet.sections = [.init(nil, form.html)]
      return try visit.page(SheetPage(sheet), status: mappingErrors.isEmpty ? .ok : .unprocessableContent)
    }
    let (plan, members, courses) = try await store(visit).plan(run, for: visit.officer)
    let names = Dictionary(members.map { ($0.id, $0.ward.isEmpty ? $0.name : "\($0.name), \($0.ward)") }, uniquingKeysWith: { first, _ in first })
    sheet.figures = Figures([
      .init(plan.ready.count, "ready to record", "#lines"), .init(plan.doubtful.count + plan.unexplained, "in doubt", "#doubt", state: plan.doubtful.isEmpty && plan.unexplained == 0 ? nil : .due),
      .init(plan.held, "held already", "#lines"), .init(plan.leftOut, "left out", "#lines"),
    ])
    if !plan.ready.isEmpty {
      let form = FormView(
        action: Path.trainingImport(run.id) + "/application", tokens: visit.formTokens, parts: [.field(.hidden("ready", String(plan.ready.count)))],
        buttons: [.init("Record \(plan.ready.count == 1 ? "1 completion" : "\(plan.ready.count) completions")")])
      sheet.sections.append(.init("What is certain", words: "Each member then signs on their own page, or on a sheet: until then it is “not signed”.", form.html))
    } else if plan.isDone { sheet.lead = "Everything in this file is recorded, held already or left out." }
    if !plan.unknownWords.isEmpty {
      let form = FormView(
        action: Path.trainingImport(run.id) + "/mapping", tokens: visit.formTokens,
        parts: [
          .group(legend: "Which courses are these?", plan.unknownWords.enumerated().map { index, word in
            var field = Field.select(
              "word-\(CompletionMapping.key(word))", "“\(word)”", "", [.init("", "Not decided")] + courses.map { .init($0.code, $0.title) } + [.init("-", "None of them: leave its lines out")])
            field.id = "word-\(index)"
            return field
          })
        ], buttons: [.init("Keep these answers", .secondary)])
      sheet.sections.append(.init(nil, id: plan.doubtful.isEmpty ? "doubt" : "words", form.html))
    }
    if !plan.doubtful.isEmpty {
      let everybody = members.map { Field.Choice($0.id.uuidString.lowercased(), names[$0.id] ?? $0.name) }
      let fields = plan.doubtful.prefix(100).map { row -> Field in
        guard case .doubt(let likely, let why) = row.outcome else { return .hidden("none", "") }
        let first = likely.map { Field.Choice($0.uuidString.lowercased(), names[$0] ?? "?") }
        let rest = everybody.filter { choice in !first.contains { $0.value == choice.value } }
        return .select(
          "line-\(row.number)", "Line \(row.number): \(row.who)\(row.ward.isEmpty ? "" : ", \(row.ward)")", "", [.init("", "Not decided")] + first + [.init("-", "Leave this line out")] + rest,
          hint: "\(why). \(row.course?.title ?? row.courseWord), \(row.on?.short ?? "")")
      }
      let form = FormView(
        action: Path.trainingImport(run.id) + "/decisions", tokens: visit.formTokens, parts: [.group(legend: "Whom do these lines mean?", hint: "Whoever is like it stands first", Array(fields))],
        buttons: [.init("Keep these decisions", .secondary)])
      sheet.sections.append(.init(nil, id: "doubt", form.html))
    }
    let table = Table<CompletionPlan.Row>(rowHeader: "who", [
      .number("line", "Line") { $0.number }, .text("who", "In the file") { $0.who }, .text("course", "Course") { $0.course?.title ?? $0.courseWord }, .date("on", "Completed") { $0.on?.short },
      .text("score", "Score") { row in [row.score.map { String($0) }, row.passed ? nil : "not passed", row.attempt > 1 ? "attempt \(row.attempt)" : nil].compactMap { $0 }.joined(separator: ", ") },
      .tag("what", "What happens") { row in
        switch row.outcome {
        case .ready: StatusTag("Ready", .green)
        case .held: StatusTag("Held already")
        case .doubt, .unknownCourse: StatusTag("In doubt", .yellow)
        case .leftOut: StatusTag("Left out", .orange)
        }
      },
      .text("note", "Member, or why") { row in
        switch row.outcome {
        case .ready(let id), .held(let id): (names[id] ?? "") + (row.decided ? ", as decided" : "")
        case .doubt(_, let why), .leftOut(let why): why
        case .unknownCourse: "The course is not known"
        }
      },
    ])
    sheet.sections.append(.init("Every line", id: "lines", table.html(plan.rows, caption: "Lines of the file"), links: [.init("Say again what the columns are", Path.trainingImport(run.id) + "?columns=yes")]))
    return try visit.page(SheetPage(sheet))
  }

  private static func map(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let fields = try await visit.form()
    var mapping = run.mapping.flatMap { $0.columns.count == run.headings.count ? $0 : nil } ?? CompletionMapping(headings: run.headings)
    if fields["column-0"] != nil {
      mapping.columns = run.headings.indices.map { CompletionField(rawValue: fields["column-\($0)"] ?? "") }
      mapping.dateOrder = DateOrder(rawValue: fields["order"] ?? "") ?? mapping.dateOrder
      if let problem = mapping.problem { return try await show(visit, mappingErrors: [FieldError(field: "column-0", message: problem)], typed: mapping) }
    }
    let codes = Set(try await MemberRoutes.courses(visit).map(\.code))
    for (name, value) in fields.pairs where name.hasPrefix("word-") && !value.isEmpty {
      if value == "-" || codes.contains(value) { mapping.courses[String(name.dropFirst(5))] = value == "-" ? "" : value }
    }
    try await store(visit).map(run, mapping, by: visit.officer)
    return visit.redirect(to: Path.trainingImport(run.id), saying: "Kept for this file and the next with the same headings.")
  }

  private static func decide(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let fields = try await visit.form()
    let members = Set(try await store(visit).plan(run, for: visit.officer).members.map(\.id))
    let numbers = Set(run.lines.map(\.number))
    var decisions: [Int: UUID?] = [:]
    for (name, value) in fields.pairs where name.hasPrefix("line-") {
      guard let line = Int(name.dropFirst(5)), numbers.contains(line) else { continue }
      if value == "-" { decisions[line] = .some(nil) } else if let id = UUID(uuidString: value), members.contains(id) { decisions[line] = id }
    }
    guard !decisions.isEmpty else { return visit.redirect(to: Path.trainingImport(run.id), saying: "Nothing was decided: choose a member, or leave the line out.") }
    try await store(visit).decide(run, decisions, by: visit.officer)
    return visit.redirect(to: Path.trainingImport(run.id), saying: decisions.count == 1 ? "One line was decided." : "\(decisions.count) lines were decided.")
  }

  private static func apply(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let fields = try await visit.form()
    let (plan, _, _) = try await store(visit).plan(run, for: visit.officer)
    guard Int(fields["ready"] ?? "") == plan.ready.count else {
      return visit.redirect(to: Path.trainingImport(run.id), saying: "The lines are not as you saw them: look at them again.")
    }
    let made = try await store(visit).apply(run, plan, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: Path.trainingImport(run.id), saying: "\(made == 1 ? "1 completion was" : "\(made) completions were") recorded.")
  }
}
