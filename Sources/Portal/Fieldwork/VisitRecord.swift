import Crypto
package import Domain
package import Foundation
import HTTPTypes
import Postgres
import Web

/// A visit to a place that no register holds, as typed.
struct PlaceVisitForm: Sendable {
  var district = ""
  var name = ""
  var address = ""
  var postcode = ""
  var visit: VisitForm

  init(today: Day, officer: String, districts: [Settings.Authority]) {
    visit = VisitForm(today: today, officer: officer)
    if districts.count == 1 { district = districts[0].slug }
  }

  init(_ fields: FormFields) {
    district = fields["district"] ?? ""
    name = fields.trimmed("place")
    address = fields.trimmed("address")
    postcode = fields.trimmed("postcode")
    visit = VisitForm(fields)
  }

  func validated(_ districts: [Settings.Authority], today: Day) -> Validated<(NewPlace, NewVisit)> {
    var errors = Errors()
    let place = districts.first { $0.slug == district }
    if place == nil { errors.add("district", "Choose the district in which it is") }
    errors.text(name, "place", "the name of the place", least: 2, most: 160, today: today)
    if address.count > 400 { errors.add("address", "Enter an address of 400 characters or fewer") }
    let code = postcode.isEmpty ? nil : UKPostcode(postcode, inventedToo: true)
    if !postcode.isEmpty, code == nil { errors.add("postcode", "Enter a full postcode, such as WR1 3PA, or leave it empty") }
    switch visit.validated([], today: today) {
    case .invalid(let wrong):
      errors.add(wrong)
      return .invalid(errors)
    case .valid(let new):
      guard errors.isEmpty, let place else { return .invalid(errors) }
      return .valid((NewPlace(authority: place.id, name: name, address: address, postcode: code?.text), new))
    }
  }

  func page(_ districts: [Settings.Authority], tokens: [FormToken], errors: Errors = []) -> TaskPage {
    TaskPage(
      title: "Record a visit to a place without a licence", lead: "A takeaway, a car park, a shop: what no register holds. A hotel or a guest house belongs into the accommodation register instead, so that it is given guidance.",
      crumbs: [Breadcrumb("Visits", Path.fieldwork), Breadcrumb("Record a visit")],
      form: FormView(
        action: Path.fieldwork + "/visits/new", tokens: tokens,
        parts: [
          .field(.select("district", "District", district, [.init("", "Choose the district")] + districts.map { .init($0.slug, $0.name) })),
          .field(.text("place", "Name of the place", name, hint: "As its sign says, or what people call it", width: .thirty, autocomplete: "off")),
          .field(.textarea("address", "Address", address, rows: 3, isOptional: true)), .field(.text("postcode", "Postcode", postcode, width: .ten, autocomplete: "off", isOptional: true)),
        ] + visit.seen + [visit.next], buttons: [.init("Record the visit"), .init("Cancel", .link(address: Path.fieldwork))], errors: errors))
  }
}

/// A place that no register holds.
package struct NewPlace: Sendable {
  package var authority: Int
  package var name: String
  package var address: String
  package var postcode: String?

  package init(authority: Int, name: String, address: String = "", postcode: String? = nil) {
    self.authority = authority
    self.name = name
    self.address = address
    self.postcode = postcode
  }
}

/// A file that is kept with a visit.
struct VisitFile: RowDecodable, Sendable {
  var id: UUID
  var name: String
  var type: String
  var bytes: Int?
  var recordedAt: Date
  var by: String?
  var destroyedAt: Date?

  init(row: Row) throws {
    id = try row.get("id")
    name = try row.get("name")
    type = try row.get("type")
    bytes = try row.get("bytes")
    recordedAt = try row.get("recorded_at")
    by = try row.get("by_name")
    destroyedAt = try row.get("destroyed_at")
  }
}

extension FieldworkStore {
  func visit(_ id: UUID, for officer: Officer) async throws -> FieldVisit? { try await visits(["x.id = \(id)"], at: .first, limit: 1, for: officer).first }

