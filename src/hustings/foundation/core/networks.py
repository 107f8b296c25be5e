"""Where a browser is, near enough to recognise it and not enough to find a person."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=16384)
def network_of(address: str) -> str:
    """The network an address is in: "203.0.113.0/24", or the /48 of IPv6, which is what one customer is given. "" when
    it is no address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))
