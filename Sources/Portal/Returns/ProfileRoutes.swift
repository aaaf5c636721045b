import Domain
import Foundation
import Hummingbird
import Web

/// Problem profiles: registered, and made available to the group.
enum ProfileRoutes {
  static func add(to routes: Routes) {
    routes.may(.readPartnership, .get, "problem-profiles") { visit in
      try visit.page(SheetPage(ProfilePages.list(try await visit.profiles.list(for: visit.officer), visit)))
    }
    routes.may(.manageReturns, .get, "problem-profiles/new") { visit in
      let settings = visit.environment.settings
      return try visit.page(ProfileForm(today: visit.today, due: settings.returns.profileDue).page(settings.county.partnerships, tokens: visit.formTokens))
    }
    routes.may(.manageReturns, .post, "problem-profiles/new", register)
    routes.may(.readPartnership, .get, "problem-profiles/{id}") { visit in
      let profile = try await one(visit)
      return try visit.page(SheetPage(ProfilePages.one(profile, try await visit.profiles.releases(of: profile.id, for: visit.officer), visit)))
    }
    routes.may(.manageReturns, .get, "problem-profiles/{id}/release") { visit in
      try visit.page(ReleaseForm(today: visit.today, for: visit.environment.settings.returns.profileFor).page(try await one(visit), tokens: visit.formTokens))
    }
    routes.may(.manageReturns, .post, "problem-profiles/{id}/release", release)
  }

  private static func one(_ visit: OfficerVisit) async throws -> ProblemProfile {
    guard let profile = try await visit.profiles.one(try visit.id(), for: visit.officer) else { throw Problem.notFound }
    return profile
  }

  private static func register(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let form = ProfileForm(fields)
    let partnerships = visit.environment.settings.county.partnerships
    switch form.validated(partnerships, today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(partnerships, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let new):
      let id = try await visit.profiles.register(new, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: Path.profile(id), saying: "The profile is registered.", link: "Record that it was made available", address: Path.profile(id) + "/release")
    }
  }

  private static func release(_ visit: OfficerVisit) async throws -> Response {
    let fields = try await visit.form()
    let profile = try await one(visit)
    let form = ReleaseForm(fields)
    switch form.validated(profile, today: visit.today) {
    case .invalid(let errors): return try visit.page(form.page(profile, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let typed):
      try await visit.profiles.release(profile, to: typed.body, on: typed.on, how: typed.how, once: SentForm(fields), by: visit.officer)
      return visit.redirect(to: profile.path, saying: "It is recorded.")
    }
  }
}

enum ProfilePages {
  static func list(_ profiles: [ProblemProfile], _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings, today = visit.today
    let keeps = visit.officer.may(.manageReturns)
    var sheet = Sheet(title: "Problem profiles", crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("Problem profiles")])
    sheet.lead = "What is known of the problem, refreshed each year by 31 October. Here is what each document is, and a summary that identifies nobody; the documents stay with the police."
    if keeps { sheet.actions = [.init("Register a profile", Path.profiles + "/new", isPrimary: true)] }
    if let latest = profiles.first {
      let next = latest.dueOn.adding(years: 1)
      sheet.lights = [
        StatusLight("Published in the last year", latest.publishedOn > today.adding(years: -1) ? .inOrder : .overdue, latest.publishedOn.words),
        StatusLight("Next due", next < today ? .overdue : .inOrder, next.words),
        StatusLight("Made available", latest.releasedOn == nil ? .due : .inOrder, latest.releasedOn?.words ?? "Not yet"),
      ]
    }
    let table = Table<ProblemProfile>(rowHeader: "title", [
      .link("title", "Profile", to: { $0.path }, { "\($0.title), \($0.edition)" }),
      .text("scope", "About") { $0.partnership.flatMap { settings.partnership($0)?.name } ?? $0.scope.name },
      .text("covers", "Covers") { "\($0.coversFrom.short) to \($0.coversTo.short)" }, .date("published", "Published") { $0.publishedOn.short },
      .text("time", "In time") { $0.publishedOn <= $0.dueOn ? "Yes" : "No, due by \($0.dueOn.short)" }, .date("available", "Made available") { $0.releasedOn?.short },
    ])
    sheet.sections = [.init(nil, table.html(profiles, caption: "Problem profiles, latest first", empty: .init(
      "None is registered yet", "The strategy asks for one each year by 31 October.", link: keeps ? "Register a profile" : nil, address: keeps ? Path.profiles + "/new" : nil)))]
    return sheet
  }

  static func one(_ profile: ProblemProfile, _ releases: [ProfileRelease], _ visit: OfficerVisit) -> Sheet {
    let settings = visit.environment.settings
    var sheet = Sheet(title: "\(profile.title), \(profile.edition)", crumbs: [Breadcrumb("Returns", Path.returns), Breadcrumb("Problem profiles", Path.profiles), Breadcrumb(profile.title)])
    sheet.line = Sheet.line(StatusTag(profile.isSensitive ? "Official-sensitive" : "Official", profile.isSensitive ? .orange : .grey), profile.partnership.flatMap { settings.partnership($0)?.name } ?? profile.scope.name)
    if visit.officer.may(.manageReturns) { sheet.actions = [.init("Record that it was made available", profile.path + "/release", isPrimary: releases.isEmpty)] }
    sheet.facts = SummaryList([
      .init("Covers", "\(profile.coversFrom.words) to \(profile.coversTo.words)"),
      .init("Published", profile.publishedOn.words, note: profile.publishedOn <= profile.dueOn ? "In time: due by \(profile.dueOn.words)" : "Late: due by \(profile.dueOn.words)"),
      .init("Next due", profile.dueOn.adding(years: 1).words), .init("Owner", profile.owner), .init("The document is", profile.heldAt), .init("Registered by", profile.author ?? "Somebody who left"),
    ])
    let table = Table<ProfileRelease>(rowHeader: "body", [
      .text("body", "To") { $0.body }, .date("on", "On") { $0.on.short }, .text("how", "How") { $0.how.isEmpty ? nil : $0.how }, .text("by", "Recorded by") { $0.by },
    ])
    sheet.sections = [
      .init("Summary", words: profile.summary),
      .init("Made available", table.html(releases, caption: "To whom it was made available", empty: .init("To nobody yet", "The strategy asks that the \(settings.returns.profileFor) has it each year."))),
    ]
    return sheet
  }
}
