import Domain
import Foundation
import Web

/// A licence as typed: for adding one, and for correcting its details.
struct LicenceForm: Sendable {
  var register = Register.drivers
  var authority = ""
  var kind = ""
  var reference = ""
  var badge = ""
  var holderKind = "person"
  var given = ""
  var family = ""
  var business = ""
  var trading = ""
  var email = ""
  var phone = ""
  var address = ""
  var postcode = ""
  /// Of a place: where it stands; the address above is then where its holder is written to. Of an operator: the base.
  var placeAddress = ""
  var placePostcode = ""
  var uprn = ""
  var grid = ""
  var from = DateFields()
  var months = ""
  /// The version of the record that the officer had before them.
  var version = 0

  init(register: Register) {
    self.register = register
    if register.isOfPlaces { holderKind = "business" }
  }

  init(_ fields: FormFields) {
    register = Register(rawValue: fields["register"] ?? "") ?? .drivers
    authority = fields["authority"] ?? ""
    kind = fields["kind"] ?? ""
    reference = fields.trimmed("reference")
    badge = fields.trimmed("badge")
    holderKind = fields["holder"] == "business" ? "business" : "person"
    given = fields.trimmed("given")
    family = fields.trimmed("family")
    business = fields.trimmed("business")
    trading = fields.trimmed("trading")
    email = fields.trimmed("email")
    phone = fields.trimmed("phone")
    address = fields.trimmed("address").replacingOccurrences(of: "\r\n", with: "\n")
    postcode = fields.trimmed("postcode")
    placeAddress = fields.trimmed("place-address").replacingOccurrences(of: "\r\n", with: "\n")
    placePostcode = fields.trimmed("place-postcode")
    uprn = fields.trimmed("uprn").filter { !$0.isWhitespace }
    grid = fields.trimmed("grid")
    from = DateFields("from") { fields[$0] }
    months = fields["months"] ?? ""
    version = Int(fields["version"] ?? "") ?? 0
  }

  init(_ licence: Licence) {
    register = licence.kind.register
    reference = licence.reference
    badge = licence.badge ?? ""
    holderKind = licence.holder.isBusiness ? "business" : "person"
    given = licence.holder.givenNames
    family = licence.holder.isBusiness ? "" : licence.holder.familyName
    business = licence.holder.isBusiness ? licence.holder.name : ""
    trading = licence.tradingName ?? ""
    email = licence.holder.email ?? ""
    phone = licence.holder.phone ?? ""
    address = licence.holder.address
    postcode = licence.holder.postcode ?? ""
    placeAddress = licence.place?.address ?? ""
    placePostcode = licence.place?.postcode ?? ""
    uprn = licence.place?.uprn.map { String($0) } ?? ""
    grid = licence.place?.grid.map { "\($0.easting), \($0.northing)" } ?? ""
    version = licence.version
  }

  func validated() -> Validated<LicenceDetails> {
    var errors = Errors()
    if reference.isEmpty { errors.add("reference", "Enter the licence reference") } else if reference.count > 60 {
      errors.add("reference", "Enter a reference of 60 characters or fewer")
    } else if !reference.contains(where: { $0.isASCII && ($0.isLetter || $0.isNumber) }) {
      errors.add("reference", "Enter a reference with letters or digits in it")
    }
    if badge.count > 30 { errors.add("badge", "Enter a badge number of 30 characters or fewer") }
    let isBusiness = holderKind == "business"
    if isBusiness {
      if business.isEmpty { errors.add("business", "Enter the name of the business") } else if business.count > 200 {
        errors.add("business", "Enter a name of 200 characters or fewer")
      }
    } else {
      if family.isEmpty { errors.add("family", "Enter the family name, or the only name") }
      if given.count + family.count > 198 { errors.add("family", "Enter names of 200 characters or fewer") }
    }
    if trading.count > 200 { errors.add("trading", "Enter a trading name of 200 characters or fewer") }
    if !email.isEmpty, !EmailAddress.isPlausible(email) { errors.add("email", "Enter an email address like name@example.com") }
    if phone.count > 40 { errors.add("phone", "Enter a telephone number of 40 characters or fewer") }
    if address.count > 500 { errors.add("address", "Enter an address of 500 characters or fewer") }
    let presentable = UKPostcode(postcode, inventedToo: true)?.text
    if !postcode.isEmpty, presentable == nil { errors.add("postcode", "Enter a full UK postcode, like WR1 2AB") }
    let place = register.isOfPlaces ? validatedPlace(&errors) : register.hasBases ? validatedBase(or: address, presentable, &errors) : nil
    guard errors.isEmpty else { return .invalid(errors) }
    let holder = LicenceHolder(
      isBusiness: isBusiness, name: isBusiness ? business : [given, family].filter { !$0.isEmpty }.joined(separator: " "),
      familyName: isBusiness ? business : family, givenNames: isBusiness ? "" : given, email: email.isEmpty ? nil : email,
      phone: phone.isEmpty ? nil : phone,
      // Whose address is not known otherwise is written to at the place.
      address: address.isEmpty && presentable == nil ? place?.address ?? "" : address,
      postcode: address.isEmpty && presentable == nil ? place?.postcode : presentable)
    return .valid(LicenceDetails(
      reference: reference, badge: badge.isEmpty ? nil : badge, holder: holder, tradingName: trading.isEmpty ? nil : trading, place: place,
      isBase: register.hasBases))
  }

