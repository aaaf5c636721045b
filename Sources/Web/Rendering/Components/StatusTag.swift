/// A word in a coloured box. The word says it all; the colour only helps the eye.
package struct StatusTag: ViewModel, Equatable {
  package enum Colour: String, Sendable, CaseIterable {
    case grey, green, turquoise, blue, lightBlue = "light-blue", purple, pink, red, orange, yellow
  }

  package var text: String
  package var colour: Colour
  /// A shape before the word, where tags are told apart at a glance down a column: "▲". Not read aloud, not exported.
  package var mark: String?

  package init(_ text: String, _ colour: Colour = .grey, mark: String? = nil) {
    self.text = text
    self.colour = colour
    self.mark = mark
  }

  package var html: TrustedHTML { HTMLBuffer.build { write(to: &$0) } }
  package var viewData: ViewData { ["tagHTML": html, "text": text] }

  func write(to out: inout HTMLBuffer) {
    out.append("<strong class=\"govuk-tag govuk-tag--")
    switch colour {
    case .grey: out.append("grey")
    case .green: out.append("green")
    case .turquoise: out.append("turquoise")
    case .blue: out.append("blue")
    case .lightBlue: out.append("light-blue")
    case .purple: out.append("purple")
    case .pink: out.append("pink")
    case .red: out.append("red")
    case .orange: out.append("orange")
    case .yellow: out.append("yellow")
    }
    out.append("\">")
    if let mark {
      out.append("<span class=\"app-mark\" aria-hidden=\"true\">")
      out.append(escaping: mark)
      out.append("</span>")
    }
    out.append(escaping: text)
    out.append("</strong>")
  }
}
