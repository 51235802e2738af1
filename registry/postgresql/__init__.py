"""Django's PostgreSQL backend, with a health check that costs no question and statements that stay prepared."""
