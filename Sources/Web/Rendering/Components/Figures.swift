/// Counts at the head of a page, each a link to the rows that it counts. For `components/figures`.
package struct Figures: ViewModel {
  package struct Figure: ViewModel {
    package var number: String
    /// "renewals due this week"
    package var label: String
    package var address: String
    package var note: String?
    /// The shape beside the number, where the count is good or bad news. Its words are the note or the label.
    package var state: StatusLight.State?

    package init(
      _ number: Int, _ label: String, _ address: String, note: String? = nil, state: StatusLight.State? = nil
    ) {
      self.init(number.grouped, label, address, note: note, state: state)
    }

    package init(
      _ number: String, _ label: String, _ address: String, note: String? = nil, state: StatusLight.State? = nil
    ) {
      self.number = number
      self.label = label
      self.address = address
      self.note = note
      self.state = state
    }

    package var viewData: ViewData {
      let shape = state.map { state in
        HTMLBuffer.build { StatusLight("", state, "").writeShape(to: &$0) }
      }
      return ["number": number, "label": label, "address": address, "note": note, "shapeHTML": shape]
    }
  }

  package var figures: [Figure]
  package init(_ figures: [Figure]) { self.figures = figures }
  package var viewData: ViewData { ["figures": figures] }
}
