# One image for web, worker, beat and the one-off preparation.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY manage.py ./
COPY config ./config
COPY requirements ./requirements
# Makes .venv from the hashed lock, as on any machine.
RUN python3 manage.py version

FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH VAR_DIR=/var/lib/testamur
RUN useradd --system --uid 10001 --home-dir /var/lib/testamur testamur \
    && install -d -o testamur -g testamur -m 0700 /var/lib/testamur
WORKDIR /app
COPY --from=build /app/.venv ./.venv
COPY . .
# The lock is hashed and the stamp is written: manage.py finds the environment complete.
USER testamur
EXPOSE 8000
CMD ["python", "-m", "config.granian", "--interface", "rsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--http1-header-read-timeout", "10000", "--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "15", "config.web:application"]
