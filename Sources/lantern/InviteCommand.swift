import ArgumentParser
import Domain
import Foundation
import Portal

/// `lantern invite`: the first administrator of a new installation gets in by a one-time link; there is no default password.
struct InviteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Invite an administrator; prints a one-time link.")

  @Argument(help: "The person's name.") var name: String
  @Argument(help: "Their e-mail address.") var email: String
  @Option(help: "The address people will type.") var origin = "http://localhost:8080"

  func run() async throws {
    let here = try Surroundings()
    try await here.asOwner { database in
      let environment = Environment(
        settings: here.settings, database: database, logger: here.logger, demonstration: false, origin: origin, home: here.home)
      let officer = try await here.operatorOfficer(database)
      let (_, token) = try await AccountAdministration(environment).invite(name: name, email: email, role: .admin, scope: .everywhere, by: officer)
      print("\(origin)/welcome/\(token)")
    }
  }
}
