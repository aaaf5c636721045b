package import HTTPTypes

/// A refusal in words, with a way on. Thrown by handlers; drawn by the site. Our own faults are any other error.
package struct Problem: Error, Sendable {
  package var status: HTTPResponse.Status
  package var title: String
  package var words: String
  /// Where to go from here.
  package var wayOn: (text: String, address: String)?
  package var headers: HTTPFields

  package init(
    _ status: HTTPResponse.Status, _ title: String, _ words: String, wayOn: (text: String, address: String)? = nil, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.title = title
    self.words = words
    self.wayOn = wayOn
    self.headers = headers
  }

  /// The same words whether it is not there or not for this person: existence is not told.
  package static let notFound = Problem(
    .notFound, "Page not found", "It is not there, or it is not for you. Check the address, or look for it from your home page.",
    wayOn: ("Go to your home page", "/"))
  package static let forbidden = Problem(
    .forbidden, "You cannot do this", "Your role does not include it. If you need it, ask your administrator.", wayOn: ("Go to your home page", "/"))
  package static let sessionEnded = Problem(
    .unauthorized, "Your session has ended", "Sign in and try again. Nothing was saved.", wayOn: ("Sign in", "/sign-in"))
  package static let formExpired = Problem(
    .forbidden, "This form can no longer be sent",
    "It did not come from a page of yours, or the page was open for too long. Go back, reload the page and try again. Nothing was saved.",
    wayOn: ("Go to your home page", "/"))
  package static let tooLarge = Problem(
    .contentTooLarge, "That is too large", "What was sent is larger than this page takes. Nothing was saved.", wayOn: ("Go to your home page", "/"),
    // What of it is still to come is not waited for.
    headers: [.connection: "close"])
  /// The connection broke, or the body's framing did, before the end of the body.
  package static let cutShort = badRequest("What was sent did not arrive whole. Nothing was saved. Go back and try again.")
  package static let unavailable = Problem(
    .serviceUnavailable, "Lantern is busy", "Nothing was saved. Wait a moment and try again.", headers: [.retryAfter: "5"])
  package static func badRequest(_ words: String) -> Problem {
    Problem(.badRequest, "That could not be read", words, wayOn: ("Go to your home page", "/"))
  }
  package static func tooMany(seconds: Int) -> Problem {
    Problem(.tooManyRequests, "Too many tries", "Wait a few minutes, then try again.", headers: [.retryAfter: String(seconds)])
  }
  /// More requests than one session or one address makes by hand.
  package static func tooFast(seconds: Int) -> Problem {
    Problem(
      .tooManyRequests, "Too many requests",
      "Lantern has had more requests from you, or from where you are, than it answers in a minute. This one was not acted on. "
        + "Wait \(seconds == 1 ? "a second" : "\(seconds) seconds"), then go back and try again.",
      headers: [.retryAfter: String(seconds)])
  }
  package static let fault = Problem(
    .internalServerError, "Sorry, there is a problem with Lantern",
    "Nothing was saved. Try again; if it happens again, tell us the reference at the foot of this page.", wayOn: ("Go to your home page", "/"))
}
