/// A word in a coloured box. The word says it all; the colour only helps the eye.
package struct StatusTag: ViewModel, Equatable {
  package enum Colour: String, Sendable, CaseIterable {
    case grey, green, turquoise, blue, lightBlue = "light-blue", purple, pink, red, orange, yellow
  }

  package var text: String
  package var colour: Colour

  package init(_ text: String, _ colour: Colour = .grey) {
    self.text = text
    self.colour = colour
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
    out.append(escaping: text)
    out.append("</strong>")
  }
}
