import Domain
import Foundation
@testable import Portal
import TestSupport
import Testing
import Web

/// Every box of every form that takes words: either the screen for what identifies a child reads it before anything is kept, or it stands here
/// with the reason why it need not.
@Suite struct FreeTextTests {
  /// Boxes that are not screened, by slice.
  static let exempt: [String: [String: String]] = [
    "Accounts": ["name": "a colleague", "email": "an address", "password": "never kept as typed", "code": "six digits"],
    "Campaigns": ["name": "the name of a campaign of guidance", "postcodes": "read as postcodes", "references": "read as licence references"],
    "Committees": [
      "why": "why a councillor's appointment ended", "name": "a committee or a councillor", "panel": "a number", "quorum": "a number", "least": "a number", "most": "a number",
      "ward": "a ward", "email": "an address", "reference": "a reference", "time": "a time", "subject": "as the public agenda names it", "reason": "of a councillor's training or a hearing's day",
      "override": "why a local rule is put aside", "what": "a councillor's interest", "minutes": "a reference", "months": "a number", "induction": "a number", "source": "a rule's source",
      "places": "a number", "place": "a room", "provider": "a trainer", "score": "a number", "decider": "a colleague", "elected": "names of councillors",
      "attempt": "a number", "attempts": "a number", "pass": "a number", "joins": "names of councillors", "licence": "a reference",
    ],
    "DriverTraining": [
      "attempts": "a number", "pass-mark": "a number", "refresher": "a number", "score": "a number", "course": "the name of a course", "provider": "a trainer",
      "providers": "trainers", "name": "a name for choices of columns",
    ],
    "Events": [
      "course": "the name of a course", "others": "a number", "find": "searched with, not kept", "numbers": "read as references, what matches none is shown to be mended",
      "licensed-by": "an authority", "count": "a number", "badges": "read as badge numbers",
    ],
    "Fieldwork": ["officer": "a colleague", "address": "an address", "postcode": "a postcode"],
    "Guidance": [
      "find": "searched with, not kept", "body": "guidance that is published", "title": "guidance that is published",
      "code": "a short name", "grace": "a number", "approved-by": "a post", "summary": "guidance that is published", "name": "a holder's own signature",
    ],
    "HotSpots": [
      "postcode": "read as a postcode", "postcode-radius": "a number", "easting": "a number", "northing": "a number", "radius": "a number", "corners": "read as numbers",
      "geojson": "read as numbers, the rest is not kept",
    ],
    "Imports": ["name": "a name for choices of columns"],
    "Intelligence": ["grid": "read as a grid reference", "near": "searched with, not kept"],
    "Places": ["grid": "read as a grid reference", "uprn": "a number", "name": "a person who answers for a place, an adult", "contact": "of that person"],
    "Plans": ["coverage": "a number"],
    "Registers": [
      "reference": "a reference", "badge": "a number", "trading": "the name of a business", "place-address": "an address", "place-postcode": "a postcode", "uprn": "a number",
      "grid": "read as a grid reference", "given": "a licence holder, an adult", "family": "a licence holder, an adult", "business": "the name of a business", "email": "an address",
      "phone": "a number", "address": "an address", "postcode": "a postcode",
    ],
    "Returns": ["staff": "a number", "trained": "a number"],
    "Tasking": ["coverage": "a number", "many": "a number"],
    "Strategy": ["progress": "a number", "part": "a number", "whole": "a number"],
  ]

