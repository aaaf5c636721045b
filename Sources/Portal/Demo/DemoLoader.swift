package import Domain
package import Foundation
import Postgres

/// Loads the invented cast and register, once, into an empty database.
package struct DemoLoader: Sendable {
  let environment: Environment

  package init(_ environment: Environment) { self.environment = environment }

  /// One invented colleague, the part they play, and their one-time sign-in link.
  package struct Invited: Sendable {
    package var name: String
    package var role: Role
    package var email: String
    package var link: String
    package var id: UUID
  }

  /// Whether there is anything to protect: demonstration data never join a register in use.
  package func isEmpty() async throws -> Bool {
    try await environment.database.pool.transaction(.readOnly) {
      try await $0.value("SELECT NOT EXISTS (SELECT FROM registration) AND NOT EXISTS (SELECT FROM guidance_document)", as: Bool.self)
    }
  }

  /// - Parameter recorder: the invented colleague whose work the past is.
  ///   `colleagues` are the invited, by address: some decisions take two people.
  /// - Returns: what was loaded, in words.
  package func load(by officer: Officer, as recorder: UUID, colleagues: [String: UUID] = [:], drivers: Int = 1500, operators: Int = 60) async throws -> String {
    let today = environment.today()
    let guidance = DemoGuidance(today: today)
    let register = DemoRegister(
      today: today, authorities: environment.settings.county.authorities, drivers: drivers, operators: operators,
      versions: (guidance.versions[0].id, guidance.versions[1].id, guidance.versions[1].from))
    return try await environment.database.write(by: officer, at: environment.now()) { transaction in
      try await guidance.insert(by: recorder, in: transaction)
      try await insert(register, by: recorder, in: transaction)
      let places = try await DemoPlaces(today: today, authorities: environment.settings.county.authorities, version: guidance.places.id)
        .insert(by: recorder, in: transaction)
      try await DemoOutreach(today: today, trade: guidance.versions[1].id, places: guidance.places.id).insert(by: recorder, in: transaction)
      try await DemoFieldwork(today: today).insert(by: recorder, in: transaction)
      try await DemoTraining(today: today, now: environment.now()).insert(by: recorder, in: transaction)
      let counts = "\(drivers) drivers, \(operators) operators and \(places) places, \(register.issues.count) issues of guidance"
      let panels = try await DemoCommittees(
        today: today, workingDays: environment.settings.workingDays, chair: Self.chair, member: Self.member
      ).insert(by: recorder, in: transaction)
      for strategy in environment.settings.strategies.prefix(1) {
        try await DemoStrategy(today: today, strategy: strategy).insert(by: recorder, verifiedBy: officer.id == recorder ? UUID() : officer.id, in: transaction)
      }
      try await DemoHotSpots(
        today: today, authorities: environment.settings.county.authorities, analyst: colleagues[Self.analyst] ?? UUID(),
        chairs: [1: colleagues[Self.northChair] ?? recorder, 2: colleagues[Self.southChair] ?? recorder]
      ).insert(in: transaction)
      func person(_ address: String) -> UUID { colleagues[address] ?? recorder }
      try await DemoPlans(
        today: today, analyst: colleagues[Self.analyst] ?? UUID(), chairs: [1: person(Self.northChair), 2: person(Self.southChair)],
        colleagues: [
          (Self.analyst, 1), (Self.northChair, 9), (Self.southChair, 9), (Self.screener.email, 3), (Self.partner.email, 14), ("ros.hartley@example.org", 1),
          ("idris.vaughan@example.org", 1), ("maud.pemberton@example.org", 14),
        ].compactMap { address, organisation in colleagues[address].map { ($0, organisation) } },
        police: person(Self.screener.email), council: person(Self.partner.email)
      ).insert(in: transaction)
      try await DemoReturns(
        today: today, settings: environment.settings, clerk: colleagues[Self.clerk] ?? recorder, maker: colleagues[Self.returner] ?? UUID(),
        analyst: colleagues[Self.analyst] ?? UUID(), chairs: [1: colleagues[Self.northChair] ?? UUID(), 2: colleagues[Self.southChair] ?? UUID()]
      ).insert(in: transaction)
      try await DemoBoard(today: today, places: guidance.places.id).insert(by: recorder, in: transaction)
      _ = try await DemoIntelligence(today: today, home: environment.home, screener: Self.screener.name, partner: Self.partner.name).insert(in: transaction)
      try await transaction.execute("INSERT INTO setting (name, value) VALUES ('demonstration', 'true') ON CONFLICT (name) DO UPDATE SET value = 'true'")
      return Written(counts, entries: [AuditEntry(.loadDemonstration, of: officer.id, detail: ["counts": counts])] + panels)
    }
  }

  private func insert(_ register: DemoRegister, by recorder: UUID, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      INSERT INTO party (id, authority_id, kind, name, family_name, given_names, email, phone, address, postcode)
      SELECT party, authority, CASE WHEN business THEN 'business' ELSE 'person' END, name, family, given, email, phone, address, postcode
        FROM jsonb_to_recordset(\(try json(register.licences))::jsonb) AS x (party uuid, authority smallint, business boolean, name text,
          family text, given text, email text, phone text, address text, postcode text)
      """)
    try await transaction.execute(
      """
      INSERT INTO registration (id, authority_id, kind, reference, badge, party_id, trading_name, sort_name, postcode_key, anchor_on)
      SELECT id, authority, kind, reference, badge, party, trading,
             array_to_string(ARRAY[fold_name(family), nullif(fold_name(given), '')], ', '), replace(postcode, ' ', ''), anchor
        FROM jsonb_to_recordset(\(try json(register.licences))::jsonb) AS x (id uuid, authority smallint, kind text, reference text,
          badge text, party uuid, trading text, family text, given text, postcode text, anchor date)
      """)
    // Their postcodes are invented and stand nowhere: bases are placed about the middle of their town, the same every time.
    try await transaction.execute("SELECT settle_operator_bases()")
    try await transaction.execute(
      """
      UPDATE location l SET placed_by = 'register', easting = t.easting + abs(hashtext(r.reference)) % 1800 - 900, northing = t.northing + abs(hashtext(r.reference || 'n')) % 1800 - 900
        FROM registration r, authority a, jsonb_to_recordset(\(try json(DemoPlaces.middles))::jsonb) AS t (slug text, easting integer, northing integer)
       WHERE l.id = r.location_id AND l.easting IS NULL AND r.kind = 'private_hire_operator' AND a.id = r.authority_id AND t.slug = a.slug
      """)
    try await transaction.execute(
      """
      INSERT INTO term (id, registration_id, authority_id, kind, event, starts_on, ends_before, granted_on, recorded_by, recorded_at)
      SELECT id, licence, authority, kind, event, "from", before, granted, \(recorder), granted + time '10:30'
        FROM jsonb_to_recordset(\(try json(register.terms))::jsonb) AS x (id uuid, licence uuid, authority smallint, kind text, event text,
          "from" date, before date, granted date)
      """)
    try await transaction.execute(
      """
      INSERT INTO restriction (registration_id, authority_id, kind, cause, reason, starts_on, recorded_by, lifted_on, lifted_reason, lifted_by, lifted_at)
      SELECT licence, authority, kind, cause, reason, "from", \(recorder), lifted, CASE WHEN lifted IS NOT NULL THEN 'Papers received' END,
             CASE WHEN lifted IS NOT NULL THEN \(recorder) END, lifted + time '09:00'
        FROM jsonb_to_recordset(\(try json(register.restrictions))::jsonb) AS x (licence uuid, authority smallint, kind text, cause text,
          reason text, "from" date, lifted date)
      """)
    let issues = try json(register.issues)
    try await transaction.execute(
      """
      INSERT INTO issuance (id, registration_id, authority_id, kind, version_id, occasion, channel, issued_on, covers_before, term_id, recorded_by, recorded_at)
      SELECT id, licence, authority, kind, version, occasion, channel, "on", before, term, \(recorder), "on" + time '11:00'
        FROM jsonb_to_recordset(\(issues)::jsonb) AS x (id uuid, licence uuid, authority smallint, kind text, version uuid, occasion text,
          channel text, "on" date, before date, term uuid)
      """)
    try await transaction.execute(
      """
      INSERT INTO acknowledgement (issuance_id, version_id, registration_id, authority_id, method, acknowledged_on, recorded_by, recorded_at)
      SELECT id, version, licence, authority, method, acknowledged, \(recorder), acknowledged + time '14:00'
        FROM jsonb_to_recordset(\(issues)::jsonb) AS x (id uuid, licence uuid, authority smallint, version uuid, method text, acknowledged date)
       WHERE acknowledged IS NOT NULL
      """)
    try await transaction.execute(
      """
      INSERT INTO issuance_void (issuance_id, registration_id, authority_id, how, reason, recorded_by)
      SELECT id, licence, authority, 'returned', 'Letter returned: gone away', \(recorder)
        FROM jsonb_to_recordset(\(issues)::jsonb) AS x (id uuid, licence uuid, authority smallint, returned boolean) WHERE returned
      """)
    try await transaction.execute(
      """
      INSERT INTO renewal_exception (term_id, registration_id, authority_id, reason, recorded_by)
      SELECT term, licence, authority, reason, \(recorder)
        FROM jsonb_to_recordset(\(try json(register.exceptions))::jsonb) AS x (term uuid, licence uuid, authority smallint, reason text)
      """)
    try await transaction.execute(
      """
      INSERT INTO training_completion (registration_id, authority_id, course, provider, completed_on, valid_before, recorded_by)
      SELECT licence, authority, 'Safeguarding awareness for drivers', 'County training team', "on", before, \(recorder)
        FROM jsonb_to_recordset(\(try json(register.trainings))::jsonb) AS x (licence uuid, authority smallint, "on" date, before date)
      """)
    try await transaction.execute("SELECT index_names(ARRAY(SELECT id FROM registration))")
  }

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  private static let clerk = "harriet.lowe@example.org"
  private static let returner = "desmond.pike@example.org"
  private static let analyst = "ambrose.kettle@example.org"
  private static let northChair = "barnaby.quill@example.org"
  private static let southChair = "leonora.fitch@example.org"
  private static let screener = (name: "Thaddeus Moss", email: "thaddeus.moss@example.org")
  private static let partner = (name: "Cordelia Nash", email: "cordelia.nash@example.org")
  private static let chair = (name: "Hugo Tranter", email: "hugo.tranter@example.org")
  private static let member = (name: "Petra Lindley", email: "petra.lindley@example.org")

  /// Invites the cast; each link works once, for three days.
  package func invite(by officer: Officer) async throws -> [Invited] {
    let cast: [(String, String, Role, GrantScope)] = [
      ("Ros Hartley", "ros.hartley@example.org", .regulatoryOfficer, .organisation(1)),
      ("Idris Vaughan", "idris.vaughan@example.org", .licensingManager, .organisation(1)),
      ("Maud Pemberton", "maud.pemberton@example.org", .regulatoryOfficer, .authority(4)),
      ("Bettina Okoro", "bettina.okoro@example.org", .boardReader, .organisation(2)),
      ("Silas Crane", "silas.crane@example.org", .auditor, .everywhere),
      ("Winifred Ashe", "winifred.ashe@example.org", .democraticServices, .organisation(1)),
      (Self.chair.name, Self.chair.email, .committeeChair, .authority(3)),
      (Self.member.name, Self.member.email, .memberSelf, .authority(3)),
      ("Ambrose Kettle", Self.analyst, .cspAnalyst, .organisation(1)),
      ("Barnaby Quill", Self.northChair, .taskingChair, .csp(1)),
      ("Leonora Fitch", Self.southChair, .taskingChair, .csp(2)),
      (Self.screener.name, Self.screener.email, .intelScreener, .organisation(3)),
      (Self.partner.name, Self.partner.email, .taskingMember, .csp(2)),
      ("Harriet Lowe", Self.clerk, .businessSupport, .organisation(2)),
      ("Desmond Pike", Self.returner, .returnMaker, .organisation(3)),
      ("Tobias Wren", "tobias.wren@example.org", .housingOfficer, .authority(4)),
      ("Ada Winterbourne", "ada.winterbourne@example.org", .admin, .everywhere),
    ]
    var invited: [Invited] = []
    for (name, email, role, scope) in cast {
      let made = try await AccountAdministration(environment).invite(name: name, email: email, role: role, scope: scope, by: officer)
      invited.append(Invited(name: name, role: role, email: email, link: "\(environment.origin)/welcome/\(made.token)", id: made.id))
    }
    return invited
  }
}
