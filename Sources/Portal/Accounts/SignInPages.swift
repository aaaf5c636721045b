import Web

struct SignInPage: Page {
  static let template = "accounts/form"
  let form: SignInForm
  let errors: Errors
  let tokens: [FormToken]
  /// They were signed in, and their session has ended.
  var afterSession = false

  var viewData: ViewData {
    FormView(
      action: Path.signIn, tokens: tokens,
      parts: [
        .field(.text("email", "Email address", form.email, type: .email, autocomplete: "username")),
        .field(.text("password", "Password", type: .password, autocomplete: "current-password")),
      ], buttons: [.init("Sign in")], errors: errors
    ).viewData.merging([
      "title": "Sign in",
      "lead": afterSession ? "You were signed out. That happens after half an hour without use, after eight hours, and when your account is changed. Sign in to go on." : nil,
      "foot": "Forgotten your password, or your first time here? Your administrator can send you a link.",
    ])
  }

  static var samples: [SignInPage] {
    [
      SignInPage(form: SignInForm(), errors: [], tokens: []), SignInPage(form: SignInForm(), errors: [], tokens: [], afterSession: true),
      SignInPage(form: SignInForm(), errors: [FieldError(field: "email", message: "Enter your email address")], tokens: []),
    ]
  }
}

struct CodePage: Page {
  static let template = "accounts/form"
  let tokens: [FormToken]
  let name: String
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: Path.secondStep, tokens: tokens,
      parts: [.field(.text(
        "code", "Six-digit code", hint: "From the authenticator app on your phone", width: .ten, autocomplete: "one-time-code", inputMode: "numeric"))],
      buttons: [.init("Continue")], errors: errors
    ).viewData.merging(["title": "Enter your code", "lead": "Signing in as \(name).", "foot": nil])
  }

  static var samples: [CodePage] {
    [CodePage(tokens: [], name: "Ros Hartley"), CodePage(tokens: [], name: "Ros Hartley", errors: [FieldError(field: "code", message: "Enter the six-digit code")])]
  }
}

/// An invitation: who it is for, and the password to choose.
struct WelcomePage: Page {
  static let template = "accounts/form"
  let token: String
  let name: String
  let email: String
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    FormView(
      action: "/welcome/\(token)", tokens: tokens,
      parts: [
        .html(HTMLBuffer.build { out in
          out.append("<input type=\"hidden\" name=\"email\" autocomplete=\"username\"")
          out.append(attribute: "value", email)
          out.append(">")
        }),
        .field(.text(
          "password", "New password", type: .password, hint: "14 characters or more. Three random words work well; there is no need for signs or numbers.",
          autocomplete: "new-password")),
      ], buttons: [.init("Continue")], errors: errors
    ).viewData.merging(["title": "Welcome, \(name)", "lead": "Choose a password for \(email). You will sign in with both.", "foot": nil])
  }

  static var samples: [WelcomePage] {
    [
      WelcomePage(token: "t", name: "Ros Hartley", email: "ros.hartley@example.org", tokens: []),
      WelcomePage(
        token: "t", name: "Ros Hartley", email: "ros.hartley@example.org", tokens: [],
        errors: [FieldError(field: "password", message: "Enter a password of 14 characters or more")]),
    ]
  }
}

/// Setting up the second step: the key for the app, and a first code to prove that it works.
struct EnrolmentPage: Page {
  static let template = "accounts/enrolment"
  let secret: String
  let address: String
  let tokens: [FormToken]
  let mayWait: Bool
  var errors: Errors = []

  var viewData: ViewData {
    let grouped = stride(from: 0, to: secret.count, by: 4).map { start in
      String(secret.dropFirst(start).prefix(4))
    }.joined(separator: " ")
    return FormView(
      action: Path.enrolment, tokens: tokens,
      parts: [
        .field(.hidden("secret", secret)),
        .field(.text(
          "code", "Six-digit code", hint: "The code that the app shows once you have added the key", width: .ten, autocomplete: "one-time-code",
          inputMode: "numeric")),
      ],
      buttons: [.init("Continue")] + (mayWait ? [.init("Not now: the data here are invented", .secondary, name: "later", value: "yes")] : []), errors: errors
    ).viewData.merging(["title": "Set up two-step verification", "key": grouped, "appAddress": address])
  }

  static var samples: [EnrolmentPage] {
    [EnrolmentPage(secret: "ABCDEFGHIJKLMNOP", address: "otpauth://totp/Lantern", tokens: [], mayWait: true)]
  }
}
