# One image for web, workers and beat; what a container is, is its command.
FROM python:3.13-slim

RUN useradd --create-home --uid 10001 factcheck && install -d -o factcheck -g factcheck /var/lib/factcheck
WORKDIR /srv/factcheck

COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

# Programs that a desk may do without: Tesseract reads scans, Chromium (not here by itself) renders pages that need
# scripts: docker compose build --build-arg PROGRAMS="tesseract-ocr tesseract-ocr-spa chromium"
ARG PROGRAMS="tesseract-ocr"
RUN if [ -n "$PROGRAMS" ]; then apt-get update && apt-get install --yes --no-install-recommends $PROGRAMS \
    && rm -rf /var/lib/apt/lists/*; fi

COPY manage.py ./
COPY factcheck factcheck
COPY sources sources
COPY claims claims
COPY templates templates

ENV FACTCHECK_VAR=/var/lib/factcheck \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

# The static files do not depend on the environment; they are collected into the image.
RUN SECRET_KEY=for-this-step-alone FACTCHECK_VAR=/srv/factcheck/var python manage.py collectstatic --noinput --verbosity 0
RUN ln -s /srv/factcheck/var/static /var/lib/factcheck/static

USER factcheck
VOLUME /var/lib/factcheck
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "factcheck.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
    "--access-logfile", "-", "--no-control-socket"]
