/// What one cell shows. The same value makes the page's cell and the export's.
package enum Cell: Sendable {
  case text(String)
  /// Aligned right.
  case number(Int)
  /// Already in words ("3 Apr 2026"); kept on one line.
  case date(String)
  case link(address: String, text: String)
  /// A link with a second line of smaller text below it.
  case titled(address: String, text: String, note: String)
  case tag(StatusTag)
  /// One light with its words.
  case light(StatusLight)
  /// Several lights side by side, each named.
  case lights([StatusLight])
  case nothing

  /// The cell in an export.
  package var plain: String {
    switch self {
    case .text(let text), .date(let text), .link(_, let text): text
    case .titled(_, let text, _): text
    case .number(let number): String(number)
    case .tag(let tag): tag.text
    case .light(let light): light.words
    case .lights(let lights): lights.map { "\($0.name): \($0.words)" }.joined(separator: "; ")
    case .nothing: ""
    }
  }

  /// Whether the export may write it without the formula guard: only what we formatted from a number ourselves.
  var isNumber: Bool {
    if case .number = self { true } else { false }
  }

  func write(to out: inout HTMLBuffer) {
    switch self {
    case .text(let text), .date(let text): out.append(escaping: text)
    case .number(let number): out.append(escaping: number.grouped)
    case .link(let address, let text): Self.writeLink(address, text, to: &out)
    case .titled(let address, let text, let note):
      Self.writeLink(address, text, to: &out)
      out.append("<span class=\"app-note\">")
      out.append(escaping: note)
      out.append("</span>")
    case .tag(let tag): tag.write(to: &out)
    case .light(let light): light.write(to: &out, named: false)
    case .lights(let lights):
      out.append("<span class=\"app-lights\">")
      for light in lights { light.write(to: &out, named: true) }
      out.append("</span>")
    case .nothing: out.append("<span class=\"app-none\">–</span>")
    }
  }

  private static func writeLink(_ address: String, _ text: String, to out: inout HTMLBuffer) {
    out.append("<a class=\"govuk-link\"")
    out.append(href: address)
    out.append(">")
    out.append(escaping: text)
    out.append("</a>")
  }
}

extension Int {
  /// 1234567 as "1,234,567".
  package var grouped: String {
    let digits = String(magnitude)
    var out = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return self < 0 ? "−" + out : out
  }
}
