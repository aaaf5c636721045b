import Foundation
import Testing

@testable import Web

/// Every component on sample pages: rendered, and checked as the product's own pages are. With LANTERN_GALLERY naming a
/// directory the pages are written there, to be looked at.
@Suite struct GalleryTests {
  static let pages: [any Page.Type] = [ListPage.self, RecordPage.self, EditPage.self, CoveragePage.self, PlainPage.self]

  @Test func everyComponentMakesWellFormedPages() throws {
    try Fixture.withTemplates(Self.templates) { directory in
      let renderer = try Renderer(directory: directory, options: .init(strict: true))
      let samples = try renderer.renderAll(Self.pages, layout: Fixture.layout)
      #expect(samples.count == 7)
      for sample in samples {
        #expect(MarkupCheck.faults(in: sample.html) == [], "\(sample.template) \(sample.number)")
        if let out = ProcessInfo.processInfo.environment["LANTERN_GALLERY"] {
          let file = "\(out)/\(sample.template.replacing("/", with: "-"))-\(sample.number).html"
          try Data(sample.html.utf8).write(to: URL(filePath: file))
        }
      }
    }
  }

  // MARK: - Pages

  struct Row: Sendable {
    var reference: String, name: String, badge: String, district: String, ends: String
    var guidance: StatusLight, acknowledgement: StatusLight, status: StatusTag
  }

  static let table = Table<Row>(rowHeader: "name", [
    Column<Row>("name", "Name", sort: "name", width: .quarter) {
      .titled(address: "/licences/\($0.reference)", text: $0.name, note: $0.reference)
    },
    .text("badge", "Badge", sort: "badge") { $0.badge },
    .text("district", "District", sort: "district") { $0.district },
    .date("ends", "Ends", sort: "ends") { $0.ends },
    .light("guidance", "Guidance") { $0.guidance },
    .light("acknowledgement", "Acknowledged") { $0.acknowledgement },
    .tag("status", "Status") { $0.status },
  ])

  static let rows: [Row] = [
    Row(reference: "MH/HCD/0412", name: "Yusuf Adeyemi", badge: "412", district: "Malvern Hills", ends: "12 Jan 2027", guidance: .init("Guidance", .inOrder, "In order"), acknowledgement: .init("Acknowledgement", .inOrder, "In order"), status: StatusTag("Current", .green)),
    Row(reference: "WF/PHD/1093", name: "Margaret O’Connell-Fitzwilliam", badge: "1093", district: "Wyre Forest", ends: "30 Nov 2026", guidance: .init("Guidance", .due, "Due in 6 days"), acknowledgement: .init("Acknowledgement", .due, "Waiting"), status: StatusTag("Current", .green)),
    Row(reference: "RE/HCD/0077", name: "Tomasz Wiśniewski", badge: "77", district: "Redditch", ends: "4 Mar 2028", guidance: .init("Guidance", .overdue, "19 days overdue"), acknowledgement: .init("Acknowledgement", .overdue, "Overdue"), status: StatusTag("Suspended", .red)),
    Row(reference: "WC/DUAL/0230", name: "Harpreet Kaur", badge: "230", district: "Worcester City", ends: "18 Feb 2027", guidance: .init("Guidance", .inOrder, "In order"), acknowledgement: .init("Acknowledgement", .unknown, "Not known"), status: StatusTag("Current", .green)),
    Row(reference: "BR/PHD/0651", name: "Daniel Price", badge: "651", district: "Bromsgrove", ends: "1 Oct 2026", guidance: .init("Guidance", .notOwed, "Not owed"), acknowledgement: .init("Acknowledgement", .notOwed, "Not owed"), status: StatusTag("Surrendered", .grey)),
  ]

  struct ListPage: Page {
    static let template = "gallery/list"
    var rows: [Row]
    static var samples: [ListPage] { [ListPage(rows: GalleryTests.rows), ListPage(rows: [])] }
    var viewData: ViewData {
      let query = QueryItems(path: "/drivers", [("guidance", "overdue"), ("sort", "name")])
      let filter = FilterPanel(
        form: FormView(
          action: "/drivers", method: .get,
          parts: [
            .field(.text("name", "Name, badge or postcode")),
            .field(.select("district", "District", "", [.init("", "All districts"), .init("mh", "Malvern Hills")])),
            .field(.checkboxes("kind", "Kind", ["hcd"], [.init("hcd", "Hackney carriage driver"), .init("phd", "Private hire driver"), .init("dual", "Dual")])),
            .field(.radios("guidance", "Guidance", "any", [.init("any", "Any"), .init("overdue", "Overdue"), .init("due", "Due within 28 days")])),
          ], buttons: [.init("Apply filters")]),
        chosen: [.init("Hackney carriage driver", removeAddress: "/drivers"), .init("Guidance overdue", removeAddress: "/drivers")],
        clearAddress: "/drivers")
      return [
        "title": "Drivers", "breadcrumbs": Breadcrumbs(.init("This week", "/"), .init("Drivers")), "filter": filter,
        "tableHTML": GalleryTests.table.html(
          rows, caption: "Drivers", sort: .init(query, among: GalleryTests.table.sortKeys, default: "name"),
          empty: .init("No driver matches these filters", "Take a filter away, or search the whole register.", link: "Clear all filters", address: "/drivers")),
        "pagination": rows.isEmpty ? nil : Pagination(previous: "/drivers?before=x", next: "/drivers?after=y"),
        "figures": Figures([
          .init(64, "renewals due this week", "/drivers?due=week", state: .due),
          .init(19, "annual guidance overdue", "/drivers?guidance=overdue", note: "7 of them for more than 28 days", state: .overdue),
          .init(1_284, "drivers in order today", "/drivers?state=ok", state: .inOrder), .init(12, "exceptions to look at", "/exceptions"),
        ]),
      ]
    }
  }

