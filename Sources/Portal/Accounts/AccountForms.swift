import Domain
package import Web

/// What a form becomes: a value that could not be made otherwise, or errors in words.
package enum Validated<Value: Sendable>: Sendable {
  case valid(Value)
  case invalid(Errors)
}

/// The role and scope chosen for somebody.
struct RoleForm: Sendable {
  var role = ""
  var scope = ""

  init() {}
  init(_ fields: FormFields) {
    role = fields["role"] ?? ""
    scope = fields["scope"] ?? ""
  }

  func validated(_ settings: Settings, _ errors: inout Errors) -> (Role, GrantScope)? {
    let parts = scope.split(separator: ":").map(String.init)
    let chosenRole = Role(rawValue: role)
    let chosenScope = parts.first.flatMap { GrantScope(kind: $0, number: parts.count > 1 ? Int(parts[1]) : nil) }
    if chosenRole == nil { errors.add("role", "Choose a role") }
    if chosenScope.map({ !Self.scopes(settings).map(\.value).contains($0.value) }) ?? true { errors.add("scope", "Choose where the role applies") }
    guard errors.isEmpty, let chosenRole, let chosenScope else { return nil }
    return (chosenRole, chosenScope)
  }

  func fields(_ settings: Settings) -> [FormView.Part] {
    [
      .field(.select("role", "Role", role, [.init("", "Choose a role")] + Role.allCases.map { .init($0.rawValue, $0.title) })),
      .field(.select("scope", "Where it applies", scope, [.init("", "Choose where")] + Self.scopes(settings))),
    ]
  }

  private static func scopes(_ settings: Settings) -> [Field.Choice] {
    let scopes: [GrantScope] =
      settings.county.authorities.map { .authority($0.id) } + settings.county.partnerships.map { .csp($0.id) }
      + settings.county.organisations.filter { $0.until == nil }.map { .organisation($0.id) } + [.everywhere]
    return scopes.map { Field.Choice($0.value, $0.words(settings)) }
  }
}

extension GrantScope {
  /// "authority:3", as a form sends it.
  var value: String { number.map { "\(kind):\($0)" } ?? kind }
}

/// An invitation as typed.
struct InvitationForm: Sendable {
  var name = ""
  var email = ""
  var role = RoleForm()

  init() {}
  init(_ fields: FormFields) {
    name = fields.trimmed("name")
    email = fields.trimmed("email")
    role = RoleForm(fields)
  }

  func validated(_ settings: Settings) -> Validated<(String, String, Role, GrantScope)> {
    var errors = Errors()
    if name.isEmpty { errors.add("name", "Enter the person’s name") } else if name.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    if email.isEmpty { errors.add("email", "Enter their email address") } else if !EmailAddress.isPlausible(email) {
      errors.add("email", "Enter an email address like name@example.com")
    }
    guard let (role, scope) = role.validated(settings, &errors) else { return .invalid(errors) }
    return .valid((name, email, role, scope))
  }
}
