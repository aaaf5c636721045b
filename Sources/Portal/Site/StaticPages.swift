import Hummingbird
import Postgres
import Web

/// Pages that say the same to everybody: accessibility, privacy, help.
enum StaticPages {
  static func add(to routes: Routes) {
    routes.anybody(.get, "accessibility") { try $0.plainPage(AccessibilityPage()) }
    routes.anybody(.get, "privacy") { try $0.plainPage(PrivacyPage()) }
    routes.anybody(.get, "health") { visit in
      _ = try await visit.site.environment.database.pool.transaction(.readOnly) { try await $0.value("SELECT 1", as: Int.self) }
      return Response(status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: .init(string: "ok\n")))
    }
  }
}

struct AccessibilityPage: Page {
  static let template = "site/accessibility"
  var viewData: ViewData { ["title": "Accessibility statement"] }
  static var samples: [AccessibilityPage] { [AccessibilityPage()] }
}

struct PrivacyPage: Page {
  static let template = "site/privacy"
  var viewData: ViewData { ["title": "Privacy"] }
  static var samples: [PrivacyPage] { [PrivacyPage()] }
}
