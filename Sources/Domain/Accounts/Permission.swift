/// One thing a person may be allowed to do. A role is a set of these (`Config/roles.json`); a grant gives a role a scope.
package enum Permission: String, CaseIterable, Sendable, Codable {
  /// See licences and their holders.
  case readRegister
  /// Add licences, correct holders' details.
  case editRegister
  /// Record that a licence was renewed, through the renewal strip.
  case renewLicences
  /// Suspend, revoke, accept a surrender, reinstate.
  case restrictLicences
  /// Give guidance, record its acknowledgement, undo or correct a slip.
  case issueGuidance
  /// Plan campaigns of guidance, run them, record what came back.
  case runCampaigns
  /// Record awareness events, who attended them, and contacts with drivers licensed elsewhere.
  case recordEvents
  /// Record visits and challenge tests, ask holders for evidence.
  case recordFieldwork
  /// Say from when a district asks its drivers for training.
  case setDriverTraining
  /// Record safeguarding training of a licence holder.
  case recordTraining
  /// Load a register from a file.
  case importRegister
  /// Take a list away as a file.
  case exportRegister
  /// See counts of coverage, never names.
  case readCoverage
  /// Read the guidance library.
  case readGuidance
  /// Publish and withdraw guidance.
  case manageGuidance
  /// See committees, their members, training and hearings.
  case readCommittees
  /// Appoint members, run elections, set requirements, arrange hearings and choose panels.
  case manageCommittees
  /// Record members' training: sessions, attendance, completions, signatures.
  case recordMemberTraining
  /// See one's own training as a member, book sessions and sign.
  case ownTraining
  /// Read the strategy, its measures and the Board's packs.
  case readStrategy
  /// Report progress of the strategy's actions.
  case reportStrategy
  /// Override ratings, enter figures that nothing counts, make the Board's packs.
  case manageStrategy
  /// Read partnership plans, problem profiles, and which returns came.
  case readPartnership
  /// Keep partnership plans: items, risk assessments, monitoring, verification.
  case managePartnership
  /// Enter the returns of one's own organisation.
  case makeReturns
  /// Keep returns: register profiles, agree the dataset, enter for others, approve what somebody else entered.
  case manageReturns
  /// See hot spots, the places in them and what was decided.
  case readHotSpots
  /// Propose hot spots and record what the group that is consulted says.
  case proposeHotSpots
  /// Designate, extend, end or reject hot spots: a recorded decision.
  case designateHotSpots
  /// Draw up plans for hot spots, agree and verify their actions, hold tasking meetings.
  case managePlans
  /// Say how an action of a plan goes on.
  case reportPlans
  /// See intelligence of one's partnership that names one as a reader, and open it.
  case readIntelligence
  /// Send what one has seen to those who screen it; recall one's own.
  case submitIntelligence
  /// Record police items, name readers, say what became of a submission.
  case handleIntelligence
  /// Invite people, give and end roles.
  case manageAccounts
  /// Read the audit log.
  case readAudit
}

extension Permission {
  /// Whether it is about licences of a register: a role may hold it for one register alone.
  package var isOfRegister: Bool {
    switch self {
    case .readRegister, .editRegister, .renewLicences, .restrictLicences, .issueGuidance, .runCampaigns, .recordEvents, .recordFieldwork, .recordTraining, .importRegister, .exportRegister: true
    default: false
    }
  }

  /// What it lets a person do, as their account page says it.
  package var words: String {
    switch self {
    case .readRegister: "See licences and their holders"
    case .editRegister: "Add licences and correct details"
    case .renewLicences: "Renew licences"
    case .restrictLicences: "Suspend, revoke and reinstate licences"
    case .issueGuidance: "Give guidance and record acknowledgements"
    case .runCampaigns: "Run campaigns of guidance"
    case .recordEvents: "Record awareness events and who attended"
    case .recordFieldwork: "Record visits and challenge tests, ask for evidence"
    case .setDriverTraining: "Set rules on the training of drivers"
    case .recordTraining: "Record training"
    case .importRegister: "Import registers"
    case .exportRegister: "Take lists away as files"
    case .readCoverage: "See coverage"
    case .readGuidance: "Read the guidance library"
    case .manageGuidance: "Publish and withdraw guidance"
    case .readCommittees: "See committees, their members, training and hearings"
    case .manageCommittees: "Appoint members, arrange hearings and choose panels"
    case .recordMemberTraining: "Record members’ training"
    case .ownTraining: "See your own training, book sessions and sign"
    case .readStrategy: "Read the strategy and the Board’s packs"
    case .reportStrategy: "Report progress of the strategy’s actions"
    case .manageStrategy: "Override ratings, enter figures and make packs"
    case .readPartnership: "Read partnership plans, problem profiles and which returns came"
    case .managePartnership: "Keep partnership plans and verify their items"
    case .makeReturns: "Enter returns of your organisation"
    case .manageReturns: "Keep returns, the dataset and problem profiles"
    case .readHotSpots: "See hot spots"
    case .proposeHotSpots: "Propose hot spots and record consultation"
    case .designateHotSpots: "Designate, review and end hot spots"
    case .managePlans: "Draw up plans for hot spots and hold tasking meetings"
    case .reportPlans: "Report on actions of plans"
    case .readIntelligence: "See and open intelligence that names you as a reader"
    case .submitIntelligence: "Send information about places, and recall your own"
    case .handleIntelligence: "Record police items, name readers and outcomes"
    case .manageAccounts: "Invite people and give roles"
    case .readAudit: "Read the audit log"
    }
  }
}
