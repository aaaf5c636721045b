import Domain
import Foundation
import Web

/// A committee as typed.
struct CommitteeForm: Sendable {
  var authority = ""
  var name = ""
  var regime = CommitteeRegime.la2003.rawValue
  var parent = ""
  var panelSize = "3"
  var quorum = "3"
  var sizeLeast = "10"
  var sizeMost = "15"
  var chairPresides = ""
  var from = DateFields()
  var version = 0

  init(today: Day) { from = DateFields(today) }
  init(_ committee: Committee) {
    name = committee.name
    regime = committee.rule.regime.rawValue
    panelSize = String(committee.rule.panelSize)
    quorum = String(committee.rule.quorum)
    sizeLeast = String(committee.rule.sizeLeast)
    sizeMost = String(committee.rule.sizeMost)
    chairPresides = committee.rule.chairPresides ? "yes" : ""
    version = committee.version
  }
  init(_ fields: FormFields) {
    authority = fields["authority"] ?? ""
    name = fields.trimmed("name")
    regime = fields["regime"] ?? ""
    parent = fields["parent"] ?? ""
    panelSize = fields.trimmed("panel")
    quorum = fields.trimmed("quorum")
    sizeLeast = fields.trimmed("least")
    sizeMost = fields.trimmed("most")
    chairPresides = fields["chair"] ?? ""
    from = DateFields("from") { fields[$0] }
    version = Int(fields["version"] ?? "") ?? 0
  }

  /// - Parameter known: the committee whose rules are changed; nil for a new one.
  func validated(_ settings: Settings, known: Committee?, parents: [Committee], officer: Officer) -> Validated<NewCommittee> {
    var errors = Errors()
    let place = known?.authority ?? settings.authority(slug: authority)?.id
    if known == nil { if let place { if !officer.may(.manageCommittees, in: place) { errors.add("authority", "You cannot set up committees there") } } else { errors.add("authority", "Choose the district") } }
    if name.count < 3 { errors.add("name", "Enter the name of the committee") } else if name.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    let law = known?.rule.regime ?? CommitteeRegime(rawValue: regime)
    if law == nil { errors.add("regime", "Choose the law it decides under") }
    func number(_ text: String, _ field: String, _ what: String) -> Int {
      guard let number = Int(text), (1...60).contains(number) else {
        errors.add(field, "Enter \(what) as a number from 1 to 60")
        return 1
      }
      return number
    }
    let (panel, least) = (number(panelSize, "panel", "the members on a panel"), number(quorum, "quorum", "the quorum"))
    let (fewest, most) = (number(sizeLeast, "least", "the fewest members"), number(sizeMost, "most", "the most members"))
    if errors.isEmpty {
      if law?.isStatutory == true, panel != 3 || least != 3 { errors.add("panel", "The law asks for a panel of three, all of them present") }
      if least > panel { errors.add("quorum", "The quorum cannot be larger than the panel") }
      if fewest > most || panel > most { errors.add("most", "A committee cannot be smaller than its panel or than its fewest members") }
    }
    let above = parents.first { $0.id.uuidString.lowercased() == parent }
    if known == nil, !parent.isEmpty, above == nil || above?.authority != place { errors.add("parent", "Choose a committee of the same district") }
    var begins = known?.days.from
    if known == nil { begins = OfficerVisit.day(from, "from", of: "The first day", &errors) }
    guard errors.isEmpty, let place, let law, let begins else { return .invalid(errors) }
    return .valid(NewCommittee(
      authority: place, parent: known?.parent ?? above?.id, name: name,
      rule: CommitteeRule(regime: law, panelSize: panel, quorum: least, sizeLeast: fewest, sizeMost: most, chairPresides: chairPresides == "yes"), from: begins))
  }

  func page(_ known: Committee?, places: [Settings.Authority], parents: [Committee], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    var parts: [FormView.Part] = []
    if known == nil {
      parts += [
        .field(.select("authority", "District", authority, [.init("", "Choose the district")] + places.map { .init($0.slug, $0.name) })),
        .field(.radios("regime", "Which law does it decide under?", regime, CommitteeRegime.allCases.map { .init($0.rawValue, $0.name) })),
        .field(.select("parent", "Sub-committee of", parent, [.init("", "It is a committee of its own")] + parents.map { .init($0.id.uuidString.lowercased(), $0.name) }, hint: "The members of that committee sit on it")),
      ]
    } else {
      parts.append(.field(.hidden("version", String(version))))
    }
    parts += [
      .field(.text("name", "Name", name, width: .thirty, autocomplete: "off")),
      .row([
        .text("panel", "Members on a panel", panelSize, width: .three, inputMode: "numeric"), .text("quorum", "Quorum", quorum, width: .three, inputMode: "numeric"),
        .text("least", "Fewest members", sizeLeast, width: .three, inputMode: "numeric"), .text("most", "Most members", sizeMost, width: .three, inputMode: "numeric"),
      ]),
      .field(.checkboxes("chair", "Local rule", chairPresides == "yes" ? ["yes"] : [], [.init("yes", "The chair or a vice-chair presides over every panel")])),
    ]
    if known == nil { parts.append(.field(.date("from", "First day", from))) }
    let back = known.map { Path.committee($0.id) } ?? Path.committees
    return TaskPage(
      title: known.map { "Change the rules of \($0.name)" } ?? "Set up a committee",
      lead: "Under the Licensing Act 2003 and the Gambling Act 2005 a panel is three members of the committee. Other committees follow the council’s constitution.",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb(known?.name ?? "Set up")],
      form: FormView(
        action: known.map { Path.committee($0.id, "edit") } ?? Path.committees + "/new", tokens: tokens, parts: parts,
        buttons: [.init(known == nil ? "Set it up" : "Save changes"), .init("Cancel", .link(address: back))], errors: errors))
  }
}

