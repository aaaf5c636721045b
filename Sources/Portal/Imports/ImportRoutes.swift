import Domain
import Foundation
import Hummingbird
import Web

/// A register comes in: upload, say what the columns are, look at what would change, apply, or leave it.
enum ImportRoutes {
  static func add(to routes: Routes) {
    routes.may(.importRegister, .get, "imports") { visit in try visit.page(try await list(visit)) }
    routes.may(.importRegister, .post, "imports", upload)
    routes.may(.importRegister, .get, "imports/{id}") { visit in try await show(visit, try await run(visit)) }
    routes.may(.importRegister, .post, "imports/{id}/mapping", map)
    routes.may(.importRegister, .post, "imports/{id}/application") { visit in
      _ = try await visit.form()
      let run = try await run(visit)
      try await store(visit).apply(run, by: visit.officer)
      return visit.redirect(to: Path.importRun(run.id), saying: "Applying has begun. You may leave this page.")
    }
    routes.may(.importRegister, .post, "imports/{id}/cancellation") { visit in
      _ = try await visit.form()
      let run = try await run(visit)
      try await store(visit).cancel(run, by: visit.officer)
      return visit.redirect(to: Path.imports, saying: "The import of \(run.fileName) was cancelled. Nothing was changed.")
    }
    routes.may(.importRegister, .post, "imports/{id}/words", explain)
    routes.may(.importRegister, .get, "imports/{id}/rows", rows)
    routes.may(.importRegister, .get, "imports/{id}/rejected.csv", rejected)
  }

  private static func store(_ visit: OfficerVisit) -> ImportStore { ImportStore(visit.environment) }

