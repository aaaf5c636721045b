package import Domain

/// Who may reach a route. Every route has one; there is no way to add a route without.
package enum RouteAccess: Hashable, Sendable {
  /// Anybody at all: the complete list of what a stranger can reach.
  case anybody
  /// Whoever has given their password but not yet their second step.
  case halfSignedIn
  /// Whoever is signed in, whatever their role.
  case signedIn
  /// Whoever holds the permission somewhere; the record decides about where.
  case may(Permission)
}

/// A route as the access matrix test walks it.
package struct RouteEntry: Hashable, Sendable {
  package let method: String
  package let path: String
  package let access: RouteAccess
}
