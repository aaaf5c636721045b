package import Domain
package import Foundation

/// A licence to be added, whole and valid.
package struct NewLicence: Sendable {
  package var authority: Int
  package var kind: LicenceKind
  package var details: LicenceDetails
  package var from: Day
  package var before: Day?
  package init(authority: Int, kind: LicenceKind, details: LicenceDetails, from: Day, before: Day?) {
    self.authority = authority
    self.kind = kind
    self.details = details
    self.from = from
    self.before = before
  }
}

/// What an officer may correct on a licence.
package struct LicenceDetails: Sendable, Equatable {
  package var reference: String
  package var badge: String?
  package var holder: LicenceHolder
  /// Of a place: the name on its sign.
  package var tradingName: String?
  /// Of a place: where it stands. Of an operator: the base.
  package var place: PlaceDetails?
  /// The place is a base: lists go by the holder, and it bears no person's name.
  package var isBase: Bool
  package init(reference: String, badge: String?, holder: LicenceHolder, tradingName: String?, place: PlaceDetails? = nil, isBase: Bool = false) {
    self.reference = reference
    self.badge = badge
    self.holder = holder
    self.tradingName = tradingName
    self.place = place
    self.isBase = isBase
  }

  package init(of licence: Licence) {
    self.init(
      reference: licence.reference, badge: licence.badge, holder: licence.holder, tradingName: licence.tradingName, place: licence.place,
      isBase: licence.kind.register.hasBases)
  }

  /// Every field with its words, in the order of the form.
  package var fields: [(name: String, value: String)] {
    [
      ("Reference", reference), ("Badge number", badge ?? ""), ("Name", holder.name), (place == nil || isBase ? "Trading name" : "Name of the place", tradingName ?? ""),
      ("Email address", holder.email ?? ""), ("Telephone", holder.phone ?? ""),
      ("Address", holder.address.split(separator: "\n").joined(separator: ", ")), ("Postcode", holder.postcode ?? ""),
    ] + (place.map { [(isBase ? "Base" : "Place", $0.words), ("UPRN", $0.uprn.map { String($0) } ?? ""), ("Grid reference", $0.grid?.reference ?? "")] }
      ?? (isBase ? [("Base", ""), ("UPRN", ""), ("Grid reference", "")] : []))
  }

  /// "Telephone from 07700 900123 to 07700 900456, Postcode from nothing to WR1 2AB"; empty when nothing differs.
  package func changes(from old: LicenceDetails) -> String {
    zip(old.fields, fields).filter { $0.value != $1.value }
      .map { "\($0.name) from \($0.value.isEmpty ? "nothing" : $0.value) to \($1.value.isEmpty ? "nothing" : $1.value)" }
      .joined(separator: ", ")
  }
}

/// A renewal decided at the strip: the new term, and either guidance given in the same step or a reason why not.
package struct Renewal: Sendable {
  package var from: Day
  package var before: Day?
  package var granted: Day
  package var guidance: Guidance
  /// Why it is renewed although the rule on training bars it; nil where nothing does.
  package var untrained: String?

  package enum Guidance: Sendable {
    case given(NewIssue)
    /// Some issue already covers the new term.
    case alreadyHeld
    case without(reason: String)
  }
  package init(from: Day, before: Day?, granted: Day, guidance: Guidance, untrained: String? = nil) {
    self.untrained = untrained
    self.from = from
    self.before = before
    self.granted = granted
    self.guidance = guidance
  }
}

/// A suspension, revocation, surrender or refusal to be recorded.
package struct NewRestriction: Sendable {
  package var kind: RestrictionKind
  package var cause: SuspensionCause?
  package var reason: String
  package var from: Day
  package init(kind: RestrictionKind, cause: SuspensionCause?, reason: String, from: Day) {
    self.kind = kind
    self.cause = cause
    self.reason = reason
    self.from = from
  }
}

/// Guidance to be recorded as given to one holder, with its acknowledgement where there is one.
package struct NewIssue: Sendable {
  package var version: UUID
  package var occasion: Occasion
  package var channel: Channel
  package var on: Day
  package var acknowledgement: AcknowledgementMethod?
  package init(version: UUID, occasion: Occasion, channel: Channel, on: Day, acknowledgement: AcknowledgementMethod?) {
    self.version = version
    self.occasion = occasion
    self.channel = channel
    self.on = on
    self.acknowledgement = acknowledgement
  }
}

/// A write that the record no longer allows, in words for the officer.
package enum LicenceConflict: Error, Sendable {
  /// Somebody changed the record meanwhile: what it says now.
  case stale(current: Licence)
  case referenceTaken
  case termOverlaps
  case alreadyRestricted
  case alreadyAcknowledged
  /// The ten minutes are over.
  case tooLateToUndo
  case gone
}
