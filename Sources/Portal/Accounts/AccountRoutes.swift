import Domain
import Foundation
import Hummingbird
import Web

/// One's own account, and the people of the service for those who manage them.
enum AccountRoutes {
  static func add(to routes: Routes) {
    routes.signedIn(.get, "account") { visit in
      let account = MyAccountPage(
        officer: visit.officer,
        powers: Permission.allCases.filter(visit.officer.may).map { permission in
          (permission.words, visit.officer.authorities(permission).compactMap { visit.environment.settings.authority($0)?.name })
        })
      return try visit.page(account)
    }
    routes.may(.manageAccounts, .get, "accounts") { try await list($0) }
    routes.may(.manageAccounts, .get, "accounts/new") { visit in
      try visit.page(InvitationPage(form: InvitationForm(), settings: visit.environment.settings, tokens: visit.formTokens))
    }
    routes.may(.manageAccounts, .post, "accounts/new", invite)
    routes.may(.manageAccounts, .get, "accounts/{id}") { visit in
      let account = try await account(visit)
      return try visit.page(try await page(account, RoleForm(), visit))
    }
    routes.may(.manageAccounts, .post, "accounts/{id}/roles", giveRole)
    routes.may(.manageAccounts, .post, "accounts/{id}/roles/{role}/end", endRole)
    routes.may(.manageAccounts, .post, "accounts/{id}/organisation", nameOrganisation)
    routes.may(.manageAccounts, .post, "accounts/{id}/closure", close)
    routes.may(.manageAccounts, .post, "accounts/{id}/link", sendLink)
  }

  private static func administration(_ visit: OfficerVisit) -> AccountAdministration { AccountAdministration(visit.environment) }

  private static func list(_ visit: OfficerVisit) async throws -> Response {
    try visit.page(PeoplePage(accounts: try await administration(visit).accounts(for: visit.officer), settings: visit.environment.settings))
  }

  private static func account(_ visit: OfficerVisit) async throws -> AccountAdministration.Account {
    let id = try visit.id()
    guard let account = try await administration(visit).accounts(for: visit.officer).first(where: { $0.id == id }) else { throw Problem.notFound }
    return account
  }

  private static func page(_ account: AccountAdministration.Account, _ form: RoleForm, _ visit: OfficerVisit, errors: Errors = []) async throws -> AccountPage {
    AccountPage(
      account: account, organisation: try await administration(visit).organisation(of: account.id, for: visit.officer), isOwn: account.id == visit.officer.id,
      settings: visit.environment.settings, form: form, today: visit.today, tokens: visit.formTokens, errors: errors)
  }

  private static func nameOrganisation(_ visit: OfficerVisit) async throws -> Response {
    let value = try await visit.form()["organisation"] ?? ""
    let account = try await account(visit)
    try refuseOwn(account, visit)
    let organisation = Int(value).flatMap(visit.environment.settings.organisation)
    guard value.isEmpty || organisation?.acts(on: visit.today) == true else {
      return try visit.page(
        try await page(account, RoleForm(), visit, errors: Errors([FieldError(field: "organisation", message: "Choose an organisation of the list")])), status: .unprocessableContent)
    }
    try await administration(visit).name(organisation, of: account.id, called: account.name, by: visit.officer)
    return visit.redirect(
      to: Path.account(account.id), saying: organisation.map { "\(account.name) works for \($0.name)." } ?? "It is recorded that nobody knows for whom \(account.name) works.")
  }

  private static func invite(_ visit: OfficerVisit) async throws -> Response {
    let form = InvitationForm(try await visit.form())
    let settings = visit.environment.settings
    switch form.validated(settings) {
    case .invalid(let errors):
      return try visit.page(InvitationPage(form: form, settings: settings, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
    case .valid(let (name, email, role, scope)):
      do {
        let (_, token) = try await administration(visit).invite(name: name, email: email, role: role, scope: scope, by: visit.officer)
        return try visit.page(LinkPage(name: name, link: "\(visit.environment.origin)/welcome/\(token)", hours: settings.policy.invitationHours))
      } catch AccountConflict.emailTaken {
        let errors: Errors = [FieldError(field: "email", message: "Somebody with this email address is already here")]
        return try visit.page(InvitationPage(form: form, settings: settings, tokens: visit.formTokens, errors: errors), status: .unprocessableContent)
      }
    }
  }

  private static func giveRole(_ visit: OfficerVisit) async throws -> Response {
    let form = RoleForm(try await visit.form())
    let account = try await account(visit)
    try refuseOwn(account, visit)
    let settings = visit.environment.settings
    var errors = Errors()
    if let (role, scope) = form.validated(settings, &errors) {
      do {
        try await administration(visit).grant(role, scope, to: account, by: visit.officer)
        return visit.redirect(to: Path.account(account.id), saying: "\(account.name) is now \(role.title), \(scope.words(settings)). Their sessions were ended.")
      } catch AccountConflict.alreadyGranted {
        errors.add("role", "\(account.name) has this role there already")
      }
    }
    return try visit.page(try await page(account, form, visit, errors: errors), status: .unprocessableContent)
  }

  private static func endRole(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let account = try await account(visit)
    try refuseOwn(account, visit)
    let id = try visit.id("role")
    guard let grant = account.grants.first(where: { $0.id == id }) else { throw Problem.notFound }
    try await administration(visit).end(grant, of: account, by: visit.officer)
    return visit.redirect(to: Path.account(account.id), saying: "The role was ended, and with it every session of \(account.name).")
  }

  private static func close(_ visit: OfficerVisit) async throws -> Response {
    let closes = try await visit.form()["closed"] == "yes"
    let account = try await account(visit)
    try refuseOwn(account, visit)
    try await administration(visit).setClosed(closes, account, by: visit.officer)
    return visit.redirect(to: Path.account(account.id), saying: closes ? "\(account.name) can no longer sign in." : "\(account.name) can sign in again.")
  }

  private static func sendLink(_ visit: OfficerVisit) async throws -> Response {
    _ = try await visit.form()
    let account = try await account(visit)
    let token = try await administration(visit).sendReset(to: account, by: visit.officer)
    return try visit.page(LinkPage(
      name: account.name, link: "\(visit.environment.origin)/welcome/\(token)", hours: visit.environment.settings.policy.invitationHours))
  }

  /// Nobody changes their own powers: it takes a second administrator.
  private static func refuseOwn(_ account: AccountAdministration.Account, _ visit: OfficerVisit) throws {
    guard account.id != visit.officer.id else {
      throw Problem(.forbidden, "You cannot change your own account here", "Ask another administrator.", wayOn: ("Back to people", Path.accounts))
    }
  }
}
