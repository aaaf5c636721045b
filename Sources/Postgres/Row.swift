/// One row of an answer. Cheap to copy: it points into the answer and decodes a cell when asked for it.
package struct Row: Sendable {
  let result: ResultSet
  let index: Int

  /// How many columns there are.
  package var count: Int { result.columns.count }

  /// The columns' names, in order.
  package var columns: [String] { result.columns.map { String(decoding: $0, as: UTF8.self) } }

  /// Where a column stands, for code that reads many rows of one query; nil when there is none of that name.
  package func position(of column: String) -> Int? { result.position(of: column) }

  /// The value of a named column.
  /// - Throws: `PostgresError` of kind `.decoding`, naming the column, when it is missing, NULL or of another form.
  package func get<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws -> T {
    guard let position = result.position(of: column) else {
      throw PostgresError.decoding("the statement returns no column \(column)")
    }
    return try get(position)
  }

  /// The value of the column at a position, counted from 0.
  package func get<T: PostgresDecodable>(_ position: Int, as type: T.Type = T.self) throws -> T {
    guard result.columns.indices.contains(position) else {
      throw PostgresError.decoding("the statement returns no column at position \(position)")
    }
    do {
      guard let bytes = result.cell(index, position) else { return try T.fromNull() }
      return try T(postgres: PostgresText(bytes))
    } catch var error as PostgresError where error.kind == .decoding && error.column == nil {
      error.column = String(decoding: result.columns[position], as: UTF8.self)
      throw error
    }
  }

  /// The text of the column at a position; nil for NULL and beyond the last column.
  package subscript(position: Int) -> String? {
    guard result.columns.indices.contains(position), let bytes = result.cell(index, position) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text of a named column; nil for NULL and for a name the statement does not return (`position(of:)` tells).
  package func text(_ column: String) -> String? {
    result.position(of: column).flatMap { self[$0] }
  }

  /// The bytes of a cell without copying them: the way a table of many cells becomes HTML.
  /// They are valid only inside `body`; nil for NULL and beyond the last column.
  @inline(__always)
  package func withBytes<R>(_ position: Int, _ body: (UnsafeBufferPointer<UInt8>?) throws -> R) rethrows -> R {
    guard result.columns.indices.contains(position) else { return try body(nil) }
    return try withExtendedLifetime(result) { try body(result.cell(index, position)) }
  }

  /// As above, by name.
  package func withBytes<R>(_ column: String, _ body: (UnsafeBufferPointer<UInt8>?) throws -> R) rethrows -> R {
    try withBytes(result.position(of: column) ?? -1, body)
  }

  /// A copy of a cell's bytes; nil for NULL and for a name the statement does not return.
  package func bytes(_ column: String) -> [UInt8]? {
    withBytes(column) { $0.map { Array($0) } }
  }
}

/// A type a row fills.
package protocol RowDecodable {
  /// Reads the row by its columns' names.
  init(row: Row) throws
}

extension Row: RowDecodable {
  package init(row: Row) { self = row }
}

/// The single column of a row, for queries that return one: `Query<Scalar<Int>>`.
package struct Scalar<Value: PostgresDecodable>: RowDecodable {
  package let value: Value
  package init(row: Row) throws { value = try row.get(0) }
}

extension Scalar: Sendable where Value: Sendable {}

/// A statement together with the type its rows fill.
package struct Query<T: RowDecodable>: Sendable {
  package let sql: SQL
  package init(_ sql: SQL) { self.sql = sql }
}
