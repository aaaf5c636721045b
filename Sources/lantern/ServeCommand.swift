import ArgumentParser
import Foundation
import Hummingbird
import Logging
import Portal
import Postgres
import Web

/// `lantern serve`: the web service, and beside it the checkpoints and the waiting imports.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serve the site until stopped.")

  @Option(help: "Port; 0 takes a free one. Default: LANTERN_PORT, or 8080.") var port: Int?
  @Option(help: "The address people type; default http://localhost:PORT. With https the cookie is Secure.") var origin: String?

  func run() async throws {
    let here = try Surroundings()
    let port = port ?? Int(ProcessInfo.processInfo.environment["LANTERN_PORT"] ?? "") ?? 8080
    let pool = Pool(configuration: PoolConfiguration(conninfo: here.appConnection, size: 16), logger: here.logger)
    let database = Database(pool: pool)
    let demonstration = try await pool.transaction(.readOnly) {
      try await $0.value("SELECT EXISTS (SELECT FROM setting WHERE name = 'demonstration' AND value = 'true')", as: Bool.self)
    }
    let address = origin ?? "http://localhost:\(port)"
    let environment = Environment(
      settings: here.settings, database: database, logger: here.logger, demonstration: demonstration, origin: address, home: here.home,
      receiptToken: try Carriers.receiptToken(ProcessInfo.processInfo.environment), pdf: PDFWorker(root: here.root))
    let keys = try Keys(directory: here.home.appendingPathComponent("keys"))
    let carriers = try Carriers.configured(ProcessInfo.processInfo.environment, now: environment.now)
    let proxies = try ProcessInfo.processInfo.environment["LANTERN_TRUSTED_PROXIES"].map { try TrustedProxies($0) } ?? .standard
    let site = try Site(environment, root: here.root, keys: keys, origins: [address, "http://127.0.0.1:\(port)"], proxies: proxies)
    let (router, _) = site.router()
    var application = WebServer.application(router, options: .init(port: port), logger: here.logger) { bound in
      print("Lantern is at http://localhost:\(bound)")
      fflush(nil)
    }
    application.addServices(
      Background(environment: environment, keys: keys), ImportWorker(environment: environment), CampaignWorker(environment: environment),
      DeliveryWorker(environment: environment, carriers: carriers), LetterWorker(environment: environment, renderer: site.renderer))
    try await application.runService()
    await pool.shutdown()
  }
}
