import Mustache

/// What a template is given: names and values in order. Small and cheap; nothing is found by reflection.
///
/// ```swift
/// ViewData(["title": licence.reference, "isSuspended": true, "terms": licence.terms, "note": licence.note])
/// ```
/// In a template, `{{name}}` writes a text escaped; `{{#name}}` is entered for true, for a text that is not empty, for
/// a part and for each row of a list. A nil is *present and empty*: it never lets an outer value of the same name
/// through, and strict rendering does not complain about it. A name that ends in `HTML` is the only kind a template may
/// write unescaped (`{{{tableHTML}}}`); a plain text under such a name is escaped all the same.
package struct ViewData: Sendable {
  package enum Content: Sendable {
    case text(String)
    case flag(Bool)
    case rows([ViewData])
    case texts([String])
    case part(ViewData)
    case html(TrustedHTML)
    case nothing
  }

  private var entries: [(name: String, value: Content)]

  /// No names at all.
  package init() { entries = [] }

  /// The names in the order in which they were given.
  package var names: [String] { entries.map(\.name) }

  /// The value of a name; nil where the name is unknown here. Setting a known name replaces its value.
  package subscript(name: String) -> Content? {
    get {
      // A page has some ten names: walking them beats hashing.
      for entry in entries where entry.name == name { return entry.value }
      return nil
    }
    set {
      if let index = entries.firstIndex(where: { $0.name == name }) {
        if let newValue { entries[index].value = newValue } else { entries.remove(at: index) }
      } else if let newValue {
        entries.append((name, newValue))
      }
    }
  }

  /// Adds or replaces one name.
  package mutating func set(_ name: String, _ value: (any ViewValue)?) { self[name] = value?.viewValue ?? .nothing }

  /// These names and those of `other`; where both know one, `other` has the last word.
  package func merging(_ other: ViewData) -> ViewData {
    var merged = self
    for entry in other.entries { merged[entry.name] = entry.value }
    return merged
  }
}

extension ViewData: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, (any ViewValue)?)...) {
    entries = elements.map { ($0.0, $0.1?.viewValue ?? .nothing) }
  }
}

/// Something a template can be given under a name.
package protocol ViewValue: Sendable {
  var viewValue: ViewData.Content { get }
}

/// A value that says itself what a template sees of it.
package protocol ViewModel: ViewValue {
  var viewData: ViewData { get }
}

extension ViewModel {
  package var viewValue: ViewData.Content { .part(viewData) }
}

extension ViewData: ViewModel {
  package var viewData: ViewData { self }
}
extension String: ViewValue { package var viewValue: ViewData.Content { .text(self) } }
extension Int: ViewValue { package var viewValue: ViewData.Content { .text(String(self)) } }
extension Bool: ViewValue { package var viewValue: ViewData.Content { .flag(self) } }
extension TrustedHTML: ViewValue { package var viewValue: ViewData.Content { .html(self) } }
extension Array: ViewValue where Element: ViewValue {
  package var viewValue: ViewData.Content {
    if Element.self == String.self, let texts = self as? [String] { return .texts(texts) }
    return .rows(
      map {
        switch $0.viewValue {
        case .part(let part): part
        default: ViewData()
        }
      })
  }
}
extension Optional: ViewValue where Wrapped: ViewValue {
  package var viewValue: ViewData.Content { self?.viewValue ?? .nothing }
}

// MARK: - What Mustache sees

extension ViewData: MustacheParent {
  package func child(named name: String) -> Any? { self[name]?.mustache(named: name) }
}

extension ViewData.Content {
  /// The value in a shape that Mustache renders without reflection.
  func mustache(named name: String) -> Any {
    switch self {
    case .text(let text): ViewText(name.hasSuffix("HTML") ? SafeHTML().escapeText(text) : text)
    case .flag(let flag): flag
    case .rows(let rows): rows
    case .texts(let texts): texts.map { ViewText($0) }
    case .part(let part): part
    case .html(let html): html
    case .nothing: ViewText("")
    }
  }
}

/// A text for Mustache: empty counts as absent in a section, and names looked up inside one pass to the row and page.
struct ViewText: MustacheCustomRenderable, MustacheParent {
  let renderText: String
  init(_ text: String) { renderText = text }
  var isNull: Bool { renderText.isEmpty }
  func child(named: String) -> Any? { nil }
}
