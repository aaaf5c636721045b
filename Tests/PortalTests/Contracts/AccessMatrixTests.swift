import Domain
import Foundation
import HTTPTypes
import Portal
import TestSupport
import Testing
import Web

/// Who may reach what, as a table that a manager can read. A route that is not in it fails; so does a row without a route.
@Suite(.database, .serialized) struct AccessMatrixTests {
  static let roles: [Permission: Set<Role>] = [
    .readRegister: [.regulatoryOfficer, .licensingManager, .housingOfficer, .trainingCoordinator, .businessSupport],
    .editRegister: [.regulatoryOfficer, .licensingManager, .housingOfficer, .trainingCoordinator],
    .renewLicences: [.regulatoryOfficer, .licensingManager, .housingOfficer],
    .restrictLicences: [.licensingManager],
    .issueGuidance: [.regulatoryOfficer, .licensingManager, .housingOfficer],
    .runCampaigns: [.regulatoryOfficer, .licensingManager, .housingOfficer],
    .recordEvents: [.regulatoryOfficer, .licensingManager, .housingOfficer, .trainingCoordinator],
    .recordFieldwork: [.regulatoryOfficer, .licensingManager],
    .setDriverTraining: [.licensingManager],
    .recordTraining: [.regulatoryOfficer, .licensingManager, .trainingCoordinator],
    .importRegister: [.licensingManager],
    .exportRegister: [.regulatoryOfficer, .licensingManager, .housingOfficer, .businessSupport],
    .readCoverage: [
      .regulatoryOfficer, .licensingManager, .housingOfficer, .taskingMember, .taskingChair, .cspAnalyst, .committeeChair, .trainingCoordinator,
      .boardReader, .businessSupport, .auditor,
    ],
    .readGuidance: Set(Role.allCases),
    .manageGuidance: [.licensingManager],
    .readCommittees: [.licensingManager, .democraticServices, .committeeChair, .trainingCoordinator],
    .manageCommittees: [.democraticServices],
    .recordMemberTraining: [.democraticServices, .trainingCoordinator],
    .ownTraining: [.committeeChair, .memberSelf],
    .readStrategy: [.licensingManager, .taskingChair, .cspAnalyst, .committeeChair, .boardReader, .businessSupport, .auditor],
    .reportStrategy: [.licensingManager, .taskingChair, .businessSupport],
    .manageStrategy: [.businessSupport],
    .readPartnership: [
      .licensingManager, .taskingMember, .taskingChair, .cspAnalyst, .boardReader, .businessSupport, .returnMaker, .auditor,
    ],
    .managePartnership: [.taskingChair, .cspAnalyst, .businessSupport],
    .makeReturns: [.returnMaker, .cspAnalyst, .businessSupport],
    .manageReturns: [.cspAnalyst, .businessSupport],
    .readHotSpots: [.regulatoryOfficer, .licensingManager, .taskingMember, .taskingChair, .cspAnalyst, .intelScreener],
    .proposeHotSpots: [.taskingChair, .cspAnalyst, .intelScreener],
    .designateHotSpots: [.taskingChair],
    .managePlans: [.taskingChair, .cspAnalyst],
    .reportPlans: [.taskingChair, .cspAnalyst, .taskingMember, .regulatoryOfficer, .licensingManager, .intelScreener],
    .readIntelligence: [.taskingMember, .taskingChair, .intelScreener, .cspAnalyst],
    .submitIntelligence: [.taskingMember, .taskingChair, .intelScreener, .cspAnalyst],
    .handleIntelligence: [.intelScreener, .cspAnalyst],
    .manageAccounts: [.admin],
    .readAudit: [.auditor, .infoGovernance],
  ]

