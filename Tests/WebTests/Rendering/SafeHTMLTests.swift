import Foundation
import Mustache
import Testing

@testable import Web

@Suite struct SafeHTMLTests {
  /// Every scalar that joins the character before it: the hole of an escaper that walks characters.
  static let joining: [Unicode.Scalar] = (0...0x10FFFF).compactMap(Unicode.Scalar.init).filter {
    switch $0.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .format: true
    default: $0.properties.isGraphemeExtend || $0.properties.isEmojiModifier
    }
  }

  /// Delete the pragma check of `TemplateRules`, and use a template without it, to see a quotation mark get through.
  @Test func everyMarkupCharacterIsEscapedBeforeEveryCombiningMark() {
    #expect(Self.joining.count > 2_000)
    for mark in Self.joining {
      for character in "&<>\"'`=" {
        let text = "x\(character)\(mark)y"
        let escaped = SafeHTML().escapeText(text)
        #expect(!escaped.unicodeScalars.contains { "<>\"'`=".unicodeScalars.contains($0) }, "\(mark.value)")
        #expect(escaped.hasPrefix("x&"))
        var buffer = HTMLBuffer()
        buffer.append(escaping: text)
        #expect(buffer.html.string == escaped)
      }
    }
  }

  @Test func aTemplateEscapesWithinAnAttribute() throws {
    let attack = "x\"\u{301} onmouseover=alert(1) y=\"\u{200D}"
    let html = try Fixture.render("<input id=\"{{v}}\">", ["v": attack])
    #expect(Array(html.utf8).firstRange(of: Array("<input id=\"x&quot;\u{301} onmouseover&#61;".utf8)) != nil)
    #expect(MarkupCheck.faults(in: html, isWholePage: false).filter { $0.contains("handler") }.isEmpty)
    #expect(html.utf8.count(where: { $0 == 0x22 }) == 2)
  }

  /// Partials and inherited blocks fall back to Mustache's own escaper unless they say otherwise themselves.
  @Test func partialsAndBlocksEscapeTheSameWay() throws {
    let attack = "\"\u{301}<\u{301}"
    let html = try Fixture.withTemplates([
      "p": TemplateRules.pragma + "\n[{{v}}]",
      "l": TemplateRules.pragma + "\n{{$content}}{{/content}}{{v}}",
      "t": TemplateRules.pragma + "\n{{> p}}\n{{<l}}{{$content}}({{v}}){{/content}}{{/l}}",
    ]) { try Renderer(directory: $0).render("t", ["v": attack]) }
    #expect(!html.unicodeScalars.contains("\"") && !html.unicodeScalars.contains("<"))
    // By bytes: to a String, “;” and the mark after it are one character.
    for piece in ["[&quot;", "(&quot;", ")&quot;"] {
      #expect(Array(html.utf8).firstRange(of: Array(piece.utf8)) != nil, "\(piece)")
    }
  }

  @Test func plainTextIsLeftAlone() {
    #expect(SafeHTML().escapeText("Zoë O’Brien – 10 £") == "Zoë O’Brien – 10 £")
  }

  @Test(arguments: ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//evil.example", "\tjavascript:x", "\\\\evil", "/\\evil", "vbscript:x"])
  func anAddressThatRunsOrLeavesIsNotFollowed(_ address: String) {
    #expect(HTMLBuffer.build { $0.append(href: address) }.string == " href=\"#\"")
  }

  @Test(arguments: ["/drivers", "/", "?sort=name", "#main", "https://example.org/a", "mailto:a@example.org", ""])
  func ourOwnAddressesAre(_ address: String) {
    #expect(SafeHTML.isSafeAddress(address))
  }
}
