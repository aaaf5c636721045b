import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Visits to places that no register holds, the page of any visit with its files, and the sheet that is taken along.
enum VisitRoutes {
  static func add(to routes: Routes) {
    routes.may(.recordFieldwork, .get, "fieldwork/visits/new") { visit in
      let districts = visit.places(.recordFieldwork)
      return try visit.page(PlaceVisitForm(today: visit.today, officer: visit.officer.name, districts: districts).page(districts, tokens: visit.formTokens))
    }
    routes.may(.recordFieldwork, .post, "fieldwork/visits/new", add)
    routes.may(.readRegister, .get, "fieldwork/visits/{id}") { try await show($0, try await found($0)) }
    routes.may(.recordFieldwork, .post, "fieldwork/visits/{id}/follow-up") { visit in
      _ = try await visit.form()
      let field = try await found(visit, mayRecord: true)
      try await store(visit).close(field, withdrawing: false, by: visit.officer)
      return visit.redirect(to: field.path, saying: "The follow-up is done.")
    }
    routes.may(.recordFieldwork, .post, "fieldwork/visits/{id}/withdrawal") { visit in
      _ = try await visit.form()
      let field = try await found(visit, mayRecord: true)
      try await store(visit).close(field, withdrawing: true, by: visit.officer)
      return visit.redirect(to: field.subject?.path ?? Path.fieldwork, saying: "The visit was taken back.")
    }
    routes.may(.recordFieldwork, .post, "fieldwork/visits/{id}/files", keep)
    routes.may(.readRegister, .get, "fieldwork/visits/{id}/files/{file}") { visit in
      let field = try await found(visit)
      guard let file = try await store(visit).stored(try visit.id("file"), of: field, for: visit.officer) else { throw Problem.notFound }
      return .download(file.bytes, type: file.type, name: "visit-\(field.on.iso).\(file.ending)")
    }
    routes.may(.recordFieldwork, .post, "fieldwork/visits/{id}/files/{file}/destruction") { visit in
      _ = try await visit.form()
      let field = try await found(visit, mayRecord: true)
      try await store(visit).destroy(try visit.id("file"), of: field, by: visit.officer)
      return visit.redirect(to: field.path, saying: "The file is destroyed.")
    }
    routes.may(.readRegister, .get, "licences/{id}/visit-sheet", VisitSheetPage.show)
  }

  private static func store(_ visit: OfficerVisit) -> FieldworkStore { FieldworkStore(visit.environment) }

