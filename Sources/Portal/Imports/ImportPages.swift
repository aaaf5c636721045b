import Domain
import Foundation
import Web

extension ImportRun.State {
  var tag: StatusTag {
    switch self {
    case .uploaded: StatusTag("Columns to be named", .blue)
    case .checking: StatusTag("Checking", .blue)
    case .checked: StatusTag("Ready to apply", .yellow)
    case .applying: StatusTag("Applying", .blue)
    case .applied: StatusTag("Applied", .green)
    case .failed: StatusTag("Failed", .red)
    case .cancelled: StatusTag("Cancelled")
    }
  }
}

struct ImportsPage: Page {
  static let template = "imports/list"
  let runs: [ImportRun]
  let authorities: [Settings.Authority]
  let settings: Settings?
  let district: String
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let table = Table<ImportRun>(rowHeader: "file", [
      .link("file", "File", to: { Path.importRun($0.id) }, { $0.fileName }), .text("district", "District") { settings?.authority($0.authority)?.name },
      .tag("state", "State") { $0.state.tag }, .text("by", "By") { $0.startedBy }, .date("on", "Started") { London.day(of: $0.startedAt).short },
      .text("what", "What") { $0.counts.isEmpty ? nil : $0.summary },
    ])
    return FormView(
      action: Path.imports, tokens: tokens, isMultipart: true,
      parts: [
        .field(.select("district", "Whose register is it?", district, [.init("", "Choose the district")] + authorities.map { .init($0.slug, $0.name) })),
        .field(.file("file", "File", accept: ".csv,.txt,.tsv,.xlsx", hint: "CSV or .xlsx, up to 200 MB. Nothing changes until you have seen what would change.")),
      ], buttons: [.init("Upload")], errors: errors
    ).viewData.merging([
      "title": "Imports", "tableHTML": table.html(runs, caption: "Imports", empty: .init("Nothing has been imported yet", "Upload a register to begin.")),
    ])
  }

  static var samples: [ImportsPage] {
    [
      ImportsPage(runs: [], authorities: [], settings: nil, district: "", tokens: []),
      ImportsPage(runs: [], authorities: [], settings: nil, district: "", tokens: [], errors: [FieldError(field: "file", message: "Choose a file")]),
    ]
  }
}

struct MappingPage: Page {
  static let template = "imports/mapping"
  let run: ImportRun
  let sniff: TableSniff
  let evidence: [DateEvidence]
  let rows: Int
  let form: MappingForm
  let saved: [String]
  let settings: Settings?
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let choices = [Field.Choice("", "Leave out")] + RegisterField.allCases.map { Field.Choice($0.rawValue, $0.words.capitalizedFirst) }
    let columns = sniff.columns.indices.map { index -> FormView.Part in
      let samples = sniff.sample.lazy.map { $0.text(index) }.filter { !$0.isEmpty }.prefix(3).map { $0.count > 40 ? $0.prefix(40) + "…" : $0[...] }
      let hint = samples.isEmpty ? "Empty in the first rows" : "For example: " + samples.joined(separator: " · ")
      return .field(.select("column-\(index)", sniff.columns[index].name, index < form.fields.count ? form.fields[index] : "", choices, hint: hint))
    }
    let current = ColumnMapping(
      columns: sniff.columns, fields: sniff.columns.indices.map { $0 < form.fields.count ? RegisterField(rawValue: form.fields[$0]) : nil },
      choices: ImportChoices(dateOrder: DateOrder(rawValue: form.dateOrder)))
    var parts = [FormView.Part.field(.hidden("basis", form.basis))] + columns
    if !current.dateColumnsToAsk(evidence).isEmpty || !form.dateOrder.isEmpty {
      parts.append(.field(.radios(
        "date-order", "In which order do dates stand?", form.dateOrder, DateOrder.allCases.map { .init($0.rawValue, $0.words.capitalizedFirst) },
        hint: "The dates of this file can be read in more than one way")))
    }
    parts.append(.field(.select(
      "kind", "Kind of licence, for rows that do not say", form.kind,
      [.init("", "The file says it of each row")] + LicenceKind.allCases.map { .init($0.rawValue, $0.name) })))
    parts.append(.field(.text("name", "Keep these choices under a name", form.name, hint: "To use them again, although the columns moved", width: .twenty, isOptional: true)))
    return FormView(
      action: Path.importRun(run.id) + "/mapping", tokens: tokens, parts: parts,
      buttons: [.init("Check what would change"), .init("Back to imports", .link(address: Path.imports))], errors: errors
    ).viewData.merging([
      "title": "What are the columns?", "file": run.fileName, "words": "\(sniff.words) \(rows.grouped) rows.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("Imports", Path.imports), Breadcrumb(run.fileName)), "failure": run.failure,
      "hasSaved": !saved.isEmpty,
      "saved": saved.map { name -> ViewData in ["name": name, "address": QueryItems(path: Path.importRun(run.id), [("mapping", name), ("columns", "yes")]).address] },
    ])
  }

  static var samples: [MappingPage] { [] }
}

