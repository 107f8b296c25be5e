"""Prints a one-click sign-in for everyone of the sample campaign, as JSON, and gives June a password of her own."""

import json
import sys
from datetime import UTC, datetime

from hustings.project.cli.context import campaign

with campaign():
    from hustings.foundation.access.actions import make_sign_in_link
    from hustings.foundation.access.models import User

    june = User.objects.get(email__startswith="june.oduya@")
    june.set_password(sys.argv[1])
    june.save(update_fields=["password"])
    links = {user.email: make_sign_in_link(user=user, now=datetime.now(UTC)) for user in User.objects.order_by("id")}
    sys.stdout.write(json.dumps(links) + "\n")
