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
  /// Invite people, give and end roles.
  case manageAccounts
  /// Read the audit log.
  case readAudit
}