struct ImportRunPage: Page {
  static let template = "imports/run"
  let run: ImportRun
  var compared: ImportStore.Compared?
  let settings: Settings?
  let tokens: [FormToken]

  var viewData: ViewData {
    let path = Path.importRun(run.id)
    func figure(_ outcome: String, _ label: String, _ state: StatusLight.State?) -> Figures.Figure {
      let count = run.counts[outcome] ?? 0
      return .init(count, label, path + "/rows?outcome=\(outcome)", state: count > 0 ? state : nil)
    }
    let nothing = (run.counts["new"] ?? 0) + (run.counts["changed"] ?? 0) == 0
    return [
      "title": run.fileName, "breadcrumbs": Breadcrumbs(Breadcrumb("Imports", Path.imports), Breadcrumb(run.fileName)), "stateHTML": run.state.tag.html,
      "district": settings?.authority(run.authority)?.name, "by": run.startedBy, "when": London.time(of: run.startedAt),
      "isWorking": run.state.isWorking, "phase": run.phase.isEmpty ? "Waiting" : run.phase, "done": run.done, "total": max(run.total, 1),
      "percent": run.total > 0 ? Percent.words(run.done, of: run.total) : "",
      "isChecked": run.state == .checked, "isApplied": run.state == .applied, "isCancelled": run.state == .cancelled,
      "failure": run.state == .failed ? run.failure : nil, "hasCounts": !run.counts.isEmpty,
      "figures": Figures([
        figure("new", "new", nil), figure("changed", "changed", nil), figure("unchanged", "unchanged", nil), figure("rejected", "rejected", .overdue),
        figure("missing", "held, and not in the file", .due),
      ]),
      "compared": compared.flatMap { $0.renewed + $0.lapsed + $0.running == 0 ? nil : comparedWords($0) },
      "comparedLinks": compared.map { compared in
        [("renewed", "renewed", compared.renewed), ("lapsed", "lapsed", compared.lapsed), ("running", "still running", compared.running)].filter { $0.2 > 0 }
          .map { outcome, words, count in Sheet.Link("\(count.grouped) \(words)", path + "/rows?outcome=\(outcome)") }
      } ?? [],
      "nothing": nothing, "something": !nothing, "rejectedAddress": (run.counts["rejected"] ?? 0) > 0 ? path + "/rejected.csv" : nil,
      "applyAddress": path + "/application", "cancelAddress": path + "/cancellation", "columnsAddress": path + "?columns=yes",
      "canCancel": [.uploaded, .checking, .checked, .failed].contains(run.state), "tokensHTML": TrustedHTML.joined(tokens.map(\.html)), "path": path,
      "listAddress": settings?.authority(run.authority).map { "\(run.register.path)?district=\($0.slug)" }, "listWords": "See \(run.register.title.lowercased())",
      "leftOutHTML": run.words.leftOut.isEmpty ? nil : leftOutTable, "leftOut": run.leftOut.grouped,
      "wordsHTML": run.state == .checked ? wordsForm : nil,
    ]
  }

  /// From one snapshot of a register to the next.
  private func comparedWords(_ compared: ImportStore.Compared) -> String {
    var parts: [String] = []
    if compared.renewed > 0 { parts.append("Of the changed, \(compared.renewed.grouped) \(compared.renewed == 1 ? "is" : "are") renewed: the last day is later.") }
    if compared.lapsed + compared.running > 0 {
      parts.append("Of those held and not in the file, \(compared.lapsed.grouped) \(compared.lapsed == 1 ? "has" : "have") lapsed and \(compared.running.grouped) still \(compared.running == 1 ? "runs" : "run"): look at these, nobody is ended by an import.")
    }
    return parts.joined(separator: " ")
  }

  private struct Word: Sendable {
    var text: String
    var rows: Int
  }

  private static func sorted(_ words: [String: Int]) -> [Word] {
    words.map { Word(text: $0.key, rows: $0.value) }.sorted { ($1.rows, $0.text) < ($0.rows, $1.text) }
  }

