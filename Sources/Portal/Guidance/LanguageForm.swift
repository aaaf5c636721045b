import Crypto
import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// Words of a version in another language, and up to three questions that show whether they were understood. Both are added once and
/// never changed, like the version itself.
struct LanguageForm: Sendable {
  struct Asked: Sendable {
    var question = ""
    var right = ""
    var wrong = ["", ""]
    var isEmpty: Bool { question.isEmpty && right.isEmpty && wrong.allSatisfy(\.isEmpty) }
  }
  var language = ""
  var body = ""
  var asked = [Asked](repeating: Asked(), count: 3)

  init() {}

  init(_ fields: FormFields) {
    language = fields["language"] ?? ""
    body = (fields["body"] ?? "").replacingOccurrences(of: "\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    asked = (1...3).map { number in
      Asked(
        question: fields.trimmed("question-\(number)"), right: fields.trimmed("right-\(number)"),
        wrong: (1...2).map { fields.trimmed("wrong-\(number)-\($0)") })
    }
  }

  /// - Parameters:
  ///   - held: languages in which the version has words.
  ///   - questioned: languages in which it has questions.
  func validated(held: Set<String>, questioned: Set<String>) -> Validated<NewLanguage> {
    var errors = Errors()
    if !VersionForm.languages.contains(where: { $0.0 == language }) { errors.add("language", "Choose the language") }
    let isNew = !held.contains(language)
    if isNew, body.isEmpty { errors.add("body", "Enter the words of the guidance in this language") }
    if !isNew, !body.isEmpty { errors.add("body", "The version has words in this language, which never change. Leave this empty to add questions only") }
    if body.count > 50_000 { errors.add("body", "Enter 50,000 characters or fewer") }
    var questions: [NewLanguage.Question] = []
    for (index, one) in asked.enumerated() where !one.isEmpty {
      let number = index + 1
      let wrong = one.wrong.filter { !$0.isEmpty }
      if !(5...300).contains(one.question.count) { errors.add("question-\(number)", "Enter a question of 5 to 300 characters") }
      if one.right.isEmpty { errors.add("right-\(number)", "Enter the right answer") }
      if wrong.isEmpty { errors.add("wrong-\(number)-1", "Enter at least one wrong answer") }
      if ([one.right] + wrong).contains(where: { $0.count > 200 }) { errors.add("right-\(number)", "Enter answers of 200 characters or fewer") }
      if wrong.contains(one.right) || Set(wrong).count < wrong.count { errors.add("wrong-\(number)-1", "The answers must differ") }
      // The right answer stands in another place each time, and always in the same place of one question.
      var answers = wrong
      let place = (number + one.question.count) % (wrong.count + 1)
      answers.insert(one.right, at: place)
      questions.append(.init(number: number, question: one.question, answers: answers, correct: place + 1))
    }
    if !isNew, questions.isEmpty, errors.isEmpty { errors.add("question-1", "Enter a question: the words are there already") }
    if questioned.contains(language), !questions.isEmpty { errors.add("question-1", "The version has questions in this language already") }
    return errors.isEmpty ? .valid(NewLanguage(language: language, body: isNew ? body : nil, questions: questions)) : .invalid(errors)
  }
}

struct NewLanguage: Sendable {
  struct Question: Sendable {
    var number: Int
    var question: String
    var answers: [String]
    /// Which answer is right, from one.
    var correct: Int
  }
  var language: String
  /// Nil: the words are there, and questions are added.
  var body: String?
  var questions: [Question]
}

