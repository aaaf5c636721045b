/// What is wrong with one answer, in words for whoever gave it.
package struct FieldError: Sendable, Equatable {
  /// The name of the field; empty for the form as a whole.
  package var field: String
  /// "Enter the date on which the licence was suspended"
  package var message: String
  /// Which boxes of a date are wrong; all of them where none is named.
  package var parts: Set<DatePart>

  package init(field: String, message: String, parts: Set<DatePart> = []) {
    self.field = field
    self.message = message
    self.parts = parts
  }
}

/// A box of a date.
package enum DatePart: String, Sendable, CaseIterable { case day, month, year }

/// The errors of a form, in the order in which they were found.
package struct Errors: Sendable, Equatable, ExpressibleByArrayLiteral {
  package private(set) var all: [FieldError]

  package init(_ all: [FieldError] = []) { self.all = all }
  package init(arrayLiteral elements: FieldError...) { all = elements }

  package var isEmpty: Bool { all.isEmpty }

  /// The first error of a field.
  package subscript(field: String) -> FieldError? { all.first { $0.field == field } }

  package mutating func add(_ field: String, _ message: String, parts: Set<DatePart> = []) {
    all.append(FieldError(field: field, message: message, parts: parts))
  }
  package mutating func add(_ error: FieldError) { all.append(error) }
  package mutating func add(_ errors: Errors) { all += errors.all }
}
