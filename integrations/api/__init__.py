"""The REST API (`/api/v1/`): its resources, and what every one of them does the same way."""
