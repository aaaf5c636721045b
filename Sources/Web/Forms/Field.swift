/// A question of a form with the answer as it was typed: label, hint, control. Its error is found by its name.
package struct Field: Sendable {
  package enum Control: Sendable {
    /// `type` is text, email, tel, password, search…
    case text(type: TextType)
    /// `limit` counts down the characters that are left.
    case textarea(rows: Int, limit: Int?)
    case select([Choice])
    case radios([Choice], inline: Bool)
    case checkboxes([Choice])
    /// Three boxes named `name-day`, `name-month` and `name-year`.
    case date(DateFields)
    /// `accept` as in HTML: ".csv,.xlsx".
    case file(accept: String)
    case hidden
  }

  package enum TextType: String, Sendable { case text, email, tel, password, search, url }

  /// How wide the box is, which tells how much is expected.
  package enum Width: String, Sendable {
    case two = "2", three = "3", four = "4", five = "5", ten = "10", twenty = "20", thirty = "30"
  }

  /// How large the label or legend is. `page` makes it the page's h1.
  package enum LabelSize: Sendable { case normal, small, medium, large, page }

  /// A choice of a select, of radios or of checkboxes.
  package struct Choice: Sendable {
    package var value: String
    package var label: String
    package var hint: String?
    /// Questions shown where this one is chosen (radios and checkboxes only).
    package var reveals: [Field]
    /// A line "or" before this choice.
    package var isAfterDivider: Bool

    package init(
      _ value: String, _ label: String, hint: String? = nil, reveals: [Field] = [], isAfterDivider: Bool = false
    ) {
      self.value = value
      self.label = label
      self.hint = hint
      self.reveals = reveals
      self.isAfterDivider = isAfterDivider
    }
  }

  package var name: String
  package var label: String
  package var control: Control
  /// Exactly what was typed or chosen; several for checkboxes.
  package var values: [String]
  package var hint: String?
  package var width: Width?
  /// "postal-code", "one-time-code"… (HTML's autocomplete tokens).
  package var autocomplete: String?
  /// "numeric", "decimal"…: the keyboard that a phone shows.
  package var inputMode: String?
  package var prefix: String?
  package var suffix: String?
  package var labelSize: LabelSize
  package var isOptional: Bool
  package var isSpellchecked: Bool
  package var isAutofocused = false
  /// The label is there for screen readers only.
  package var isLabelHidden = false
  /// The control's id; the name where two forms of a page do not share it.
  package var id: String

  package init(
    _ name: String, _ label: String, _ control: Control, values: [String] = [], hint: String? = nil,
    width: Width? = nil, autocomplete: String? = nil, inputMode: String? = nil, labelSize: LabelSize = .small,
    isOptional: Bool = false
  ) {
    self.name = name
    self.label = label
    self.control = control
    self.values = values
    self.hint = hint
    self.width = width
    self.autocomplete = autocomplete
    self.inputMode = inputMode
    self.labelSize = labelSize
    self.isOptional = isOptional
    self.isSpellchecked = true
    self.id = name
  }

  /// The only or first value.
  package var value: String { values.first ?? "" }

  /// Where an error of this field leads: the control itself, the first choice, or the wrong box of a date.
  package func anchor(for error: FieldError) -> String {
    guard case .date = control else { return id }
    let part = DatePart.allCases.first { error.parts.isEmpty || error.parts.contains($0) } ?? .day
    return "\(id)-\(part.rawValue)"
  }
}

// MARK: - One line a question

extension Field {
  package static func text(
    _ name: String, _ label: String, _ value: String = "", type: TextType = .text, hint: String? = nil,
    width: Width? = nil, autocomplete: String? = nil, inputMode: String? = nil, labelSize: LabelSize = .small,
    isOptional: Bool = false
  ) -> Field {
    Field(
      name, label, .text(type: type), values: [value], hint: hint, width: width, autocomplete: autocomplete,
      inputMode: inputMode, labelSize: labelSize, isOptional: isOptional)
  }

  package static func textarea(
    _ name: String, _ label: String, _ value: String = "", hint: String? = nil, rows: Int = 5, limit: Int? = nil,
    labelSize: LabelSize = .small, isOptional: Bool = false
  ) -> Field {
    Field(
      name, label, .textarea(rows: rows, limit: limit), values: [value], hint: hint, labelSize: labelSize,
      isOptional: isOptional)
  }

  package static func select(
    _ name: String, _ label: String, _ value: String = "", _ choices: [Choice], hint: String? = nil,
    isOptional: Bool = false
  ) -> Field {
    Field(name, label, .select(choices), values: [value], hint: hint, isOptional: isOptional)
  }

  package static func radios(
    _ name: String, _ legend: String, _ value: String = "", _ choices: [Choice], hint: String? = nil,
    inline: Bool = false, labelSize: LabelSize = .small, isOptional: Bool = false
  ) -> Field {
    Field(
      name, legend, .radios(choices, inline: inline), values: [value], hint: hint, labelSize: labelSize,
      isOptional: isOptional)
  }

  package static func checkboxes(
    _ name: String, _ legend: String, _ values: [String] = [], _ choices: [Choice], hint: String? = nil,
    labelSize: LabelSize = .small, isOptional: Bool = false
  ) -> Field {
    Field(name, legend, .checkboxes(choices), values: values, hint: hint, labelSize: labelSize, isOptional: isOptional)
  }

  package static func date(
    _ name: String, _ legend: String, _ typed: DateFields = DateFields(), hint: String? = nil,
    labelSize: LabelSize = .small, isOptional: Bool = false
  ) -> Field {
    Field(name, legend, .date(typed), hint: hint, labelSize: labelSize, isOptional: isOptional)
  }

  package static func file(_ name: String, _ label: String, accept: String, hint: String? = nil) -> Field {
    Field(name, label, .file(accept: accept), hint: hint)
  }

  package static func hidden(_ name: String, _ value: String) -> Field {
    Field(name, "", .hidden, values: [value])
  }
}
