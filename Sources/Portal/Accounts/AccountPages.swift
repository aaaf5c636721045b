import Domain
import Foundation
import Web

struct MyAccountPage: Page {
  static let template = "accounts/mine"
  let officer: Officer
  let powers: [(words: String, places: [String])]

  var viewData: ViewData {
    [
      "title": "Your account",
      "summary": SummaryList([
        .init("Name", officer.name), .init("Email address", officer.email),
        .init("Two-step verification", officer.hasSecondStep ? "On" : "Off: set it up the next time you sign in"),
      ]),
      "hasPowers": !powers.isEmpty,
      "powers": powers.map { power -> ViewData in ["words": power.words, "places": power.places.joined(separator: ", ")] },
    ]
  }

  static var samples: [MyAccountPage] {
    [MyAccountPage(officer: .sample, powers: [("See licences and their holders", ["Redditch"])]), MyAccountPage(officer: .sample, powers: [])]
  }
}

struct PeoplePage: Page {
  static let template = "accounts/list"
  let accounts: [AccountAdministration.Account]
  let settings: Settings?

  static let table = Table<AccountAdministration.Account>(rowHeader: "name", [
    .link("name", "Name", to: { Path.account($0.id) }, { $0.name }),
    .text("email", "Email address") { $0.email },
    .text("roles", "Roles") { $0.grants.map { Role(rawValue: $0.role)?.title ?? $0.role }.joined(separator: ", ") },
    .tag("state", "State") { $0.isClosed ? StatusTag("Closed", .grey) : $0.hasPassword ? StatusTag("Active", .green) : StatusTag("Invited", .blue) },
    .date("seen", "Last seen") { $0.lastSeen.map { London.day(of: $0).short } },
  ])

  var viewData: ViewData {
    ["title": "People", "inviteAddress": Path.accounts + "/new", "tableHTML": Self.table.html(accounts, caption: "People", empty: .init("Nobody is here yet"))]
  }

  static var samples: [PeoplePage] { [PeoplePage(accounts: [], settings: nil)] }
}

struct InvitationPage: Page {
  static let template = "site/form"
  let form: InvitationForm
  let settings: Settings?
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.accounts + "/new", tokens: tokens,
      parts: [
        .field(.text("name", "Name", form.name, width: .twenty, autocomplete: "off")),
        .field(.text("email", "Email address", form.email, type: .email, autocomplete: "off")),
      ] + (settings.map(form.role.fields) ?? []), buttons: [.init("Invite")], errors: errors
    ).viewData.merging([
      "title": "Invite somebody", "lead": "They get a link that works once, and choose their own password.",
      "breadcrumbs": Breadcrumbs(Breadcrumb("People", Path.accounts), Breadcrumb("Invite somebody")),
    ])
  }

  static var samples: [InvitationPage] {
    [InvitationPage(form: InvitationForm(), settings: nil, tokens: [], errors: [FieldError(field: "name", message: "Enter the person’s name")])]
  }
}

/// The link, shown once: only its hash is kept.
struct LinkPage: Page {
  static let template = "accounts/link"
  let name: String
  let link: String
  let hours: Int

  var viewData: ViewData {
    ["title": "Give \(name) this link", "link": link, "days": hours / 24, "peopleAddress": Path.accounts, "breadcrumbs": Breadcrumbs(Breadcrumb("People", Path.accounts), Breadcrumb("Link"))]
  }

  static var samples: [LinkPage] { [LinkPage(name: "Ros Hartley", link: "http://localhost:8080/welcome/x", hours: 72)] }
}

struct AccountPage: Page {
  static let template = "accounts/record"
  let account: AccountAdministration.Account
  let organisation: Int?
  let isOwn: Bool
  let settings: Settings
  let form: RoleForm
  let today: Day
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let path = Path.account(account.id)
    let choices = settings.county.organisations.filter { $0.acts(on: today) }.sorted { $0.name < $1.name }.map { Field.Choice(String($0.id), $0.name) }
    let works = FormView(
      action: path + "/organisation", tokens: tokens,
      parts: [.field(.select("organisation", "Works for", organisation.map(String.init) ?? "", [.init("", "Not recorded")] + choices, hint: "They see what it has to do in action plans, and verify no action of it"))],
      buttons: [.init("Save", .secondary)], errors: errors)
    let view = FormView(action: path + "/roles", tokens: tokens, parts: form.fields(settings), buttons: [.init("Give this role", .secondary)], errors: errors)
    return view.viewData.merging([
      "title": account.name, "breadcrumbs": Breadcrumbs(Breadcrumb("People", Path.accounts), Breadcrumb(account.name)),
      "summary": SummaryList([
        .init("Email address", account.email), .init("Password", account.hasPassword ? "Chosen" : "Not yet chosen"),
        .init("Two-step verification", account.hasSecondStep ? "On" : "Off"), .init("State", account.isClosed ? "Closed" : "Open"),
        .init("Works for", organisation.flatMap(settings.organisation)?.name), .init("Last seen", account.lastSeen.map(London.time)),
      ]),
      // Of two forms, the one that was sent has the errors.
      "errorSummaryHTML": errors["organisation"] == nil ? view.errorSummary : works.errorSummary, "organisationHTML": works.html, "isOwn": isOwn, "isClosed": account.isClosed, "tokensHTML": TrustedHTML.joined(tokens.map(\.html)), "path": path,
      "hasRoles": !account.grants.isEmpty,
      "roles": account.grants.map { grant -> ViewData in
        [
          "role": Role(rawValue: grant.role)?.title ?? grant.role, "scope": GrantScope(kind: grant.scope, number: grant.scope_id)?.words(settings) ?? "",
          "endAddress": "\(path)/roles/\(grant.id.uuidString.lowercased())/end",
        ]
      },
    ])
  }

  static var samples: [AccountPage] { [] }
}

extension Officer {
  static let sample = Officer(
    id: UUID(), sessionID: UUID(), name: "Ros Hartley", email: "ros.hartley@example.org", identity: .commandLine(operator: ""), hasSecondStep: true,
    reach: [:], lastSeen: Date(timeIntervalSince1970: 0))
}