  private static func found(_ visit: OfficerVisit, mayRecord: Bool = false) async throws -> FieldVisit {
    guard let field = try await store(visit).visit(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    if mayRecord, !visit.officer.may(.recordFieldwork, in: field.authority) { throw Problem.forbidden }
    return field
  }

  private static func add(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let districts = visit.places(.recordFieldwork)
    let form = PlaceVisitForm(fields)
    switch form.validated(districts, today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(districts, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (place, new)):
      let id = try await store(visit).add(new, to: place, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.visit(id), saying: "The visit is recorded.")
    }
  }

  private static func keep(_ visit: OfficerVisit) async throws -> Response {
    let (fields, file) = try await visit.formWithFile()
    let field = try await found(visit, mayRecord: true)
    var errors = Errors()
    guard let file, let type = file.kind else {
      errors.add("file", file == nil ? "Choose a file" : "Choose a PDF, PNG or JPEG file")
      return try await show(visit, field, errors: errors)
    }
    guard try await store(visit).files(of: field.id, for: visit.officer).count < 20 else {
      errors.add("file", "Twenty files are kept with this visit already")
      return try await show(visit, field, errors: errors)
    }
    try await store(visit).keep((bytes: file.bytes, name: String(file.name.prefix(200)), type: type), with: field, once: SentForm(fields), by: visit.officer)
    return visit.redirect(to: field.path, saying: "The file is kept with the visit.")
  }

  private static func show(_ visit: OfficerVisit, _ field: FieldVisit, errors: Errors = []) async throws -> Response {
    let files = try await store(visit).files(of: field.id, for: visit.officer)
    let settings = visit.environment.settings
    let may = visit.officer.may(.recordFieldwork, in: field.authority)
    let tokens = TrustedHTML.joined(visit.formTokens.map(\.html))
    func button(_ part: String, _ label: String) -> TrustedHTML {
      HTMLBuffer.build { out in
        out.append("<form method=\"post\" class=\"app-no-print\"")
        out.append(attribute: "action", field.path + part)
        out.append(">")
        out.append(tokens)
        out.append("<button class=\"govuk-button govuk-button--secondary app-button--compact\">")
        out.append(escaping: label)
        out.append("</button></form>")
      }
    }
    var sheet = Sheet(title: "Visit to \(field.whereWords)")
    sheet.crumbs = [Breadcrumb("Visits", Path.fieldwork)] + (field.subject.map { [Breadcrumb($0.name, $0.path)] } ?? []) + [Breadcrumb(field.on.short)]
    sheet.line = Sheet.line(field.tag(today: visit.today), field.on.words, settings.authority(field.authority)?.name, field.subject.map { "\($0.kind.name) \($0.reference)" } ?? "Without a licence")
    sheet.facts = SummaryList([
      .init("Officer", field.officer), .init("Address", field.placeAddress.isEmpty ? nil : field.placeAddress), .init("What was found", field.found), .init("Concern", field.isConcern ? "Yes" : "None"),
      .init("Guidance given", field.guidance ?? "None"), .init("Follow-up", field.followUpBy.map { "By \($0.words)" + (field.followedUpOn.map { ", done on \($0.words)" } ?? "") } ?? "None"),
    ].filter { entry in if case .nothing = entry.value { false } else { true } })
    let table = Table<VisitFile>(rowHeader: "name", [
      Column("name", "File") { file in
        file.bytes == nil ? .text("\(file.name), destroyed") : .link(address: "\(field.path)/files/\(file.id.uuidString.lowercased())", text: file.name)
      },
      .text("size", "Size") { $0.bytes.map { "\(max(1, $0 / 1024).grouped) kB" } }, .text("by", "Kept by") { $0.by }, .text("at", "When") { London.time(of: $0.recordedAt) },
      Column("do", "Action", plain: { _ in "" }) { file, out in
        guard may, file.bytes != nil else { return }
        out.append("<form method=\"post\"")
        out.append(attribute: "action", "\(field.path)/files/\(file.id.uuidString.lowercased())/destruction")
        out.append(">")
        out.append(tokens)
        out.append("<button class=\"app-link-button govuk-link\">Destroy<span class=\"govuk-visually-hidden\">")
        out.append(escaping: ": \(file.name)")
        out.append("</span></button></form>")
      },
    ])
    let form = FormView(
      action: field.path + "/files", tokens: visit.formTokens, isMultipart: true,
      parts: [.field(.file("file", "Keep a file with this visit", accept: ".pdf,.png,.jpg,.jpeg", hint: "A PDF, PNG or JPEG of 5 MB or less. No picture and no paper that shows a child or a guest"))],
      buttons: [.init("Keep the file", .secondary)], errors: errors)
    sheet.errorSummary = form.errorSummary
    sheet.sections = [.init("Files", table.html(files, caption: "Files", empty: .init("No file is kept with this visit")))]
    if may {
      sheet.sections.append(.init(nil, form.html))
      sheet.sections.append(.init(nil, TrustedHTML.joined((field.followUpBy != nil && field.followedUpOn == nil ? [button("/follow-up", "Followed up")] : []) + [button("/withdrawal", "Take the visit back")])))
    }
    return try visit.page(SheetPage(sheet), status: errors.isEmpty ? .ok : .unprocessableContent)
  }
}