  struct RecordPage: Page {
    static let template = "gallery/record"
    static var samples: [RecordPage] { [RecordPage()] }
    var viewData: ViewData {
      [
        "title": "Yusuf Adeyemi", "breadcrumbs": Breadcrumbs(.init("This week", "/"), .init("Drivers", "/drivers"), .init("Yusuf Adeyemi")),
        "flashes": [Flash(.success, "Guidance version 3 issued to Yusuf Adeyemi by hand.", link: "Undo", address: "/undo")],
        "tag": StatusTag("Current", .green),
        "lights": StatusLights([
          .init("Guidance", .inOrder, "In order", reason: "Version 3 issued 14 January 2026, next due 14 January 2027."),
          .init("Acknowledgement", .due, "Waiting 6 days", reason: "Asked by letter on 18 November 2026."),
          .init("Training", .overdue, "Overdue", reason: "The certificate ended on 1 November 2026.", address: "/training"),
        ]),
        "summary": SummaryList([
          .init("Reference", "MH/HCD/0412"), .init("Kind", "Hackney carriage driver"),
          .init("Address", "14 Priory Road, Great Malvern, WR14 3DR", note: "Since 2 May 2024", actions: [.init("Change", of: "address", "/edit")]),
          .init("Email", nil, actions: [.init("Add", of: "email", "/edit")]), .init("Ends", .date("12 January 2027")),
        ]),
        "timeline": Timeline([
          .init("Guidance version 3 issued by hand", when: "24 November 2026, 10:14am", dateTime: "2026-11-24T10:14:00+00:00", by: "Priya Nair, regulatory officer"),
          .init("Address changed", when: "2 May 2024, 3:40pm", dateTime: "2024-05-02T15:40:00+01:00", by: "Alan Webb, licensing assistant", changes: [.init("Address", from: "3 Church Street", to: "14 Priory Road")]),
          .init("Licence granted for 3 years", when: "12 January 2024, 9:02am", dateTime: "2024-01-12T09:02:00+00:00", by: "Priya Nair, regulatory officer", detail: "Convictions checked; DBS certificate seen.", link: "See the licence", address: "/x"),
        ]),
      ]
    }
  }

  struct EditPage: Page {
    static let template = "gallery/edit"
    var errors: Errors
    static var samples: [EditPage] {
      [
        EditPage(errors: [
          FieldError(field: "from", message: "From must be a real date, such as 27 3 2026", parts: [.month]),
          FieldError(field: "cause", message: "Choose why the licence is suspended"),
          FieldError(field: "why", message: "Say what happened"),
        ])
      ]
    }
    var viewData: ViewData {
      let form = FormView(
        action: "/licences/1/suspension", tokens: [FormToken(name: "t", value: "v")],
        parts: [
          .field(.date("from", "From which day is the licence suspended?", DateFields(day: "3", month: "13", year: "2026"), hint: "For example, 27 3 2026. You can paste a whole date into the day.")),
          .field(.radios("cause", "Why is it suspended?", "", [.init("conviction", "A conviction or caution"), .init("medical", "Medical grounds", hint: "A certificate is missing or has ended"), .init("other", "Another reason", reveals: [.text("what", "Which one?")], isAfterDivider: true)])),
          .field(.textarea("why", "What happened?", "", hint: "The driver can ask to see this.", limit: 500)),
          .field(.text("badge", "Badge number", "412", width: .five, inputMode: "numeric")),
          .field(.select("district", "District", "mh", [.init("mh", "Malvern Hills"), .init("wf", "Wyre Forest")])),
          .field(.checkboxes("tell", "Who should be told?", ["driver"], [.init("driver", "The driver"), .init("operator", "The operator")])),
          .field(.file("letter", "Letter", accept: ".pdf", hint: "PDF, up to 5 MB")),
        ],
        buttons: [.init("Suspend the licence", .warning), .init("Cancel", .link(address: "/licences/1"))], errors: errors)
      return form.viewData.merging(["title": "Suspend licence MH/HCD/0412"])
    }
  }

