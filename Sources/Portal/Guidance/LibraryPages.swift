import Domain
import Foundation
import Web

struct LibraryPage: Page {
  static let template = "guidance/library"
  let documents: [GuidanceDocument]
  let mayManage: Bool

  static let table = Table<GuidanceDocument>(rowHeader: "title", [
    .link("title", "Document", to: { Path.guidance($0.id) }, { $0.title }), .text("audience", "For") { $0.audienceWords },
    .number("version", "Version in effect") { $0.current }, .date("from", "Since") { $0.currentFrom?.short }, .number("versions", "Versions") { $0.versions },
  ])

  var viewData: ViewData {
    [
      "title": "Guidance", "addAddress": mayManage ? Path.guidance + "/new" : nil,
      "tableHTML": Self.table.html(documents, caption: "Guidance documents", empty: .init("No guidance yet", "A licensing manager adds a document and publishes its first version.")),
    ]
  }

  static var samples: [LibraryPage] { [LibraryPage(documents: [], mayManage: true)] }
}

struct DocumentPage: Page {
  static let template = "guidance/document"
  let document: GuidanceDocument
  let versions: [GuidanceVersion]
  let texts: [GuidanceText]
  let mayManage: Bool
  let today: Day

  var viewData: ViewData {
    [
      "title": document.title, "breadcrumbs": Breadcrumbs(Breadcrumb("Guidance", Path.guidance), Breadcrumb(document.title)),
      "audience": document.audienceWords, "publishAddress": mayManage ? Path.guidance(document.id) + "/versions/new" : nil,
      "hasVersions": !versions.isEmpty, "versions": versions.map(data),
    ]
  }

  private func data(_ version: GuidanceVersion) -> ViewData {
    let state = version.state(on: today)
    let tag = switch state {
    case .current: StatusTag("In effect", .green)
    case .coming: StatusTag("Coming", .blue)
    case .superseded: StatusTag("Superseded")
    case .withdrawn: StatusTag("Withdrawn", .red)
    }
    let rule = version.requiresReissue
      ? "Given anew to everybody: earlier versions counted for \(version.graceDays) days longer." : "Given at the next anniversary or renewal."
    let texts = texts.filter { $0.versionID == version.id }
    return [
      "number": version.number, "tagHTML": tag.html, "summaryText": version.summary,
      "facts": SummaryList([
        .init("In effect from", version.from.words), .init("Approved", "\(version.approvedOn.words) by \(version.approvedBy)"), .init("When it replaces another", rule),
        .init("Acknowledgement", version.asksAcknowledgement ? "Asked for" : "Not asked for"),
      ] + (version.countsBefore.map { [.init("Counts until", ($0 - 1).words)] } ?? []) + (version.withdrawnReason.map { [.init("Withdrawn because", $0)] } ?? [])),
      "texts": texts.map { text -> ViewData in
        [
          "language": Locale(identifier: "en_GB").localizedString(forLanguageCode: text.language) ?? text.language, "languageCode": text.language,
          "paragraphs": (text.body ?? "").components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { paragraph -> ViewData in ["paragraph": paragraph] },
          "fileAddress": text.fileName == nil ? nil : "\(Path.guidance(document.id))/versions/\(version.id.uuidString.lowercased())/\(text.language)",
          "fileName": text.fileName, "hash": String(text.hash.hexadecimal.prefix(16)),
        ]
      },
      "languageAddress": mayManage && state != .withdrawn ? "\(Path.guidance(document.id))/versions/\(version.id.uuidString.lowercased())/languages/new" : nil,
      "withdrawAddress": mayManage && state != .withdrawn ? "\(Path.guidance(document.id))/versions/\(version.id.uuidString.lowercased())/withdrawal" : nil,
    ]
  }

  static var samples: [DocumentPage] { [] }
}

struct DocumentForm: Sendable {
  var code = ""
  var title = ""
  var audience: [String] = LicenceKind.allCases.map(\.rawValue)

  init() {}
  init(_ fields: FormFields) {
    code = fields.trimmed("code").lowercased()
    title = fields.trimmed("title")
    audience = fields.all("audience")
  }

  func validated() -> Validated<(String, String, [LicenceKind])> {
    var errors = Errors()
    if !(3...200).contains(title.count) { errors.add("title", "Enter a title of 3 to 200 characters") }
    let isPlain = code.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 } && !code.hasPrefix("-")
    if !(2...41).contains(code.count) || !isPlain { errors.add("code", "Enter a short name of 2 to 41 small letters, digits and hyphens") }
    let kinds = audience.compactMap(LicenceKind.init)
    if kinds.isEmpty { errors.add("audience", "Choose whom it is for") }
    return errors.isEmpty ? .valid((code, title, kinds)) : .invalid(errors)
  }
}

struct NewDocumentPage: Page {
  static let template = "site/form"
  let form: DocumentForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.guidance + "/new", tokens: tokens,
      parts: [
        .field(.text("title", "Title", form.title)), .field(.text("code", "Short name", form.code, hint: "For example, drivers-leaflet", width: .twenty)),
        .field(.checkboxes("audience", "For", form.audience, LicenceKind.allCases.map { .init($0.rawValue, $0.plural) })),
      ], buttons: [.init("Add")], errors: errors
    ).viewData.merging(["title": "Add a guidance document", "lead": nil, "breadcrumbs": Breadcrumbs(Breadcrumb("Guidance", Path.guidance), Breadcrumb("Add a document"))])
  }

  static var samples: [NewDocumentPage] { [NewDocumentPage(form: DocumentForm(), tokens: [], errors: [FieldError(field: "title", message: "Enter a title of 3 to 200 characters")])] }
}

