/// How far a campaign is.
package enum CampaignState: String, CaseIterable, Sendable, Codable {
  /// Who would be reached is asked anew each time it is looked at.
  case draft
  /// The list is fixed; nothing has gone out.
  case ready
  case running, paused, cancelled, finished

  package var name: String {
    switch self {
    case .draft: "Draft"
    case .ready: "Ready to run"
    case .running: "Running"
    case .paused: "Paused"
    case .cancelled: "Cancelled"
    case .finished: "Finished"
    }
  }

  /// What a campaign in this state can become, by an officer or, for `finished`, by the work itself.
  package var next: Set<CampaignState> {
    switch self {
    case .draft: [.ready, .cancelled]
    case .ready: [.draft, .running, .cancelled]
    case .running: [.paused, .cancelled, .finished]
    case .paused: [.running, .cancelled]
    // Sending again to those whom it did not reach.
    case .finished: [.running]
    case .cancelled: []
    }
  }
}

/// How one recipient of a campaign fares.
package enum RecipientState: String, CaseIterable, Sendable, Codable {
  case planned, excluded, issued, failed, returned

  package var name: String {
    switch self {
    case .planned: "Waiting"
    case .excluded: "Left out"
    case .issued: "Given"
    case .failed: "Not delivered"
    case .returned: "Came back"
    }
  }
}

/// Why somebody is left out of a campaign, or was not reached. The rule is `campaign_population` in the database.
package enum RecipientReason: String, CaseIterable, Sendable, Codable {
  case closed
  case notCurrent = "not_current"
  case notAudience = "not_audience"
  case notInEffect = "not_in_effect"
  case hasVersion = "has_version"
  case guidanceHeld = "guidance_held"
  case noAddress = "no_address"
  case addressReturned = "address_returned"
  case noEmail = "no_email"
  case noPhone = "no_phone"
  case left
  case delivery
  case fault

  package var words: String {
    switch self {
    case .closed: "Revoked, surrendered or refused"
    case .notCurrent: "Not current"
    case .notAudience: "The guidance is not for this kind of licence"
    case .notInEffect: "The version is not in effect"
    case .hasVersion: "Has this version already in this guidance year"
    case .guidanceHeld: "Has guidance already in this guidance year"
    case .noAddress: "No postal address or no postcode"
    case .addressReturned: "Mail to this address came back"
    case .noEmail: "No e-mail address"
    case .noPhone: "No telephone number"
    case .left: "No longer among those chosen"
    case .delivery: "Could not be delivered"
    case .fault: "Could not be recorded: tell your administrator"
    }
  }

  /// Whether putting the record right would let them be reached.
  package var isMendable: Bool { [.noAddress, .addressReturned, .noEmail, .noPhone, .delivery].contains(self) }
}

/// Why mail came back.
package enum ReturnReason: String, CaseIterable, Sendable, Codable {
  case goneAway = "gone_away"
  case unknown, incomplete, refused, other

  package var name: String {
    switch self {
    case .goneAway: "Gone away"
    case .unknown: "Not known at this address"
    case .incomplete: "Address incomplete"
    case .refused: "Refused"
    case .other: "Another reason"
    }
  }
}

extension Channel {
  /// Those by which a campaign goes out.
  package static let ofCampaigns: [Channel] = [.letter, .email, .smsLink, .hand, .withLicencePack, .eventHandout]

  /// Whether this service sends it, rather than people handing it over and saying so.
  package var isSent: Bool { [.letter, .email, .smsLink].contains(self) }
}

extension Occasion {
  /// What a campaign may be for.
  package static let forCampaigns: [Occasion] = [.anniversary, .newVersion, .hotspotCampaign, .annualFee, .adHoc]
}
