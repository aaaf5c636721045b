import Domain
import Foundation
import Hummingbird
import Web

/// The guidance library: documents, their versions, and what a manager publishes and withdraws.
enum LibraryRoutes {
  static func add(to routes: Routes) {
    routes.may(.readGuidance, .get, "guidance") { visit in
      let documents = try await store(visit).documents(for: visit.officer)
      return try visit.page(LibraryPage(documents: documents, mayManage: visit.officer.may(.manageGuidance)))
    }
    routes.may(.manageGuidance, .get, "guidance/new") { try $0.page(NewDocumentPage(form: DocumentForm(), tokens: $0.formTokens)) }
    routes.may(.manageGuidance, .post, "guidance/new", addDocument)
    routes.may(.readGuidance, .get, "guidance/{id}") { visit in
      let (document, versions, texts) = try await document(visit)
      return try visit.page(DocumentPage(
        document: document, versions: versions, texts: texts, mayManage: visit.officer.may(.manageGuidance), today: visit.today))
    }
    routes.may(.readGuidance, .get, "guidance/{id}/versions/{version}/{language}") { visit in
      _ = try await document(visit)
      guard let file = try await store(visit).file(try visit.id("version"), language: try visit.parameter("language"), for: visit.officer) else {
        throw Problem.notFound
      }
      return .download(file.bytes, type: "application/pdf", name: "guidance.pdf")
    }
    routes.may(.manageGuidance, .get, "guidance/{id}/versions/new") { visit in
      let (document, _, _) = try await document(visit)
      return try visit.page(VersionPage(document: document, form: VersionForm(today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.manageGuidance, .post, "guidance/{id}/versions/new", publish)
    routes.may(.manageGuidance, .get, "guidance/{id}/versions/{version}/withdrawal") { visit in
      let (document, version) = try await version(visit)
      return try visit.page(WithdrawalPage(document: document, version: version, reason: "", tokens: visit.formTokens))
    }
    routes.may(.manageGuidance, .post, "guidance/{id}/versions/{version}/withdrawal", withdraw)
  }

  private static func store(_ visit: OfficerVisit) -> LibraryStore { LibraryStore(environment: visit.environment) }

  private static func document(_ visit: OfficerVisit) async throws -> (GuidanceDocument, [GuidanceVersion], [GuidanceText]) {
    guard let found = try await store(visit).document(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return found
  }

  private static func version(_ visit: OfficerVisit) async throws -> (GuidanceDocument, GuidanceVersion) {
    let (document, versions, _) = try await document(visit)
    let id = try visit.id("version")
    guard let version = versions.first(where: { $0.id == id }) else { throw Problem.notFound }
    return (document, version)
  }

  private static func addDocument(_ visit: OfficerVisit) async throws -> Response {
    let form = DocumentForm(try await visit.form())
    func again(_ errors: Errors) throws -> Response {
      try visit.page(NewDocumentPage(form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated() {
    case .invalid(let errors): return try again(errors)
    case .valid(let (code, title, audience)):
      do {
        let id = try await store(visit).add(code: code, title: title, audience: audience, by: visit.officer)
        return visit.redirect(to: Path.guidance(id), saying: "“\(title)” was added. Publish its first version.", link: "Publish a version", address: Path.guidance(id) + "/versions/new")
      } catch LibraryConflict.codeTaken {
        return try again([FieldError(field: "code", message: "Another document has this short name")])
      }
    }
  }

  private static func publish(_ visit: OfficerVisit) async throws -> Response {
    let (document, _, _) = try await document(visit)
    let sink = MemoryFile()
    let reader = try MultipartReader(visit.request, limits: .init(fileBytes: 5 << 20))
    let fields = try await reader.read(visit.request.body) { part in
      sink.name = part.fileName
      return part.fileName.isEmpty ? nil : sink
    }
    try visit.check(fields)
    let form = VersionForm(fields)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(VersionPage(document: document, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(file: sink.bytes.isEmpty ? nil : (sink.bytes, sink.name)) {
    case .invalid(let errors): return try again(errors)
    case .valid(let new):
      do {
        try await store(visit).publish(new, of: document, by: visit.officer)
        let reissue = new.requiresReissue ? " What was given before counts for \(new.graceDays) days longer." : " What was given before still counts to the end of its year."
        return visit.redirect(to: Path.guidance(document.id), saying: "The new version is in effect from \(new.from.words).\(reissue)")
      } catch LibraryConflict.dayTaken {
        return try again([FieldError(field: "from", message: "Another version takes effect on that day")])
      }
    }
  }

  private static func withdraw(_ visit: OfficerVisit) async throws -> Response {
    let (document, version) = try await version(visit)
    let reason = try await visit.form().trimmed("reason")
    var errors = Errors()
    errors.text(reason, "reason", "the reason", least: 1, most: 500, today: visit.today)
    guard errors.isEmpty else {
      return try visit.page(WithdrawalPage(document: document, version: version, reason: reason, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    do {
      try await store(visit).withdraw(version, of: document, on: visit.today, reason: reason, by: visit.officer)
    } catch LibraryConflict.withdrawnAlready {
      throw Problem(.conflict, "That version is withdrawn already", "Somebody withdrew it before you.", wayOn: ("Back to the document", Path.guidance(document.id)))
    }
    return visit.redirect(to: Path.guidance(document.id), saying: "Version \(version.number) is withdrawn from today. Whoever holds only it is owed guidance.")
  }
}

/// A small upload, held in memory: guidance files are limited to 5 MB.
private final class MemoryFile: FileSink {
  var name = ""
  var bytes: [UInt8] = []
  func receive(_ chunk: ArraySlice<UInt8>) { bytes.append(contentsOf: chunk) }
}
