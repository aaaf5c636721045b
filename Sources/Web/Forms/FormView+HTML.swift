/// The markup of a form, in the shapes of GOV.UK Frontend. Question, hint and error stand together.
extension FormView {
  func write(to out: inout HTMLBuffer) {
    out.append("<form class=\"app-form\" novalidate")
    out.append(attribute: "action", SafeHTML.isSafeAddress(action) ? action : "#")
    out.append(attribute: "method", method.rawValue)
    if isMultipart { out.append(" enctype=\"multipart/form-data\"") }
    out.append(">")
    for token in tokens { out.append(token.html) }
    for part in parts { write(part, to: &out) }
    if !buttons.isEmpty {
      out.append("<div class=\"govuk-button-group\">")
      for button in buttons { write(button, to: &out) }
      out.append("</div>")
    }
    out.append("</form>")
  }

  /// One question, for a template that places them itself. Nothing for a name that the form does not have.
  package func html(of name: String) -> TrustedHTML {
    guard let field = fields.first(where: { $0.name == name }) else { return .none }
    return HTMLBuffer.build { field.write(error: errors[name], errors: errors, to: &$0) }
  }

  private func write(_ part: Part, to out: inout HTMLBuffer) {
    switch part {
    case .field(let field): write([field], to: &out)
    case .group(let legend, let hint, let fields):
      out.append("<div class=\"govuk-form-group\"><fieldset class=\"govuk-fieldset\">")
      out.append("<legend class=\"govuk-fieldset__legend govuk-fieldset__legend--m\">")
      out.append(escaping: legend)
      out.append("</legend>")
      if let hint {
        out.append("<p class=\"govuk-hint\">")
        out.append(escaping: hint)
        out.append("</p>")
      }
      write(fields, to: &out)
      out.append("</fieldset></div>")
    case .row(let fields):
      out.append("<div class=\"app-form-row\">")
      write(fields, to: &out)
      out.append("</div>")
    case .heading(let text):
      out.append("<h2 class=\"govuk-heading-m\">")
      out.append(escaping: text)
      out.append("</h2>")
    case .paragraph(let text):
      out.append("<p class=\"govuk-body\">")
      out.append(escaping: text)
      out.append("</p>")
    case .inset(let text):
      out.append("<div class=\"govuk-inset-text\">")
      out.append(escaping: text)
      out.append("</div>")
    case .html(let html), .controls(let html, _): out.append(html)
    }
  }

  private func write(_ fields: [Field], to out: inout HTMLBuffer) {
    for field in fields { field.write(error: errors[field.name], errors: errors, to: &out) }
  }

  private func write(_ button: Button, to out: inout HTMLBuffer) {
    if case .link(let address) = button.kind {
      out.append("<a class=\"govuk-link\"")
      out.append(href: address)
      out.append(">")
      out.append(escaping: button.label)
      out.append("</a>")
      return
    }
    out.append("<button type=\"submit\" class=\"govuk-button")
    switch button.kind {
    case .secondary: out.append(" govuk-button--secondary")
    case .warning: out.append(" govuk-button--warning")
    case .primary, .link: break
    }
    out.append("\" data-module=\"govuk-button\" data-prevent-double-click=\"true\"")
    out.append(attribute: "name", button.name)
    out.append(attribute: "value", button.value)
    out.append(">")
    out.append(escaping: button.label)
    out.append("</button>")
  }
}
