/// What keeps a licence from being current, from a day until it is lifted.
package enum RestrictionKind: String, CaseIterable, Sendable, Codable {
  case suspension, revocation, surrender, refusal

  package var name: String {
    switch self {
    case .suspension: "Suspension"
    case .revocation: "Revocation"
    case .surrender: "Surrender"
    case .refusal: "Refusal"
    }
  }
}

/// Why a licence was suspended.
package enum SuspensionCause: String, CaseIterable, Sendable, Codable {
  case trainingNonCompliance = "training_non_compliance"
  case medical
  case dbs
  case publicSafetyImmediate = "public_safety_immediate"
  case reviewDecision = "review_decision"
  case interimStep = "interim_step"
  case annualFeeUnpaid = "annual_fee_unpaid"
  case other

  package var name: String {
    switch self {
    case .trainingNonCompliance: "Training not completed"
    case .medical: "Medical"
    case .dbs: "DBS check"
    case .publicSafetyImmediate: "Public safety, immediate effect"
    case .reviewDecision: "Decision on review"
    case .interimStep: "Interim step"
    case .annualFeeUnpaid: "Annual fee unpaid"
    case .other: "Other"
    }
  }

  /// The causes an officer can choose for a kind of registration. Unpaid annual fees, reviews and interim steps are the Licensing Act 2003's
  /// (ss.55A, 52, 53B).
  package static func offered(for kind: LicenceKind) -> [SuspensionCause] {
    kind.register == .premises
      ? [.annualFeeUnpaid, .reviewDecision, .interimStep, .other] : [.trainingNonCompliance, .medical, .dbs, .publicSafetyImmediate, .other]
  }
}
