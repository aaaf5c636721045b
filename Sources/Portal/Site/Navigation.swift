import Domain
import Web

/// The main navigation: what this officer may use, in the order of their day.
enum Navigation {
  private static let all: [(label: String, path: String, permission: Permission)] = [
    ("This week", Path.home, .readRegister), ("Counter", Path.counter, .issueGuidance), ("Drivers", Path.drivers, .readRegister),
    ("Operators", Path.operators, .readRegister), ("Premises", Path.premises, .readRegister), ("Accommodation", Path.accommodation, .readRegister),
    ("Campaigns", Path.campaigns, .readRegister), ("Events", Path.events, .readRegister), ("Outbox", Path.outbox, .issueGuidance),
    ("Visits", Path.fieldwork, .readRegister), ("Drivers’ training", Path.driverTraining, .readRegister),
    ("My training", Path.myTraining, .ownTraining), ("Hearings", Path.hearings, .readCommittees), ("Committees", Path.committees, .readCommittees),
    ("Members’ training", Path.training, .readCommittees),
    ("Intelligence", Path.intelligence, .readIntelligence), ("My submissions", Path.submissions, .submitIntelligence),
    ("Hot spots", Path.hotSpots, .readHotSpots), ("Actions", Path.planActions, .readHotSpots), ("Strategy", Path.strategy, .readStrategy), ("Board packs", Path.packs, .readStrategy),
    ("Coverage", Path.coverage, .readCoverage), ("Guidance", Path.guidance, .readGuidance),
    ("Imports", Path.imports, .importRegister), ("People", Path.accounts, .manageAccounts), ("Audit log", Path.audit, .readAudit),
  ]

  /// Whose licences a page is about; other pages are about nobody's, or about all that the officer sees.
  private static let registers: [String: Register] = [
    Path.drivers: .drivers, Path.operators: .operators, Path.premises: .premises, Path.accommodation: .accommodation, Path.driverTraining: .drivers,
  ]

  static func items(for officer: Officer, at path: String) -> [NavigationItem] {
    all.filter { item in officer.may(item.permission) && (registers[item.path].map { officer.may(item.permission, of: $0) } ?? true) }
      .map { NavigationItem($0.label, $0.path, isCurrent: $0.path == path || ($0.path != "/" && path.hasPrefix($0.path + "/"))) }
  }

  /// Where somebody lands after signing in: the first thing their role is for.
  static func landing(for officer: Officer) -> String {
    // A chair reads the matrix and the forecast; a member has their own page; who keeps committees has the calendar of hearings.
    if officer.may(.readCommittees), officer.may(.ownTraining) { return Path.training }
    return all.first { officer.may($0.permission) }?.path ?? Path.account
  }
}
