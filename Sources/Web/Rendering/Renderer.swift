import Foundation
package import Logging
import Mustache
import Synchronization

/// The templates of a directory, read once and rendered many times.
///
/// Strict: a name that stands neither in the row, nor in the page, nor in the layout is a mistake of ours. Where
/// `options.strict` holds (debug builds and tests) rendering throws; else it is logged once a render and the page is shown.
package final class Renderer: Sendable {
  package struct Options: Sendable {
    /// Throw for a name found nowhere, rather than log it.
    package var strict: Bool
    /// Read the templates again before each render: for work on a template with the server running.
    package var reloads: Bool

    package init(strict: Bool = Self.isDebug, reloads: Bool = false) {
      self.strict = strict
      self.reloads = reloads
    }

    #if DEBUG
      package static let isDebug = true
    #else
      package static let isDebug = false
    #endif
  }

  private let directory: String
  private let options: Options
  private let logger: Logger
  private let library: Mutex<MustacheLibrary>
  /// Every template by name (`layouts/page`), in order.
  package let names: [String]

  /// Reads and checks the directory's `.mustache` files.
  /// - Throws: `TemplateError` with a sentence for a file that breaks a rule (see `TemplateRules`) or does not parse.
  package init(
    directory: String, options: Options = Options(), logger: Logger = Logger(label: "lantern.pages")
  ) throws {
    SafeHTML.register()
    let sources = try Self.sources(in: directory)
    self.directory = directory
    self.options = options
    self.logger = logger
    self.names = sources.map(\.name)
    self.library = Mutex(try Self.parse(sources))
  }

  /// Renders a template.
  /// - Parameters:
  ///   - template: its path below the directory without the extension: `drivers/list`.
  ///   - page: what the page says.
  ///   - layout: what every page has; looked up last.
  /// - Throws: `TemplateError` for an unknown template and, when strict, for names found nowhere.
  package func render(_ template: String, _ page: ViewData, layout: ViewData = ViewData()) throws -> String {
    if options.reloads {
      let fresh = try Self.parse(Self.sources(in: directory))
      library.withLock { $0 = fresh }
    }
    let library = library.withLock { $0 }
    let root = Lookup(page: page, layout: layout)
    guard let text = library.render(root, withTemplate: template) else {
      throw TemplateError.unknown(template)
    }
    if !root.missed.isEmpty {
      let error = TemplateError.names(root.missed, in: template)
      if options.strict { throw error }
      logger.error("\(error)", metadata: ["template": "\(template)"])
    }
    return text
  }

  /// The bottom of Mustache's stack: asked last, so a name that it does not know is known nowhere.
  private final class Lookup: MustacheParent {
    let page: ViewData
    let layout: ViewData
    var missed: [String] = []

    init(page: ViewData, layout: ViewData) {
      self.page = page
      self.layout = layout
    }

    func child(named name: String) -> Any? {
      if let value = page[name] ?? layout[name] { return value.mustache(named: name) }
      if !missed.contains(name) { missed.append(name) }
      return nil
    }
  }

  // MARK: - Loading

  private static func sources(in directory: String) throws -> [(name: String, text: String)] {
    let suffix = ".mustache"
    guard let files = FileManager.default.enumerator(atPath: directory) else {
      throw TemplateError(file: directory, sentence: "There is no such directory of templates.")
    }
    var sources: [(name: String, text: String)] = []
    for case let path as String in files where path.hasSuffix(suffix) {
      guard let data = FileManager.default.contents(atPath: directory + "/" + path),
        let text = String(validating: data, as: UTF8.self)
      else { throw TemplateError(file: path, sentence: "The file cannot be read as UTF-8.") }
      sources.append((String(path.dropLast(suffix.count)), text))
    }
    guard !sources.isEmpty else {
      throw TemplateError(file: directory, sentence: "The directory holds no template.")
    }
    return sources.sorted { $0.name < $1.name }
  }

  private static func parse(_ sources: [(name: String, text: String)]) throws -> MustacheLibrary {
    let known = Set(sources.flatMap { [$0.name] + alias(of: $0.name) })
    var library = MustacheLibrary()
    for (name, text) in sources {
      try TemplateRules.check(name, text, known: known)
      do {
        let template = try MustacheTemplate(string: text)
        for name in [name] + alias(of: name) { library.register(template, named: name) }
      } catch let error as MustacheTemplate.ParserError {
        let place = "line \(error.context.lineNumber), column \(error.context.columnNumber)"
        throw TemplateError(
          file: name + ".mustache", sentence: "It does not parse at \(place): \(error.error).")
      }
    }
    return library
  }

  /// A page names its layout `{{<page}}…{{/page}}`: Mustache takes no slash in the name of a section's end.
  private static func alias(of name: String) -> [String] {
    name.hasPrefix("layouts/") ? [String(name.dropFirst("layouts/".count))] : []
  }
}

/// A template that cannot be used, in a sentence for whoever wrote it.
package struct TemplateError: Error, CustomStringConvertible, Equatable {
  package let file: String
  package let sentence: String

  package var description: String { "\(file): \(sentence)" }

  static func unknown(_ template: String) -> TemplateError {
    TemplateError(file: template + ".mustache", sentence: "There is no such template.")
  }

  static func names(_ names: [String], in template: String) -> TemplateError {
    let list = names.map { "“\($0)”" }.joined(separator: ", ")
    return TemplateError(
      file: template + ".mustache",
      sentence: "It asks for \(list), which neither the row, nor the page, nor the layout has.")
  }
}
