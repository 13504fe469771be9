"""How bytes reach the controller: one Protocol, and HTTPS with the pinned CA alone."""
