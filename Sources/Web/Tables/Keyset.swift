import Foundation

/// Where a page of a list begins: after or before the row that a cursor names, or at the start.
///
/// A cursor is the sort values and the unique id of a row. It travels as opaque text; one that was tampered with, or that
/// belongs to another order, does not decode and means the first page. Its values are bound, never pasted, into SQL.
package enum KeysetPosition<Cursor: Codable & Sendable>: Sendable {
  case first
  case after(Cursor)
  /// The page that ends before the row: fetch backwards, then turn the rows round (`KeysetPage` does).
  case before(Cursor)

  /// Reads `after=` or `before=` of a query.
  package init(_ query: QueryItems) {
    if let text = query["after"], let cursor = KeysetCursor.decode(text, as: Cursor.self) {
      self = .after(cursor)
    } else if let text = query["before"], let cursor = KeysetCursor.decode(text, as: Cursor.self) {
      self = .before(cursor)
    } else {
      self = .first
    }
  }
}

extension KeysetPosition: Equatable where Cursor: Equatable {}

/// The opaque form of cursors: base64url of JSON.
package enum KeysetCursor {
  package static func encode(_ cursor: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A cursor is made of strings, numbers and dates, which always encode; an empty one means the first page.
    guard let data = try? encoder.encode(cursor) else { return "" }
    return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Nil for what is no cursor of this kind, or longer than any that we make.
  package static func decode<Cursor: Decodable>(_ text: String, as: Cursor.Type) -> Cursor? {
    guard text.utf8.count <= 2_048 else { return nil }
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    while base64.utf8.count % 4 != 0 { base64 += "=" }
    guard let data = Data(base64Encoded: base64) else { return nil }
    return try? JSONDecoder().decode(Cursor.self, from: data)
  }
}

/// A page of a list and the cursors of its neighbours.
package struct KeysetPage<Row: Sendable, Cursor: Codable & Sendable>: Sendable {
  package let rows: [Row]
  package let previous: Cursor?
  package let next: Cursor?

  /// - Parameters:
  ///   - fetched: up to `limit + 1` rows in the order in which they were asked for (backwards for `before`).
  ///   - limit: rows a page.
  ///   - cursor: the cursor that names a row.
  package init(
    _ fetched: [Row], limit: Int, at position: KeysetPosition<Cursor>, cursor: (Row) -> Cursor
  ) {
    let hasMore = fetched.count > limit
    var page = Array(fetched.prefix(limit))
    switch position {
    case .first:
      previous = nil
      next = hasMore ? page.last.map(cursor) : nil
    case .after:
      previous = page.first.map(cursor)
      next = hasMore ? page.last.map(cursor) : nil
    case .before:
      page.reverse()
      previous = hasMore ? page.first.map(cursor) : nil
      next = page.last.map(cursor)
    }
    rows = page
  }

  /// Links to the neighbours, keeping the rest of the query. Nil where the list has one page.
  package func pagination(_ query: QueryItems) -> Pagination? {
    guard previous != nil || next != nil else { return nil }
    let bare = query.removing("after", "before")
    return Pagination(
      previous: previous.map { bare.setting("before", KeysetCursor.encode($0)).address },
      next: next.map { bare.setting("after", KeysetCursor.encode($0)).address })
  }
}

/// Previous and next, for `components/pagination`.
package struct Pagination: ViewModel {
  package var previous: String?
  package var next: String?

  package init(previous: String?, next: String?) {
    self.previous = previous
    self.next = next
  }

  package var viewData: ViewData { ["previousAddress": previous, "nextAddress": next] }
}
