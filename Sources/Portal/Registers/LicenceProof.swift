import Crypto
import Domain
import Foundation
import Hummingbird
import Postgres
import Web

/// The proof pack of one driver or one place: what was held, given, acknowledged, trained, restricted and visited, and who decided on it, on
/// one printable page with the entry of the audit log that it stands on.
enum LicenceProof {
  /// A version that was given, with the fingerprints of its texts.
  private struct Version: RowDecodable, Sendable {
    var name: String
    var from: Day
    var before: Day?
    var texts: String
    init(row: Row) throws {
      name = try row.get("name")
      from = try row.get("effective_from")
      before = try row.get("counts_before")
      texts = try row.get("texts")
    }
    static func given(to licence: UUID) -> Query<Version> {
      Query("""
        SELECT v.title || ', version ' || v.number AS name, v.effective_from, v.counts_before,
               coalesce((SELECT string_agg(t.language || ' ' || encode(t.content_hash, 'hex'), '; ' ORDER BY t.language) FROM guidance_text t WHERE t.version_id = v.version_id), '') AS texts
          FROM guidance_version_counts v WHERE v.version_id IN (SELECT i.version_id FROM issuance i WHERE i.registration_id = \(licence)) ORDER BY v.effective_from DESC, v.version_id
        """)
    }
  }

  private struct Training: RowDecodable, Sendable {
    var course: String
    var provider: String
    var on: Day
    var before: Day
    init(row: Row) throws {
      course = try row.get("course")
      provider = try row.get("provider")
      on = try row.get("completed_on")
      before = try row.get("valid_before")
    }
    static func of(_ licence: UUID) -> Query<Training> {
      Query("SELECT course, provider, completed_on, valid_before FROM training_completion WHERE registration_id = \(licence) ORDER BY completed_on DESC, id")
    }
  }

  /// A visit, a test or a request, as a line.
  private struct Field: RowDecodable, Sendable {
    var on: Day
    var what: String
    var found: String
    var by: String
    init(row: Row) throws {
      on = try row.get("on_day")
      what = try row.get("what")
      found = try row.get("found")
      by = try row.get("officer")
    }
    static func of(_ licence: UUID) -> Query<Field> {
      Query("""
        SELECT visited_on AS on_day, 'Visit' AS what, found || CASE WHEN concern THEN ' (a concern)' ELSE '' END AS found, officer, id FROM fieldwork_visit WHERE registration_id = \(licence) AND withdrawn_at IS NULL
        UNION ALL SELECT tested_on, 'Challenge test', replace(kind, '_', ' ') || ': ' || replace(result, '_', ' ') || CASE WHEN reported THEN ', reported' ELSE '' END, officer, id
          FROM challenge_test WHERE registration_id = \(licence) AND withdrawn_at IS NULL
        UNION ALL SELECT asked_on, 'Evidence asked for', replace(wanted, '_', ' ') || CASE WHEN detail <> '' THEN ': ' || detail ELSE '' END
               || coalesce(', received ' || to_char(received_on, 'FMDD FMMonth YYYY'), ', due ' || to_char(due_on, 'FMDD FMMonth YYYY')), '', id
          FROM evidence_request WHERE registration_id = \(licence) AND withdrawn_at IS NULL
        ORDER BY 1 DESC, 5
        """)
    }
  }

  private struct LogProof: RowDecodable, Sendable {
    var entries: Int
    var seq: Int64
    var hash: [UInt8]
    init(row: Row) throws {
      entries = try row.get("entries")
      seq = try row.get("seq")
      hash = row.bytes("hash_hex") ?? []
    }
    static func of(_ licence: UUID) -> Query<LogProof> {
      Query("SELECT entries, seq, encode(hash, 'hex') AS hash_hex FROM audit.record_proof(\(licence))")
    }
  }