  /// Refused to whoever holds the permission for accommodation alone: pages about the licences of other registers.
  static let ofOtherRegisters: Set<String> = [
    "GET /drivers", "GET /operators", "GET /premises", "GET /drivers.csv", "GET /operators.csv", "GET /premises.csv", "GET /driver-training", "GET /driver-training.csv",
    "GET /driver-training/rules", "GET /driver-training/schedule", "GET /driver-training/schedule.csv",
    "GET /premises/anniversaries", "GET /premises/anniversaries.csv", "GET /locations/unlicensed",
  ]
  static let rolesOfAccommodation: Set<Role> = [.housingOfficer]

  static let open: Set<String> = [
    "GET /assets/{name}", "GET /accessibility", "GET /privacy", "GET /health", "GET /sign-in", "POST /sign-in", "GET /welcome/{token}", "POST /welcome/{token}", "GET /a/{token}", "POST /a/{token}",
    "POST /notify/receipts",
  ]
  static let halfSignedIn: Set<String> = ["GET /sign-in/code", "POST /sign-in/code", "GET /sign-in/set-up", "POST /sign-in/set-up"]
  static let anybodySignedIn: Set<String> = ["POST /sign-out", "GET /account", "GET /"]

  static let routes: [Permission: Set<String>] = [
    .readRegister: [
      "GET /drivers", "GET /operators", "GET /search", "GET /licences/{id}", "GET /licences/{id}/contact", "GET /exceptions",
      "GET /premises", "GET /accommodation", "GET /locations", "GET /locations/duplicates", "GET /locations/{id}", "GET /locations/unlicensed", "GET /premises/anniversaries",
      "GET /campaigns", "GET /campaigns/{id}", "GET /campaigns/{id}/recipients", "GET /campaigns/{id}/worksheet",
      "GET /events", "GET /events/{id}", "GET /events/contacts",
      "GET /fieldwork", "GET /fieldwork/tests", "GET /fieldwork/requests", "GET /licences/{id}/fieldwork",
      "GET /licences/{id}/visit-sheet", "GET /fieldwork/visits/{id}", "GET /fieldwork/visits/{id}/files/{file}",
      "GET /driver-training", "GET /driver-training/rules", "GET /driver-training/schedule", "GET /licences/{id}/proof", "GET /strategy/challenges/tests",
    ],
    .setDriverTraining: ["GET /driver-training/rules/new", "POST /driver-training/rules/new", "POST /driver-training/rules/{id}/withdrawal",
      "GET /licences/{id}/training/exemption", "POST /licences/{id}/training/exemption", "POST /licences/{id}/training/exemption/end"],
    .recordFieldwork: [
      "GET /licences/{id}/visits/new", "POST /licences/{id}/visits/new", "GET /licences/{id}/tests/new", "POST /licences/{id}/tests/new",
      "GET /licences/{id}/requests/new", "POST /licences/{id}/requests/new", "POST /licences/{id}/visits/{thing}/follow-up",
      "POST /licences/{id}/requests/{thing}/received", "POST /licences/{id}/visits/{thing}/withdrawal", "POST /licences/{id}/tests/{thing}/withdrawal",
      "POST /licences/{id}/requests/{thing}/withdrawal", "GET /fieldwork/visits/new", "POST /fieldwork/visits/new", "POST /fieldwork/visits/{id}/follow-up",
      "POST /fieldwork/visits/{id}/withdrawal", "POST /fieldwork/visits/{id}/files", "POST /fieldwork/visits/{id}/files/{file}/destruction", "POST /fieldwork/requests/reminders",
    ],
    .readStrategy: [
      "GET /strategy", "GET /strategy.csv", "GET /strategy/actions/{ref}", "GET /strategy/actions/{ref}/places", "GET /strategy/measures/{measure}",
      "GET /strategy/review", "GET /disruption", "GET /disruption.csv", "GET /packs", "GET /packs/{id}",
      "GET /packs/{id}/actions.csv", "GET /packs/{id}/measures.csv", "GET /packs/{id}/pack.xlsx", "GET /packs/{id}/pack.pdf", "GET /packs/{id}/changes", "GET /standing",
      "GET /strategy/challenges", "GET /strategy/challenges.csv", "GET /strategy/equity", "GET /strategy/equity.csv", "GET /strategy/year", "GET /strategy/year.csv",
    ],
    .reportStrategy: ["GET /strategy/actions/{ref}/report", "POST /strategy/actions/{ref}/report"],
    .manageStrategy: [
      "GET /strategy/actions/{ref}/override", "POST /strategy/actions/{ref}/override", "GET /strategy/actions/{ref}/figure",
      "POST /strategy/actions/{ref}/figure", "GET /strategy/actions/{ref}/decision", "POST /strategy/actions/{ref}/decision", "GET /strategy/review/new",
      "POST /strategy/review/new", "POST /packs",
    ],
    .readPartnership: [
      "GET /partnership-plans", "GET /partnership-plans/{id}", "GET /partnership-items/{id}", "GET /problem-profiles", "GET /problem-profiles/{id}",
      "GET /dataset", "GET /dataset/{id}", "GET /returns", "GET /returns.csv", "GET /returns/{id}",
    ],
    .managePartnership: [
      "GET /partnership-plans/new", "POST /partnership-plans/new", "GET /partnership-plans/{id}/next", "POST /partnership-plans/{id}/next",
      "GET /partnership-plans/{id}/items", "POST /partnership-plans/{id}/items", "POST /partnership-items/{id}/entries", "GET /partnership-items/{id}/risk",
      "POST /partnership-items/{id}/risk", "GET /partnership-items/{id}/edit", "POST /partnership-items/{id}/edit",
    ],
    .makeReturns: ["GET /returns/new", "POST /returns/new", "GET /returns/{id}/withdrawal", "POST /returns/{id}/withdrawal"],
    .manageReturns: [
      "GET /problem-profiles/new", "POST /problem-profiles/new", "GET /problem-profiles/{id}/release", "POST /problem-profiles/{id}/release",
      "POST /dataset", "GET /dataset/{id}/items", "POST /dataset/{id}/items", "POST /dataset/{id}/items/{item}/removal", "GET /dataset/{id}/agreement",
      "POST /dataset/{id}/agreement", "POST /returns/{id}/approval",
    ],
    .recordEvents: [
      "GET /events/new", "POST /events/new", "GET /events/{id}/edit", "POST /events/{id}/edit", "POST /events/{id}/attendance", "POST /events/{id}/file", "POST /events/{id}/pasted",
      "POST /events/{id}/unmatched/{row}", "POST /events/{id}/attendance/{licence}/withdrawal", "POST /events/contacts", "POST /events/contacts/{id}/withdrawal",
    ],
    .runCampaigns: [
      "POST /hot-spots/{id}/campaigns", "GET /campaigns/new", "POST /campaigns/new", "GET /campaigns/{id}/edit", "POST /campaigns/{id}/edit", "POST /campaigns/{id}/state",
      "POST /campaigns/{id}/copy", "POST /campaigns/{id}/resend", "GET /campaigns/{id}/letters", "POST /campaigns/{id}/letters",
      "GET /campaigns/{id}/letters/print", "GET /campaigns/{id}/letters/{batch}/letters.pdf", "GET /campaigns/{id}/letters/{batch}/posting-list.csv",
      "POST /campaigns/{id}/letters/{batch}/again", "GET /campaigns/{id}/given", "POST /campaigns/{id}/given", "POST /campaigns/{id}/rest",
      "GET /campaigns/{id}/returns", "POST /campaigns/{id}/returns", "POST /campaigns/{id}/returns/{registration}/withdrawal",
    ],
    .editRegister: [
      "GET /licences/new", "POST /licences/new", "GET /licences/{id}/edit", "POST /licences/{id}/edit", "GET /licences/{id}/roles/new",
      "POST /licences/{id}/roles/new", "GET /locations/{id}/place", "POST /locations/{id}/place", "GET /locations/{id}/merge/{other}",
      "POST /locations/{id}/merge/{other}", "GET /locations/{id}/schemes/new", "POST /locations/{id}/schemes/new",
      "POST /locations/{id}/schemes/{membership}/end",
    ],
    .renewLicences: ["GET /licences/{id}/renewal", "POST /licences/{id}/renewal", "POST /licences/{id}/terms/{term}/undo"],
    .restrictLicences: [
      "GET /licences/{id}/restriction", "POST /licences/{id}/restriction", "GET /licences/{id}/restrictions/{restriction}/lift",
      "POST /licences/{id}/restrictions/{restriction}/lift",
    ],
    .issueGuidance: [
      "GET /counter", "POST /counter/{id}", "GET /licences/{id}/issues/new", "POST /licences/{id}/issues/new",
      "GET /licences/{id}/issues/{issue}/acknowledgement", "POST /licences/{id}/issues/{issue}/acknowledgement",
      "POST /licences/{id}/issues/{issue}/undo", "POST /licences/{id}/issues/{issue}/link",
      "POST /licences/{id}/issues/{issue}/message", "GET /outbox", "GET /outbox/{id}", "POST /outbox/{id}/retry", "POST /outbox/{id}/cancellation", "GET /chase",
      "POST /chase", "GET /licences/{id}/issues/{issue}/correction", "POST /licences/{id}/issues/{issue}/correction",
    ],
    .recordTraining: [
      "GET /licences/{id}/training/new", "POST /licences/{id}/training/new", "GET /driver-training/reviews", "POST /driver-training/attempts/{id}/acceptance",
      "GET /driver-training/attempts/{id}/rejection", "POST /driver-training/attempts/{id}/rejection", "GET /driver-training/attempts/{id}/certificate",
      "GET /driver-training/imports", "POST /driver-training/imports", "GET /driver-training/imports/{id}", "GET /driver-training/imports/{id}/columns",
      "POST /driver-training/imports/{id}/columns", "POST /driver-training/imports/{id}/decisions", "POST /driver-training/imports/{id}/rest",
      "POST /driver-training/imports/{id}/application", "POST /driver-training/imports/{id}/cancellation", "GET /driver-training/imports/{id}/lines",
    ],
    .importRegister: [
      "GET /imports", "POST /imports", "GET /imports/{id}", "POST /imports/{id}/mapping", "POST /imports/{id}/application",
      "POST /imports/{id}/cancellation", "POST /imports/{id}/words", "GET /imports/{id}/rows", "GET /imports/{id}/rejected.csv",
    ],
    .exportRegister: ["GET /premises/anniversaries.csv", "GET /driver-training/schedule.csv", "GET /drivers.csv", "GET /operators.csv", "GET /premises.csv", "GET /accommodation.csv", "GET /campaigns/{id}/recipients.csv", "GET /driver-training.csv"],
    .readCoverage: ["GET /coverage", "GET /coverage.csv", "GET /events/reach"],
    .readGuidance: ["GET /guidance", "GET /guidance/{id}", "GET /guidance/{id}/versions/{version}/{language}"],
    .manageGuidance: [
      "GET /guidance/new", "POST /guidance/new", "GET /guidance/{id}/versions/{version}/languages/new",
      "POST /guidance/{id}/versions/{version}/languages/new", "GET /guidance/{id}/versions/new", "POST /guidance/{id}/versions/new",
      "GET /guidance/{id}/versions/{version}/withdrawal", "POST /guidance/{id}/versions/{version}/withdrawal",
    ],
    .readCommittees: [
      "GET /committees", "GET /committees/{id}", "GET /hearings", "GET /hearings/{id}", "GET /hearings/{id}/certificate", "GET /members/{id}",
      "GET /members/{id}/training/{training}/file", "GET /training", "GET /training.csv", "GET /training/reminders", "GET /training/sessions",
      "GET /training/sessions/{id}", "GET /training/requirements",
    ],
    .manageCommittees: [
      "GET /committees/new", "POST /committees/new", "GET /committees/{id}/edit", "POST /committees/{id}/edit", "GET /committees/{id}/appointment",
      "POST /committees/{id}/appointment", "GET /committees/{id}/appointments/{appointment}/end", "POST /committees/{id}/appointments/{appointment}/end",
      "GET /committees/{id}/turnover", "POST /committees/{id}/turnover", "GET /committees/{id}/hearing", "POST /committees/{id}/hearing",
      "GET /hearings/{id}/edit", "POST /hearings/{id}/edit", "GET /hearings/{id}/day", "POST /hearings/{id}/day", "GET /hearings/{id}/panel",
      "POST /hearings/{id}/panel", "POST /hearings/{id}/replacement", "POST /hearings/{id}/interest", "POST /hearings/{id}/outcome",
      "GET /members/new", "POST /members/new", "GET /members/import", "POST /members/import", "POST /members/import/application", "GET /members/{id}/edit",
      "POST /members/{id}/edit", "GET /members/{id}/away", "POST /members/{id}/away", "POST /members/{id}/away/{away}/withdrawal", "POST /members/{id}/reminders",
      "GET /committees/turnover", "POST /committees/turnover", "POST /committees/turnovers/{id}/undo", "GET /members/{id}/decision", "POST /members/{id}/decision", "GET /training/requirements/new", "POST /training/requirements/new",
    ],
    .recordMemberTraining: [
      "GET /members/{id}/training/new", "POST /members/{id}/training/new", "GET /members/{id}/training/{training}/signature",
      "POST /members/{id}/training/{training}/signature", "GET /members/{id}/training/{training}/rejection", "POST /members/{id}/training/{training}/rejection",
      "GET /training/sessions/new", "POST /training/sessions/new", "POST /training/sessions/{id}/bookings", "POST /training/sessions/{id}/attendance",
      "POST /training/sessions/{id}/cancellation", "GET /training/sent", "GET /training/sent/{id}", "POST /training/sent/{id}/again", "GET /training/imports", "POST /training/imports",
      "GET /training/imports/{id}", "POST /training/imports/{id}/mapping", "POST /training/imports/{id}/decisions", "POST /training/imports/{id}/application",
    ],
    .ownTraining: [
      "GET /my-training", "POST /my-training/sessions/{id}/booking", "POST /my-training/sessions/{id}/return", "GET /my-training/{training}/signature",
      "POST /my-training/{training}/signature", "GET /my-training/away", "POST /my-training/away", "POST /my-training/away/{away}/withdrawal", "POST /my-training/reminders",
    ],
    .readHotSpots: [
      "GET /hot-spots", "GET /hot-spots/map", "GET /hot-spots/map/data", "GET /hot-spots/{id}", "GET /plans/{id}", "GET /plan-actions", "GET /plan-actions/{id}",
      "GET /tasking", "GET /tasking/{id}", "GET /tasking/{id}/minutes",
    ],
    .proposeHotSpots: [
      "GET /hot-spots/new", "POST /hot-spots/new", "GET /hot-spots/{id}/consultation", "POST /hot-spots/{id}/consultation", "GET /hot-spots/{id}/proposal",
      "POST /hot-spots/{id}/proposal", "GET /hot-spots/suggestions/{id}/set-aside", "POST /hot-spots/suggestions/{id}/set-aside",
    ],
    .designateHotSpots: [
      "GET /hot-spots/{id}/decisions/{step}", "POST /hot-spots/{id}/decisions/{step}", "GET /tasking/{id}/hot-spots/{spot}/decisions/{step}",
      "POST /tasking/{id}/hot-spots/{spot}/decisions/{step}",
    ],
    .managePlans: [
      "GET /hot-spots/{id}/plan", "POST /hot-spots/{id}/plan", "GET /plans/{id}/edit", "POST /plans/{id}/edit", "GET /plans/{id}/approval",
      "POST /plans/{id}/approval", "GET /plans/{id}/end", "POST /plans/{id}/end", "GET /plans/{id}/actions", "POST /plans/{id}/actions",
      "GET /plan-actions/{id}/edit", "POST /plan-actions/{id}/edit",
      "GET /tasking/new", "POST /tasking/new", "GET /tasking/{id}/edit", "POST /tasking/{id}/edit", "GET /tasking/{id}/state/{step}", "POST /tasking/{id}/state/{step}",
      "POST /tasking/{id}/attendance", "POST /tasking/{id}/notes", "GET /tasking/{id}/hot-spots/{spot}/task", "POST /tasking/{id}/hot-spots/{spot}/task",
      "GET /tasking/{id}/corrections", "POST /tasking/{id}/corrections", "GET /tasking/{id}/packs", "POST /tasking/{id}/packs", "GET /tasking/{id}/packs/{organisation}",
    ],
    .reportPlans: [
      "POST /plan-actions/{id}/steps", "GET /agency", "GET /digest", "POST /digest",
    ],
    .readIntelligence: ["GET /hot-spots/suggestions", "GET /hot-spots/suggestions/{id}", "GET /intelligence", "GET /intelligence/{id}", "POST /intelligence/{id}/opening"],
    .submitIntelligence: [
      "GET /submissions/new", "POST /submissions/new", "GET /submissions/elsewhere/{answer}", "GET /submissions/form", "POST /submissions/form", "GET /submissions", "GET /submissions/{id}",
      "GET /submissions/{id}/recall", "POST /submissions/{id}/recall",
    ],
    .handleIntelligence: [
      "GET /intelligence/police", "POST /intelligence/police", "GET /intelligence/{id}/readers", "POST /intelligence/{id}/readers",
      "GET /intelligence/{id}/outcome", "POST /intelligence/{id}/outcome", "GET /intelligence/{id}/review", "POST /intelligence/{id}/review",
      "GET /intelligence/{id}/hold", "POST /intelligence/{id}/hold", "GET /intelligence/{id}/return", "POST /intelligence/{id}/return",
      "GET /intelligence/{id}/hot-spots", "POST /intelligence/{id}/hot-spots",
    ],
    .manageAccounts: [
      "GET /accounts", "GET /accounts/new", "POST /accounts/new", "GET /accounts/{id}", "POST /accounts/{id}/roles", "POST /accounts/{id}/roles/{role}/end",
      "POST /accounts/{id}/closure", "POST /accounts/{id}/organisation", "POST /accounts/{id}/link",
    ],
    .readAudit: ["GET /audit"],
  ]

