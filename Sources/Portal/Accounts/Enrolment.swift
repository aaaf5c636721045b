import Domain
import Foundation
import Hummingbird
import Web

/// The second step is set up once, from the half-open session, and proved with a code before it counts.
enum Enrolment {
  static func show(_ half: HalfOpenVisit) async throws -> Response {
    guard half.person.sealedSecret == nil else { return .redirect(to: Path.secondStep) }
    return try half.visit.plainPage(page(half, secret: TOTP.newSecret()))
  }

  static func confirm(_ half: HalfOpenVisit) async throws -> Response {
    guard half.person.sealedSecret == nil else { return .redirect(to: Path.secondStep) }
    let form = try await half.form()
    if form["later"] != nil, mayWait(half) { return try await SignInRoutes.open(half) }
    guard let secret = TOTP.bytes(base32: form.trimmed("secret")), secret.count == 20 else { return .redirect(to: Path.enrolment) }
    guard let step = TOTP.matchingStep(form.trimmed("code"), secret: secret, at: half.visit.environment.now()) else {
      var again = page(half, secret: secret)
      again.errors = [FieldError(field: "code", message: "Enter the code that the app shows for Lantern now")]
      return try half.visit.plainPage(again, status: .unprocessableContent)
    }
    let sealed = try half.site.keys.seal(secret, for: half.person.id)
    guard try await half.site.accounts.enrol(half.token, sealed: sealed, account: half.person.id, name: half.person.name, at: half.visit.environment.now()),
      try await half.site.accounts.useStep(step, of: half.person.id)
    else { return .redirect(to: Path.signIn) }
    return try await SignInRoutes.open(half)
  }

  private static func page(_ half: HalfOpenVisit, secret: [UInt8]) -> EnrolmentPage {
    EnrolmentPage(
      secret: TOTP.base32(secret), address: TOTP.address(secret: secret, email: half.person.email), tokens: half.formTokens, mayWait: mayWait(half))
  }

  /// Only while every person and place on the site is invented.
  private static func mayWait(_ half: HalfOpenVisit) -> Bool {
    half.visit.environment.demonstration && half.visit.environment.settings.policy.twoStepMayWaitInDemonstration
  }
}

/// Accepting an invitation or a reset: choose a password, then go on to the second step.
enum Welcome {
  static func show(_ visit: Visit) async throws -> Response {
    let (token, text) = try read(visit)
    guard let invitation = try await visit.site.accounts.invitation(token) else { throw expired }
    return try page(visit, token, WelcomePage(token: text, name: invitation.name, email: invitation.email, tokens: []))
  }

  static func accept(_ visit: Visit) async throws -> Response {
    let (token, text) = try read(visit)
    let form = try await visit.form(bindingTo: token)
    guard let invitation = try await visit.site.accounts.invitation(token) else { throw expired }
    let password = form["password"] ?? ""
    if let refusal = PasswordRules.refusal(of: password, email: invitation.email, name: invitation.name) {
      let again = WelcomePage(
        token: text, name: invitation.name, email: invitation.email, tokens: [], errors: [FieldError(field: "password", message: refusal)])
      return try page(visit, token, again, status: .unprocessableContent)
    }
    let now = visit.environment.now()
    guard try await visit.site.accounts.accept(token, invitation: invitation, passwordHash: try await PasswordHash.make(password), at: now) else {
      throw expired
    }
    let session = Chance.bytes(32)
    guard try await visit.site.accounts.beginSession(
      invitation.account, name: invitation.name, token: session, full: false, agent: visit.request.headers[.userAgent] ?? "", at: now, logging: nil)
    else { throw expired }
    var response = Response.redirect(to: invitation.hasSecondStep ? Path.secondStep : Path.enrolment)
    visit.site.cookie.set(session, on: &response)
    return response
  }

  private static let expired = Problem(
    .notFound, "This link no longer works", "It was used already, or it has run out. Ask your administrator for a new one.", wayOn: ("Sign in", Path.signIn))

  private static func read(_ visit: Visit) throws -> ([UInt8], String) {
    let text = try visit.parameter("token")
    guard let token = [UInt8](base64URL: text), token.count == 32 else { throw expired }
    return (token, text)
  }

  /// The link's own token is what the form is bound to: whoever has it may choose the password.
  private static func page(_ visit: Visit, _ token: [UInt8], _ page: WelcomePage, status: HTTPResponse.Status = .ok) throws -> Response {
    let bound = WelcomePage(
      token: page.token, name: page.name, email: page.email, tokens: [visit.site.csrf.token(for: token)], errors: page.errors)
    return try visit.plainPage(bound, status: status)
  }
}

extension TOTP {
  /// Nil for what is not base 32.
  package static func bytes(base32 text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var buffer = 0
    var bits = 0
    for scalar in text.unicodeScalars {
      let value: Int
      switch scalar {
      case "A"..."Z": value = Int(scalar.value) - 65
      case "2"..."7": value = Int(scalar.value) - 24
      default: return nil
      }
      buffer = (buffer << 5 | value) & 0xFFFFF
      bits += 5
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(buffer >> bits & 255))
      }
    }
    return out
  }
}