  static func show(_ visit: OfficerVisit) async throws -> Response {
    let today = visit.today
    let id = try visit.id()
    guard let (licence, terms, restrictions) = try await RegisterStore(visit.environment).record(id, on: today, for: visit.officer) else { throw Problem.notFound }
    guard visit.officer.may(.readRegister, in: licence.authority) else { throw Problem.forbidden }
    let settings = visit.environment.settings
    let (lights, versions, issues, trainings, field, log) = try await visit.environment.database.read(
      as: visit.officer, RecordPage.lights(id, on: today), Version.given(to: id), GuidanceStore.issues(of: id), Training.of(id), Field.of(id), LogProof.of(id))
    let mayHearings = visit.officer.may(.readCommittees, in: licence.authority)
    let hearings = mayHearings ? try await CertificatePage.sections(of: id, visit) : ([], [])

    var sheet = Sheet(title: "Proof: \(licence.tradingName ?? licence.holder.name)")
    sheet.crumbs = licence.crumbs("Proof").trail
    sheet.line = Sheet.line(licence.status.tag, licence.kind.name, licence.reference, settings.authority(licence.authority)?.name, "As at \(today.longWords)")
    sheet.lead = "What the register holds of this licence today. A copy can be held against the service by the hashes at its end."
    if let light = lights.first { sheet.lights = licence.kind.isOfPlace ? Array(light.all.prefix(2)) : light.all }
    let place = licence.place.map { [$0.address, $0.postcode ?? ""].filter { !$0.isEmpty }.joined(separator: ", ").replacing("\n", with: ", ") }
    sheet.facts = SummaryList([.init("Holder", licence.holder.name), .init("Badge number", licence.badge), .init("Place", place)].filter { if case .nothing = $0.value { false } else { true } })

    let versionTable = Table<Version>(rowHeader: "name", [
      .text("name", "Version") { $0.name }, .date("from", "In effect from") { $0.from.short }, .date("to", "Counts to") { $0.before.map { ($0 - 1).short } ?? "No end" },
      Column("texts", "Its texts, by language and sha256") { .text($0.texts.isEmpty ? "No text in the library" : $0.texts) },
    ])
    let issueTable = Table<Issue>(rowHeader: "version", [
      .date("on", "Given") { $0.on.short }, .text("version", "Guidance") { $0.version }, .text("how", "How") { "\($0.channel.name), \($0.occasion.name.lowercased())" }, .text("by", "By") { $0.byName },
      .text("ack", "Acknowledged") { issue in issue.acknowledgedOn.map { "\($0.short), \(issue.method?.name.lowercased() ?? "")" } ?? (issue.void == nil ? "Not yet" : nil) },
      .text("counts", "Counts") { issue in issue.void.map { "No: \($0.rawValue)\(issue.voidReason.map { ", \($0)" } ?? "")" } ?? "To \((issue.coversBefore - 1).short)" },
    ])
    let trainingTable = Table<Training>(rowHeader: "course", [
      .text("course", "Course") { $0.course }, .date("on", "Completed") { $0.on.short }, .date("to", "Counts to") { ($0.before - 1).short }, .text("provider", "Provider") { $0.provider.isEmpty ? nil : $0.provider },
    ])
    let termTable = Table<LicenceTerm>(rowHeader: "from", [
      .date("from", "From") { $0.from.short }, .date("to", "To") { $0.before.map { ($0 - 1).short } ?? "No end" }, .text("what", "What") { $0.isRenewal ? "Renewal" : "Grant" },
      .text("without", "Without guidance") { $0.withoutGuidance },
    ])
    let restrictionTable = Table<LicenceRestriction>(rowHeader: "what", [
      .text("what", "What") { $0.kind.name }, .date("from", "From") { $0.from.short }, .date("to", "Ended") { $0.lifted?.short },
      .text("why", "Why") { [$0.cause?.name, $0.reason].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ") },
    ])
    let fieldTable = Table<Field>(rowHeader: "what", [
      .date("on", "Day") { $0.on.short }, .text("what", "What") { $0.what }, .text("found", "Found") { $0.found }, .text("by", "By") { $0.by.isEmpty ? nil : $0.by },
    ])
    sheet.sections = [
      .init("Versions given", versionTable.html(versions, caption: "Versions given", empty: .init("No guidance was given"))),
      .init("Given and acknowledged", issueTable.html(issues, caption: "Guidance given and acknowledged", empty: .init("No guidance was given"))),
    ]
    if !licence.kind.isOfPlace { sheet.sections.append(.init("Safeguarding training", trainingTable.html(trainings, caption: "Safeguarding training", empty: .init("No training is recorded")))) }
    sheet.sections += [
      .init("Terms", termTable.html(terms, caption: "Terms", empty: .init("No term is recorded"))),
      .init("Suspensions, revocations and surrenders", restrictionTable.html(restrictions, caption: "Suspensions, revocations and surrenders", empty: .init("None"))),
      .init("Visits, tests and evidence", fieldTable.html(field, caption: "Visits, tests and evidence", empty: .init("None"))),
    ]
    if mayHearings {
      sheet.sections += hearings.0.isEmpty ? [.init("Hearings", words: "No hearing is recorded for this licence.")] : hearings.0
    } else {
      sheet.sections.append(.init("Hearings", words: "Hearings and the training of those who decided are not in this copy: they are read by whoever may see committees. The certificate of a hearing says the same of that hearing."))
    }
    var said = [licence.reference, licence.kind.rawValue, today.iso, licence.status.rawValue]
    said += versions.map { "\($0.name)|\($0.from.iso)|\($0.texts)" }
    said += issues.map { "\($0.on.iso)|\($0.version)|\($0.channel.rawValue)|\($0.acknowledgedOn?.iso ?? "")|\($0.coversBefore.iso)|\($0.void?.rawValue ?? "")" }
    said += trainings.map { "\($0.course)|\($0.on.iso)|\($0.before.iso)" }
    said += terms.map { "\($0.from.iso)|\($0.before?.iso ?? "")|\($0.isRenewal)" } + restrictions.map { "\($0.kind.rawValue)|\($0.from.iso)|\($0.lifted?.iso ?? "")|\($0.reason)" }
    said += field.map { "\($0.on.iso)|\($0.what)|\($0.found)" } + hearings.1
    let digest = SHA256.hash(data: Data(said.joined(separator: "\n").utf8)).map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    sheet.factsBelow = SummaryList([
      .init("Audit log", log.first.map { "Entry \($0.seq), the latest of \($0.entries) about this licence" } ?? "No entry of its own: it came in with others", note: log.first.map { String(decoding: $0.hash, as: UTF8.self) }),
      .init("Printed", "\(today.words), by \(visit.officer.name)", note: "sha256 of what it says: \(digest)"),
    ])
    return try visit.page(SheetPage(sheet))
  }
}