  /// A route that nobody wrote down is a hole: this is red until it stands in the table above.
  @Test func everyRouteStandsInTheTable() throws {
    let (_, table) = try TestDatabase.current.site().router()
    var expected: [String: RouteAccess] = [:]
    for route in Self.open { expected[route] = .anybody }
    for route in Self.halfSignedIn { expected[route] = .halfSignedIn }
    for route in Self.anybodySignedIn { expected[route] = .signedIn }
    for (permission, routes) in Self.routes { for route in routes { expected[route] = .may(permission) } }
    let real = Dictionary(uniqueKeysWithValues: table.map { ("\($0.method) \($0.path)", $0.access) })
    for (route, access) in real { #expect(expected[route] == access, "\(route) is \(access) and stands in the table as \(String(describing: expected[route]))") }
    for route in expected.keys { #expect(real[route] != nil, "\(route) stands in the table and is not there") }
  }

  @Test func rolesHoldWhatTheTableSays() throws {
    for rule in TestDatabase.current.settings.roles {
      let expected = Set(Permission.allCases.filter { Self.roles[$0]?.contains(rule.role) ?? false })
      #expect(Set(rule.may) == expected, "\(rule.role.title)")
      #expect((rule.of == .accommodation) == Self.rolesOfAccommodation.contains(rule.role), "\(rule.role.title)")
    }
    #expect(Set(TestDatabase.current.settings.roles.map(\.role)) == Set(Role.allCases))
    // Row level security lets whoever edits a register write its guidance too: so the one implies the other.
    for writing in [Permission.issueGuidance, .runCampaigns, .recordEvents, .recordFieldwork, .recordTraining] {
      #expect(Self.roles[writing]?.isSubset(of: Self.roles[.editRegister] ?? []) == true)
    }
  }

  /// Every role on every route, and nobody on every route. Delete the permission check in `Routes.officer` to see this red.
  @Test func everyRoleGetsTheTablesAnswerOnEveryRoute() async throws {
    let database = TestDatabase.current
    for role in Role.allCases {
      let (_, browser) = try await database.signIn(role, .organisation(1), named: role.title)
      for route in browser.table {
        guard case .may(let permission) = route.access else { continue }
        let allowed = Self.roles[permission]?.contains(role) == true
          && !(Self.rolesOfAccommodation.contains(role) && Self.ofOtherRegisters.contains("\(route.method) \(route.path)"))
        let path = Self.filled(route.path)
        try await browser.get("/account")
        if route.method == "GET" { try await browser.get(path, following: false) } else { try await browser.post(path, following: false) }
        if allowed {
          #expect(browser.status != .forbidden, "\(role.title) should reach \(route.method) \(route.path)")
        } else {
          #expect(browser.status == .forbidden, "\(role.title) reached \(route.method) \(route.path): \(browser.status)")
        }
      }
    }
  }

  @Test func nobodyReachesOnlyWhatIsOpen() async throws {
    let browser = Browser(try TestDatabase.current.site())
    for route in browser.table where route.access != .anybody {
      let path = Self.filled(route.path)
      if route.method == "GET" {
        try await browser.get(path, following: false)
        #expect(browser.status == .seeOther && browser.headers[.location] == "/sign-in", "\(route.path)")
      } else {
        try await browser.post(path, following: false)
        #expect([.unauthorized, .seeOther].contains(browser.status), "\(route.method) \(route.path): \(browser.status)")
      }
    }
  }

  /// Somebody without any role sees their account and nothing else.
  @Test func noRoleNoReach() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(nil)
    for route in browser.table {
      guard case .may = route.access else { continue }
      try await browser.get("/account")
      let path = Self.filled(route.path)
      if route.method == "GET" { try await browser.get(path, following: false) } else { try await browser.post(path, following: false) }
      #expect(browser.status == .forbidden, "\(route.method) \(route.path)")
    }
  }

  /// A post without a form token, or from another site, changes nothing on any route.
  @Test func formsNeedTheirTokenAndTheirOrigin() async throws {
    let (_, browser) = try await TestDatabase.current.signIn(.licensingManager)
    for route in browser.table where route.method == "POST" {
      guard case .may(let permission) = route.access, Self.roles[permission]?.contains(.licensingManager) == true else { continue }
      let path = Self.filled(route.path)
      var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: path)
      request.headerFields[.contentType] = "application/x-www-form-urlencoded"
      request.headerFields[.origin] = "https://elsewhere.example"
      try await browser.send(request, body: "")
      #expect(browser.status == .forbidden, "\(path) took a form of another site")
      request.headerFields[.origin] = nil
      try await browser.send(request, body: "")
      #expect(browser.status == .forbidden, "\(path) took a form of nowhere")
    }
  }

  private static func filled(_ path: String) -> String {
    path.replacing(/\{language\}/, with: "en").replacing(/\{[a-z]+\}/) { _ in UUID().uuidString.lowercased() }
  }
}
