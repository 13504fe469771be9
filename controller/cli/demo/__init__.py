"""The whole product once, on loopback, in a folder that is thrown away."""
