/// The questions that narrow a list, and the list described in English. For `components/filter`.
///
/// On a wide screen the panel stands open beside the list; on a narrow one it folds behind its heading, without script.
package struct FilterPanel: ViewModel {
  /// One thing that the list is narrowed by, which a link takes away.
  package struct Chosen: ViewModel {
    package var label: String
    package var removeAddress: String

    package init(_ label: String, removeAddress: String) {
      self.label = label
      self.removeAddress = removeAddress
    }

    package var viewData: ViewData { ["label": label, "removeAddress": removeAddress] }
  }

  /// A form by `get`, so that a list has an address.
  package var form: FormView
  package var chosen: [Chosen]
  package var clearAddress: String

  package init(form: FormView, chosen: [Chosen], clearAddress: String) {
    self.form = form
    self.chosen = chosen
    self.clearAddress = clearAddress
  }

  package var viewData: ViewData {
    [
      "filterFormHTML": form.html, "chosen": chosen, "hasChosen": !chosen.isEmpty, "chosenCount": chosen.count,
      "clearAddress": clearAddress,
    ]
  }
}
