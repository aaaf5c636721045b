/// Why guidance was given.
package enum Occasion: String, CaseIterable, Sendable, Codable {
  case grant, renewal, anniversary, variation, transfer
  case dpsChange = "dps_change"
  case annualFee = "annual_fee"
  case newVersion = "new_version"
  case hotspotCampaign = "hotspot_campaign"
  case forumEvent = "forum_event"
  case pubwatchEvent = "pubwatch_event"
  case visit
  case committeeInduction = "committee_induction"
  case reviewOrEnforcement = "review_or_enforcement"
  case adHoc = "ad_hoc"

  package var name: String {
    switch self {
    case .grant: "Grant"
    case .renewal: "Renewal"
    case .anniversary: "Anniversary"
    case .variation: "Variation"
    case .transfer: "Transfer"
    case .dpsChange: "Change of designated premises supervisor"
    case .annualFee: "Annual fee"
    case .newVersion: "New version"
    case .hotspotCampaign: "Hot-spot campaign"
    case .forumEvent: "Taxi forum"
    case .pubwatchEvent: "Pubwatch"
    case .visit: "Visit"
    case .committeeInduction: "Committee induction"
    case .reviewOrEnforcement: "Review or enforcement"
    case .adHoc: "Other"
    }
  }

  /// What an officer can choose for a kind of registration; the rest arise by themselves. The change of supervisor, the transfer and the
  /// annual fee belong to premises (Licensing Act 2003 ss.37, 42, 55).
  package static func offered(for kind: LicenceKind) -> [Occasion] {
    switch kind.register {
    case .drivers, .operators: [.anniversary, .grant, .newVersion, .visit, .reviewOrEnforcement, .adHoc]
    case .premises: [.annualFee, .dpsChange, .transfer, .variation, .grant, .newVersion, .pubwatchEvent, .visit, .reviewOrEnforcement, .adHoc]
    case .accommodation: [.anniversary, .grant, .transfer, .newVersion, .visit, .reviewOrEnforcement, .adHoc]
    }
  }
}

/// How guidance reached its holder.
package enum Channel: String, CaseIterable, Sendable, Codable {
  case hand, letter, email
  case smsLink = "sms_link"
  case portal
  case eventHandout = "event_handout"
  case withLicencePack = "with_licence_pack"

  package var name: String {
    switch self {
    case .hand: "By hand"
    case .letter: "Letter"
    case .email: "E-mail"
    case .smsLink: "Text message"
    case .portal: "Portal"
    case .eventHandout: "At an event"
    case .withLicencePack: "With the licence pack"
    }
  }

  /// What an officer records for one licence at a counter or desk.
  package static let byOfficer: [Channel] = [.hand, .withLicencePack, .letter, .email]
}

/// How a holder acknowledged the guidance.
package enum AcknowledgementMethod: String, CaseIterable, Sendable, Codable {
  case wetSignature = "wet_signature"
  case eSignature = "e_signature"
  case emailReply = "email_reply"
  case verbalWitnessed = "verbal_witnessed"
  case renewalFormDeclaration = "renewal_form_declaration"

  package var name: String {
    switch self {
    case .wetSignature: "Signed on paper"
    case .eSignature: "Signed on screen"
    case .emailReply: "Replied by e-mail"
    case .verbalWitnessed: "Said so, witnessed by the officer"
    case .renewalFormDeclaration: "Declared on the renewal form"
    }
  }
}

/// Why an issue no longer counts.
package enum IssuanceVoid: String, CaseIterable, Sendable, Codable {
  case undone, corrected, returned, failed, cancelled
}
