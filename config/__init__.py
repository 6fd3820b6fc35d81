"""Settings, addresses, background jobs and the embedded servers: knows every app, is known by none."""