struct VersionForm: Sendable {
  var from = DateFields()
  var approvedOn = DateFields()
  var approvedBy = ""
  var summary = ""
  var body = ""
  var language = "en"
  var acknowledgement = "yes"
  var reissue = "no"
  var grace = "28"

  init(today: Day) {
    from = DateFields(year: today.year, month: today.month, day: today.day)
    approvedOn = from
  }

  init(_ fields: FormFields) {
    from = DateFields("from") { fields[$0] }
    approvedOn = DateFields("approved-on") { fields[$0] }
    approvedBy = fields.trimmed("approved-by")
    summary = fields.trimmed("summary")
    body = (fields["body"] ?? "").replacingOccurrences(of: "\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    language = fields["language"] ?? ""
    acknowledgement = fields["acknowledgement"] ?? ""
    reissue = fields["reissue"] ?? ""
    grace = fields.trimmed("grace")
  }

  static let languages = [("en", "English"), ("cy", "Welsh"), ("ur", "Urdu"), ("pl", "Polish"), ("pa", "Punjabi"), ("bn", "Bengali"), ("ro", "Romanian")]

  func validated(file: (bytes: [UInt8], name: String)?) -> Validated<NewVersion> {
    var errors = Errors()
    let day = LicenceForm.day(from, "from", of: "The day it takes effect", &errors)
    let approved = LicenceForm.day(approvedOn, "approved-on", of: "The day it was approved", &errors)
    if let day, let approved, approved > day { errors.add("approved-on", "It must be approved by the day it takes effect") }
    if approvedBy.isEmpty { errors.add("approved-by", "Enter who approved it") } else if approvedBy.count > 120 { errors.add("approved-by", "Enter a name of 120 characters or fewer") }
    if summary.count > 300 { errors.add("summary", "Enter a summary of 300 characters or fewer") }
    if !Self.languages.contains(where: { $0.0 == language }) { errors.add("language", "Choose the language") }
    let days = Int(grace)
    if reissue == "yes", days.map({ !(0...366).contains($0) }) ?? true { errors.add("grace", "Enter a number of days from 0 to 366") }
    if let file {
      if !file.bytes.starts(with: Array("%PDF-".utf8)) { errors.add("file", "Choose a PDF file") }
      if !body.isEmpty { errors.add("body", "Give the words or a PDF file, not both") }
    } else if body.isEmpty { errors.add("body", "Enter the words of the guidance, or choose a PDF file") } else if body.count > 50_000 {
      errors.add("body", "Enter 50,000 characters or fewer, or choose a PDF file")
    }
    guard errors.isEmpty, let day, let approved else { return .invalid(errors) }
    return .valid(NewVersion(
      from: day, asksAcknowledgement: acknowledgement != "no", requiresReissue: reissue == "yes", graceDays: reissue == "yes" ? days ?? 28 : 28,
      summary: summary, approvedOn: approved, approvedBy: approvedBy,
      texts: [(language, file == nil ? body : nil, file?.bytes, file?.name)]))
  }
}

struct VersionPage: Page {
  static let template = "site/form"
  let document: GuidanceDocument
  let form: VersionForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let grace = Field.text("grace", "For how many days do earlier versions still count?", form.grace, width: .three, inputMode: "numeric")
    return FormView(
      action: Path.guidance(document.id) + "/versions/new", tokens: tokens, isMultipart: true,
      parts: [
        .field(.date("from", "In effect from", form.from)),
        .row([.text("approved-by", "Approved by", form.approvedBy, width: .twenty)]), .field(.date("approved-on", "Approved on", form.approvedOn)),
        .field(.text("summary", "What is new", form.summary, isOptional: true)),
        .field(.radios("reissue", "Must everybody be given it anew?", form.reissue, [
          .init("no", "No", hint: "What was given before counts to the end of its year"), .init("yes", "Yes", reveals: [grace]),
        ])),
        .field(.radios("acknowledgement", "Is an acknowledgement asked for?", form.acknowledgement, [.init("yes", "Yes"), .init("no", "No")], inline: true)),
        .field(.select("language", "Language", form.language, VersionForm.languages.map { .init($0.0, $0.1) })),
        .field(.textarea("body", "The words", form.body, hint: "An empty line begins a new paragraph", rows: 10, isOptional: true)),
        .field(.file("file", "Or a PDF file", accept: ".pdf", hint: "Up to 5 MB")),
      ], buttons: [.init("Publish"), .init("Cancel", .link(address: Path.guidance(document.id)))], errors: errors
    ).viewData.merging([
      "title": "Publish a version of “\(document.title)”", "lead": "Once published it never changes. A slip is put right by the next version.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Guidance", Path.guidance), Breadcrumb(document.title, Path.guidance(document.id)), Breadcrumb("Publish a version")),
    ])
  }

  static var samples: [VersionPage] { [] }
}

struct WithdrawalPage: Page {
  static let template = "site/form"
  let document: GuidanceDocument
  let version: GuidanceVersion
  let reason: String
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: "\(Path.guidance(document.id))/versions/\(version.id.uuidString.lowercased())/withdrawal", tokens: tokens,
      parts: [.field(.textarea("reason", "Reason", reason, rows: 3, limit: 500))],
      buttons: [.init("Withdraw", .warning), .init("Cancel", .link(address: Path.guidance(document.id)))], errors: errors
    ).viewData.merging([
      "title": "Withdraw version \(version.number) of “\(document.title)”",
      "lead": "From today it counts for nobody. Every holder who has only this version is owed guidance.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Guidance", Path.guidance), Breadcrumb(document.title, Path.guidance(document.id)), Breadcrumb("Withdraw")),
    ])
  }

  static var samples: [WithdrawalPage] { [] }
}
