import Domain
import Foundation
import Hummingbird
import Web

/// A request of somebody who has given their password and owes the second step: they reach three routes and no more.
struct HalfOpenVisit: Sendable {
  let visit: Visit
  let token: [UInt8]
  let person: AccountStore.HalfOpen
  var site: Site { visit.site }

  func form() async throws -> FormFields { try await visit.form(bindingTo: token) }
  var formTokens: [FormToken] { [site.csrf.token(for: token)] }
}

/// Signing in: password, then a code. Unknown address, wrong password and closed account get one answer, in the same time.
enum SignInRoutes {
  static func add(to routes: Routes) {
    routes.anybody(.get, "sign-in", counting: .form) { visit in
      guard let token = visit.site.cookie.read(visit.request) else { return try answer(SignInForm(), [], visit) }
      if let officer = try await visit.site.accounts.officer(of: token) { return .redirect(to: Navigation.landing(for: officer)) }
      // Whoever owes the second step was not signed in yet.
      let ended = try await visit.site.accounts.halfOpen(token) == nil
      return try answer(SignInForm(), [], visit, afterSession: ended)
    }
    routes.anybody(.post, "sign-in", counting: .form, signIn)
    routes.anybody(.get, "welcome/{token}", counting: .form, Welcome.show)
    routes.anybody(.post, "welcome/{token}", counting: .form, Welcome.accept)
    routes.halfSignedIn(.get, "sign-in/code") { half in
      half.person.sealedSecret == nil
        ? .redirect(to: Path.enrolment)
        : try half.visit.plainPage(CodePage(tokens: half.formTokens, name: half.person.name))
    }
    routes.halfSignedIn(.post, "sign-in/code", code)
    routes.halfSignedIn(.get, "sign-in/set-up", Enrolment.show)
    routes.halfSignedIn(.post, "sign-in/set-up", Enrolment.confirm)
    routes.signedIn(.post, "sign-out") { visit in
      _ = try await visit.form()
      try await visit.site.accounts.endSession(
        visit.token, of: visit.officer.id, name: visit.officer.name, why: "signed out", at: visit.environment.now())
      var response = Response.redirect(to: Path.signIn)
      visit.site.cookie.signOut(on: &response)
      // Whoever signs in next here begins at their own page.
      visit.site.returnCookie.clear(on: &response)
      return response
    }
  }

  /// The form for a visitor: bound to a cookie of its own, since there is no session yet.
  private static func answer(_ form: SignInForm, _ errors: Errors, _ visit: Visit, afterSession: Bool = false) throws -> Response {
    let binding = visit.site.visitorCookie.read(visit.request) ?? Chance.bytes(32)
    var response = try visit.plainPage(
      SignInPage(form: form, errors: errors, tokens: [visit.site.csrf.token(for: binding)], afterSession: afterSession), status: errors.isEmpty ? .ok : .unprocessableContent)
    visit.site.visitorCookie.set(binding, on: &response)
    return response
  }

  private static func signIn(_ visit: Visit) async throws -> Response {
    guard let binding = visit.site.visitorCookie.read(visit.request) else { return try answer(SignInForm(), [], visit) }
    let form = SignInForm(try await visit.form(bindingTo: binding))
    let accounts = visit.site.accounts
    let now = visit.environment.now()
    guard try await accounts.mayGuess(["account:\(form.email.lowercased())", "address:\(visit.context.network)"]) else {
      throw Problem.tooMany(seconds: 30)
    }
    let errors = form.errors
    guard errors.isEmpty else { return try answer(form, errors, visit) }
    let candidate = try await accounts.candidate(form.email)
    let usable = candidate?.usable == true ? candidate : nil
    guard try await PasswordHash.verify(form.password, against: usable?.passwordHash), let person = usable else {
      if let candidate { try await accounts.logFailure(candidate.id, at: now) }
      return try answer(form, [FieldError(field: "", message: "Check your email address and password. One of them is not right")], visit)
    }
    if let old = person.passwordHash, PasswordHash.needsRehash(old) {
      try await accounts.rehash(person.id, from: old, to: try await PasswordHash.make(form.password))
    }
    let token = Chance.bytes(32)
    guard try await accounts.beginSession(
      person.id, name: "", token: token, full: false, agent: visit.request.headers[.userAgent] ?? "", at: now, logging: nil)
    else { throw Problem.forbidden }
    var response = Response.redirect(to: person.sealedSecret == nil ? Path.enrolment : Path.secondStep)
    visit.site.cookie.set(token, on: &response)
    visit.site.visitorCookie.clear(on: &response)
    return response
  }

  private static func code(_ half: HalfOpenVisit) async throws -> Response {
    let typed = try await half.form().trimmed("code")
    let accounts = half.site.accounts
    guard let sealed = half.person.sealedSecret else { return .redirect(to: Path.enrolment) }
    guard try await accounts.mayGuess(["code:\(half.person.id)"]) else { throw Problem.tooMany(seconds: 30) }
    let secret = try half.site.keys.open(sealed, for: half.person.id)
    guard let step = TOTP.matchingStep(typed, secret: secret, at: half.visit.environment.now()),
      try await accounts.useStep(step, of: half.person.id)
    else {
      try await accounts.logFailure(half.person.id, at: half.visit.environment.now())
      let message = typed.isEmpty ? "Enter the six-digit code" : "Enter the code that your app shows now. A code works once"
      return try half.visit.plainPage(
        CodePage(tokens: half.formTokens, name: half.person.name, errors: [FieldError(field: "code", message: message)]), status: .unprocessableContent)
    }
    return try await open(half)
  }

  /// Opens the session proper under a new token; the half-open one is gone. Leads to the page that was asked for before, or else to their own.
  static func open(_ half: HalfOpenVisit) async throws -> Response {
    let token = Chance.bytes(32)
    let now = half.visit.environment.now()
    guard try await half.site.accounts.beginSession(
      half.person.id, name: half.person.name, token: token, full: true, agent: half.visit.request.headers[.userAgent] ?? "", at: now, logging: .signIn)
    else { throw Problem.forbidden }
    try await half.site.accounts.dropSession(half.token)
    let officer = try await half.site.accounts.officer(of: token)
    let asked = half.site.returnCookie.read(half.visit.request)
    var response = Response.redirect(to: officer.map { asked ?? Navigation.landing(for: $0) } ?? Path.signIn)
    half.site.cookie.set(token, on: &response)
    half.site.returnCookie.clear(on: &response)
    return response
  }
}

/// What is typed to sign in.
struct SignInForm: Sendable {
  var email = ""
  var password = ""

  init() {}
  init(_ fields: FormFields) {
    email = fields.trimmed("email")
    password = fields["password"] ?? ""
  }

  var errors: Errors {
    var errors = Errors()
    if email.isEmpty { errors.add("email", "Enter your email address") }
    if password.isEmpty { errors.add("password", "Enter your password") } else if password.utf8.count > PasswordRules.maximumBytes {
      errors.add("password", "Enter a shorter password")
    }
    return errors
  }
}
