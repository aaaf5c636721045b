import Foundation

@testable import Web

enum Fixture {
  /// The product's own templates.
  static let templates = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Templates").path

  /// Runs a test with the product's templates and some more beside them, in a directory that goes away after it.
  static func withTemplates<R>(_ more: [String: String], _ body: (String) throws -> R) throws -> R {
    let files = FileManager.default
    let directory = files.temporaryDirectory.appending(path: "lantern-templates-\(UUID().uuidString)")
    try files.copyItem(atPath: templates, toPath: directory.path)
    defer { try? files.removeItem(at: directory) }
    for (name, text) in more {
      let file = directory.appending(path: name + ".mustache")
      try files.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try body(directory.path)
  }

  /// Renders one template text.
  static func render(_ text: String, _ page: ViewData, layout: ViewData = ViewData()) throws -> String {
    try withTemplates(["t": TemplateRules.pragma + "\n" + text]) {
      try Renderer(directory: $0, options: .init(strict: true)).render("t", page, layout: layout)
    }
  }

  static let layout: Layout = {
    var layout = Layout(
      assets: .init(
        stylesheets: ["govuk.css", "app.css"], script: "app.js", frontendScript: "govuk.js", logo: "lantern.svg",
        icon: "icon.svg"),
      nonce: "n0nce", reference: "7F3K-92QD", version: "0.1.0")
    layout.isDemonstration = true
    layout.signedIn = .init(
      name: "Priya Nair", role: "Regulatory officer, Malvern Hills", accountAddress: "/account",
      signOutAddress: "/sign-out", token: FormToken(name: "token", value: "t"))
    layout.search = .init(action: "/search", label: "Reference, badge, postcode or name")
    layout.navigation = [
      NavigationItem("This week", "/"), NavigationItem("Drivers", "/drivers", isCurrent: true),
      NavigationItem("Operators", "/operators"), NavigationItem("Guidance", "/guidance"),
      NavigationItem("Exceptions", "/exceptions", count: 12), NavigationItem("Coverage", "/coverage"),
      NavigationItem("Imports", "/imports"),
    ]
    layout.sectionPages = [NavigationItem("Drivers", "/drivers", isCurrent: true), NavigationItem("Operators", "/operators")]
    layout.help = "Regulatory Services, 01905 822799"
    return layout
  }()
}
