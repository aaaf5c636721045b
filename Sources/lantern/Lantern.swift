import ArgumentParser
@main struct Lantern: ParsableCommand { static let configuration = CommandConfiguration(commandName: "lantern") }