  /// Where bookings are taken; the holder's address where nothing else is said, and nothing where that is not known either.
  private func validatedBase(or address: String, _ postcode: String?, _ errors: inout Errors) -> PlaceDetails? {
    if [placeAddress, placePostcode, uprn, grid].allSatisfy(\.isEmpty) { return address.isEmpty ? nil : PlaceDetails(address: address, postcode: postcode, uprn: nil, grid: nil) }
    return placed("the base", &errors)
  }

  private func validatedPlace(_ errors: inout Errors) -> PlaceDetails {
    if trading.isEmpty { errors.add("trading", "Enter the name of the place, or the first line of its address") }
    return placed("the place", &errors)
  }

  private func placed(_ what: String, _ errors: inout Errors) -> PlaceDetails {
    if placeAddress.isEmpty { errors.add("place-address", "Enter the address of \(what)") } else if placeAddress.count > 500 {
      errors.add("place-address", "Enter an address of 500 characters or fewer")
    }
    let code = UKPostcode(placePostcode, inventedToo: true)?.text
    if !placePostcode.isEmpty, code == nil { errors.add("place-postcode", "Enter a full UK postcode, like WR1 2AB, or leave it empty") }
    let property = Int(uprn)
    if !uprn.isEmpty, property.map({ !(1...999_999_999_999).contains($0) }) ?? true {
      errors.add("uprn", "Enter a UPRN of up to 12 digits, or leave it empty")
    }
    let point = GridPoint(words: grid)
    if !grid.isEmpty, point == nil { errors.add("grid", "Enter a grid reference, like SO 8504 5485, or easting and northing in metres") }
    return PlaceDetails(address: placeAddress, postcode: code, uprn: property, grid: point)
  }

  func validatedAsNew(_ settings: Settings, officer: Officer, today: Day) -> Validated<NewLicence> {
    var errors = Errors()
    let place = settings.authority(slug: authority)
    if place == nil { errors.add("authority", "Choose the district") } else if let place, !officer.may(.editRegister, of: register, in: place.id) {
      errors.add("authority", "You cannot add licences for \(place.name)")
    }
    let chosen = LicenceKind(rawValue: kind)
    if chosen == nil { errors.add("kind", "Choose the kind of licence") }
    let begins = Self.day(from, "from", of: "The first day of the licence", &errors)
    let term = Int(months)
    if let chosen, chosen.register != register { errors.add("kind", "Choose the kind of licence") }
    if let chosen, settings.termMonths(of: chosen).isEmpty {
      if !months.isEmpty, months != "0" { errors.add("months", "A \(chosen.name.lowercased()) has no end: choose “No end”") }
    } else if let chosen, term.map({ !settings.termMonths(of: chosen).contains($0) }) ?? true { errors.add("months", "Choose how long the licence lasts") }
    if let begins, begins > today.adding(years: 1) { errors.add("from", "The licence cannot begin more than a year from now") }
    switch validated() {
    case .invalid(let others):
      errors.add(others)
      return .invalid(errors)
    case .valid(let details):
      guard errors.isEmpty, let place, let chosen, let begins else { return .invalid(errors) }
      let before = settings.termMonths(of: chosen).isEmpty ? nil : term.map { begins.adding(months: $0) }
      return .valid(NewLicence(authority: place.id, kind: chosen, details: details, from: begins, before: before))
    }
  }

