import Domain
import Foundation
import Web

/// A licence as typed: for adding one, and for correcting its details.
struct LicenceForm: Sendable {
  var register = LicenceFilter.Register.drivers
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
  var from = DateFields()
  var months = ""
  /// The version of the record that the officer had before them.
  var version = 0

  init(register: LicenceFilter.Register) { self.register = register }

  init(_ fields: FormFields) {
    register = LicenceFilter.Register(rawValue: fields["register"] ?? "") ?? .drivers
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
    from = DateFields("from") { fields[$0] }
    months = fields["months"] ?? ""
    version = Int(fields["version"] ?? "") ?? 0
  }

  init(_ licence: Licence) {
    register = licence.kind.isOperator ? .operators : .drivers
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
    let presentable = Postcode.presentable(postcode)
    if !postcode.isEmpty, presentable == nil { errors.add("postcode", "Enter a full UK postcode, like WR1 2AB") }
    guard errors.isEmpty else { return .invalid(errors) }
    let holder = LicenceHolder(
      isBusiness: isBusiness, name: isBusiness ? business : [given, family].filter { !$0.isEmpty }.joined(separator: " "),
      familyName: isBusiness ? business : family, givenNames: isBusiness ? "" : given, email: email.isEmpty ? nil : email,
      phone: phone.isEmpty ? nil : phone, address: address, postcode: presentable)
    return .valid(LicenceDetails(
      reference: reference, badge: badge.isEmpty ? nil : badge, holder: holder, tradingName: trading.isEmpty ? nil : trading))
  }

  func validatedAsNew(_ settings: Settings, officer: Officer, today: Day) -> Validated<NewLicence> {
    var errors = Errors()
    let place = settings.authority(slug: authority)
    if place == nil { errors.add("authority", "Choose the district") } else if let place, !officer.may(.editRegister, in: place.id) {
      errors.add("authority", "You cannot add licences for \(place.name)")
    }
    let chosen = LicenceKind(rawValue: kind)
    if chosen == nil { errors.add("kind", "Choose the kind of licence") }
    let begins = Self.day(from, "from", of: "The first day of the licence", &errors)
    let term = Int(months)
    if let chosen, term.map({ !settings.termMonths(of: chosen).contains($0) }) ?? true { errors.add("months", "Choose how long the licence lasts") }
    if let begins, begins > today.adding(years: 1) { errors.add("from", "The licence cannot begin more than a year from now") }
    switch validated() {
    case .invalid(let others):
      errors.add(others)
      return .invalid(errors)
    case .valid(let details):
      guard errors.isEmpty, let place, let chosen, let begins, let term else { return .invalid(errors) }
      return .valid(NewLicence(authority: place.id, kind: chosen, details: details, from: begins, before: begins.adding(months: term)))
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
  var detailFields: [FormView.Part] {
    [
      .row([
        .text("reference", "Licence reference", reference, width: .twenty, autocomplete: "off"),
        .text("badge", "Badge number", badge, width: .ten, autocomplete: "off", isOptional: true),
      ]),
      .field(.radios(
        "holder", "The holder is", holderKind,
        [
          .init("person", "A person", reveals: [
            .text("given", "Given names", given, autocomplete: "off", isOptional: true), .text("family", "Family name", family, autocomplete: "off"),
          ]),
          .init("business", "A business", reveals: [.text("business", "Name of the business", business, autocomplete: "off")]),
        ])),
      .field(.text("trading", "Trading name", trading, autocomplete: "off", isOptional: true)),
      .row([
        .text("email", "Email address", email, type: .email, width: .twenty, autocomplete: "off", isOptional: true),
        .text("phone", "Telephone", phone, type: .tel, width: .twenty, autocomplete: "off", isOptional: true),
      ]),
      .field(.textarea("address", "Address", address, rows: 3, isOptional: true)),
      .field(.text("postcode", "Postcode", postcode, width: .ten, autocomplete: "off", isOptional: true)),
    ]
  }
}