enum LanguageRoutes {
  static func add(to routes: Routes) {
    routes.may(.manageGuidance, .get, "guidance/{id}/versions/{version}/languages/new") { visit in
      let (document, version, held, _) = try await found(visit)
      return try visit.page(LanguagePage(document: document, version: version, held: held, form: LanguageForm(), tokens: visit.formTokens))
    }
    routes.may(.manageGuidance, .post, "guidance/{id}/versions/{version}/languages/new") { visit in
      let form = LanguageForm(try await visit.form())
      let (document, version, held, questioned) = try await found(visit)
      switch form.validated(held: held, questioned: questioned) {
      case .invalid(let errors):
        return try visit.page(
          LanguagePage(document: document, version: version, held: held, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
      case .valid(let new):
        let name = VersionForm.languages.first { $0.0 == new.language }?.1 ?? new.language
        try await save(new, named: name, version, of: document, visit)
        return visit.redirect(to: Path.guidance(document.id), saying: "\(name) was added to version \(version.number). Whoever has a link can choose it from now on.")
      }
    }
  }

  private static func found(_ visit: OfficerVisit) async throws -> (GuidanceDocument, GuidanceVersion, Set<String>, Set<String>) {
    guard let (document, versions, texts) = try await LibraryStore(environment: visit.environment).document(try visit.id(), for: visit.officer),
      let version = versions.first(where: { $0.id == (try? visit.id("version")) })
    else { throw Problem.notFound }
    let questioned = try await visit.environment.database.read(
      as: visit.officer, Query<Scalar<String>>("SELECT DISTINCT language AS value FROM guidance_question WHERE version_id = \(version.id) ORDER BY 1")).map(\.value)
    return (document, version, Set(texts.filter { $0.versionID == version.id }.map(\.language)), Set(questioned))
  }

  private static func save(_ new: NewLanguage, named name: String, _ version: GuidanceVersion, of document: GuidanceDocument, _ visit: OfficerVisit) async throws {
    do {
      try await visit.environment.database.write(by: visit.officer, at: visit.environment.now()) { transaction in
        if let body = new.body {
          try await transaction.execute(
            """
            INSERT INTO guidance_text (version_id, language, form, body, content_hash)
            VALUES (\(version.id), \(new.language), 'text', \(body), \(Array(SHA256.hash(data: Data(body.utf8)))))
            """)
        }
        for question in new.questions {
          try await transaction.execute(
            """
            INSERT INTO guidance_question (version_id, language, number, question, answers, correct)
            VALUES (\(version.id), \(new.language), \(Int16(question.number)), \(question.question), \(question.answers), \(Int16(question.correct)))
            """)
        }
        return .done(AuditEntry(.addLanguage, of: document.id, version.id, detail: ["language": name, "number": String(version.number), "title": document.title]))
      }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw Problem(.conflict, "Somebody added it before you", "The version has this language or these questions now.", wayOn: ("Back to the document", Path.guidance(document.id)))
    }
  }
}

struct LanguagePage: Page {
  static let template = "site/form"
  let document: GuidanceDocument
  let version: GuidanceVersion
  let held: Set<String>
  let form: LanguageForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let languages = VersionForm.languages.map { Field.Choice($0.0, held.contains($0.0) ? "\($0.1): questions only, the words are there" : $0.1) }
    let questions = form.asked.enumerated().flatMap { index, one -> [FormView.Part] in
      let number = index + 1
      return [
        .heading("Question \(number)"), .field(.text("question-\(number)", "Question", one.question, isOptional: true)),
        .field(.text("right-\(number)", "The right answer", one.right, isOptional: true)),
        .field(.text("wrong-\(number)-1", "A wrong answer", one.wrong[0], isOptional: true)),
        .field(.text("wrong-\(number)-2", "Another wrong answer", one.wrong[1], isOptional: true)),
      ]
    }
    return FormView(
      action: "\(Path.guidance(document.id))/versions/\(version.id.uuidString.lowercased())/languages/new", tokens: tokens,
      parts: [
        .field(.select("language", "Language", form.language, [.init("", "Choose the language")] + languages)),
        .field(.textarea("body", "The words", form.body, hint: "An empty line begins a new paragraph", rows: 10, isOptional: true)),
        .inset("Up to three questions are asked of whoever acknowledges by a link. They can sign when their answers are right."),
      ] + questions,
      buttons: [.init("Add"), .init("Cancel", .link(address: Path.guidance(document.id)))], errors: errors
    ).viewData.merging([
      "title": "Add a language or questions", "lead": "\(document.title), version \(version.number). What is added never changes.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Guidance", Path.guidance), Breadcrumb(document.title, Path.guidance(document.id)), Breadcrumb("Add a language")),
    ])
  }

  static var samples: [LanguagePage] { [] }
}
