import Domain
import Web

/// The main navigation: what this officer may use, in the order of their day. Who may use little sees it in one line; who may use much sees
/// sections, and the pages of the section they are in beneath.
enum Navigation {
  private struct Entry {
    let label: String
    let path: String
    let permission: Permission
    /// Whose licences the page is about; nil: nobody's, or all that the officer sees.
    var register: Register?
    /// Where else this entry's pages stand: a plan belongs to the actions.
    var also: [String] = []

    init(_ label: String, _ path: String, _ permission: Permission, of register: Register? = nil, also: [String] = []) {
      (self.label, self.path, self.permission, self.register, self.also) = (label, path, permission, register, also)
    }

    func isFor(_ officer: Officer) -> Bool { officer.may(permission) && (register.map { officer.may(permission, of: $0) } ?? true) && !(path == Path.home && keepsReturns(officer)) }

    func holds(_ address: String) -> Bool { ([path] + also).contains { address == $0 || ($0 != "/" && address.hasPrefix($0 + "/")) } }
  }

  private struct Section {
    let label: String
    let entries: [Entry]
    /// Pages of the section that belong to no entry of it: a licence may be of any register.
    var also: [String] = []

    func holds(_ address: String) -> Bool { entries.contains { $0.holds(address) } || also.contains { address == $0 || address.hasPrefix($0 + "/") } }
  }

  private static let sections: [Section] = [
    Section(label: "This week", entries: [Entry("This week", Path.home, .readRegister, also: [Path.exceptions])]),
    Section(label: "Counter", entries: [Entry("Counter", Path.counter, .issueGuidance)]),
    Section(
      label: "Registers",
      entries: [
        Entry("Drivers", Path.drivers, .readRegister, of: .drivers), Entry("Operators", Path.operators, .readRegister, of: .operators),
        Entry("Premises", Path.premises, .readRegister, of: .premises), Entry("Accommodation", Path.accommodation, .readRegister, of: .accommodation),
        Entry("Visits", Path.fieldwork, .readRegister), Entry("Drivers’ training", Path.driverTraining, .readRegister, of: .drivers), Entry("Imports", Path.imports, .importRegister),
      ], also: ["/licences", Path.locations, Path.search]),
    Section(
      label: "Guidance",
      entries: [
        Entry("Guidance library", Path.guidance, .readGuidance), Entry("Campaigns", Path.campaigns, .readRegister, also: [Path.chase]),
        Entry("Events", Path.events, .readRegister), Entry("Outbox", Path.outbox, .issueGuidance), Entry("Coverage", Path.coverage, .readCoverage),
      ]),
    Section(
      label: "Committees",
      entries: [
        Entry("My training", Path.myTraining, .ownTraining), Entry("Hearings", Path.hearings, .readCommittees),
        Entry("Committees", Path.committees, .readCommittees, also: [Path.members]), Entry("Members’ training", Path.training, .readCommittees),
      ]),
    Section(
      label: "Hot spots",
      entries: [
        Entry("Tasking", Path.tasking, .readHotSpots), Entry("My organisation", Path.agency, .reportPlans),
        Entry("Hot spots", Path.hotSpots, .readHotSpots), Entry("Actions", Path.planActions, .readHotSpots, also: ["/plans"]),
        Entry("Intelligence", Path.intelligence, .readIntelligence), Entry("My submissions", Path.submissions, .submitIntelligence),
      ]),
    Section(
      label: "Strategy",
      entries: [
        Entry("Strategy", Path.strategy, .readStrategy, also: [Path.standing]), Entry("Board packs", Path.packs, .readStrategy),
        Entry("Returns", Path.returns, .readPartnership, also: [Path.profiles, Path.dataset, Path.disruption]),
        Entry("Partnership plans", Path.partnershipPlans, .readPartnership, also: ["/partnership-items"]),
      ]),
    Section(label: "Administration", entries: [Entry("People", Path.accounts, .manageAccounts), Entry("Audit log", Path.audit, .readAudit)]),
  ]

  /// So many fit into a line; more are put into sections.
  private static let mostInOneLine = 8

  /// The line of the navigation, and beneath it the pages of the section at `address`; those are empty where one line holds all.
  static func items(for officer: Officer, at address: String) -> (line: [NavigationItem], within: [NavigationItem]) {
    let open = sections.map { section in (section: section, entries: section.entries.filter { $0.isFor(officer) }) }.filter { !$0.entries.isEmpty }
    let all = open.flatMap(\.entries)
    if all.count <= mostInOneLine { return (all.map { item($0, at: address) }, []) }
    let line = open.map { section, entries in
      entries.count == 1 ? item(entries[0], at: address) : NavigationItem(section.label, entries[0].path, holdsCurrent: section.holds(address))
    }
    let here = open.first { $0.entries.count > 1 && $0.section.holds(address) }
    return (line, here?.entries.map { item($0, at: address) } ?? [])
  }

  private static func item(_ entry: Entry, at address: String) -> NavigationItem { NavigationItem(entry.label, entry.path, isCurrent: entry.holds(address)) }

  /// Whoever keeps returns for the Board begins with those that are due, not with the renewals of the week.
  static func keepsReturns(_ officer: Officer) -> Bool { officer.may(.manageReturns) && officer.may(.manageStrategy) }

  /// Where somebody lands after signing in: the first thing their role is for.
  private static let landings: [(permission: Permission, path: String)] = [
    (.readRegister, Path.home), (.ownTraining, Path.myTraining), (.readCommittees, Path.hearings), (.readIntelligence, Path.intelligence),
    (.readHotSpots, Path.hotSpots), (.readStrategy, Path.strategy), (.readCoverage, Path.coverage),
    (.readPartnership, Path.returns), (.manageAccounts, Path.accounts), (.readAudit, Path.audit),
  ]

  /// Whether pages below this address hold or rest on intelligence, so that a print of them says how it may be handled.
  static func isSensitive(_ path: String) -> Bool {
    [Path.hotSpots, Path.intelligence, Path.tasking, Path.planActions, Path.agency, "/plans", "/submissions"].contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  static func landing(for officer: Officer) -> String {
    // A chair reads the matrix and the forecast; a member has their own page; who keeps committees has the calendar of hearings.
    if officer.may(.readCommittees), officer.may(.ownTraining) { return Path.training }
    if keepsReturns(officer) { return Path.returns }
    // Who manages plans begins with every hot spot, a partner with what their organisation has to do.
    if officer.may(.managePlans) { return Path.tasking }
    if officer.may(.reportPlans), !officer.may(.readRegister), !officer.may(.handleIntelligence) { return Path.agency }
    return landings.first { officer.may($0.permission) }?.path ?? Path.account
  }
}
