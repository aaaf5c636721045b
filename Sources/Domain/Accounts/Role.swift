/// The parts people play in the strategy. What each may do stands in one table, `Config/roles.json`.
package enum Role: String, CaseIterable, Sendable, Codable {
  case regulatoryOfficer = "regulatory_officer"
  case licensingManager = "licensing_manager"
  case housingOfficer = "housing_officer"
  case taskingMember = "tasking_member"
  case taskingChair = "tasking_chair"
  case intelScreener = "intel_screener"
  case cspAnalyst = "csp_analyst"
  case democraticServices = "democratic_services"
  case committeeChair = "committee_chair"
  case memberSelf = "member_self"
  case trainingCoordinator = "training_coordinator"
  case boardReader = "board_reader"
  case businessSupport = "business_support"
  case returnMaker = "return_maker"
  case auditor
  case infoGovernance = "info_governance"
  case admin

  /// The name of the role as people say it.
  package var title: String {
    switch self {
    case .regulatoryOfficer: "Regulatory officer"
    case .licensingManager: "Licensing manager"
    case .housingOfficer: "Housing officer"
    case .taskingMember: "Tasking group member"
    case .taskingChair: "Tasking group chair"
    case .intelScreener: "Intelligence screener"
    case .cspAnalyst: "Partnership analyst"
    case .democraticServices: "Democratic services officer"
    case .committeeChair: "Committee chair"
    case .memberSelf: "Committee member"
    case .trainingCoordinator: "Training co-ordinator"
    case .boardReader: "Board reader"
    case .businessSupport: "Business support"
    case .returnMaker: "Maker of an organisation’s returns"
    case .auditor: "Auditor"
    case .infoGovernance: "Information governance officer"
    case .admin: "Administrator"
    }
  }
}

/// How far a granted role reaches.
package enum GrantScope: Hashable, Sendable {
  case authority(Int)
  case csp(Int)
  case organisation(Int)
  case everywhere
}
