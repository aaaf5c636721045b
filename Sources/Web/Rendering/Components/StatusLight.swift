/// A light: whether one thing that is owed is in order. Shape, word and colour each say it, so that it is read in black
/// and white, by ear, and by those who tell no red from green.
package struct StatusLight: ViewModel, Equatable {
  package enum State: String, Sendable, CaseIterable {
    /// A tick in a green disc.
    case inOrder
    /// A clock hand in an amber triangle: due soon, or waiting for somebody.
    case due
    /// A cross in a red square.
    case overdue
    /// A dash in a grey ring: not owed.
    case notOwed
    /// A question mark in a blue diamond: not known yet.
    case unknown
  }

  /// "Guidance"
  package var name: String
  package var state: State
  /// "In order", "Due 3 April", "Overdue since 1 March"
  package var words: String
  /// Which rule says so, for the record page.
  package var reason: String?
  package var address: String?

  package init(_ name: String, _ state: State, _ words: String, reason: String? = nil, address: String? = nil) {
    self.name = name
    self.state = state
    self.words = words
    self.reason = reason
    self.address = address
  }

  package var viewData: ViewData {
    [
      "name": name, "words": words, "reason": reason, "address": address,
      "shapeHTML": HTMLBuffer.build { writeShape(to: &$0) },
    ]
  }

  /// The light in a line of text or a cell.
  func write(to out: inout HTMLBuffer, named: Bool) {
    out.append("<span class=\"app-light\">")
    writeShape(to: &out)
    out.append("<span class=\"app-light__words\">")
    if named {
      out.append("<span class=\"app-light__name\">")
      out.append(escaping: name)
      out.append("</span> ")
    }
    out.append(escaping: words)
    out.append("</span></span>")
  }

  /// The shape alone; the words beside it say the same, so it is hidden from screen readers.
  func writeShape(to out: inout HTMLBuffer) {
    switch state {
    case .inOrder: out.append("<span class=\"app-light__shape app-light__shape--in-order\" aria-hidden=\"true\"></span>")
    case .due: out.append("<span class=\"app-light__shape app-light__shape--due\" aria-hidden=\"true\"></span>")
    case .overdue: out.append("<span class=\"app-light__shape app-light__shape--overdue\" aria-hidden=\"true\"></span>")
    case .notOwed: out.append("<span class=\"app-light__shape app-light__shape--not-owed\" aria-hidden=\"true\"></span>")
    case .unknown: out.append("<span class=\"app-light__shape app-light__shape--unknown\" aria-hidden=\"true\"></span>")
    }
  }
}

/// The lights of a record side by side, for `components/status-lights`.
package struct StatusLights: ViewModel {
  package var lights: [StatusLight]
  package init(_ lights: [StatusLight]) { self.lights = lights }
  package var viewData: ViewData { ["lights": lights] }
}
