/// A column of a list, declared once: it heads the page's table and the export, sorts, and fills both.
package struct Column<Row: Sendable>: Sendable {
  package enum Align: Sendable { case start, end, nowrap }
  package enum Width: Sendable { case quarter, third, half, twoThirds, narrow }

  /// Names it in exports' settings and addresses; stable.
  package let name: String
  package let heading: String
  package let align: Align
  package let width: Width?
  /// What the sort link asks for; nil where the list does not sort by it.
  package let sortKey: String?
  /// Shown on the page; an export has all columns.
  package var isOnPage = true
  /// In the export; false for a column of buttons.
  package var isInExport = true

  let write: @Sendable (Row, inout HTMLBuffer) -> Void
  let plain: @Sendable (Row) -> (text: String, isNumber: Bool)

  /// A column of cells.
  package init(
    _ name: String, _ heading: String, sort: String? = nil, align: Align = .start, width: Width? = nil,
    _ cell: @escaping @Sendable (Row) -> Cell
  ) {
    self.init(
      name, heading, sort: sort, align: align, width: width,
      plain: {
        let cell = cell($0)
        return (cell.plain, cell.isNumber)
      },
      write: { cell($0).write(to: &$1) })
  }

  /// A column that writes its markup itself: for the lists where each microsecond counts, or a cell of its own kind.
  package init(
    _ name: String, _ heading: String, sort: String? = nil, align: Align = .start, width: Width? = nil,
    plain: @escaping @Sendable (Row) -> String, write: @escaping @Sendable (Row, inout HTMLBuffer) -> Void
  ) {
    self.init(name, heading, sort: sort, align: align, width: width, plain: { (plain($0), false) }, write: write)
  }

  private init(
    _ name: String, _ heading: String, sort: String?, align: Align, width: Width?,
    plain: @escaping @Sendable (Row) -> (text: String, isNumber: Bool),
    write: @escaping @Sendable (Row, inout HTMLBuffer) -> Void
  ) {
    self.name = name
    self.heading = heading
    self.align = align
    self.width = width
    self.sortKey = sort
    self.plain = plain
    self.write = write
  }

  package static func text(
    _ name: String, _ heading: String, sort: String? = nil, width: Width? = nil,
    _ text: @escaping @Sendable (Row) -> String?
  ) -> Column {
    Column(name, heading, sort: sort, width: width) { text($0).map(Cell.text) ?? .nothing }
  }

  package static func number(
    _ name: String, _ heading: String, sort: String? = nil, _ number: @escaping @Sendable (Row) -> Int?
  ) -> Column {
    Column(name, heading, sort: sort, align: .end) { number($0).map(Cell.number) ?? .nothing }
  }

  /// A date in words, on one line. The export may hold another form of it (2026-04-03).
  package static func date(
    _ name: String, _ heading: String, sort: String? = nil, export: (@Sendable (Row) -> String?)? = nil,
    _ words: @escaping @Sendable (Row) -> String?
  ) -> Column {
    Column(
      name, heading, sort: sort, align: .nowrap, width: nil,
      plain: { ((export ?? words)($0) ?? "", false) },
      write: { (words($0).map(Cell.date) ?? .nothing).write(to: &$1) })
  }

  package static func link(
    _ name: String, _ heading: String, sort: String? = nil, width: Width? = nil,
    to address: @escaping @Sendable (Row) -> String, _ text: @escaping @Sendable (Row) -> String
  ) -> Column {
    Column(name, heading, sort: sort, width: width) { .link(address: address($0), text: text($0)) }
  }

  package static func light(
    _ name: String, _ heading: String, sort: String? = nil, _ light: @escaping @Sendable (Row) -> StatusLight?
  ) -> Column {
    Column(name, heading, sort: sort) { light($0).map(Cell.light) ?? .nothing }
  }

  package static func tag(
    _ name: String, _ heading: String, sort: String? = nil, _ tag: @escaping @Sendable (Row) -> StatusTag?
  ) -> Column {
    Column(name, heading, sort: sort) { tag($0).map(Cell.tag) ?? .nothing }
  }

  /// The same column, for the export alone.
  package var exportOnly: Column {
    var copy = self
    copy.isOnPage = false
    return copy
  }

  /// The same column, for the page alone.
  package var pageOnly: Column {
    var copy = self
    copy.isInExport = false
    return copy
  }
}
