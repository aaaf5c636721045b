/// A form as it is shown: questions, errors, buttons, and the tokens that travel with it.
///
/// A template writes `{{{errorSummaryHTML}}}` above the h1 and `{{{formHTML}}}` below it; `hasErrors` turns the title into
/// "Error: …".
package struct FormView: ViewModel {
  package enum Part: Sendable {
    case field(Field)
    /// Questions that belong together under a legend.
    case group(legend: String, hint: String? = nil, [Field])
    /// Two or three short questions on a line.
    case row([Field])
    /// A heading between questions.
    case heading(String)
    case paragraph(String)
    case inset(String)
    case html(TrustedHTML)
    /// Controls that wrote themselves, with their ids, which are their names: an error leads to them.
    case controls(TrustedHTML, named: [String])
  }

  package enum Method: String, Sendable { case post, get }

  package struct Button: Sendable {
    package enum Kind: Sendable { case primary, secondary, warning, link(address: String) }

    package var label: String
    package var kind: Kind
    /// Sent when this button is the one that was pressed.
    package var name: String?
    package var value: String?

    package init(_ label: String, _ kind: Kind = .primary, name: String? = nil, value: String? = nil) {
      self.label = label
      self.kind = kind
      self.name = name
      self.value = value
    }
  }

  package var action: String
  package var method: Method
  package var tokens: [FormToken]
  package var isMultipart: Bool
  package var parts: [Part]
  package var buttons: [Button]
  package var errors: Errors

  package init(
    action: String, method: Method = .post, tokens: [FormToken] = [], isMultipart: Bool = false, parts: [Part],
    buttons: [Button], errors: Errors = []
  ) {
    self.action = action
    self.method = method
    self.tokens = tokens
    self.isMultipart = isMultipart
    self.parts = parts
    self.buttons = buttons
    self.errors = errors
  }

  package var viewData: ViewData {
    ["formHTML": html, "errorSummaryHTML": errorSummary, "hasErrors": !errors.isEmpty]
  }

  /// Every question of the form in the order of the page, those that a choice reveals included.
  package var fields: [Field] {
    func withRevealed(_ field: Field) -> [Field] {
      switch field.control {
      case .radios(let choices, _), .checkboxes(let choices):
        [field] + choices.flatMap { $0.reveals.flatMap(withRevealed) }
      default: [field]
      }
    }
    return parts.flatMap { part -> [Field] in
      switch part {
      case .field(let field): withRevealed(field)
      case .group(_, _, let fields), .row(let fields): fields.flatMap(withRevealed)
      case .controls(_, let names): names.map { Field.hidden($0, "") }
      default: []
      }
    }
  }

  package var html: TrustedHTML { HTMLBuffer.build { write(to: &$0) } }

  /// The list of errors with a link to each question, in the order of the questions. GOV.UK's script moves the focus to
  /// it; without script it stands first on the page.
  package var errorSummary: TrustedHTML {
    guard !errors.isEmpty else { return .none }
    let fields = fields
    let order = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let sorted = errors.all.enumerated().sorted {
      (order[$0.element.field] ?? .max, $0.offset) < (order[$1.element.field] ?? .max, $1.offset)
    }
    return HTMLBuffer.build { out in
      out.append(
        """
        <div class="govuk-error-summary" data-module="govuk-error-summary"><div role="alert">\
        <h2 class="govuk-error-summary__title">There is a problem</h2>\
        <div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list">
        """)
      for (_, error) in sorted {
        out.append("<li>")
        if let index = order[error.field] {
          out.append("<a")
          out.append(href: "#" + fields[index].anchor(for: error))
          out.append(">")
          out.append(escaping: error.message)
          out.append("</a>")
        } else {
          out.append(escaping: error.message)
        }
        out.append("</li>")
      }
      out.append("</ul></div></div></div>")
    }
  }
}