  private var leftOutTable: TrustedHTML {
    Table<Word>(rowHeader: "word", [.text("word", "The file says") { $0.text }, .number("rows", "Rows left out") { $0.rows }])
      .html(Self.sorted(run.words.leftOut), caption: "Left out because of their kind or district")
  }

  /// Asks what each unknown word means; the answers are kept with the mapping and the file is checked again.
  private var wordsForm: TrustedHTML? {
    let kinds = Self.sorted(run.words.unknownKinds), statuses = Self.sorted(run.words.unknownStatuses)
    guard !kinds.isEmpty || !statuses.isEmpty else { return nil }
    func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count.grouped) rows" }
    let kindChoices = [Field.Choice("", "I do not know: reject these rows"), Field.Choice("leave-out", "Leave these rows out")]
      + LicenceKind.allCases.map { .init($0.rawValue, $0.name) }
    let statusChoices = [Field.Choice("", "I do not know: reject these rows")] + ImportedStatus.allCases.map { .init($0.rawValue, $0.words.capitalizedFirst) }
    var parts: [FormView.Part] = []
    for (index, word) in kinds.prefix(30).enumerated() {
      parts.append(.field(.hidden("kind-word-\(index)", word.text)))
      parts.append(.field(.select("kind-\(index)", "“\(word.text)”: a kind of licence, in \(rows(word.rows))", "", kindChoices)))
    }
    for (index, word) in statuses.prefix(30).enumerated() {
      parts.append(.field(.hidden("status-word-\(index)", word.text)))
      parts.append(.field(.select("status-\(index)", "“\(word.text)”: a status, in \(rows(word.rows))", "", statusChoices)))
    }
    return FormView(action: Path.importRun(run.id) + "/words", tokens: tokens, parts: parts, buttons: [.init("Check again with these answers", .secondary)]).html
  }

  static var samples: [ImportRunPage] { [] }
}

struct ImportRowsPage: Page {
  static let template = "imports/rows"
  static let outcomes = [
    ("new", "New licences", "They are not held yet and would be added."), ("changed", "Changed licences", "They are held, and the file says something else."),
    ("unchanged", "Unchanged licences", "They are held and the file says the same."), ("rejected", "Rejected rows", "They cannot come in as they stand."),
    ("missing", "Held, and not in the file", "Nobody is removed by an import. Look whether each is still licensed."),
    ("renewed", "Renewed since", "They are held, and the file says a later last day."), ("lapsed", "Lapsed since", "They are held, not in the file, and their last day has passed."),
    ("running", "Not in the file, and still running", "They are held until a later day. Look whether each was surrendered, revoked or left out of the file."),
  ]
  let run: ImportRun
  let outcome: (String, String, String)
  let rows: [ImportRow]

  var viewData: ViewData {
    let kind = outcome.0
    let isHeld = ["changed", "unchanged", "missing", "renewed", "lapsed", "running"].contains(kind) || (kind == "new" && run.state == .applied)
    var columns: [Column<ImportRow>] = ["missing", "lapsed", "running"].contains(kind) ? [] : [.number("line", "Line") { $0.line }]
    if kind == "rejected" {
      columns += [
        .text("reason", "Why") { $0.reason.capitalizedFirst },
        .text("original", "The row in the file") { $0.original.replacingOccurrences(of: "\u{1F}", with: " · ") },
      ]
    } else {
      columns += [
        Column("name", "Name") { row in
          guard isHeld, let id = row.registration else { return .text(row.name) }
          return .link(address: Path.licence(id), text: row.name)
        },
        .text("reference", "Reference") { $0.reference },
      ]
      if kind == "changed" || kind == "renewed" { columns.append(.text("changes", "What changes") { $0.reason }) }
    }
    let shown = Array(rows.prefix(50))
    let next = rows.count > 50 ? shown.last.map { Path.importRun(run.id) + "/rows?outcome=\(kind)&after=\($0.line)" } : nil
    return [
      "title": outcome.1, "lead": outcome.2,
      "breadcrumbs": Breadcrumbs(Breadcrumb("Imports", Path.imports), Breadcrumb(run.fileName, Path.importRun(run.id)), Breadcrumb(outcome.1)),
      "tableHTML": Table<ImportRow>(rowHeader: kind == "rejected" ? "line" : "name", columns).html(shown, caption: outcome.1, empty: .init("None")),
      "pagination": next.map { Pagination(previous: nil, next: $0) },
    ]
  }

  static var samples: [ImportRowsPage] { [] }
}
