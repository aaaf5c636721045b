/// What a template file must and must not contain. Checked when the server starts and by a test.
///
/// 1. The first thing is the pragma: without it the file, and every partial, falls back to Mustache's own escaper.
/// 2. Unescaped output only under a name that ends in `HTML`, which `ViewData` fills with trusted markup alone.
/// 3. Names have no dots: strictness could not tell a missing outer name from a missing inner one.
/// 4. Partials are named outright and exist: a missing one would render as nothing.
/// 5. A partial or block on a line of its own is not indented: Mustache would count the characters of all it renders.
/// 6. No inline style, handler or script, which the content security policy would refuse; no unquoted attribute.
package enum TemplateRules {
  package static let pragma = "{{% CONTENT_TYPE: HTML}}"

  /// - Throws: `TemplateError` for the first rule that is broken.
  package static func check(_ name: String, _ text: String, known: Set<String>) throws {
    func refuse(_ sentence: String) -> TemplateError { TemplateError(file: name + ".mustache", sentence: sentence) }

    guard text.hasPrefix(pragma + "\n") else {
      throw refuse("Its first line must be \(pragma), or its output would not be escaped safely.")
    }
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let here = "Line \(number + 1)"
      var rest = line[...]
      while let open = rest.firstRange(of: "{{") {
        let before = rest[..<open.lowerBound]
        let tail = rest[open.upperBound...]
        guard let close = tail.firstRange(of: "}}") else {
          throw refuse("\(here): a tag must be closed on the line on which it opens.")
        }
        let tag = tail[..<close.lowerBound]
        rest = tail[close.upperBound...]
        if rest.first == "}" { rest = rest.dropFirst() }
        let kind = tag.first ?? " "
        let word = tag.drop { "#^/!{&><$%= \t".contains($0) }.filter { $0 != " " }

        if before.last == "=" { throw refuse("\(here): the attribute's value {{\(tag)}} needs quotation marks.") }
        switch kind {
        case "!": continue
        case "%" where number > 0: throw refuse("\(here): the content type is said once, on the first line.")
        case "=": throw refuse("\(here): the delimiters are not to be changed.")
        case "&": throw refuse("\(here): write {{{…HTML}}} for trusted markup, not {{&…}}.")
        case "{" where !word.hasSuffix("HTML"):
          throw refuse("\(here): “\(word)” may be written unescaped only if it is trusted and its name ends in HTML.")
        case ">", "<":
          if word.hasPrefix("*") { throw refuse("\(here): a partial is named outright, not by a value.") }
          if !known.contains(String(word)) { throw refuse("\(here): there is no template “\(word)”.") }
        case "#", "^", "/", "$", "%": break
        default: break
        }
        if !">< %".contains(kind), word != ".", word.contains(".") {
          throw refuse("\(here): “\(word)” has a dot; open a section on its first part instead.")
        }
        if "><$".contains(kind), !before.isEmpty, before.allSatisfy({ $0 == " " || $0 == "\t" }),
          rest.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\r" })
        {
          throw refuse("\(here): a partial or block on a line of its own must not be indented.")
        }
      }
      if let wrong = inline(in: line.lowercased()) {
        throw refuse("\(here): \(wrong) is refused by the content security policy.")
      }
    }
  }

  /// The inline style, handler or script that a line holds, if any.
  private static func inline(in line: String) -> String? {
    if line.contains(" style=\"") || line.contains("<style") { return "an inline style" }
    if line.contains("<script"), !line.contains("nonce=\"{{nonce}}\"") { return "a script without the nonce" }
    if line.contains("javascript:") { return "a javascript: address" }
    var words = line[...]
    while let found = words.firstRange(of: " on") {
      let tail = words[found.upperBound...]
      let handler = tail.prefix { $0.isLetter }
      if !handler.isEmpty, tail.dropFirst(handler.count).hasPrefix("=\"") { return "the handler on\(handler)" }
      words = tail
    }
    return nil
  }
}
