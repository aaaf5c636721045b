/// The facts of a record: a term, its value, and what may be done about it. For `components/summary-list`.
package struct SummaryList: ViewModel {
  package struct Action: ViewModel {
    package var label: String
    /// What the link is about, for those who hear it out of context: "Change" + "address".
    package var of: String
    package var address: String

    package init(_ label: String, of: String, _ address: String) {
      self.label = label
      self.of = of
      self.address = address
    }

    package var viewData: ViewData { ["label": label, "of": of, "address": address] }
  }

  package struct Entry: ViewModel {
    package var term: String
    package var value: Cell
    /// A second line in smaller text.
    package var note: String?
    package var actions: [Action]

    package init(_ term: String, _ value: Cell, note: String? = nil, actions: [Action] = []) {
      self.term = term
      self.value = value
      self.note = note
      self.actions = actions
    }

    package init(_ term: String, _ text: String?, note: String? = nil, actions: [Action] = []) {
      self.init(term, text.map { $0.isEmpty ? .nothing : .text($0) } ?? .nothing, note: note, actions: actions)
    }

    package var viewData: ViewData {
      [
        "term": term, "valueHTML": HTMLBuffer.build { value.write(to: &$0) }, "note": note, "actions": actions,
        "hasActions": !actions.isEmpty,
      ]
    }
  }

  package var entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  package var viewData: ViewData { ["entries": entries] }
}
