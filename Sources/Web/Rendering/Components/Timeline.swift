/// What happened to a record, newest first, each event a sentence. For `components/timeline`.
package struct Timeline: ViewModel {
  package struct Event: ViewModel {
    package var sentence: String
    /// The moment in words: "3 April 2026, 2:15pm".
    package var when: String
    /// The same for machines: "2026-04-03T14:15:00+01:00".
    package var dateTime: String
    /// The author as they were then.
    package var by: String
    package var detail: String?
    package var link: String?
    package var address: String?
    /// Field by field: "Address", "1 High Street", "2 High Street".
    package var changes: [Change]

    package init(
      _ sentence: String, when: String, dateTime: String, by: String, detail: String? = nil, link: String? = nil,
      address: String? = nil, changes: [Change] = []
    ) {
      self.sentence = sentence
      self.when = when
      self.dateTime = dateTime
      self.by = by
      self.detail = detail
      self.link = link
      self.address = address
      self.changes = changes
    }

    package var viewData: ViewData {
      [
        "sentence": sentence, "when": when, "dateTime": dateTime, "by": by, "detail": detail, "link": link,
        "address": address, "changes": changes, "hasChanges": !changes.isEmpty,
      ]
    }
  }

  package struct Change: ViewModel {
    package var field: String
    package var before: String
    package var after: String

    package init(_ field: String, from before: String, to after: String) {
      self.field = field
      self.before = before
      self.after = after
    }

    package var viewData: ViewData { ["field": field, "before": before, "after": after] }
  }

  package var events: [Event]

  package init(_ events: [Event]) { self.events = events }

  package var viewData: ViewData { ["events": events] }
}
