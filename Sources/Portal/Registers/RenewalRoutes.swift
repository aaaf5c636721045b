import Domain
import Foundation
import Hummingbird
import Web

/// The renewal gate: one strip asks for guidance in the same step. Without guidance only with a reason, which is listed.
enum RenewalRoutes {
  static func add(to routes: Routes) {
    routes.may(.renewLicences, .get, "licences/{id}/renewal") { visit in
      let licence = try await visit.licence(may: .renewLicences)
      let facts = try await facts(licence, visit)
      return try visit.page(RenewalPage(licence: licence, facts: facts, form: RenewalForm(licence, facts, today: visit.today), tokens: visit.formTokens))
    }
    routes.may(.renewLicences, .post, "licences/{id}/renewal", renew)
    routes.may(.renewLicences, .post, "licences/{id}/terms/{term}/undo") { visit in
      _ = try await visit.form()
      let licence = try await visit.licence(may: .renewLicences)
      do {
        try await RegisterStore(visit.environment).undoRenewal(try visit.id("term"), of: licence, by: visit.officer)
      } catch LicenceConflict.tooLateToUndo { throw tooLate(licence, visit) }
      return visit.redirect(to: Path.licence(licence.id), saying: "The renewal of \(licence.reference) was undone, and the guidance given with it.")
    }
  }

  static func tooLate(_ licence: Licence, _ visit: OfficerVisit) -> Problem {
    Problem(
      .conflict, "That can no longer be undone",
      "Undoing is for your own slips within \(visit.environment.settings.policy.undoMinutes) minutes. After that a correction with its reason puts it right.",
      wayOn: ("Back to the licence", Path.licence(licence.id)))
  }

  /// What the strip needs to know.
  struct Facts: Sendable {
    var versions: [OfferedVersion]
    var lights: Lights
    var terms: [Int]
    /// What the rule on training asks and the driver lacks; nil: nothing.
    var training: OwedTraining?
  }

  private static func facts(_ licence: Licence, _ visit: OfficerVisit) async throws -> Facts {
    let (versions, lights, training) = try await visit.environment.database.read(
      as: visit.officer, GuidanceStore.offered(licence.kind, on: visit.today), RecordPage.lights(licence.id, on: visit.today), DriverRuleStore.owed(licence.id, on: visit.today))
    guard let lights = lights.first else { throw Problem.notFound }
    return Facts(versions: versions, lights: lights, terms: visit.environment.settings.termMonths(of: licence.kind), training: training.first)
  }

