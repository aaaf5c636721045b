import Hummingbird
import Web

extension Site {
  /// The table of contents. Everything a stranger can reach stands first; each slice adds its own routes.
  func contents(_ routes: Routes) {
    routes.anybody(.get, "assets/{name}", counting: .nothing) { try $0.site.assets.respond(to: $0.parameter("name")) }
    StaticPages.add(to: routes)
    DeliveryRoutes.add(to: routes)
    ReceiptRoutes.add(to: routes)
    ChaseRoutes.add(to: routes)
    AcknowledgementRoutes.add(to: routes)
    SignInRoutes.add(to: routes)
    AccountRoutes.add(to: routes)
    HomeRoutes.add(to: routes)
    CoverageRoutes.add(to: routes)
    AuditRoutes.add(to: routes)
    ImportRoutes.add(to: routes)
    RegisterRoutes.add(to: routes)
    PlaceLists.add(to: routes)
    LocationRoutes.add(to: routes)
    LibraryRoutes.add(to: routes)
    LanguageRoutes.add(to: routes)
    IssueRoutes.add(to: routes)
    CampaignRoutes.add(to: routes)
    EventRoutes.add(to: routes)
    CounterRoutes.add(to: routes)
    CommitteeRoutes.add(to: routes)
    StrategyRoutes.add(to: routes)
    PackRoutes.add(to: routes)
    FieldworkRoutes.add(to: routes)
    VisitRoutes.add(to: routes)
    DriverTrainingRoutes.add(to: routes)
    AttemptRoutes.add(to: routes)
    ProviderFileRoutes.add(to: routes)
    HotSpotRoutes.add(to: routes)
    PlanRoutes.add(to: routes)
    PlanActionRoutes.add(to: routes)
    IntelligenceRoutes.add(to: routes)
  }
}
