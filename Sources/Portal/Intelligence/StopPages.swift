import Domain
import Web

/// The question before the form.
struct StopPage: Page {
  static let template = "site/form"
  /// The returned submission that is sent again, if any.
  var replaces = ""
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.submit, tokens: tokens, parts: [.field(.hidden("replaces", replaces)), .field(.radios("stop", "Which of these is it?", "", StopAnswer.allCases.map { .init($0.rawValue, $0.label) }))],
      buttons: [.init("Continue"), .init("Cancel", .link(address: Path.submissions))], errors: errors
    ).viewData.merging([
      "title": "Before you tell us", "lead": "What you send here is not read at once. Some things must not wait for it.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb("New")),
    ])
  }

  static var samples: [StopPage] { [StopPage(tokens: [])] }
}

/// Whom to tell instead. Telephone numbers: Worcestershire County Council, "Are you a professional worried about a child?".
struct ElsewherePage: Page {
  static let template = "intelligence/elsewhere"
  let answer: StopAnswer

  var viewData: ViewData {
    let title: String, steps: [String]
    switch answer {
    case .danger: (title, steps) = ("Call 999 now", ["Call 999 and ask for the police. Stay on the line.", "Do not send it here: nobody is waiting to read it."])
    case .child:
      (title, steps) = (
        "Call the Family Front Door now",
        [
          "Call 01905 822666 in office hours and say what worries you. The Multi-Agency Safeguarding Hub (MASH) takes it from there.",
          "At night, at weekends and on bank holidays call 01905 768020.", "If the child is in danger now, call 999.",
        ])
    case .crime, .none:
      (title, steps) = ("Report it to the police", ["Call 101, or report it on the website of West Mercia Police.", "If it is happening now, call 999. To stay unnamed, call Crimestoppers on 0800 555 111."])
    }
    return [
      "title": title, "steps": steps.map { ["words": $0] as ViewData }, "backAddress": Path.submit,
      "breadcrumbs": Breadcrumbs(Breadcrumb("My submissions", Path.submissions), Breadcrumb("Whom to tell")),
    ]
  }

  static var samples: [ElsewherePage] { StopAnswer.allCases.filter { !$0.maySubmit }.map(ElsewherePage.init) }
}
