"""The self-signed certificate of `start --tls`."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.bootstrap.local_env import write_private

VALID_FOR = dt.timedelta(days=365)
RENEW_BEFORE = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the certificate and its key lie, both PEM."""

    file: Path
    key_file: Path


def ensure_certificate(var: Path, public_url: str) -> Certificate:
    """Return a certificate for localhost and PUBLIC_URL's host, made anew when it ends within a month."""
    folder = var / "secrets"
    certificate = Certificate(file=folder / "tls-certificate.pem", key_file=folder / "tls-key.pem")
    names = sorted({"localhost", urlsplit(public_url).hostname or "localhost"})
    if not (certificate.key_file.exists() and _still_good(certificate.file, names)):
        _write_certificate(certificate, names)
    return certificate


def _still_good(path: Path, names: list[str]) -> bool:
    from cryptography import x509

    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    carried = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    fits = set(names) <= set(carried.get_values_for_type(x509.DNSName))
    return fits and certificate.not_valid_after_utc - dt.datetime.now(dt.UTC) > RENEW_BEFORE


def _write_certificate(certificate: Certificate, names: list[str]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Testamur on this machine")])
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    write_private(certificate.key_file, key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    write_private(certificate.file, signed.public_bytes(pem))