  /// Boxes as the source makes them: `.text("name", "Label", …)` and `.textarea(…)`. A column of a table is made alike, with a closure after it.
  static func boxes(in text: String) -> [String] {
    var found: [String] = []
    for match in text.matches(of: /\.(?:text|textarea)\(\s*"([a-z-]+)",/) {
      var depth = 0
      var inString = false
      var before: Character = " "
      var end = text.index(before: match.range.upperBound)
      var position = text[match.range].firstIndex(of: "(") ?? match.range.lowerBound
      while position < text.endIndex {
        let character = text[position]
        if character == "\"", before != "\\" { inString.toggle() }
        if !inString {
          if character == "(" { depth += 1 }
          if character == ")" { depth -= 1 }
          if depth == 0 {
            end = position
            break
          }
        }
        before = character
        position = text.index(after: position)
      }
      if !text[text.index(after: end)...].prefix(2).contains("{") { found.append(String(match.1)) }
    }
    return found
  }

  private static func slices() throws -> [String: [String]] {
    let portal = TestDatabase.root.appendingPathComponent("Sources/Portal")
    var all: [String: [String]] = [:]
    for case let file as URL in FileManager.default.enumerator(at: portal, includingPropertiesForKeys: nil) ?? .init() where file.pathExtension == "swift" {
      all[file.deletingLastPathComponent().lastPathComponent, default: []].append(try String(contentsOf: file, encoding: .utf8))
    }
    return all
  }

  /// Whether a slice gives what a box holds to the screen: by the name of the box, or in a list of names that is gone through.
  static func screens(_ texts: [String], _ box: String) -> Bool {
    texts.contains { text in
      text.components(separatedBy: "\n").contains { ($0.contains("errors.text(") || $0.contains("errors.screen(")) && $0.contains("\"\(box)\"") }
        || (text.contains(/errors\.(text|screen)\([a-z]+, field/) && text.contains("(\"\(box)\", "))
    }
  }

  @Test func everyBoxIsScreenedOrSaysWhyNot() throws {
    var known: [String: Set<String>] = [:]
    var count = 0
    for (slice, texts) in try Self.slices() {
      for box in Set(texts.flatMap(Self.boxes)) {
        count += 1
        known[slice, default: []].insert(box)
        let isScreened = Self.screens(texts, box), reason = Self.exempt[slice]?[box]
        #expect(isScreened || reason != nil, "\(slice): “\(box)” is not screened: give it to Errors.text or Errors.screen, or say here why it need not be")
      }
    }
    #expect(count > 90)
    for (slice, boxes) in Self.exempt {
      for box in boxes.keys { #expect(known[slice]?.contains(box) == true, "\(slice): “\(box)” stands here and in no form") }
    }
  }

  // MARK: - That the screen is really asked

  private static let today = Arrange.today
  private static let bad = "A girl called Tansy, 15, waits there"

  private func fields(_ pairs: [String: String]) -> FormFields { FormFields(pairs.map { ($0.key, $0.value) }) }

  private func stopped<V>(_ answer: Validated<V>, _ field: String, _ form: String) {
    guard case .invalid(let errors) = answer else {
      Testing.Issue.record("\(form) took \(field)")
      return
    }
    #expect(errors.all.contains { $0.field == field && $0.message.contains("Nothing was kept") }, "\(form) took \(field)")
  }

  @Test func formsAboutPlacesAndPlansRefuseIt() async throws {
    let today = Self.today
    let settings = try Settings(directory: TestDatabase.root.appendingPathComponent("Config"))
    for field in ["name", "reason"] {
      let answer = try await ProposalForm(fields([field: Self.bad])).validated(allowed: [], today: today, find: { _ in nil }, fault: { _, _ in nil })
      stopped(answer, field, "ProposalForm")
    }
    stopped(VisitForm(fields(["found": Self.bad])).validated([], today: today), "found", "VisitForm")
    stopped(ChallengeForm(fields(["debrief": Self.bad])).validated(today: today), "debrief", "ChallengeForm")
    stopped(RequestForm(fields(["detail": Self.bad])).validated(today: today), "detail", "RequestForm")
    for field in ["title", "venue", "item"] { stopped(EventForm(fields([field: Self.bad])).validated([], allowed: [], today: today), field, "EventForm") }
    stopped(ContactForm(fields(["place": Self.bad])).validated(allowed: [], settings: settings, today: today), "place", "ContactForm")
    for field in ["words", "evidence"] { stopped(ReportForm(fields([field: Self.bad])).validated(today: today), field, "ReportForm") }
    stopped(OverrideForm(fields(["reason": Self.bad])).validated(today: today), "reason", "OverrideForm")
    for field in ["what", "source"] { stopped(FigureForm(fields([field: Self.bad])).validated(today: today), field, "FigureForm") }
    stopped(RestrictionForm(fields(["reason": Self.bad])).validated(for: .privateHireDriver, today: today), "reason", "RestrictionForm")
    stopped(ConsultationForm(fields(["comments": Self.bad])).validated(asked: today - 1, proposed: nil, today: today), "comments", "ConsultationForm")
    for field in ["objective", "scanning", "place", "others", "response", "baseline", "assessment"] { stopped(PlanForm(fields([field: Self.bad])).validated(today: today), field, "PlanForm") }
    for field in ["text", "conditions", "legacy-conditions", "consent", "authority", "instruction", "sanitised-by", "originator"] {
      for kind in IntelligenceKind.allCases { stopped(IntelligenceForm(fields([field: Self.bad])).validated(kind, allowed: [], settings: settings, today: today), field, "IntelligenceForm") }
    }
    // The name of a place may be a school's: what is said about it may not.
    let school = "The car park of Oakmere High School"
    guard case .invalid(let errors) = EventForm(fields(["venue": school])).validated([], allowed: [], today: today) else { return }
    #expect(errors["venue"] == nil)
    stopped(VisitForm(fields(["found": school])).validated([], today: today), "found", "VisitForm")
  }
}
