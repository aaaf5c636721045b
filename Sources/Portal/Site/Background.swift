import Foundation
import Logging
package import ServiceLifecycle

/// What goes on beside the requests, until the service stops: signed checkpoints of the audit log.
package struct Background: Service {
  let environment: Environment
  let keys: Keys

  package init(environment: Environment, keys: Keys) {
    self.environment = environment
    self.keys = keys
  }

  package func run() async throws {
    let file = CheckpointFile.standard(in: environment.home)
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        _ = try await CheckpointFile.sign(file, database: environment.database, key: keys.checkpoints, at: environment.now())
      } catch {
        environment.logger.error("a checkpoint could not be signed", metadata: ["error": "\(error)"])
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(60)) }
    }
  }
}
