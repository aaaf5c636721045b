/// Finds what is wrong with a page's markup, for the test that renders every page there is. It reads our own markup: every
/// element is closed, attributes are quoted.
package enum MarkupCheck {
  /// Sentences, one for each fault; empty for a page in order.
  /// - Parameter isWholePage: whether to ask for the lang, the title and the one h1 as well.
  package static func faults(in html: String, isWholePage: Bool = true) -> [String] {
    var faults: [String] = []
    let elements = read(html, &faults)

    var ids: Set<String> = []
    for element in elements {
      if let id = element["id"], !ids.insert(id).inserted { faults.append("The id “\(id)” is there twice.") }
    }
    let labelled = Set(elements.filter { $0.name == "label" }.compactMap { $0["for"] })
    for element in elements {
      for name in ["aria-describedby", "aria-labelledby", "for", "data-aria-controls"] {
        for id in (element[name] ?? "").split(separator: " ") where !ids.contains(String(id)) {
          faults.append("\(element): \(name) names “\(id)”, which is not there.")
        }
      }
      if let href = element["href"], href.hasPrefix("#"), href.count > 1, !ids.contains(String(href.dropFirst())) {
        faults.append("\(element): the link leads to “\(href)”, which is not there.")
      }
      if element["style"] != nil { faults.append("\(element): an inline style.") }
      if element.attributes.contains(where: { $0.name.hasPrefix("on") }) { faults.append("\(element): a handler.") }
      switch element.name {
      case "input" where !["hidden", "submit"].contains(element["type"] ?? ""), "select", "textarea":
        if !labelled.contains(element["id"] ?? ""), element["aria-label"] == nil, element["aria-labelledby"] == nil {
          faults.append("\(element): no label.")
        }
      case "img" where element["alt"] == nil: faults.append("\(element): no alt.")
      case "svg" where element["role"] != "img" && element["aria-hidden"] != "true":
        faults.append("\(element): neither an image with a name nor hidden.")
      case "script" where element["src"] == nil || element["nonce"] == nil:
        faults.append("\(element): a script without source or nonce.")
      case "table" where !elements.contains { $0.name == "caption" && $0.parent == element.number }:
        faults.append("\(element): no caption.")
      case "a" where element["href"] == nil: faults.append("\(element): a link to nowhere.")
      default: break
      }
    }
    if isWholePage {
      let headings = elements.count { $0.name == "h1" }
      if headings != 1 { faults.append("The page has \(headings) h1, not one.") }
      if !html.hasPrefix("<!DOCTYPE html>") { faults.append("The page does not begin with the doctype.") }
      if elements.first(where: { $0.name == "html" })?["lang"] == nil { faults.append("The page names no language.") }
      if elements.count(where: { $0.name == "main" }) != 1 { faults.append("The page has not one main.") }
    }
    return faults
  }

  struct Element: CustomStringConvertible {
    let number: Int
    let parent: Int
    let name: String
    let attributes: [(name: String, value: String)]

    subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

    var description: String {
      let what = self["id"].map { "#\($0)" } ?? self["name"].map { "[name=\($0)]" } ?? self["class"].map { ".\($0)" }
      return "<\(name)>\(what ?? "")"
    }
  }

  private static let void: Set<String> = ["meta", "link", "img", "input", "br", "hr", "wbr", "col", "source"]

  /// Elements in the order of the page; faults of nesting are appended.
  static func read(_ html: String, _ faults: inout [String]) -> [Element] {
    let text = Array(html.utf8)
    var elements: [Element] = []
    var open: [Element] = []
    var index = 0

    func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }

    while let start = text[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = start + 1
      if text[start...].starts(with: "<!--".utf8) {
        index = text[start...].firstRange(of: Array("-->".utf8))?.upperBound ?? text.count
        continue
      }
      if index < text.count, text[index] == UInt8(ascii: "!") { continue }
      let isEnd = index < text.count && text[index] == UInt8(ascii: "/")
      if isEnd { index += 1 }
      let nameStart = index
      while index < text.count, !isSpace(text[index]), text[index] != 0x3E, text[index] != 0x2F { index += 1 }
      let name = string(nameStart..<index).lowercased()

      var attributes: [(name: String, value: String)] = []
      var isSelfClosed = false
      while index < text.count, text[index] != 0x3E {
        if isSpace(text[index]) { index += 1; continue }
        if text[index] == 0x2F { isSelfClosed = true; index += 1; continue }
        let attributeStart = index
        while index < text.count, !isSpace(text[index]), ![0x3D, 0x3E, 0x2F].contains(text[index]) { index += 1 }
        let attribute = string(attributeStart..<index)
        var value = ""
        if index < text.count, text[index] == 0x3D {
          index += 1
          guard index < text.count, text[index] == 0x22, let close = text[(index + 1)...].firstIndex(of: 0x22) else {
            faults.append("<\(name)>: the attribute “\(attribute)” is not quoted.")
            return elements
          }
          value = string((index + 1)..<close)
          index = close + 1
        }
        if attributes.contains(where: { $0.name == attribute }) {
          faults.append("<\(name)>: the attribute “\(attribute)” is there twice.")
        }
        attributes.append((attribute, value))
      }
      index = min(index + 1, text.count)

      if isEnd {
        if open.last?.name == name {
          open.removeLast()
        } else {
          faults.append("</\(name)> closes nothing that is open: inside \(open.last.map(String.init(describing:)) ?? "nothing").")
          if let match = open.lastIndex(where: { $0.name == name }) { open.removeSubrange(match...) }
        }
        continue
      }
      let element = Element(
        number: elements.count, parent: open.last?.number ?? -1, name: name, attributes: attributes)
      elements.append(element)
      if !isSelfClosed, !void.contains(name) { open.append(element) }
    }
    for element in open { faults.append("\(element) is never closed.") }
    return elements
  }
}
