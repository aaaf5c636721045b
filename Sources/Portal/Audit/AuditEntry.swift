package import Foundation

/// One thing somebody did, as it goes into the chain. Made by a command, appended last in its transaction.
package struct AuditEntry: Sendable {
  package var verb: AuditVerb
  /// The record it is about, first, and others whose history should show it.
  package var subjects: [UUID]
  /// The authority whose people may read it; nil for what belongs to nobody's register.
  package var authority: Int?
  /// Before and after values, as they were on the screen. Stored apart from the chain, which holds only a salted hash.
  package var detail: [String: String]

  package init(_ verb: AuditVerb, of subjects: UUID..., authority: Int? = nil, detail: [String: String] = [:]) {
    self.verb = verb
    self.subjects = subjects
    self.authority = authority
    self.detail = detail
  }
}

/// The chained part of an entry: canonical JSON (sorted keys, no spaces). Its exact bytes are hashed.
package struct AuditBody: Codable, Sendable {
  package var at: String
  package var by: String
  /// The author's name as it was then.
  package var name: String
  package var verb: AuditVerb
  package var subjects: [String]
  /// Names of the fields in the detail, never their values.
  package var fields: [String]
  /// sha256(salt || detail), hexadecimal.
  package var detail: String?
}
