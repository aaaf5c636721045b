import Testing

@testable import Web

@Suite struct FormTests {
  typealias Parsed = DateFields.Parsed

  @Test(arguments: [
    "3/4/2026", "03/04/2026", "3-4-2026", "3.4.2026", "3 4 2026", "2026-04-03", "2026/4/3", "3 April 2026",
    "3rd April 2026", "03-Apr-26", "3 apr 26", " 3/4/26 ", "Friday 3 April 2026", "Fri, 3 Apr 2026", "3/apr/2026",
  ])
  func aPastedDateIsRead(_ text: String) {
    #expect(DateFields(day: text).read() == .date(Parsed(year: 2026, month: 4, day: 3)))
  }

  @Test func boxesAreRead() {
    #expect(DateFields(day: "3", month: "4", year: "2026").read() == .date(Parsed(year: 2026, month: 4, day: 3)))
    #expect(DateFields(day: "03", month: "Sept", year: "75").read() == .date(Parsed(year: 2075, month: 9, day: 3)))
    #expect(DateFields(day: "3", month: "4", year: "76").read() == .date(Parsed(year: 1976, month: 4, day: 3)))
    #expect(DateFields().read() == .empty)
    #expect(DateFields(day: " ", month: "\t").read() == .empty)
    #expect(DateFields(day: "3", year: "2026").read() == .missing([.month]))
    #expect(DateFields(day: "32", month: "13", year: "2026").read() == .unreadable([.day, .month]))
    #expect(DateFields(day: "3", month: "4", year: "0003").read() == .unreadable([.year]))
    #expect(DateFields(day: "three").read() == .missing([.month, .year]))
    #expect(DateFields(day: "١", month: "4", year: "2026").read() == .unreadable([.day]))
    // 31 February is a date of figures; the calendar is the domain's.
    #expect(DateFields(day: "31", month: "2", year: "2026").read() == .date(Parsed(year: 2026, month: 2, day: 31)))
  }

  @Test func aDateThatIsNoneIsExplained() throws {
    let missing = try #require(DateFields.message(for: .missing([.month, .year]), of: "Issue date"))
    #expect(missing.0 == "Issue date must include a month and year" && missing.1 == [.month, .year])
    #expect(DateFields.message(for: .empty, of: "Issue date")?.0 == "Enter the issue date")
    #expect(DateFields.message(for: .empty, of: "DBS date")?.0 == "Enter the DBS date")
    #expect(DateFields.message(for: .empty, of: "The last day it covers")?.0 == "Enter the last day it covers")
  }

  static let form = FormView(
    action: "/licences", tokens: [FormToken(name: "t", value: "\"")],
    parts: [
      .field(.text("name", "Name", "O’<b>\"\u{301}", hint: "As on the badge")),
      .field(.date("from", "From", DateFields(day: "31 Foo"))),
      .group(legend: "Contact", [.text("email", "Email", type: .email), .text("password", "Password", "hunter2", type: .password)]),
      .field(.radios("cause", "Cause", "other", [
        .init("a", "A"), .init("other", "Other", reveals: [.text("why", "Why", "typed")]),
      ])),
      .field(.checkboxes("kinds", "Kinds", ["b"], [.init("a", "A", hint: "h"), .init("b", "B")])),
      .field(.textarea("note", "Note", "\nline", limit: 200, isOptional: true)),
      .field(.select("district", "District", "w", [.init("", "Choose"), .init("w", "Wyre Forest")])),
      .field(.file("file", "File", accept: ".csv")), .field(.hidden("version", "3")),
    ],
    buttons: [.init("Save"), .init("Cancel", .link(address: "/"))],
    errors: [
      FieldError(field: "why", message: "Say why"), FieldError(field: "from", message: "No date", parts: [.month]),
      FieldError(field: "", message: "Somebody else changed it"),
    ])

  @Test func theFormIsWellFormedAndLabelled() {
    let html = Self.form.errorSummary.string + Self.form.html.string
    #expect(MarkupCheck.faults(in: html, isWholePage: false) == [])
  }

  @Test func whatWasTypedStaysAndNoPasswordComesBack() {
    let html = Self.form.html.string
    #expect(html.contains("value=\"O’&lt;b&gt;&quot;\u{301}\"") && html.contains("value=\"31 Foo\""))
    #expect(html.contains(">\n\nline</textarea>"))
    #expect(!html.contains("hunter2"))
    #expect(html.contains("value=\"other\" checked") && html.contains("value=\"w\" selected"))
  }

  @Test func errorsStandInTheOrderOfTheQuestionsAndLeadToThem() throws {
    let html = Self.form.errorSummary.string
    let from = try #require(html.firstRange(of: "href=\"#from-month\""))
    let why = try #require(html.firstRange(of: "href=\"#why\""))
    #expect(from.lowerBound < why.lowerBound)
    #expect(html.contains("<li>Somebody else changed it</li>"))
    #expect(Self.form.html.string.contains("<span class=\"govuk-visually-hidden\">Error:</span> Say why"))
  }

  @Test func aFieldCanBePlacedAlone() {
    #expect(Self.form.html(of: "why").string.contains("aria-describedby=\"why-error\""))
    #expect(Self.form.html(of: "nothing").isEmpty)
  }
}