/// A member as typed.
struct MemberForm: Sendable {
  var authority = ""
  var kind = "councillor"
  var name = ""
  var ward = ""
  var email = ""
  var from = DateFields()
  var last = DateFields()
  var version = 0
  /// Made with the form: sent twice, it takes effect once.
  var key: UUID?

  init(today: Day) {
    from = DateFields(today)
    key = UUID()
  }
  init(_ member: Member) {
    kind = member.isOfficer ? "officer" : "councillor"
    name = member.name
    ward = member.ward
    email = member.email ?? ""
    from = DateFields(member.office.from)
    last = DateFields(member.office.last)
    version = member.version
  }
  init(_ fields: FormFields) {
    authority = fields["authority"] ?? ""
    kind = fields["kind"] ?? "councillor"
    name = fields.trimmed("name")
    ward = fields.trimmed("ward")
    email = fields.trimmed("email").lowercased()
    from = DateFields("from") { fields[$0] }
    last = DateFields("last") { fields[$0] }
    key = UUID(uuidString: fields["key"] ?? "")
    version = Int(fields["version"] ?? "") ?? 0
  }

  func validated(_ settings: Settings, known: Member?, officer: Officer) -> Validated<NewMember> {
    var errors = Errors()
    let place = known?.authority ?? settings.authority(slug: authority)?.id
    if known == nil { if let place { if !officer.may(.manageCommittees, in: place) { errors.add("authority", "You cannot add members there") } } else { errors.add("authority", "Choose the district") } }
    if name.isEmpty { errors.add("name", "Enter the name") } else if name.count > 120 { errors.add("name", "Enter a name of 120 characters or fewer") }
    if kind == "councillor", ward.isEmpty { errors.add("ward", "Enter the ward they were elected for") } else if ward.count > 120 { errors.add("ward", "Enter a ward of 120 characters or fewer") }
    if !email.isEmpty, !EmailAddress.isPlausible(email) { errors.add("email", "Enter an email address like name@example.com") }
    var begins = known?.office.from
    if known == nil { begins = OfficerVisit.day(from, "from", of: "The first day in office", &errors) }
    let ends = OfficerVisit.day(last, "last", of: "The last day in office", &errors, isOptional: true)
    if let begins, let ends, ends < begins { errors.add("last", "The last day cannot be before the first, \(begins.words)") }
    guard errors.isEmpty, let place, let begins else { return .invalid(errors) }
    return .valid(NewMember(
      authority: place, isOfficer: kind == "officer", name: name, ward: ward, email: email.isEmpty ? nil : email, office: DayRange(from: begins, through: ends)))
  }

  func page(_ known: Member?, places: [Settings.Authority], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    var parts: [FormView.Part] = []
    if known == nil {
      parts += [
        .field(.select("authority", "District", authority, [.init("", "Choose the district")] + places.map { .init($0.slug, $0.name) })),
        .field(.hidden("key", key?.uuidString ?? "")),
        .field(.radios("kind", "Who is it?", kind, [.init("councillor", "A councillor"), .init("officer", "An officer who decides under delegated powers")])),
      ]
    } else {
      parts += [.field(.hidden("version", String(version))), .field(.hidden("kind", kind))]
    }
    parts += [
      .field(.text("name", "Name", name, width: .thirty, autocomplete: "off")), .field(.text("ward", "Ward", ward, width: .thirty, autocomplete: "off", isOptional: kind == "officer")),
      .field(.text("email", "Email address", email, type: .email, hint: "They see their own training when they are invited under this address", width: .thirty, autocomplete: "off", isOptional: true)),
    ]
    if known == nil { parts.append(.field(.date("from", "First day in office", from))) }
    parts.append(.field(.date("last", "Last day in office", last, hint: "Leave it empty until it is known: a resignation or an election", isOptional: true)))
    return TaskPage(
      title: known.map { "Change the details of \($0.name)" } ?? "Add a member", lead: nil,
      crumbs: [Breadcrumb("Committees", Path.committees), known.map { Breadcrumb($0.name, Path.member($0.id)) } ?? Breadcrumb("Add a member")],
      form: FormView(
        action: known.map { Path.member($0.id, "edit") } ?? Path.members + "/new", tokens: tokens, parts: parts,
        buttons: [.init(known == nil ? "Add" : "Save changes"), .init("Cancel", .link(address: known.map { Path.member($0.id) } ?? Path.committees))], errors: errors))
  }
}

