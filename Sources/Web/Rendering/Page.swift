/// A page: a template and what it says. Its samples let one test render every page that there is.
///
/// ```swift
/// struct LicencePage: Page {
///   static let template = "drivers/record"
///   var viewData: ViewData { ["title": licence.reference, "summary": summary] }
///   static var samples: [LicencePage] { [LicencePage(licence: .sample), LicencePage(licence: .suspendedSample)] }
/// }
/// ```
/// Every page has `title`; the layout asks for it. A page with errors says `"hasErrors": true` (a `FormView` does).
package protocol Page: ViewModel {
  /// The template's path below Templates, without the extension.
  static var template: String { get }
  /// The page in the states that look different: full, empty, with errors.
  static var samples: [Self] { get }
}

extension Renderer {
  /// Renders a page within its layout.
  package func render(_ page: some Page, layout: some ViewModel) throws -> String {
    try render(type(of: page).template, page.viewData, layout: layout.viewData)
  }

  /// A sample, rendered.
  package struct RenderedSample: Sendable {
    package let template: String
    /// The place of the sample among its page's samples, from 0.
    package let number: Int
    package let html: String
  }

  /// Renders every sample of every page.
  /// - Throws: `TemplateError` for the first that asks for a name found nowhere.
  package func renderAll(_ pages: [any Page.Type], layout: some ViewModel) throws -> [RenderedSample] {
    try pages.flatMap { try samples(of: $0, layout: layout) }
  }

  private func samples<P: Page>(of page: P.Type, layout: some ViewModel) throws -> [RenderedSample] {
    let layoutData = layout.viewData
    return try P.samples.enumerated().map { number, sample in
      RenderedSample(
        template: P.template, number: number, html: try render(P.template, sample.viewData, layout: layoutData))
    }
  }

  /// The templates that are pages (neither layouts nor components) but that no page in the list uses.
  package func templatesWithoutPage(_ pages: [any Page.Type]) -> [String] {
    let used = Set(pages.map { $0.template })
    return names.filter { name in
      !used.contains(name) && !name.hasPrefix("layouts/") && !name.hasPrefix("components/")
        && !(name.split(separator: "/").last ?? "").hasPrefix("_")
    }
  }
}
