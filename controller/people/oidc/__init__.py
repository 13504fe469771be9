"""Signing in by an org's own service: OpenID Connect Core 1.0, code flow with PKCE."""
