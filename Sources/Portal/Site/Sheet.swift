import Foundation
import Web

/// A page of one shape that serves several slices: heading, what can be done, and sections of tables, charts and forms. One template serves them all.
struct Sheet: Sendable {
  struct Link: ViewModel {
    var label: String
    var address: String
    var isPrimary = false
    init(_ label: String, _ address: String, isPrimary: Bool = false) {
      self.label = label
      self.address = address
      self.isPrimary = isPrimary
    }
    var viewData: ViewData { ["label": label, "address": address, "isPrimary": isPrimary] }
  }

  struct Section: ViewModel {
    var heading: String?
    var id: String?
    var words: String?
    var body: TrustedHTML
    var chart: Chart?
    var links: [Link]
    /// False for a form that has no place on paper.
    var isOnPaper: Bool

    init(_ heading: String? = nil, id: String? = nil, words: String? = nil, _ body: TrustedHTML = .none, chart: Chart? = nil, links: [Link] = [], isOnPaper: Bool = true) {
      self.isOnPaper = isOnPaper
      self.heading = heading
      self.id = id
      self.words = words
      self.body = body
      self.chart = chart
      self.links = links
    }

    /// Links are not printed: a section of nothing else would leave its heading alone on paper.
    private var isOfLinks: Bool { !links.isEmpty && words == nil && body.isEmpty && chart == nil }

    var viewData: ViewData {
      ["heading": heading, "id": id, "words": words, "bodyHTML": body, "chart": chart, "links": links, "hasLinks": !links.isEmpty, "isScreenOnly": !isOnPaper || isOfLinks]
    }
  }

  var title: String
  var crumbs: [Breadcrumb] = []
  /// Tag and facts below the heading.
  var line: TrustedHTML = .none
  var actions: [Link] = []
  var lead: String?
  var warning: String?
  var figures: Figures?
  var lights: [StatusLight] = []
  var facts: SummaryList?
  /// Facts that stand below the sections, where what can be done comes first.
  var factsBelow: SummaryList?
  var sections: [Section] = []
  var pagination: Pagination?
  var history: Timeline?
  var errorSummary: TrustedHTML = .none

  /// Tags and texts of the line below a heading.
  static func line(_ tag: StatusTag? = nil, _ texts: String?...) -> TrustedHTML {
    HTMLBuffer.build { out in
      if let tag {
        out.append(tag.html)
        out.append(" ")
      }
      for text in texts.compactMap({ $0 }) where !text.isEmpty {
        out.append("<span>")
        out.append(escaping: text)
        out.append("</span> ")
      }
    }
  }
}

extension SummaryList {
  /// Those of the facts that have a value.
  init(present entries: [Entry]) {
    self.init(entries.filter { if case .nothing = $0.value { false } else { true } })
  }
}

/// A sheet as a page.
struct SheetPage: Page {
  static let template = "site/sheet"
  let sheet: Sheet
  init(_ sheet: Sheet) { self.sheet = sheet }

  var viewData: ViewData {
    [
      "title": sheet.title, "breadcrumbs": sheet.crumbs.isEmpty ? nil : Breadcrumbs(sheet.crumbs), "lineHTML": sheet.line, "actions": sheet.actions,
      "hasActions": !sheet.actions.isEmpty, "lead": sheet.lead, "warning": sheet.warning, "figures": sheet.figures,
      "lights": sheet.lights.isEmpty ? nil : StatusLights(sheet.lights), "facts": sheet.facts, "factsBelow": sheet.factsBelow, "sections": sheet.sections, "pagination": sheet.pagination,
      "history": sheet.history?.events.isEmpty == true ? nil : sheet.history, "errorSummaryHTML": sheet.errorSummary, "hasErrors": !sheet.errorSummary.isEmpty,
    ]
  }

  static var samples: [SheetPage] {
    [
      SheetPage(Sheet(title: "Nothing yet")),
      SheetPage(Sheet(
        title: "A committee", crumbs: [Breadcrumb("Committees", "/committees"), Breadcrumb("A committee")], line: Sheet.line(StatusTag("Full"), "Redditch"),
        actions: [.init("Appoint", "/committees", isPrimary: true)], lead: "Words.", warning: "Fewer than three members can sit.",
        lights: [StatusLight("Panel", .inOrder, "May sit")], sections: [.init("Members", words: "None.", links: [.init("More", "/members")])])),
    ]
  }
}

/// A form on a page of its own.
struct TaskPage: Page {
  static let template = "site/form"
  var title: String
  var lead: String?
  var crumbs: [Breadcrumb]
  var form: FormView

  var viewData: ViewData { form.viewData.merging(["title": title, "lead": lead, "breadcrumbs": Breadcrumbs(crumbs)]) }
  static var samples: [TaskPage] { [] }
}
