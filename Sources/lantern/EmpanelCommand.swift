import ArgumentParser
import Domain
import Foundation
import Portal

/// `lantern empanel`: the check of a panel on a day, with the findings, substitutes and first lawful day of the hearing's page.
struct EmpanelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "empanel", abstract: "May these members sit on that day, and who else could?")

  @Option(help: "The committee: its id, or its name where one district alone has it (or NAME@DISTRICT).") var committee: String
  @Option(name: .customLong("hearing-date"), help: "The day, as 2026-04-03.") var hearingDate: String
  @Option(help: "Members, who presides first: ids or names, separated by commas. Empty: find a panel.") var members = ""
  @Option(help: "What is heard, such as review: its time limits are checked.") var kind: String?
  @Option(help: "The ward of the premises.") var ward: String?
  @Option(help: "The premises, their licence or the case, as its hearing has it: what is known of that hearing (kind, ward, time limits, interests) is taken into account.")
  var premises: String?
  @Flag(help: "Print JSON.") var json = false

  private struct Person: Encodable {
    var id: String
    var name: String
    var warnings: [EmpanelFinding]?
    var trainedThrough: String?
  }
  private struct Output: Encodable {
    var committee: String
    var hearingDate: String
    var premises: String?
    var panel: [Person]
    var lawful: Bool
    var findings: [EmpanelFinding]
    /// On or after the day of the hearing.
    var firstLawfulDay: String?
    /// Today or after, and before the day of the hearing.
    var lastLawfulDayBefore: String?
    var substitutes: [Person]
  }

  func run() async throws {
    let here = try Surroundings()
    guard let day = Day(iso: hearingDate) else { throw ValidationError("\(hearingDate) is no day: write it as 2026-04-03.") }
    let what = try kind.map { text -> HearingKind in
      guard let known = HearingKind(rawValue: text) else { throw ValidationError("\(text) is no kind of hearing. There are: \(HearingKind.allCases.map(\.rawValue).joined(separator: ", ")).") }
      return known
    }
    let output = try await here.asOwner { database in
      let environment = Environment(settings: here.settings, database: database, logger: here.logger, demonstration: false, origin: "", home: here.home)
      let officer = try await here.operatorOfficer(database)
      let chosen = try await find(committee, environment, officer, here.settings)
      let named = members.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      let everybody = try await CommitteeStore(environment).members(in: chosen.authority, on: min(day, environment.today()), for: officer)
      let ids = try named.map { text -> UUID in
        if let id = UUID(uuidString: text) { return id }
        let found = everybody.filter { NewMember.key($0.name) == NewMember.key(text) }
        guard let one = found.first, found.count == 1 else { throw ValidationError(found.isEmpty ? "No member of that district is called \(text)." : "Several members are called \(text): name them by id.") }
        return one.id
      }
      guard let check = try await EmpanelStore(environment).checks([chosen.id], alsoOf: ids, around: day, for: officer)[chosen.id] else { throw ValidationError("The committee cannot be read.") }
      var hearing = HearingCase(day: day, asked: environment.today())
      if let premises, let known = try await HearingStore(environment).named(premises, of: chosen.id, from: environment.today(), for: officer) {
        hearing = known.hearingCase(here.settings, asked: environment.today(), on: day)
      }
      if let what { hearing.timetable = here.settings.timetable(of: what) }
      if let ward { hearing.ward = ward }
      let panel = ids.isEmpty ? check.panel(for: hearing).members : ids
      func iso(_ day: Day?) -> String? { day?.iso }
      return Output(
        committee: chosen.name, hearingDate: day.iso, premises: premises,
        panel: panel.map { Person(id: $0.uuidString.lowercased(), name: check.candidate($0)?.name ?? "unknown") }, lawful: check.isLawful(panel, for: hearing),
        findings: check.findings(panel: panel, presiding: panel.first, for: hearing), firstLawfulDay: iso(check.firstLawfulDay(of: panel, from: day, for: hearing)),
        lastLawfulDayBefore: iso(check.lastLawfulDay(of: panel, from: environment.today(), before: day, for: hearing)),
        substitutes: check.substitutes(for: panel, hearing).map {
          Person(id: $0.member.id.uuidString.lowercased(), name: $0.member.name, warnings: $0.warnings, trainedThrough: iso($0.trainedThrough))
        })
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(output), as: UTF8.self))
    } else {
      print("\(output.committee), \(day.words): \(output.panel.map(\.name).joined(separator: ", "))")
      print(output.lawful ? "Nothing forbids this panel to sit." : "This panel may not sit.")
      for finding in output.findings { print("  \(finding.severity.rawValue) \(finding.code.rawValue): \(finding.text)") }
      if !output.lawful {
        print(output.firstLawfulDay.map { "First day from then on which it may: \($0)" } ?? "From that day on there is none on which it may, as the evidence stands.")
        if let before = output.lastLawfulDayBefore { print("Last day before on which it may: \(before)") }
      }
      if !output.substitutes.isEmpty { print("Who else can sit: \(output.substitutes.map(\.name).joined(separator: ", "))") }
    }
    if !output.lawful { throw ExitCode(1) }
  }

  private func find(_ text: String, _ environment: Environment, _ officer: Officer, _ settings: Settings) async throws -> Committee {
    let all = try await CommitteeStore(environment).committees(on: environment.today(), for: officer)
    if let id = UUID(uuidString: text), let found = all.first(where: { $0.id == id }) { return found }
    let parts = text.split(separator: "@").map(String.init)
    let named = all.filter { NewMember.key($0.name) == NewMember.key(parts[0]) && (parts.count < 2 || settings.authority($0.authority)?.slug == parts[1]) }
    guard let one = named.first, named.count == 1 else {
      throw ValidationError(named.isEmpty ? "There is no committee “\(text)”." : "Several districts have a committee of this name: say NAME@DISTRICT, such as “\(parts[0])@redditch”.")
    }
    return one
  }
}
