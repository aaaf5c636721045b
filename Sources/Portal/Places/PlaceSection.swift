import Domain
import Foundation
import Postgres
import Web

/// What the record of a registration says about its place: where it is, what else stands there, its schemes and who answers for it.
struct PlaceSection: ViewModel {
  let licence: Licence
  let location: Location?
  let others: [Standing]
  let memberships: [SchemeMembership]
  let roles: [PlaceRole]
  let mayEdit: Bool
  let mayGive: Bool
  let today: Day

  init(of licence: Licence, for visit: OfficerVisit) async throws {
    let at = licence.location ?? licence.id
    let (locations, standing, memberships, roles) = try await visit.environment.database.read(
      as: visit.officer, LocationStore.one(at), Standing.at([at], on: visit.today), SchemeMembership.of(at), PlaceRole.of(licence.id))
    self.licence = licence
    location = locations.first
    others = standing.filter { $0.id != licence.id }
    self.memberships = memberships
    self.roles = roles
    mayEdit = visit.officer.may(.editRegister, in: licence.authority)
    mayGive = visit.officer.may(.issueGuidance, in: licence.authority)
    today = visit.today
  }

  /// A change of supervisor or holder after which no guidance was given.
  private struct Notice: ViewModel {
    let words: String
    let giveAddress: String?
    var viewData: ViewData { ["words": words, "giveAddress": giveAddress] }
  }

  private var notices: [Notice] {
    roles.filter { $0.kind.occasion != nil && $0.before == nil && !$0.hasBeenGiven && $0.from <= today && roles.filter { [kind = $0.kind] in $0.kind == kind }.count > 1 }
      .map { role in
        Notice(
          words: "\(role.name) became \(role.kind.name.lowercased()) on \(role.from.words), and no guidance has been given since.",
          giveAddress: mayGive ? role.kind.occasion.map { Path.licence(licence.id, "issues/new?occasion=\($0.rawValue)") } : nil)
      }
  }

  var viewData: ViewData {
    let schemes = memberships.filter { $0.before == nil }.map { "\($0.name) since \($0.from.words)" }.joined(separator: "; ")
    let look = location.map { [SummaryList.Action("Look", of: "at the location", Path.location($0.id))] } ?? []
    let facts = SummaryList([
      .init("Where", location?.place.words, actions: look), .init("Grid reference", location?.place.grid?.reference, note: location?.placedWords),
      .init("UPRN", location?.place.uprn.map { String($0) }), .init("Schemes", schemes),
    ])
    let table = Table<PlaceRole>(rowHeader: "name", [
      .text("name", "Name") { $0.name }, .text("role", "Role") { $0.kind.name }, .text("contact", "Contact") { $0.contact.isEmpty ? nil : $0.contact },
      .date("from", "From") { $0.from.short }, .date("to", "To") { $0.before.map { ($0 - 1).short } },
    ])
    return [
      "notices": notices, "facts": facts,
      "othersHTML": others.isEmpty ? nil : LocationPage.table(others).html(others, caption: "Also registered here"),
      "rolesHTML": table.html(roles, caption: "Who answers for it", empty: .init("Nobody is recorded")),
      "roleAddress": mayEdit ? Path.licence(licence.id, "roles/new") : nil,
    ]
  }
}