  struct CoveragePage: Page {
    static let template = "gallery/coverage"
    static var samples: [CoveragePage] { [CoveragePage()] }
    var viewData: ViewData {
      let months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
      return [
        "title": "Coverage",
        "trend": Chart.line(
          "Guidance coverage, last 12 months", id: "trend", summary: "Issued rose from 71% to 93%; acknowledged from 52% to 84%.",
          labelled: "Month", months,
          [.init("Issued", [71, 72, 74, 73, 78, 80, 83, 85, 88, 90, 91, 93]), .init("Acknowledged", [52, 54, nil, 57, 61, 66, 69, 71, 75, 79, 82, 84])],
          unit: .percent),
        "districts": Chart.bars(
          "Drivers by district", id: "districts", summary: "Worcester City has most drivers; Bromsgrove fewest.", labelled: "District",
          ["Bromsgrove", "Malvern Hills", "Redditch", "Worcester City", "Wychavon", "Wyre Forest"],
          [.init("Licensed", [Chart.Point(142, address: "/a"), .init(201), .init(330), .init(512), .init(155), .init(162)]), .init("In order", [120, 188, 290, 431, 139, 150])],
          unit: .count),
      ]
    }
  }

  struct PlainPage: Page {
    static let template = "gallery/plain"
    static var samples: [PlainPage] { [PlainPage(), PlainPage()] }
    var viewData: ViewData {
      FormView(
        action: "/sign-in", parts: [.field(.text("email", "Email address", type: .email, autocomplete: "username")), .field(.text("password", "Password", type: .password, autocomplete: "current-password"))],
        buttons: [.init("Sign in")]
      ).viewData.merging(["title": "Sign in"])
    }
  }

  // MARK: - Templates

  static func page(_ content: String, layout: String = "page") -> String {
    "\(TemplateRules.pragma)\n{{<\(layout)}}\n{{$content}}\n\(content)\n{{/content}}\n{{/\(layout)}}\n"
  }

  static let templates: [String: String] = [
    "gallery/list": page(
      """
      <div class="app-heading"><div class="app-heading__words"><h1 class="govuk-heading-l">Drivers</h1></div>
      <div class="app-heading__actions"><a class="govuk-button" href="/drivers/new">Add a driver</a><a class="govuk-button govuk-button--secondary" href="/imports">Import</a></div></div>
      {{#figures}}
      {{> components/figures}}
      {{/figures}}
      <div class="app-list">
      {{#filter}}
      {{> components/filter}}
      {{/filter}}
      <div>
      <div class="app-toolbar"><p class="app-toolbar__says"><strong>19</strong> hackney carriage drivers whose guidance is overdue</p><ul class="app-toolbar__actions"><li><a class="govuk-link" href="/drivers.csv">Export as CSV</a></li></ul></div>
      {{{tableHTML}}}
      {{#pagination}}
      {{> components/pagination}}
      {{/pagination}}
      </div></div>
      """),
    "gallery/record": page(
      """
      <div class="app-heading"><div class="app-heading__words"><span class="govuk-caption-l">Hackney carriage driver</span><h1 class="govuk-heading-l">{{title}}</h1>
      <p class="app-heading__line">{{#tag}}{{{tagHTML}}}{{/tag}} <span>MH/HCD/0412</span> <span>Badge 412</span> <span>Malvern Hills</span></p></div>
      <div class="app-heading__actions"><a class="govuk-button" href="/renewal">Renew</a><a class="govuk-button govuk-button--secondary" href="/guidance">Issue guidance</a><a class="govuk-button govuk-button--secondary" href="/suspension">Suspend</a></div></div>
      {{#lights}}
      {{> components/status-lights}}
      {{/lights}}
      <div class="app-columns"><div><h2 class="govuk-heading-m">Details</h2>
      {{#summary}}
      {{> components/summary-list}}
      {{/summary}}
      </div><div><h2 class="govuk-heading-m">History</h2>
      {{#timeline}}
      {{> components/timeline}}
      {{/timeline}}
      </div></div>
      """),
    "gallery/edit": page("{{{errorSummaryHTML}}}<h1 class=\"govuk-heading-l\">{{title}}</h1>\n{{{formHTML}}}"),
    "gallery/coverage": page(
      """
      <h1 class="govuk-heading-l">{{title}}</h1>
      {{#trend}}
      {{> components/chart}}
      {{/trend}}
      {{#districts}}
      {{> components/chart}}
      {{/districts}}
      """),
    "gallery/plain": page(
      "{{{errorSummaryHTML}}}<h1 class=\"govuk-heading-l\">{{title}}</h1>\n{{{formHTML}}}", layout: "plain"),
  ]
}
