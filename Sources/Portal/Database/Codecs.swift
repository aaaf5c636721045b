package import Domain
package import Postgres

// How the field's own values are written to and read from PostgreSQL.

extension Day: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .date }
  package var postgresText: String? { iso }
  package init(postgres text: PostgresText) throws {
    guard let day = Day(iso: text.string) else { throw text.mismatch(Day.self) }
    self = day
  }
}

extension LicenceKind: PostgresEncodable, PostgresDecodable {}
extension LicenceStatus: PostgresEncodable, PostgresDecodable {}
extension RestrictionKind: PostgresEncodable, PostgresDecodable {}
extension SuspensionCause: PostgresEncodable, PostgresDecodable {}
extension Occasion: PostgresEncodable, PostgresDecodable {}
extension Channel: PostgresEncodable, PostgresDecodable {}
extension AcknowledgementMethod: PostgresEncodable, PostgresDecodable {}
extension IssuanceVoid: PostgresEncodable, PostgresDecodable {}
extension CampaignState: PostgresEncodable, PostgresDecodable {}
extension RecipientState: PostgresEncodable, PostgresDecodable {}
extension RecipientReason: PostgresEncodable, PostgresDecodable {}
extension ReturnReason: PostgresEncodable, PostgresDecodable {}
extension HotSpotState: PostgresEncodable, PostgresDecodable {}
extension HotSpotStep: PostgresEncodable, PostgresDecodable {}
extension HotSpotTheme: PostgresEncodable, PostgresDecodable {}
extension ConsultedView: PostgresEncodable, PostgresDecodable {}
extension PlanActionState: PostgresEncodable, PostgresDecodable {}
extension PlanTheme: PostgresEncodable, PostgresDecodable {}
extension TaskingState: PostgresEncodable, PostgresDecodable {}
extension MinuteKind: PostgresEncodable, PostgresDecodable {}
extension EventKind: PostgresEncodable, PostgresDecodable {}
extension EventEvidence: PostgresEncodable, PostgresDecodable {}
extension ChallengeKind: PostgresEncodable, PostgresDecodable {}
extension ChallengeResult: PostgresEncodable, PostgresDecodable {}
extension EvidenceWanted: PostgresEncodable, PostgresDecodable {}
extension IntelligenceTheme: PostgresEncodable, PostgresDecodable {}
extension IntelligenceKind: PostgresEncodable, PostgresDecodable {}
extension IntelligenceState: PostgresEncodable, PostgresDecodable {}
extension IntelligenceOutcome: PostgresEncodable, PostgresDecodable {}
extension InformationGrade: PostgresEncodable, PostgresDecodable {}
extension Handling: PostgresEncodable, PostgresDecodable {}
extension TrainingCohort: PostgresEncodable, PostgresDecodable {}
extension TrainingDue: PostgresEncodable, PostgresDecodable {}
extension TrainingConsequence: PostgresEncodable, PostgresDecodable {}
extension TrainingLack: PostgresEncodable, PostgresDecodable {}
extension EvidenceReview: PostgresEncodable, PostgresDecodable {}
extension LegacySource: PostgresEncodable, PostgresDecodable {}
extension ActionCode: PostgresEncodable, PostgresDecodable {}
extension SanitisationCode: PostgresEncodable, PostgresDecodable {}
extension GradingScheme: PostgresEncodable, PostgresDecodable {}
extension Marking: PostgresEncodable, PostgresDecodable {}
extension IntelligenceStep: PostgresEncodable, PostgresDecodable {}
extension PartnershipPart: PostgresEncodable, PostgresDecodable {}
extension RiskLevel: PostgresEncodable, PostgresDecodable {}
extension ItemStanding: PostgresEncodable, PostgresDecodable {}
extension ReturnKind: PostgresEncodable, PostgresDecodable {}
