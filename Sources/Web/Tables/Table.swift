/// A list as a value: its columns, and how it behaves where there is little room or nothing to show.
///
/// ```swift
/// static let table = Table<LicenceRow>(rowHeader: "name", [
///   .link("name", "Name", sort: "name", to: { "/licences/\($0.id)" }, { $0.name }),
///   .date("ends", "Ends", sort: "ends", export: { $0.ends.iso }) { $0.ends.words },
/// ])
/// ```
/// Which row the page's rows are, sorted how and counted how, the store decides; the table shows it.
package struct Table<Row: Sendable>: Sendable {
  /// What becomes of the table on a narrow screen.
  package enum Narrow: Sendable {
    /// Each row becomes a card: headings stand before their values.
    case stacks
    /// The table scrolls sideways in a region that the keyboard reaches. For tables of figures.
    case scrolls
  }

  package let columns: [Column<Row>]
  /// The name of the column whose cells head their rows.
  package let rowHeader: String
  package let narrow: Narrow

  package init(rowHeader: String, narrow: Narrow = .stacks, _ columns: [Column<Row>]) {
    self.columns = columns
    self.rowHeader = rowHeader
    self.narrow = narrow
  }

  /// By which column the rows are sorted, and the query that sort links keep.
  package struct Sort: Sendable {
    package var key: String
    package var isDescending: Bool
    package var query: QueryItems

    package init(key: String, isDescending: Bool = false, query: QueryItems) {
      self.key = key
      self.isDescending = isDescending
      self.query = query
    }

    /// Reads `sort=name` or `sort=-name`; the default where the column is not one of the table's.
    package init(_ query: QueryItems, among allowed: [String], default fallback: String) {
      let asked = query["sort"] ?? fallback
      let isDescending = asked.hasPrefix("-")
      let key = isDescending ? String(asked.dropFirst()) : asked
      if allowed.contains(key) {
        self.init(key: key, isDescending: isDescending, query: query)
      } else {
        let down = fallback.hasPrefix("-")
        self.init(key: down ? String(fallback.dropFirst()) : fallback, isDescending: down, query: query)
      }
    }
  }

  /// What stands in the place of a table without rows.
  package struct Empty: Sendable {
    package var heading: String
    /// What to do about it.
    package var text: String
    package var link: String?
    package var address: String?

    package init(_ heading: String, _ text: String = "", link: String? = nil, address: String? = nil) {
      self.heading = heading
      self.text = text
      self.link = link
      self.address = address
    }
  }

  /// The sort keys that the columns offer.
  package var sortKeys: [String] { columns.compactMap(\.sortKey) }

  /// The table's markup.
  /// - Parameters:
  ///   - caption: names the table; always there for screen readers.
  ///   - isCaptionShown: whether it is also seen; false where the heading above says the same.
  ///   - sort: nil where the table does not sort.
  package func html(
    _ rows: [Row], caption: String, isCaptionShown: Bool = false, sort: Sort? = nil,
    empty: Empty = Empty("Nothing to show")
  ) -> TrustedHTML {
    guard !rows.isEmpty else { return self.html(of: empty) }
    let shown = columns.filter(\.isOnPage)
    var out = HTMLBuffer(capacity: 1_024 + rows.count * shown.count * 128)
    if narrow == .scrolls {
      out.append("<div class=\"app-scroll\" role=\"region\" tabindex=\"0\"")
      out.append(attribute: "aria-label", caption)
      out.append(">")
    }
    out.append("<table class=\"govuk-table app-table")
    // Cards take the table's display away, and with it, in some browsers, the roles: said outright.
    if narrow == .stacks { out.append(" app-table--stacks\" role=\"table") }
    out.append("\"><caption class=\"")
    if isCaptionShown { out.append("govuk-table__caption govuk-table__caption--m") }
    else { out.append("govuk-visually-hidden") }
    out.append("\">")
    out.append(escaping: caption)
    out.append("</caption>")
    writeHead(shown, sort, to: &out)
    out.append("<tbody class=\"govuk-table__body\"")
    if narrow == .stacks { out.append(" role=\"rowgroup\"") }
    out.append(">")
    let openings = shown.map(opening)
    for row in rows {
      if narrow == .stacks { out.append("<tr class=\"govuk-table__row\" role=\"row\">") }
      else { out.append("<tr class=\"govuk-table__row\">") }
      for (index, column) in shown.enumerated() {
        out.append(openings[index])
        column.write(row, &out)
        if column.name == rowHeader { out.append("</th>") } else { out.append("</td>") }
      }
      out.append("</tr>")
    }
    out.append("</tbody></table>")
    if narrow == .scrolls { out.append("</div>") }
    return out.html
  }

  /// The start tag of a column's cells: the same for every row, so it is built once.
  private func opening(of column: Column<Row>) -> TrustedHTML {
    HTMLBuffer.build { out in
      if column.name == rowHeader {
        out.append("<th scope=\"row\" class=\"govuk-table__header app-table__row-header")
      } else {
        out.append("<td class=\"govuk-table__cell")
      }
      if column.align == .end { out.append(" govuk-table__cell--numeric") }
      if column.align == .nowrap { out.append(" app-nowrap") }
      out.append("\"")
      if narrow == .stacks {
        if column.name == rowHeader { out.append(" role=\"rowheader\"") } else { out.append(" role=\"cell\"") }
        out.append(attribute: "data-label", column.heading)
      }
      out.append(">")
    }
  }

  private func writeHead(_ shown: [Column<Row>], _ sort: Sort?, to out: inout HTMLBuffer) {
    if narrow == .stacks {
      out.append("<thead class=\"govuk-table__head\" role=\"rowgroup\"><tr class=\"govuk-table__row\" role=\"row\">")
    } else {
      out.append("<thead class=\"govuk-table__head\"><tr class=\"govuk-table__row\">")
    }
    for column in shown {
      out.append("<th scope=\"col\" class=\"govuk-table__header")
      if column.align == .end { out.append(" govuk-table__header--numeric") }
      switch column.width {
      case nil: break
      case .quarter: out.append(" govuk-!-width-one-quarter")
      case .third: out.append(" govuk-!-width-one-third")
      case .half: out.append(" govuk-!-width-one-half")
      case .twoThirds: out.append(" govuk-!-width-two-thirds")
      case .narrow: out.append(" app-narrow")
      }
      out.append("\"")
      if narrow == .stacks { out.append(" role=\"columnheader\"") }
      if let sort, let key = column.sortKey {
        let isCurrent = sort.key == key
        if isCurrent {
          out.append(" aria-sort=\"")
          if sort.isDescending { out.append("descending") } else { out.append("ascending") }
          out.append("\"")
        }
        out.append("><a class=\"app-sort\"")
        // Another order starts from its first page.
        let asked = isCurrent && !sort.isDescending ? "-" + key : key
        out.append(href: sort.query.removing("after", "before").setting("sort", asked).address)
        out.append(">")
        out.append(escaping: column.heading)
        out.append("</a>")
      } else {
        out.append(">")
        out.append(escaping: column.heading)
      }
      out.append("</th>")
    }
    out.append("</tr></thead>")
  }

  private func html(of empty: Empty) -> TrustedHTML {
    HTMLBuffer.build { out in
      out.append("<div class=\"app-empty\"><p class=\"app-empty__heading\">")
      out.append(escaping: empty.heading)
      out.append("</p>")
      if !empty.text.isEmpty {
        out.append("<p class=\"govuk-body\">")
        out.append(escaping: empty.text)
        out.append("</p>")
      }
      if let link = empty.link, let address = empty.address {
        out.append("<p class=\"govuk-body\"><a class=\"govuk-link\"")
        out.append(href: address)
        out.append(">")
        out.append(escaping: link)
        out.append("</a></p>")
      }
      out.append("</div>")
    }
  }
}
