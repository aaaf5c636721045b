/// One value that an import would change.
package struct FieldChange: Hashable, Codable, Sendable {
  package let field: RegisterField
  /// As people read it; nil for none.
  package let from: String?
  package let to: String?

  /// "expiry date from 3 April 2026 to 3 April 2029", "telephone 01905 123456 added", "e-mail a@b.uk removed"
  package var words: String {
    switch (from, to) {
    case (let from?, let to?): "\(field.words) from \(from) to \(to)"
    case (nil, let to?): "\(field.words) \(to) added"
    case (let from?, nil): "\(field.words) \(from) removed"
    case (nil, nil): field.words
    }
  }
}

/// What an import would change in a licence that is held.
package struct RecordChange: Hashable, Codable, Sendable {
  package let reference: String
  /// Never empty, in the order of the record page.
  package let fields: [FieldChange]

  /// Nil when nothing changes.
  /// - Parameter mapped: the fields the file speaks of (`ColumnMapping.mapped`); others are not compared.
  package init?(held: RegisterDetails, incoming: RegisterDetails, mapped: Set<RegisterField>) {
    fields = RegisterField.compared.compactMap { field in
      guard mapped.contains(field), held.canonical(field) != incoming.canonical(field) else { return nil }
      return FieldChange(field: field, from: held.shown(field), to: incoming.shown(field))
    }
    reference = held.reference
    if fields.isEmpty { return nil }
  }

  /// "expiry date from 3 April 2026 to 3 April 2029; telephone 01905 123456 added"
  package var words: String { fields.map(\.words).joined(separator: "; ") }
}

extension RegisterField {
  /// The fields of `RegisterDetails`, in the order of its canonical text. Append only: stored digests depend on it.
  package static let compared: [RegisterField] = [
    .reference, .kind, .badge, .familyName, .givenNames, .operatorName, .tradingName, .status, .statusDate, .start,
    .expiry, .originalGrant, .addressLine, .postcode, .email, .phone, .uprn, .easting, .northing, .longitude, .latitude, .maxPersons,
  ]
}

extension RegisterDetails {
  /// The value as machines compare it; nil for none.
  package func canonical(_ field: RegisterField) -> String? {
    switch field {
    case .reference: reference
    case .kind: kind.rawValue
    case .badge: badge
    case .familyName: familyName
    case .givenNames: givenNames
    case .operatorName: operatorName
    case .tradingName: tradingName
    case .status: status?.rawValue
    case .statusDate: statusDate?.iso
    case .start: start?.iso
    case .expiry: expiry?.iso
    case .originalGrant: originalGrant?.iso
    case .addressLine: address.isEmpty ? nil : address.joined(separator: "\n")
    case .postcode: postcode
    case .email: email
    case .phone: phone
    case .uprn: uprn.map { String($0) }
    case .easting: grid.map { String($0.easting) }
    case .northing: grid.map { String($0.northing) }
    case .longitude: longitude.map { String($0) }
    case .latitude: latitude.map { String($0) }
    case .maxPersons: maxPersons.map { String($0) }
    case .fullName, .vehicle, .premisesName, .district: nil
    }
  }

  /// The value as people read it; nil for none.
  package func shown(_ field: RegisterField) -> String? {
    switch field {
    case .kind: kind.name.lowercased()
    case .status: status?.words
    case .statusDate: statusDate?.words
    case .start: start?.words
    case .expiry: expiry?.words
    case .originalGrant: originalGrant?.words
    case .addressLine: address.isEmpty ? nil : address.joined(separator: ", ")
    default: canonical(field)
    }
  }

  /// One stable text for all that the file says of the licence: equal texts mean that nothing changed. Fields the file
  /// does not speak of are empty in it. Values hold no control characters, so the separators cannot be forged.
  package func canonicalLine(mapped: Set<RegisterField>) -> String {
    var bytes: [UInt8] = []
    appendCanonicalLine(mapped: mapped, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  func appendCanonicalLine(mapped: Set<RegisterField>, to out: inout [UInt8]) {
    for field in RegisterField.compared {
      if mapped.contains(field), let value = canonical(field) { out.append(contentsOf: value.utf8) }
      out.append(0x1F)
    }
  }
}
