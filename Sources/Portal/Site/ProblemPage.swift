import Web

/// A refusal or a fault, in words, with a way on.
struct ProblemPage: Page {
  static let template = "site/problem"
  let problem: Problem

  var viewData: ViewData {
    ["title": problem.title, "words": problem.words, "wayOn": problem.wayOn?.text, "wayOnAddress": problem.wayOn?.address]
  }

  static var samples: [ProblemPage] { [ProblemPage(problem: .notFound), ProblemPage(problem: .fault), ProblemPage(problem: .unavailable)] }
}
