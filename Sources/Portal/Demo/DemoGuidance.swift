import Crypto
import Domain
import Foundation
import Postgres

/// The guidance of the demonstration: a leaflet for drivers and operators in two versions, the second given to all anew; and one for
/// premises and places to stay.
struct DemoGuidance: Sendable {
  struct Version: Sendable {
    var id: UUID
    var from: Day
    var text: String
    var reissue: Bool
  }

  let versions: [Version]
  /// The version for premises and places to stay.
  let places: Version

  init(today: Day) {
    versions = [
      Version(id: UUID(uuidString: "5a1e0001-0000-4000-8000-000000000001") ?? UUID(), from: today.adding(years: -7), text: Self.first, reissue: false),
      Version(id: UUID(uuidString: "5a1e0001-0000-4000-8000-000000000002") ?? UUID(), from: today.adding(months: -14), text: Self.first + Self.second, reissue: true),
    ]
    places = Version(
      id: UUID(uuidString: "5a1e0002-0000-4000-8000-000000000001") ?? UUID(), from: today.adding(years: -11), text: Self.behindTheDoor, reissue: false)
  }

  func insert(by recorder: UUID, in transaction: Transaction) async throws {
    let trade = LicenceKind.allCases.filter { !$0.isOfPlace }, stays = LicenceKind.allCases.filter(\.isOfPlace)
    try await insert("drivers-see-it", "See it, say it: safeguarding for the taxi trade", for: trade, versions, by: recorder, in: transaction)
    try await insert("places-see-it", "Behind the door: safeguarding for premises and places to stay", for: stays, [places], by: recorder, in: transaction)
  }

  private func insert(
    _ code: String, _ title: String, for audience: [LicenceKind], _ versions: [Version], by recorder: UUID, in transaction: Transaction
  ) async throws {
    let document = try await transaction.value(
      "INSERT INTO guidance_document (code, title, owner_organisation_id, audience) VALUES (\(code), \(title), 1, \(audience.map(\.rawValue))) RETURNING id",
      as: UUID.self)
    for (index, version) in versions.enumerated() {
      try await transaction.execute(
        """
        INSERT INTO guidance_version (id, document_id, number, effective_from, requires_acknowledgement, requires_reissue, grace_days, summary,
          approved_on, approved_by, recorded_by)
        VALUES (\(version.id), \(document), \(Int16(index + 1)), \(version.from), true, \(version.reissue), 60,
          \(index == 0 ? "First edition" : "Adds what to do about hotels and short lets"), \(version.from - 20), 'Safeguarding lead', \(recorder))
        """)
      try await transaction.execute(
        """
        INSERT INTO guidance_text (version_id, language, form, body, content_hash)
        VALUES (\(version.id), 'en', 'text', \(version.text), \(Array(SHA256.hash(data: Data(version.text.utf8)))))
        """)
    }
  }

  private static let first = """
    You see what others do not. Children and young people who are being exploited are moved from place to place, often by taxi, \
    often late, often paid for by somebody else.

    Look out for: a young person with much older people they do not seem to know; somebody who is frightened, drunk or told what to \
    say; repeated journeys to the same hotel, flat or takeaway; bookings made and paid for by another.

    If somebody is in danger now, call 999. If you are worried, call 101, or tell your licensing officer. You need not be sure. \
    Write down the time, the place and the registration number of any vehicle. Do not follow anybody and do not ask the young \
    person to tell you everything.

    """
  private static let second = """

    Hotels, guest houses and short lets: tell us about an address where young people are brought at night by different adults, \
    or where drivers are asked not to wait at the door.
    """
  private static let behindTheDoor = """
    Pubs, hotels, guest houses, hostels and shared houses are where exploitation can be seen and stopped.

    Look out for: a room paid for in cash for one night, without luggage or identification; many visitors to one room; a young person who \
    does not know where they are or who booked; adults who will not have the room cleaned; young people given drink by people they do not \
    seem to know.

    Ask for identification from everybody who stays. Tell your staff what to do, and write down what you saw and when. If somebody is in \
    danger now, call 999. If you are worried, call 101 or tell your licensing officer. You need not be sure.

    """
}
