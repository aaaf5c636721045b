/// What a column of a register may be read as.
package enum RegisterField: String, Codable, CaseIterable, Hashable, Sendable {
  case reference, badge, kind, familyName, givenNames, fullName, operatorName, tradingName, status, statusDate, start,
    expiry, originalGrant, addressLine, postcode, email, phone, vehicle,
    premisesName, uprn, easting, northing, longitude, latitude, maxPersons, district

  /// As the mapping page and the messages name it.
  package var words: String {
    switch self {
    case .reference: "licence reference"
    case .badge: "badge number"
    case .kind: "kind of licence"
    case .familyName: "family name"
    case .givenNames: "given names"
    case .fullName: "full name"
    case .operatorName: "operator’s name"
    case .tradingName: "trading name"
    case .status: "status"
    case .statusDate: "date of status"
    case .start: "start date"
    case .expiry: "expiry date"
    case .originalGrant: "date first granted"
    case .addressLine: "address line"
    case .postcode: "postcode"
    case .email: "e-mail"
    case .phone: "telephone"
    case .vehicle: "vehicle (not imported)"
    case .premisesName: "name of the place"
    case .uprn: "UPRN"
    case .easting: "easting"
    case .northing: "northing"
    case .longitude: "longitude"
    case .latitude: "latitude"
    case .maxPersons: "most persons allowed"
    case .district: "district (rows of others are left out)"
    }
  }

  /// Whether several columns may feed the field, joined in their order.
  package var takesSeveralColumns: Bool { self == .addressLine || self == .givenNames || self == .vehicle }

  package var isDate: Bool { self == .start || self == .expiry || self == .originalGrant || self == .statusDate }

  /// The field a heading names, and how surely (10 for the plainest wording). Nil for headings that say nothing known.
  package static func named(byHeading heading: String) -> (field: RegisterField, weight: Int)? {
    let words = ImportWords.heading(heading)
    if words.isEmpty { return nil }
    if let known = headings[words] { return known }
    return byParts(Set(words.split(separator: " ").map(String.init)))
  }

  private static let headings: [String: (field: RegisterField, weight: Int)] = {
    var table: [String: (field: RegisterField, weight: Int)] = [:]
    func add(_ field: RegisterField, _ weight: Int, _ headings: String...) {
      for heading in headings { table[heading] = (field, weight) }
    }
    add(.reference, 10, "reference number", "licence reference", "licence reference number", "unique reference",
      "register number", "register reference", "case reference", "licence ref", "licence ref number")
    add(.reference, 9, "licence number", "driver licence number", "drivers licence number", "operator licence number",
      "operators licence number", "licence id", "permit number", "certificate number", "base number",
      "public vehicle number")
    add(.reference, 8, "reference", "ref", "ref number", "licence", "our reference", "our ref", "number")
    add(.reference, 6, "id", "record id", "driver id", "person id", "application reference", "application number")
    add(.badge, 9, "badge", "badge number", "driver badge", "driver badge number", "drivers badge number", "badge id",
      "driver number", "drivers number")
    add(.kind, 10, "licence type", "type of licence", "licence kind", "kind of licence", "kind")
    add(.kind, 9, "driver type", "licence category", "licence class", "type of driver", "licence description")
    add(.kind, 7, "type", "category", "class", "description")
    add(.familyName, 10, "surname", "family name", "last name", "second name", "lastname", "driver surname",
      "drivers surname", "holder surname")
    add(.givenNames, 10, "forename", "forenames", "first name", "first names", "given name", "given names", "firstname",
      "christian name", "christian names", "driver forename", "drivers forename")
    add(.givenNames, 8, "middle name", "middle names", "other names", "middle initial", "initials")
    add(.fullName, 10, "name", "full name", "fullname", "driver name", "drivers name", "name of driver", "licence holder",
      "licence holder name", "name of licence holder", "holder name", "name of holder", "licensee", "licensee name")
    add(.fullName, 8, "driver", "holder", "applicant", "applicant name", "proprietor", "proprietor name", "person")
    add(.operatorName, 10, "operator", "operator name", "operators name", "name of operator", "company", "company name",
      "business name", "base name", "firm", "organisation", "organisation name")
    add(.tradingName, 10, "trading name", "trading as", "trade name", "t a", "dba", "doing business as", "known as")
    add(.status, 10, "status", "licence status", "current status", "status of licence", "licence state")
    add(.statusDate, 10, "status date", "date of status", "status changed", "date status changed")
    add(.start, 10, "licence start", "licence start date", "start", "start date", "valid from", "commencement date",
      "commences", "date licence starts", "from", "effective from", "effective date", "current licence start")
    add(.start, 9, "issue date", "date issued", "issued", "date of issue", "licence issue date", "licence issued",
      "grant date", "date granted", "granted", "date of grant", "licence granted")
    add(.start, 8, "renewed", "date renewed", "last renewed", "last renewal", "last renewal date", "renewed on")
    add(.expiry, 10, "licence end", "licence end date", "end", "end date", "expiry", "expiry date", "expires",
      "expires on", "expiration date", "expiration", "licence expiry", "licence expiry date", "licence expires",
      "date of expiry", "valid to", "valid until", "until", "to", "expire date", "date licence ends")
    add(.expiry, 8, "next renewal date", "next renewal", "renewal due", "renewal due date", "expired")
    add(.expiry, 5, "renewal date", "renewal")
    add(.originalGrant, 10, "original issue date", "original grant date", "date first granted", "first granted",
      "date first licensed", "first licensed", "first issued", "date first issued", "original licence date",
      "first grant date", "initial issue date", "first licence date", "licensed since")
    add(.addressLine, 10, "address", "full address", "home address", "business address", "premises address",
      "street", "house", "town", "city", "county", "locality", "district", "village", "postal town")
    add(.postcode, 10, "postcode", "post code", "postal code", "zip", "zip code")
    add(.email, 10, "email", "e mail", "email address", "e mail address", "mail")
    add(.phone, 10, "telephone", "telephone number", "phone", "phone number", "mobile", "mobile number",
      "contact number", "contact telephone", "mobile telephone", "mobile phone", "home telephone", "landline")
    add(.premisesName, 10, "premises name", "name of premises", "name of the premises", "establishment name", "establishment", "property name")
    add(.addressLine, 10, "location", "location text", "property address", "hmo address", "address of premises", "address of hmo")
    for line in 1...5 { add(.addressLine, 10, "address line\(line)", "address line \(line)", "address \(line)", "address\(line)", "addressline\(line)") }
    add(.kind, 10, "service type label", "business type", "hmo type", "type of hmo")
    add(.status, 10, "status label")
    add(.reference, 10, "case number", "fhrsid", "fhrs id", "premises licence number", "hmo reference", "hmo licence number")
    add(.start, 9, "licence commenced", "commenced", "date commenced")
    add(.district, 10, "local authority name", "local authority", "authority name", "licensing authority", "council")
    add(.uprn, 10, "uprn")
    add(.easting, 10, "easting", "eastings", "geo x", "x")
    add(.northing, 10, "northing", "northings", "geo y", "y")
    add(.longitude, 10, "longitude", "long", "lng", "lon")
    add(.latitude, 10, "latitude", "lat")
    add(.maxPersons, 10, "permitted occupants", "total number occupants", "maximum occupants", "max occupants", "maximum number of persons",
      "max persons", "maximum occupancy", "number of occupants")
    add(.vehicle, 10, "vrm", "vrn", "registration mark", "vehicle registration", "registration number", "registration",
      "make", "model", "colour", "seats", "plate", "plate number", "make model", "make and model", "fuel", "fuel type",
      "number of seats", "doors", "engine size", "cc", "wav", "wheelchair accessible", "wheelchair")
    return table
  }()

  /// Headings that are no set phrase: judged by the words in them, most telling first.
  private static func byParts(_ words: Set<String>) -> (field: RegisterField, weight: Int)? {
    func has(_ list: String...) -> Bool { list.contains { words.contains($0) } }
    // Never imported: more personal than the register needs, or about the file itself.
    if has("birth", "dob", "sex", "gender", "age", "ethnicity", "nationality", "updated", "ni") { return nil }
    if has("vehicle", "vrm", "plate") { return (.vehicle, 6) }
    if has("uri", "url", "key", "rating", "scheme") { return nil }
    if has("email") { return (.email, 6) }
    if has("postcode", "zip") { return (.postcode, 6) }
    if has("telephone", "phone", "mobile") { return (.phone, 6) }
    if has("original", "first", "originally"), has("granted", "grant", "issue", "issued", "licensed") {
      return (.originalGrant, 6)
    }
    if has("expiry", "expires", "expiration", "expire", "expiring") { return (.expiry, 6) }
    if has("end", "ends"), has("licence", "date", "term") { return (.expiry, 6) }
    if has("start", "starts", "issue", "issued", "granted", "grant"), has("licence", "date", "term") {
      return (.start, 6)
    }
    if has("address", "city", "town", "county", "street") { return (.addressLine, 6) }
    if has("surname") { return (.familyName, 6) }
    if has("forename", "forenames") { return (.givenNames, 6) }
    if has("trading") { return (.tradingName, 6) }
    if has("status") { return has("date") ? (.statusDate, 6) : (.status, 6) }
    if has("badge") { return (.badge, 6) }
    if has("licence"), has("type", "category", "class", "kind") { return (.kind, 6) }
    if has("licence", "reference", "ref"), has("number", "reference", "ref", "id") { return (.reference, 6) }
    if has("name"), has("operator", "company", "business") { return (.operatorName, 6) }
    if has("name"), has("driver", "holder", "licensee", "applicant") { return (.fullName, 6) }
    return nil
  }
}