  /// Reads a date of a form, or says what is wrong with it.
  static func day(_ typed: DateFields, _ field: String, of what: String, _ errors: inout Errors) -> Day? {
    let reading = typed.read()
    if case .date(let parsed) = reading, let day = Day(year: parsed.year, month: parsed.month, day: parsed.day) { return day }
    if let (message, parts) = DateFields.message(for: reading, of: what) {
      errors.add(field, message, parts: parts)
    } else {
      errors.add(field, "Enter a real date")
    }
    return nil
  }

  /// The questions about the holder and the reference, for both pages.
  var detailFields: [FormView.Part] { register.isOfPlaces ? placeFields + holderFields : numberFields + holderFields + (register.hasBases ? baseFields : []) }

  private var baseFields: [FormView.Part] {
    [
      .field(.textarea("place-address", "Address of the base", placeAddress, hint: "Where bookings are taken. Leave it empty if it is the address above", rows: 3, isOptional: true)),
      .field(.text("place-postcode", "Postcode of the base", placePostcode, width: .ten, autocomplete: "off", isOptional: true)),
      .row([
        .text("uprn", "UPRN", uprn, hint: "Unique Property Reference Number", width: .twenty, autocomplete: "off", isOptional: true),
        .text("grid", "Grid reference", grid, hint: "Like SO 8504 5485. Empty: from the postcode", width: .twenty, autocomplete: "off", isOptional: true),
      ]),
    ]
  }

  private var numberFields: [FormView.Part] {
    [
      .row([
        .text("reference", "Licence reference", reference, width: .twenty, autocomplete: "off"),
        .text("badge", "Badge number", badge, width: .ten, autocomplete: "off", isOptional: true),
      ])
    ]
  }

  private var placeFields: [FormView.Part] {
    [
      .field(.text(
        "reference", register == .accommodation ? "Licence or food registration number" : "Licence reference", reference, width: .twenty,
        autocomplete: "off")),
      .field(.text("trading", "Name of the place", trading, autocomplete: "off")),
      .field(.textarea("place-address", "Address of the place", placeAddress, rows: 3)),
      .field(.text("place-postcode", "Postcode of the place", placePostcode, width: .ten, autocomplete: "off", isOptional: true)),
      .row([
        .text("uprn", "UPRN", uprn, hint: "Unique Property Reference Number", width: .twenty, autocomplete: "off", isOptional: true),
        .text("grid", "Grid reference", grid, hint: "Like SO 8504 5485. Empty: from the postcode", width: .twenty, autocomplete: "off", isOptional: true),
      ]),
    ]
  }

  private var holderFields: [FormView.Part] {
    let person = Field.Choice("person", "A person", reveals: [
      .text("given", "Given names", given, autocomplete: "off", isOptional: true), .text("family", "Family name", family, autocomplete: "off"),
    ])
    let firm = Field.Choice("business", "A business", reveals: [.text("business", "Name of the business", business, autocomplete: "off")])
    let ofPlace = register.isOfPlaces
    return [
      .field(.radios("holder", register == .accommodation ? "Who runs it is" : "The holder is", holderKind, [person, firm]))
    ] + (ofPlace ? [] : [.field(.text("trading", "Trading name", trading, autocomplete: "off", isOptional: true))]) + [
      .row([
        .text("email", "Email address", email, type: .email, width: .twenty, autocomplete: "off", isOptional: true),
        .text("phone", "Telephone", phone, type: .tel, width: .twenty, autocomplete: "off", isOptional: true),
      ]),
      .field(.textarea(
        "address", ofPlace ? "Address to write to" : "Address", address, hint: ofPlace ? "Leave it empty to write to the place itself" : nil, rows: 3,
        isOptional: true)),
      .field(.text("postcode", ofPlace ? "Postcode to write to" : "Postcode", postcode, width: .ten, autocomplete: "off", isOptional: true)),
    ]
  }
}
