import Foundation
import Testing

@testable import Web

@Suite struct RendererTests {
  /// The grep that keeps the escaping hole closed: on the files, not on what the renderer makes of them.
  @Test func everyTemplateBeginsWithThePragma() throws {
    let files = FileManager.default.enumerator(atPath: Fixture.templates)?.compactMap { $0 as? String } ?? []
    let templates = files.filter { $0.hasSuffix(".mustache") }
    #expect(templates.count > 10)
    for file in templates {
      let text = try String(contentsOfFile: Fixture.templates + "/" + file, encoding: .utf8)
      #expect(text.hasPrefix(TemplateRules.pragma + "\n"), "\(file)")
    }
  }

  @Test func theProductsTemplatesKeepTheRules() throws {
    _ = try Renderer(directory: Fixture.templates)
  }

  @Test(arguments: [
    ("<p>{{x}}</p>", "first line"),
    ("{{% CONTENT_TYPE: TEXT}}\n{{x}}", "first line"),
    ("{{% CONTENT_TYPE: HTML}}\n{{% CONTENT_TYPE: TEXT}}\n{{x}}", "first line"),
    ("{{% CONTENT_TYPE: HTML}}\n{{{name}}}", "unescaped"),
    ("{{% CONTENT_TYPE: HTML}}\n{{&nameHTML}}", "not {{&"),
    ("{{% CONTENT_TYPE: HTML}}\n{{#a}}{{a.b}}{{/a}}", "dot"),
    ("{{% CONTENT_TYPE: HTML}}\n{{> nowhere/at-all}}", "no template"),
    ("{{% CONTENT_TYPE: HTML}}\n{{>*name}}", "outright"),
    ("{{% CONTENT_TYPE: HTML}}\n  {{> components/tag}}", "indented"),
    ("{{% CONTENT_TYPE: HTML}}\n<p style=\"color: red\">", "inline style"),
    ("{{% CONTENT_TYPE: HTML}}\n<p onclick=\"x()\">", "handler"),
    ("{{% CONTENT_TYPE: HTML}}\n<script src=\"x.js\"></script>", "nonce"),
    ("{{% CONTENT_TYPE: HTML}}\n<p id={{x}}>", "quotation marks"),
    ("{{% CONTENT_TYPE: HTML}}\n{{=<% %>=}}", "delimiters"),
    ("{{% CONTENT_TYPE: HTML}}\n{{#a}}", "parse"),
  ])
  func aTemplateThatBreaksARuleIsRefusedWithASentence(_ text: String, _ words: String) throws {
    try Fixture.withTemplates(["bad": text]) { directory in
      let error = #expect(throws: TemplateError.self) { try Renderer(directory: directory) }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
      #expect(error?.file == "bad.mustache")
    }
  }

  @Test func namesAreLookedUpInTheRowThenThePageThenTheLayout() throws {
    let html = try Fixture.render(
      "{{#rows}}{{a}}{{b}}{{c}};{{/rows}}",
      ["rows": [["a": "row"] as ViewData, ["a": nil] as ViewData], "a": "page", "b": "page"],
      layout: ["b": "layout", "c": "layout"])
    #expect(html.contains("rowpagelayout;pagelayout;"))
  }

  @Test func aNameFoundNowhereIsAMistake() throws {
    let error = #expect(throws: TemplateError.self) { try Fixture.render("{{#rows}}{{nmae}}{{/rows}}{{x}}", ["rows": [["name": "A"] as ViewData]]) }
    #expect(error?.sentence.contains("“nmae”, “x”") == true)
  }

  @Test func inReleaseAMissingNameIsLoggedAndThePageShown() throws {
    try Fixture.withTemplates(["t": TemplateRules.pragma + "\n<p>{{x}}</p>"]) {
      let html = try Renderer(directory: $0, options: .init(strict: false)).render("t", [:])
      #expect(html.contains("<p></p>"))
    }
  }

  @Test func textUnderATrustedNameIsEscapedAllTheSame() throws {
    #expect(try Fixture.render("{{{noteHTML}}}", ["noteHTML": "<b>"]).contains("&lt;b&gt;"))
    #expect(try Fixture.render("{{{noteHTML}}}", ["noteHTML": HTMLBuffer.build { $0.append("<b>") }]).contains("<b>"))
  }

  @Test func sectionsEnterWhatIsThere() throws {
    let page: ViewData = [
      "yes": true, "no": false, "text": "t", "empty": "", "none": nil, "list": ["a", "b"], "part": ["x": "p"] as ViewData,
      "zero": 0, "rows": [ViewData](),
    ]
    let html = try Fixture.render(
      "{{#yes}}1{{/yes}}{{#no}}2{{/no}}{{#text}}{{text}}{{/text}}{{#empty}}3{{/empty}}{{^none}}4{{/none}}{{#list}}{{.}}{{/list}}{{#part}}{{x}}{{text}}{{/part}}{{zero}}{{^rows}}5{{/rows}}",
      page)
    #expect(html.contains("1t4abpt05"))
  }

  @Test func aChangedTemplateIsReadAgainOnlyWhenAsked() throws {
    try Fixture.withTemplates(["t": TemplateRules.pragma + "\none"]) { directory in
      let kept = try Renderer(directory: directory)
      let fresh = try Renderer(directory: directory, options: .init(reloads: true))
      try Data((TemplateRules.pragma + "\ntwo").utf8).write(to: URL(filePath: directory + "/t.mustache"))
      #expect(try kept.render("t", [:]).contains("one"))
      #expect(try fresh.render("t", [:]).contains("two"))
    }
  }

  @Test func markupCheckFindsFaults() {
    func faults(_ html: String) -> String { MarkupCheck.faults(in: html, isWholePage: false).joined() }
    #expect(faults("<p>a</p><br>").isEmpty)
    #expect(faults("<p><b>a</p>").contains("closes nothing"))
    #expect(faults("<div>").contains("never closed"))
    #expect(faults("<input id=\"a\" type=\"text\">").contains("no label"))
    #expect(faults("<label for=\"a\">A</label><input id=\"a\">").isEmpty)
    #expect(faults("<i id=\"a\"></i><i id=\"a\"></i>").contains("twice"))
    #expect(faults("<a href=\"#x\">x</a>").contains("not there"))
    #expect(faults("<p style=\"a\"></p>").contains("style"))
    #expect(MarkupCheck.faults(in: "<p></p>").contains { $0.contains("h1") })
  }
}