  private static func renew(_ visit: OfficerVisit) async throws -> Response {
    let licence = try await visit.licence(may: .renewLicences)
    let facts = try await facts(licence, visit)
    let fields = try await visit.form()
    let form = RenewalForm(fields)
    func again(_ errors: Errors) throws -> Response {
      try visit.page(RenewalPage(licence: licence, facts: facts, form: form, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    }
    switch form.validated(licence, facts, today: visit.today) {
    case .invalid(let errors): return try again(errors)
    case .valid(let renewal):
      do {
        let term = try await RegisterStore(visit.environment).renew(licence, renewal, once: SentForm(fields), by: visit.officer)
        let ends = renewal.before.map { " to \(($0 - 1).words)" } ?? ""
        let guidance = switch renewal.guidance {
        case .given: " with guidance given"
        case .alreadyHeld: ", guidance held"
        case .without: " without guidance: it is on the list of exceptions"
        }
        return visit.redirect(
          to: Path.licence(licence.id), saying: "\(licence.reference) is renewed from \(renewal.from.words)\(ends)\(guidance).",
          link: "Undo", address: Path.licence(licence.id) + "#term-\(term.uuidString.lowercased())")
      } catch LicenceConflict.termOverlaps {
        return try again([FieldError(field: "from", message: "The licence already has a term in those days")])
      }
    }
  }
}

/// A renewal as typed.
struct RenewalForm: Sendable {
  var from = DateFields()
  var months = ""
  var guidance = "given"
  var version = ""
  var channel = Channel.withLicencePack.rawValue
  var acknowledged = ""
  var reason = ""
  /// Why it is renewed although the rule on training bars it.
  var untrained = ""

  init(_ licence: Licence, _ facts: RenewalRoutes.Facts, today: Day) {
    let start = max(licence.lastTermBefore ?? today, today - 365)
    from = DateFields(year: start.year, month: start.month, day: start.day)
    months = facts.terms.first.map(String.init) ?? ""
    version = facts.versions.first?.id.uuidString ?? ""
    if facts.versions.isEmpty { guidance = "without" }
  }

  init(_ fields: FormFields) {
    from = DateFields("from") { fields[$0] }
    months = fields["months"] ?? ""
    guidance = fields["guidance"] ?? ""
    version = fields["version"] ?? ""
    channel = fields["channel"] ?? ""
    acknowledged = fields["acknowledged"] ?? ""
    reason = fields.trimmed("reason")
    untrained = fields.trimmed("untrained")
  }

  func validated(_ licence: Licence, _ facts: RenewalRoutes.Facts, today: Day) -> Validated<Renewal> {
    var errors = Errors()
    let start = LicenceForm.day(from, "from", of: "The first day of the new term", &errors)
    let term = Int(months)
    if term.map({ !facts.terms.contains($0) }) ?? true { errors.add("months", "Choose how long the licence lasts") }
    if let start, let last = licence.lastTermBefore, start < last { errors.add("from", "The present term ends on \((last - 1).words): the new one begins after it") }
    if let start, start > today + 180 { errors.add("from", "The new term cannot begin more than 180 days from now") }
    var given: Renewal.Guidance?
    switch guidance {
    case "given":
      let offered = facts.versions.first { $0.id.uuidString == version }
      let by = Channel(rawValue: channel)
      if offered == nil { errors.add("version", "Choose the guidance that is given") }
      if by.map({ !Channel.byOfficer.contains($0) }) ?? true { errors.add("channel", "Choose how it is given") }
      let method = AcknowledgementMethod(rawValue: acknowledged)
      if !acknowledged.isEmpty, method == nil { errors.add("acknowledged", "Choose how it was acknowledged, or “Not yet”") }
      if let offered, let by {
        given = .given(NewIssue(version: offered.id, occasion: .renewal, channel: by, on: today, acknowledgement: method))
      }
    case "without":
      if reason.isEmpty { errors.add("reason", "Enter the reason why no guidance is given") } else if reason.count > 500 {
        errors.add("reason", "Enter a reason of 500 characters or fewer")
      } else { given = .without(reason: reason) }
      errors.screen(reason, "reason", today: today)
    default: errors.add("guidance", "Say whether guidance is given with this renewal")
    }
    let bars = facts.training?.barsRenewal == true
    if bars { errors.text(untrained, "untrained", "why it is renewed without the training", most: 500, today: today) }
    guard errors.isEmpty, let start, let term, let given else { return .invalid(errors) }
    return .valid(Renewal(from: start, before: start.adding(months: term), granted: today, guidance: given, untrained: bars ? untrained : nil))
  }
}

struct RenewalPage: Page {
  static let template = "registers/renewal"
  let licence: Licence
  let facts: RenewalRoutes.Facts
  let form: RenewalForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let given: [Field] = [
      .select("version", "Guidance", form.version, facts.versions.map { .init($0.id.uuidString, $0.name) }),
      .select("channel", "How it is given", form.channel, Channel.byOfficer.map { .init($0.rawValue, $0.name) }),
      .select("acknowledged", "Acknowledged", form.acknowledged, [.init("", "Not yet")] + AcknowledgementMethod.allCases.map { .init($0.rawValue, $0.name) }),
    ]
    let reason = Field.text("reason", "Reason", form.reason, hint: "It goes on the list of renewals without guidance, with your name.")
    let training: [FormView.Part] = facts.training.map { owed in
      [.inset(owed.words + " " + owed.consequence.name + ".")]
        + (owed.barsRenewal ? [.field(.textarea("untrained", "Why is it renewed without the training?", form.untrained, hint: "The rule bars it. Who decided, and why; it is logged with your name", rows: 2, limit: 500))] : [])
    } ?? []
    let gave = facts.versions.isEmpty ? [] : [Field.Choice("given", "Yes, in this step", reveals: given)]
    return FormView(
      action: Path.licence(licence.id, "renewal"), tokens: tokens,
      parts: [
        .field(.radios("guidance", "Is guidance given with this renewal?", form.guidance, gave + [.init("without", "No", reveals: [reason])])),
        ] + training + [
        .field(.date("from", "First day of the new term", form.from, hint: "The day after the present term ends, unless it has run out")),
        .field(.radios("months", "The licence lasts", form.months, facts.terms.map { .init(String($0), $0 == 12 ? "1 year" : "\($0 / 12) years") }, inline: true)),
      ], buttons: [.init("Renew"), .init("Cancel", .link(address: Path.licence(licence.id)))], errors: errors
    ).viewData.merging([
      "title": "Renew \(licence.reference)", "who": "\(licence.holder.name), \(licence.kind.nameWithin)",
      "ends": licence.lastTermBefore.map { ($0 - 1).words }, "strip": StatusLights(facts.lights.all), "breadcrumbs": licence.crumbs("Renew"),
    ])
  }

  static var samples: [RenewalPage] { [] }
}