  /// Records a visit to a place that no register holds.
  package func add(_ new: NewVisit, to place: NewPlace, once sent: SentForm? = nil, by officer: Officer) async throws -> UUID {
    let id = UUID()
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO fieldwork_visit (id, authority_id, place_name, place_address, place_postcode, visited_on, officer, found, concern, follow_up_by, recorded_by)
        VALUES (\(id), \(Int16(place.authority)), \(place.name), \(place.address), \(place.postcode), \(new.on), \(new.officer), \(new.found), \(new.isConcern), \(new.followUpBy), \(officer.id))
        """)
      return .done(AuditEntry(.recordVisit, of: id, authority: place.authority, detail: ["on": new.on.words, "place": place.name])).leading(to: Path.visit(id))
    }
    return id
  }

  /// The other look was taken, or need not be; or the visit was recorded by mistake.
  func close(_ visit: FieldVisit, withdrawing: Bool, by officer: Officer) async throws {
    let today = environment.today(), now = environment.now()
    try await environment.database.write(by: officer, at: now) { transaction in
      let changed = try await transaction.execute(
        withdrawing
          ? "UPDATE fieldwork_visit SET withdrawn_by = \(officer.id), withdrawn_at = \(now) WHERE id = \(visit.id) AND withdrawn_at IS NULL"
          : "UPDATE fieldwork_visit SET followed_up_on = \(today) WHERE id = \(visit.id) AND followed_up_on IS NULL AND follow_up_by IS NOT NULL AND withdrawn_at IS NULL")
      guard changed == 1 else { throw Problem(.conflict, "That was done already", "Somebody was quicker. Look at it again.", wayOn: ("See the visit", visit.path)) }
      return .done(AuditEntry(withdrawing ? .withdrawFieldwork : .followUpVisit, of: visit.subject?.id ?? visit.id, authority: visit.authority, detail: withdrawing ? ["what": "visit"] : [:]))
    }
  }

  static func files(of visit: UUID) -> Query<VisitFile> {
    Query(
      """
      SELECT f.id, f.name, f.type, length(f.file) AS bytes, f.recorded_at, n.name AS by_name, f.destroyed_at
        FROM fieldwork_file f LEFT JOIN LATERAL sec.account_names(ARRAY[f.recorded_by]) n ON true WHERE f.visit_id = \(visit) ORDER BY f.recorded_at, f.id LIMIT 50
      """)
  }

  func files(of visit: UUID, for officer: Officer) async throws -> [VisitFile] { try await environment.database.read(as: officer, Self.files(of: visit)) }

  func keep(_ file: (bytes: [UInt8], name: String, type: String), with visit: FieldVisit, once sent: SentForm?, by officer: Officer) async throws {
    let hash = Array(SHA256.hash(data: Data(file.bytes)))
    try await environment.database.write(by: officer, at: environment.now(), once: sent) { transaction in
      try await transaction.execute(
        """
        INSERT INTO fieldwork_file (visit_id, authority_id, name, type, file, sha256, recorded_by)
        VALUES (\(visit.id), \(Int16(visit.authority)), \(file.name), \(file.type), \(file.bytes), \(hash), \(officer.id))
        """)
      let words = hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      return .done(AuditEntry(.keepFile, of: visit.subject?.id ?? visit.id, visit.id, authority: visit.authority, detail: ["place": visit.whereWords, "hash": words])).leading(to: visit.path)
    }
  }

  func stored(_ file: UUID, of visit: FieldVisit, for officer: Officer) async throws -> StoredFile? {
    try await environment.database.read(
      as: officer,
      Query<StoredFile>("SELECT encode(file, 'hex') AS hex, type AS file_type, name AS file_name FROM fieldwork_file WHERE id = \(file) AND visit_id = \(visit.id) AND file IS NOT NULL")
    ).first
  }

  /// Its bytes are gone; that it was there stays.
  func destroy(_ file: UUID, of visit: FieldVisit, by officer: Officer) async throws {
    let now = environment.now()
    try await environment.database.write(by: officer, at: now) { transaction in
      guard try await transaction.execute(
        "UPDATE fieldwork_file SET file = NULL, destroyed_by = \(officer.id), destroyed_at = \(now) WHERE id = \(file) AND visit_id = \(visit.id) AND file IS NOT NULL") == 1
      else { throw Problem.notFound }
      return .done(AuditEntry(.destroyFile, of: visit.subject?.id ?? visit.id, visit.id, authority: visit.authority, detail: ["place": visit.whereWords]))
    }
  }
}
