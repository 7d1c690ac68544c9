"""A device without a browser lets its owner sign it in: the device authorization grant.

    pip install requests
    python device.py https://log.example.org CLIENT_ID

Register the application under Settings → Apps as one that people install and that “also runs on
devices without a browser”, with the scope workouts:write.
"""

import sys
import time

import requests

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


def ask_for_codes(site: str, client_id: str) -> dict[str, str | int]:
    form = {"client_id": client_id, "scope": "workouts:write"}
    answer = requests.post(f"{site}/api/oauth/device", data=form, timeout=30)
    answer.raise_for_status()
    return answer.json()


def wait_for_token(site: str, client_id: str, codes: dict[str, str | int]) -> dict[str, str]:
    """Ask as often as the server allows until somebody has decided."""
    form = {
        "grant_type": GRANT_TYPE,
        "client_id": client_id,
        "device_code": codes["device_code"],
    }
    pause = int(codes["interval"])
    while True:
        time.sleep(pause)
        answer = requests.post(f"{site}/api/oauth/token", data=form, timeout=30).json()
        match answer.get("error"):
            case None:
                return answer
            case "authorization_pending":
                continue
            case "slow_down":
                pause += 5
            case error:
                sys.exit(f"No access: {error}")


def main(site: str, client_id: str) -> None:
    codes = ask_for_codes(site, client_id)
    print("Open", codes["verification_uri"], "and enter", codes["user_code"])
    token = wait_for_token(site, client_id, codes)
    print("Granted:", token.get("scope"))
    answer = requests.post(
        f"{site}/api/workouts/no_gpx",
        headers={"Authorization": f"Bearer {token['access_token']}"},
        json={
            "sport_id": 5,
            "workout_date": time.strftime("%Y-%m-%d %H:%M"),
            "duration": 1800,
            "distance": 5.2,
            "title": "Treadmill",
        },
        timeout=30,
    )
    answer.raise_for_status()
    print("Added:", answer.json()["data"]["workouts"][0]["title"])


if __name__ == "__main__":
    main(*sys.argv[1:])