  private static func run(_ visit: OfficerVisit) async throws -> ImportRun {
    guard let run = try await store(visit).run(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    guard visit.officer.may(.importRegister, in: run.authority) else { throw Problem.forbidden }
    return run
  }

  private static func list(_ visit: OfficerVisit, district: String = "", errors: Errors = []) async throws -> ImportsPage {
    ImportsPage(
      runs: try await store(visit).runs(for: visit.officer), authorities: visit.officer.authorities(.importRegister).compactMap(visit.environment.settings.authority),
      settings: visit.environment.settings, district: district, tokens: visit.formTokens, errors: errors)
  }

  private static func upload(_ visit: OfficerVisit) async throws -> Response {
    let id = UUID()
    let file = ImportFile(id, home: visit.environment.home)
    let sink = try UploadFile(file)
    do {
      let reader = try MultipartReader(visit.request, limits: .init(fileBytes: 200 << 20))
      let fields = try await reader.read(visit.request.body) { part in
        guard part.field == "file", !part.fileName.isEmpty else { return nil }
        sink.named(part.fileName)
        return sink
      }
      try visit.check(fields)
      let hash = try sink.finish()
      let place = visit.environment.settings.authority(slug: fields["district"] ?? "")
      var errors = Errors()
      if place.map({ !visit.officer.may(.importRegister, in: $0.id) }) ?? true { errors.add("district", "Choose the district whose register this is") }
      if sink.bytes == 0 { errors.add("file", "Choose a file, CSV or .xlsx, with something in it") } else {
        do {
          try await file.convertSpreadsheet()
          _ = try file.sniff()
        } catch let refusal as ImportRefusal { errors.add("file", refusal.description) } catch let refusal as TableRefusal { errors.add("file", refusal.description) }
      }
      guard errors.isEmpty, let place else {
        sink.discard()
        return try visit.page(try await list(visit, district: fields["district"] ?? "", errors: errors), status: .unprocessableContent)
      }
      let size = (try FileManager.default.attributesOfItem(atPath: file.url.path)[.size] as? Int) ?? sink.bytes
      try await store(visit).start(id, authority: place.id, fileName: sink.name, hash: hash, bytes: size, by: visit.officer)
      return visit.redirect(to: Path.importRun(id), saying: "\(sink.name) was uploaded. Now say what its columns are.")
    } catch {
      sink.discard()
      throw error
    }
  }

  private static func show(_ visit: OfficerVisit, _ run: ImportRun) async throws -> Response {
    let settings = visit.environment.settings
    let asksColumns = try visit.query()["columns"] != nil
    guard run.state == .uploaded || ([.failed, .checked].contains(run.state) && asksColumns) else {
      let compared = [.checked, .applied].contains(run.state) ? try await store(visit).compared(run.id, for: visit.officer) : nil
      return try visit.page(ImportRunPage(run: run, compared: compared, settings: settings, tokens: visit.formTokens))
    }
    let saved = try await store(visit).savedMappings(run.authority, for: visit.officer)
    let sniff = try sniffed(run, visit)
    let evidence = try await ImportFile(run.id, home: visit.environment.home).survey(sniff)
    let form: MappingForm
    if let name = try visit.query()["mapping"], let chosen = saved.first(where: { $0.name == name }) {
      form = MappingForm(chosen.mapping.fit(sniff.columns, hasHeader: sniff.format.hasHeader).mapping, basis: name)
    } else {
      form = MappingForm(run.mapping.map { $0.fit(sniff.columns, hasHeader: sniff.format.hasHeader).mapping } ?? MappingSuggestion(sniff).mapping)
    }
    return try visit.page(MappingPage(
      run: run, sniff: sniff, evidence: evidence.evidence, rows: evidence.rows, form: form, saved: saved.map(\.name), settings: settings, tokens: visit.formTokens))
  }

  private static func sniffed(_ run: ImportRun, _ visit: OfficerVisit) throws -> TableSniff {
    do {
      return try ImportFile(run.id, home: visit.environment.home).sniff()
    } catch {
      throw Problem(.conflict, "The file is no longer here", "Upload it again.", wayOn: ("Back to imports", Path.imports))
    }
  }

  private static func map(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let form = MappingForm(try await visit.form())
    let sniff = try sniffed(run, visit)
    let survey = try await ImportFile(run.id, home: visit.environment.home).survey(sniff)
    switch form.validated(sniff, survey.evidence) {
    case .invalid(let errors):
      let saved = try await store(visit).savedMappings(run.authority, for: visit.officer)
      let page = MappingPage(
        run: run, sniff: sniff, evidence: survey.evidence, rows: survey.rows, form: form, saved: saved.map(\.name),
        settings: visit.environment.settings, tokens: visit.formTokens, errors: errors)
      return try visit.page(page, status: .unprocessableContent)
    case .valid(var mapping):
      // Words explained before are not asked about again.
      let saved = form.basis.isEmpty ? nil : try await store(visit).savedMappings(run.authority, for: visit.officer).first { $0.name == form.basis }?.mapping
      if let known = (saved ?? run.mapping)?.choices {
        mapping.choices.kinds = known.kinds
        mapping.choices.statuses = known.statuses
        mapping.choices.leftOut = known.leftOut
      }
      try await store(visit).map(
        run, SavedMapping(mapping, hasHeader: sniff.format.hasHeader), savingAs: form.name.isEmpty ? nil : form.name, by: visit.officer)
      return .redirect(to: Path.importRun(run.id))
    }
  }

  /// What the register's own words mean: kept with the mapping, and the file is checked again.
  private static func explain(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let fields = try await visit.form()
    guard let mapping = run.mapping else { throw Problem.notFound }
    var choices = mapping.choices
    for index in 0..<30 {
      if let word = fields["kind-word-\(index)"], let answer = fields["kind-\(index)"] {
        if let kind = LicenceKind(rawValue: answer) { choices.kinds[ImportWords.folded(word)] = kind }
        if answer == "leave-out" { choices.leftOut = (choices.leftOut ?? []).union([ImportWords.folded(word)]) }
      }
      if let word = fields["status-word-\(index)"], let status = fields["status-\(index)"].flatMap({ ImportedStatus(rawValue: $0) }) {
        choices.statuses[ImportWords.folded(word)] = status
      }
    }
    guard choices != mapping.choices else {
      return visit.redirect(to: Path.importRun(run.id), saying: "No word was explained, so nothing is different.")
    }
    try await store(visit).map(run, mapping.with(choices), savingAs: nil, by: visit.officer)
    return .redirect(to: Path.importRun(run.id))
  }

  private static func rows(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let query = try visit.query()
    let outcome = ImportRowsPage.outcomes.first { $0.0 == query["outcome"] } ?? ImportRowsPage.outcomes[0]
    let rows = try await store(visit).rows(run.id, outcome.0, after: query["after"].flatMap(Int.init) ?? 0, limit: 51, for: visit.officer)
    return try visit.page(ImportRowsPage(run: run, outcome: outcome, rows: rows))
  }

  /// The rejected rows as they stand in the file, with the line and the reason before them.
  private static func rejected(_ visit: OfficerVisit) async throws -> Response {
    let run = try await run(visit)
    let sniff = try? ImportFile(run.id, home: visit.environment.home).sniff()
    var bytes: [UInt8] = CSV.byteOrderMark
    func append(_ values: [String]) {
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        CSV.append(value, to: &bytes)
      }
      CSV.endRow(&bytes)
    }
    append(["Line", "Reason"] + (sniff?.columns.map(\.name) ?? []))
    var after = 0
    while true {
      let rows = try await store(visit).rows(run.id, "rejected", after: after, limit: 5_000, for: visit.officer)
      for row in rows { append([String(row.line), row.reason] + row.original.components(separatedBy: "\u{1F}")) }
      guard let last = rows.last, rows.count == 5_000 else { break }
      after = last.line
    }
    return .download(bytes, type: "text/csv; charset=utf-8", name: "rejected-rows.csv")
  }
}
