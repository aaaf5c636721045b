/// What a register says of one licence: the values that are compared with what is held.
package struct RegisterDetails: Hashable, Codable, Sendable {
  package var reference: String
  package var kind: LicenceKind
  package var badge: String?
  package var familyName: String?
  package var givenNames: String?
  package var operatorName: String?
  package var tradingName: String?
  package var status: ImportedStatus?
  package var statusDate: Day?
  package var start: Day?
  /// The last day of the licence; nil when the register gives none.
  package var expiry: Day?
  package var originalGrant: Day?
  /// In order, without the postcode.
  package var address: [String]
  /// In UK form ("WR1 3LA").
  package var postcode: String?
  package var email: String?
  package var phone: String?
  /// Of a place: its Unique Property Reference Number.
  package var uprn: Int?
  /// Of a place: where it is on the National Grid, or in degrees (WGS 84) where the register says it so.
  package var grid: GridPoint?
  package var longitude: Double?
  package var latitude: Double?
  /// Of a house: how many may live there.
  package var maxPersons: Int?

  package init(
    reference: String, kind: LicenceKind, badge: String? = nil, familyName: String? = nil, givenNames: String? = nil,
    operatorName: String? = nil, tradingName: String? = nil, status: ImportedStatus? = nil, statusDate: Day? = nil,
    start: Day? = nil, expiry: Day? = nil, originalGrant: Day? = nil, address: [String] = [], postcode: String? = nil,
    email: String? = nil, phone: String? = nil
  ) {
    self.reference = reference
    self.kind = kind
    self.badge = badge
    self.familyName = familyName
    self.givenNames = givenNames
    self.operatorName = operatorName
    self.tradingName = tradingName
    self.status = status
    self.statusDate = statusDate
    self.start = start
    self.expiry = expiry
    self.originalGrant = originalGrant
    self.address = address
    self.postcode = postcode
    self.email = email
    self.phone = phone
  }

  /// The person, when the licence is one's.
  package var person: PersonName? {
    guard familyName != nil || givenNames != nil else { return nil }
    return PersonName(family: familyName ?? "", given: givenNames ?? "")
  }

  /// The name the licence goes by: the person's, else the operator's.
  package var displayName: String { (kind.isOfPlace ? tradingName : nil) ?? person?.display ?? operatorName ?? tradingName ?? reference }

  /// What search finds the licence by.
  package var searchName: String {
    var name = person?.folded ?? ""
    for firm in [operatorName, tradingName] {
      guard let firm else { continue }
      name += (name.isEmpty ? "" : " ") + PersonName.folded(firm)
    }
    return name
  }

  /// The natural key within an authority: the kind and the reference without regard to case and spaces.
  package var key: String { "\(kind.rawValue) \(RegisterDetails.referenceKey(reference))" }

  /// A reference as references are compared: capitals, no spaces.
  package static func referenceKey(_ reference: String) -> String {
    var isKey = true
    for byte in reference.utf8 where byte <= 0x20 || byte >= 0x80 || (byte >= 97 && byte <= 122) { isKey = false }
    return isKey ? reference : reference.uppercased().filter { !$0.isWhitespace }
  }
}

/// A row that can be imported.
package struct RegisterRow: Hashable, Sendable {
  /// The line of the file.
  package let line: Int
  package let details: RegisterDetails
  /// What was left out or looks odd, as clauses: "“x” is not an e-mail address". The row is imported all the same.
  package let notes: [String]
}

/// A row that cannot be imported, with the reasons and the fields as they stand in the file.
package struct RowRejection: Hashable, Sendable {
  package struct Reason: Hashable, Sendable {
    /// The column's name; nil when the row as a whole is at fault.
    package let column: String?
    /// A clause: "“31/02/2026” is not a day: February 2026 has no day 31".
    package let reason: String
  }

  package let line: Int
  /// Never empty.
  package let reasons: [Reason]
  package let fields: [String]

  /// "Line 12, Expires: “31/02/2026” is not a day: February 2026 has no day 31."
  package var words: String { "Line \(line)\(reasons.isEmpty ? "" : ", ")\(reasonWords)." }

  /// The reasons alone: "Expires: …; Status: …"
  package var reasonWords: String {
    reasons.map { reason in reason.column.map { "\($0): \(reason.reason)" } ?? reason.reason }.joined(separator: "; ")
  }
}

/// What becomes of one record of the file.
package enum RowOutcome: Hashable, Sendable {
  case accepted(RegisterRow)
  case rejected(RowRejection)
  /// Of a kind that is not kept here: counted by its word.
  case leftOut
}
