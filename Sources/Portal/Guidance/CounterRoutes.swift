import Domain
import Foundation
import Hummingbird
import Web

/// The counter, by keyboard alone: a badge number and Enter, the strip, Enter to give guidance and record its
/// acknowledgement, and the cursor is in the search box for the next holder.
enum CounterRoutes {
  static func add(to routes: Routes) {
    routes.may(.issueGuidance, .get, "counter", show)
    routes.may(.issueGuidance, .post, "counter/{id}") { visit in
      let licence = try await visit.licence(may: .issueGuidance)
      let store = GuidanceStore(environment: visit.environment)
      let versions = try await store.offered(licence.kind, for: visit.officer)
      let fields = try await visit.form()
      let method = fields["action"] == "given" ? nil : AcknowledgementMethod(rawValue: fields["method"] ?? "") ?? .wetSignature
      guard let version = versions.first(where: { $0.id.uuidString == fields["version"] }) else {
        throw Problem(.conflict, "That guidance is no longer in effect", "A newer version was published. Find the holder again.", wayOn: ("Back to the counter", Path.counter))
      }
      let issue = NewIssue(version: version.id, occasion: .anniversary, channel: .hand, on: visit.today, acknowledgement: method)
      let given = try await store.give(issue, to: licence, key: UUID(uuidString: fields["key"] ?? ""), by: visit.officer)
      let words = "\(licence.holder.name) (\(licence.reference)) has \(version.name)" + (method == nil ? "." : ", acknowledged.")
      return visit.redirect(
        to: Path.counter, saying: given == nil ? "That was recorded already." : words, link: "See the record or undo",
        address: Path.licence(licence.id) + (given.map { "#issue-\($0.uuidString.lowercased())" } ?? ""))
    }
  }

  private static func show(_ visit: OfficerVisit) async throws -> Response {
    let query = try visit.query()
    let words = query.trimmed("find")
    let lists = LicenceListStore(environment: visit.environment)
    var found: [(row: LicenceRow, matched: String)] = []
    if !words.isEmpty { found = try await lists.search(words, on: visit.today, for: visit.officer) }
    var chosen = found.count == 1 ? found.first?.row.id : nil
    if let id = query["licence"].flatMap(UUID.init) { chosen = id }
    guard let chosen, let licence = try await RegisterStore(visit.environment).licence(chosen, on: visit.today, for: visit.officer) else {
      return try visit.page(CounterPage(words: words, found: found, strip: nil, settings: visit.environment.settings, tokens: []))
    }
    let (lights, versions) = try await visit.environment.database.read(
      as: visit.officer, RecordPage.lights(chosen, on: visit.today), GuidanceStore.offered(licence.kind, on: visit.today))
    guard let light = lights.first else { throw Problem.notFound }
    let strip = CounterPage.Strip(licence: licence, lights: light, versions: versions, may: visit.officer.may(.issueGuidance, in: licence.authority))
    return try visit.page(CounterPage(words: words, found: [], strip: strip, settings: visit.environment.settings, tokens: visit.formTokens))
  }
}

struct CounterPage: Page {
  static let template = "guidance/counter"
  let words: String
  let found: [(row: LicenceRow, matched: String)]
  let strip: Strip?
  let settings: Settings?
  let tokens: [FormToken]

  struct Strip: Sendable {
    var licence: Licence
    var lights: Lights
    var versions: [OfferedVersion]
    var may: Bool
  }

  private struct Hit: Sendable {
    var row: LicenceRow
    var matched: String
  }

  var viewData: ViewData {
    var find = Field.text("find", "Badge, reference, postcode or name", words, type: .search, width: .twenty, autocomplete: "off")
    find.isSpellchecked = false
    find.isAutofocused = strip == nil
    let table = Table<Hit>(rowHeader: "name", [
      Column("name", "Name") { hit in
        .titled(address: Path.counter + "?licence=\(hit.row.id.uuidString.lowercased())", text: hit.row.name, note: hit.row.tradingName ?? hit.row.kind.name)
      },
      .text("reference", "Reference") { $0.row.reference }, .text("badge", "Badge") { $0.row.badge },
      .text("district", "District") { settings?.authority($0.row.authority)?.name }, .tag("status", "Status") { $0.row.lights.status.tag },
      .light("guidance", "Guidance") { $0.row.lights.guidanceLight }, .text("matched", "Found by") { $0.matched },
    ])
    let isAsked = !words.isEmpty && strip == nil
    return [
      "title": "Counter",
      "findHTML": FormView(action: Path.counter, method: .get, parts: [.field(find)], buttons: [.init("Find", .secondary)]).html,
      "foundHTML": isAsked ? table.html(
        found.map { Hit(row: $0.row, matched: $0.matched) }, caption: "Holders found",
        empty: .init("Nobody found", "Try the badge number, the reference, the postcode or another part of the name.")) : nil,
      "strip": strip.map(stripData),
    ]
  }

  private func stripData(_ strip: Strip) -> ViewData {
    let licence = strip.licence
    let version = strip.versions.first
    let isOwed = licence.status == .current && strip.lights.guidance != "held"
    let words: String =
      if licence.status != .current { "This licence is \(licence.status.name.lowercased()): no guidance is owed. You can record it all the same." }
      else if strip.lights.guidance == "held" { "Guidance is held. Give it again only if the holder asks for it." }
      else { "Guidance is owed." }
    return [
      "holder": licence.tradingName ?? licence.holder.name, "reference": licence.reference, "kind": licence.kind.name,
      "district": settings?.authority(licence.authority)?.name, "statusHTML": licence.status.tag.html, "lights": StatusLights(strip.lights.all),
      "recordAddress": Path.licence(licence.id), "renewAddress": Path.licence(licence.id, "renewal"), "words": words,
      "isOwed": isOwed, "canGive": strip.may && version != nil, "cannotGive": !strip.may || version == nil,
      "action": Path.counter + "/" + licence.id.uuidString.lowercased(), "version": version?.name, "versionID": version?.id.uuidString,
      "key": UUID().uuidString, "tokensHTML": TrustedHTML.joined(tokens.map(\.html)), "otherAddress": Path.licence(licence.id, "issues/new"),
    ]
  }

  static var samples: [CounterPage] {
    [CounterPage(words: "", found: [], strip: nil, settings: nil, tokens: []), CounterPage(words: "nobody", found: [], strip: nil, settings: nil, tokens: [])]
  }
}
