"""One function says who a visitor is."""

import pytest

from registry.visitors import address_in, network_of, visitor_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "unknown"),
    ],
)
def test_visitor_counts_by_network(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(("behind", "address"), [(True, "198.51.100.7"), (False, "192.0.2.1")])
def test_only_our_own_proxy_is_believed(settings, behind, address):
    settings.BEHIND_PROXY = behind
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}

    assert address_in(environ) == address
    assert visitor_of(environ) == f"{address}/32"
