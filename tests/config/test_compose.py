"""docker-compose.yml: everything the production layout promises, above all who holds the key-encryption key."""

import json
import shutil
import subprocess

import pytest
import yaml

from config.bootstrap.folders import ROOT

KEY = "key-encryption-key"
SERVICES = {"prepare", "web", "worker", "beat", "nginx", "database", "redis", "mail"}
VARIABLES = {"PUBLIC_URL": "https://credentials.example.edu", "POSTGRES_PASSWORD": "p"}


def from_yaml():
    """Parse the file ourselves: works everywhere, so this test always asserts something."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def from_docker():
    """Ask Docker what it makes of the file."""
    docker = shutil.which("docker")
    asked = docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
    if not docker or asked.returncode:
        pytest.skip("the Docker client with its compose plugin is not on this machine: only the YAML was read")
    command = [docker, "compose", "--project-directory", str(ROOT), "config", "--format", "json"]
    done = subprocess.run(command, env=VARIABLES, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def holders(document):
    """Return the services that mount the key or name it in any other way."""
    return {name for name, service in document["services"].items() if KEY in json.dumps(service)}


def test_key_encryption_key_is_mounted_into_the_worker_alone():
    assert holders(from_yaml()) == {"worker"}
    assert holders({"services": from_yaml()["services"] | {"web": {"secrets": [KEY]}}}) == {"web", "worker"}


def test_docker_agrees_that_the_worker_alone_holds_the_key():
    document = from_docker()

    assert holders(document) == {"worker"}
    assert set(document["services"]) == SERVICES


def test_no_folder_mount_carries_the_secrets_past_the_rule():
    mounts = [volume for service in from_yaml()["services"].values() for volume in service.get("volumes", [])]

    assert not [mount for mount in mounts if "secrets" in mount or mount.startswith((".:", "./:"))]


def test_every_service_has_a_health_check_but_the_one_that_ends():
    services = from_yaml()["services"]

    assert set(services) == SERVICES
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"prepare"}


def test_only_nginx_and_the_mail_catchers_local_page_are_published():
    published = {name: service["ports"] for name, service in from_yaml()["services"].items() if "ports" in service}

    assert published == {"nginx": ["80:80", "443:443"], "mail": ["127.0.0.1:8025:8025"]}
