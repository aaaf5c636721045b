import Domain
import Foundation
import Web

/// What a holder types and chooses to acknowledge.
struct SigningForm: Sendable {
  var name = ""
  var isTicked = false
  /// The number of the chosen answer of each question, as sent.
  var answers: [String] = ["", "", ""]

  init() {}

  init(_ fields: FormFields) {
    name = fields.trimmed("name")
    isTicked = fields["agree"] == "yes"
    answers = (1...3).map { fields["question-\($0)"] ?? "" }
  }

  func answer(_ question: GuidanceQuestion) -> String { (1...3).contains(question.number) ? answers[question.number - 1] : "" }

  func errors(_ questions: [GuidanceQuestion]) -> Errors {
    var errors = Errors()
    for question in questions {
      let chosen = answer(question)
      if chosen.isEmpty {
        errors.add("question-\(question.number)", "Choose an answer")
      } else if Int(chosen) != question.correct {
        errors.add("question-\(question.number)", "That is not what the guidance says. Read it once more and choose again")
      }
    }
    if name.isEmpty { errors.add("name", "Enter your full name") } else if name.count > 200 { errors.add("name", "Enter a name of 200 characters or fewer") }
    if !isTicked { errors.add("agree", "Tick the box to say that you have read it") }
    return errors
  }
}

/// The guidance, its questions, and where to sign.
struct SigningPage: Page {
  static let template = "acknowledgements/sign"
  let address: String
  let guidance: LinkedGuidance
  let language: String
  let body: String?
  let questions: [GuidanceQuestion]
  let form: SigningForm
  let tokens: [FormToken]
  var errors: Errors = []

  var viewData: ViewData {
    let asked: [FormView.Part] = questions.map { question in
      .field(.radios(
        "question-\(question.number)", question.question, form.answer(question), question.answers.enumerated().map { .init(String($0.offset), $0.element) }))
    }
    let languages = guidance.languages.count < 2 ? [] : guidance.languages.map { code -> ViewData in
      ["code": code, "own": LanguageName.own(code), "address": "\(address)?language=\(code)", "isCurrent": code == language]
    }
    return FormView(
      action: address, tokens: tokens,
      parts: [.field(.hidden("language", language))] + asked + [
        .field(.text("name", "Your full name", form.name, autocomplete: "name")),
        .field(.checkboxes("agree", "Your acknowledgement", form.isTicked ? ["yes"] : [], [.init("yes", "I have read this guidance and understand it")])),
      ], buttons: [.init("Acknowledge")], errors: errors
    ).viewData.merging([
      "title": guidance.title, "holder": guidance.holder, "number": guidance.number, "languages": languages, "hasLanguages": !languages.isEmpty,
      "language": language, "direction": LanguageName.isRightToLeft(language) ? "rtl" : "ltr",
      "paragraphs": (body ?? "").components(separatedBy: "\n\n").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
        .map { paragraph -> ViewData in ["words": paragraph] },
      "hasQuestions": !questions.isEmpty,
    ])
  }

  static var samples: [SigningPage] { [] }
}

/// A link that has been used, has run out, or whose issue no longer counts.
struct LinkOverPage: Page {
  static let template = "acknowledgements/over"
  let guidance: LinkedGuidance

  var viewData: ViewData {
    let (title, words): (String, String) =
      switch guidance.state {
      case .used, .open:
        (
          "Thank you",
          "You have acknowledged “\(guidance.title)”, version \(guidance.number)\(guidance.acknowledgedOn.map { ", on \($0.words)" } ?? ""). There is nothing more to do."
        )
      case .expired: ("This link has run out", "Ask your licensing officer for a new one. Your guidance is still to be acknowledged.")
      case .void: ("This link is no longer needed", "The guidance it belongs to was corrected. If you are sent another link, use that one.")
      }
    return ["title": title, "words": words, "isDone": guidance.state == .used]
  }

  static var samples: [LinkOverPage] { [] }
}

/// The link, shown once to the officer who made it: to send on, or to print.
struct LinkMadePage: Page {
  static let template = "acknowledgements/made"
  let licence: Licence
  let version: String
  let address: String
  let until: Day

  var viewData: ViewData {
    [
      "title": "A link to acknowledge by", "holder": licence.holder.name, "version": version, "address": address, "until": until.words,
      "breadcrumbs": licence.crumbs("A link to acknowledge by"), "licenceAddress": Path.licence(licence.id), "email": licence.holder.email,
    ]
  }

  static var samples: [LinkMadePage] { [] }
}