/// An appointment as typed.
struct AppointmentForm: Sendable {
  var member = ""
  var role = CommitteeRole.member.rawValue
  var from = DateFields()
  var last = DateFields()

  init(today: Day) { from = DateFields(today) }
  init(_ fields: FormFields) {
    member = fields["member"] ?? ""
    role = fields["role"] ?? ""
    from = DateFields("from") { fields[$0] }
    last = DateFields("last") { fields[$0] }
  }

  func validated(_ members: [Member]) -> Validated<(Member, CommitteeRole, Day, Day?)> {
    var errors = Errors()
    let chosen = members.first { $0.id.uuidString.lowercased() == member }
    if chosen == nil { errors.add("member", "Choose the member") }
    let part = CommitteeRole(rawValue: role)
    if part == nil { errors.add("role", "Choose the role") }
    if let chosen, let part, chosen.isOfficer != (part == .officer) {
      errors.add("role", chosen.isOfficer ? "An officer can only be a delegated officer" : "A councillor cannot be a delegated officer")
    }
    let begins = OfficerVisit.day(from, "from", of: "The first day", &errors)
    let ends = OfficerVisit.day(last, "last", of: "The last day", &errors, isOptional: true)
    if let begins, let ends, ends < begins { errors.add("last", "The last day cannot be before the first") }
    guard errors.isEmpty, let chosen, let part, let begins else { return .invalid(errors) }
    return .valid((chosen, part, begins, ends.map { $0 + 1 }))
  }

  func page(_ committee: Committee, _ members: [Member], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Appoint a member", lead: "\(committee.name). Whoever is not in the list is added first.",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb(committee.name, Path.committee(committee.id)), Breadcrumb("Appoint")],
      form: FormView(
        action: Path.committee(committee.id, "appointment"), tokens: tokens,
        parts: [
          .field(.select("member", "Member", member, [.init("", "Choose the member")] + members.map { .init($0.id.uuidString.lowercased(), $0.ward.isEmpty ? $0.name : "\($0.name) (\($0.ward))") })),
          .field(.radios("role", "Role", role, CommitteeRole.allCases.map { .init($0.rawValue, $0.name) })),
          .field(.date("from", "First day", from)), .field(.date("last", "Last day", last, hint: "Usually left empty: the next annual meeting ends it", isOptional: true)),
        ], buttons: [.init("Appoint"), .init("Add a member first", .link(address: Path.members + "/new")), .init("Cancel", .link(address: Path.committee(committee.id)))], errors: errors))
  }
}

/// The end of an appointment as typed.
struct EndForm: Sendable {
  var last = DateFields()
  var why = ""
  init(today: Day) { last = DateFields(today) }
  init(_ fields: FormFields) {
    last = DateFields("last") { fields[$0] }
    why = fields.trimmed("why")
  }

  func validated(_ appointment: Appointment) -> Validated<(Day, String)> {
    var errors = Errors()
    let day = OfficerVisit.day(last, "last", of: "The last day", &errors)
    if let day, day < appointment.days.from { errors.add("last", "It began on \(appointment.days.from.words): its last day cannot be before") }
    if why.isEmpty { errors.add("why", "Enter why it ends") } else if why.count > 200 { errors.add("why", "Enter a reason of 200 characters or fewer") }
    guard errors.isEmpty, let day else { return .invalid(errors) }
    return .valid((day + 1, why))
  }

  func page(_ appointment: Appointment, tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "End the appointment of \(appointment.memberName)", lead: "\(appointment.role.name) of \(appointment.committeeName) since \(appointment.days.from.words).",
      crumbs: [Breadcrumb("Committees", Path.committees), Breadcrumb(appointment.committeeName, Path.committee(appointment.committee)), Breadcrumb("End")],
      form: FormView(
        action: Path.committee(appointment.committee, "appointments/\(appointment.id.uuidString.lowercased())/end"), tokens: tokens,
        parts: [.field(.date("last", "Last day on the committee", last)), .field(.text("why", "Why", why, hint: "For example: resigned, or replaced by the council", width: .thirty))],
        buttons: [.init("End it", .warning), .init("Cancel", .link(address: Path.committee(appointment.committee)))], errors: errors))
  }
}
