package import Domain
package import Foundation

/// Addresses as values: a link cannot drift from its route.
package enum Path {
  package static let home = "/"
  package static let signIn = "/sign-in"
  package static let secondStep = "/sign-in/code"
  package static let enrolment = "/sign-in/set-up"
  package static let signOut = "/sign-out"
  package static let account = "/account"
  package static let search = "/search"
  package static let drivers = "/drivers"
  package static let operators = "/operators"
  package static let premises = "/premises"
  package static let accommodation = "/accommodation"
  package static let locations = "/locations"
  package static let duplicates = "/locations/duplicates"
  package static let outbox = "/outbox"
  /// Where GOV.UK Notify reports on messages.
  package static let receipts = "/notify/receipts"
  package static let chase = "/chase"
  package static let counter = "/counter"
  package static let guidance = "/guidance"
  package static let coverage = "/coverage"
  package static let imports = "/imports"
  package static let campaigns = "/campaigns"
  package static let events = "/events"
  package static let accounts = "/accounts"
  package static let audit = "/audit"
  package static let exceptions = "/exceptions"
  package static let fieldwork = "/fieldwork"
  package static func visit(_ id: UUID) -> String { fieldwork + "/visits/" + id.uuidString.lowercased() }
  package static let driverTraining = "/driver-training"
  package static let trainingReviews = driverTraining + "/reviews"
  package static let completionImports = driverTraining + "/imports"
  package static func attempt(_ id: UUID, _ part: String) -> String { driverTraining + "/attempts/" + id.uuidString.lowercased() + "/" + part }
  package static func completionImport(_ id: UUID) -> String { completionImports + "/" + id.uuidString.lowercased() }

  package static let strategy = "/strategy"
  package static let review = "/strategy/review"
  package static func measure(_ measure: Measure) -> String { strategy + "/measures/" + measure.rawValue }
  package static let partnershipPlans = "/partnership-plans"
  package static func partnershipPlan(_ id: UUID) -> String { partnershipPlans + "/" + id.uuidString.lowercased() }
  package static func partnershipItem(_ id: UUID) -> String { "/partnership-items/" + id.uuidString.lowercased() }
  package static let profiles = "/problem-profiles"
  package static func profile(_ id: UUID) -> String { profiles + "/" + id.uuidString.lowercased() }
  package static let dataset = "/dataset"
  package static func edition(_ id: UUID) -> String { dataset + "/" + id.uuidString.lowercased() }
  package static let returns = "/returns"
  package static func partnerReturn(_ id: UUID) -> String { returns + "/" + id.uuidString.lowercased() }
  package static let disruption = "/disruption"
  package static let packs = "/packs"
  package static let standing = "/standing"

  package static func action(_ ref: String) -> String { strategy + "/actions/" + ref }
  package static func action(_ ref: String, _ part: String) -> String { action(ref) + "/" + part }
  /// - Parameter plan: the slug of a plan that is not the latest.
  package static func action(_ ref: String, _ part: String? = nil, plan: String?) -> String { (part.map { action(ref, $0) } ?? action(ref)) + (plan.map { "?plan=" + $0 } ?? "") }
  package static let challenges = strategy + "/challenges"
  package static let equity = strategy + "/equity"
  package static let year = strategy + "/year"
  package static func pack(_ id: UUID) -> String { packs + "/" + id.uuidString.lowercased() }

  package static func plan(_ id: UUID) -> String { "/plans/" + id.uuidString.lowercased() }
  package static let planActions = "/plan-actions"
  package static func planAction(_ id: UUID) -> String { planActions + "/" + id.uuidString.lowercased() }
  package static let agency = "/agency"
  package static let digest = "/digest"
  package static let tasking = "/tasking"
  package static func tasking(_ id: UUID) -> String { tasking + "/" + id.uuidString.lowercased() }
  package static func tasking(_ id: UUID, _ part: String) -> String { tasking(id) + "/" + part }
  package static let hotSpots = "/hot-spots"
  package static let suggestions = hotSpots + "/suggestions"
  package static let hotSpotMap = hotSpots + "/map"
  package static func suggestion(_ id: UUID) -> String { suggestions + "/" + id.uuidString.lowercased() }
  package static func hotSpot(_ id: UUID) -> String { hotSpots + "/" + id.uuidString.lowercased() }
  package static func hotSpot(_ id: UUID, _ part: String) -> String { hotSpot(id) + "/" + part }

  package static let intelligence = "/intelligence"
  package static let submit = "/submissions/new"
  package static let submissions = "/submissions"
  package static let submissionForm = "/submissions/form"
  package static func intelligence(_ id: UUID) -> String { intelligence + "/" + id.uuidString.lowercased() }
  package static func submission(_ id: UUID) -> String { submissions + "/" + id.uuidString.lowercased() }

  package static let committees = "/committees"
  package static let members = "/members"
  package static let hearings = "/hearings"
  package static let training = "/training"
  package static let sessions = "/training/sessions"
  package static let requirements = "/training/requirements"
  package static let myTraining = "/my-training"
  /// What was sent to members and officers.
  package static let notices = "/training/sent"
  package static let trainingImports = "/training/imports"

  package static func committee(_ id: UUID) -> String { committees + "/" + id.uuidString.lowercased() }
  package static func committee(_ id: UUID, _ part: String) -> String { committee(id) + "/" + part }
  package static func member(_ id: UUID) -> String { members + "/" + id.uuidString.lowercased() }
  package static func member(_ id: UUID, _ part: String) -> String { member(id) + "/" + part }
  package static func hearing(_ id: UUID) -> String { hearings + "/" + id.uuidString.lowercased() }
  package static func hearing(_ id: UUID, _ part: String) -> String { hearing(id) + "/" + part }
  package static func trainingImport(_ id: UUID) -> String { trainingImports + "/" + id.uuidString.lowercased() }
  package static func session(_ id: UUID) -> String { sessions + "/" + id.uuidString.lowercased() }
  package static func session(_ id: UUID, _ part: String) -> String { session(id) + "/" + part }
  package static func licence(_ id: UUID) -> String { "/licences/\(id.uuidString.lowercased())" }
  package static func licence(_ id: UUID, _ part: String) -> String { licence(id) + "/" + part }
  package static func location(_ id: UUID) -> String { locations + "/" + id.uuidString.lowercased() }
  package static func account(_ id: UUID) -> String { accounts + "/" + id.uuidString.lowercased() }
  package static func guidance(_ id: UUID) -> String { guidance + "/" + id.uuidString.lowercased() }
  package static func campaign(_ id: UUID) -> String { campaigns + "/" + id.uuidString.lowercased() }
  package static func event(_ id: UUID) -> String { events + "/" + id.uuidString.lowercased() }
  package static func importRun(_ id: UUID) -> String { imports + "/" + id.uuidString.lowercased() }
}
