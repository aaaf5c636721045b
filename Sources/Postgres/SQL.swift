/// A statement as a value: text with its parameters beside it, never inside it.
///
///     let sql: SQL = "select name from licence where id = \(id) and status = any(\(statuses))"
///
/// - An interpolated value is a bind parameter.
/// - An interpolated `SQL` is a fragment; its parameters are renumbered.
/// - `\(identifier:)` takes a name from an enum and quotes it.
/// - `\(raw:)` takes only text that stands in the source.
package struct SQL: Sendable {
  enum Element: Sendable {
    case text(String)
    case parameter(PostgresParameter)
  }

  var elements: [Element]

  init(elements: [Element]) {
    self.elements = elements
  }

  /// The empty fragment, for conditions that are not wanted this time.
  package static let empty = SQL(elements: [])

  /// Whether the fragment says nothing at all.
  package var isEmpty: Bool {
    elements.allSatisfy { if case .text(let text) = $0 { text.isEmpty } else { false } }
  }

  /// Fragments one after the other with a separator that stands in the source, e.g. `" and "`.
  package static func joined(_ parts: some Sequence<SQL>, by separator: StaticString) -> SQL {
    let between = Element.text(separator.description)
    var elements: [Element] = []
    for part in parts {
      if !elements.isEmpty { elements.append(between) }
      elements += part.elements
    }
    return SQL(elements: elements)
  }

  package static func + (left: SQL, right: SQL) -> SQL {
    SQL(elements: left.elements + right.elements)
  }

  package static func += (left: inout SQL, right: SQL) {
    left.elements += right.elements
  }

  /// The text PostgreSQL is given, `$1`, `$2` … in place of the values. For query-plan tests and logs: it holds no
  /// data.
  package var text: String { Statement(self).text }
}

/// A name that may stand as an identifier in SQL: a column to sort by, a database to create.
/// Conform an enum, so that the names are those written in the source.
package protocol SQLIdentifier: RawRepresentable<String> {}

extension SQL: ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) {
    elements = [.text(value)]
  }

  package init(stringInterpolation: StringInterpolation) {
    elements = stringInterpolation.elements
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    var elements: [Element] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      elements.reserveCapacity(interpolationCount * 2 + 1)
    }

    package mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { elements.append(.text(literal)) }
    }

    /// A bind parameter.
    package mutating func appendInterpolation(_ value: some PostgresEncodable) {
      elements.append(.parameter(value.postgresParameter))
    }

    /// A bind parameter; nil is NULL.
    package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      elements.append(.parameter(value.postgresParameter))
    }

    /// Bytes as one `bytea` bind parameter.
    package mutating func appendInterpolation(_ bytes: [UInt8]) {
      elements.append(.parameter(.bytes(bytes)))
    }

    package mutating func appendInterpolation(_ bytes: [UInt8]?) {
      elements.append(.parameter(bytes.map(PostgresParameter.bytes) ?? PostgresParameter(text: nil, type: .bytea)))
    }

    /// A fragment.
    package mutating func appendInterpolation(_ fragment: SQL) {
      elements += fragment.elements
    }

    /// Text that stands in the source.
    package mutating func appendInterpolation(raw: StaticString) {
      elements.append(.text(raw.description))
    }

    /// A quoted name.
    package mutating func appendInterpolation(identifier: some SQLIdentifier) {
      elements.append(.text(quoted(identifier: identifier.rawValue)))
    }
  }
}

/// A name in double quotes. Doubling the quote is all that SQL asks of an identifier in a UTF-8 session.
func quoted(identifier: String) -> String {
  "\"" + identifier.replacing("\"", with: "\"\"") + "\""
}

/// A statement ready to send: numbered text, parameters in order.
struct Statement: Sendable {
  let text: String
  var parameters: [PostgresParameter] = []
  /// Whether to keep it prepared on the connection. Not for text that never comes twice.
  var isCached = true

  init(_ sql: SQL) {
    if sql.elements.count == 1, case .text(let only) = sql.elements[0] {
      text = only
      return
    }
    var text = ""
    for element in sql.elements {
      switch element {
      case .text(let literal):
        text += literal
      case .parameter(let parameter):
        parameters.append(parameter)
        text += "$"
        text += String(parameters.count)
      }
    }
    self.text = text
  }

  init(text: String, cached: Bool = true) {
    self.text = text
    isCached = cached
  }
}
