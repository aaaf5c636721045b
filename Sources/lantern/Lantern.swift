import ArgumentParser
import Portal

/// The product's one executable. Each command is a file of its own.
@main struct Lantern: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lantern", abstract: "Who has had safeguarding guidance, who is owed it, and the proof.",
    version: productVersion,
    subcommands: [
      ServeCommand.self, MigrateCommand.self, DemoCommand.self, InviteCommand.self, ImportCommand.self, CoverageCommand.self, StrategyCommand.self, PackCommand.self, EmpanelCommand.self, AuditCommand.self,
      KeysCommand.self, IntelligenceCommand.self,
    ])
}
