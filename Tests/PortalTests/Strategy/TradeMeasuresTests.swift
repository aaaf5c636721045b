import Domain
import Foundation
import Portal
import Postgres
import TestSupport
import Testing

/// Renewals, holders at events and premises by hot spot, against counts of their own that know only what was arranged.
@Suite(.database) struct TradeMeasuresTests {
  private func day(_ iso: String) throws -> Day { try MeasureCast.day(iso) }

  private func renew(_ licence: UUID, in authority: Int16 = 3, from: Day, granted: Day, kind: LicenceKind = .privateHireDriver) async throws {
    try await CommitteeCast.execute(
      """
      INSERT INTO term (registration_id, authority_id, kind, event, starts_on, ends_before, granted_on, recorded_at)
      VALUES (\(licence), \(authority), \(kind.rawValue), 'renewal', \(from), \(from.adding(years: 1)), \(granted), \(granted) + time '10:00')
      """)
  }

  /// With guidance from 56 days before the grant to 14 days after it.
  @Test func renewalsAreCountedWithTheGuidanceNearThem() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    let offsets: [Int?] = [-57, -56, -10, 0, 14, 15, nil]
    var history: [(granted: Day, offset: Int?)] = []
    for number in 0..<28 {
      let from = try day("2023-01-10") + number * 19
      let licence = try await Arrange.licence("R\(number)", in: Int16(number % 6 + 1), from: from, before: from.adding(years: 1))
      let granted = from.adding(years: 1) - number % 4
      try await renew(licence, in: Int16(number % 6 + 1), from: from.adding(years: 1), granted: granted)
      let offset = offsets[number % offsets.count]
      if let offset { try await Arrange.issue(version, to: licence, on: granted + offset) }
      history.append((granted, offset))
    }
    func own(_ on: Day) -> MeasureValue {
      let counted = history.filter { $0.granted > on.adding(years: -1) && $0.granted <= on }
      return MeasureValue(counted.filter { $0.offset.map { (-56...14).contains($0) } ?? false }.count, of: counted.count)
    }
    for iso in ["2024-06-30", "2025-01-31", "2025-08-15"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.renewalsWithGuidance, on: on) == own(on) && own(on).part > 0 && own(on).missing > 0, "\(iso): \(own(on))")
    }
    // One across each border: granted on the day, a year ago, and the guidance a day nearer.
    let from = try day("2025-09-01")
    let border = try await Arrange.licence("RB", from: from.adding(years: -1), before: from)
    let before = try await MeasureCast.value(.renewalsWithGuidance, on: from)
    try await renew(border, from: from, granted: from)
    #expect(try await MeasureCast.value(.renewalsWithGuidance, on: from - 1) == own(from - 1))
    #expect(try await MeasureCast.value(.renewalsWithGuidance, on: from) == MeasureValue(before.part, of: before.whole + 1))
    let last = from.adding(years: 1) - 1
    #expect(try await MeasureCast.value(.renewalsWithGuidance, on: last).whole == own(last).whole + 1)
    #expect(try await MeasureCast.value(.renewalsWithGuidance, on: last + 1).whole == own(last + 1).whole)
    try await Arrange.issue(version, to: border, on: from + 15)
    #expect(try await MeasureCast.value(.renewalsWithGuidance, on: from).part == before.part)
    try await Arrange.issue(version, to: border, on: from + 14)
    #expect(try await MeasureCast.value(.renewalsWithGuidance, on: from).part == before.part + 1)
  }

  @Test func holdersAreCountedForAYearAfterTheyCame() async throws {
    var dice = MeasureCast.Dice(7)
    var licences: [(id: UUID, authority: Int16, from: Day, before: Day)] = []
    for number in 0..<20 {
      let from = try day("2024-02-01") + number * 17, authority = Int16(number % 3 + 3)
      let id = try await Arrange.licence("H\(number)", in: authority, from: from, before: from.adding(years: 2))
      licences.append((id, authority, from, from.adding(years: 2)))
    }
    var came: [(licence: Int, on: Day, item: Bool)] = []
    for number in 0..<8 {
      let on = try day("2024-05-10") + number * 80, item = number % 4 != 3
      let event = try await event(on, item: item)
      for licence in licences.indices where dice.roll(3) == 0 && licences[licence].from <= on {
        try await attend(event, licences[licence].id, licences[licence].authority)
        came.append((licence, on, item))
      }
    }
    func own(_ on: Day) -> MeasureValue {
      let current = licences.indices.filter { licences[$0].from <= on && licences[$0].before > on }
      return MeasureValue(current.filter { licence in came.contains { $0.licence == licence && $0.item && $0.on > on.adding(years: -1) && $0.on <= on } }.count, of: current.count)
    }
    for iso in ["2024-12-31", "2025-06-30", "2026-01-15"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.holdersAtEvents, on: on) == own(on) && own(on).part > 0 && own(on).missing > 0, "\(iso): \(own(on))")
    }
    // From the day of the event to the day before it is a year past; withdrawn: never.
    let border = try await Arrange.licence("HB", in: 4, from: day("2024-01-01"), before: day("2027-12-31"))
    let held = try day("2025-11-03")
    let attendance = try await attend(event(held, item: true), border, 4)
    for (on, more) in [(held - 1, 0), (held, 1), (held.adding(years: 1) - 1, 1), (held.adding(years: 1), 0)] {
      #expect(try await MeasureCast.value(.holdersAtEvents, on: on).part == own(on).part + more, "\(on)")
    }
    try await CommitteeCast.execute("UPDATE event_attendance SET withdrawn_by = sec.me(), withdrawn_at = now() WHERE id = \(attendance)")
    #expect(try await MeasureCast.value(.holdersAtEvents, on: held) == MeasureValue(own(held).part, of: own(held).whole + 1))
  }

  private func event(_ on: Day, item: Bool) async throws -> UUID {
    try await MeasureCast.inserted(
      """
      INSERT INTO awareness_event (authority_id, kind, title, held_on, agenda_item, author, created_at)
      VALUES (4, 'taxi_forum', 'Forum', \(on), \(item ? "CSE: what to look for" : ""), sec.me(), \(on) + time '20:00') RETURNING id
      """)
  }

  @discardableResult
  private func attend(_ event: UUID, _ licence: UUID, _ authority: Int16) async throws -> UUID {
    try await MeasureCast.inserted(
      "INSERT INTO event_attendance (event_id, registration_id, authority_id, kind, recorded_by) VALUES (\(event), \(licence), \(authority), 'private_hire_driver', sec.me()) RETURNING id")
  }

  /// Inside is in the area or 250 metres around it while the hot spot stands; the two together are all.
  @Test func premisesInHotSpotsAndElsewhereAreAllPremises() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    // Metres east of the middle of a circle of 200 metres: the border of "near" is at 450.
    let places: [(east: Int, issued: Day?)] = [(0, nil), (150, try day("2025-03-01")), (440, try day("2025-08-01")), (460, nil), (2_000, try day("2025-03-01")), (5_000, nil)]
    var licences: [UUID] = []
    for (number, place) in places.enumerated() {
      let licence = try await Arrange.licence("P\(number)", in: 4, kind: .premisesLicence, from: day("2025-01-01"), before: day("2030-01-01"))
      try await CommitteeCast.execute(
        "UPDATE registration SET location_id = settle_location(4::smallint, \("House \(number)"), \("\(number) Row"), NULL, NULL, \(385_000 + place.east)::integer, 254900) WHERE id = \(licence)")
      if let issued = place.issued { try await Arrange.issue(version, to: licence, on: issued) }
      licences.append(licence)
    }
    let designated = try day("2025-06-01"), ended = try day("2025-10-01")
    try await MeasureCast.hotSpot("Lantern Street", designated: designated, ended: ended)
    func own(_ on: Day, inside: Bool) -> MeasureValue {
      let stands = designated <= on && on < ended
      let counted = places.filter { (stands && $0.east <= 450) == inside }
      return MeasureValue(counted.filter { $0.issued.map { $0 <= on } ?? false }.count, of: counted.count)
    }
    for iso in ["2025-05-31", "2025-06-01", "2025-07-31", "2025-08-01", "2025-09-30", "2025-10-01"] {
      let on = try day(iso)
      let (inside, elsewhere) = (try await MeasureCast.value(.guidancePremisesHotSpots, on: on), try await MeasureCast.value(.guidancePremisesElsewhere, on: on))
      #expect(inside == own(on, inside: true) && elsewhere == own(on, inside: false), "\(iso): \(inside) and \(elsewhere)")
      #expect(try await MeasureCast.value(.guidancePremises, on: on) == inside + elsewhere)
    }
    // A place that moves across the border moves its count.
    let on = try day("2025-07-01")
    try await CommitteeCast.execute("UPDATE location SET easting = 385440 WHERE id = (SELECT location_id FROM registration WHERE id = \(licences[3]))")
    #expect(try await MeasureCast.value(.guidancePremisesHotSpots, on: on).whole == own(on, inside: true).whole + 1)
    try await CommitteeCast.execute("UPDATE location SET easting = 385460 WHERE id = (SELECT location_id FROM registration WHERE id = \(licences[3]))")
    #expect(try await MeasureCast.value(.guidancePremisesHotSpots, on: on) == own(on, inside: true))
  }

  /// Places to stay, each once, from the day of their guidance until its year is over; two registrations of a place are one place.
  @Test func placesToStayAreCountedByPlace() async throws {
    let version = try await Arrange.version(1, from: day("2020-01-01"))
    struct Made {
      var place: Int
      var from: Day
      var before: Day
      var issued: Day?
    }
    var history: [Made] = []
    for number in 0..<12 {
      let from = try day("2024-03-01") + number * 40, before = from.adding(years: 2)
      let licence = try await Arrange.licence("A\(number)", in: Int16(number % 2 + 3), kind: .mandatoryHMO, from: from, before: before)
      // Every third shares the place of the one before it, in its own district.
      let place = number % 6 == 2 ? number - 2 : number
      try await CommitteeCast.execute(
        "UPDATE registration SET location_id = settle_location(authority_id, \("Lodge \(place)"), \("\(place) Row"), NULL, NULL, \(385_000 + place * 50)::integer, 254900) WHERE id = \(licence)")
      let issued: Day? = number % 3 == 1 ? nil : from + number * 11
      if let issued { try await Arrange.issue(version, to: licence, on: issued) }
      history.append(Made(place: place, from: from, before: before, issued: issued))
    }
    // Guidance covers until the next anniversary of the licence.
    func covers(_ one: Made, _ on: Day) -> Bool {
      guard let issued = one.issued, issued <= on else { return false }
      var end = one.from.adding(years: 1)
      while end <= issued { end = end.adding(years: 1) }
      return on < end
    }
    func own(_ on: Day) -> MeasureValue {
      let current = history.filter { $0.from <= on && on < $0.before }
      return MeasureValue(Set(current.filter { covers($0, on) }.map(\.place)).count, of: Set(current.map(\.place)).count)
    }
    for iso in ["2024-09-30", "2025-03-31", "2025-11-30"] {
      let on = try day(iso)
      #expect(try await MeasureCast.value(.guidanceAccommodation, on: on) == own(on) && own(on).part > 0 && own(on).missing > 0, "\(iso): \(own(on))")
    }
    for border in [history[3].from, history[3].before, try #require(history[3].issued)] {
      for on in [border - 1, border] { #expect(try await MeasureCast.value(.guidanceAccommodation, on: on) == own(on), "\(on)") }
    }
  }

  /// Approved, in effect and not withdrawn: for accommodation, whatever else the document is for.
  @Test func guidanceForAccommodationIsApprovedUntilItIsWithdrawn() async throws {
    let from = try day("2025-02-01"), withdrawn = try day("2025-09-01")
    #expect(try await MeasureCast.value(.accommodationGuidance, on: from) == MeasureValue(0, of: 1))
    let version = try await Arrange.version(1, from: from)
    try await CommitteeCast.execute("INSERT INTO guidance_withdrawal (version_id, withdrawn_on, reason) VALUES (\(version), \(withdrawn), 'Out of date')")
    for (on, holds) in [(from - 1, 0), (from, 1), (withdrawn - 1, 1), (withdrawn, 0)] {
      #expect(try await MeasureCast.value(.accommodationGuidance, on: on) == MeasureValue(holds, of: 1), "\(on)")
    }
    try await CommitteeCast.execute("UPDATE guidance_document SET audience = '{private_hire_driver}'")
    #expect(try await MeasureCast.value(.accommodationGuidance, on: from) == MeasureValue(0, of: 1))
  }
}
