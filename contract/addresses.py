"""Whose calls are counted together."""

import ipaddress

# What a provider gives to one customer, who picks among so many addresses at will.
IPV6_HOUSEHOLD_BITS = 64


def household_of(address: str) -> str:
    """The address itself, or the network of an IPv6 address, which belongs to one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, IPV6_HOUSEHOLD_BITS), strict=False))
